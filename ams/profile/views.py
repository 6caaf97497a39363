"""A member's own pages: what we hold, each with a way to correct it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ams.models import Document, Individual, Post, PostalAddress, StaffNote
from ams.profile import new_email
from ams.profile import pause as pausing
from ams.profile.correct import ask_for_correction, corrected
from ams.profile.forms import CorrectionForm, EmailForm, OwnPersonForm
from ams.profile.parts import PARTS, Part
from ams.profile.show import parts_of, person_rows
from privacy.access import member_required
from privacy.vault.files import SealedFile

FORM = ["GET", "HEAD", "POST"]


def me(request: HttpRequest) -> Individual:
    user: Any = request.user
    individual: Individual = user.individual
    return individual


def actor(request: HttpRequest) -> UUID:
    user: Any = request.user
    pk: UUID = user.individual_id
    return pk


def me_to_change(request: HttpRequest) -> Individual:
    """As it is now, and locked while something is written: of two edits at once none is lost, nor a photo's file."""
    if request.method != "POST":
        return me(request)
    rows = Individual.objects.select_for_update(of=("self",), no_key=True).select_related("association")
    return get_object_or_404(rows, pk=actor(request), erased_at=None)


@require_safe
@member_required
def show(request: HttpRequest) -> HttpResponse:
    individual = me(request)
    page = {
        "individual": individual,
        "person_rows": person_rows(individual),
        "parts": parts_of(individual),
        "notes": StaffNote.objects.filter(individual=individual),
        "documents": Document.objects.filter(individual=individual),
    }
    return render(request, "profile/show.html", page)


@require_http_methods(FORM)
@member_required
def person(request: HttpRequest) -> HttpResponse:
    form = OwnPersonForm(request.POST or None, request.FILES or None, instance=me_to_change(request))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            corrected(form.instance, form.changed_data, actor=actor(request))
        messages.success(request, _("Your profile is saved."))
        return redirect("profile:show")
    return render(request, "profile/form.html", {"form": form, "title": _("You"), "file": True})


@require_http_methods(FORM)
@member_required
def part(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add one, or change one."""
    found = part_or_404(slug)
    individual = me_to_change(request)
    row = row_or_404(found, individual, pk)
    if row is None and not found.addable:
        raise Http404
    form = found.form_class()(request.POST or None, instance=row or found.model(individual=individual))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved(form)
            corrected(me(request), form.changed_data, actor=actor(request))
        messages.success(request, _("Saved."))
        return redirect("profile:show")
    page = {"form": form, "title": found.title if row else found.add, "part": found, "row": row}
    return render(request, "profile/form.html", page)


@require_http_methods(FORM)
@member_required
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asks once more."""
    found = part_or_404(slug)
    row: Any = row_or_404(found, me_to_change(request), pk)
    if not found.removable:
        raise Http404
    if request.method == "POST":
        with transaction.atomic():
            row.delete()
            corrected(me(request), [found.model._meta.model_name or ""], actor=actor(request))
        messages.success(request, _("Removed."))
        return redirect("profile:show")
    return render(request, "profile/remove.html", {"part": found, "row": row})


def saved(form: Any) -> None:
    """One address is the preferred one, and a changed post says that it was."""
    row = form.instance
    if isinstance(row, Post):
        row.edited_at = timezone.now()
    form.save()
    if isinstance(row, PostalAddress) and row.is_preferred:
        others = PostalAddress.objects.filter(individual_id=row.individual_id, is_preferred=True)
        others.exclude(pk=row.pk).update(is_preferred=False)


def part_or_404(slug: str) -> Part:
    try:
        return PARTS[slug]
    except KeyError:
        raise Http404 from None


def row_or_404(found: Part, individual: Individual, pk: int | None) -> Any:
    """Somebody else's row is not there, like one that never was."""
    return None if pk is None else get_object_or_404(found.rows_of(individual), pk=pk)


@require_http_methods(FORM)
@member_required
def email(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new_email.ask(me(request), form.cleaned_data["email"], actor=actor(request))
        messages.success(request, _("We have written to the new address and to the old one."))
        return redirect("profile:show")
    return render(request, "profile/form.html", {"form": form, "title": _("E-mail")})


@require_http_methods(FORM)
def email_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Asks once more: scanners of mail follow links."""
    change = new_email.confirm(token) if request.method == "POST" else None
    void = request.method == "POST" and change is None
    return render(request, "profile/email_confirm.html", {"change": change, "void": void})


@require_http_methods(FORM)
def email_old(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever reads the old mailbox, signed in or not: one press, since scanners of mail follow links."""
    if request.method != "POST":
        return render(request, "profile/email_old.html", {"asks": True})
    agrees = "agree" in request.POST
    change = new_email.agree(token) if agrees else new_email.stop(token)
    if change is not None and not agrees and request.user.is_authenticated:
        logout(request)  # its session is gone already
    return render(request, "profile/email_old.html", {"change": change, "agrees": agrees})


@require_http_methods(FORM)
@member_required
def correction(request: HttpRequest) -> HttpResponse:
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_for_correction(me(request), form.cleaned_data["text"], actor=actor(request))
        messages.success(
            request, _("We have your request. You find it under My requests, with the day of our answer.")
        )
        return redirect("privacy:requests")
    return render(request, "profile/form.html", {"form": form, "title": _("Ask us to correct something")})


@require_POST
@member_required
def pause(request: HttpRequest) -> HttpResponse:
    """One button: pauses, or ends the pause."""
    individual = me(request)
    if individual.restricted_at is None:
        pausing.pause(individual, actor=actor(request))
        messages.success(request, _("Paused. We keep your data and do nothing with it."))
    else:
        try:
            pausing.resume(individual, actor=actor(request))
        except pausing.WaitsForErasure:
            messages.error(request, _("You asked us to erase you. Stop that first, then the pause ends too."))
            return redirect("erasure:plan")
        messages.success(request, _("Welcome back. The pause is over."))
    return redirect("profile:show")


@require_safe
@member_required
def photo(request: HttpRequest, size: str) -> FileResponse:
    return as_file(me(request).thumbnail if size == "small" else me(request).photo, attachment=False)


@require_safe
@member_required
def document(request: HttpRequest, pk: int) -> FileResponse:
    return as_file(get_object_or_404(Document, individual=me(request), pk=pk).file, attachment=True)


def as_file(file: Any, *, attachment: bool) -> FileResponse:
    """Opened while the association speaks; a browser runs nothing of it."""
    if not isinstance(file, SealedFile):
        raise Http404
    response = FileResponse(
        file.open(), as_attachment=attachment, filename=file.name, content_type=file.content_type
    )
    response["Content-Length"] = str(file.size)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
