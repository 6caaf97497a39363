"""Several at once: bells, approvals, members who write, sign in and take copies while they are erased."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from ams.imports import inform
from ams.models import Account, ApiToken, Document, Individual, PostalAddress, Session
from ams.models.api import digest_of, new_token
from erasure import erase, flow
from erasure.farewell import say_farewell
from erasure.models import Channel, Erasure, State
from erasure.plan import find, plan
from portability.make import make, request_export
from portability.models import Export
from privacy.ledger import Kind, verify
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from privacy.vault.orphans import remove_orphans
from tests import factories
from tests.erasure.people import asked_and_approved, at_once, give_files, stored_files
from webhooks.models import Event

pytestmark = pytest.mark.usefixtures("transactional_db")  # real commits: others look too


@pytest.fixture
def person(association: Any) -> Individual:
    with speaking_for(association.pk):
        return factories.ann()


def test_the_same_bell_five_times_erases_once(association: Any, person: Individual) -> None:
    erasure = asked_and_approved(association, person)
    work = partial(erase.carry_out, association.pk, erasure.pk)
    answers = at_once(*[work] * 5)
    assert State.COMPLETED in answers
    assert not [each for each in answers if isinstance(each, Exception)]
    at_once(*[partial(say_farewell, association.pk, erasure.pk)] * 5)
    assert [each.to for each in mail.outbox].count(["ann@example.org"]) == 1
    assert_erased_once(association, person)


def test_a_worker_whose_lease_ran_out_changes_nothing_twice(
    association: Any, person: Individual, monkeypatch: Any
) -> None:
    """It stands where it was taken for dead, and goes on when somebody else is through with the rows."""
    erasure = asked_and_approved(association, person)
    slow, through = threading.Event(), threading.Event()
    first = threading.current_thread()

    def stand_still(name: str) -> None:
        if name == "claimed" and threading.current_thread() is not first and not slow.is_set():
            slow.set()
            through.wait(30)

    monkeypatch.setattr(erase, "step", stand_still)
    late = threading.Thread(target=lambda: at_once(partial(erase.carry_out, association.pk, erasure.pk)))
    late.start()
    assert slow.wait(30)
    with speaking_for(association.pk):
        Erasure.objects.filter(pk=erasure.pk).update(lease_until=None)
    assert erase.carry_out(association.pk, erasure.pk) == State.COMPLETED
    through.set()
    late.join(60)
    assert_erased_once(association, person)


def assert_erased_once(association: Any, person: Individual) -> None:
    with speaking_for(association.pk):
        for kind in (Kind.ERASURE_INTENT, Kind.ERASURE_ROWS_GONE, Kind.ERASURE_COMPLETED):
            assert LedgerEntry.objects.filter(kind=kind).count() == 1
        assert Event.objects.filter(type="individual.erased").count() == 1
        assert Erasure.objects.get(individual=person).counts["rows"]["ams.postaladdress"] == 1
        assert verify(association.pk) is None


def test_of_two_approvals_one_counts(association: Any, person: Individual) -> None:
    with speaking_for(association.pk):
        fingerprint = plan(person).fingerprint
        erasure = flow.ask(person, actor=person.pk, channel=Channel.MEMBER, fingerprint=fingerprint)
        approvers = [factories.make_individual() for _number in range(2)]

    def approve(who: Individual) -> None:
        with speaking_for(association.pk):
            flow.approve(erasure, actor=who.pk, fingerprint=fingerprint)

    answers = at_once(*[partial(approve, who) for who in approvers])
    assert [type(each) for each in answers if each is not None] == [flow.Refused]
    with speaking_for(association.pk):
        assert LedgerEntry.objects.filter(kind=Kind.ERASURE_APPROVED).count() == 1


def test_of_two_who_ask_one_is_told_that_it_is_here_already(association: Any, person: Individual) -> None:
    with speaking_for(association.pk):
        fingerprint = plan(person).fingerprint

    def ask() -> None:
        with speaking_for(association.pk):
            flow.ask(person, actor=None, channel=Channel.MEMBER, fingerprint=fingerprint)

    answers = at_once(ask, ask)
    assert [type(each) for each in answers if each is not None] == [flow.AlreadyAsked]


def sign_in(person: Individual) -> None:
    Client().post("/sign-in/", {"email": "ann@example.org", "password": factories.PASSWORD})


def write_address(person: Individual) -> None:
    with speaking_for(person.association_id):  # type: ignore[arg-type]  # a saved row has one
        PostalAddress.objects.create(individual=person, street="Late 1", town="Late", country="IE")


def add_file(person: Individual) -> None:
    with speaking_for(person.association_id):  # type: ignore[arg-type]  # as above
        file = ContentFile(b"late", name="late.txt")
        Document.objects.create(individual=person, title="late", file=file, added_at=timezone.now())


def add_photo(person: Individual) -> None:
    with speaking_for(person.association_id):  # type: ignore[arg-type]  # as above
        row = Individual.objects.get(pk=person.pk)
        row.photo = ContentFile(b"late", name="late.jpg")
        row.save()


def take_a_copy(person: Individual) -> None:
    with speaking_for(person.association_id):  # type: ignore[arg-type]  # as above
        export = request_export(person, actor=person.pk)
    make(export)


@pytest.mark.parametrize("round_number", range(3))
@pytest.mark.parametrize("act", [sign_in, write_address, add_file, add_photo, take_a_copy])
def test_what_ann_does_meanwhile_is_refused_or_erased(
    association: Any,
    person: Individual,
    act: Callable[[Individual], None],
    round_number: int,
    monkeypatch: Any,
) -> None:
    """The act begins at the claim, between the rows and the files, or before the keys."""
    give_files(association, person)
    erasure = asked_and_approved(association, person)
    begin = ["claimed", "rows", "files"][round_number]
    others: list[threading.Thread] = []

    def start_at(name: str) -> None:
        if name == begin:
            others.append(threading.Thread(target=at_once, args=[partial(act, person)]))
            others[0].start()

    monkeypatch.setattr(erase, "step", start_at)
    erase.carry_out(association.pk, erasure.pk)
    others[0].join(60)
    with speaking_for(association.pk):
        assert Erasure.objects.get(pk=erasure.pk).state == State.COMPLETED
        left = {
            found.declaration.model._meta.label: found.rows
            for found in find([person])
            if found.rows and not found.declaration.is_kept()
        }
        left.pop("erasure.Farewell", None)
        assert left == {}
        gone = Individual.objects.get(pk=person.pk)
        assert (gone.email, gone.photo, gone.country) == (None, None, "")
    remove_orphans(association.pk, timezone.now() + timedelta(minutes=1))
    assert stored_files() == set()


def test_from_the_claim_on_nobody_signs_in_as_ann(
    association: Any, person: Individual, monkeypatch: Any
) -> None:
    """Neither with the password, nor with the session or the key that she has, nor by a link from an old letter."""
    token = new_token()
    with speaking_for(association.pk):
        ApiToken.objects.create(
            individual=person,
            name="x",
            digest=digest_of(token),
            scopes=["read"],
            expires_at=timezone.now() + timedelta(days=1),
        )
    browser, program = Client(), Client(headers={"Authorization": f"Bearer {token}"})
    browser.post("/sign-in/", {"email": "ann@example.org", "password": factories.PASSWORD})
    assert browser.get("/profile/").status_code == program.get("/api/v1/me/").status_code == 200
    erasure = asked_and_approved(association, person)
    looked = []

    def look(name: str) -> None:
        looked.append(name)
        assert browser.get("/profile/").status_code == 302
        assert program.get("/api/v1/me/").status_code == 401
        again = Client().post("/sign-in/", {"email": "ann@example.org", "password": factories.PASSWORD})
        assert again.status_code == 200  # the form, once more

    monkeypatch.setattr(erase, "step", look)
    erase.carry_out(association.pk, erasure.pk)
    assert len(looked) == 6
    with speaking_for(association.pk):
        assert not Session.objects.filter(individual=person).exists()


def test_the_link_to_claim_a_login_is_void_once_the_erasure_has_begun(
    association: Any, monkeypatch: Any
) -> None:
    with speaking_for(association.pk):
        dora = factories.make_individual(source=Individual.Source.IMPORTED)
        link = inform.claim_url(dora).split("testserver", 1)[1]
    assert Client().get(link).status_code == 200
    erasure = asked_and_approved(association, dora)
    answers = []

    def look(_name: str) -> None:
        words = {"new_password1": "another-horse-2026", "new_password2": "another-horse-2026"}
        answers.append(Client().post(link, words).status_code)

    monkeypatch.setattr(erase, "step", look)
    erase.carry_out(association.pk, erasure.pk)
    assert set(answers) == {410}
    with speaking_for(association.pk):
        assert not Account.objects.filter(individual=dora).exists()


def test_a_copy_made_before_leads_nowhere_and_its_files_are_gone(
    association: Any, person: Individual
) -> None:
    with speaking_for(association.pk):
        export = request_export(person, actor=person.pk)
    make(export)
    assert len(stored_files()) == 2
    erase.carry_out(association.pk, asked_and_approved(association, person).pk)
    assert stored_files() == set()
    assert Client().get(f"/privacy/take/{export.pk}/").status_code == 410
    with speaking_for(association.pk):
        assert not Export.objects.exists()
