"""Endpoints and deliveries in the console: is it well, what was tried, which keys, and what staff can do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from privacy.console import OpaqueAdmin
from privacy.ledger.kinds import Kind
from privacy.numbers import row_or_404
from webhooks import endpoints, health, pages
from webhooks.endpoints import WrongState
from webhooks.forms import EndpointForm, RotateForm, initial_of
from webhooks.models import Delivery, Endpoint, Scheme

OPEN_SHOWN = 3
EARLIER_SHOWN = 10


class OwnPages(OpaqueAdmin[Any]):
    """Pages of our own instead of Django's forms: each act is a verb of webhooks/endpoints.py."""

    pages = "webhooks/console"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False  # what was sent to whom is proof

    def may(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perm("webhooks.change_endpoint"))

    def must(self, request: HttpRequest) -> None:
        if not self.may(request):
            raise PermissionDenied

    def must_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def act(self, request: HttpRequest, act: Callable[[], object], done: str) -> None:
        self.must(request)
        try:
            act()
        except WrongState:
            messages.error(request, _("That cannot be done now. The page shows how it stands."))
        else:
            messages.success(request, done)

    def page(
        self, request: HttpRequest, name: str, values: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        return super().page(request, name, {"may_act": self.may(request), **values}, status=status)


def actor_of(request: HttpRequest) -> UUID:
    user: Any = request.user
    actor: UUID = user.individual_id
    return actor


@admin.register(Endpoint)
class EndpointAdmin(OwnPages):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        one = "<uuid:pk>/"
        return [
            path(f"{one}edit/", view(self.edit_view), name="webhooks_endpoint_edit"),
            path(f"{one}keys/", view(self.rotate_view), name="webhooks_endpoint_rotate"),
            path(f"{one}secret/", view(require_POST(self.secret_view)), name="webhooks_endpoint_secret"),
            path(f"{one}do/<slug:verb>/", view(require_POST(self.verb_view)), name="webhooks_endpoint_do"),
            *super().get_urls(),
        ]

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 Django's signature
    ) -> HttpResponse:
        self.must_view(request)
        rows = list(Endpoint.objects.all())
        troubled = sum(health.health_of(row).state in {health.DOWN, health.TROUBLED} for row in rows)
        table = pages.endpoint_rows(rows, health.undelivered())
        values = {"title": _("Endpoints"), "rows": table, "count": len(rows), "troubled": troubled}
        return self.page(request, "endpoints", values)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.must_view(request)
        endpoint = row_or_404(Endpoint, object_id)
        days, counts = health.strip(endpoint), health.counts_of(endpoint)
        deliveries = Delivery.objects.filter(endpoint=endpoint).select_related("event", "endpoint")
        still_open = deliveries.exclude(state=Delivery.State.DELIVERED).prefetch_related("tries")
        values = {
            "title": endpoint.name,
            "endpoint": endpoint,
            "health": health.health_of(endpoint, slow=health.is_slow(days)),
            "facts": health.facts(days, counts),
            "days": days,
            "days_in_words": health.in_words(days),
            "open": [
                {
                    "delivery": row,
                    "heading": pages.heading_of(row),
                    "tag": pages.tag_of(row),
                    "items": pages.timeline_of(row),
                }
                for row in still_open[:OPEN_SHOWN]
            ],
            "earlier": pages.delivery_rows(deliveries[:EARLIER_SHOWN]),
            "all": sum(counts.values()),
            "keys": pages.keys_of(endpoint),
            "told_about": pages.told_about(endpoint),
        }
        return self.page(request, "endpoint", values)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.must(request)
        form = EndpointForm(request.POST or None, initial={"signatures": Scheme.values})
        if request.method == "POST" and form.is_valid():
            endpoint = endpoints.create(**form.cleaned_data, actor=actor_of(request))
            messages.success(
                request, _("The endpoint is ready. Give its key to the recipient, then send a test.")
            )
            return redirect("admin:webhooks_endpoint_change", endpoint.pk)
        return self.page(request, "edit", {"title": _("Add an endpoint"), "form": form})

    def edit_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.must(request)
        endpoint = get_object_or_404(Endpoint, pk=pk)
        form = EndpointForm(request.POST or None, initial=initial_of(endpoint))
        if request.method == "POST" and form.is_valid():
            endpoints.change(endpoint, **form.cleaned_data, actor=actor_of(request))
            messages.success(request, _("The endpoint is changed."))
            return redirect("admin:webhooks_endpoint_change", pk)
        values = {"title": _("Change %(name)s") % {"name": endpoint.name}, "form": form, "endpoint": endpoint}
        return self.page(request, "edit", values)

    def rotate_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.must(request)
        endpoint = get_object_or_404(Endpoint, pk=pk)
        form = RotateForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            overlap: timedelta = form.cleaned_data["overlap"]
            endpoints.rotate(endpoint, overlap=overlap, actor=actor_of(request))
            messages.success(request, _("The keys are changed. Give the new one to the recipient."))
            return redirect("admin:webhooks_endpoint_change", pk)
        return self.page(
            request, "rotate", {"title": _("Change the keys"), "form": form, "endpoint": endpoint}
        )

    @sensitive_variables("key", "values")
    def secret_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The one page that shows a shared secret; the ledger says who looked."""
        self.must(request)
        endpoint = get_object_or_404(Endpoint, pk=pk)
        key = get_object_or_404(endpoint.keys, scheme=Scheme.V1, ends_at=None)
        endpoints.record(endpoint, actor_of(request), Kind.ENDPOINT_SECRET_SHOWN)
        values = {"title": _("The shared secret"), "endpoint": endpoint, "secret": key.secret}
        return self.page(request, "secret", values)

    def verb_view(self, request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
        endpoint, actor = get_object_or_404(Endpoint, pk=pk), actor_of(request)
        match verb:
            case "test":
                self.act(request, lambda: endpoints.send_test(endpoint), _("A test is on its way."))
            case "disable":
                done = _("Switched off. What is owed waits until it is on again.")
                self.act(request, lambda: endpoints.disable(endpoint, actor=actor), done)
            case "enable":
                done = _("Switched on. What waited is being sent.")
                self.act(request, lambda: endpoints.enable(endpoint, actor=actor), done)
            case _:
                raise PermissionDenied
        return redirect("admin:webhooks_endpoint_change", pk)


@admin.register(Delivery)
class DeliveryAdmin(OwnPages):
    list_display = ("event", "endpoint", "state", "attempts", "created_at", "ended_at")
    list_filter = ("state", "event__type", "endpoint")
    list_select_related = ("event", "endpoint")
    search_fields = ("webhook_id__exact",)
    ordering = ("-created_at",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 Django's signature
        return False  # events make them

    def get_urls(self) -> list[URLPattern]:
        view = require_POST(self.verb_view)
        return [
            path("<uuid:pk>/do/<slug:verb>/", self.admin_site.admin_view(view), name="webhooks_delivery_do"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 as above
    ) -> HttpResponse:
        self.must_view(request)
        rows = Delivery.objects.select_related("event", "endpoint").prefetch_related("tries")
        delivery = row_or_404(rows, object_id)
        values = {
            "title": pages.heading_of(delivery),
            "delivery": delivery,
            "endpoint": delivery.endpoint,
            "tag": pages.tag_of(delivery),
            "items": pages.timeline_of(delivery),
            "sent": pages.what_we_sent(delivery),
        }
        return self.page(request, "delivery", values)

    def verb_view(self, request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
        delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk)
        match verb:
            case "replay":
                done = _("It is sent anew, under its old number.")
                self.act(request, lambda: endpoints.replay(delivery, actor=actor_of(request)), done)
            case "now":
                self.act(request, lambda: endpoints.try_now(delivery), _("The next try is being made."))
            case _:
                raise PermissionDenied
        return redirect("admin:webhooks_delivery_change", pk)
