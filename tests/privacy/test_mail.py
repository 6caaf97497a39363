"""A letter goes to whom the settings name; the features know no more than that."""

from typing import Any

import pytest
from django.conf import settings as real

from privacy.mail import write_to

written: list[tuple[Any, ...]] = []


def note(individual: Any, template: str, context: dict[str, Any], *, keep: bool, address: str | None) -> None:
    written.append((individual, template, context, keep, address))


@pytest.fixture(autouse=True)
def nothing_written_yet() -> None:
    written.clear()


def test_the_mailer_is_named_by_the_settings(settings: Any) -> None:
    settings.PRIVACY_MAILER = f"{__name__}.note"
    write_to("Ann", "erasure/mail/asked", {"day": 1})
    write_to("Ann", "erasure/mail/done", {}, keep=False)
    write_to("Ann", "consent/mail/guardian", {}, address="parent@example.org")
    assert written == [
        ("Ann", "erasure/mail/asked", {"day": 1}, True, None),
        ("Ann", "erasure/mail/done", {}, False, None),
        ("Ann", "consent/mail/guardian", {}, True, "parent@example.org"),
    ]


def test_a_mailer_that_is_not_there_is_an_error_at_once(settings: Any) -> None:
    settings.PRIVACY_MAILER = "ams.nowhere.write_to"
    with pytest.raises(ImportError):
        write_to("Ann", "x", {})


def test_the_associations_own_mailer_takes_these_words() -> None:
    assert real.PRIVACY_MAILER == "ams.mailing.write_to"
