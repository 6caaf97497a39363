"""A log line carries no personal value, wherever the value came from."""

import json
import logging
import sys
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ams.models import Individual
from privacy.logs import OpaqueFormatter
from tests.factories import make_individual

CANARY = "Zyx Canary zyx@example.org"


def line_of(message: object, *args: object, exc_info: bool = False, **extra: object) -> dict[str, object]:
    record = logging.LogRecord(
        "ams", logging.ERROR, __file__, 1, message, args, sys.exc_info() if exc_info else None
    )
    record.__dict__.update(extra)
    written = OpaqueFormatter().format(record)
    assert "\n" not in written
    assert "Canary" not in written
    assert "zyx" not in written
    found: dict[str, object] = json.loads(written)
    return found


def failing(error: Exception, cause: Exception | None = None) -> dict[str, object]:
    assert "Canary" in str(error)  # so it could be found
    try:
        raise error from cause
    except type(error):
        return line_of("It failed.", exc_info=True)


def test_what_somebody_typed_is_in_the_error_and_not_in_the_log() -> None:
    line = failing(ValueError(CANARY))
    assert line["exception"] == "ValueError"
    assert "test_logs.py" in str(line["where"])


def test_an_error_behind_an_error_stays_out_too() -> None:
    assert failing(RuntimeError(CANARY), KeyError(CANARY))["exception"] == "RuntimeError"


def test_values_are_not_put_into_the_message() -> None:
    assert line_of("Could not write to %s", CANARY)["message"] == "Could not write to %s"


def test_an_error_as_message_is_named_only() -> None:
    assert line_of(ValueError(CANARY))["message"] == "ValueError"


def test_extras_off_the_list_are_dropped() -> None:
    uid = uuid4()
    line = line_of(
        "Done.", subject_uid=uid, count=3, given_name=CANARY, email=CANARY, request=CANARY, stack_info=CANARY
    )
    assert (line["subject_uid"], line["count"]) == (str(uid), "3")
    assert not {"given_name", "email", "request", "stack_info"} & set(line)


def test_an_extra_on_the_list_that_is_no_single_word_is_withheld() -> None:
    assert line_of("Done.", state=CANARY, step="zyx@example.org")["state"] == "withheld"
    assert line_of("Done.", state="key_destruction_pending")["state"] == "key_destruction_pending"


def test_a_line_break_in_a_message_begins_no_second_line() -> None:
    line_of('Done.\n{"level": "error"}')


@pytest.mark.django_db
def test_the_database_says_which_constraint_and_not_which_value(ann: Individual) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make_individual(email="ann@example.org")
    try:
        raise refused.value
    except IntegrityError:
        line = line_of("It failed.", exc_info=True)
    assert line["constraint"] == "individual_email"
    assert line["table"] == "ams_individual"
    assert line["sqlstate"] == "23505"


def test_the_settings_use_this_formatter_for_everything(settings: object) -> None:
    logging_settings = settings.LOGGING  # type: ignore[attr-defined]
    assert logging_settings["formatters"]["line"]["()"] == "privacy.logs.OpaqueFormatter"
    assert {handler["formatter"] for handler in logging_settings["handlers"].values()} == {"line"}
