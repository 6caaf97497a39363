"""What stops a row, and what stops one cell of it. Neither ever holds the value."""


class Refused(ValueError):  # noqa: N818 it says what is the case
    """`field_name` is our own name for the column, `reason` a code of reasons.py."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field_name, self.reason = field_name, reason


class LeftOut(Refused):
    """Only this cell: the person is entered without it."""
