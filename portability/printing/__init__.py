"""What runs in the press's own process, and what the page looks like."""
