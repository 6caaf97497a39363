"""Take my data: the data itself on the page, and a copy to keep."""

from base64 import b64encode
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portability import fetch
from portability.ask import again, request_export
from portability.collect import collect
from portability.data import SCHEMA
from portability.download import as_download
from portability.finish import cancel
from portability.models import LIFE, Channel, Export, Format, State
from portability.page import tables_of
from portability.progress import progress_of
from privacy import signing
from privacy.access import member_required, password_required
from privacy.requests import open_request

GONE: Final = 410
STOP_POLLING: Final = 286  # htmx: this was the last answer


@require_GET
@member_required
def take(request: HttpRequest) -> HttpResponse:
    """The data stands on the page before any file: who only wants to read needs no copy."""
    person: Any = request.user
    package = collect(person.individual, get_language())
    context = {
        "package": package,
        "tables": tables_of(package, whole=request.GET.get("all", "")),
        "until": timezone.now() + LIFE,
        **progress_of(latest_of(request), person.individual),
    }
    return render(request, "portability/take.html", context)


def latest_of(request: HttpRequest) -> Export | None:
    person: Any = request.user
    latest = Export.objects.filter(individual=person.individual_id).order_by("-created_at").first()
    hidden = {State.CANCELLED, State.EXPIRED}
    return None if latest is None or latest.state in hidden or is_past(latest) else latest


def is_past(export: Export) -> bool:
    return export.state == State.READY and not export.is_ready


@require_POST
@password_required
def make(request: HttpRequest) -> HttpResponseBase:
    person: Any = request.user
    if not request.association.self_service_export:  # type: ignore[attr-defined]  # the middleware's
        return ask(request)
    latest = latest_of(request)
    if latest is not None and latest.state == State.FAILED:
        again(latest)
    else:
        request_export(person.individual, actor=person.individual_id, channel=Channel.SELF)
    return redirect("portability:take")


@require_POST
@member_required
def ask(request: HttpRequest) -> HttpResponse:
    """Where members do not make copies themselves, they ask, and the legal clock runs."""
    person: Any = request.user
    asked = open_request(person.individual, "access", actor=person.individual_id, channel="privacy")
    text = _("We have your request, number %(reference)s. We answer within one month.")
    messages.success(request, text % {"reference": asked.reference})
    return redirect("portability:take")


@require_GET
@member_required
def status(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Only the panel. Without JavaScript the link "Look again" loads the page instead."""
    person: Any = request.user
    export = mine_or_404(request, export_id)
    code = 200 if export.is_open else STOP_POLLING
    return render(request, "portability/progress.html", progress_of(export, person.individual), status=code)


@require_POST
@member_required
def stop(request: HttpRequest, export_id: UUID) -> HttpResponse:
    person: Any = request.user
    export = mine_or_404(request, export_id)
    if cancel(export, actor=person.individual_id):
        messages.success(request, _("We stopped making the copy. You can make a new one at any time."))
    return redirect("portability:take")


def mine_or_404(request: HttpRequest, export_id: UUID) -> Export:
    """Somebody else's copy does not exist: the answer is that for any number."""
    person: Any = request.user
    mine = Export.objects.select_related("request").filter(pk=export_id, individual=person.individual_id)
    if (export := mine.first()) is None:
        raise Http404
    return export


@require_GET
def copy(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """Where the mail leads."""
    return gone_for_all(request, export_id) or to_the_page(request, export_id)


@member_required
def to_the_page(request: HttpRequest, export_id: UUID) -> HttpResponse:
    export = mine_or_404(request, export_id)
    return redirect("portability:take") if export.is_ready or export.is_open else gone(request)


def gone_for_all(request: HttpRequest, export_id: UUID) -> HttpResponse | None:
    """Who is not signed in, and follows a link of which nothing is left, is told so instead of being asked to sign in.

    An erased person cannot sign in any more. The number is random: it tells a stranger nothing.
    """
    if request.user.is_authenticated:
        return None
    export = Export.objects.filter(pk=export_id).first()
    return gone(request) if export is None or not (export.is_ready or export.is_open) else None


def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "portability/gone.html", status=GONE)


@require_POST
@password_required
def link(request: HttpRequest, export_id: UUID, kind: Format) -> HttpResponse:
    export = mine_or_404(request, export_id)
    try:
        token = fetch.link_to(export, kind)
    except fetch.Gone:
        return gone(request)
    return redirect("portability:download", export_id=export.pk, kind=kind, token=token)


@require_GET
def download(request: HttpRequest, export_id: UUID, kind: Format, token: str) -> HttpResponseBase:
    return gone_for_all(request, export_id) or send(request, export_id, kind, token)


@password_required
def send(request: HttpRequest, export_id: UUID, kind: Format, token: str) -> HttpResponseBase:
    export = mine_or_404(request, export_id)
    try:
        file = fetch.take(export.pk, kind, token, owner=export.individual_id)
    except fetch.Gone:
        return gone(request)
    return as_download(export, kind, file)


@require_GET
def schema(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(SCHEMA.read_bytes(), content_type="application/schema+json")


@require_GET
def key(_request: HttpRequest) -> HttpResponse:
    """With which the association signs its copies and receipts: whoever is shown one checks it against this."""
    public = signing.public_key()
    told = {
        "algorithm": "ed25519",
        "key_id": signing.key_id(public),
        "public_key": b64encode(public).decode(),
    }
    return JsonResponse({"keys": [told]})
