"""Which association a visitor sees, and what a browser may keep."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ams.models import Association
from ams.models.association import visiting
from privacy.tenancy import speaking_for
from privacy.vault import current

GetResponse = Callable[[HttpRequest], HttpResponse]
WITHOUT_ASSOCIATION = ("/healthz", "/readyz", "/static/")
SERVER_ERROR = 500


class AssociationMiddleware:
    """The host name decides. First of all: sessions and sign-in need the association too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT_ASSOCIATION):
            return self.get_response(request)
        host = request.get_host().rsplit(":", 1)[0]
        association = Association.by_host(host)
        if association is None:
            return render(request, "errors/no_association.html", status=404)
        request.association = association  # type: ignore[attr-defined]
        current.expect(association.pk, association.keyring_epoch)
        with visiting(host), speaking_for(association.pk), timezone.override(association.time_zone):
            response = self.get_response(request)
            # Django turned the exception into a page before we could see it: what the view wrote goes.
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
            return response


class NoStoreMiddleware:
    """Pages hold personal data: no cache on the way keeps one, and Back after signing out shows none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
