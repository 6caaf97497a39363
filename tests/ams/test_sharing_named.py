"""A list is for whoever was named in the words that each person said yes to, and not for whoever was added later."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ams.models import Disclosure, Handover, Individual
from ams.sharing.hand_over import hand_over
from ams.sharing.people import offers, people_for
from ams.sharing.record import no_longer, numbers_no_longer
from consent import gate
from consent.decide import give, withdraw
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
NAMES = ["name"]


def test_a_recipient_who_was_added_later_gets_nobody_who_said_yes_before(
    ann: Individual, ben: Individual
) -> None:
    journal = asked.journal(shared_fields=NAMES)
    give(ann, journal, **how(ann))
    journal.statement.recipients = ["Druckhaus Lindner", "Somebody Else"]
    journal.statement.save()
    give(ben, asked.newer(journal, "Journal by two printers", ask_again=True, old_counts=True), **how(ben))
    assert gate.allows(ann.pk, "journal")
    listed = {offer.recipient: {*people_for("journal", NAMES, to=offer.recipient)} for offer in offers()}
    assert listed == {"Druckhaus Lindner": {ann, ben}, "Somebody Else": {ben}}
    assert hand_over(uuid4(), offers()[1], actor=ann.pk).people == 1


def test_a_recipient_whom_newer_words_name_no_more_is_told_of_whoever_said_yes_to_them(
    ann: Individual, ben: Individual
) -> None:
    journal = asked.journal(shared_fields=NAMES)
    journal.statement.recipients = ["Druckhaus Lindner", "Somebody Else"]
    journal.statement.save()
    both = asked.newer(journal, "Journal by two printers", ask_again=True, old_counts=True)
    for person in (ann, ben):
        give(person, both, **how(person))
    lindner, other = (
        hand_over(uuid4(), offer, actor=ann.pk) for offer in sorted(offers(), key=lambda each: each.recipient)
    )
    both.statement.recipients = ["Somebody Else"]
    both.statement.save()
    one = asked.newer(both, "Journal by one printer")
    assert numbers_no_longer([lindner, other]) == {}
    give(ann, one, **how(ann))
    assert gate.allows(ann.pk, "journal")
    assert [each.individual for each in no_longer(lindner)] == [ann]
    assert numbers_no_longer([lindner, other]) == {lindner.pk: 1}
    withdraw(ben, one, **how(ben))
    assert {each.individual for each in no_longer(lindner)} == {ann, ben}
    assert numbers_no_longer([lindner, other]) == {lindner.pk: 2, other.pk: 1}


def test_a_field_that_was_added_later_is_on_nobodys_list_who_said_yes_before(
    ann: Individual, ben: Individual
) -> None:
    journal = asked.journal(shared_fields=["name", "town"])
    give(ann, journal, **how(ann))
    journal.statement.shared_fields = ["name", "town", "email"]
    journal.statement.save()
    give(ben, asked.newer(journal, "Journal, by mail too", ask_again=True, old_counts=True), **how(ben))
    assert gate.allows(ann.pk, "journal")
    (offer,) = offers()
    assert offer.fields == ["name", "town", "email"]
    assert {*people_for("journal", ["name", "town"], to=offer.recipient)} == {ann, ben}
    assert {*people_for("journal", offer.fields, to=offer.recipient)} == {ben}


@pytest.mark.parametrize(
    "change", [{"fields": ["name", "town", "email"]}, {"fields": ["name"]}, {"recipient": "Somebody Else"}]
)
def test_the_database_refuses_a_list_beyond_its_words(ann: Individual, change: dict[str, Any]) -> None:
    journal = asked.journal(shared_fields=["name", "town"])
    give(ann, journal, **how(ann))
    facts = {"purpose": "journal", "recipient": "Druckhaus Lindner", "fields": ["name", "town"]}
    within = {**facts, "version": journal, "people": 1, "made_by": ann.pk}
    assert Handover.objects.create(**within).pk
    for refused in (within | change, within | {"version": None}):
        with pytest.raises(IntegrityError, match="a list holds what its words name"), transaction.atomic():
            Handover.objects.create(**refused)


def test_the_database_refuses_somebody_whose_words_do_not_name_the_list(
    ann: Individual, ben: Individual, cleo: Individual
) -> None:
    old = asked.journal(shared_fields=["name"])
    give(ben, old, **how(ben))
    old.statement.shared_fields = ["name", "town"]
    old.statement.save()
    wider = asked.newer(old, "Journal, with the town", ask_again=True, old_counts=True)
    give(ann, wider, **how(ann))
    facts = {"purpose": "journal", "recipient": "Druckhaus Lindner", "fields": ["name", "town"]}
    handover = Handover.objects.create(**facts, version=wider, people=1, made_by=cleo.pk)
    Disclosure.objects.create(individual=ann, handover=handover)
    for nobody in (ben, cleo):
        with pytest.raises(IntegrityError, match="nobody is on a list beyond"), transaction.atomic():
            Disclosure.objects.create(individual=nobody, handover=handover)
