"""What a cell says, without what programs put around it: a spreadsheet's marks, an address book's brackets."""

import re
from typing import Final

from ams.imports.refused import Refused
from portability.tables import original

NAMES: Final = frozenset({"given_name", "middle_name", "family_name", "full_name"})
# What a spreadsheet may take for a number, and spoil.
FIGURES: Final = frozenset({"member_number", "postcode", "phone", "phone_2"})
AS_TEXT: Final = re.compile(r'="([^"]*)"')  # ="04109"
MISTAKE: Final = re.compile(r"#{2,}|#[\w/]+[!?]|#N/?[AV]|#(NV|WERT|NOM|VALEUR|BEZUG|NAME|REF)", re.IGNORECASE)
EXPONENT: Final = re.compile(r"\d([.,]\d+)?E[+-]\d\d+", re.IGNORECASE)
WHOLE: Final = re.compile(r"(\d+)[.,]0")
NOTHING: Final = frozenset(
    {"", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "/", "?", "null", "none", "nil", "n/a", "n.a.", "k.a.", "keine",
     "keiner", "kein", "unbekannt", "unknown", "inconnu", "aucun", "aucune"}
)  # fmt: skip
INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c"))
BRACKETS: Final = re.compile(r"[^<>]*<([^<>]+)>")
BETWEEN: Final = re.compile(r"\s*(?::::|[;|\n])\s*|,\s+")
# Countries whose postcodes have a fixed number of figures, of which a spreadsheet drops the zeros in front.
FIGURES_OF_POSTCODE: Final = {"DE": 5, "FR": 5, "IT": 5, "ES": 5, "FI": 5, "EE": 5, "US": 5, "MX": 5}


def unwrapped(name: str, cell: str) -> str:
    """Raises Refused for what cannot be got back."""
    cell = cell.translate(INVISIBLE).strip()
    if any(is_control(letter) for letter in cell):
        raise Refused(name, "bad_characters")
    cell = without_marks(cell)
    if MISTAKE.fullmatch(cell):
        raise Refused(name, "artefact")
    if name in NAMES:  # somebody may be called Null
        return "" if cell in {"-", "--", "?"} else cell
    if cell.casefold() in NOTHING:
        return ""
    return number(name, cell) if name in FIGURES else cell


def is_control(letter: str) -> bool:
    return (letter < " " and letter not in "\r\n\t") or "\x7f" <= letter <= "\x9f"


def without_marks(cell: str) -> str:
    """What a spreadsheet, or our own list of refused rows, puts in front so that a text stays a text."""
    as_text = AS_TEXT.fullmatch(cell)
    if as_text:
        return as_text[1]
    return cell[1:] if cell.startswith("'") and cell[1:2].isdecimal() else original(cell)


def number(name: str, cell: str) -> str:
    if EXPONENT.fullmatch(cell):
        raise Refused(name, "rounded")
    whole = WHOLE.fullmatch(cell)
    return whole[1] if whole else cell


def postcode(text: str, country: str) -> str:
    """1067 in Germany is 01067."""
    return text.zfill(FIGURES_OF_POSTCODE.get(country, 0)) if text.isdecimal() else text


def several(cell: str) -> list[str]:
    """`a ::: b`, `a; b`, `a, b`: how programs put two addresses or two phones into one cell."""
    return [cell] if BRACKETS.fullmatch(cell) else [part for part in BETWEEN.split(cell) if part]


def address(text: str) -> str:
    """The e-mail in `Ann Archer <ann@example.org>`, `mailto:ann@example.org`, `ann@example.org.`"""
    bracketed = BRACKETS.fullmatch(text)
    bare = (bracketed[1] if bracketed else text).strip()
    return re.sub("^mailto:", "", bare, flags=re.IGNORECASE).removesuffix(".")
