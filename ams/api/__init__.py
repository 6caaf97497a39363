"""The REST API under /api/v1/: one's own data, copies and requests, for programs."""
