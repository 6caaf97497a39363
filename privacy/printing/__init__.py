"""Printing: a document becomes a PDF in a process of its own, with its data inside."""
