"""What the association of the tests asks: two uses and its statutes, in three languages."""

from typing import Any

from consent.models import AskedAt, Kind, Version
from consent.publish import compose, draft, publish

LANGUAGES = ("en", "de", "fr")
LETTER = ["name", "street", "postcode", "town", "country"]  # what the printer needs


def words(text: str, **more: str) -> dict[str, dict[str, str]]:
    return {
        language: {
            "name": text,
            "title": f"May we? {text}",
            "text": f"{text}, in full, in {language}.",
            "what": "Name, e-mail",
            "who": "Our own staff",
            "how_long": "Until you say no",
            "yes": f"Yes, {text}",
            "no": f"No {text}",
        }
        | more
        for language in LANGUAGES
    }


def letter(**fields: Any) -> Version:
    return compose("letter", words("Monthly letter"), number=1, **fields)


def journal(**fields: Any) -> Version:
    facts = {"recipients": ["Druckhaus Lindner"], "shared_fields": LETTER, **fields}
    return compose("journal", words("Journal by post"), number=2, **facts)


def statutes(**fields: Any) -> Version:
    return compose(
        "statutes",
        words("Statutes", no=""),
        number=6,
        kind=Kind.AGREEMENT,
        asked_at=AskedAt.JOINING,
        **fields,
    )


def newer(version: Version, text: str = "Letter, now with offers", **fields: Any) -> Version:
    """The next version of the same statement, in force at once."""
    fields.setdefault("reason", "The use is the same.")
    return publish(draft(version.statement, words(text), **fields))
