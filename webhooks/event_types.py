"""What third parties can be told about, and the few words that a notice may hold: thin by construction."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Plain = str | int | bool | None
JSON = Plain | list[Plain]


class EventType(TextChoices):
    INDIVIDUAL_ERASED = "individual.erased", _("Erased")
    INDIVIDUAL_UPDATED = "individual.updated", _("Corrected")
    INDIVIDUAL_RESTRICTED = "individual.restricted", _("Restricted")
    INDIVIDUAL_UNRESTRICTED = "individual.unrestricted", _("No longer restricted")
    CONSENT_GIVEN = "consent.given", _("Consent given")
    CONSENT_WITHDRAWN = "consent.withdrawn", _("Consent withdrawn")
    ENDPOINT_TEST = "endpoint.test", _("Test")


# Art. 19 GDPR, and Art. 7(3) with it: these are owed to a recipient even while its endpoint is switched off.
DUTIES: Final = frozenset(
    {
        EventType.INDIVIDUAL_ERASED,
        EventType.INDIVIDUAL_UPDATED,
        EventType.INDIVIDUAL_RESTRICTED,
        EventType.INDIVIDUAL_UNRESTRICTED,
        EventType.CONSENT_WITHDRAWN,
    }
)
# Every endpoint gets its own test, subscribed or not.
SUBSCRIBABLE: Final = [choice for choice in EventType if choice is not EventType.ENDPOINT_TEST]

# A word that is not here cannot leave the house. None of them names, or describes, a person; and none is a number
# of ours that two recipients would share, or they could lay their lists side by side and join them.
WORDS: Final = frozenset(
    {
        "notice_id", "recipient_subject_id", "due_by", "occurred_at", "scope", "basis",
        "statement", "version", "also", "language", "fields", "state", "status_callback", "checkpoint",
    }
)  # fmt: skip
# An identifier of our own: no blank, no "@", no quotation mark, nothing beyond ASCII.
TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,199}")


class NotThin(ValueError):  # noqa: N818 the name says what is the case
    """A notice was to hold more than ids, times and words of our own. The value is not repeated here."""


def thin(data: Mapping[str, object]) -> dict[str, JSON]:
    """Raises NotThin."""
    if unknown := set(data) - WORDS:
        raise NotThin(f"Not a word of a notice: {', '.join(sorted(unknown))} (webhooks/event_types.py).")
    return {word: _thin_value(word, value) for word, value in data.items()}


def _thin_value(word: str, value: object) -> JSON:
    if isinstance(value, list | tuple):
        return [_thin_item(word, item) for item in value]
    return _thin_item(word, value)


def _thin_item(word: str, value: object) -> Plain:
    match value:
        case None | bool() | int():
            return value
        case UUID():
            return str(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case str() if TOKEN.fullmatch(value):
            return str(value)
    raise NotThin(f"The value of {word} is no id, time or token.")


def instant(at: datetime) -> str:
    """Whole seconds: a finer time would be a number that two recipients share."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
