"""Every model of the association in the console; Django looks for the pages here."""

from ams.console import association, contact, happenings, membership, money, people, requests, sign_in
from ams.imports import console as imports
from ams.newsletters import console as newsletters

__all__ = [
    "association", "contact", "happenings", "imports", "membership", "money", "newsletters", "people",
    "requests", "sign_in",
]  # fmt: skip
