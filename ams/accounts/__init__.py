"""Signing in, and getting back in when the password is gone."""
