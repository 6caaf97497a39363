"""Who has a person's data, turned around: for each recipient what it has, and why."""

from dataclasses import dataclass

from privacy.declarations import Basis, Category, Text
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
                by_name.setdefault(str(name), []).append(received)
    return [Recipient(name, tuple(received)) for name, received in by_name.items()]
