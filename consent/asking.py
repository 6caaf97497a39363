"""Asking again: after newer words, after some months, at the age of deciding alone."""

from typing import Any

from consent.choices import Choice, choices_of
from consent.due import BEFORE, is_due_again, is_over

__all__ = ["BEFORE", "is_due_again", "is_over", "open_questions"]


def open_questions(individual: Any) -> list[Choice]:
    """What this person is to be asked anew at their next visit. Two queries; nobody whose data rests is asked."""
    if individual.restricted_at or individual.erased_at:
        return []
    return [choice for choice in choices_of(individual) if choice.must_ask_again()]
