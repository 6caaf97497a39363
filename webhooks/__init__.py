"""Webhooks tells: third parties learn what happened, signed, and until they have it."""
