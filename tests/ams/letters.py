"""Reads mails as their recipient does."""

import re

from ams.models import SentMail


def link_in(mail: SentMail) -> str:
    found = re.search(r"https?://\S+", mail.text or "")
    assert found, "There is no link in this mail."
    return found.group()
