"""Consent records: what a member was asked, what they answered, and when."""
