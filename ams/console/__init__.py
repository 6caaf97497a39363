"""The console: the staff's own admin site."""
