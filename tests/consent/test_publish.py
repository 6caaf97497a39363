"""Publishing fixes the words."""

import pytest

from ams.models import Association
from consent.models import Version
from consent.publish import AlreadyPublished, MissingWording, draft, fingerprint, publish
from tests.consent import asked

pytestmark = pytest.mark.django_db


def test_the_fingerprint_covers_every_language_and_every_recipient(association: Association) -> None:
    version = asked.journal()
    assert version.hash == fingerprint(Version.objects.get(pk=version.pk))

    for change in ({"fr": {"how_long": "Toujours"}}, {"de": {"no": "-"}}):
        words = asked.words("Journal by post")
        for language, other in change.items():
            words[language] |= other
        other_version = publish(draft(version.statement, words))
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
