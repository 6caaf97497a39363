"""A child does not shake off who answers for them; staff name another, and the letter of the one before is void."""

import re

import pytest
from django.test import Client

from ams.models import Individual, SentMail
from consent import gate, guardians
from consent.decide import give
from consent.models import Guardian, Version
from privacy.ledger.models import Evidence, LedgerEntry
from tests.consent import asked, test_children
from tests.consent.test_children import link, text
from tests.consent.test_decide import how
from tests.journeys.test_profile import person_form

pytestmark = pytest.mark.django_db
# Fixtures: a child of twelve, who answers for her, and what is asked.
ann, mona, letter = test_children.ann, test_children.mona, test_children.letter
YOU = "/profile/you/"


@pytest.mark.parametrize(
    "change", [{"born_on": "1990-01-01"}, {"born_on": ""}, {"country": "EE", "born_on": "2013-01-01"}]
)
def test_a_child_does_not_grow_up_by_a_form(client: Client, ann: Individual, change: dict[str, str]) -> None:
    client.force_login(ann.account)
    page = text(client.get(YOU))
    assert "As long as a parent or guardian answers for you" in page
    assert re.search(r'<input[^>]*name="born_on_year"[^>]*disabled', page)
    before = (ann.born_on, ann.country)
    told = text(client.post(YOU, person_form(given_name="Anna", **change)))
    assert "This stays as it is. Ask us to correct it" in told
    kept = Individual.objects.get(pk=ann.pk)
    assert (kept.given_name, kept.born_on, kept.country) == ("Ann", *before)
    assert guardians.must_confirm(kept)


def test_a_grown_up_changes_both(client: Client, ben: Individual) -> None:
    client.force_login(ben.account)
    assert "a parent or guardian answers for you" not in text(client.get(YOU))
    client.post(YOU, person_form(born_on="1990-01-01", country="EE"))
    kept = Individual.objects.get(pk=ben.pk)
    assert (str(kept.born_on), str(kept.country)) == ("1990-01-01", "EE")


def named_by_staff(individual: Individual) -> str:
    return f"/console/ams/individual/{individual.pk}/choices/guardian/"


def test_staff_name_another_who_answers(
    client: Client, ann: Individual, mona: Guardian, letter: Version, cleo: Individual
) -> None:
    give(ann, letter, **how(ann))
    client.post(link(), {"letter": "yes"})
    newer = asked.newer(letter, ask_again=True, old_counts=True)
    give(ann, newer, **how(ann))
    void = link()
    client.force_login(cleo.account)
    assert "Name a parent or guardian" in text(client.get(f"/console/ams/individual/{ann.pk}/choices/"))
    page = text(client.get(named_by_staff(ann)))
    assert "mona@example.org" in page
    otto = {"name": "Otto Archer", "email": "otto@example.org", "why": "Custody changed"}
    posted = client.post(named_by_staff(ann), otto, follow=True)
    assert "Saved. We write to them" in text(posted)
    entry = LedgerEntry.objects.filter(kind="guardian.named").latest("seq")
    assert (entry.payload, entry.actor_uid) == ({"channel": "staff"}, cleo.pk)
    assert Evidence.objects.get(entry=entry).content["evidence"] == {"why": "Custody changed"}
    mail = SentMail.objects.filter(template="consent/mail/guardian").latest("due_at")
    assert mail.recipient == "otto@example.org"
    nobody = Client()
    assert nobody.get(void).status_code == 410
    nobody.post(link(mail), {"letter": "yes"})
    assert gate.allows(ann.pk, "letter")


def test_a_wrong_address_is_told_beside_the_field(
    client: Client, ann: Individual, cleo: Individual, mona: Guardian
) -> None:
    client.force_login(cleo.account)
    told = text(client.post(named_by_staff(ann), {"name": "Otto", "email": "otto"}))
    assert "Look at the address once more" in told
    assert Guardian.objects.get().email == "mona@example.org"


def test_of_a_grown_up_there_is_no_such_page(client: Client, ben: Individual, cleo: Individual) -> None:
    client.force_login(cleo.account)
    assert client.get(named_by_staff(ben)).status_code == 404
    assert "Name a parent" not in text(client.get(f"/console/ams/individual/{ben.pk}/choices/"))


def test_without_a_reason_nobody_is_named(
    client: Client, ann: Individual, cleo: Individual, mona: Guardian
) -> None:
    client.force_login(cleo.account)
    told = text(client.post(named_by_staff(ann), {"name": "Otto", "email": "otto@example.org"}))
    assert "Write why somebody is named." in told
    assert Guardian.objects.get().email == "mona@example.org"
