"""Receipts: what a person decided and on which words, signed, so that they and others can check it without us."""
