"""A decision is kept once, for the words that the person saw, and the standing says what it says."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ams.models import Individual
from consent import gate
from consent.decide import CannotWithdraw, NothingToDecide, beside, decline, expire, give, withdraw
from consent.models import Act, Channel, Confirmation, Decision, Shown, Standing
from consent.publish import draft
from privacy import ledger
from privacy.ledger.models import Evidence, LedgerEntry
from tests.consent import asked
from webhooks.models import Event

pytestmark = pytest.mark.django_db


def how(person: Individual, **more: object) -> dict[str, object]:
    return {"channel": Channel.TAB, "actor": person.pk, "language": "en"} | more


def acts_of(person: Individual) -> list[str]:
    return list(Decision.objects.filter(individual=person).order_by("at").values_list("act", flat=True))


def test_ann_says_yes_and_the_version_time_language_and_channel_are_kept(ann: Individual) -> None:
    version = asked.letter()

    decision = give(ann, version, **how(ann, language="de"))

    kept = Decision.objects.get()
    assert (kept.version, kept.act, kept.language, kept.channel) == (version, Act.GIVEN, "de", Channel.TAB)
    assert kept.at == decision.at
    assert kept.actor == ann.pk
    assert Standing.objects.get().decision == kept


def test_saying_yes_twice_is_saying_it_once(ann: Individual) -> None:
    version = asked.letter()

    first, second = give(ann, version, **how(ann)), give(ann, version, **how(ann))

    assert first.pk == second.pk
    assert acts_of(ann) == ["given"]


@pytest.mark.parametrize(
    ("before", "act"),
    [("declined", None), ("withdrawn", None), ("expired", "declined"), ("pending", "declined")],
)
def test_a_no_after_what_was_no_yes(ann: Individual, before: str, act: str | None) -> None:
    """Said once more it is the same no; an end by time, and a yes that nobody confirmed, were nobody's answer."""
    version = asked.letter(double_opt_in=before == "pending")
    if before != "declined":
        give(ann, version, **how(ann))
    if before == "expired":
        expire(ann, version, **how(ann, channel=Channel.SYSTEM, actor=None))
    elif before != "pending":
        decline(ann, version, **how(ann))
    assert Standing.objects.get().act == before

    said = decline(ann, version, **how(ann))

    assert acts_of(ann)[-1] == (act or before)
    assert Standing.objects.get().decision == said
    assert not gate.allows(ann.pk, "letter")


def test_a_yes_that_waits_is_asked_for_anew_with_newer_words(ann: Individual) -> None:
    version = asked.letter(double_opt_in=True)
    first = give(ann, version, **how(ann))
    newer = asked.newer(version)

    second = give(ann, newer, **how(ann))

    assert acts_of(ann) == ["pending", "pending"]
    assert give(ann, version, **how(ann)) == second  # an older page changes nothing about it
    assert list(Confirmation.objects.order_by("asked_at").values_list("decision", flat=True)) == [
        first.pk,
        second.pk,
    ]
    assert give(ann, newer, **how(ann, confirmed=True)).act == Act.GIVEN


def test_a_yes_near_its_end_is_renewed_once_and_lasts_as_long_again(ann: Individual) -> None:
    version = asked.newer(asked.letter(), again_after_months=12)
    given = give(ann, version, **how(ann))
    until = Standing.objects.get().until
    assert until
    with time_machine.travel(until - timedelta(days=31)):
        assert give(ann, version, **how(ann)) == given
    with time_machine.travel(until - timedelta(days=29)):
        renewed = give(ann, version, **how(ann))
        assert give(ann, version, **how(ann)) == renewed

    assert acts_of(ann) == ["given", "renewed"]
    later = Standing.objects.get().until
    assert later
    assert later - until > timedelta(days=330)


def test_every_answer_of_a_long_way_is_kept_in_order(ann: Individual) -> None:
    version = asked.letter()
    for verb in (decline, decline, give, withdraw, withdraw, give):
        verb(ann, version, **how(ann))
    give(ann, asked.newer(version), **how(ann))

    assert acts_of(ann) == ["declined", "given", "withdrawn", "given", "renewed"]
    assert Standing.objects.get().act == Act.RENEWED


def test_bens_standing_is_his_own(ann: Individual, ben: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))
    decline(ben, version, **how(ben))

    assert Standing.objects.get(individual=ann).act == Act.GIVEN
    assert Standing.objects.get(individual=ben).act == Act.DECLINED


def test_an_agreement_cannot_be_withdrawn_and_says_why(ann: Individual) -> None:
    version = asked.statutes()
    give(ann, version, **how(ann))

    with pytest.raises(CannotWithdraw) as refusal:
        withdraw(ann, version, **how(ann))

    assert "membership ends" in str(refusal.value.reason)
    assert acts_of(ann) == ["given"]


def test_a_draft_cannot_be_decided_on(ann: Individual) -> None:
    unpublished = draft(asked.letter().statement, asked.words("Draft"))

    with pytest.raises(NothingToDecide):
        give(ann, unpublished, **how(ann))


def test_what_stood_beside_is_kept_once_for_all_answers_of_a_page(ann: Individual) -> None:
    versions = [asked.letter(), asked.journal()]
    shown = beside(ann, versions, language="fr")
    for version in versions:
        give(ann, version, **how(ann, shown=shown))

    kept = Shown.objects.get()
    assert kept.versions == [version.hash for version in versions]
    assert set(Decision.objects.values_list("shown", flat=True)) == {kept.pk}


def test_nothing_is_shown_when_nothing_was_decided(ann: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann))
    give(ann, version, **how(ann, shown=beside(ann, [version], language="en")))

    assert not Shown.objects.exists()


def test_the_ledger_holds_the_proof_and_the_evidence_is_sealed(ann: Individual) -> None:
    version = asked.letter()
    give(ann, version, **how(ann, evidence={"address": "203.0.113.7"}))

    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.subject_uid) == ("consent.given", ann.pk)
    assert entry.payload["version_hash"] == version.hash
    assert Evidence.objects.get().content["evidence"] == {"address": "203.0.113.7"}
    assert "203.0.113.7" not in str(entry.payload)
    assert ledger.verify(ann.association_id) is None


def test_third_parties_are_told_of_a_yes_and_of_its_end_but_of_no_agreement(ann: Individual) -> None:
    version = asked.letter()
    give(ann, asked.statutes(), **how(ann))
    decline(ann, version, **how(ann))
    give(ann, version, **how(ann))
    withdraw(ann, version, **how(ann))

    told = Event.objects.order_by("at").values_list("type", flat=True)
    assert list(told) == ["consent.given", "consent.withdrawn"]


def test_a_decision_costs_the_same_number_of_statements_for_the_hundredth_person(
    ann: Individual, ben: Individual
) -> None:
    version = asked.letter()
    counts = []
    for person in (ann, ben):
        with CaptureQueriesContext(connection) as queries:
            give(person, version, **how(person))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_a_host_whose_clock_is_behind_says_nothing_earlier(ann: Individual) -> None:
    version = asked.letter()
    given = give(ann, version, **how(ann))
    with time_machine.travel(given.at - timedelta(minutes=3), tick=False):
        taken_back = withdraw(ann, version, **how(ann))
        anew = give(ann, version, **how(ann))

    assert given.at < taken_back.at < anew.at
    assert Standing.objects.get().since == anew.at
