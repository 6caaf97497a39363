"""What is asked, in which words, what was answered, and what follows from it."""

from consent.models.decisions import Act, Channel, Decision, Shown, Standing
from consent.models.follow_up import Asking, Confirmation, Guardian, Paper, Removal, Rest
from consent.models.statements import (
    LATER_WORDS,
    TERMS,
    WORDS,
    AskedAt,
    Kind,
    Purpose,
    State,
    Statement,
    Version,
    Wording,
)

__all__ = [
    "LATER_WORDS",
    "TERMS",
    "WORDS",
    "Act",
    "AskedAt",
    "Asking",
    "Channel",
    "Confirmation",
    "Decision",
    "Guardian",
    "Kind",
    "Paper",
    "Purpose",
    "Removal",
    "Rest",
    "Shown",
    "Standing",
    "State",
    "Statement",
    "Version",
    "Wording",
]
