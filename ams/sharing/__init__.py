"""Sharing: a list for a recipient whom a statement names, of those alone who said yes to it, and the record of it."""
