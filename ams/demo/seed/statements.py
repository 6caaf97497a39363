"""What the demo associations ask their members: six uses, the statutes, and what they do without asking."""

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ams.sharing.fields import FOR_A_LETTER
from consent.models import AskedAt, Kind, Purpose, Version
from consent.publish import compose
from privacy.declarations import Basis

WORDINGS: Final = Path(__file__).parent / "wordings"
IN_FORCE_FROM: Final = datetime(2015, 1, 1, tzinfo=UTC)
PRINTER: Final = "Druckhaus Lindner, Leipzig"

# In the order in which they are asked. The number is the class of the keys of what each yes alone allows.
STATEMENTS: Final[dict[str, dict[str, Any]]] = {
    "monthly-letter": {"number": 1, "purpose": Purpose.NEWSLETTER},
    "journal-by-post": {
        "number": 2,
        "purpose": Purpose.SHARING,
        "recipients": [PRINTER],
        "shared_fields": list(FOR_A_LETTER),
    },
    "directory": {"number": 3, "purpose": Purpose.DIRECTORY},
    "photos": {"number": 4, "purpose": Purpose.PUBLICITY},
    # Who paid for one congress may not be known at the next but one.
    "event-partners": {"number": 5, "purpose": Purpose.SHARING, "again_after_months": 24},
    "statutes": {"number": 6, "kind": Kind.AGREEMENT, "asked_at": AskedAt.JOINING},
    # Nobody is asked about these two; everybody may object (Art. 21 GDPR).
    "staff-notes": {
        "number": 7,
        "kind": Kind.NOTICE,
        "basis": Basis.LEGITIMATE_INTEREST,
        "purpose": Purpose.SERVICE,
    },
    "offers-by-post": {
        "number": 8,
        "kind": Kind.NOTICE,
        "basis": Basis.LEGITIMATE_INTEREST,
        "purpose": Purpose.DIRECT_MARKETING,
    },
    "named-in-report": {
        "number": 9,
        "purpose": Purpose.PUBLICITY,
        "membership_types": ["institution", "bienfaiteur"],
    },
}
# The French want a yes by mail to be confirmed there.
OF_ONE: Final[dict[str, dict[str, dict[str, Any]]]] = {"sfb": {"monthly-letter": {"double_opt_in": True}}}


def plant_statements(languages: Iterable[str], of: str = "") -> dict[str, Version]:
    """By slug, published in the languages of the association that speaks. `of`: which of the two it is."""
    texts = {language: tomllib.loads((WORDINGS / f"{language}.toml").read_text()) for language in languages}
    return {
        slug: compose(
            slug,
            {language: stripped(text[slug]) for language, text in texts.items()},
            effective_at=IN_FORCE_FROM,
            **facts,
            **OF_ONE.get(of, {}).get(slug, {}),
        )
        for slug, facts in STATEMENTS.items()
    }


def stripped(words: dict[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in words.items()}
