"""The same as serialization.py for JSON Lines, so that no kind of dump holds a plain value."""

from collections.abc import Iterator
from typing import Any

from django.core.serializers import jsonl as django_jsonl

from privacy.vault.fields import SealedMixin
from privacy.vault.serialization import with_sealed_values


class Serializer(django_jsonl.Serializer):
    def _value_from_field(self, obj: Any, field: Any) -> Any:
        if isinstance(field, SealedMixin):
            return field.value_to_string(obj)
        return super()._value_from_field(obj, field)  # type: ignore[misc]  # not in the stubs


class Deserializer(django_jsonl.Deserializer):
    def _handle_object(self, obj: dict[str, Any]) -> Iterator[Any]:
        yield from super()._handle_object(with_sealed_values(obj))  # type: ignore[misc]  # not in the stubs
