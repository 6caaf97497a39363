"""The staff's site: Django's admin, dressed as the house, with our own pages inside."""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from ams import areas
from privacy.access import SAFE, page_of


class ConsoleSite(AdminSite):
    site_header = gettext_lazy("Console")
    site_title = gettext_lazy("Console")
    index_title = gettext_lazy("Today")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_staff)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002  Django's signature
        """There is one way in for everybody; who is signed in and may not enter reads that there."""
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Whoever pressed a button after the session had ended comes back to the page of the button."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in SAFE and not request.user.is_authenticated:
                return redirect_to_login(page_of(request))
            answer: HttpResponseBase = inner(request, *args, **kwargs)
            return answer

        return guarded

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Nobody is in a group: rights come from the role, so Django's page for groups would mislead."""
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        ours = [model for model in models if model._meta.app_label != "auth"]
        super().register(ours, admin_class, **options)

    def get_urls(self) -> list[Any]:
        own: list[URLPattern] = [
            path("settings/", self.admin_view(self.settings), name="settings"),
            path("records/", self.admin_view(require_safe(self.records)), name="records"),
            path("records/verify/", self.admin_view(require_POST(self.verify)), name="verify"),
            # Below the statements, so that it stands under their tab.
            path("consent/statement/opt-in/", self.admin_view(require_safe(self.opt_in)), name="opt_in"),
            path("consent/statement/opt-in/earlier/", self.admin_view(self.earlier), name="opt_in_earlier"),
            path(
                "consent/statement/opt-in/<slug:slug>/evidence/",
                self.admin_view(require_POST(self.opt_in_evidence)),
                name="opt_in_evidence",
            ),
        ]
        # No row has a page of its own outside the console, so nothing leads through Django's way there.
        theirs = [each for each in super().get_urls() if getattr(each, "name", None) != "view_on_site"]
        return [*own, *theirs]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """On every page the tabs say when a request is late."""
        return {**super().each_context(request), "console_tabs": self.tabs(request)}

    def tabs(self, request: HttpRequest) -> list[dict[str, Any]]:
        found = areas.tabs(self.area_of(request.path), "console")
        late = self.late(request)
        for tab in found:
            if late and tab["url"] == reverse("admin:privacy_request_changelist"):
                tab["count"] = ngettext("%(n)s late", "%(n)s late", late) % {"n": late}
        return found

    def area_of(self, path: str) -> str:
        """Lists belong to the people in them, deliveries to their endpoints; what else has no tab is under Records."""
        here, home = areas.tabs(path, "console"), reverse("admin:index")
        if path == home or any(tab["current"] and tab["url"] != home for tab in here):
            return path
        homes = {"ams_import": "ams_individual", "webhooks_delivery": "webhooks_endpoint"}
        found = (
            there for here, there in homes.items() if path.startswith(reverse(f"admin:{here}_changelist"))
        )
        there = next(found, "")
        return reverse(f"admin:{there}_changelist" if there else "admin:records") + "within"

    def late(self, request: HttpRequest) -> int:
        if not self.has_permission(request):
            return 0
        from ams.console.queue import counts  # noqa: PLC0415 models come after this site

        return counts()["late"]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:  # noqa: ARG002 Django's signature
        from ams.console.home import today  # noqa: PLC0415 as above

        return TemplateResponse(request, "admin/index.html", {**self.each_context(request), **today(request)})

    def settings(self, request: HttpRequest) -> HttpResponse:
        from ams.models import Association  # noqa: PLC0415 as above

        page: Any = self.get_model_admin(Association)
        answer: HttpResponse = page.settings_view(request)
        return answer

    def records(self, request: HttpRequest) -> HttpResponse:
        from ams.console.records import page  # noqa: PLC0415 as above

        values = {"title": _("Records"), "app_list": self.get_app_list(request), **page(request)}
        return render(request, "console/records.html", {**self.each_context(request), **values})

    def opt_in(self, request: HttpRequest) -> HttpResponse:
        from ams.console.opt_in import page  # noqa: PLC0415 as above

        return render(request, "console/opt_in.html", {**self.each_context(request), **page(request)})

    def opt_in_evidence(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        from ams.console.opt_in import hand_out  # noqa: PLC0415 as above

        return hand_out(request, slug)

    def earlier(self, request: HttpRequest) -> HttpResponse:
        from ams.console.earlier import page  # noqa: PLC0415 as above

        values = {**self.each_context(request), **page(request)}
        return render(request, "console/opt_in_earlier.html", values)

    def verify(self, request: HttpRequest) -> HttpResponse:
        from ams.console.records import verify  # noqa: PLC0415 as above

        broken = verify(request)
        if broken is None:
            messages.success(request, _("The ledger is whole: every entry follows from the one before."))
        else:
            told = _(
                "The ledger is broken at entry %(seq)s. Keep everything as it is, and tell your operator."
            )
            messages.error(request, told % {"seq": broken.seq})
        return redirect("admin:records")
