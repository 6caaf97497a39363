"""Numbers of rows as a form or an address names them: anybody can send anything there."""

from typing import Final

LARGEST: Final = 2**63 - 1  # of a row's number; PostgreSQL answers a larger one with an error
DIGITS: Final = len(str(LARGEST))


def row_number(text: str | None) -> int:
    """0, which no row has, for whatever cannot be the number of a row. Python itself refuses to read very long ones."""
    text = text or ""
    if not (text.isascii() and text.isdigit()) or len(text) > DIGITS:
        return 0
    number = int(text)
    return number if number <= LARGEST else 0
