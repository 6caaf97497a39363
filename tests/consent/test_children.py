"""A child's yes: somebody who answers for them is named, written to, and heard. A no needs nobody."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from ams.models import Association, Individual, SentMail
from consent import gate, guardians
from consent.complete import expire_pending
from consent.confirm import one_letter
from consent.decide import give, withdraw
from consent.models import Act, Channel, Confirmation, Decision, Guardian, Standing, Version
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories
from tests.ams.letters import link_in
from tests.consent import asked
from tests.consent.test_decide import acts_of, how

PARENT = {"name": "Mona Archer", "email": "mona@example.org"}
PAGE = "/privacy/choices/"
NAME = "/privacy/choices/guardian/name/"


@pytest.fixture
def letter(association: Association) -> Version:
    return asked.letter()


@pytest.fixture
def ann(association: Association) -> Individual:
    """Twelve years old, in Ireland: sixteen is the age there."""
    with speaking_for(association.pk):
        person = factories.ann()
        person.born_on = timezone.localdate() - timedelta(days=12 * 366)
        person.save()
        return person


@pytest.fixture
def mona(ann: Individual) -> Guardian:
    return name_for(ann)


def name_for(child: Individual, **who: str) -> Guardian:
    return guardians.name(child, **(PARENT | who), actor=child.pk, channel="privacy")


def link(mail: SentMail | None = None) -> str:
    return "/" + link_in(mail or SentMail.objects.latest("due_at")).split("/", 3)[3]


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def grows_up(child: Individual) -> None:
    child.born_on = timezone.localdate() - timedelta(days=17 * 366)
    child.save()


def test_a_childs_yes_waits_for_the_parent_who_is_written_to(
    ann: Individual, mona: Guardian, letter: Version
) -> None:
    assert give(ann, letter, **how(ann)).act == Act.PENDING
    assert not gate.allows(ann.pk, "letter")
    mail = SentMail.objects.get()
    assert mail.recipient == "mona@example.org"
    assert "Dear Mona Archer," in str(mail.text)
    assert "Monthly letter, in full, in en." in str(mail.text)
    assert "Below the age of 16" in str(mail.text)


def test_an_adults_yes_waits_for_nobody(ben: Individual, letter: Version) -> None:
    assert give(ben, letter, **how(ben)).act == Act.GIVEN


def test_a_child_without_anybody_is_led_to_name_one(client: Client, ann: Individual, letter: Version) -> None:
    client.force_login(ann.account)
    said = {"version": letter.pk, "language": "en", "to": "yes"}
    assert client.post(PAGE + "letter/", said).headers["Location"] == NAME
    assert not SentMail.objects.exists()
    assert "Tell us who answers for you" in text(client.get(PAGE))

    client.post(NAME, PARENT)

    assert SentMail.objects.get().recipient == "mona@example.org"
    assert "It waits for the answer of your parent or guardian to our letter of" in text(client.get(PAGE))
    assert LedgerEntry.objects.filter(kind="guardian.named", subject_uid=ann.pk).count() == 1


def test_a_script_is_led_there_too(client: Client, ann: Individual, letter: Version) -> None:
    client.force_login(ann.account)
    said = {"version": letter.pk, "language": "en", "to": "yes"}
    response = client.post(PAGE + "letter/", said, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == NAME


def test_the_child_cannot_answer_for_themselves(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    page = text(client.post(NAME, PARENT | {"email": "ANN@example.org"}))
    assert 'id="id_email_error"' in page
    assert "This is your own address." in page
    assert not Guardian.objects.exists()


def test_the_tab_says_who_answers_and_lets_the_child_name_another(
    client: Client, ann: Individual, ben: Individual, mona: Guardian
) -> None:
    client.force_login(ann.account)
    page = text(client.get(PAGE))
    assert "Mona Archer answers for you" in page
    assert f'href="{NAME}"' in page
    client.force_login(ben.account)
    assert NAME not in text(client.get(PAGE))


def test_an_adult_names_nobody(client: Client, ben: Individual) -> None:
    client.force_login(ben.account)
    assert client.post(NAME, PARENT).headers["Location"] == PAGE
    assert not Guardian.objects.exists()


def test_the_guardian_is_sealed(ann: Individual, mona: Guardian) -> None:
    assert mona.name == "Mona Archer"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, email FROM consent_guardian")
        for column in cursor.fetchone():
            assert len(column) > 0
            assert b"mona" not in bytes(column).lower()


def test_looking_answers_nothing_and_what_is_left_open_stays_open(
    client: Client, ann: Individual, mona: Guardian, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    page = text(client.get(link()))
    assert "What Ann said yes to" in page
    assert not re.search(r'type="radio"[^>]*checked', page)
    client.post(link(), {})
    assert acts_of(ann) == [Act.PENDING]


def test_the_parent_says_yes_to_one_and_no_to_another(
    client: Client, ann: Individual, mona: Guardian, letter: Version
) -> None:
    with one_letter(ann):
        for version in (letter, asked.journal()):
            give(ann, version, **how(ann))
    assert SentMail.objects.count() == 1
    assert "Journal by post, in full" in str(SentMail.objects.get().text)
    for _twice in range(2):
        client.post(link(), {"letter": "yes", "journal": "no"})
    assert gate.allows(ann.pk, "letter")
    assert not gate.allows(ann.pk, "journal")
    assert sorted(acts_of(ann)) == [Act.DECLINED, Act.GIVEN, Act.PENDING, Act.PENDING]
    for decision in Decision.objects.exclude(act=Act.PENDING):
        assert (decision.actor, decision.channel) == (mona.pk, Channel.MAIL)
        assert decision.shown
        assert letter.hash in decision.shown.versions
    assert list(guardians.confirmed_by_guardian(ann)) == [Standing.objects.get(act=Act.GIVEN)]


def test_a_child_withdraws_alone_and_at_once(
    client: Client, ann: Individual, mona: Guardian, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    client.post(link(), {"letter": "yes"})
    assert gate.allows(ann.pk, "letter")
    withdraw(ann, letter, **how(ann))
    assert not gate.allows(ann.pk, "letter")
    assert not guardians.confirmed_by_guardian(ann).exists()


def test_the_parent_takes_it_back_later_from_the_same_letter(
    client: Client, ann: Individual, mona: Guardian, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    client.post(link(), {"letter": "yes"})
    Confirmation.objects.update(expires_at=timezone.now() - timedelta(days=100))
    assert "Take back my yes to “Monthly letter”" in text(client.get(link()))
    client.post(link(), {"stop": "letter"})
    last = Decision.objects.latest("at")
    assert (last.act, last.actor) == (Act.WITHDRAWN, mona.pk)
    assert "Nothing waits for your answer." in text(client.get(link()))


def test_where_the_person_clicks_too_the_parent_is_asked_first(
    client: Client, ann: Individual, mona: Guardian, association: Association
) -> None:
    version = asked.letter(double_opt_in=True)
    give(ann, version, **how(ann))
    assert [mail.recipient for mail in SentMail.objects.all()] == ["mona@example.org"]
    parents = link()
    client.post(parents, {"letter": "yes"})
    assert not gate.allows(ann.pk, "letter")
    mail = SentMail.objects.latest("due_at")
    assert mail.recipient == ann.email
    assert LedgerEntry.objects.filter(kind="consent.pending", actor_uid=mona.pk).count() == 1
    client.post(link(mail), {"answer": "yes"})
    assert gate.allows(ann.pk, "letter")
    assert acts_of(ann) == [Act.PENDING, Act.GIVEN]
    assert guardians.confirmed_by_guardian(ann).exists()


def test_the_childs_click_does_not_replace_the_parents(
    client: Client, ann: Individual, mona: Guardian, association: Association
) -> None:
    version = asked.letter(double_opt_in=True)
    give(ann, version, **how(ann))
    give(ann, version, **how(ann, channel=Channel.STAFF))
    assert Confirmation.objects.get().by == Confirmation.By.GUARDIAN
    assert not gate.allows(ann.pk, "letter")


def test_another_guardian_gets_a_letter_and_the_first_ones_link_is_void(
    client: Client, ann: Individual, mona: Guardian, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    first = link()
    otto = name_for(ann, name="Otto Archer", email="otto@example.org")
    assert SentMail.objects.latest("due_at").recipient == "otto@example.org"
    assert client.post(first, {"letter": "yes"}).status_code == 410
    client.post(link(), {"letter": "yes"})
    assert Decision.objects.latest("at").actor == otto.pk


def test_a_corrected_name_leaves_the_link_as_it_is(ann: Individual, mona: Guardian) -> None:
    assert name_for(ann, name="Mona A. Archer").pk == mona.pk
    assert Guardian.objects.get().name == "Mona A. Archer"


def test_nobody_writes_to_one_stranger_after_the_other(
    client: Client, ann: Individual, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    client.force_login(ann.account)
    for number in range(guardians.A_DAY):
        client.post(NAME, PARENT | {"email": f"stranger{number}@example.org"})
    page = text(client.post(NAME, PARENT))
    assert "Try again tomorrow" in page
    assert SentMail.objects.count() == guardians.A_DAY


def test_once_grown_up_the_parents_link_decides_nothing(
    client: Client, ann: Individual, mona: Guardian, letter: Version
) -> None:
    give(ann, letter, **how(ann))
    client.post(link(), {"letter": "yes"})
    grows_up(ann)
    response = client.post(link(), {"stop": "letter"})
    assert response.status_code == 410
    assert "Ann decides alone by now" in text(response)
    assert gate.allows(ann.pk, "letter")
    assert guardians.confirmed_by_guardian(ann).count() == 1


def test_what_no_parent_answers_ends_by_itself(
    client: Client, ann: Individual, mona: Guardian, letter: Version, association: Association
) -> None:
    give(ann, letter, **how(ann))
    Confirmation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    client.post(link(), {"letter": "yes"})
    assert acts_of(ann) == [Act.PENDING]
    assert expire_pending(association.pk) == 1
    assert acts_of(ann) == [Act.PENDING, Act.EXPIRED]


def test_a_link_is_void_elsewhere_and_after_an_erasure(
    client: Client, ann: Individual, mona: Guardian, letter: Version, sister: Association
) -> None:
    give(ann, letter, **how(ann))
    assert client.get(link()).status_code == 200
    assert client.get(link(), headers={"host": "vdk.localhost"}).status_code == 410
    assert client.get(link()[:-3] + "/").status_code == 404
    Individual.objects.filter(pk=ann.pk).update(erased_at=timezone.now())
    assert client.post(link(), {"letter": "yes"}).status_code == 410
