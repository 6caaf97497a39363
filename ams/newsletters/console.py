"""Newsletters in the console: written, looked at as the reader will, sent, watched, and read later."""

from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from ams.console.names import me
from ams.console.rows import ReadOnlyRowAdmin
from ams.mailing import write_to
from ams.models import Newsletter, NewsletterCopy, NewsletterText
from ams.newsletters import letter, pages, start
from ams.newsletters.forms import NewsletterForm, is_still_a_draft
from privacy.admin import ReadOnlyAdmin
from privacy.console import OpaqueAdmin, record
from privacy.ledger.kinds import Kind
from privacy.numbers import row_or_404

State = Newsletter.State
A_PAGE = 50
# A letter brings its own styles and nothing else.
OF_A_LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@admin.register(Newsletter)
class NewsletterAdmin(OpaqueAdmin[Newsletter]):
    pages = "newsletters/console"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False  # a draft is thrown away on its own page; what was sent stays readable

    def get_urls(self) -> list[URLPattern]:
        view, one, name = self.admin_site.admin_view, "<uuid:pk>", "ams_newsletter"
        return [
            path(f"{one}/edit/", view(self.edit_view), name=f"{name}_edit"),
            path(f"{one}/preview/<slug:language>/", view(self.preview_view), name=f"{name}_preview"),
            path(f"{one}/letter/<slug:language>/", view(self.letter_view), name=f"{name}_letter"),
            path(f"{one}/test/<slug:language>/", view(require_POST(self.test_view)), name=f"{name}_test"),
            path(f"{one}/send/", view(self.send_view), name=f"{name}_send"),
            path(f"{one}/status/", view(require_safe(self.status_view)), name=f"{name}_status"),
            path(f"{one}/stop/", view(require_POST(self.stop_view)), name=f"{name}_stop"),
            path(f"{one}/go-on/", view(require_POST(self.go_on_view)), name=f"{name}_go_on"),
            path(f"{one}/throw/", view(require_POST(self.throw_view)), name=f"{name}_throw"),
            *super().get_urls(),
        ]

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 Django's signature
    ) -> HttpResponse:
        self.require(request, "view")
        rows = Paginator(Newsletter.objects.all(), A_PAGE).get_page(request.GET.get("page"))
        lines = [(issue, pages.tag(issue)) for issue in rows]
        values = {"title": _("Newsletters"), "lines": lines, "page": rows}
        return self.page(request, "newsletters", {**values, "may_write": self.has_right(request, "add")})

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.require(request, "add")
        return self.edited(request, None)

    def edit_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.require(request, "change")
        issue = get_object_or_404(Newsletter, pk=pk)
        if issue.state != State.DRAFT:
            return self.no_draft(request, pk)
        return self.edited(request, issue)

    def edited(self, request: HttpRequest, issue: Newsletter | None) -> HttpResponse:
        data = request.POST if request.method == "POST" else None
        form = NewsletterForm(request.association, data, issue=issue)  # type: ignore[attr-defined]  # the middleware's
        if data is not None and form.is_valid():
            saved = form.save()
            if saved is None:
                return self.no_draft(request, issue.pk if issue else None)
            record(request, Kind.ROW_CHANGED if issue else Kind.ROW_ADDED, [saved])
            return redirect("admin:ams_newsletter_change", saved.pk)
        title = _("Change the draft") if issue else _("Write a newsletter")
        return self.page(request, "edit", {"title": title, "form": form, "issue": issue})

    def no_draft(self, request: HttpRequest, pk: UUID | None) -> HttpResponse:
        messages.info(request, _("It is on its way already, so it stays as it is."))
        return redirect("admin:ams_newsletter_change", pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        """By its state: the draft with its figures, how far it is, or the report."""
        self.require(request, "view")
        issue = row_or_404(Newsletter, object_id)
        return self.page(
            request, "draft" if issue.state == State.DRAFT else "report", self.about(request, issue)
        )

    def about(self, request: HttpRequest, issue: Newsletter) -> dict[str, Any]:
        told = pages.of_a_draft if issue.state == State.DRAFT else pages.of_a_sent_one
        association = request.association  # type: ignore[attr-defined]  # the middleware's
        return {**told(issue, association), "may_act": self.has_right(request, "change")}

    def preview_view(self, request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
        """As its reader gets it, in both forms; the one with layout in a frame of its own."""
        self.require(request, "view")
        issue = get_object_or_404(Newsletter, pk=pk)
        subject, text, _html = self.shown(request, issue, language)
        values = {"issue": issue, "subject": subject, "text": text, "reads": language}
        named = {
            "title": _("Preview"),
            "named": pages.named(language),
            "may_act": self.has_right(request, "change"),
        }
        answer = self.page(request, "preview", {**values, **named})
        return csp_update({"frame-src": [SELF]})(lambda _request: answer)(request)  # type: ignore[return-value]  # ours

    def letter_view(self, request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
        self.require(request, "view")
        answer = HttpResponse(self.shown(request, get_object_or_404(Newsletter, pk=pk), language)[2])
        answer["Content-Security-Policy"] = OF_A_LETTER
        return xframe_options_sameorigin(lambda _request: answer)(request)

    def shown(self, request: HttpRequest, issue: Newsletter, language: str) -> tuple[str, str, str]:
        """With the name of whoever looks: a member's would be theirs to show."""
        read = letter.read(issue)
        if language not in read.words:
            raise Http404
        user: Any = request.user
        return read.shown_to(user.individual, language)

    def test_view(self, request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
        self.require(request, "change")
        words = letter.read(get_object_or_404(Newsletter, pk=pk)).words
        if language not in words:
            raise Http404
        user: Any = request.user
        context = {"issue": words[language]}
        if write_to(user.individual, "newsletters/mail/test", context, keep=False, language=language):
            messages.success(request, _("A test is on its way to you."))
        else:
            messages.error(request, _("You have no e-mail address here. Enter one under Profile first."))
        return redirect("admin:ams_newsletter_preview", pk, language)

    def send_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.require(request, "change")
        issue = get_object_or_404(Newsletter, pk=pk)
        if request.method == "POST":
            return self.started(request, pk)
        if issue.state != State.DRAFT:
            return redirect("admin:ams_newsletter_change", pk)
        return self.page(
            request,
            "send",
            {**self.about(request, issue), "title": _("Send “%(name)s”") % {"name": issue.name}},
        )

    def started(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A second click finds it on its way, and that is where it leads."""
        try:
            start.start(pk, by=me(request), seen=request.POST.get("seen", ""))
        except start.NotADraft:
            pass
        except start.ChangedMeanwhile:
            messages.warning(
                request, _("It was changed since you looked at it. Look once more before you send it.")
            )
        except start.NobodyGetsIt:
            messages.warning(request, _("Nobody would get it, so nothing was sent."))
        return redirect("admin:ams_newsletter_change", pk)

    def status_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The panel alone, which asks again by itself; without script its link loads the page."""
        self.require(request, "view")
        on_its_way = Newsletter.objects.exclude(state=State.DRAFT)
        values = self.about(request, get_object_or_404(on_its_way, pk=pk))
        answer = render(request, "newsletters/console/progress.html", values)
        if not values["progress"].is_open:
            answer["HX-Refresh"] = "true"  # the report is the whole page
        return answer

    def stop_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.require(request, "change")
        get_object_or_404(Newsletter, pk=pk)
        if start.stop(pk, by=me(request)):
            messages.success(request, _("Stopped. What had not left does not leave."))
        else:
            messages.info(request, _("All letters had left already."))
        return redirect("admin:ams_newsletter_change", pk)

    def go_on_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A second click finds it on its way, and that is where it leads."""
        self.require(request, "change")
        get_object_or_404(Newsletter, pk=pk)
        try:
            if not start.go_on(pk, by=me(request)):
                messages.info(request, _("There is nothing that waits to be sent after a stop."))
        except start.NobodyGetsIt:
            messages.warning(request, _("Nobody would get it, so nothing was sent."))
        return redirect("admin:ams_newsletter_change", pk)

    def throw_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.require(request, "delete")
        issue = get_object_or_404(Newsletter, pk=pk)
        if not is_still_a_draft(pk):
            return self.no_draft(request, pk)
        record(request, Kind.ROW_DELETED, [issue])
        issue.delete()
        messages.success(request, _("The draft is gone."))
        return redirect("admin:ams_newsletter_changelist")


@admin.register(NewsletterText)
class NewsletterTextAdmin(ReadOnlyAdmin):
    """The words on their own; they are written with their issue."""

    list_display = ("newsletter", "language", "subject")
    list_filter = ("language",)
    list_select_related = ("newsletter",)


@admin.register(NewsletterCopy)
class NewsletterCopyAdmin(ReadOnlyRowAdmin):
    """Who was to get what; the letter itself is a mail of that person."""

    shown = ("newsletter", "state", "why_not", "at")
    tab = "letters"
    list_display = ("__str__", "person", "newsletter", "state", "why_not", "at")
    list_filter = ("state", "why_not", "newsletter")
    list_select_related = ("individual", "newsletter")
