"""Staff write down that somebody has died, and take it back if it was a mistake."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams import deceased
from ams.console import person as page_of
from ams.console.names import me, opened
from privacy.day_field import DayField


class DeceasedForm(forms.Form):
    died_on = DayField(label=gettext_lazy("Day of death"))
    note = forms.CharField(
        label=gettext_lazy("How we know"),
        help_text=gettext_lazy("Such as: a letter of the family. It is sealed with their data."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        error_messages={"required": gettext_lazy("Write how we know.")},
    )

    def clean_died_on(self) -> date:
        day: date = self.cleaned_data["died_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day


def deceased_view(pages: Any, request: HttpRequest, uid: UUID) -> HttpResponse:
    """`pages`: the admin of individuals."""
    pages.require(request, "change")
    individual = pages.person(request, uid)
    if individual.is_erased:
        raise Http404
    if request.method == "POST" and "undo" in request.POST:
        if deceased.unmark(individual, actor=me(request)):
            messages.success(request, _("Taken back. Letters and choices count as before."))
        return redirect("admin:ams_individual_change", uid)
    form = DeceasedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if deceased.mark(individual, **form.cleaned_data, actor=me(request)):
            messages.success(request, _("Written down. No letter goes there any more."))
        return redirect("admin:ams_individual_change", uid)
    page: HttpResponse = pages.page(
        request, "deceased", {"title": _("Somebody has died"), "form": form, **page_of.head_of(individual)}
    )
    if request.method == "GET":
        opened(request, uid)
    return page
