"""Statements in the console: a draft is written in each language, then published, and from then on only read."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consent.models import Decision, State, Statement, Version, Wording
from consent.publish import AlreadyPublished, MissingWording, publish
from privacy import ledger
from privacy.console import OpaqueAdmin


class WordingInline(admin.StackedInline):  # type: ignore[type-arg]  # takes no parameters at run time
    model = Wording
    extra = 1

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_delete_permission(request, obj)


class VersionInline(admin.TabularInline):  # type: ignore[type-arg]  # as above
    """The versions of a statement, each with a way to its words."""

    model = Version
    extra = 0
    show_change_link = True
    readonly_fields = ("number", "state", "effective_at", "ask_again", "published_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False


@admin.register(Statement)
class StatementAdmin(OpaqueAdmin[Statement]):
    list_display = ("slug", "kind", "asked_at", "order", "in_force")
    list_filter = ("kind", "asked_at")
    search_fields = ("slug",)
    inlines = (VersionInline,)

    @admin.display(description=gettext_lazy("version in force"))
    def in_force(self, statement: Statement) -> str:
        version = statement.current()
        return str(version.number) if version else _("none yet")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002 as above
        """What people have answered keeps its kind and its number; the database sees to it too."""
        published = obj and obj.versions.filter(state=State.PUBLISHED).exists()
        return ("slug", "number", "kind") if published else ()


@admin.register(Version)
class VersionAdmin(OpaqueAdmin[Version]):
    list_display = ("statement", "number", "state", "effective_at", "ask_again")
    list_filter = ("state", "statement")
    inlines = (WordingInline,)
    actions = ("publish_them",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002 Django's signature
        facts = ("state", "published_at", "basis", "recipients", "hash")
        if obj is None:
            return facts
        return facts if is_draft(obj) else ("statement", "number", "effective_at", "ask_again", *facts)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Many at once cannot be deleted: one of them may be published."""
        return {
            name: each for name, each in super().get_actions(request).items() if name != "delete_selected"
        }

    @admin.action(description=gettext_lazy("Publish, for good"), permissions=["change"])
    def publish_them(self, request: HttpRequest, versions: QuerySet[Version]) -> None:
        published = sum(self.publish_one(request, version) for version in versions)
        if published:
            told = ngettext("%(n)s version is published.", "%(n)s versions are published.", published)
            messages.success(request, told % {"n": published})

    def publish_one(self, request: HttpRequest, version: Version) -> bool:
        try:
            record(request, publish(version))
        except AlreadyPublished:
            messages.warning(
                request, _("Version %(number)s is published already.") % {"number": version.number}
            )
        except MissingWording as missing:
            told = _("Version %(number)s is not published. Still to be written: %(languages)s.")
            languages = ", ".join(missing.languages)
            messages.error(request, told % {"number": version.number, "languages": languages})
        else:
            return True
        return False


@admin.register(Decision)
class DecisionAdmin(OpaqueAdmin[Decision]):
    """Read only: a decision is taken by the person."""

    list_display = ("statement", "individual", "act", "at", "channel", "language")
    list_filter = ("statement", "act", "channel")
    list_select_related = ("statement", "individual")
    date_hierarchy = "at"
    ordering = ("-at",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False


def is_draft(version: Version | None) -> bool:
    return version is None or not version.is_published()


def record(request: HttpRequest, version: Version) -> None:
    user: Any = request.user
    ledger.append(
        ledger.Kind.STATEMENT_PUBLISHED,
        subject=None,
        actor=user.individual_id,
        payload={
            "statement": version.statement_id,
            "version": version.number,
            "version_hash": version.hash,
            "statement_kind": version.statement.kind,
        },
    )
