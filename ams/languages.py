"""In which language a visitor is answered: one that the association speaks, whatever the browser asks for."""

from collections.abc import Awaitable, Iterator

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from ams.models import Association


class LanguageMiddleware(LocaleMiddleware):
    """After the association's: only its languages count. Django's own offers every language of the settings."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        with translation.override(language_for(request)):  # nothing of it stays for the thread's next request
            return super().__call__(request)

    def process_request(self, request: HttpRequest) -> None:
        request.LANGUAGE_CODE = translation.get_language()


def language_for(request: HttpRequest) -> str:
    """The first wish that can be met; else the association's main language."""
    spoken = spoken_by(getattr(request, "association", None))
    return next((wish for wish in wishes(request) if wish in spoken), spoken[0])


def spoken_by(association: Association | None) -> list[str]:
    """Never empty: without an association, or one that speaks nothing we know, it is what we have."""
    ours = [code for code, _name in settings.LANGUAGES]
    theirs = association.languages if association else []
    return [code for code in theirs if code in ours] or ours


def wishes(request: HttpRequest) -> Iterator[str]:
    """What was chosen here, then what the browser says, the dearest first. Swiss German is German."""
    yield request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        yield code.split("-")[0]
