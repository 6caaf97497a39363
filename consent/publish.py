"""Publishing: a draft's words are fixed, fingerprinted and dated. After that nobody can change them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from consent import resting, rich
from consent.coverage import (
    NotCovered,
    StaysAdvertising,
    asks_enough,
    leaves_advertising,
)
from consent.models import LATER_WORDS, WORDS, Kind, State, Statement, Version, Wording
from privacy.declarations import Basis

# What a version takes over from its statement.
FACTS = ("purpose", "basis", "recipients", "shared_fields")
# Without these nobody can be asked, or told. A yes and a no are both in the association's own words.
NEEDED = {
    Kind.CONSENT: ("name", "title", "text", "yes", "no"),
    Kind.AGREEMENT: ("name", "title", "text", "yes"),
    Kind.NOTICE: ("name", "title", "text"),
}


class AlreadyPublished(RuntimeError):  # noqa: N818  it says what is the case
    """The version's words are fixed already; write a new version."""


class MissingWording(ValueError):  # noqa: N818  it says what is the case
    """Some of the association's languages have no wording."""

    def __init__(self, languages: list[str]) -> None:
        self.languages = languages
        super().__init__(f"No wording in: {', '.join(languages)}.")


class UnfinishedWording(ValueError):  # noqa: N818  as above
    """In these languages words are missing, or the text is none that can be shown."""

    def __init__(self, languages: list[str]) -> None:
        self.languages = languages
        super().__init__(f"The words are not ready in: {', '.join(languages)}.")


def canonical(version: Version) -> bytes:
    """What the fingerprint covers, as JSON with sorted keys (RFC 8785 for the kinds of values used here)."""
    facts: dict[str, Any] = {
        "statement": version.statement.slug,
        "kind": version.statement.kind,
        "version": version.number,
        "basis": version.basis,
        "recipients": version.recipients,
        "wordings": {wording.language: _words(wording) for wording in version.wordings.all()},
    }
    later = {
        "purpose": version.purpose,
        "again_after_months": version.again_after_months,
        "shared_fields": [] if version.fields_from_words else version.shared_fields,
    }
    return _canonical(facts | _said(later))


def canonical_words(wording: Wording) -> bytes:
    """What the fingerprint of one language covers: its words, and which language they are in."""
    return _canonical({"language": wording.language, "words": _words(wording)})


def _words(wording: Wording) -> dict[str, str]:
    words = {name: getattr(wording, name) for name in WORDS}
    return words | _said({name: getattr(wording, name) for name in LATER_WORDS})


def _said(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts that versions did not always have are covered where they are said, so that old fingerprints hold."""
    return {name: value for name, value in facts.items() if value}


def _canonical(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint(version: Version) -> str:
    return hashlib.sha256(canonical(version)).hexdigest()


@transaction.atomic
def publish(version: Version, *, effective_at: datetime | None = None, by: UUID | None = None) -> Version:
    """Raises AlreadyPublished, MissingWording, UnfinishedWording, NotCovered and StaysAdvertising."""
    version = Version.objects.select_for_update().select_related("statement").get(pk=version.pk)
    if version.is_published():
        raise AlreadyPublished
    if missing := missing_languages(version):
        raise MissingWording(missing)
    if unfinished := unfinished_languages(version.statement, version.wordings.all()):
        raise UnfinishedWording(unfinished)
    statement = version.statement
    if not asks_enough(version, latest_published(statement)):
        raise NotCovered
    if leaves_advertising(statement):
        raise StaysAdvertising
    for name in FACTS:
        setattr(version, name, getattr(statement, name))
    version.published_by, version.ask_again = by, bool(version.ask_again)
    for wording in version.wordings.all():
        wording.hash = hashlib.sha256(canonical_words(wording)).hexdigest()
        wording.save(update_fields=["hash"])
    version.published_at = timezone.now()
    # A draft that lay for a week does not count from the day on which it was begun.
    version.effective_at = effective_at or max(version.effective_at, version.published_at)
    version.hash = fingerprint(version)
    version.state = State.PUBLISHED
    version.save()
    if version.ask_again and not version.old_counts:
        resting.ring(version.association_id)  # type: ignore[arg-type]  # the column's default may be None
    return version


def latest_published(statement: Statement) -> Version | None:
    """The one in force, or the one that waits for its day."""
    return statement.versions.filter(state=State.PUBLISHED).order_by("-number").first()


def missing_languages(version: Version) -> list[str]:
    languages: list[str] = version.association.languages
    written = set(version.wordings.values_list("language", flat=True))
    return [language for language in languages if language not in written] if written else languages or ["*"]


def unfinished_languages(statement: Statement, wordings: Iterable[Wording]) -> list[str]:
    return [each.language for each in wordings if unwritten(statement, each) or rich.problems(each.text)]


def unwritten(statement: Statement, wording: Wording) -> list[str]:
    """The names of the fields that are still to be written."""
    return [name for name in NEEDED[Kind(statement.kind)] if not getattr(wording, name).strip()]


@transaction.atomic
def draft(statement: Statement, wordings: Mapping[str, Mapping[str, str]], **fields: Any) -> Version:
    """The next version of a statement, not yet published: words by language."""
    last = statement.versions.aggregate(last=Max("number"))["last"] or 0
    version = Version.objects.create(statement=statement, number=last + 1, **fields)
    Wording.objects.bulk_create(
        Wording(version=version, language=language, **words) for language, words in wordings.items()
    )
    return version


def compose(
    slug: str,
    wordings: Mapping[str, Mapping[str, str]],
    *,
    number: int,
    kind: Kind = Kind.CONSENT,
    effective_at: datetime | None = None,
    again_after_months: int | None = None,
    **fields: Any,
) -> Version:
    """A statement with its first version, published: for set-up and for tests."""
    basis = Basis.CONSENT if kind == Kind.CONSENT else Basis.CONTRACT
    statement = Statement.objects.create(
        slug=slug, number=number, kind=kind, order=number, **{"basis": basis, **fields}
    )
    version = draft(statement, wordings, again_after_months=again_after_months)
    return publish(version, effective_at=effective_at)
