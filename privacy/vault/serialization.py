"""JSON fixtures and dumps of sealed rows: base64 of sealed bytes out, sealed bytes back in, no plain value either way.

Only here is text turned into a sealed value. A field that did it would let a member type one into a form.
"""

import base64
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.serializers import json as django_json

from privacy.vault.fields import SealedMixin
from privacy.vault.values import Sealed


class Serializer(django_json.Serializer):
    def _value_from_field(self, obj: Any, field: Any) -> Any:
        """Django asks dates and numbers for no text of their own: birth dates would go out in plain."""
        if isinstance(field, SealedMixin):
            return field.value_to_string(obj)
        return super()._value_from_field(obj, field)  # type: ignore[misc]  # not in the stubs


class Deserializer(django_json.Deserializer):
    def _handle_object(self, obj: dict[str, Any]) -> Iterator[Any]:
        model = apps.get_model(obj["model"])
        sealed = {field.name for field in model._meta.concrete_fields if isinstance(field, SealedMixin)}
        obj["fields"] = {
            name: as_sealed(value) if name in sealed else value for name, value in obj["fields"].items()
        }
        yield from super()._handle_object(obj)  # type: ignore[misc]  # not in the stubs


def as_sealed(value: str | None) -> Sealed | None:
    return None if value is None else Sealed(base64.b64decode(value, validate=True))
