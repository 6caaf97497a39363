"""How far a copy is, in the words of the page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portability.ask import asked_by
from portability.models import Export, State


def progress_of(export: Export | None, individual: Any) -> dict[str, Any]:
    """`asked`: where members do not make copies themselves, the request that waits for one."""
    self_service = individual.association.self_service_export
    asked = None if self_service else asked_by(individual).first()
    if export is None:
        return {"export": None, "self_service": self_service, "asked": asked}
    return {
        "export": export,
        "self_service": self_service,
        "asked": asked,
        "address": individual.email or "",
        "steps": steps_of(export),
        "saying": saying_of(export),
    }


def steps_of(export: Export) -> list[dict[str, str]]:
    labels = [_("Asked"), collected(export), _("Writing the document"), _("Sealed and ready")]
    return [
        {"label": label, "state": state_of(number, export)} for number, label in enumerate(labels, start=1)
    ]


def state_of(number: int, export: Export) -> str:
    if export.state == State.READY or number < export.step:
        return "done"
    return "current" if number == export.step else ""


def collected(export: Export) -> str:
    if export.things is None or export.step <= 2:  # noqa: PLR2004 the second step is under way
        return _("Collecting what we hold")
    text = ngettext("Collected %(n)s thing", "Collected %(n)s things", export.things)
    return text % {"n": export.things}


def saying_of(export: Export) -> str:
    """The step as part of a sentence."""
    return {
        State.QUEUED: _("waiting for its turn"),
        State.COLLECTING: _("collecting what we hold"),
        State.WRITING: _("writing the document"),
        State.SEALING: _("sealing the files"),
    }.get(State(export.state), "")
