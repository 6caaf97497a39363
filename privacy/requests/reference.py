"""A name for a request that a person can read out on the phone."""

import secrets
from typing import Final

# Without vowels no word can come out; without 0, 1 and 5 nothing looks like a letter.
ALPHABET: Final = "BCDFGHJKLMNPQRTVWXYZ2346789"


def new_reference() -> str:
    """Random, so that it says nothing about the person or about how many others asked. 27^8: twins are no concern."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
