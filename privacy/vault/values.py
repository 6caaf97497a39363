"""The values that a sealed column knows besides the plain one: not readable any more, not readable, not sealed yet."""

from typing import ClassVar, Self


class Closed(str):
    """What does not open. When its row is saved, its bytes stay as they are.

    A string, so that everything can print, sort and serialise it; falsy, so that a page says "nothing here".
    """

    __slots__ = ("sealed",)
    sealed: bytes
    word: ClassVar = ""

    def __new__(cls, sealed: bytes = b"") -> Self:
        closed = super().__new__(cls, cls.word)
        closed.sealed = sealed
        return closed

    def __bool__(self) -> bool:
        return False


class Erased(Closed):
    """What a value reads as once its key is destroyed."""

    __slots__ = ()
    word = "erased"


class Unreadable(Closed):
    """What a value reads as whose seal is broken: an alarm (privacy/alarms.py), but nobody else's page is closed."""

    __slots__ = ()
    word = "unreadable"


class Sealed(bytes):
    """A sealed value on its way to the database: the only thing that a sealed column accepts."""

    __slots__ = ()
