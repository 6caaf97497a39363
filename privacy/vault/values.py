"""The two values that a sealed column knows besides the plain one: not readable any more, and not readable yet."""

from typing import Self


class Erased(str):
    """What a value reads as once its key is destroyed.

    A string, so that everything can print, sort and serialise it; falsy, so that a page says "nothing here".
    """

    __slots__ = ("sealed",)
    sealed: bytes

    def __new__(cls, sealed: bytes = b"") -> Self:
        erased = super().__new__(cls, "erased")
        erased.sealed = sealed
        return erased

    def __bool__(self) -> bool:
        return False


class Sealed(bytes):
    """A sealed value on its way to the database: the only thing that a sealed column accepts."""

    __slots__ = ()
