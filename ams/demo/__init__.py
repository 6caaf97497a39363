"""`make demo`: everything in one terminal, with invented people."""
