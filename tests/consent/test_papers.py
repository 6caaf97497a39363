"""What Ann said on paper or on the phone is entered with its evidence, and she hears of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from ams.models import Individual, SentMail
from consent import gate
from consent.decide import give, withdraw
from consent.models import Act, Confirmation, Decision, Paper, Standing
from consent.papers import CannotEnter, Said, enter
from privacy.ledger.models import Evidence, LedgerEntry
from privacy.scans import NoScan, format_of
from privacy.vault.files import path_of
from tests.consent import asked
from tests.consent.test_decide import acts_of, how

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PDF = b"%PDF-1.7 Ann Archer signs"


def said(by: Individual, **more: Any) -> Said:
    values = {
        "yes": True,
        "language": "en",
        "source": "paper",
        "said_on": date(2026, 3, 1),
        "note": "On the form",
    }
    return Said(**values | more, by=by.pk)  # type: ignore[arg-type]  # as the tests fill it


def refused(individual: Individual, *args: Any) -> CannotEnter:
    with pytest.raises(CannotEnter) as refusal:
        enter(individual, *args)
    return refusal.value


def test_a_signed_paper_opens_the_gate_and_lies_sealed(ann: Individual, cleo: Individual) -> None:
    decision = enter(
        ann, asked.letter(effective_at=LONG_AGO), said(cleo, scan=PDF, scan_name="Form of Ann.pdf", note="")
    )

    assert gate.allows(ann.pk, "letter")
    assert (decision.channel, decision.actor, decision.act) == ("staff", cleo.pk, "given")
    paper = Paper.objects.get(decision=decision)
    assert (paper.said_on, paper.source, paper.entered_by) == (date(2026, 3, 1), "paper", cleo.pk)
    assert (paper.file_name, paper.file.content_type, paper.file.read()) == (
        "Form of Ann.pdf",
        "application/pdf",
        PDF,
    )
    lies = path_of(ann.association_id, paper.file.stored).read_bytes()  # type: ignore[arg-type]  # its column may be None
    assert b"Archer" in PDF
    assert b"Archer" not in lies


def test_an_earlier_list_is_an_import(ann: Individual, cleo: Individual) -> None:
    decision = enter(ann, asked.letter(effective_at=LONG_AGO), said(cleo, source="list", note="line 12"))
    assert decision.channel == "import"
    assert Paper.objects.get().note == "line 12"


def test_the_ledger_commits_to_the_evidence_and_names_nothing_of_it(
    ann: Individual, cleo: Individual
) -> None:
    enter(ann, asked.letter(effective_at=LONG_AGO), said(cleo, note="She told me at the congress", scan=PDF))
    entry = LedgerEntry.objects.get(kind="consent.given")
    assert (entry.actor_uid, entry.subject_uid) == (cleo.pk, ann.pk)
    evidence = Evidence.objects.get(entry=entry).content["evidence"]
    assert len(evidence["note_sha256"]) == len(evidence["scan_sha256"]) == 64
    assert "congress" not in str(entry.payload)


def test_a_no_takes_back_the_yes_and_an_older_no_does_not(ann: Individual, cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False):
        give(ann, version, **how(ann))

    assert refused(ann, version, said(cleo, yes=False, said_on=date(2026, 4, 30))).field == "said_on"
    assert gate.allows(ann.pk, "letter")
    enter(ann, version, said(cleo, yes=False, said_on=date(2026, 5, 2), source="phone"))

    assert not gate.allows(ann.pk, "letter")
    assert acts_of(ann) == ["given", "withdrawn"]


def test_papers_come_in_the_order_in_which_they_were_said(ann: Individual, cleo: Individual) -> None:
    """Not in the order in which somebody got round to entering them."""
    version = asked.letter(effective_at=LONG_AGO)
    enter(ann, version, said(cleo, yes=False, said_on=date(2026, 3, 1)))
    assert refused(ann, version, said(cleo, said_on=date(2026, 2, 1))).field == "said_on"
    enter(ann, version, said(cleo, said_on=date(2026, 3, 2)))
    assert acts_of(ann) == ["declined", "given"]


def test_what_she_has_said_already_is_not_entered_again(ann: Individual, cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    with time_machine.travel(datetime(2026, 2, 1, tzinfo=UTC), tick=False):
        give(ann, version, **how(ann))
    told = refused(ann, version, said(cleo, scan=PDF))
    assert told.field is None
    assert not Paper.objects.exists()
    assert not SentMail.objects.exists()
    folder = path_of(ann.association_id, "0" * 32).parent  # type: ignore[arg-type]  # as above
    assert list(folder.iterdir()) == []


def test_twice_the_same_paper_is_once(ann: Individual, cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    enter(ann, version, said(cleo))
    refused(ann, version, said(cleo))
    assert Paper.objects.count() == Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"said_on": date(2099, 1, 1)}, "said_on"),
        ({"said_on": date(2019, 12, 31)}, "said_on"),
        ({"language": "it"}, "language"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    ann: Individual, cleo: Individual, change: dict[str, Any], field: str
) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    assert refused(ann, version, said(cleo, **change)).field == field
    assert not Decision.objects.exists()
    enter(ann, version, said(cleo))


def test_a_term_of_membership_is_not_declined(ann: Individual, cleo: Individual) -> None:
    version = asked.statutes(effective_at=LONG_AGO)
    assert refused(ann, version, said(cleo, yes=False)).field == "answer"
    assert enter(ann, version, said(cleo)).act == Act.GIVEN


def test_nobody_enters_what_they_said_themselves(cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    assert refused(cleo, version, said(cleo)).args == ("own",)
    assert not Decision.objects.exists()


def test_who_is_paused_is_left_in_peace(ann: Individual, cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    ann.restricted_at = timezone.now()
    assert refused(ann, version, said(cleo)).args == ("paused",)


def test_double_opt_in_waits_for_ann_s_own_click(ann: Individual, cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO, double_opt_in=True)
    assert enter(ann, version, said(cleo)).act == Act.PENDING
    assert not gate.allows(ann.pk, "letter")
    assert Confirmation.objects.get().individual_id == ann.pk
    letter = SentMail.objects.get(template="consent/mail/entered")
    assert "It does not count yet." in letter.text


def test_ann_reads_what_was_entered_and_how_to_take_it_back(
    ann: Individual, cleo: Individual, client: Any
) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    enter(ann, version, said(cleo, source="phone"))
    letter = SentMail.objects.get(template="consent/mail/entered")
    for words in (
        "We have entered your answer: Monthly letter",
        "May we? Monthly letter",
        "Your answer: yes",
        "Said on 1 March 2026. How we know: a call",
        "Example Society of Clinicians",
    ):
        assert words in f"{letter.subject}\n{letter.text}"
    assert "Cleo" not in letter.text
    link = next(word for word in letter.text.split() if "/stop/" in word)
    client.post(link.partition("testserver")[2], {"List-Unsubscribe": "One-Click"})
    assert not gate.allows(ann.pk, "letter")


def test_the_newer_words_still_ask_who_signed_the_older(ann: Individual, cleo: Individual) -> None:
    first = asked.letter(effective_at=LONG_AGO)
    asked.newer(first, ask_again=True)
    enter(ann, first, said(cleo))
    assert Standing.objects.get().version == first
    assert not gate.allows(ann.pk, "letter")


@pytest.mark.parametrize("data", [b"%PDF-1.4", b"\xff\xd8\xff\xe0 JFIF", b"\x89PNG\r\n\x1a\n..."])
def test_a_scan_is_known_by_its_content(data: bytes) -> None:
    assert format_of(data)[0] in {"application/pdf", "image/jpeg", "image/png"}


@pytest.mark.parametrize("data", [b"", b"<html>%PDF-", b"MZ\x90", b"%PDF-" + b"0" * 10 * 1024 * 1024])
def test_what_is_no_scan_is_refused(data: bytes) -> None:
    with pytest.raises(NoScan):
        format_of(data)


def test_a_later_no_of_her_own_is_the_latest(ann: Individual, cleo: Individual) -> None:
    version = asked.letter(effective_at=LONG_AGO)
    enter(ann, version, said(cleo))
    withdraw(ann, version, **how(ann))
    assert (
        refused(ann, version, said(cleo, said_on=timezone.localdate() - timedelta(days=1))).field == "said_on"
    )
