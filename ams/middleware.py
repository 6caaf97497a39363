"""Which association a visitor sees, and what a browser may keep."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from ams.closed import SERVER_ERROR, closed
from ams.languages import language_for
from ams.models import Association
from ams.models.association import visiting
from erasure import walls
from privacy.tenancy import speaking_for
from privacy.vault import Forgotten, KeyringError, current

GetResponse = Callable[[HttpRequest], HttpResponse]
WITHOUT_ASSOCIATION = ("/healthz", "/readyz", "/static/")
GONE = 410
IN_WORDS = {400, 403, 404, 405, 409, 410, 500, 503}


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
            with translation.override(language_for(request)):
                return render(request, "errors/no_association.html", status=404)
        request.association = association  # type: ignore[attr-defined]
        try:
            current.expect(association.pk, association.keyring_epoch)
        except KeyringError as reason:
            return closed(request, reason)
        with visiting(host), speaking_for(association.pk), timezone.override(association.time_zone):
            response = self.get_response(request)
            # Django turned the exception into a page before we could see it: what the view wrote goes.
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A key that is missing must not look like an erasure: the whole page stays away."""
        if isinstance(exception, Forgotten) or walls.is_refusal(exception):
            return gone(request)
        if isinstance(exception, KeyringError):
            return closed(request, exception)
        return None


def gone(request: HttpRequest) -> HttpResponse:
    """Somebody wrote about a person who was erased in the same moment: nothing of it stays."""
    transaction.set_rollback(True)
    return render(request, "errors/410.html", status=GONE)


class NoStoreMiddleware:
    """Pages hold personal data: no cache on the way keeps one, and Back after signing out shows none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class WordsMiddleware:
    """Django answers some mistakes with a number and an empty page; here each says what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in IN_WORDS and not response.streaming and not response.content:
            page = render(request, f"errors/{response.status_code}.html", status=response.status_code)
            response.content, response.headers["Content-Type"] = page.content, page.headers["Content-Type"]
        return response
