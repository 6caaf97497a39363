"""The base of pages about one row of one person: added from the person's page, opened on the record."""

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, ForeignKey
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.console.names import link_to, member, opened
from ams.models import Individual
from privacy.admin import ReadOnlyAdmin
from privacy.console import OpaqueAdmin
from webhooks.publish import publish

PAUSED: Final = gettext_lazy("Nothing is changed while the data is paused. End the pause first.")


class RowAdmin(OpaqueAdmin[Any]):
    """A list shows numbers, states and dates; the values stand on the row's own page."""

    shown: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()  # once it is entered
    tells = False  # whoever has the data hears of a correction (Art. 19 GDPR)
    tab = "profile"
    actions = None
    list_per_page = 50
    list_select_related: ClassVar[Any] = ("individual",)
    change_form_template = "console/row.html"

    @admin.display(description=gettext_lazy("member"))
    def person(self, row: Any) -> str:
        return link_to(row.individual)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 Django's signature
        return ["person" if obj else "individual", *self.shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 as above
        return ("person", *self.stays) if obj else ()

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: Any, **kwargs: Any) -> Any:
        """No buttons that open other windows; and a person is never chosen from a list of everybody."""
        if db_field.name == "individual":
            people = Individual.objects.filter(erased_at=None)
            return forms.ModelChoiceField(people, widget=forms.HiddenInput)
        if isinstance(db_field, ForeignKey):
            return self.formfield_for_foreignkey(db_field, request, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not is_left_alone(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_left_alone(obj)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        whose = person_meant(request)
        if whose is None:
            messages.info(request, _("Find the person first; what you add is added on their page."))
            return redirect("admin:ams_individual_changelist")
        if whose.is_restricted:
            messages.warning(request, str(PAUSED))
            return redirect("admin:ams_individual_change", whose.pk)
        return super().add_view(request, form_url, {**(extra_context or {}), **self.frame(whose)})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        frame = self.frame(row.individual) if row else {}
        answer = super().change_view(request, object_id, form_url, {**(extra_context or {}), **frame})
        if row and request.method == "GET":
            render_now(answer)
            opened(request, row.individual_id)
        return answer

    def frame(self, whose: Individual) -> dict[str, Any]:
        return {
            "whose": whose,
            "whose_tab": self.tab,
            "called": member(whose),
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.tell(obj, form.changed_data if change else [obj._meta.model_name])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        request.person_of_row = obj.individual_id  # type: ignore[attr-defined]  # read by response_delete
        super().delete_model(request, obj)
        self.tell(obj, [obj._meta.model_name])

    def tell(self, row: Any, names: list[str]) -> None:
        if self.tells and names:
            publish("individual.updated", subject=row.individual_id, data={"fields": sorted(names)})

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:  # noqa: ARG002 as above
        return back_to(obj.individual_id, self.tab)

    response_post_save_change = response_post_save_add

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        super().response_delete(request, obj_display, obj_id)
        return back_to(request.person_of_row, self.tab)  # type: ignore[attr-defined]  # set in delete_model


def is_left_alone(row: Any) -> bool:
    """Art. 18 GDPR: what is about somebody who is paused is stored, and otherwise left alone."""
    return row is not None and row.individual.is_restricted


class ReadOnlyRowAdmin(ReadOnlyAdmin, RowAdmin):
    """What was, as it was."""


def person_meant(request: HttpRequest) -> Individual | None:
    field = forms.ModelChoiceField(Individual.objects.filter(erased_at=None))
    try:
        found = field.clean(request.POST.get("individual") or request.GET.get("individual"))
    except forms.ValidationError:
        return None
    return found  # type: ignore[no-any-return]


def render_now(answer: HttpResponse) -> None:
    """Before the ledger is locked, not after."""
    if isinstance(answer, TemplateResponse):
        answer.render()


def back_to(uid: Any, tab: str) -> HttpResponseRedirect:
    return redirect("admin:ams_individual_see", uid, tab)
