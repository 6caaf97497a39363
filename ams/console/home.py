"""Today: one sentence of facts, what needs a person, how we are doing, and the house itself."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from ams.console import figures, house, queue
from ams.console.today import facts, needs


def today(request: HttpRequest) -> dict[str, Any]:
    """A fixed number of statements, however large the association is."""
    return {
        "title": _("Today"),
        "now": timezone.localtime(),
        **facts(queue.counts(), needs()),
        "stats": figures.stats(),
        "weeks": figures.requests_by_week(),
        "yes": figures.yes_by_month(),
        "house": house.rows(request.association.pk),  # type: ignore[attr-defined]  # the middleware's
    }
