"""Who has a copy of the database, and knows some facts about somebody, does not find them among the opaque numbers.

Measured on the 250 invented people of the demo: how many are the only ones with what stands in plain columns.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import pytest
from django.db.models import Model

from ams.demo.seed import doings, histories
from ams.demo.seed.people import HOW_MANY, Person, invent
from ams.demo.seed.plans import Plan, plan_of
from privacy.columns import field_of, internal_type, is_sealed
from privacy.declarations import SELF, Declaration
from privacy.inventory import declaration_of, declarations

TODAY: Final = date(2026, 11, 24)
Fact = tuple[Any, str, str]

# What the database counts and keeps apart. Who knows all events that somebody went to may find them by these.
NEEDED: Final = {"eventregistration.event", "eventregistration.state", "committeeservice.committee"}
MOST: Final = 0.25
WHY_PLAIN: Final = {
    "ams.membership.runs_until": "Until it is over: who is a member today is asked of the database.",
    "ams.invoice.issued_on": "The years of the law count from it, and the key that dies with them is found by it.",
    "ams.invoice.due_on": "As the day of the invoice: it follows from it.",
    "ams.payment.received_on": "As the day of the invoice.",
    "ams.apitoken.used_on": "A day that the programme alone knows.",
    "consent.paper.said_on": "What was said later than it counts more.",
    "consent.removal.due_on": "A day that the programme sets, and acts by.",
}


def rows_of(plan: Plan, people: list[Person]) -> Iterator[Model]:
    """Invented and not planted: nothing here needs a database."""
    yield from (person.row for person in people)
    yield from histories.memberships(plan, people, list(histories.membership_types(plan)))
    yield from histories.services(plan, people, list(histories.committees(plan)))
    yield from histories.certificates(plan, people)
    yield from doings.registrations(plan, people, list(doings.events(plan)))


def facts_of(row: Model, names: Iterable[str]) -> Iterator[Fact]:
    whose = row if declaration_of(type(row)).subject is SELF else getattr(row, "individual")  # noqa: B009 of any model
    for name in names:
        yield whose.pk, f"{row._meta.model_name}.{name}", str(getattr(row, name))


def plain_facts(row: Model) -> Iterator[Fact]:
    return facts_of(row, plain(declaration_of(type(row))))


def plain(declaration: Declaration) -> list[str]:
    """Without the moments at which our own programme did something: nobody else knows them."""
    model = declaration.model
    names = [name for name in declaration.fields if not is_sealed(field_of(model, name))]
    return [name for name in names if internal_type(model, name) != "DateTimeField"]


def singled_out(facts: Iterable[Fact]) -> float:
    """The share of people of whom there is no second one with the same facts."""
    held: dict[Any, list[tuple[str, str]]] = defaultdict(list)
    for uid, name, value in facts:
        held[uid].append((name, value))
    alike = Counter(tuple(sorted(each)) for each in held.values())
    return sum(1 for number in alike.values() if number == 1) / len(held)


def test_few_are_the_only_ones_with_their_plain_facts(capsys: pytest.CaptureFixture[str]) -> None:
    plan = plan_of("esc", TODAY)
    people = invent(plan)
    rows = list(rows_of(plan, people))
    assert len(people) == HOW_MANY
    with_the_day = singled_out(fact for p in people for fact in facts_of(p.row, ["country", "joined_on"]))
    whole = [fact for row in rows for fact in plain_facts(row)]
    share = singled_out(fact for fact in whole if fact[1] not in NEEDED)
    told = f"Unique by plain facts: {share:.1%} of {HOW_MANY}, at most {MOST:.0%}; "
    told += (
        f"with every event and committee {singled_out(whole):.1%}; with the day of joining {with_the_day:.1%}"
    )
    with capsys.disabled():
        print(f"\n{told}")  # noqa: T201 the figure is the point
    assert with_the_day > 0.9  # it would find them
    assert share <= MOST


def test_every_day_that_stands_in_plain_has_a_reason() -> None:
    found = {
        f"{declaration.model._meta.label_lower}.{name}"
        for declaration in declarations.about_people()
        for name in plain(declaration)
        if internal_type(declaration.model, name) == "DateField"
    }
    assert found == set(WHY_PLAIN)
