"""Who calls the API: a browser that is signed in, or a program with `Authorization: Bearer amsp_…`."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions, permissions
from rest_framework.request import Request

from ams.accounts import throttle
from ams.models import ApiToken
from ams.models.api import digest_of


class BearerToken(authentication.BaseAuthentication):
    """RFC 6750. The same answer for a token that never was, has ended, or whose login is closed."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        if throttle.guesses_too_often(request):
            raise exceptions.Throttled
        found = self.token_behind(token.strip())
        if found is None:
            throttle.count_guess(request)
            raise exceptions.AuthenticationFailed(_("This token does not open anything."))
        today = timezone.localdate()
        if found.used_on != today:
            ApiToken.objects.filter(pk=found.pk).update(used_on=today)
        return found.individual.account, found

    def token_behind(self, token: str) -> Any:
        alive = Q(
            expires_at__gt=timezone.now(), individual__account__is_active=True, individual__deceased_at=None
        )
        rows = ApiToken.objects.select_related("individual__account", "individual__association")
        return rows.filter(alive, digest=digest_of(token)).first()

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 the library's signature
        return self.keyword


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library has no types
    target_class = "ams.api.tokens.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 the library's signature
        return {"type": "http", "scheme": "bearer"}


class HasScope(permissions.BasePermission):
    """A view says which scope it needs to be read, and which to be written to; a signed-in browser may do both."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken):
            return bool(request.user and request.user.is_authenticated)
        needed = view.scope_to_read if request.method in permissions.SAFE_METHODS else view.scope_to_write
        return needed in request.auth.scopes
