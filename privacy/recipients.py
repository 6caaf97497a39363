"""Who has a person's data, turned around: for each recipient what it has, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from privacy.declarations import OWN_STAFF, Basis, Category, Text, bare
from privacy.declarations import Recipient as Declared
from privacy.holdings import Holding


@dataclass(frozen=True, slots=True)
class Received:
    """What one recipient has under one heading."""

    category: Category
    purpose: Text
    basis: Basis
    number: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """Art. 15(1)(c) GDPR."""

    name: Text
    received: tuple[Received, ...]

    @property
    def by_category(self) -> list[dict[str, object]]:
        """Each heading once, with the number of things."""
        numbers: dict[Category, int] = {}
        for each in self.received:
            numbers[each.category] = numbers.get(each.category, 0) + each.number
        return [{"label": category.label, "number": number} for category, number in numbers.items()]

    @property
    def reasons(self) -> list[Received]:
        """Each purpose once."""
        return list({(str(each.purpose), each.basis): each for each in self.received}.values())


def recipients(found: list[Holding]) -> list[Recipient]:
    """In the order in which a reader of the holdings meets them."""
    by_name: dict[str, list[Received]] = {}
    for holding in found:
        for entry in holding.entries:
            for name in entry.recipients:
                received = Received(holding.category, entry.purpose, entry.basis, entry.number)
                by_name.setdefault(str(bare(name)), []).append(received)
    return [Recipient(name, tuple(received)) for name, received in by_name.items()]


def others(found: list[Holding]) -> list[Recipient]:
    """Whoever is not of the association's own staff."""
    return [each for each in recipients(found) if each.name != OWN_STAFF]


def names_of_others(declared: Iterable[Declared]) -> list[str]:
    """Each once, without the cases."""
    return list(dict.fromkeys(str(bare(each)) for each in declared if each != OWN_STAFF))
