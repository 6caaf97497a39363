"""Log lines that carry no personal value: one line of JSON with allow-listed keys, an exception by type and place."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any, Final

# What a caller may attach with extra={...}: opaque ids, counts, states.
ALLOWED: Final = frozenset(
    {
        "association_id", "subject_uid", "job_id", "erasure_id", "endpoint_id", "delivery_id", "event_id", "request_id",
        "import_id", "step", "state", "status", "count", "attempt", "milliseconds", "sqlstate", "table", "constraint",
        "column",
    }
)  # fmt: skip
OURS: Final = frozenset({"ams", "consent", "erasure", "portability", "privacy", "webhooks"})
ONE_WORD: Final = re.compile(r"[A-Za-z0-9_.:+-]{0,80}")


class OpaqueFormatter(logging.Formatter):
    """An exception's text may hold what a member typed, so only its type and the lines of code are written."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.message_of(record),
        }
        line |= {key: word_of(value) for key, value in record.__dict__.items() if key in ALLOWED}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__qualname__
            line["where"] = [
                f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-8:]
            ]
            line |= facts_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)

    def message_of(self, record: logging.LogRecord) -> str:
        """Our own loggers write constant messages. Of others' a pattern is written, and its values are not.

        What comes without values may have them in it already: then only the place in the code is told.
        """
        if not isinstance(record.msg, str):
            return type(record.msg).__qualname__
        if record.args or record.name.partition(".")[0] in OURS:
            return record.msg
        return f"withheld, from {record.module}:{record.lineno} {record.funcName}"


def word_of(value: object) -> str:
    """Ids, counts and states are one word each; what has a space or an @ in it may have come from a person."""
    text = str(value)
    return text if ONE_WORD.fullmatch(text) else "withheld"


def facts_of(error: BaseException | None) -> dict[str, object]:
    """What PostgreSQL says about an error without saying a value."""
    diagnosis = getattr(error.__cause__ if error and error.__cause__ else error, "diag", None)
    names = {"sqlstate": "sqlstate", "table": "table_name", "constraint": "constraint_name"}
    return {key: value for key, name in names.items() if (value := getattr(diagnosis, name, None))}


def to_stderr(*names: str) -> dict[str, Any]:
    """A configuration for a program that writes before Django has read its own: these loggers, and all others."""
    own = {name: {"handlers": ["stderr"], "propagate": False} for name in names}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "privacy.logs.OpaqueFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": own,
    }
