"""Links in what somebody reads or takes along: what opens a door is left out of them."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

LINK: Final = re.compile(r"https?://[^\s<>\"']+")
AFTER: Final = ".,;:!?)]"  # of the sentence in which a link stands
KEY: Final = "token"  # the name of that part of an address, in every urls.py
LEFT_OUT: Final = "…"


def without_keys(text: str) -> str:
    """A letter that is kept may hold a link that stops a use, or takes over an account, for whoever has it."""
    return LINK.sub(lambda link: without_key(link[0]), text) if "://" in text else text


def without_key(link: str) -> str:
    """Only our own addresses have such keys, under whatever host."""
    key = key_in(link)
    return link.replace(key, LEFT_OUT) if key else link


def key_in(link: str) -> str:
    try:
        return str(resolve(urlsplit(link.rstrip(AFTER)).path).kwargs.get(KEY, ""))
    except (Resolver404, ValueError):
        return ""
