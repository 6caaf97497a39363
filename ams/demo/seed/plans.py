"""The plans of the demo's associations, and the countries their people come from: words in TOML, chance seeded."""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
SLUGS: Final = ("esc", "sfb")
COUNTRIES: Final[dict[str, dict[str, Any]]] = tomllib.loads((FOLDER / "countries.toml").read_text())


@dataclass(slots=True)
class Plan:
    """What is invented for one association, today. The same seed invents the same people again."""

    facts: dict[str, Any]
    domain: str
    countries: dict[str, int]
    first_number: int
    types: list[tuple[str, str, str, int]]
    officers: list[tuple[str, str, str, str]]
    events: list[tuple[str, str, date, int]]
    committees: list[tuple[str, str]]
    words: dict[str, list[str]]
    papers: dict[str, str]
    seed: int
    today: date
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def one_of(self, words: str) -> str:
        return self.chance.choice(self.words[words])

    def now_and_then(self, probability: float) -> bool:
        return self.chance.random() < probability

    def a_country(self) -> str:
        return self.chance.choices(list(self.countries), list(self.countries.values()))[0]


def plan_of(slug: str, today: date) -> Plan:
    return Plan(today=today, **tomllib.loads((FOLDER / f"{slug}.toml").read_text()))
