"""What the demo associations consist of: invented people with plausible histories."""
