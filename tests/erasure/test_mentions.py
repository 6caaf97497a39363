"""What others have written about somebody is found before they are erased, and told by its place alone."""

import logging
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams import models as m
from ams.models import Association, Individual
from erasure import flow
from erasure.management.commands.find_mentions import Command
from erasure.mentions import mentions_of, numbers_of, pattern_of
from erasure.models import Channel
from erasure.plan import plan
from privacy.folding import fold

pytestmark = pytest.mark.django_db


def note(about: Individual, text: str, **more: Any) -> m.StaffNote:
    return m.StaffNote.objects.create(individual=about, text=text, written_at=timezone.now(), **more)


def places(person: Individual) -> set[tuple[str, Any, str]]:
    found = mentions_of(person)
    return {(each.declaration.model._meta.model_name, each.key, each.field) for each in found}


def test_a_note_about_ben_that_names_ann_is_found_and_one_that_does_not_is_not(
    ann: Individual, ben: Individual
) -> None:
    assert places(ann) == set()
    named = note(ben, "Shares a practice with Ann  ARCHER since May.")
    note(ben, "Shares a practice with Joann Archerson.")
    assert places(ann) == {("staffnote", named.pk, "text")}


@pytest.mark.parametrize(
    "text",
    [
        "Archer, Ann asked for it",
        "Ånn Archer",
        "write to ANN@example.org instead",
        "or to ann@archers.example",
        "member 1001",
        "call 0171 / 234 56 78 at noon",
    ],
)
def test_she_is_found_by_whatever_she_is_known_by(ann: Individual, ben: Individual, text: str) -> None:
    m.PhoneNumber.objects.create(individual=ann, number="+49 171 2345678")
    m.OtherEmail.objects.create(individual=ann, address="ann@archers.example")
    found = note(ben, f"Before it. {text}, and after it.")
    assert places(ann) == {("staffnote", found.pk, "text")}


def test_what_is_short_is_not_looked_for_and_names_are_no_patterns() -> None:
    assert pattern_of([("Bo",), ("a.b*c",)]).pattern == r"(?<!\w)a\.b\*c(?!\w)"
    assert not pattern_of([("a.b*c",)]).search("axbbc")


def test_her_own_records_are_no_mentions(ann: Individual) -> None:
    note(ann, "Ann Archer called.")
    assert places(ann) == set()


def test_what_staff_wrote_to_everybody_is_read_too(ann: Individual, association: Association) -> None:
    letter = m.Newsletter.objects.create(name="May", purpose="letter")
    text = m.NewsletterText.objects.create(
        newsletter=letter, language="en", subject="May", body="We thank Ann Archer."
    )
    assert places(ann) == {("newslettertext", text.pk, "body")}


def test_the_plan_in_the_console_leads_to_the_record_and_says_nothing_of_it(
    ann: Individual, ben: Individual, cleo: Individual, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    written = note(ben, "Quarrels with ann@example.org about the budget")
    client.force_login(cleo.account)
    fingerprint = plan(ann).fingerprint
    with caplog.at_level(logging.DEBUG):
        asking = client.get(reverse("admin:erasure_erasure_ask", args=[ann.pk])).content.decode()
        erasure = flow.ask(ann, actor=ann.pk, channel=Channel.MEMBER, fingerprint=fingerprint)
        approving = client.get(reverse("admin:erasure_erasure_change", args=[erasure.pk])).content.decode()
    link = f'href="{reverse("admin:ams_staffnote_change", args=[written.pk])}"'
    for page in (asking, approving):
        assert link in page
        assert "budget" not in page
    assert "budget" not in caplog.text
    assert "budget" in str(m.StaffNote.objects.get(pk=written.pk).text)


def test_a_text_that_was_redacted_is_listed_no_more(
    ann: Individual, ben: Individual, cleo: Individual, client: Client
) -> None:
    written = note(ben, "Quarrels with Ann Archer")
    client.force_login(cleo.account)
    address = reverse("admin:erasure_erasure_ask", args=[ann.pk])
    nobody = "No text of anybody else has the name"
    assert nobody not in client.get(address).content.decode()
    written.text = "Quarrels with a colleague"
    written.save()
    assert nobody in client.get(address).content.decode()


def test_a_page_that_cannot_search_everything_says_so(
    ann: Individual, cleo: Individual, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cleo.account)
    address = reverse("admin:erasure_erasure_ask", args=[ann.pk])
    told = "There is too much to search for one page."
    assert told not in client.get(address).content.decode()
    monkeypatch.setattr("erasure.mention_pages.PATIENCE", -1)
    page = client.get(address).content.decode()
    assert told in page
    assert "No text of anybody else" not in page


def test_the_command_prints_places_and_numbers_and_no_value(
    ann: Individual, ben: Individual, association: Association
) -> None:
    written = note(ben, "Quarrels with Ann Archer", written_by=ann.pk)
    out = StringIO()
    call_command(Command(), str(ann.pk), stdout=out)
    said = out.getvalue()
    assert f"ams.staffnote {written.pk}, text, about {ben.pk}" in said
    assert "ams.staffnote, written_by: the number alone, in 1 rows" in said
    assert "1 texts name this person." in said
    for value in ("Archer", "Quarrels", "ann@example.org"):
        assert value not in said
    assert [each.count for each in numbers_of(ann) if each.model == "ams.staffnote"] == [1]


def test_letters_are_compared_without_accents() -> None:
    assert fold("Łucja Østergård") == "lucja ostergard"
