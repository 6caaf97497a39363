"""A list is recorded before its first byte leaves, and then read and sent in pages: never the whole of it at once."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from ams.models import Association, Disclosure, Handover, Individual
from ams.roles import Role
from ams.sharing import hand_over as module
from ams.sharing.hand_over import hand_over, parts
from ams.sharing.people import offers
from ams.sharing.record import lists_of
from consent.console.ending import end
from consent.decide import give, withdraw
from consent.models import Version
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories
from tests.ams.test_sharing import ADD, chosen, dict_of
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
NAMES = ["name"]


@pytest.fixture
def journal(association: Association) -> Version:
    return asked.journal(shared_fields=NAMES)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "A_PAGE", 3)


def readers(number: int, journal: Version) -> list[Individual]:
    people = [factories.make_individual(given_name="Zed", family_name=f"Z{each}") for each in range(number)]
    for person in people:
        give(person, journal, **how(person))
    return people


def make(people: list[Individual]) -> Handover:
    return hand_over(uuid4(), offers()[0], actor=people[0].pk)


def names(pieces: Iterator[bytes]) -> list[str]:
    lines = b"".join(pieces).decode("utf-8-sig").splitlines()
    return sorted(row[0] for row in list(csv.reader(lines))[1:])


@pytest.mark.parametrize("number", [1, 3, 7])
def test_a_list_comes_in_pages_and_each_person_once(journal: Version, number: int) -> None:
    people = readers(number, journal)
    handover = make(people)
    assert handover.people == Disclosure.objects.count() == number
    pieces = list(parts(handover))
    assert max(piece.count(b"\r\n") for piece in pieces) <= 3
    assert names(iter(pieces)) == sorted(person.display_name for person in people)


def test_it_is_recorded_before_the_first_byte_leaves(journal: Version) -> None:
    pieces = parts(make(readers(4, journal)))
    assert LedgerEntry.objects.get(kind="data.disclosed").payload["things"] == 4
    assert Disclosure.objects.count() == 4
    assert next(pieces)


def test_who_says_no_while_it_is_sent_is_not_in_what_is_left_and_not_recorded(journal: Version) -> None:
    people = readers(7, journal)
    handover = make(people)
    pieces = parts(handover)
    first = [next(pieces), next(pieces)]
    last = Disclosure.objects.order_by("pk").last()
    assert last
    late = next(person for person in people if person.pk == last.individual_id)
    withdraw(late, journal, **how(late))
    found = names(iter([*first, *pieces]))
    assert len(found) == 6
    assert late.display_name not in found
    handover.refresh_from_db()
    assert handover.people == 6
    assert lists_of(late) == []
    assert len(lists_of(next(each for each in people if each != late))) == 1


def test_a_use_that_ends_while_it_is_sent_stops_it(journal: Version) -> None:
    pieces = parts(make(readers(7, journal)))
    next(pieces), next(pieces)
    end(journal.statement, by=None)
    assert b"".join(pieces) == b""
    assert Disclosure.objects.count() == 3


def test_it_is_in_the_language_of_whoever_pressed_the_button(journal: Version) -> None:
    people = readers(1, journal)
    with translation.override("fr"):
        pieces = parts(make(people))
    assert next(pieces).decode("utf-8-sig") == "Nom\r\n"


@pytest.mark.django_db(transaction=True)
def test_what_others_see_when_the_first_byte_leaves_is_the_whole_record(
    transactional_db: None, association: Association
) -> None:
    """Over HTTP: the transaction of the request has ended, and none is open between two pages."""
    with speaking_for(association.pk):
        journal = asked.journal(shared_fields=NAMES)
        readers(4, journal)
        cleo: Any = factories.cleo()
        cleo.account.role = Role.STAFF
        cleo.account.save()
        desk = Client()
        desk.force_login(cleo.account)
    hidden = dict_of(desk.post(ADD, chosen(journal)).context["hidden"])
    record = desk.post(ADD, hidden, follow=True)
    answer = desk.get(record["Refresh"].partition("url=")[2])
    assert answer.streaming
    assert "no-store" in answer["Cache-Control"]
    pieces = iter(answer.streaming_content)  # type: ignore[attr-defined]  # a streaming one has it
    first = next(pieces)
    assert not connection.in_atomic_block
    with speaking_for(association.pk):
        assert (Handover.objects.get().people, Disclosure.objects.count()) == (4, 4)
    second = next(pieces)
    assert not connection.in_atomic_block
    assert names(iter([first, second, *pieces])) == ["Zed Z0", "Zed Z1", "Zed Z2", "Zed Z3"]
