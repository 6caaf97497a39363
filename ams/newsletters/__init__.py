"""Newsletters: written in the console, sent to those alone who said yes, and never twice to one person."""
