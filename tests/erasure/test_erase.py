"""Ann is erased: what goes, what stays under its own key, and that Ben keeps everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from ams.models import Account, Individual, Invoice, PostalAddress
from erasure import erase, walls
from erasure.farewell import say_farewell
from erasure.models import Erasure, State
from erasure.plan import find
from erasure.rows import take_away
from privacy.inventory import declarations, rows_about
from privacy.ledger import verify
from privacy.tenancy import as_owner, speaking_for
from privacy.vault import Erased, Forgotten, blind, current
from privacy.vault.frames import FORGOTTEN
from tests import factories
from tests.erasure.people import asked_and_approved
from tests.privacy.vault.test_index_turn import fronts, half_a_turn

pytestmark = pytest.mark.usefixtures("transactional_db")  # real commits: others look too


@pytest.fixture
def people(association: Any) -> tuple[Individual, Individual]:
    with speaking_for(association.pk):
        return factories.ann(), factories.ben()


def test_ann_is_gone_and_her_invoice_stays_readable(association: Any, people: Any) -> None:
    ann, _ben = people
    erasure = asked_and_approved(association, ann)
    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED
    with speaking_for(association.pk):
        gone = Individual.objects.get(pk=ann.pk)
        assert gone.email is None
        assert gone.given_name is None
        assert gone.erased_at is not None
        assert not PostalAddress.objects.filter(individual=ann).exists()
        assert not Account.objects.filter(individual=ann).exists()
        assert Invoice.objects.get(individual=ann).addressee == "Ann Archer"
        assert verify(association.pk) is None


def test_ben_keeps_his_data_when_ann_leaves(association: Any, people: Any) -> None:
    ann, ben = people
    before = everything_about(association, ben)
    assert sum(before.values()) > 5
    erase.carry_out(association.pk, asked_and_approved(association, ann).pk)
    assert everything_about(association, ben) == before
    with speaking_for(association.pk):
        assert Individual.objects.get(pk=ben.pk).email == "ben@example.org"


def everything_about(association: Any, person: Individual) -> dict[str, int]:
    with speaking_for(association.pk):
        return {
            label: rows_about(declaration, [person]).count()
            for label, declaration in declarations.by_label.items()
            if declaration in declarations.about_people()
        }


def test_a_row_copied_before_reads_as_erased_afterwards(association: Any, people: Any) -> None:
    ann, _ben = people
    with speaking_for(association.pk), connection.cursor() as cursor:
        cursor.execute("SELECT street FROM ams_postaladdress WHERE individual_id = %s", [ann.pk])
        sealed = bytes(cursor.fetchone()[0])
        field: Any = PostalAddress._meta.get_field("street")
        assert field.open(sealed) == "Archer Lane 9"
    erase.carry_out(association.pk, asked_and_approved(association, ann).pk)
    with speaking_for(association.pk):
        assert isinstance(field.open(sealed), Erased)


def test_the_last_letter_reaches_the_address_that_was_held(association: Any, people: Any) -> None:
    ann, _ben = people
    erasure = asked_and_approved(association, ann)
    erase.carry_out(association.pk, erasure.pk)
    say_farewell(association.pk, erasure.pk)
    letter = mail.outbox[-1]
    assert letter.to == ["ann@example.org"]
    assert "/privacy/erase/certificate/" in letter.body
    say_farewell(association.pk, erasure.pk)
    assert len([each for each in mail.outbox if each.to == ["ann@example.org"]]) == 1
    with speaking_for(association.pk):
        assert not erasure.farewells.exists()


def test_the_certificate_opens_without_a_login_and_says_no_name(
    association: Any, people: Any, client: Any
) -> None:
    ann, _ben = people
    erasure = asked_and_approved(association, ann)
    erase.carry_out(association.pk, erasure.pk)
    say_farewell(association.pk, erasure.pk)
    link = next(word for word in mail.outbox[-1].body.split() if "/certificate/" in word)
    page = client.get(link.split("testserver", 1)[1])
    assert page.status_code == 200
    assert erasure.reference in page.content.decode()
    assert "Ann" not in page.content.decode()


def test_erasing_two_hundred_takes_as_many_statements_as_one(association: Any, people: Any) -> None:
    ann, ben = people
    with speaking_for(association.pk):
        one = statements_for(find([ann]))
        crowd = [factories.make_individual() for _number in range(199)]
        for each in crowd[:20]:
            factories.make_history(each)
        many = statements_for(find([ben, *crowd]))
    assert one == many > 5


def test_an_erasure_takes_as_many_statements_for_fifty_rows_as_for_one(association: Any, people: Any) -> None:
    with speaking_for(association.pk):
        factories.cleo()  # so that there is an index to turn each time
    counts = []
    for person, rows in zip(people, (1, 50), strict=True):
        with speaking_for(association.pk):
            for _row in range(rows):
                factories.make_invoice(person)
                PostalAddress.objects.create(individual=person, street="1", town="T", country="IE")
        erasure = asked_and_approved(association, person)
        with CaptureQueriesContext(connection) as captured:
            erase.carry_out(association.pk, erasure.pk)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def statements_for(found: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        take_away(found)
    return len(captured)


@pytest.mark.parametrize("point", ["claimed", "rows", "files", "forgotten", "keys"])
def test_a_crash_at_any_point_only_means_again(
    association: Any, people: Any, monkeypatch: Any, point: str
) -> None:
    ann, _ben = people
    erasure = asked_and_approved(association, ann)

    class Crash(BaseException):
        pass

    def crash_at(name: str) -> None:
        if name == point:
            raise Crash

    monkeypatch.setattr(erase, "step", crash_at)
    with pytest.raises(Crash):
        erase.carry_out(association.pk, erasure.pk)
    monkeypatch.setattr(erase, "step", erase.nothing)
    with speaking_for(association.pk):
        Erasure.objects.filter(pk=erasure.pk).update(lease_until=None)
    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED
    with speaking_for(association.pk):
        assert Individual.objects.get(pk=ann.pk).email is None
        assert verify(association.pk) is None


def write_late(association: Any, person: Individual) -> None:
    with speaking_for(association.pk):
        PostalAddress.objects.create(
            individual_id=person.pk, street="Late Street", postcode="1", town="T", country="IE"
        )


def test_a_late_writer_is_refused_by_the_database(association: Any, people: Any, monkeypatch: Any) -> None:
    ann, ben = people
    erasure = asked_and_approved(association, ann)
    refused = []

    def try_it(name: str) -> None:
        if name in {"rows", "files"}:  # the key is alive still
            with pytest.raises(IntegrityError) as caught:
                write_late(association, ann)
            refused.append(walls.is_refusal(caught.value))

    monkeypatch.setattr(erase, "step", try_it)
    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED
    assert refused == [True, True]
    write_late(association, ben)  # nobody else is in the way


def test_behind_the_wall_the_self_check_takes_what_is_left(
    association: Any, people: Any, monkeypatch: Any
) -> None:
    ann, _ben = people
    erasure = asked_and_approved(association, ann)

    def write(name: str) -> None:
        if name == "rows":
            with the_wall_down():
                write_late(association, ann)

    monkeypatch.setattr(erase, "step", write)
    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED
    with speaking_for(association.pk):
        assert not PostalAddress.objects.filter(individual_id=ann.pk).exists()


@contextmanager
def the_wall_down() -> Iterator[None]:
    def switch(word: str) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE ams_postaladdress {word} TRIGGER about_erased")

    switch("DISABLE")
    try:
        yield
    finally:
        switch("ENABLE")


def test_a_change_that_was_on_its_way_brings_nothing_back(association: Any, people: Any) -> None:
    ann, _ben = people
    erasure = asked_and_approved(association, ann)
    with speaking_for(association.pk):
        stale = Individual.objects.get(pk=ann.pk)
        sealed = Individual.objects.filter(pk=ann.pk)
        stale.country = "DE"
    erase.carry_out(association.pk, erasure.pk)
    with speaking_for(association.pk):
        assert sealed.update(country="DE") == 0
        assert sealed.get().country == ""
    with pytest.raises(Forgotten), speaking_for(association.pk):
        stale.save()


def test_a_key_that_a_late_writer_made_in_the_meantime_is_destroyed_too(
    association: Any, people: Any, monkeypatch: Any
) -> None:
    """After the keys were counted, and before they went."""
    ann, _ben = people
    erasure = asked_and_approved(association, ann)
    late, forget = ann.pk.bytes + b"\0\7\0\0", current.forget

    def forget_slowly(key_ids: Any) -> None:
        if late not in current.keyring().keys:
            current.keyring().make([late])
        forget(key_ids)

    monkeypatch.setattr(current, "forget", forget_slowly)
    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED
    assert current.keyring_of(association.pk).keys[late] == FORGOTTEN


def test_an_old_back_up_cannot_be_asked_although_another_turn_was_left_half_done(
    association: Any, people: Any
) -> None:
    """Of an erasure beside this one, or of one whose worker never came back."""
    ann, _ben = people
    erasure = asked_and_approved(association, ann)
    newest = half_a_turn(association)
    front = blind.digest(newest["ams.individual.email"], "ann@example.org")
    assert fronts(association)[ann.pk] == front  # as it stands in a dump of this moment
    erase.carry_out(association.pk, erasure.pk)
    alive = [key for key in current.keyring_of(association.pk).keys.values() if any(key)]
    assert len(alive) > 2
    assert front not in {blind.digest(key, "ann@example.org") for key in alive}


def test_a_root_place_that_is_away_never_says_done(association: Any, people: Any, settings: Any) -> None:
    ann, _ben = people
    erasure = asked_and_approved(association, ann)
    place = settings.KEYRING_ROOTS[1]
    place.rename(place.with_name("away"))
    assert erase.carry_out(association.pk, erasure.pk) == State.KEY_DESTRUCTION_PENDING
    place.with_name("away").rename(place)
    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED
