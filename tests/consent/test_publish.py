"""Publishing fixes the words."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.utils import timezone

from ams.models import Association
from consent.models import Kind, Version
from consent.publish import (
    AlreadyPublished,
    MissingWording,
    UnfinishedWording,
    canonical,
    compose,
    draft,
    fingerprint,
    publish,
)
from tests.consent import asked

pytestmark = pytest.mark.django_db


def test_the_fingerprint_covers_every_language_and_every_recipient(association: Association) -> None:
    version = asked.journal()
    assert version.hash == fingerprint(Version.objects.get(pk=version.pk))

    for change in ({"fr": {"how_long": "Toujours"}}, {"de": {"no": "-"}}):
        words = asked.words("Journal by post")
        for language, other in change.items():
            words[language] |= other
        other_version = publish(draft(version.statement, words, reason="The use is the same."))
        other_version.number = version.number
        assert fingerprint(other_version) != version.hash

    version.recipients = []
    assert fingerprint(version) != version.hash


def test_a_missing_translation_stops_publishing_and_is_named(association: Association) -> None:
    words = asked.words("Letter")
    del words["fr"]
    unfinished = draft(asked.letter().statement, words)

    with pytest.raises(MissingWording) as missing:
        publish(unfinished)

    assert missing.value.languages == ["fr"]


def test_publishing_twice_is_refused(association: Association) -> None:
    with pytest.raises(AlreadyPublished):
        publish(asked.letter())


def test_the_version_in_force_is_the_latest_one(association: Association) -> None:
    first = asked.letter()
    second = asked.newer(first)
    draft(first.statement, asked.words("Not yet"))

    assert first.statement.current() == second
    assert list(Version.objects.current()) == [second]


@pytest.mark.parametrize(
    "change", [{"no": ""}, {"yes": " "}, {"title": ""}, {"name": ""}, {"text": ""}, {"text": "# Big"}]
)
def test_words_that_are_not_ready_are_not_fixed_for_good(
    association: Association, change: dict[str, str]
) -> None:
    words = asked.words("Letter")
    words["de"] |= change
    unfinished = draft(asked.letter().statement, words)

    with pytest.raises(UnfinishedWording) as refusal:
        publish(unfinished)

    assert refusal.value.languages == ["de"]
    assert not Version.objects.get(pk=unfinished.pk).is_published()


def test_an_agreement_needs_no_words_for_a_no_and_a_notice_no_answers(association: Association) -> None:
    assert asked.statutes().is_published()
    notice = compose("notes", asked.words("Notes", yes="", no=""), number=7, kind=Kind.NOTICE)
    assert notice.is_published()


def test_a_draft_that_lay_for_a_week_counts_from_its_publishing(association: Association) -> None:
    first = asked.letter()
    with time_machine.travel(timezone.now() - timedelta(days=7)):
        waiting = draft(first.statement, asked.words("Letter, new"), reason="The use is the same.")

    before = timezone.now()
    assert publish(waiting).effective_at >= before


def test_until_its_day_comes_the_earlier_version_is_in_force(association: Association) -> None:
    first = asked.letter()
    day = timezone.now() + timedelta(days=7)

    second = publish(
        draft(first.statement, asked.words("Letter, new"), effective_at=day, reason="The use is the same.")
    )

    assert second.effective_at == day
    assert first.statement.current() == first
    assert list(Version.objects.current()) == [first]
    assert first.statement.current(day) == second


@pytest.mark.parametrize(
    ("texts", "fields"),
    [
        (["Name, street, country", "Name, Straße, Land"], ["name", "street", "country"]),
        (["Name and e-mail.", "Nom et e-mail", "Name; E-Mail"], ["name", "email"]),
        (["Name, postal address"], ["name", "street", "postcode", "town", "country"]),
        (["Name, e-mail", "Name"], ["name"]),
        (["Photos with you"], []),
        ([""], []),
        ([], []),
    ],
)
def test_versions_of_before_hold_what_their_words_name_in_every_language(
    texts: list[str], fields: list[str]
) -> None:
    migration = import_module("consent.migrations.0009_versions_name_what_lists_hold")
    assert migration.fields_of(texts) == fields


def test_fields_that_were_read_from_the_words_leave_the_fingerprint_alone(association: Association) -> None:
    version = asked.journal()
    assert json.loads(canonical(version))["shared_fields"] == asked.LETTER
    version.fields_from_words = True
    assert "shared_fields" not in json.loads(canonical(version))


def test_old_fingerprints_hold_although_versions_say_more_today(association: Association) -> None:
    """As it was computed before there were purposes, months, and words about what a no stops."""
    version = asked.letter()
    version.purpose = ""
    said = json.loads(canonical(version))
    assert set(said) == {"statement", "kind", "version", "basis", "recipients", "wordings"}
    assert set(said["wordings"]["en"]) == {
        "name", "title", "text", "what", "who", "why", "how_long", "yes", "no",
    }  # fmt: skip

    version.again_after_months = 24
    assert json.loads(canonical(version))["again_after_months"] == 24
