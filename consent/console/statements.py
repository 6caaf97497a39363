"""Statements in the console: the list, one statement with its versions, its facts, and its end."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consent.choices import in_language
from consent.console import drafts, ending, overview, timeline
from consent.console.drafting import DraftPages, actor_of, first_language
from consent.console.facts import audience_of, facts_of
from consent.console.facts_form import FactsForm, NewStatementForm
from consent.console.words_form import said_yes
from consent.models import Statement, Version, Wording
from consent.publish import FACTS, draft, latest_published
from privacy.console import record
from privacy.ledger import Kind
from privacy.numbers import row_or_404


class StatementAdmin(DraftPages):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        one = "<int:pk>/"
        return [
            path(f"{one}facts/", view(self.facts_view), name="consent_statement_facts"),
            path(f"{one}end/", view(self.end_view), name="consent_statement_end"),
            path(f"{one}take-up/", view(require_POST(self.take_up_view)), name="consent_statement_take_up"),
            *self.draft_urls(one),
            *super().get_urls(),
        ]

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 Django's signature
    ) -> HttpResponse:
        self.require(request, "view")
        lines = overview.lines()
        asked = [line for line in lines if not line.statement.ended_at]
        values = {
            "title": _("Statements"),
            "columns": overview.columns(),
            "asked": overview.rows_of(asked),
            "ended": overview.rows_of(line for line in lines if line.statement.ended_at),
            "drafts": sum(line.draft is not None for line in asked),
        }
        return self.page(request, "statements", values)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.require(request, "add")
        form = NewStatementForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self.added(request, form)
        values = {"title": _("Add a statement"), "form": form, "first_language": main_language(request)}
        return self.page(request, "facts", values)

    def added(self, request: HttpRequest, form: NewStatementForm) -> HttpResponse:
        language = main_language(request)
        words = {name: form.cleaned_data[name] for name in ("name", "title")}
        with transaction.atomic():
            statement = form.save()
            draft(statement, {language: words})
            record(request, Kind.ROW_ADDED, [statement])
        messages.success(
            request, _("The statement is there, as a draft. Nobody sees it before it is published.")
        )
        return redirect("admin:consent_statement_words", statement.pk, language)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.require(request, "view")
        statement = row_or_404(Statement, object_id)
        versions = list(statement.versions.order_by("-number"))
        shown = timeline.in_force_of(versions) or latest_published(statement)
        line = overview.Line(statement, versions, words_of(shown or first(versions)), {})  # type: ignore[arg-type]  # answers are not shown here
        values = {
            "title": line.name,
            "statement": statement,
            "shown": shown,
            "words": line.wording if shown else None,
            "tag": overview.tag_of(line),
            "draft": line.draft,
            "draft_language": first_language(line.draft) if line.draft else "",
            "facts": facts_of(statement, shown),
            "audience": audience_of(statement),
            "differs": shown is not None and differs(statement, shown),
            "versions": timeline.items_of(statement, versions, self.draft_url(request, line.draft)),
        }
        return self.page(request, "statement", values)

    def facts_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, "change")
        statement = get_object_or_404(Statement, pk=pk)
        published = latest_published(statement)
        form = FactsForm(request.POST or None, instance=statement, published=published is not None)
        if request.method == "POST" and form.is_valid():
            form.save()
            record(request, Kind.ROW_CHANGED, [statement])
            messages.success(request, _("Saved."))
            return redirect("admin:consent_statement_change", pk)
        values = {"title": _("Facts"), "form": form, "statement": statement, "published": published}
        return self.page(request, "facts", {**values, "called": name_of(statement)})

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Beforehand it is told what stops, and for how many."""
        self.require(request, "change")
        statement = get_object_or_404(Statement, pk=pk)
        if request.method == "POST":
            if ending.end(statement, by=actor_of(request)):
                messages.success(request, _("It is no longer asked, and nothing is done on it any more."))
            return redirect("admin:consent_statement_change", pk)
        last = latest_published(statement)
        if last is None or statement.ended_at:
            return redirect("admin:consent_statement_change", pk)
        values = {"statement": statement, "words": words_of(last), "many": said_yes(statement)}
        return self.page(request, "end", {**values, "title": name_of(statement)})

    def take_up_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, "change")
        if ending.take_up(get_object_or_404(Statement, pk=pk), by=actor_of(request)):
            messages.success(request, _("It is asked again, and whoever had said yes to it says yes to it."))
        return redirect("admin:consent_statement_change", pk)

    def draft_url(self, request: HttpRequest, version: Version | None) -> str:
        if version is None or not self.has_right(request, "change"):
            return ""
        return self.words_url(version.statement_id, first_language(version))


def main_language(request: HttpRequest) -> str:
    """In which a statement is written first."""
    association: Any = request.association  # type: ignore[attr-defined]  # the middleware's
    languages: list[str] = association.languages
    return languages[0] if languages else "en"


def words_of(version: Version | None) -> Wording | None:
    wordings = list(version.wordings.all()) if version else []
    return in_language(wordings) if wordings else None


def first(versions: list[Version]) -> Version | None:
    return versions[0] if versions else None


def name_of(statement: Statement) -> str:
    words = words_of(latest_published(statement) or drafts.draft_of(statement))
    return words.name if words and words.name else statement.slug


def differs(statement: Statement, version: Version) -> bool:
    """Have facts changed that people were promised with these words? They count from the next version."""
    promised = {name: getattr(version, name) for name in FACTS} | {"purpose": version.told_purpose}
    return promised != {name: getattr(statement, name) for name in FACTS}
