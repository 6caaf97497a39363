"""Model fields whose column holds sealed bytes only, and whose Python values are what they always were."""

import base64
import datetime as dt
import decimal
import json
from typing import Any, Generic, TypeVar

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Case
from django.db.models.functions import Cast

from privacy.alarms import tell_of_broken_seal
from privacy.emails import normal_email
from privacy.vault import blind, current
from privacy.vault.errors import Forgotten, SealBroken
from privacy.vault.generations import living_key
from privacy.vault.lookups import Found, FoundIn
from privacy.vault.parametrised import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    EmailField,
    Field,
    IntegerField,
    JSONField,
    TextField,
)
from privacy.vault.row_keys import NAME, row_name, row_name_sql
from privacy.vault.seals import known_uid_in, seal, unseal, with_row
from privacy.vault.values import Closed, Erased, Sealed, Unreadable

S_contra = TypeVar("S_contra", contravariant=True)  # what may be set
G_co = TypeVar("G_co", covariant=True)  # what is got


class SealedMixin(Field[S_contra, G_co], Generic[S_contra, G_co]):
    """`findable`: a blind index stands in front. `sealed_as`: the `app.model.field` before a renaming."""

    def __init__(
        self,
        verbose_name: Any = None,
        *,
        null: bool = False,
        findable: bool = False,
        sealed_as: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.sealed_as, self.findable = sealed_as, findable
        super().__init__(verbose_name, null=null, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.sealed_as:
            kwargs["sealed_as"] = self.sealed_as
        if self.findable:
            kwargs["findable"] = True
        return name, path, args, kwargs

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        super().contribute_to_class(cls, name, private_only=private_only, **kwargs)
        self.label = self.sealed_as or f"{cls._meta.label_lower}.{name}"
        self.aad = self.label.encode()

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if self.unique or getattr(self, "db_index", False) or self.has_db_default():
            hint = "Make it findable and use SealedUnique, or leave the option out."
            found.append(
                checks.Error("A sealed column has no index.", hint=hint, obj=self, id="privacy.E020")
            )
        return found

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 Django's signature
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    # From the database

    def select_format(self, compiler: Any, sql: str, params: Any) -> Any:
        """The row's name comes along in front, so that a value is opened in its own row only."""
        table, column = sql.rpartition(".")[0], compiler.quote_name_unless_alias(self.column)
        if sql != f"{table}.{column}":  # a subquery has done so inside
            return sql, params
        pk: Any = self.model._meta.pk
        key = f"{table}.{compiler.quote_name_unless_alias(pk.column)}"
        return f"({row_name_sql(self.model, key)} || {sql})", params

    def from_db_value(self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> Any:
        if value is None:
            return None
        raw = bytes(value)
        return self.open(raw[NAME:], raw[:NAME])

    def open(self, raw: bytes, row: bytes | None = None) -> Any:
        """Raises KeyMissing. A destroyed key is the end of a story, and a broken seal an alarm that closes no page."""
        if self.findable:
            raw = raw[blind.FRONT :]
        try:
            return self.unpack(unseal(current.keyring(), self.aad, raw, row))
        except Forgotten:
            return Erased(raw)
        except SealBroken:
            tell_of_broken_seal(
                f"{self.model._meta.label_lower}.{self.name}", known_uid_in(current.keyring(), raw)
            )
            return Unreadable(raw)

    # To the database

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if value is None or isinstance(value, Sealed) or hasattr(value, "resolve_expression"):
            return value
        if isinstance(value, Closed):
            front = blind.no_front() if self.findable else b""
            return Sealed(front + with_row(value.sealed, row_name(model_instance.pk)))
        return self.sealed(model_instance, self.to_python(value))

    def sealed(self, row: models.Model, value: Any) -> Sealed:
        # The guard first, then the key, then the row: a key is durable before anything is sealed with it.
        front = blind.front_of(self.label, self.normal(str(value))) if self.findable else b""
        return Sealed(front + self.sealed_for(row, value))

    def sealed_for(self, row: models.Model, value: Any) -> bytes:
        key_id, name = living_key(row, self), row_name(row.pk)
        return seal(current.keyring(), key_id, name, self.aad, self.pack(value))

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ARG002 as above
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:  # noqa: ARG002 as above
        if value is None or isinstance(value, Case | Cast):  # bulk_update; the values inside come here too
            return value
        if not isinstance(value, Sealed):
            raise FieldError(
                f"{self} is sealed with a person's key: save() the row, or use bulk_create or bulk_update."
            )
        return bytes(value)

    # Looking into it

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        if lookup_name == "exact" or (self.findable and lookup_name == "iexact"):
            return Found
        if lookup_name == "in" and self.findable:
            return FoundIn
        raise self.refusal()

    def get_transform(self, lookup_name: str) -> Any:  # noqa: ARG002 as above
        raise self.refusal()

    def refusal(self) -> FieldError:
        return FieldError(f"{self} is sealed: the database cannot look into it. Search in memory.")

    def write_refusal(self) -> FieldError:
        return FieldError(
            f"{self} is sealed with a person's key: save() the row, or use bulk_create or bulk_update."
        )

    def fronts_of(self, value: Any) -> list[bytes]:
        return blind.fronts_of(self.label, self.normal(str(value)))

    def normal(self, value: str) -> str:
        """What two values have in common when they are one to the blind index."""
        return blind.normal(value)

    # Values in Python

    def pack(self, value: Any) -> bytes:
        return str(value).encode()

    def unpack(self, data: bytes) -> Any:
        return data.decode()

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, Sealed | Closed) else super().to_python(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return value if isinstance(value, Sealed | Closed) else super().clean(value, model_instance)

    def value_from_object(self, obj: models.Model) -> Any:
        """A form offers nothing to correct where nothing can be read."""
        value = super().value_from_object(obj)
        return None if isinstance(value, Unreadable) else value

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """What was left empty there is kept, in case it can be restored."""
        if not (data in (None, "") and isinstance(getattr(instance, self.attname), Unreadable)):
            super().save_form_data(instance, data)

    def value_to_string(self, obj: models.Model) -> Any:
        """For fixtures and dumps: sealed bytes as base64, never the value (privacy/vault/serialization.py)."""
        value = getattr(obj, self.attname)
        return None if value is None else base64.b64encode(self.for_dump(obj, value)).decode()

    def for_dump(self, row: models.Model, value: Any) -> bytes:
        front = blind.no_front() if self.findable else b""
        if isinstance(value, Sealed):
            return value
        if isinstance(value, Closed):
            return front + value.sealed
        if self.findable:
            front = self.fronts_of(value)[-1]
        return front + self.sealed_for(row, self.to_python(value))


class SealedTextField(SealedMixin[S_contra, G_co], CharField[S_contra, G_co]):
    def __init__(
        self, verbose_name: Any = None, *, null: bool = False, max_length: int = 200, **kwargs: Any
    ) -> None:
        super().__init__(verbose_name, null=null, max_length=max_length, **kwargs)


class SealedLongTextField(SealedMixin[S_contra, G_co], TextField[S_contra, G_co]):
    pass


class SealedEmailField(SealedMixin[S_contra, G_co], EmailField[S_contra, G_co]):
    def normal(self, value: str) -> str:
        return normal_email(value)


class SealedDateField(SealedMixin[S_contra, G_co], DateField[S_contra, G_co]):
    def pack(self, value: dt.date) -> bytes:
        return value.isoformat().encode()

    def unpack(self, data: bytes) -> dt.date:
        return dt.date.fromisoformat(data.decode())


class SealedDateTimeField(SealedMixin[S_contra, G_co], DateTimeField[S_contra, G_co]):
    def pack(self, value: dt.datetime) -> bytes:
        if value.tzinfo is None:
            raise ValueError(f"{self.label}: a time without a time zone.")
        return value.astimezone(dt.UTC).isoformat().encode()

    def unpack(self, data: bytes) -> dt.datetime:
        return dt.datetime.fromisoformat(data.decode())


class SealedDecimalField(SealedMixin[S_contra, G_co], DecimalField[S_contra, G_co]):
    def unpack(self, data: bytes) -> decimal.Decimal:
        return decimal.Decimal(data.decode())


class SealedIntegerField(SealedMixin[S_contra, G_co], IntegerField[S_contra, G_co]):
    def unpack(self, data: bytes) -> int:
        return int(data)

    def get_internal_type(self) -> str:
        return "IntegerField"  # its range, for forms and validators


class SealedBooleanField(SealedMixin[S_contra, G_co], BooleanField[S_contra, G_co]):
    def pack(self, value: bool) -> bytes:
        return b"1" if value else b"0"

    def unpack(self, data: bytes) -> bool:
        return data == b"1"


class SealedJSONField(SealedMixin[S_contra, G_co], JSONField[S_contra, G_co]):
    def pack(self, value: Any) -> bytes:
        return json.dumps(value, cls=self.encoder, ensure_ascii=False).encode()

    def unpack(self, data: bytes) -> Any:
        return json.loads(data, cls=self.decoder)
