"""What the demo associations ask their members: five uses, and the agreement to the statutes."""

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from consent.models import AskedAt, Kind, Purpose, Version
from consent.publish import compose

WORDINGS: Final = Path(__file__).parent / "wordings"
IN_FORCE_FROM: Final = datetime(2015, 1, 1, tzinfo=UTC)
PRINTER: Final = "Druckhaus Lindner, Leipzig"

# In the order in which they are asked. The number is the class of the keys of what each yes alone allows.
STATEMENTS: Final[dict[str, dict[str, Any]]] = {
    "monthly-letter": {"number": 1, "purpose": Purpose.NEWSLETTER},
    "journal-by-post": {"number": 2, "purpose": Purpose.SHARING, "recipients": [PRINTER]},
    "directory": {"number": 3, "purpose": Purpose.DIRECTORY},
    "photos": {"number": 4, "purpose": Purpose.PUBLICITY},
    "event-partners": {"number": 5, "purpose": Purpose.SHARING},
    "statutes": {"number": 6, "kind": Kind.AGREEMENT, "asked_at": AskedAt.JOINING},
}


def plant_statements(languages: Iterable[str]) -> dict[str, Version]:
    """By slug, published in the languages of the association that speaks."""
    texts = {language: tomllib.loads((WORDINGS / f"{language}.toml").read_text()) for language in languages}
    return {
        slug: compose(
            slug,
            {language: stripped(text[slug]) for language, text in texts.items()},
            effective_at=IN_FORCE_FROM,
            **facts,
        )
        for slug, facts in STATEMENTS.items()
    }


def stripped(words: dict[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in words.items()}
