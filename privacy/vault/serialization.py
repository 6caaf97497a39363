"""JSON fixtures and dumps of sealed rows: base64 of sealed bytes out, sealed bytes back in, no plain value either way.

Only here is text turned into a sealed value. A field that did it would let a member type one into a form.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.serializers import json as django_json
from django.core.serializers.base import DeserializationError

from privacy.vault.blind import FRONT
from privacy.vault.errors import SealBroken
from privacy.vault.fields import SealedMixin
from privacy.vault.seals import key_id_of
from privacy.vault.values import Sealed


class Serializer(django_json.Serializer):
    def _value_from_field(self, obj: Any, field: Any) -> Any:
        """Django asks dates and numbers for no text of their own: birth dates would go out in plain."""
        if isinstance(field, SealedMixin):
            return field.value_to_string(obj)
        return super()._value_from_field(obj, field)  # type: ignore[misc]  # not in the stubs


class Deserializer(django_json.Deserializer):
    def _handle_object(self, obj: dict[str, Any]) -> Iterator[Any]:
        yield from super()._handle_object(with_sealed_values(obj))  # type: ignore[misc]  # not in the stubs


def with_sealed_values(obj: dict[str, Any]) -> dict[str, Any]:
    fields = {field.name: field for field in apps.get_model(obj["model"])._meta.concrete_fields}
    values = {name: as_sealed(fields.get(name), value) for name, value in obj["fields"].items()}
    return obj | {"fields": values}


def as_sealed(field: object, value: Any) -> Any:
    """Raises DeserializationError for a plain value: it would lie in the database as it is."""
    if value is None or not isinstance(field, SealedMixin):
        return value
    try:
        sealed = base64.b64decode(value, validate=True)
        key_id_of(sealed[FRONT if field.findable else 0 :])
    except (binascii.Error, TypeError, ValueError, SealBroken):
        raise DeserializationError(f"{field.label}: a fixture holds sealed values only.") from None
    return Sealed(sealed)
