"""A list is for whoever was named in the words that each person said yes to, and not for whoever was added later."""

from uuid import uuid4

import pytest

from ams.models import Individual
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
    journal = asked.journal()
    give(ann, journal, **how(ann))
    journal.statement.recipients = ["Druckhaus Lindner", "Somebody Else"]
    journal.statement.save()
    give(ben, asked.newer(journal, "Journal by two printers", ask_again=True, old_counts=True), **how(ben))
    assert gate.allows(ann.pk, "journal")
    listed = {offer.recipient: {*people_for("journal", NAMES, to=offer.recipient)} for offer in offers()}
    assert listed == {"Druckhaus Lindner": {ann, ben}, "Somebody Else": {ben}}
    assert hand_over(uuid4(), offers()[1], NAMES, actor=ann.pk).people == 1


def test_a_recipient_whom_newer_words_name_no_more_is_told_of_whoever_said_yes_to_them(
    ann: Individual, ben: Individual
) -> None:
    journal = asked.journal()
    journal.statement.recipients = ["Druckhaus Lindner", "Somebody Else"]
    journal.statement.save()
    both = asked.newer(journal, "Journal by two printers", ask_again=True, old_counts=True)
    for person in (ann, ben):
        give(person, both, **how(person))
    lindner, other = (
        hand_over(uuid4(), offer, NAMES, actor=ann.pk)
        for offer in sorted(offers(), key=lambda each: each.recipient)
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
