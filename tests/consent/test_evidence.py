"""An authority can follow each answer: which words, when, where, and which entry of the ledger."""

import hashlib
import json
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from ams.models import Association, Individual
from consent import evidence
from consent.decide import beside, give, withdraw
from consent.evidence import COLUMNS, WORDING_COLUMNS, Scope, rows_of, wordings_of
from consent.papers import enter
from consent.receipts.build import number_of
from privacy.ledger.models import LedgerEntry
from tests.consent import asked
from tests.consent.test_decide import how
from tests.consent.test_papers import LONG_AGO, said

pytestmark = pytest.mark.django_db


def about(association: Association, **which: Any) -> list[dict[str, str]]:
    scope = Scope(association.pk, timezone.now(), **which)
    return [dict(zip(COLUMNS, row, strict=True)) for row in chain(*rows_of(scope))]


def test_each_answer_is_a_row_with_its_entry(association: Association, ann: Individual) -> None:
    letter, journal = asked.letter(), asked.journal()
    with timezone.override("Europe/Vienna"):
        page = beside(ann, [letter, journal], language="de")
        decision = give(ann, letter, **how(ann, language="de", shown=page))

    row = about(association, individual=ann.pk)[0]

    entry = LedgerEntry.objects.get(kind="consent.given")
    assert row["time"] == decision.at.astimezone(ZoneInfo("Europe/Vienna")).isoformat()
    assert row["time"][-6:] in {"+01:00", "+02:00"}
    assert (row["zone"], row["statement"], row["act"], row["version"]) == (
        "Europe/Vienna",
        "letter",
        "given",
        "1",
    )
    assert (row["language"], row["words_sha256"]) == ("de", decision.text_hash)
    assert (row["actor"], row["channel"], row["shown_beside"]) == (str(ann.pk), "tab", "journal 1")
    assert (row["ledger_entry"], row["ledger_entry_sha256"]) == (
        str(entry.seq),
        bytes(entry.entry_hash).hex(),
    )
    assert (row["decision"], row["receipt"]) == (str(decision.pk), number_of(decision))
    assert row["paper_evidence"] == "no"


def test_ann_s_file_is_hers_alone(association: Association, ann: Individual, ben: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))
    give(ben, version, **how(ben))
    assert {row["subject"] for row in about(association, individual=ann.pk)} == {str(ann.pk)}
    assert {row["subject"] for row in about(association, statement=version.statement_id)} == {
        str(ann.pk),
        str(ben.pk),
    }


def test_a_statement_s_file_holds_no_other_statement(association: Association, ann: Individual) -> None:
    letter, journal = asked.letter(), asked.journal()
    give(ann, letter, **how(ann))
    give(ann, journal, **how(ann))
    assert [row["statement"] for row in about(association, statement=letter.statement_id)] == ["letter"]


def test_paper_is_said(association: Association, ann: Individual, cleo: Individual) -> None:
    enter(ann, asked.letter(effective_at=LONG_AGO), said(cleo))
    row = about(association, individual=ann.pk)[0]
    assert (row["paper_evidence"], row["actor"], row["channel"]) == ("yes", str(cleo.pk), "staff")


def test_the_fingerprint_can_be_worked_out_from_the_words(association: Association, ann: Individual) -> None:
    first = asked.letter()
    give(ann, first, **how(ann, language="fr"))
    asked.newer(first)
    scope = Scope(association.pk, timezone.now(), individual=ann.pk)
    rows = [dict(zip(WORDING_COLUMNS, row, strict=True)) for row in wordings_of(scope)]
    assert [row["language"] for row in rows] == ["de", "en", "fr"]  # of the version that she answered
    row = rows[-1]
    names = ("name", "title", "text", "what", "who", "why", "how_long", "yes", "no")
    words = {name: row[name] for name in names}
    text = json.dumps(
        {"language": "fr", "words": words}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert row["words_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert row["words_sha256"] == about(association, individual=ann.pk)[0]["words_sha256"]


def test_page_by_page_nothing_is_lost_or_doubled(
    association: Association, ann: Individual, ben: Individual, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = asked.letter()
    for person in (ann, ben):
        for verb in (give, withdraw, give, withdraw):
            verb(person, version, **how(person))
    whole = about(association, statement=version.statement_id)
    assert len(whole) == 8
    for size in (1, 3, 4, 8):
        monkeypatch.setattr(evidence, "A_PAGE", size)
        assert about(association, statement=version.statement_id) == whole


def test_a_page_costs_the_same_however_full(
    association: Association, ann: Individual, ben: Individual
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            about(association, statement=version.statement_id)
        return len(queries)

    version = asked.letter()
    give(ann, version, **how(ann, shown=beside(ann, [version], language="en")))
    before = cost()
    for verb in (withdraw, give, withdraw):
        verb(ben, version, **how(ben, shown=beside(ben, [version], language="en")))
        verb(ann, version, **how(ann))
    assert cost() == before


def test_the_sister_s_answers_are_not_in_it(
    association: Association, ann: Individual, sister: Association
) -> None:
    from privacy.tenancy import speaking_for  # noqa: PLC0415 beside its only use
    from tests import factories  # noqa: PLC0415 as above

    with speaking_for(sister.pk), translation.override("de"):
        person = factories.make_individual()
        give(person, asked.letter(), **how(person))
    give(ann, asked.letter(), **how(ann))
    scope = Scope(association.pk, timezone.now())
    assert {row[0] for row in chain(*rows_of(scope))} == {str(ann.pk)}
