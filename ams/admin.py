"""Every model of the association in the console; Django looks for the pages here."""

from ams.console import association, contact, happenings, membership, money, people, requests, sign_in
from ams.imports import console as imports
from ams.members import console as members
from ams.newsletters import console as newsletters
from ams.sharing import console as sharing

__all__ = [
    "association", "contact", "happenings", "imports", "members", "membership", "money", "newsletters", "people",
    "requests", "sharing", "sign_in",
]  # fmt: skip
