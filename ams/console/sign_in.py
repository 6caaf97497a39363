"""Logins: who may sign in and as what; and what is only there to be looked at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ams import models as m
from ams.accounts.successor import only_one_left
from ams.console.rows import ReadOnlyRowAdmin, RowAdmin
from ams.roles import Role
from privacy.admin import ReadOnlyAdmin


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameters at run time
    def clean(self) -> dict[str, Any]:
        """Two who take the role from each other in the same moment would leave nobody."""
        values = super().clean() or {}
        before = m.Account.objects.filter(pk=self.instance.pk).first()
        kept = values.get("is_active", True)
        becomes = Role(values.get("role", Role.MEMBER)) if kept else Role.MEMBER
        role = only_one_left(before, becomes) if before and {"role", "is_active"} & set(values) else None
        if role is not None:
            told = _("Nobody else has the role “%(role)s”. Give it to somebody first.")
            raise ValidationError(told, params={"role": role.label})
        return values


@admin.register(m.Account)
class AccountAdmin(RowAdmin):
    """Without a password: whoever gets a login chooses one through the letter for a forgotten password."""

    form = AccountForm
    shown = ("role", "is_active")
    tab = "sign-in"
    list_display = ("__str__", "person", "role", "is_active", "email_verified_at", "last_login", "created_at")
    list_filter = ("role", "is_active")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = ["email_verified_at", "last_login", "created_at"] if obj else []
        return [*super().get_fields(request, obj), *facts]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody makes themselves more, or less: the last administrator could lock everybody out."""
        if obj is None:
            return ()
        own = ("role", "is_active") if obj.pk == request.user.pk else ()
        return ("person", "email_verified_at", "last_login", "created_at", *own)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False  # it is switched off; it goes with the person


@admin.register(m.LoginRecord)
class LoginRecordAdmin(ReadOnlyRowAdmin):
    shown = ("at", "outcome", "ip_address", "browser")
    tab = "sign-in"
    list_display = ("__str__", "person", "at", "outcome")
    list_filter = ("outcome",)
    date_hierarchy = "at"


@admin.register(m.EmailChange)
class EmailChangeAdmin(ReadOnlyRowAdmin):
    shown = ("before", "reason", "state", "asked_at", "new_agreed_at", "old_agreed_at", "effective_at")
    tab = "sign-in"
    list_display = ("__str__", "person", "state", "asked_at", "effective_at")
    list_filter = ("state",)


@admin.register(m.ApiToken)
class ApiTokenAdmin(ReadOnlyRowAdmin):
    shown = ("name", "scopes", "created_at", "expires_at", "used_on")
    tab = "sign-in"
    list_display = ("__str__", "person", "scopes", "created_at", "expires_at", "used_on")


class ListOnly(ReadOnlyAdmin):
    """A row of these says nothing that its line does not."""

    list_display_links = None
    actions = None
    list_per_page = 50


@admin.register(m.Session)
class SessionAdmin(ListOnly):
    list_display = ("__str__", "individual", "expire_date")
    list_select_related = ("individual",)


@admin.register(m.JoinDraft)
class JoinDraftAdmin(ListOnly):
    list_display = ("__str__", "created_at", "expires_at")


@admin.register(m.LetterRequest)
class LetterRequestAdmin(ListOnly):
    list_display = ("__str__", "created_at")


@admin.register(m.FailureCount)
class FailureCountAdmin(ListOnly):
    list_display = ("window", "bucket", "failures")
    ordering = ("-window", "bucket")


@admin.register(m.ListLayout)
class ListLayoutAdmin(ListOnly):
    list_display = ("__str__", "heading_line", "country", "date_order", "used_at")


@admin.register(m.ImportRefusal)
class ImportRefusalAdmin(ListOnly):
    list_display = ("import_job", "line", "field", "reason")
    list_filter = ("reason",)
    list_select_related = ("import_job",)
