"""The age of digital consent, by country and day (Art. 8 GDPR): a table that is kept as dated configuration."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from consent.audience import Facts

TABLES: Final = Path(__file__).with_name("ages.toml")


@cache
def tables() -> list[dict[str, Any]]:
    """The latest first."""
    found: list[dict[str, Any]] = tomllib.loads(TABLES.read_text())["table"]
    return sorted(found, key=lambda table: table["from"], reverse=True)


def age_of_consent(country: str, on: date) -> int:
    """In years. Before the first table the first one counts."""
    table = next((table for table in tables() if table["from"] <= on), tables()[-1])
    age: int = table["ages"].get(country, table["otherwise"])
    return age


def needs_guardian(facts: Facts, on: date) -> bool:
    """Who never told an age is taken for an adult: we do not ask for more data than we need (Art. 11)."""
    age = facts.age(on)
    return age is not None and age < age_of_consent(facts.country, on)


def decides_alone_on(facts: Facts) -> date | None:
    """The birthday from which this person decides alone."""
    if facts.born_on is None:
        return None
    year = facts.born_on.year + age_of_consent(facts.country, date.today())  # noqa: DTZ011 a birthday has no zone
    try:
        return facts.born_on.replace(year=year)
    except ValueError:  # the 29th of February
        return date(year, 3, 1)
