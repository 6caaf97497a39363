"""Joining over HTTP: nothing is lost, nothing happens twice, and nobody learns who is a member."""

from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from ams.accounts import throttle
from ams.models import Account, Association, Individual, Invoice, JoinDraft, LoginRecord, Membership, SentMail
from ams.signup.draft import COOKIE, LETTERS
from consent import gate
from consent.models import Decision, Shown, Version
from privacy import ledger
from privacy.vault.drafts import open_draft
from tests import factories
from tests.consent import asked
from tests.journeys.joining import (
    ABOUT,
    EMAIL,
    PASSWORD,
    follow_the_link,
    link_in_mail,
    open_for_members,
    post,
    shown,
    up_to,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def doors_open(association: Association) -> None:
    open_for_members(association)


@pytest.fixture(autouse=True)
def letters_leave(django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' transaction never commits; what waits for the commit happens at the end of each request."""
    request = Client.request

    def and_commit(self: Client, **environment: object) -> object:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            return request(self, **environment)

    monkeypatch.setattr(Client, "request", and_commit)


def text(client: Client, step: str) -> str:
    return unescape(client.get(f"/join/{step}/").content.decode())


def test_dora_joins_and_everything_about_her_is_there_at_once(
    client: Client, association: Association
) -> None:
    up_to(client, "check")
    assert not Individual.objects.exists()

    response = post(client, "check")

    assert response.headers["Location"] == "/join/done/"
    dora = Individual.objects.get(email=EMAIL)
    assert (dora.display_name, dora.country, dora.language) == ("Dora O'Shea", "FR", "en")
    assert dora.member_number
    assert dora.addresses.get().street == "Rue Cler 9"
    assert dora.account.check_password(PASSWORD)
    assert dora.account.email_verified_at
    assert Membership.objects.get().type.code == "individual"
    assert Invoice.objects.get().addressee == "Dora O'Shea"
    assert LoginRecord.objects.get().individual == dora
    assert ledger.verify(association.pk) is None


def test_her_decisions_are_kept_with_their_words_and_an_open_question_is_none(client: Client) -> None:
    up_to(client, "check")
    post(client, "check")

    dora = Individual.objects.get()
    decisions = Decision.objects.order_by("statement__order").values_list("statement__slug", "act", "channel")
    assert list(decisions) == [("letter", "given", "wizard"), ("statutes", "given", "wizard")]
    assert len(Shown.objects.get().versions) == 3
    assert gate.allows(dora.pk, "letter")
    assert not gate.allows(dora.pk, "journal")


def test_an_outspoken_no_is_kept_as_a_no(client: Client) -> None:
    up_to(client, "choices")
    post(client, "choices", letter="no", journal="yes", **shown(client, "choices"))
    post(client, "check")

    acts = dict(Decision.objects.values_list("statement__slug", "act"))
    assert acts == {"letter": "declined", "journal": "given", "statutes": "given"}


def test_the_receipt_repeats_each_decision_word_for_word(client: Client) -> None:
    up_to(client, "check")
    post(client, "check")

    letter = SentMail.objects.get()
    assert letter.recipient == EMAIL
    for body in (letter.text, letter.html):
        assert "Monthly letter, in full, in en." in body
        assert "Statutes, in full, in en." in body
        assert Decision.objects.get(statement__slug="letter").version.hash in body
        assert "Journal by post (May we? Journal by post)" in body
    page = unescape(client.get("/join/done/").content.decode())
    assert "Welcome, Dora" in page
    assert "left open, counts as no" in page
    assert "May we? Monthly letter" in page


def test_nothing_is_chosen_for_anybody(client: Client) -> None:
    up_to(client, "statutes")
    for step, count in (("statutes", 1), ("choices", 4)):
        page = text(client, step)
        assert page.count('type="radio"') + page.count('type="checkbox"') == count
        assert " checked" not in page
        post(client, "statutes", statutes="on", **shown(client, "statutes"))


def test_without_the_agreement_nobody_gets_on(client: Client) -> None:
    up_to(client, "statutes")
    response = post(client, "statutes", **shown(client, "statutes"))

    assert response.status_code == 200
    assert "We need your agreement before you can join." in response.content.decode()
    assert client.get("/join/choices/").headers["Location"] == "/join/statutes/"


def test_no_page_is_reached_before_the_address_is_confirmed(client: Client) -> None:
    post(client, "account", email=EMAIL)

    for step in ("password", "about", "membership", "statutes", "choices", "check"):
        assert client.get(f"/join/{step}/").headers["Location"] == "/join/letter/"
        assert post(client, step).headers["Location"] == "/join/letter/"
    assert client.get("/join/").headers["Location"] == "/join/letter/"


def test_looking_at_the_link_confirms_nothing_pressing_the_button_does(client: Client) -> None:
    post(client, "account", email=EMAIL)
    assert "Is this your address?" in client.get(link_in_mail()).content.decode()
    assert client.get("/join/").headers["Location"] == "/join/letter/"

    follow_the_link(client)

    assert client.get("/join/").headers["Location"] == "/join/password/"


def test_the_link_works_on_another_device_and_the_first_one_goes_on(client: Client) -> None:
    post(client, "account", email=EMAIL)

    page = follow_the_link(Client()).content.decode()

    assert "Go back to the window" in page
    assert client.get("/join/").headers["Location"] == "/join/password/"
    polled = client.get("/join/letter/", headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == "/join/password/"


def test_a_link_confirms_the_address_it_was_sent_to_and_no_later_one(client: Client) -> None:
    post(client, "account", email="dora.typo@example.org")
    old = link_in_mail()
    post(client, "account", email=EMAIL)

    assert client.post(old).status_code == 410
    assert client.get("/join/").headers["Location"] == "/join/letter/"
    follow_the_link(client)
    assert client.get("/join/").headers["Location"] == "/join/password/"


def test_changing_the_address_later_asks_to_confirm_the_new_one(client: Client) -> None:
    up_to(client, "check")
    assert client.get("/join/check/").status_code == 200

    post(client, "account", email="dora.new@example.org")

    assert client.get("/join/check/").headers["Location"] == "/join/letter/"
    assert mail.outbox[-1].to == ["dora.new@example.org"]
    follow_the_link(client)
    assert "dora.new@example.org" in text(client, "check")


def test_who_says_that_they_pressed_the_button_is_told_when_we_know_nothing_of_it(client: Client) -> None:
    post(client, "account", email=EMAIL)
    pressed = "/join/letter/?said=pressed"
    assert "We do not know of it yet." not in text(client, "letter")
    page = client.get(pressed).content.decode()
    assert f'href="{pressed}"' in page
    assert "We do not know of it yet." in page
    follow_the_link(client)
    assert client.get(pressed).headers["Location"] == "/join/password/"


def test_the_letter_is_sent_again_some_times_and_each_works(client: Client) -> None:
    post(client, "account", email=EMAIL)
    for number in range(2, LETTERS + 1):
        page = client.post("/join/letter/", follow=True).content.decode()
        assert "We wrote once more." in page
        assert len(mail.outbox) == number
    page = client.post("/join/letter/", follow=True).content.decode()
    assert "We wrote ten times to this address." in page
    assert len(mail.outbox) == LETTERS
    post(client, "account", email="dora.right@example.org")
    assert mail.outbox[-1].to == ["dora.right@example.org"]
    follow_the_link(client)
    assert client.get("/join/").headers["Location"] == "/join/password/"


def test_a_made_up_link_says_what_to_do(client: Client) -> None:
    response = client.get("/join/confirm/made:up/")
    assert response.status_code == 410
    assert "Go on joining" in response.content.decode()


def test_a_known_address_gets_the_same_answer_and_another_letter(client: Client, ann: Individual) -> None:
    for_ann = post(client, "account", email="ANN@example.org")
    other = Client()
    for_dora = post(other, "account", email=EMAIL)

    assert for_ann.headers["Location"] == for_dora.headers["Location"]
    assert sorted(for_ann.cookies) == sorted(for_dora.cookies)
    pages = [each.get("/join/letter/").content.decode() for each in (client, other)]
    assert len({page.replace("ANN@example.org", EMAIL).count("<") for page in pages}) == 1
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert "known to ESC already" in letters["ANN@example.org"].subject
    assert "/join/confirm/" not in letters["ANN@example.org"].body
    assert "/join/confirm/" in letters[EMAIL].body


def test_back_and_reload_find_every_answer(client: Client) -> None:
    up_to(client, "check")

    assert EMAIL in text(client, "account")
    about = text(client, "about")
    assert all(f'value="{value}"' in about for value in ABOUT.values() if value and len(value) > 2)
    assert 'value="individual" id="id_type_0" checked' in text(client, "membership")
    assert " checked" in text(client, "statutes")
    assert 'value="yes" id="id_letter_0" checked' in text(client, "choices")
    assert PASSWORD not in text(client, "password")


def test_a_change_from_the_check_page_leads_back_to_it(client: Client) -> None:
    up_to(client, "check")

    assert post(client, "about", **ABOUT | {"town": "Lyon"}).headers["Location"] == "/join/check/"
    assert "Lyon" in text(client, "check")


def test_one_name_is_enough(client: Client) -> None:
    up_to(client, "check")
    post(client, "about", **ABOUT | {"given_name": "Sukarno", "family_name": ""})
    assert "<dd>Sukarno</dd>" in "".join(text(client, "check").split())
    post(client, "check")
    joined = Individual.objects.get(email=EMAIL)
    assert (joined.display_name, joined.family_name) == ("Sukarno", None)


def test_two_tabs_answer_different_pages_and_none_is_lost(client: Client) -> None:
    up_to(client, "membership")
    other = Client()
    other.cookies[COOKIE] = client.cookies[COOKIE].value

    post(client, "membership", type="student")
    post(other, "about", **ABOUT | {"town": "Lyon"})

    up_to_statutes = client.get("/join/").headers["Location"]
    assert up_to_statutes == "/join/statutes/"
    post(client, "statutes", statutes="on", **shown(client, "statutes"))
    post(other, "choices", **shown(other, "choices"))
    page = text(client, "check")
    assert "Lyon" in page
    assert "Student" in page


def test_a_second_click_on_join_leads_to_the_same_welcome(client: Client) -> None:
    up_to(client, "check")
    second = Client()  # the same browser, before the answer to the first click has arrived
    second.cookies[COOKIE] = client.cookies[COOKIE].value

    answers = [post(each, "check").headers["Location"] for each in (client, second)]

    assert answers == ["/join/done/"] * 2
    assert Individual.objects.count() == Account.objects.count() == Membership.objects.count() == 1
    assert Decision.objects.count() == 2
    assert all("Welcome, Dora" in each.get("/join/done/").content.decode() for each in (client, second))


def test_a_tab_that_stayed_open_is_led_home(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    up_to(client, "check")
    post(client, "check")
    strict.cookies = client.cookies

    assert strict.post("/join/about/", ABOUT).headers["Location"] == "/profile/"
    assert strict.post("/join/check/").headers["Location"] == "/join/done/"
    assert Individual.objects.count() == 1


def test_nobody_else_sends_a_step_without_our_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/join/account/", {"email": EMAIL}).status_code == 403
    assert not JoinDraft.objects.exists()


def test_two_browsers_with_one_address_become_one_member(client: Client) -> None:
    other = Client()
    up_to(client, "check")
    up_to(other, "check")
    post(client, "check")

    response = post(other, "check")

    assert response.status_code == 409
    assert "You are a member already" in response.content.decode()
    assert Individual.objects.count() == 1
    assert Decision.objects.count() == 2


def test_answers_expire_and_the_visitor_is_told_kindly(client: Client) -> None:
    up_to(client, "membership")
    JoinDraft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    response = client.get("/join/membership/", follow=True)

    assert response.redirect_chain[-1][0] == "/join/account/?gone=1"
    assert "Your answers are gone." in response.content.decode()
    assert post(client, "about", **ABOUT).headers["Location"] == "/join/account/?gone=1"


def test_a_lost_cookie_begins_anew(client: Client) -> None:
    up_to(client, "membership")
    del client.cookies[COOKIE]

    response = client.get("/join/membership/", follow=True)

    assert "We begin here." in response.content.decode()
    assert EMAIL not in response.content.decode()


@pytest.mark.parametrize("cookie", ["", ".", "no", "a.b.c", "{row}.", "{row}.AAAA", "{row}.ä"])
def test_a_made_up_cookie_opens_nothing(client: Client, cookie: str) -> None:
    up_to(client, "membership")
    client.cookies[COOKIE] = cookie.format(row=JoinDraft.objects.get().pk)

    assert client.get("/join/membership/").headers["Location"].startswith("/join/account/?gone=")


def test_an_unfinished_application_is_noise_without_its_cookie(client: Client) -> None:
    up_to(client, "check")
    draft = JoinDraft.objects.get()
    key = client.cookies[COOKIE].value.partition(".")[2]

    assert EMAIL.encode() in open_draft(bytes(draft.answers), key, draft.pk)
    for name in (field.attname for field in JoinDraft._meta.concrete_fields):
        value = getattr(draft, name)
        raw = bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
        assert EMAIL.encode() not in raw
        assert b"Dora" not in raw
    assert key not in str(vars(draft))


def test_after_joining_the_answers_are_gone(client: Client) -> None:
    up_to(client, "check")
    cookie = client.cookies[COOKIE].value
    post(client, "check")

    draft = JoinDraft.objects.get()
    assert b"Dora" not in open_draft(bytes(draft.answers), cookie.partition(".")[2], draft.pk)
    assert draft.expires_at < timezone.now() + timedelta(minutes=16)
    assert client.cookies[COOKIE].value == ""


def test_words_that_changed_meanwhile_are_read_again_before_they_count(client: Client) -> None:
    up_to(client, "choices")
    before = shown(client, "choices")
    asked.newer(_version("letter"), "Letter with offers")

    response = post(client, "choices", letter="yes", **before)

    assert "These words have changed meanwhile." in response.content.decode()
    assert client.get("/join/check/").headers["Location"] == "/join/choices/"
    post(client, "choices", letter="yes", **shown(client, "choices"))
    post(client, "check")
    assert Decision.objects.get(statement__slug="letter").version.number == 2


def test_words_that_change_after_the_answer_leave_the_answer_to_the_old_ones(client: Client) -> None:
    up_to(client, "check")
    asked.newer(_version("letter"), "Letter with offers", ask_again=True)
    post(client, "check")

    assert Decision.objects.get(statement__slug="letter").version.number == 1
    assert not gate.allows(Individual.objects.get().pk, "letter")


def test_a_weak_password_is_explained(client: Client) -> None:
    up_to(client, "password")
    for password in ("short", "password123", EMAIL):
        response = post(client, "password", password=password)
        assert response.status_code == 200
        assert "aria-invalid" in response.content.decode()
    assert client.get("/join/about/").headers["Location"] == "/join/password/"


def test_a_free_membership_needs_no_invoice(client: Client) -> None:
    up_to(client, "check")
    post(client, "membership", type="student")
    post(client, "check")

    assert Membership.objects.get().type.code == "student"
    assert not Invoice.objects.exists()


def test_ten_letters_to_one_address_are_enough(client: Client) -> None:
    for _again in range(throttle.FREE_LETTERS + 4):
        post(client, "account", email=EMAIL)
    assert len(mail.outbox) == throttle.FREE_LETTERS == 10


def test_ann_who_is_signed_in_is_led_to_her_profile(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    assert client.get("/join/").headers["Location"] == "/profile/"
    assert client.get("/join/account/").headers["Location"] == "/profile/"


def test_what_is_done_with_the_data_is_said_before_anything_is_typed(client: Client) -> None:
    page = text(client, "account")
    assert "Example Society of Clinicians, 1 Harbour Street, Dublin" in page
    assert "Dana Devlin" in page
    assert "Data Protection Commission" in page
    assert "What we need your data for" in page


def test_in_german_the_german_words_are_asked_and_kept(client: Client) -> None:
    client.cookies["django_language"] = "de"
    up_to(client, "choices")
    assert "Monthly letter, in full, in de." in text(client, "choices")
    post(client, "choices", letter="yes", **shown(client, "choices"))
    post(client, "check")

    assert set(Decision.objects.values_list("language", flat=True)) == {"de"}
    assert Individual.objects.get().language == "de"


def _version(slug: str) -> Version:
    return Version.objects.get(statement__slug=slug)


def test_who_came_from_a_list_is_led_to_their_own_pages(client: Client) -> None:
    known = factories.make_individual(email="dora@example.org", source="imported")
    post(client, "account", email="dora@example.org")
    assert "/claim/" in link_in_mail()
    answer = client.post(link_in_mail(), {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert answer.status_code == 302
    assert known.account.has_usable_password()
