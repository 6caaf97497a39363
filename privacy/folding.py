"""How a text is compared with what somebody typed: without case and without accents."""

import unicodedata
from typing import Final

# These letters have no decomposition: "ostergard" would not find "Østergård" without them.
WITHOUT_MARKS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ħ": "h",
        "ŋ": "n",
    }
)


def fold(text: str) -> str:
    """As people type it: without case, without accents."""
    text = text.casefold()
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(WITHOUT_MARKS)
