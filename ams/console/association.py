"""Settings: what administrators say about their association, and what staff read there."""

import re
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ams.console.names import me
from ams.models import Association
from privacy import ledger
from privacy.console import OpaqueAdmin
from privacy.ledger.kinds import Kind

HOST: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
LONGEST_PAUSE: Final = 20  # a month less the time that carrying it out may take (Art. 12(3) GDPR)
ZONES: Final = [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name]


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameters at run time
    class Meta:
        model = Association
        fields = (
            "legal_name", "short_name", "postal_address", "country", "contact_email", "dpo_name", "dpo_email",
            "authority", "self_service_export", "cooling_off_days", "names_staff", "languages", "time_zone", "brand",
            "mark", "host_names",
        )  # fmt: skip
        widgets = {"postal_address": forms.Textarea(attrs={"rows": 4}), "brand": forms.TextInput}

    time_zone = forms.ChoiceField(label=gettext_lazy("time zone"), choices=ZONES)
    main_language = forms.ChoiceField(
        label=gettext_lazy("main language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("It is used where a member chose none."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What you ask your members has to be written in each of them."),
    )
    host_names = forms.CharField(
        label=gettext_lazy("host names"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line. The first one stands in links that we send by mail."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["host_names"] = "\n".join(self.instance.host_names)
        self.initial["main_language"] = (self.instance.languages or ["en"])[0]

    def clean_host_names(self) -> list[str]:
        names = list(dict.fromkeys(self.cleaned_data["host_names"].casefold().split()))
        for name in names:
            if not HOST.fullmatch(name):
                raise ValidationError(_("%(name)s is no host name.") % {"name": name})
        others = Association.objects.exclude(pk=self.instance.pk).filter(host_names__overlap=names)
        if names and others.exists():
            raise ValidationError(_("One of these host names belongs to another association."))
        return names

    def clean_cooling_off_days(self) -> int:
        days: int = self.cleaned_data["cooling_off_days"]
        if days > LONGEST_PAUSE:
            told = _("At most %(days)s days: the law asks for an answer within one month.")
            raise ValidationError(told % {"days": LONGEST_PAUSE})
        return days

    def clean(self) -> dict[str, Any]:
        """The main language first; it is one of those that are spoken."""
        values = super().clean() or {}
        main, spoken = values.get("main_language"), values.get("languages", [])
        if main and spoken and main not in spoken:
            self.add_error("main_language", _("Choose one of the languages that you tick below."))
        elif main:
            values["languages"] = [main, *(code for code in spoken if code != main)]
        return values


@admin.register(Association)
class AssociationAdmin(OpaqueAdmin[Association]):
    """One association sees itself, and is neither made nor deleted here: its keyring is made with it."""

    form = SettingsForm
    change_form_template = "console/settings.html"
    readonly_fields = ("slug", "keyring_epoch")
    fieldsets = (
        (
            gettext_lazy("Who you are"),
            {"fields": ("legal_name", "short_name", "postal_address", "country", "contact_email", "slug")},
        ),
        (gettext_lazy("Privacy"), {"fields": ("dpo_name", "dpo_email", "authority")}),
        (
            gettext_lazy("What members can do"),
            {"fields": ("self_service_export", "cooling_off_days", "names_staff")},
        ),
        (gettext_lazy("Languages and time"), {"fields": ("main_language", "languages", "time_zone")}),
        (gettext_lazy("How it looks"), {"fields": ("brand", "mark")}),
        (gettext_lazy("Addresses"), {"fields": ("host_names",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Staff who may only read see the languages as they are stored, not the form's two fields."""
        sets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return sets
        return [
            (name, {"fields": [field for field in options["fields"] if field != "main_language"]})
            for name, options in sets
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Association]:
        return super().get_queryset(request).filter(pk=request.association.pk)  # type: ignore[attr-defined]  # the middleware's

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 as above
        return False

    def changelist_view(
        self,
        request: HttpRequest,  # noqa: ARG002 as above
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        return redirect("admin:settings")

    def settings_view(self, request: HttpRequest) -> HttpResponse:
        """The tab's page: there is one row to open."""
        frame = {"show_save_and_continue": False, "title": _("Settings")}
        return self.change_view(request, str(request.association.pk), extra_context=frame)  # type: ignore[attr-defined]  # the middleware's

    def response_post_save_change(self, request: HttpRequest, obj: Association) -> HttpResponseRedirect:  # noqa: ARG002 as above
        return redirect("admin:settings")

    def log_change(self, request: HttpRequest, obj: Association, message: Any) -> None:  # type: ignore[override]  # noqa: ARG002 as above
        ledger.append(Kind.ASSOCIATION_CHANGED, subject=None, actor=me(request))
