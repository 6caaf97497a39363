"""What the association's own tables, and those of the libraries it chose, hold about somebody: a file a subject."""

# In the order in which a member reads what is held.
from ams.personal_data import (  # isort: skip
    person,
    membership,
    money,
    community,
    letters,
    sign_in,
    imports,
    by_a_yes,
    house,
)

__all__ = [
    "by_a_yes", "community", "house", "imports", "letters", "membership", "money", "person", "sign_in",
]  # fmt: skip
