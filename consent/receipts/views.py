"""A receipt as a page, a PDF and data, for its owner; and a page on which anybody checks one."""

from typing import Any, TypeVar
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from consent.models import Decision
from consent.receipts.build import found
from consent.receipts.forms import ReceiptForm
from consent.receipts.number import receipt_number
from consent.receipts.paper import printed
from consent.receipts.sheet import sheet_of, state
from consent.receipts.sign import signed
from consent.receipts.verify import Checked, key_id
from privacy import ledger
from privacy.access import member_required
from privacy.signing import known_key

Response = TypeVar("Response", bound=HttpResponseBase)


@require_safe
@member_required
def receipt(request: HttpRequest, decision: UUID) -> HttpResponse:
    kept = readable(request, decision)
    return handed_out(request, kept, render(request, "consent/receipt.html", sheet_of(kept)))


@require_safe
@member_required
def receipt_json(request: HttpRequest, decision: UUID) -> HttpResponse:
    kept = readable(request, decision)
    response = HttpResponse(signed(kept), content_type="application/ld+json")
    return handed_out(request, kept, as_file(response, kept, "json"))


@require_safe
@member_required
def receipt_pdf(request: HttpRequest, decision: UUID) -> HttpResponseBase:
    """Printed while the member waits, after our transaction has ended."""
    kept = readable(request, decision)
    response = StreamingHttpResponse(printed(sheet_of(kept), signed(kept)), content_type="application/pdf")
    return handed_out(request, kept, as_file(response, kept, "pdf"))


def as_file(response: Response, decision: Decision, kind: str) -> Response:
    """Its name says nothing about the person."""
    name = f"receipt-{decision.version.statement.slug}-{decision.at:%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def readable(request: HttpRequest, decision_id: UUID) -> Decision:
    """One's own; staff read those of others. Whoever may not is not told that there is one."""
    decision = found(decision_id)
    if decision is None or not (is_own(request, decision) or is_for_staff(request)):
        raise Http404
    return decision


def handed_out(request: HttpRequest, decision: Decision, response: Response) -> Response:
    """Under Privacy members see who of the staff opened what is about them. Last: from here the ledger is ours."""
    if not is_own(request, decision):
        user: Any = request.user
        ledger.append(ledger.Kind.INDIVIDUAL_VIEWED, subject=decision.individual_id, actor=user.individual_id)
    return response


def is_own(request: HttpRequest, decision: Decision) -> bool:
    user: Any = request.user
    return bool(user.individual_id == decision.individual_id)


def is_for_staff(request: HttpRequest) -> bool:
    user: Any = request.user
    return admin.site.has_permission(request) and user.has_perm("consent.view_decision")


def number_on(request: HttpRequest, checked: Checked) -> str:
    """As it stands on the receipt: what is signed with our key is ours."""
    return receipt_number(request.association, UUID(checked.number), checked.this.at)  # type: ignore[attr-defined]  # by our middleware


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Open to everybody: whoever is shown a receipt may check it. Nothing of it is kept."""
    key = known_key()
    form = ReceiptForm(request.POST, request.FILES, key=key) if request.method == "POST" else ReceiptForm()
    checked = form.checked if form.is_bound and form.is_valid() else None
    form = ReceiptForm() if checked else form  # what was pasted is not shown again
    page = {
        "form": form,
        "checked": checked,
        "states": [state(each) for each in checked.past] if checked else [],
        "number": number_on(request, checked) if checked else "",
        "key_id": key_id(key) if key else "",
    }
    return render(request, "consent/verify.html", page)
