"""Double opt-in: a yes that only the person's own click, in a letter to their address, completes."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from ams.models import Association, Individual, SentMail
from consent import gate
from consent.choices import choices_of
from consent.complete import expire_pending
from consent.decide import decline, expire, give
from consent.models import Act, Channel, Confirmation, Decision, Standing, Version
from consent.waiting import PAUSE
from privacy.ledger.models import LedgerEntry
from tests.ams.letters import link_in
from tests.consent import asked
from tests.consent.test_decide import acts_of, how

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(association: Association) -> Version:
    return asked.letter(double_opt_in=True)


@pytest.fixture
def asked_of_ann(ann: Individual, letter: Version) -> Decision:
    return give(ann, letter, **how(ann))


def link() -> str:
    """In the last letter."""
    return "/" + link_in(SentMail.objects.latest("due_at")).split("/", 3)[3]


def press(client: Client, answer: str = "yes", address: str | None = None) -> HttpResponse:
    return client.post(address or link(), {"answer": answer})


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def too_late(**when: object) -> None:
    Confirmation.objects.update(expires_at=timezone.now() - timedelta(minutes=1), **when)


def test_a_yes_waits_and_one_letter_asks_for_the_click(ann: Individual, asked_of_ann: Decision) -> None:
    assert asked_of_ann.act == Act.PENDING
    assert not gate.allows(ann.pk, "letter")
    mail = SentMail.objects.get()
    assert mail.recipient == ann.email
    assert "Monthly letter, in full, in en." in str(mail.text)
    assert not mail.keep


def test_looking_at_the_page_confirms_nothing(
    client: Client, ann: Individual, asked_of_ann: Decision
) -> None:
    page = text(client.get(link()))
    assert "Do you say yes to “Monthly letter”?" in page
    assert "Monthly letter, in full, in en." in page
    assert client.post(link()).status_code == 200
    assert acts_of(ann) == [Act.PENDING]


def test_one_press_completes_it_and_a_second_changes_nothing(
    client: Client, ann: Individual, asked_of_ann: Decision
) -> None:
    address = link()
    for _twice in range(2):
        assert "Confirmed: Monthly letter" in text(press(client, address=address))
    assert gate.allows(ann.pk, "letter")
    assert acts_of(ann) == [Act.PENDING, Act.GIVEN]
    shown = Decision.objects.latest("at").shown
    assert shown
    assert (shown.versions, shown.language) == ([asked_of_ann.version.hash], "en")
    last = Decision.objects.latest("at")
    assert (last.channel, last.actor, last.language) == (Channel.MAIL, ann.pk, "en")
    assert Confirmation.objects.get().answered_at
    assert "Confirmed" in text(client.get(address))


@pytest.mark.parametrize("channel", [Channel.STAFF, Channel.API, Channel.IMPORT])
def test_who_says_it_for_the_person_does_not_complete_it(
    ann: Individual, cleo: Individual, letter: Version, channel: Channel
) -> None:
    for _again in range(2):
        assert give(ann, letter, **how(ann, channel=channel, actor=cleo.pk)).act == Act.PENDING
    assert not gate.allows(ann.pk, "letter")
    assert SentMail.objects.count() == 1


def test_a_no_by_the_same_link_ends_it(client: Client, ann: Individual, asked_of_ann: Decision) -> None:
    address = link()
    assert "A no to “Monthly letter”" in text(press(client, "no"))
    assert acts_of(ann) == [Act.PENDING, Act.DECLINED]
    assert press(client, "yes", address).status_code == 410
    assert acts_of(ann) == [Act.PENDING, Act.DECLINED]


def test_a_no_from_elsewhere_makes_the_link_void(
    client: Client, ann: Individual, letter: Version, asked_of_ann: Decision
) -> None:
    decline(ann, letter, **how(ann))
    response = press(client)
    assert response.status_code == 410
    assert "This question is closed" in text(response)
    assert not gate.allows(ann.pk, "letter")


def test_the_words_that_were_pending_are_completed_though_newer_ones_came(
    client: Client, ann: Individual, letter: Version, asked_of_ann: Decision
) -> None:
    asked.newer(letter, ask_again=True, old_counts=False)
    press(client)
    standing = Standing.objects.get(individual=ann)
    assert (standing.act, standing.version) == (Act.GIVEN, letter)
    assert not gate.allows(ann.pk, "letter")
    assert choices_of(ann)[0].must_ask_again()


def test_what_is_no_longer_asked_cannot_be_completed(
    client: Client, ann: Individual, letter: Version, asked_of_ann: Decision
) -> None:
    letter.statement.ended_at = timezone.now()
    letter.statement.save()
    assert press(client).status_code == 410
    assert acts_of(ann) == [Act.PENDING]


def test_after_two_weeks_the_link_says_so_and_offers_a_new_letter(
    client: Client, ann: Individual, asked_of_ann: Decision
) -> None:
    too_late(asked_at=timezone.now() - timedelta(days=15))
    address = link()
    response = press(client)
    assert (response.status_code, acts_of(ann)) == (410, [Act.PENDING])
    assert "The time for this link is over" in text(response)
    assert "The letter is on its way" in text(press(client, "again"))
    assert SentMail.objects.count() == 2
    assert "Confirmed" in text(press(client, address=address))


def test_what_nobody_confirmed_ends_by_itself(
    client: Client, ann: Individual, association: Association, asked_of_ann: Decision
) -> None:
    assert expire_pending(association.pk) == 0
    too_late()
    assert (expire_pending(association.pk), expire_pending(association.pk)) == (1, 0)
    assert acts_of(ann) == [Act.PENDING, Act.EXPIRED]
    last = Decision.objects.latest("at")
    assert (last.channel, last.actor) == (Channel.SYSTEM, None)


def test_after_it_ended_a_new_letter_needs_a_new_click(
    client: Client, ann: Individual, association: Association, asked_of_ann: Decision
) -> None:
    too_late()
    expire_pending(association.pk)
    old = link()
    assert "The letter is on its way" in text(press(client, "again", old))
    assert acts_of(ann) == [Act.PENDING, Act.EXPIRED, Act.PENDING]
    assert press(client, "yes", old).status_code == 410
    press(client)
    assert gate.allows(ann.pk, "letter")


def test_other_words_are_read_before_a_new_letter_is_sent(
    client: Client, ann: Individual, letter: Version, association: Association, asked_of_ann: Decision
) -> None:
    too_late()
    expire_pending(association.pk)
    asked.newer(letter)
    assert "This question is closed" in text(press(client, "again"))
    assert acts_of(ann) == [Act.PENDING, Act.EXPIRED]


def test_a_yes_that_was_confirmed_does_not_end_with_the_link(
    client: Client, ann: Individual, association: Association, asked_of_ann: Decision
) -> None:
    press(client)
    too_late()
    assert expire_pending(association.pk) == 0
    assert gate.allows(ann.pk, "letter")


def test_the_card_says_what_it_waits_for_and_sends_the_letter_again(
    client: Client, ann: Individual, asked_of_ann: Decision
) -> None:
    client.force_login(ann.account)
    page = text(client.get("/privacy/choices/"))
    assert "It waits for your press of a button in the letter of" in page
    assert "Yes, still to be confirmed: Monthly letter" in page
    assert "You said yes to 0 of 1 use." in page
    found = re.search(r'href="(/privacy/choices/confirm/again/[^"]+)"', page)
    assert found
    assert "Send the letter again?" in text(client.get(found[1]))
    client.post(found[1])
    assert SentMail.objects.count() == 1  # the first one is minutes old
    Confirmation.objects.update(asked_at=timezone.now() - 2 * PAUSE)
    client.post(found[1])
    assert SentMail.objects.count() == 2


def test_nobody_else_sends_the_letter_again(client: Client, ben: Individual, asked_of_ann: Decision) -> None:
    client.force_login(ben.account)
    number = Confirmation.objects.get().pk
    assert client.post(f"/privacy/choices/confirm/again/{number}/").status_code == 404


def test_pressing_the_switch_of_a_pending_yes_says_no(
    client: Client, ann: Individual, letter: Version, asked_of_ann: Decision
) -> None:
    client.force_login(ann.account)
    page = text(client.get("/privacy/choices/"))
    assert re.search(r'name="to" value="no"', page)
    client.post("/privacy/choices/letter/", {"version": letter.pk, "language": "en", "to": "no"})
    assert acts_of(ann) == [Act.PENDING, Act.DECLINED]


def test_undoing_a_pending_yes_takes_it_back(client: Client, ann: Individual, asked_of_ann: Decision) -> None:
    client.force_login(ann.account)
    client.post(f"/privacy/choices/undo/{asked_of_ann.pk}/")
    assert acts_of(ann) == [Act.PENDING, Act.DECLINED]


def test_a_link_that_we_did_not_sign_and_one_of_somebody_erased(
    client: Client, ann: Individual, asked_of_ann: Decision
) -> None:
    assert client.get(link()).status_code == 200
    assert client.get(link()[:-2] + "/").status_code == 404
    Individual.objects.filter(pk=ann.pk).update(erased_at=timezone.now())
    assert client.post(link(), {"answer": "yes"}).status_code == 410
    assert acts_of(ann) == [Act.PENDING]


def test_a_link_is_good_for_the_address_that_it_was_written_to(
    client: Client, ann: Individual, asked_of_ann: Decision
) -> None:
    assert client.get(link()).status_code == 200
    ann.email = "ann.new@example.org"
    ann.save()
    assert press(client).status_code == 410
    assert acts_of(ann) == [Act.PENDING]


def test_a_link_is_void_at_another_association(
    client: Client, ann: Individual, asked_of_ann: Decision, sister: Association
) -> None:
    response = client.post(link(), {"answer": "yes"}, headers={"host": "vdk.localhost"})
    assert response.status_code == 410
    assert acts_of(ann) == [Act.PENDING]


def test_the_letter_and_the_page_speak_the_persons_language(
    client: Client, ann: Individual, letter: Version
) -> None:
    Individual.objects.filter(pk=ann.pk).update(language="fr")
    ann.refresh_from_db()
    give(ann, letter, **how(ann, language="fr"))
    assert SentMail.objects.get().language == "fr"
    response = client.get(link(), headers={"accept-language": "de"})
    assert response.headers["Content-Language"] == "fr"
    assert "in full, in fr" in text(response)


def test_the_ledger_tells_of_both_steps(client: Client, asked_of_ann: Decision) -> None:
    press(client)
    kinds = LedgerEntry.objects.filter(kind__startswith="consent").order_by("seq")
    assert list(kinds.values_list("kind", flat=True)) == ["consent.pending", "consent.given"]


def test_time_that_ends_a_yes_is_not_the_end_of_a_pending_one_that_was_given_meanwhile(
    client: Client, ann: Individual, letter: Version, asked_of_ann: Decision
) -> None:
    press(client)
    assert expire(ann, letter, **how(ann, channel=Channel.SYSTEM, actor=None)) is not None
    assert press(client).status_code == 410
