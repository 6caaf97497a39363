"""Whatever people say, associations publish and clocks do: a standing at any time is the replay until then.

The rules are said once more in standing_model.py. `make test` walks a while; `make soak` for long.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from ams.models import Association
from consent import complete, gate
from consent.at_time import standings_at
from consent.choices import choices_of
from consent.coverage import StaysAdvertising
from consent.decide import decline, give, withdraw
from consent.expiry import end_what_is_over
from consent.models import Confirmation, Decision, Purpose, Standing, Statement, Version
from consent.models import Kind as StatementKind
from consent.objection import lift_now, object_now
from consent.publish import compose, draft, publish
from privacy import ledger
from privacy.declarations import Basis
from tests import factories
from tests.consent import asked
from tests.consent.standing_model import INTERESTS, Kind, Model, Words
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 1, 30, 10, tzinfo=UTC)  # so that months end on odd days
FIELDS: dict[Kind, dict[str, Any]] = {
    Kind.CONSENT: {},
    Kind.CONFIRMED: {"double_opt_in": True},
    Kind.AGREEMENT: {"kind": StatementKind.AGREEMENT},
    Kind.INTEREST: {
        "kind": StatementKind.NOTICE,
        "basis": Basis.LEGITIMATE_INTEREST,
        "purpose": Purpose.RESEARCH,
    },
    Kind.ADVERTISING: {
        "kind": StatementKind.NOTICE,
        "basis": Basis.LEGITIMATE_INTEREST,
        "purpose": Purpose.DIRECT_MARKETING,
    },
}
LEAPS = [
    timedelta(seconds=1),
    timedelta(hours=7),
    timedelta(days=13),
    timedelta(days=27),
    timedelta(days=400),
]
statements = st.sampled_from([Kind.CONSENT, Kind.CONFIRMED, *Kind])  # the first two have the most to go wrong
refusable = st.sampled_from([Kind.CONSENT, Kind.CONFIRMED, Kind.INTEREST, Kind.ADVERTISING])
months_of_a_yes = st.sampled_from([None, None, 1, 12])
days_ahead = st.sampled_from([0, 0, 20])
which = st.integers(0, 9)


def machine(association: Association) -> type[RuleBasedStateMachine]:
    """Of this association, whose fixture hypothesis knows nothing of."""

    class Standings(Machine):
        tenant = association

    return Standings


class Machine(RuleBasedStateMachine):
    tenant: Association

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(BEGIN, tick=False)
        self.time = self.clock.start()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.moments = [BEGIN]
        self.touched: set[Kind] = set()

    @initialize(months=st.sampled_from([None, 1, 12]), says=st.booleans(), objects=st.booleans())
    def begin(self, months: int | None, says: bool, objects: bool) -> None:
        """In the midst of things: second words, and an answer here and there."""
        self.ann, self.ben = factories.make_individual(), factories.make_individual()
        self.models: dict[Kind, Model] = {}
        self.versions: dict[Kind, list[Version]] = {}
        self.facts: dict[Kind, tuple[bool, bool]] = {}  # on our own interest, for advertising
        for number, kind in enumerate(Kind, start=1):
            version = compose(kind.name.lower(), asked.words(kind), number=number, **FIELDS[kind])
            self.versions[kind] = [version]
            self.facts[kind] = (True, kind == Kind.ADVERTISING)
            self.models[kind] = Model(kind, [self.words(kind, 1, version.effective_at)])
            self.publish(kind, (False, False), months, later=0)
            if says and kind not in INTERESTS:
                self.say(kind, give, "given", 0)
        for kind in INTERESTS:
            self.models[kind].others = [self.models[each] for each in INTERESTS]
        if objects:
            self.change_the_facts(is_ours=True, advertises=True, at_once=True)
            self.say(Kind.ADVERTISING, object_now, "objected", 0)

    def teardown(self) -> None:
        try:
            if hasattr(self, "models"):
                self.compare_every_moment()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            self.clock.stop()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def tick(self) -> datetime:
        """Nothing happens in the same microsecond as something else."""
        self.time.shift(timedelta(microseconds=10))
        self.moments.append(self.now)
        return self.now

    # What may happen

    @rule(leap=st.sampled_from(LEAPS))
    def wait(self, leap: timedelta) -> None:
        self.time.shift(leap)
        self.tick()
        self.touched = set(Kind)

    @rule(kind=statements, months=months_of_a_yes, later=days_ahead)
    def publish_quietly(self, kind: Kind, months: int | None, later: int) -> None:
        self.publish(kind, (False, False), months, later)

    @rule(kind=statements, months=months_of_a_yes, later=days_ahead)
    def publish_and_ask_again(self, kind: Kind, months: int | None, later: int) -> None:
        self.publish(kind, (True, False), months, later)

    @rule(kind=statements, months=months_of_a_yes, later=days_ahead)
    def publish_and_ask_while_the_old_yes_counts(self, kind: Kind, months: int | None, later: int) -> None:
        self.publish(kind, (True, True), months, later)

    def publish(self, kind: Kind, asking: tuple[bool, bool], months: int | None, later: int) -> None:
        self.touched = {kind}
        since = self.tick() + timedelta(days=later)
        rules: dict[str, Any] = {
            "ask_again": asking[0],
            "old_counts": asking[1],
            "again_after_months": months,
        }
        rules["reason"] = "The use is the same."
        unpublished = draft(self.statement(kind), asked.words("Other words"), **rules)
        words = self.words(kind, unpublished.number, since, *asking, months)
        if any(each.advertises for each in self.models[kind].versions) and not words.advertises:
            with pytest.raises(StaysAdvertising):
                publish(unpublished, effective_at=since)
            unpublished.delete()
            return
        self.versions[kind].append(publish(unpublished, effective_at=since))
        self.models[kind].versions.append(words)

    def words(self, kind: Kind, *said: Any) -> Words:
        is_ours, advertises = self.facts[kind]
        return replace(Words(*said), is_ours=is_ours, advertises=is_ours and advertises)

    @rule(is_ours=st.sampled_from([True, True, False]), advertises=st.booleans(), at_once=st.booleans())
    def change_the_facts(self, *, is_ours: bool, advertises: bool, at_once: bool) -> None:
        """They count from the next version."""
        self.touched = {Kind.INTEREST}
        self.facts[Kind.INTEREST] = (is_ours, advertises)
        Statement.objects.filter(pk=self.statement(Kind.INTEREST).pk).update(
            basis=Basis.LEGITIMATE_INTEREST if is_ours else Basis.CONTRACT,
            purpose=Purpose.DIRECT_MARKETING if advertises else Purpose.RESEARCH,
        )
        if at_once:
            self.publish(Kind.INTEREST, (False, False), None, 0)

    @rule(kind=statements, page=which)
    def say_yes(self, kind: Kind, page: int) -> None:
        """Of what rests on our own interest: no longer objected."""
        if kind in INTERESTS:
            self.say(kind, lift_now, "lifted", page)
        elif self.models[kind].ended is None:
            self.say(kind, give, "given", page)

    @rule(kind=refusable, page=which, verb=st.sampled_from([decline, withdraw]))
    def say_no(self, kind: Kind, page: int, verb: Callable[..., Any]) -> None:
        if kind in INTERESTS:
            self.say(kind, object_now, "objected", page)
        else:
            self.say(kind, verb, "declined", page)

    def say(self, kind: Kind, verb: Callable[..., Any], wanted: str, page: int) -> None:
        """To the words of now, or of a page that has been open for a while."""
        self.touched = INTERESTS if kind in INTERESTS else {kind}
        now, model = self.tick(), self.models[kind]
        seen = [each for each in self.versions[kind] if each.effective_at <= now]
        version = seen[-1 - page % len(seen)] if page else seen[-1]
        words = next(each for each in model.versions if each.number == version.number)
        if not words.is_ours:
            return  # has no button
        before = Decision.objects.filter(individual=self.ann, statement=version.statement).count()

        decision = verb(self.ann, Version.objects.get(pk=version.pk), **how(self.ann))

        act = model.lift(words, now) if wanted == "lifted" else model.answer(wanted, words, now)
        after = Decision.objects.filter(individual=self.ann, statement=version.statement).count()
        assert after - before == (act is not None), (wanted, act)
        if act:
            assert (decision.act, decision.version_id, decision.at) == (act, version.pk, now)

    @precondition(lambda self: self.models[Kind.CONFIRMED].last(self.now))
    @rule()
    def follow_the_link(self) -> None:
        """Of the last letter: it may be too late, or about something that was answered otherwise since."""
        letter = Confirmation.objects.filter(individual=self.ann).order_by("-asked_at").first()
        if letter is None or self.models[Kind.CONFIRMED].ended:
            return
        self.touched = {Kind.CONFIRMED}
        now, model = self.tick(), self.models[Kind.CONFIRMED]
        if waiting := model.awaits_click(now):
            model.answer("given", waiting.words, now, clicked=True)
        complete.accept(letter, actor=self.ann.pk, evidence={})

    @rule()
    def sweep(self) -> None:
        self.touched = set(Kind)
        now = self.tick()
        for model in self.models.values():
            model.time_passes(now)
        end_what_is_over(self.tenant.pk)
        complete.expire_pending(self.tenant.pk)

    @precondition(lambda self: len(self.moments) > 20)  # else most walks would end here
    @rule(kind=statements)
    def end(self, kind: Kind) -> None:
        model = self.models[kind]
        if model.ended is None:
            model.ended = self.tick()
            self.touched = {kind}
            Statement.objects.filter(pk=self.statement(kind).pk).update(ended_at=model.ended)

    # What must hold

    @invariant()
    def the_gate_says_what_the_model_says(self) -> None:
        """Of what was touched by the last step; of all of them at the end."""
        for kind in self.touched:
            model = self.models[kind]
            assert gate.allows(self.ann.pk, kind.name.lower()) is model.is_open(self.now), (kind, model)
        self.touched = set()

    @invariant()
    def a_standing_is_the_last_decision(self) -> None:
        rows = (
            Standing.objects.filter(individual=self.ann)
            if hasattr(self, "models")
            else Standing.objects.none()
        )
        standings = {each.statement.slug: each for each in rows.select_related("statement", "version")}
        for kind, model in getattr(self, "models", {}).items():
            standing, last = standings.get(kind.name.lower()), model.last(self.now)
            assert (standing is None) is (last is None)
            if standing and last:
                told = (standing.act, standing.since, standing.until, standing.version.number)
                assert told == (last.act, last.at, last.until, last.words.number)

    def compare_every_moment(self) -> None:
        """Each at which something happened, and just before and after it, and when words or a yes began or ended."""
        for when in sorted(set(self.all_moments())):
            found = {each.statement.slug: each for each in standings_at(self.ann, when)}
            for kind, model in self.models.items():
                told, last = found.get(kind.name.lower()), model.last(when)
                assert (told.act if told else None) == (last.act if last else None), (kind, when)
                assert (told.since if told else None) == (last.at if last else None)
                assert bool(told and told.is_open()) is model.is_open(when), (kind, when, model)
        self.compare_people()
        self.compare_pages()
        assert ledger.verify(self.tenant.pk) is None

    def compare_people(self) -> None:
        """Ann is the only one who has said anything."""
        assert not Decision.objects.exclude(individual=self.ann).exists()
        for kind, model in self.models.items():
            allowed = set(gate.who_allows(kind.name.lower()))
            others = (
                {self.ben.pk} if Model(kind, model.versions, [], model.ended).is_open(self.now) else set()
            )
            assert allowed == others | ({self.ann.pk} if model.is_open(self.now) else set())

    def compare_pages(self) -> None:
        """What Ann reads under My choices is what the gate says."""
        for choice in choices_of(self.ann, kinds=[StatementKind.CONSENT, StatementKind.NOTICE]):
            model = self.models[Kind[choice.statement.slug.upper()]]
            says = choice.is_yes()
            if model.kind in INTERESTS:
                says = choice.version.can_be_objected_to() and not choice.is_objected()
            assert says is model.is_open(self.now), model

    def all_moments(self) -> Iterator[datetime]:
        ends = [said.until for model in self.models.values() for said in model.said if said.until]
        begins = [words.since for model in self.models.values() for words in model.versions]
        little = timedelta(microseconds=1)
        yield from self.moments
        for moment in [*ends, *begins]:
            if moment <= self.now:
                yield from (moment - little, moment)

    def statement(self, kind: Kind) -> Statement:
        return self.versions[kind][0].statement


def walk(association: Association, *, examples: int, steps: int) -> None:
    rules = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run(machine(association), settings=rules)


def test_any_walk_ends_where_the_model_ends(association: Association) -> None:
    walk(association, examples=12, steps=25)


@pytest.mark.soak
def test_any_long_walk_ends_where_the_model_ends(association: Association) -> None:
    walk(association, examples=150, steps=60)
