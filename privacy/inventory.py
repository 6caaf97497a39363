"""The declarations as a list, and the only place that turns a declaration into rows and into keys."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.db.models.fields import Field

from privacy.declarations import (
    CONTAINER,
    CONTAINER_NUMBER,
    NOBODY,
    SELF,
    Basis,
    Category,
    Declaration,
    Declarations,
    Delete,
    Held,
    Match,
    Origin,
    Other,
    Personal,
    Recipient,
    Subject,
    Text,
)

declarations = Declarations()
EPOCH = date(1970, 1, 1)
CORE = bytes(4)


def declare(
    model: type[Model],
    *,
    subject: Subject,
    purpose: Text,
    basis: Basis,
    category: Category,
    fields: Mapping[str, Held],
    not_personal: Iterable[str] = (),
    recipients: tuple[Recipient, ...] = (),
    retention: Text = "",
    origin: Origin = Origin.PROVIDED,
    on_erasure: Delete | None = None,
    consent: int = 0,
    known_by: tuple[tuple[str, ...], ...] = (),
    others: tuple[Other, ...] = (),
) -> None:
    """Say what `model` holds about an individual; every concrete field stands in `fields` or in `not_personal`.

    Only the primary key and the link that `subject` names go without saying.
    """
    declarations.add(
        Declaration(
            model=model,
            subject=subject,
            purpose=purpose,
            basis=basis,
            category=category,
            fields=fields,
            not_personal=frozenset(not_personal),
            recipients=recipients,
            retention=retention,
            origin=origin,
            on_erasure=on_erasure,
            consent=consent,
            known_by=known_by,
            others=others,
        )
    )


def declare_impersonal(*models: type[Model], because: Text) -> None:
    """These models hold nothing about an individual. What they seal is sealed with the association's own key."""
    for model in models:
        declarations.add(
            Declaration(
                model=model,
                subject=NOBODY,
                purpose="",
                basis=Basis.CONTRACT,
                category=Category.REQUESTS,
                fields={},
                because=because,
            )
        )


def individual_model() -> type[Model]:
    return apps.get_model(settings.PRIVACY_INDIVIDUAL)


def association_model() -> type[Model]:
    return apps.get_model(settings.PRIVACY_ASSOCIATION)


def declaration_of(model: type[Model]) -> Declaration:
    """Raises LookupError: a model with sealed fields must be declared before its first save."""
    try:
        return declarations.by_label[model._meta.label_lower]
    except KeyError:
        raise LookupError(f"{model._meta.label} is not declared (privacy/inventory.py).") from None


def key_id(row: Model, field: Field) -> bytes:  # type: ignore[type-arg]
    """Whose key seals this field of this row: uid (16 bytes) and class (4 bytes)."""
    declaration = declaration_of(field.model)
    return subject_uid(row, declaration).bytes + key_class(row, field.name, declaration)


def subject_attribute(declaration: Declaration) -> str:
    if declaration.subject in (SELF, CONTAINER):
        return "pk"
    if isinstance(declaration.subject, str) and "__" not in declaration.subject:
        return f"{declaration.subject}_id"
    return "association_id"


def subject_uid(row: Model, declaration: Declaration) -> UUID:
    """The person, without a query; the association where the row is about nobody or found by a value only.

    Of a container with several people in it: the row itself, so that its key dies with it.
    """
    name = subject_attribute(declaration)
    uid = getattr(row, name)
    if not isinstance(uid, UUID):
        raise ValueError(f"{row._meta.label}: {name} must be set before anything is sealed.")  # noqa: TRY004 a missing value, not a wrong type
    return uid


def key_class(row: Model, name: str, declaration: Declaration) -> bytes:
    """2 bytes: the consent that is the only basis, or 0. 2 bytes: the day the key dies since 1970, or 0."""
    keep = declaration.keep_of(name) if name in declaration.fields else None
    day = (keep.until.day_for(row) - EPOCH).days if keep else 0
    number = CONTAINER_NUMBER if declaration.subject is CONTAINER else declaration.consent
    return number.to_bytes(2, "big") + day.to_bytes(2, "big")


def subject_column(model: type[Model]) -> str | None:
    """The column that a sealed value's header must equal, or None where no single column can say."""
    declaration = declaration_of(model)
    if declaration.subject in (SELF, CONTAINER):
        return str(model._meta.pk.column) if model._meta.pk else None
    if isinstance(declaration.subject, str) and "__" not in declaration.subject:
        return str(model._meta.get_field(declaration.subject).column)  # type: ignore[union-attr]
    return "association_id"


def rows_about(declaration: Declaration, individuals: Iterable[Model]) -> QuerySet[Model]:
    """The rows in which these people stand. `_base_manager`: a soft-delete manager must not hide a row from the law."""
    people = list(individuals)
    wanted = leads_to(declaration.subject, people)
    for other in declaration.others:
        wanted |= leads_to(other.found, people)
    return declaration.model._base_manager.filter(wanted)


def leads_to(subject: Subject, people: list[Model]) -> Q:
    match subject:
        case Match(column=column, on=on):
            return Q(**{f"{column}__in": [value for person in people if (value := getattr(person, on))]})
        case str() as path:
            return Q(**{f"{path}__in": [person.pk for person in people]})
        case _ if subject is SELF:
            return Q(pk__in=[person.pk for person in people])
    return Q(pk__in=[])


def part_of(declaration: Declaration, row: Model, individual: Model) -> Mapping[str, Personal]:
    """What of this row is about this person: all, unless they are the second person in it."""
    held = declaration.personal()
    if not declaration.others or subject_uid(row, declaration) == individual.pk:
        return held
    named = {name for other in declaration.others for name in other.fields}
    return {name: held[name] for name in held if name in named}
