"""Journeys begin at the door: whoever asks there for a letter has it at once, without a worker."""

import pytest


@pytest.fixture(autouse=True)
def letters_at_the_door(door_answers: None) -> None:
    """For every journey."""
