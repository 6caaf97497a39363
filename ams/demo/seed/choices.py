"""What people decided long ago: taken over from earlier records, each with its entry in the ledger."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import prefetch_related_objects

from ams.demo.seed.doings import moment
from ams.demo.seed.people import Person, a_day
from ams.demo.seed.plans import Plan
from ams.demo.seed.statements import plant_statements
from consent.decide import text_hash, until
from consent.models import Act, Channel, Decision, Kind, Standing, Version
from privacy import ledger

YES = {
    "monthly-letter": 0.7,
    "journal-by-post": 0.5,
    "directory": 0.55,
    "photos": 0.3,
    "event-partners": 0.12,
}
WAS_ASKED = 0.9
CHANGED_THEIR_MIND = 0.07


def plant_choices(plan: Plan, people: list[Person]) -> None:
    versions = plant_statements(plan.facts["languages"], plan.facts["slug"])
    prefetch_related_objects(list(versions.values()), "wordings")
    decisions = [decision for person in people for decision in decisions_of(plan, person, versions)]
    decisions.sort(key=lambda decision: decision.at)
    Decision.objects.bulk_create(decisions)
    Standing.objects.bulk_create(standings(decisions))
    for decision in decisions:
        prove(decision)


def decisions_of(plan: Plan, person: Person, versions: dict[str, Version]) -> Iterator[Decision]:
    yield a_decision(person, versions["statutes"], Act.GIVEN, moment(plan, person.joined_on))
    if person.row.member_number == "10482":
        yield from annas(person, versions)
        return
    for slug, probability in YES.items():
        if plan.now_and_then(WAS_ASKED):
            yield from answers(plan, person, versions[slug], says_yes=plan.now_and_then(probability))


def answers(plan: Plan, person: Person, version: Version, *, says_yes: bool) -> Iterator[Decision]:
    asked_on = a_day(plan.chance, person.joined_on, person.left_on or plan.today)
    yield a_decision(person, version, Act.GIVEN if says_yes else Act.DECLINED, moment(plan, asked_on))
    if says_yes and plan.now_and_then(CHANGED_THEIR_MIND) and asked_on < plan.today:
        later = a_day(plan.chance, asked_on + timedelta(days=1), plan.today)
        yield a_decision(person, version, Act.WITHDRAWN, moment(plan, later))


def annas(person: Person, versions: dict[str, Version]) -> Iterator[Decision]:
    """Yes to three, no to one, and one that she was never asked."""
    for slug, act, day in (
        ("monthly-letter", Act.GIVEN, date(2019, 3, 4)),
        ("journal-by-post", Act.GIVEN, date(2022, 1, 11)),
        ("directory", Act.GIVEN, date(2022, 1, 11)),
        ("photos", Act.GIVEN, date(2022, 9, 9)),
        ("photos", Act.WITHDRAWN, date(2024, 11, 20)),
    ):
        yield a_decision(person, versions[slug], act, datetime.combine(day, time(10, 12), tzinfo=UTC))


def a_decision(person: Person, version: Version, act: Act, at: datetime) -> Decision:
    return Decision(
        individual=person.row,
        statement_id=version.statement_id,
        version=version,
        act=act,
        at=at,
        language=person.row.language,
        text_hash=text_hash(version, person.row.language),
        channel=Channel.IMPORT,
    )


def standings(decisions: list[Decision]) -> list[Standing]:
    """The latest decision of each person on each statement; they come in the order of time."""
    latest = {(decision.individual_id, decision.statement_id): decision for decision in decisions}
    return [
        Standing(
            individual=decision.individual,
            statement_id=decision.statement_id,
            decision=decision,
            version=decision.version,
            act=decision.act,
            since=decision.at,
            until=until(decision),
        )
        for decision in latest.values()
    ]


def prove(decision: Decision) -> None:
    is_consent = decision.version.statement.kind == Kind.CONSENT
    ledger.append(
        ledger.Kind(f"consent.{decision.act}") if is_consent else ledger.Kind.AGREEMENT_GIVEN,
        subject=decision.individual_id,
        actor=None,
        payload={
            "decision": decision.pk,
            "statement": decision.statement_id,
            "version": decision.version.number,
            "version_hash": decision.version.hash,
            "wording_hash": decision.text_hash,
            "language": decision.language,
            "channel": "import",
        },
    )
