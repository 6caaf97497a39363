"""The queue of requests in the console: by due date, and answered there with a listed reason (Art. 12 GDPR)."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ams.console import queue
from ams.console.names import me, member, opened
from ams.models import StaffNote
from ams.profile import pause as pausing
from ams.profile.views import as_file
from consent.objection import Objection, SeenOtherwise, answer, names, read
from privacy.admin import ReadOnlyAdmin
from privacy.mail import write_to
from privacy.numbers import row_or_404
from privacy.requests.models import AlreadyClosed, Kind, Message, Request, State
from privacy.requests.reasons import outcome_of, reasons_for, sentence

A_PAGE: Final = 25
SAME_MOMENT: Final = timedelta(minutes=1)
# What is answered by words; a copy or an erasure is answered by doing it.
ANSWERED: Final = {Kind.RECTIFICATION, Kind.RESTRICTION, Kind.OBJECTION}


class FilterForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[
            ("", gettext_lazy("All kinds")),
            *((kind.value, title) for kind, title in queue.TITLES.items()),
        ],
        required=False,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("Open")), ("closed", gettext_lazy("Closed"))],
        required=False,
    )
    number = forms.CharField(label=gettext_lazy("Number of the request"), max_length=12, required=False)

    def requests(self) -> Any:
        wanted = self.cleaned_data if self.is_valid() else {}
        rows = queue.open_requests()
        if wanted.get("state") or wanted.get("number"):
            rows = Request.objects.select_related("individual").order_by("-due_at", "pk")
        if wanted.get("state"):
            rows = rows.exclude(state=State.OPEN)
        if wanted.get("number"):
            rows = rows.filter(reference__iexact=wanted["number"].strip())
        return rows.filter(kind=wanted["kind"]) if wanted.get("kind") else rows


class AnswerForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("What we answer"))
    text = forms.CharField(
        label=gettext_lazy("What you want to add"),
        help_text=gettext_lazy("It goes to the member with the letter, and is kept with it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons: Any = self.fields["reason"]
        done = [(_("Done"), reasons_for(kind, State.DONE))] if kind in ANSWERED else []
        reasons.choices = [("", _("Choose")), *done, (_("Refused"), reasons_for(kind, State.REFUSED))]


@admin.register(Request)
class RequestAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.scan_view))
        return [path("scan/<uuid:pk>/", view, name="privacy_request_scan"), *super().get_urls()]

    def scan_view(self, request: HttpRequest, pk: UUID) -> FileResponse:
        self.require(request, "view")
        message = get_object_or_404(Message, pk=pk)
        file = as_file(message.file, attachment=True)
        opened(request, message.individual_id)
        return file

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 Django's signature
    ) -> HttpResponse:
        self.require(request, "view")
        form = FilterForm(request.GET)
        page = Paginator(form.requests(), A_PAGE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        values = {
            "title": _("Requests"),
            "form": form,
            "page": page,
            "query": f"{query.urlencode()}&" if query else "",
            "lines": queue.lines_of(list(page)),
            "counts": queue.counts(),
            "filtered": any(form.cleaned_data.values()) if form.is_valid() else False,
        }
        return self.page(request, "requests", values)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.require(request, "view")
        rows = Request.objects.select_related("individual__association")
        asked = row_or_404(rows, object_id)
        line = queue.lines_of([asked])[0]
        form = AnswerForm(request.POST or None, kind=asked.kind) if may_answer(asked, line) else None
        if request.method == "POST" and form and form.is_valid():
            return self.answer(request, asked, form)
        words, objections = words_in(asked), objections_of(asked)
        values = {"title": asked.reference, "asked": asked, "line": line, "form": form, "words": words}
        values |= {"objections": objections, "called": member(asked.individual)}
        page = self.page(request, "request", values)
        if words or objections:
            opened(request, asked.individual_id)
        return page

    def answer(self, request: HttpRequest, asked: Request, form: AnswerForm) -> HttpResponse:
        """The letter first, the ledger last."""
        self.require(request, "change")
        reason = form.cleaned_data["reason"]
        letter = {
            "right": asked.get_kind_display(),
            "number": asked.reference,
            "sentence": sentence(reason),
            "text": form.cleaned_data["text"],
            "refused": outcome_of(reason) == State.REFUSED,
            "uses": uses_of(asked),
        }
        try:
            with transaction.atomic():  # whoever comes second sends no letter
                write_to(asked.individual, "privacy/mail/answered", letter)
                close(request, asked, reason)
        except AlreadyClosed:
            messages.warning(request, _("Somebody else has answered this request."))
        except SeenOtherwise:
            messages.warning(request, _("The member has changed what they object to. Read it once more."))
        else:
            messages.success(request, _("Answered. The member has a letter with the reason."))
        return redirect("admin:privacy_request_change", asked.pk)


def may_answer(asked: Request, line: queue.Line) -> bool:
    """An erasure that has begun is stopped or approved on its own page, not refused here."""
    begun = asked.kind == Kind.ERASURE and line.step.url.find("/ask/") < 0
    return asked.state == State.OPEN and not begun


def words_in(asked: Request) -> list[Any]:
    """What was asked, the first first. Corrections of before wrote theirs as a note, in the same moment."""
    if (words := list(asked.messages.all())) or asked.kind != Kind.RECTIFICATION:
        return words
    own = StaffNote.objects.filter(individual_id=asked.individual_id, written_by=asked.individual_id)
    since = asked.received_at - SAME_MOMENT
    return list(own.filter(written_at__lte=asked.received_at, written_at__gte=since))


def objections_of(asked: Request) -> list[Objection]:
    return read(asked.individual_id) if asked.kind == Kind.OBJECTION and asked.state == State.OPEN else []


def uses_of(asked: Request) -> list[str]:
    """For the letter, so in the member's language."""
    individual = asked.individual
    language = individual.association.language_for(individual.language)
    return names(individual.pk, language) if asked.kind == Kind.OBJECTION else []


def close(request: HttpRequest, asked: Request, reason: str) -> None:
    """What is answered is done: a restriction restricts. An objection that is refused ends with its answer."""
    if asked.kind == Kind.RESTRICTION and outcome_of(reason) == State.DONE:
        pausing.pause(asked.individual, actor=me(request), channel="console")
    if asked.kind != Kind.OBJECTION:
        asked.close(outcome_of(reason), actor=me(request), reason=reason)
        return
    refused = outcome_of(reason) == State.REFUSED
    answer(asked, reason=reason, refused=refused, seen=seen_on(request), actor=me(request))


def seen_on(request: HttpRequest) -> set[UUID]:
    try:
        return {UUID(each) for each in request.POST.getlist("seen")}
    except ValueError:
        raise SeenOtherwise from None
