"""A member's own pages: see and correct every field that the association holds."""
