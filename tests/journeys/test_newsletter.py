"""Staff write an issue, look at it, test it, see whom it reaches, send it, watch it, stop it, and read it later."""

import html
import re
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from ams import mailing
from ams.models import Association, Individual, Newsletter, NewsletterCopy, SentMail
from ams.newsletters import send
from ams.roles import Role
from consent import decide
from consent.models import Channel, Kind, Purpose, Standing, Version
from privacy.declarations import Basis
from privacy.tenancy import speaking_for
from tests.ams.newsletters import begin, make_issue, make_readers, monthly_letter, say_yes
from tests.consent import asked
from tests.factories import make_account, make_individual

pytestmark = pytest.mark.django_db
LIST, ADD = "/console/ams/newsletter/", "/console/ams/newsletter/add/"
WRITTEN = {
    "name": "Spring",
    "purpose": "letter",
    "subject-en": "Spring news",
    "body-en": "We **met** in Dublin.\r\n\r\n- maps\r\n- more maps",
    "subject-de": "Neues im Mai",
    "body-de": "Wir waren in Bremen.",
}


@pytest.fixture
def letter(association: Association) -> Version:
    return monthly_letter()


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The broker is the edge of the world: the test works as the worker does."""
    rung: list[Any] = []
    monkeypatch.setattr("ams.tasks.send_newsletter.delay", lambda *names: rung.append(names))
    monkeypatch.setattr("ams.tasks.send_mail.delay", lambda *_names: None)
    return rung


def address(issue: Newsletter, name: str = "change", *more: str) -> str:
    return reverse(f"admin:ams_newsletter_{name}", args=[issue.pk, *more])


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode())).split())


def seen(client: Client, issue: Newsletter) -> dict[str, str]:
    found = re.search(r'name="seen" value="(\w+)"', client.get(address(issue, "send")).content.decode())
    assert found
    return {"seen": found.group(1)}


def work(issue: Newsletter) -> None:
    send.run(issue.association_id, issue.pk)  # type: ignore[arg-type]  # the column's default may be None
    issue.refresh_from_db()


def test_an_empty_list_says_what_to_do(officer: Client) -> None:
    page = read(officer, LIST)
    assert "No newsletter yet" in page
    assert "Write a newsletter" in page
    assert "Publish a statement first" in read(officer, ADD)


def test_from_the_draft_to_the_report(
    officer: Client, letter: Version, association: Association, ann: Individual, ben: Individual
) -> None:
    say_yes([ann, make_individual(email=None)], letter)
    answer = officer.post(ADD, WRITTEN)
    issue = Newsletter.objects.get()
    assert answer.url == address(issue)
    page = read(officer, address(issue))
    assert "1 person gets it." in page
    assert "2 people of the audience did not say yes to “Monthly letter”, and do not get it." in page
    assert "1 person would get it but has no e-mail address." in page
    assert "French Not written Its readers get: English." in page
    page = read(officer, address(issue, "send"))
    assert "Send to 1 person" in page
    assert officer.post(address(issue, "send"), seen(officer, issue)).url == address(issue)
    page = read(officer, address(issue))
    assert "0 of 2 letters." in page
    assert 'value="0" max="100"' in officer.get(address(issue, "status")).content.decode()
    work(issue)
    page = read(officer, address(issue))
    assert "1 of 2 letters." in page
    assert mailing.drain(association.pk) == 1
    assert "HX-Refresh" in officer.get(address(issue, "status")).headers
    page = read(officer, address(issue))
    assert "It was for 2 people." in page
    assert "Sent 1" in page
    assert "No e-mail address 1" in page
    assert "Cleo Carter began to send it on" in page
    assert "Spring Sent 2" in read(officer, LIST)
    assert outbox.outbox[0].to == ["ann@example.org"]
    assert "- maps\n- more maps" in outbox.outbox[0].body


def test_a_preview_is_the_letter_itself(officer: Client, letter: Version, cleo: Individual) -> None:
    issue = make_issue()
    page = read(officer, address(issue, "preview", "de"))
    assert "Neues im Mai" in page
    assert "Wir waren in Bremen." in page
    assert "Cleo Carter" in page
    assert address(issue, "letter", "de") in officer.get(address(issue, "preview", "de")).content.decode()
    assert "Wir waren in Bremen." in officer.get(address(issue, "letter", "de")).content.decode()
    answer = officer.get(address(issue, "letter", "en"))
    assert "<strong>met</strong>" in answer.content.decode()
    assert "Stop these letters" in answer.content.decode()
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert officer.get(address(issue, "preview", "fr")).status_code == 404


def test_a_test_goes_to_whoever_asked_and_to_nobody_else(
    officer: Client, letter: Version, association: Association, ann: Individual
) -> None:
    say_yes([ann], letter)
    issue = make_issue()
    answer = officer.post(address(issue, "test", "de"), follow=True)
    assert "A test is on its way to you." in answer.content.decode()
    mailing.drain(association.pk)
    (message,) = outbox.outbox
    assert (message.to, message.subject) == (["cleo@example.org"], "Test: Neues im Mai")
    assert SentMail.objects.get().text is None
    issue.refresh_from_db()
    assert issue.state == Newsletter.State.DRAFT


def test_a_double_click_sends_it_once(
    officer: Client, letter: Version, bells: list[Any], ann: Individual
) -> None:
    say_yes([ann], letter)
    issue = make_issue()
    once = seen(officer, issue)
    for _click in range(2):
        assert officer.post(address(issue, "send"), once).url == address(issue)
    work(issue)
    assert SentMail.objects.count() == NewsletterCopy.objects.count() == 1


def test_what_a_colleague_changed_meanwhile_is_looked_at_first(
    officer: Client, letter: Version, ann: Individual
) -> None:
    say_yes([ann], letter)
    issue = make_issue()
    once = seen(officer, issue)
    officer.post(address(issue, "edit"), WRITTEN | {"body-en": "Something else."})
    page = officer.post(address(issue, "send"), once, follow=True).content.decode()
    assert "It was changed since you looked at it." in page
    assert not NewsletterCopy.objects.exists()


def test_what_is_being_sent_is_not_changed_nor_thrown_away(
    officer: Client, letter: Version, ann: Individual
) -> None:
    say_yes([ann], letter)
    issue = make_issue()
    officer.post(address(issue, "send"), seen(officer, issue))
    for name in ("edit", "throw"):
        answer = officer.post(address(issue, name), WRITTEN | {"body-en": "Something else."}, follow=True)
        assert "It is on its way already" in answer.content.decode()
    assert issue.texts.get(language="en").body == "We **met** in Dublin."


def test_a_stop_is_told_with_what_had_left(
    officer: Client, letter: Version, association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_readers(3, letter)
    issue = make_issue()
    officer.post(address(issue, "send"), seen(officer, issue))
    work(issue)
    monkeypatch.setattr(mailing, "AT_ONCE", 1)
    (first,) = mailing.claim(association.pk)
    mailing.settle(association.pk, first, "")
    page = officer.post(address(issue, "stop"), follow=True).content.decode()
    assert "What had not left does not leave." in page
    assert "The sending was stopped. 1 letter had left by then." in page
    assert mailing.drain(association.pk) == 0
    assert (
        "All letters had left already." in officer.post(address(issue, "stop"), follow=True).content.decode()
    )


def test_staff_go_on_after_a_stop_and_a_second_press_finds_it_on_its_way(
    officer: Client, letter: Version, association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_readers(3, letter)
    issue = make_issue()
    officer.post(address(issue, "send"), seen(officer, issue))
    assert "Go on sending" not in read(officer, address(issue))
    work(issue)
    monkeypatch.setattr(mailing, "AT_ONCE", 1)
    (first,) = mailing.claim(association.pk)
    mailing.settle(association.pk, first, "")
    officer.post(address(issue, "stop"))
    assert "Go on sending" in read(officer, address(issue))
    for _press in range(2):
        assert officer.post(address(issue, "go_on")).url == address(issue)
    assert "1 of 3 letters." in read(officer, address(issue))
    work(issue)
    assert mailing.drain(association.pk) == 2
    assert "Go on sending" not in read(officer, address(issue))
    assert SentMail.objects.filter(state="sent").values("individual").distinct().count() == 3


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "This field is required."),
        ({"subject-en": ""}, "Give it a subject."),
        ({"body-de": ""}, "Write the text."),
        ({"body-en": "<b>We</b> met."}, "Leave out HTML."),
        ({"purpose": "journal"}, "Select a valid choice"),
        (
            dict.fromkeys(("subject-en", "body-en", "subject-de", "body-de"), ""),
            "Write it in one language at least.",
        ),
    ],
)
def test_a_draft_says_beside_the_field_what_is_missing(
    officer: Client, letter: Version, changed: dict[str, str], told: str
) -> None:
    asked.journal(purpose=Purpose.SHARING)  # a yes to the printer is none to letters
    page = officer.post(ADD, WRITTEN | changed).content.decode()
    assert page.count(told) == 2  # beside the field and in the summary
    assert not Newsletter.objects.exists()


def test_an_interest_of_ours_counts_objections(officer: Client, ann: Individual, ben: Individual) -> None:
    notice = asked.letter(kind=Kind.NOTICE, basis=Basis.LEGITIMATE_INTEREST, purpose=Purpose.DIRECT_MARKETING)
    decide.object_to(ann, notice, channel=Channel.TAB, actor=ann.pk, language="en")
    page = read(officer, address(make_issue()))
    assert "2 people get it." in page
    assert "1 person of the audience objected to “Monthly letter”, and does not get it." in page


def test_nobody_sends_what_is_asked_of_nobody(officer: Client, letter: Version, ann: Individual) -> None:
    say_yes([ann], letter)
    issue = make_issue(purpose="something-else")
    page = read(officer, address(issue))
    assert "Nobody gets it: the statement that it is asked under is not in force." in page
    assert "Send it" not in page
    assert "Nobody would get it as it stands." in read(officer, address(issue, "send"))


def test_members_have_no_business_here_and_the_sister_has_her_own(
    client: Client, sister: Association, letter: Version, ann: Individual
) -> None:
    with speaking_for(sister.pk):
        theirs = make_issue()
    client.force_login(ann.account)
    assert client.get(LIST).status_code == 302
    staff = make_individual()
    client.force_login(make_account(staff, role=Role.STAFF))
    assert client.get(LIST).status_code == 200
    for name, more in (("change", ()), ("send", ()), ("preview", ("en",)), ("status", ())):
        assert client.get(address(theirs, name, *more)).status_code == 404
    assert client.post(address(theirs, "stop")).status_code == 404
    assert client.get(address(make_issue())).status_code == 200


def test_a_draft_can_be_thrown_away(officer: Client, letter: Version) -> None:
    issue = make_issue()
    assert "The draft is gone." in officer.post(address(issue, "throw"), follow=True).content.decode()
    assert not Newsletter.objects.exists()


def test_ann_finds_her_letter_among_what_we_hold(
    client: Client, letter: Version, association: Association, ann: Individual, ben: Individual
) -> None:
    say_yes([ann], letter)
    issue = make_issue(name="Spring for us")
    work(begin(issue, ben))
    mailing.drain(association.pk)
    client.force_login(ann.account)
    page = read(client, "/privacy/hold/")
    assert "Spring news" in page
    assert "Spring for us" in page
    client.force_login(ben.account)
    assert "Spring news" not in read(client, "/privacy/hold/")


def test_the_button_of_anns_mail_program_ends_it_at_once(
    client: Client, letter: Version, association: Association, ann: Individual, ben: Individual
) -> None:
    """RFC 8058: a POST without a session or a token. A letter that waits already does not leave either."""
    say_yes([ann, ben], letter)
    work(begin(make_issue(), ben))
    mailing.drain(association.pk)
    message = next(message for message in outbox.outbox if message.to == ["ann@example.org"])
    work(begin(make_issue(name="May"), ben))
    link = str(message.extra_headers["List-Unsubscribe"]).strip("<>").partition("/privacy/")[2]
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post(f"/privacy/{link}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    outbox.outbox.clear()
    mailing.drain(association.pk)
    assert [message.to for message in outbox.outbox] == [["ben@example.org"]]
    assert Standing.objects.get(individual=ann).act == "withdrawn"
