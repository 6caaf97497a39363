"""What was planted, as it is written down between processes. Knows nothing of Django."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from tests.no_trace.needles import Canary

KINDS: Final[dict[str, Any]] = {"text": str, "number": int, "day": date.fromisoformat}


def written(values: Mapping[str, Canary]) -> dict[str, list[str]]:
    names = {str: "text", int: "number", date: "day"}
    return {place: [names[type(value)], str(value)] for place, value in values.items()}


def read(values: Mapping[str, list[str]]) -> dict[str, Canary]:
    return {place: KINDS[kind](value) for place, (kind, value) in values.items()}
