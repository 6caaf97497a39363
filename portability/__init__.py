"""Portability reads: everything held about a person, as data and as a document."""
