"""The areas of the house: tabs of the member's pages and of the console, as far as they lead somewhere."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

AREAS: dict[str, list[tuple[Any, str]]] = {
    "member": [
        (_("Profile"), "profile:show"),
        (_("Membership"), "profile:membership"),
        (_("Payments"), "profile:payments"),
        (_("Events"), "profile:events"),
        (_("Members"), "members:list"),
        (_("Privacy"), "privacy:tab"),
    ],
    "console": [
        (_("Today"), "admin:index"),
        (_("Requests"), "admin:privacy_request_changelist"),
        (_("Individuals"), "admin:ams_individual_changelist"),
        (_("Statements"), "admin:consent_statement_changelist"),
        (_("Newsletters"), "admin:ams_newsletter_changelist"),
        (_("Endpoints"), "admin:webhooks_endpoint_changelist"),
        (_("Records"), "admin:records"),
        (_("Settings"), "admin:settings"),
    ],
}


def tabs(path: str, which: str) -> list[dict[str, Any]]:
    """One is in the area whose address the page's own begins with; the longest wins."""
    found = [(label, url) for label, name in AREAS[which] if (url := _address(name))]
    here = max((url for _label, url in found if path.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "current": _current(url, here, path)} for label, url in found]


def _address(name: str) -> str:
    """Empty while no page has that name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _current(url: str, here: str, path: str) -> str:
    if url != here:
        return ""
    return "page" if url == path else "true"
