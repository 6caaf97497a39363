"""Querysets over sealed rows: many rows at once work, and what would sort or copy ciphertext is refused."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, NoReturn, TypeVar

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models
from django.db.models.expressions import Case, Col, F, OrderBy
from django.db.models.functions import Cast

from privacy.inventory import declaration_of
from privacy.vault import blind, current
from privacy.vault.fields import SealedMixin
from privacy.vault.generations import living_key
from privacy.vault.row_keys import reserve_keys
from privacy.vault.values import Closed, Sealed

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class SealedQuerySet(models.QuerySet[M_co]):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[M_co]:
        """One write to the keyring for all new keys: an fsync per row would take seconds."""
        rows = list(objs)
        fields = sealed_fields(self.model)
        if fields:
            reserve_keys(rows)
        with guarded_if(any(field.findable for field in fields)):
            current.keyring().make(
                {
                    living_key(row, field)
                    for row in rows
                    for field in fields
                    if is_plain(getattr(row, field.attname))
                }
            )
            return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Django does not ask the fields before a bulk update, so the sealed values stand in for the plain ones."""
        rows, names = list(objs), list(fields)
        refuse_moving(self.model, names)
        wanted = [field for field in sealed_fields(self.model) if field.name in names]
        with guarded_if(any(field.findable for field in wanted)), sealed_for_a_moment(rows, wanted):
            return super().bulk_update(rows, names, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """A sealed value can only be emptied. What decides about a key changes by save(), which seals anew."""
        by_name = {field.name: field for field in sealed_fields(self.model)}
        for name, value in kwargs.items():
            if name in by_name and value is not None and not is_from_bulk_update(value):
                raise by_name[name].write_refusal()
        refuse_moving(self.model, kwargs)
        return super().update(**kwargs)

    def raw(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise FieldError(f"{self.model._meta.label}: a raw query does not say where a sealed value stands.")

    def order_by(self, *field_names: Any) -> Any:
        self._refuse_sorting(field_names)
        return super().order_by(*field_names)

    def earliest(self, *fields: Any) -> Any:
        self._refuse_sorting(fields)
        return super().earliest(*fields)

    def latest(self, *fields: Any) -> Any:
        self._refuse_sorting(fields)
        return super().latest(*fields)

    def _refuse_sorting(self, names: Sequence[Any]) -> None:
        for name in names:
            field = sorted_by(self, name)
            if isinstance(field, SealedMixin):
                raise field.refusal()

    def __getstate__(self) -> NoReturn:
        raise TypeError("A queryset of sealed rows is not pickled: its values would lie in a cache in plain.")


SealedManager = models.Manager.from_queryset(SealedQuerySet)


def sealed_fields(model: type[models.Model]) -> list[SealedMixin[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedMixin)]


def is_plain(value: Any) -> bool:
    return value is not None and not isinstance(value, Sealed | Closed)


@contextmanager
def guarded_if(findable: bool) -> Iterator[None]:
    with blind.guarded() if findable else nullcontext():
        yield


@contextmanager
def sealed_for_a_moment(
    rows: Sequence[models.Model], fields: Sequence[SealedMixin[Any, Any]]
) -> Iterator[None]:
    plain = []
    try:
        for row in rows:
            for field in fields:
                sealed = field.pre_save(row, False)
                plain.append((row, field.attname, getattr(row, field.attname)))
                setattr(row, field.attname, sealed)
        yield
    finally:
        for row, name, value in plain:
            setattr(row, name, value)


def is_from_bulk_update(value: Any) -> bool:
    """Cast(Case(When(pk=…, then=Value(…)))): its values are checked one by one. A copy of a column is not such."""
    return isinstance(value, Case | Cast) and not any(isinstance(part, F) for part in value.flatten())


def refuse_moving(model: type[models.Model], names: Iterable[str]) -> None:
    """Raises FieldError for a column that says whose key a row has, or when the key dies."""
    deciding = set(names) & deciding_columns(model)
    if deciding:
        raise FieldError(
            f"{model._meta.label}: {', '.join(sorted(deciding))} decides about keys: save() the rows."
        )


def deciding_columns(model: type[models.Model]) -> set[str]:
    if not sealed_fields(model):
        return set()
    declaration = declaration_of(model)
    subject = (
        {declaration.subject, f"{declaration.subject}_id"} if isinstance(declaration.subject, str) else set()
    )
    return subject | {keep.until.after for name in declaration.fields if (keep := declaration.keep_of(name))}


def sorted_by(rows: models.QuerySet[Any], name: Any) -> object:
    """The field behind `-name`, `individual__name`, F("name").desc(), or an annotation."""
    if isinstance(name, OrderBy):
        name = name.expression
    if isinstance(name, F):
        name = getattr(name, "name", None)
    if not isinstance(name, str):
        return next(
            (found for part in parts_of(name) if isinstance(found := sorted_by(rows, part), SealedMixin)),
            None,
        )
    annotation = rows.query.annotations.get(name.lstrip("-+"))
    return annotation.target if isinstance(annotation, Col) else field_at(rows.model, name.lstrip("-+"))


def parts_of(expression: Any) -> list[Any]:
    parts = expression.get_source_expressions() if hasattr(expression, "get_source_expressions") else []
    return [part for part in parts if part is not None]


def field_at(model: type[models.Model], path: str) -> object:
    field: Any = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return field
