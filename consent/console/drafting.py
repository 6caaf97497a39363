"""A draft in the console: written language by language beside its preview, then published for good, or discarded."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consent.choices import in_language
from consent.console import drafts, readiness, timeline
from consent.console.drafts import Overtaken, draft_of, wording_of
from consent.console.last_look import LastLookForm
from consent.console.preview import preview
from consent.console.publishing import publish_draft, summary_of
from consent.console.words_form import RulesForm, WordsForm
from consent.diff import changes
from consent.models import State, Statement, Version, Wording
from consent.publish import latest_published
from privacy.console import OpaqueAdmin, record
from privacy.ledger import Kind

CONFLICT = 409


class DraftPages(OpaqueAdmin[Statement]):
    pages = "consent/console"

    def draft_urls(self, one: str) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(f"{one}draft/", view(require_POST(self.begin_view)), name="consent_statement_begin"),
            path(f"{one}draft/publish/", view(self.publish_view), name="consent_statement_publish"),
            path(f"{one}draft/discard/", view(self.discard_view), name="consent_statement_discard"),
            path(f"{one}draft/<slug:language>/", view(self.words_view), name="consent_statement_words"),
            path(
                f"{one}versions/<int:number>/",
                view(require_safe(self.version_view)),
                name="consent_statement_version",
            ),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False  # what people were asked is proof; a draft is discarded on its page

    def page(
        self, request: HttpRequest, name: str, values: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        may = {"may_change": self.has_right(request, "change")}
        return super().page(request, name, {**may, **values}, status=status)

    def words_url(self, pk: int, language: str) -> str:
        return reverse("admin:consent_statement_words", args=[pk, language])

    def begin_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, "change")
        statement = get_object_or_404(Statement, pk=pk, ended_at=None)
        version = drafts.begin(statement)
        record(request, Kind.ROW_ADDED, [version])
        return redirect(self.words_url(pk, first_language(version)))

    def words_view(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        self.require(request, "change")
        statement = get_object_or_404(Statement, pk=pk)
        version = draft_of(statement)
        if version is None or language not in readiness.spoken(version):
            return self.gone(request, statement) if request.method == "POST" else self.back_to(pk)
        if request.method == "POST":
            return self.save(request, version, language)
        wording = wording_of(version, language)
        words = WordsForm(instance=wording, kind=statement.kind)
        return self.words_page(request, version, language, words, RulesForm(version=version))

    def save(self, request: HttpRequest, version: Version, language: str) -> HttpResponse:
        words = WordsForm(request.POST, instance=Wording(language=language), kind=version.statement.kind)
        rules = RulesForm(request.POST, version=version)
        if not (words.is_valid() & rules.is_valid()):  # both, so that all errors are said
            return self.words_page(
                request, version, language, words, rules, seen=request.POST.get("seen", "")
            )
        try:
            seen = request.POST.get("seen", "")
            drafts.save(version, language, words.cleaned_data, rules.rules(), seen=seen)
        except Overtaken as other:
            if other.wording is None:
                return self.gone(request, version.statement)
            theirs = changes(other.wording, words.instance)
            version.refresh_from_db()
            return self.words_page(request, version, language, words, rules, theirs=theirs, status=CONFLICT)
        record(request, Kind.ROW_CHANGED, [version])
        messages.success(request, _("The draft is saved."))
        return redirect(self.words_url(version.statement_id, language))

    def words_page(
        self,
        request: HttpRequest,
        version: Version,
        language: str,
        words: WordsForm,
        rules: RulesForm,
        *,
        seen: str = "",
        theirs: Sequence[tuple[str, str]] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """`theirs`: somebody else has saved meanwhile, and this is how their words differ from these."""
        statement, there = version.statement, wording_of(version, language)
        last, languages = latest_published(statement), readiness.languages_of(version)
        before = wording_of(last, language) if last else None
        versions = list(statement.versions.order_by("-number"))
        values = {
            "title": called(version),
            "statement": statement,
            "version": version,
            "here": next(each for each in languages if each.code == language),
            "languages": languages,
            "words": words,
            "rules": rules,
            "seen": seen or drafts.page_as_seen(version, there),
            "theirs": theirs,
            "preview": preview(statement, there, before) if there and there.title else "",
            "before": last if before else None,
            "why_not": readiness.why_not(version, languages),
            "versions": timeline.items_of(statement, versions, ""),
        }
        return self.page(request, "draft", values, status=status)

    def gone(self, request: HttpRequest, statement: Statement) -> HttpResponse:
        """Published or discarded by somebody else: what was written is given back, so that it can be copied."""
        words = WordsForm(request.POST, kind=statement.kind)
        typed = [(field.label, field.value()) for field in words if field.value()]
        values = {"title": _("This draft is no longer there"), "statement": statement, "typed": typed}
        return self.page(request, "gone", values, status=CONFLICT)

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, "change")
        version = draft_of(get_object_or_404(Statement, pk=pk))
        if version is None:
            return self.back_to(pk)
        languages = readiness.languages_of(version)
        if reasons := readiness.why_not(version, languages):
            messages.error(request, " ".join(reasons))
            return redirect(self.words_url(pk, first_language(version)))
        seen = drafts.draft_as_seen(version)
        form = LastLookForm(languages, latest_published(version.statement), request.POST or None)
        if request.method == "POST" and request.POST.get("seen") != seen:
            messages.warning(request, _("The draft has changed meanwhile. This is how it stands now."))
            form = LastLookForm(languages, latest_published(version.statement))
        elif request.method == "POST" and form.is_valid():
            if publish_draft(version, seen=seen, by=actor_of(request)):
                messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
            return self.back_to(pk)
        values = {"title": called(version), "statement": version.statement, "version": version, "seen": seen}
        values |= {"form": form, "rows": summary_of(version, languages)}
        return self.page(request, "publish", values)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, "change")
        statement = get_object_or_404(Statement, pk=pk)
        version = draft_of(statement)
        if version is None:
            return self.back_to(pk)
        if request.method != "POST":
            values = {"title": called(version), "statement": statement, "version": version}
            return self.page(request, "discard", {**values, "only": latest_published(statement) is None})
        record(request, Kind.ROW_DELETED, [version])
        messages.success(request, _("The draft is discarded."))
        return (
            redirect("admin:consent_statement_changelist") if drafts.discard(statement) else self.back_to(pk)
        )

    def version_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """A published version, word for word, and what was new in it."""
        self.require(request, "view")
        published = Version.objects.filter(state=State.PUBLISHED, statement=pk).select_related("statement")
        version = get_object_or_404(published, number=number)
        wordings = list(version.wordings.all())
        words = in_language(wordings, request.GET.get("language"))
        before = published.filter(number__lt=number).order_by("-number").first()
        old = wording_of(before, words.language) if before else None
        values = {
            "title": _("Version %(number)s") % {"number": number},
            "called": words.name,
            "statement": version.statement,
            "version": version,
            "words": words,
            "wordings": [(each, readiness.name_of(each.language)) for each in wordings],
            "before": before,
            "changes": changes(old, words) if old else [],
            "counts": timeline.counts_of(version.statement).get(version.pk),
        }
        return self.page(request, "version", values)

    def back_to(self, pk: int) -> HttpResponse:
        return redirect("admin:consent_statement_change", pk)


def actor_of(request: HttpRequest) -> UUID:
    user: Any = request.user
    actor: UUID = user.individual_id
    return actor


def first_language(version: Version) -> str:
    """Where one goes on writing: the reader's language where it is spoken."""
    spoken, reader = readiness.spoken(version), (get_language() or "").split("-")[0]
    return reader if reader in spoken else spoken[0]


def called(version: Version) -> str:
    wordings = list(version.wordings.all())
    words = in_language(wordings) if wordings else None
    return words.name if words and words.name else version.statement.slug
