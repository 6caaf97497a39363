"""Who takes the place of another guardian reads what that one agreed to, and can take it back; meanwhile it goes on."""

import pytest
from django.test import Client

from ams.models import Individual, SentMail
from consent import gate
from consent.decide import give
from consent.models import Decision, Guardian, Version
from tests.consent import asked, test_children
from tests.consent.test_children import link, name_for, text
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
ann, mona, letter = test_children.ann, test_children.mona, test_children.letter
OTTO = {"name": "Otto Archer", "email": "otto@example.org"}


@pytest.fixture
def first(client: Client, ann: Individual, mona: Guardian, letter: Version) -> str:
    give(ann, letter, **how(ann))
    way = link()
    client.post(way, {"letter": "yes"})
    return way


def test_the_new_one_has_a_letter_though_nothing_waits(client: Client, ann: Individual, first: str) -> None:
    before = SentMail.objects.count()
    otto = name_for(ann, **OTTO)
    assert gate.allows(ann.pk, "letter")
    assert SentMail.objects.count() == before + 1
    mail = SentMail.objects.latest("due_at")
    assert mail.recipient == "otto@example.org"
    assert mail.subject == "You answer for Ann: ESC"
    for part in (mail.text, mail.html):
        assert "Somebody who answered before you agreed to this." in str(part)
        assert "Monthly letter, in full, in en." in str(part)
        assert "Without an answer by" not in str(part)
    assert client.get(first).status_code == 410
    page = text(client.get(link(mail)))
    assert "Somebody who answered before you agreed to this." in page
    client.post(link(mail), {"stop": "letter"})
    assert not gate.allows(ann.pk, "letter")
    assert Decision.objects.latest("at").actor == otto.pk


def test_one_letter_tells_what_waits_and_what_was_agreed_to(ann: Individual, first: str) -> None:
    give(ann, asked.journal(), **how(ann))
    name_for(ann, **OTTO)
    mail = SentMail.objects.latest("due_at")
    waits, _, agreed = str(mail.text).partition("Somebody who answered before you agreed to this.")
    assert "Journal by post, in full" in waits
    assert "Monthly letter, in full" in agreed
    assert "Without an answer by" in agreed


def test_what_the_one_before_agreed_to_is_new_to_nobody_else(
    client: Client, ann: Individual, mona: Guardian, first: str
) -> None:
    before = SentMail.objects.count()
    name_for(ann, name="Mona A. Archer")
    assert SentMail.objects.count() == before
    assert "Somebody who answered before" not in text(client.get(first))
