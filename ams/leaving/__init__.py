"""Ending a membership: on a day of the member's choice, and called off until that day is over."""
