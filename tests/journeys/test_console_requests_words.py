"""A request keeps its own words, its own day and its scan; and what is answered is done."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams import models as m
from ams.models import Association, Individual
from ams.profile.correct import ask_for_correction
from consent import gate
from consent.decide import give
from portability.ask import request_export
from portability.finish import cancel
from portability.make import make
from portability.models import Channel, Export
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.requests import open_request
from privacy.requests.clock import due
from privacy.requests.flow import zone_of
from privacy.requests.models import Message, Request, State
from tests.consent import asked as statements
from tests.consent.test_decide import how
from tests.journeys.test_console_requests import answer_url, asked, officer, read
from tests.signing_in import sign_in

__all__ = ["officer"]
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 the letter of Ann"


def record(client: Client, person: Individual, **more: Any) -> Any:
    values = {"kind": "portability", "channel": "letter", "arrived": timezone.localdate().isoformat(), **more}
    return client.post(reverse("admin:ams_individual_asked", args=[person.pk]), values)


# By letter


def test_a_letter_carries_its_day_its_words_and_its_scan(officer: Client, ann: Individual) -> None:
    day = timezone.localdate() - timedelta(days=9)
    scan = SimpleUploadedFile("brief.pdf", PDF, "application/pdf")
    record(officer, ann, arrived=day.isoformat(), text="Send me everything.", scan=scan)
    request = Request.objects.get()
    zone = zone_of(ann.association_id)  # type: ignore[arg-type]  # the column's default may be None
    assert request.received_at.astimezone(zone).date() == day
    assert request.due_at == due(request.received_at, zone, country="IE")
    page = read(officer, answer_url(request))
    assert "Send me everything." in page
    file = officer.get(reverse("admin:privacy_request_scan", args=[request.messages.get().pk]))
    assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]  # a file
    assert LedgerEntry.objects.filter(kind="individual.viewed", subject_uid=ann.pk).count() == 2


@pytest.mark.parametrize(("days", "told"), [(1, "still to come"), (-400, "more than a year ago")])
def test_a_day_that_cannot_be_is_said_and_nothing_recorded(
    officer: Client, ann: Individual, days: int, told: str
) -> None:
    day = timezone.localdate() + timedelta(days=days)
    assert told in record(officer, ann, arrived=day.isoformat()).content.decode()
    assert not Request.objects.exists()


def test_what_is_no_scan_is_refused_and_nothing_recorded(officer: Client, ann: Individual) -> None:
    page = record(officer, ann, scan=SimpleUploadedFile("letter.pdf", b"MZ not a letter"))
    assert "neither a PDF" in page.content.decode()
    assert not Request.objects.exists()
    assert not Message.objects.exists()


def test_ann_asks_again_and_a_second_correction_shows_its_own_words(officer: Client, ann: Individual) -> None:
    first = ask_for_correction(ann, "My employer is spelled wrong.", actor=ann.pk)
    assert ask_for_correction(ann, "And my title too.", actor=ann.pk) == first
    page = read(officer, answer_url(first))
    assert page.index("spelled wrong") < page.index("my title too")
    first.close(State.DONE)
    second = ask_for_correction(ann, "My joining day is another.", actor=ann.pk)
    page = read(officer, answer_url(second))
    assert "My joining day is another." in page
    assert "spelled wrong" not in page


# A copy answers it


@pytest.mark.parametrize("kind", ["portability", "access"])
@pytest.mark.parametrize("channel", [Channel.STAFF, Channel.API, Channel.SELF])
def test_a_request_for_a_copy_ends_done_when_the_copy_is_made(
    ann: Individual, kind: str, channel: Channel
) -> None:
    by_letter = open_request(ann, kind, actor=None, channel="letter")
    make(request_export(ann, actor=ann.pk, channel=channel))
    by_letter.refresh_from_db()
    assert by_letter.state == State.DONE
    assert not Request.objects.filter(state=State.OPEN).exists()


def test_a_letter_still_waits_when_a_copy_that_was_begun_later_is_stopped(ann: Individual) -> None:
    by_letter = open_request(ann, "access", actor=None, channel="letter")
    cancel(request_export(ann, actor=ann.pk), actor=ann.pk)
    by_letter.refresh_from_db()
    assert by_letter.state == State.OPEN
    own = request_export(ann, actor=ann.pk)
    make(own)
    later = request_export(ann, actor=ann.pk)
    cancel(later, actor=ann.pk)
    assert later.request
    later.request.refresh_from_db()
    assert later.request.state == State.CANCELLED, "what began with the copy ends with it"


# Where members do not make copies themselves


def test_without_self_service_the_button_is_a_request_with_its_clock(
    client: Client, ann: Individual, cleo: Individual, association: Association
) -> None:
    make(request_export(ann, actor=ann.pk))
    sign_in(client, ann.account)
    assert "Make a new copy" in client.get("/privacy/take/").content.decode()
    Association.objects.filter(pk=association.pk).update(self_service_export=False)
    page = client.get("/privacy/take/").content.decode()
    assert "Make a new copy" not in page
    assert "You can make a new copy" not in page
    assert "Ask for my copy" in page
    answer = client.post("/privacy/take/make/", follow=True).content.decode()  # a page that was open before
    request = Request.objects.get(state=State.OPEN)
    assert f"We have your request, number {request.reference}" in answer
    assert f"number {request.reference}. We answer by" in answer
    assert "Ask for my copy" not in answer
    assert Export.objects.count() == 1
    assert request.reference in client.get("/privacy/requests/").content.decode()
    client.force_login(cleo.account)
    assert request.reference in read(client, "/console/privacy/request/")


# A pause


def test_answering_a_restriction_restricts_and_lifting_it_writes_a_letter(
    officer: Client, ann: Individual, cleo: Individual
) -> None:
    request = asked(ann, "restriction")
    page = read(officer, answer_url(request))
    assert "We have corrected it." not in page
    officer.post(answer_url(request), {"reason": "restricted"})
    request.refresh_from_db()
    ann.refresh_from_db()
    assert (request.state, ann.is_restricted) == (State.DONE, True)
    letter = m.SentMail.objects.get(template="privacy/mail/answered")
    assert "do nothing else with it" in letter.text
    entry = LedgerEntry.objects.get(kind="individual.restricted")
    assert (entry.actor_uid, entry.payload) == (cleo.pk, {"channel": "console"})

    officer.post(reverse("admin:ams_individual_pause", args=[ann.pk]))
    ann.refresh_from_db()
    assert not ann.is_restricted
    lifted = m.SentMail.objects.get(template="profile/mail/unrestricted")
    assert "We use your data again" in lifted.subject


def test_a_refused_restriction_restricts_nobody(officer: Client, ann: Individual) -> None:
    officer.post(answer_url(asked(ann, "restriction")), {"reason": "not_identified"})
    ann.refresh_from_db()
    assert not ann.is_restricted


def test_who_is_paused_is_not_copied_without_a_reason_not_listed_and_not_edited(
    officer: Client, ann: Individual, cleo: Individual
) -> None:
    sign_in(officer, cleo.account)
    give(ann, statements.journal(), **how(ann))
    assert gate.allows(ann.pk, "journal")
    edit = reverse("admin:ams_individual_edit", args=[ann.pk])
    address = ann.addresses.get()
    row = reverse("admin:ams_postaladdress_change", args=[address.pk])
    add = f"{reverse('admin:ams_phonenumber_add')}?individual={ann.pk}"
    assert all(officer.get(each).status_code == 200 for each in (edit, add))
    assert 'name="street"' in read(officer, row)

    Individual.objects.filter(pk=ann.pk).update(restricted_at=timezone.now())
    assert not gate.allows(ann.pk, "journal")
    for each in (edit, add):
        page = officer.get(each, follow=True).content.decode()
        assert "Nothing is changed while the data is paused" in page, each
    assert officer.post(edit, {"given_name": "Other"}).status_code == 302
    assert 'name="street"' not in read(officer, row)
    assert officer.post(row, {"street": "Elsewhere 1"}).status_code == 403
    ann.refresh_from_db()
    assert ann.given_name == "Ann"

    url = reverse("admin:portability_export_for", args=[ann.pk])
    assert "Write why a copy is made." in officer.post(url, {"tells": "on"}).content.decode()
    assert not Export.objects.exists()
    officer.post(url, {"tells": "on", "why": "Ann asks for it."})
    assert Export.objects.count() == 1
    entry = LedgerEntry.objects.get(kind="export.requested")
    content: Any = Evidence.objects.get(entry=entry).content
    assert content["evidence"] == {"why": "Ann asks for it."}


def test_ann_sees_the_role_of_who_looked_unless_the_association_names_them(
    client: Client, ann: Individual, cleo: Individual, association: Association
) -> None:
    client.force_login(cleo.account)
    read(client, reverse("admin:ams_individual_change", args=[ann.pk]))
    client.force_login(ann.account)
    page = client.get("/privacy/who/").content.decode()
    assert "Cleo" not in page
    assert "Administrator" in page
    Association.objects.filter(pk=association.pk).update(names_staff=True)
    assert "Cleo" in client.get("/privacy/who/").content.decode()
