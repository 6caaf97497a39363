"""Erasure writes: plans what goes and what stays, carries it out, and proves it."""
