"""What programs send, as JSON; what is no JSON is a problem of theirs, however it is broken."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers


class Json(parsers.JSONParser):
    """The library's answer repeats where it stumbled, and ten thousand brackets are a fault of ours to it."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except (exceptions.ParseError, RecursionError):
            raise exceptions.ParseError(_("This is not JSON.")) from None
