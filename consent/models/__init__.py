"""What is asked, in which words, and what was answered."""

from consent.models.decisions import Act, Channel, Decision, Shown, Standing
from consent.models.statements import AskedAt, Kind, State, Statement, Version, Wording

__all__ = [
    "Act",
    "AskedAt",
    "Channel",
    "Decision",
    "Kind",
    "Shown",
    "Standing",
    "State",
    "Statement",
    "Version",
    "Wording",
]
