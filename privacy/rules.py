"""What one declaration may not say: each rule is a check with a number of its own (privacy/checks.py)."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import models
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP

from privacy.columns import (
    AnyField,
    field_of,
    fields_of,
    has_field,
    internal_type,
    is_sealed,
    is_unique,
    may_be_empty,
    seals,
)
from privacy.declarations import SELF, Clear, Declaration, Held, Keep, Match, Replace
from privacy.inventory import declarations, individual_model

Messages = Iterator[checks.CheckMessage]
LONGEST_KEY = {"UUIDField": 36}
DIGITS_OF_A_BIGINT = 19
DATES = {"DateField", "DateTimeField"}


def error(model: type[Model], number: str, says: str, hint: str) -> checks.Error:
    return checks.Error(f"{model._meta.label} {says}", hint=hint, obj=model, id=f"privacy.{number}")


def held_fields(declaration: Declaration) -> Iterator[tuple[str, Held]]:
    """Those that exist: E003 speaks about the others."""
    names = {field.name for field in fields_of(declaration.model)}
    return ((name, held) for name, held in declaration.fields.items() if name in names)


def undeclared_fields(declaration: Declaration) -> Messages:
    for field in fields_of(declaration.model):
        times = (field.name in declaration.fields) + (field.name in declaration.not_personal)
        if times == 0 and not goes_without_saying(declaration, field):
            yield error(
                declaration.model,
                "E002",
                f"{field.name} is not declared.",
                "Add it to fields= or not_personal=.",
            )
        if times > 1:
            yield error(
                declaration.model,
                "E002",
                f"{field.name} is declared as personal and as not personal.",
                "Take it out of fields= or of not_personal=.",
            )


def goes_without_saying(declaration: Declaration, field: AnyField) -> bool:
    """The key that says nothing, the association, and the link that `subject` names."""
    link = declaration.subject.split(LOOKUP_SEP)[0] if isinstance(declaration.subject, str) else ""
    opaque_key = field.primary_key and isinstance(
        field, models.AutoField | models.UUIDField | models.OneToOneField
    )
    return opaque_key or field.name in {"association", link}


def stale_names(declaration: Declaration) -> Messages:
    known = {field.name for field in declaration.model._meta.get_fields()}
    together = {name for names in declaration.known_by for name in names}
    named = {*declaration.fields, *declaration.not_personal, *together}
    for name in sorted(named - known):
        yield error(
            declaration.model,
            "E003",
            f"{name} is declared but is no field.",
            "Renamed or removed? Follow it here.",
        )


def subject_astray(declaration: Declaration) -> Messages:
    subject = declaration.subject
    if isinstance(subject, Match):
        if not has_field(declaration.model, subject.column) or not has_field(individual_model(), subject.on):
            yield error(
                declaration.model,
                "E004",
                f"no value of {subject.column} can match {subject.on} of a person.",
                "Match(column, on=field of the individual): both must be fields.",
            )
    elif end_of(declaration) is not individual_model():
        yield error(
            declaration.model,
            "E004",
            f"subject={subject!r} does not lead to a person.",
            f"Name a foreign key to {settings.PRIVACY_INDIVIDUAL}, or a lookup that ends there.",
        )
    if isinstance(subject, str) and LOOKUP_SEP in subject and seals(declaration.model):
        yield error(
            declaration.model,
            "E014",
            f"seals values, but the person stands in another table ({subject}).",
            "Give the row a foreign key to the person: the key is found, and checked by the database, on the row.",
        )


def end_of(declaration: Declaration) -> type[Model] | None:
    """The model where the subject path ends."""
    model: type[Model] | None = declaration.model
    if declaration.subject is SELF:
        return model
    for name in str(declaration.subject).split(LOOKUP_SEP):
        if model is None or not has_field(model, name):
            return None
        related: Any = model._meta.get_field(name).related_model
        model = related
    return model


def nothing_on_erasure(declaration: Declaration) -> Messages:
    for name, held in held_fields(declaration):
        if declaration.is_kept() and held.on_erasure is None:
            yield error(
                declaration.model,
                "E005",
                f"{name} is personal, and nothing says what an erasure does with it.",
                "Give it on_erasure=, or the whole declaration on_erasure=Delete().",
            )


def cannot_be_cleared(declaration: Declaration) -> Messages:
    for name, held in held_fields(declaration):
        field = field_of(declaration.model, name)
        if (
            isinstance(held.on_erasure, Clear)
            and not field.null
            and (is_sealed(field) or not may_be_empty(field))
        ):
            yield error(
                declaration.model,
                "E006",
                f"{name} cannot be empty, so Clear() cannot empty it.",
                "Allow NULL." if is_sealed(field) else "Use Replace(…) or allow NULL.",
            )


def cannot_be_replaced(declaration: Declaration) -> Messages:
    for name, held in held_fields(declaration):
        if isinstance(held.on_erasure, Replace):
            field = field_of(declaration.model, name)
            if why := reason_against(held.on_erasure.text, field, declaration.model):
                yield error(declaration.model, "E007", f"{name} cannot be replaced: {why}.", "Use Clear().")


def reason_against(text: str, field: AnyField, model: type[Model]) -> str:
    pk: Any = model._meta.pk
    length = len(text.replace("{pk}", "x" * LONGEST_KEY.get(pk.get_internal_type(), DIGITS_OF_A_BIGINT)))
    limit = getattr(field, "max_length", None)
    if is_sealed(field):
        return "one statement for many people cannot seal a text with the key of each"
    if not isinstance(field, models.CharField | models.TextField):
        return "it holds no text"
    if limit is not None and length > limit:
        return f"the text can have {length} letters and the column takes {limit}"
    if is_unique(field, model) and "{pk}" not in text:
        return "it is unique and the text has no {pk}"
    return ""


def deletes_what_is_kept(declaration: Declaration) -> Messages:
    """A row that goes must not be held back, or take along, a row that stays."""
    if declaration.is_kept():
        return
    for relation in relations_to(declaration.model):
        other = declarations.by_label.get(relation.related_model._meta.label_lower)
        lets_go = getattr(relation, "on_delete", None) in {models.SET_NULL, models.SET_DEFAULT}
        if other is not None and other.is_kept() and not lets_go:
            yield error(
                declaration.model,
                "E008",
                f"is deleted, but {other.model._meta.label}.{relation.field.name} points at it and stays.",
                "Use SET_NULL there, delete those rows too, or keep this one.",
            )


def relations_to(model: type[Model]) -> list[Any]:
    """Of other rows, those without a name on this side (`related_name="+"`) too."""
    everything = model._meta.get_fields(include_hidden=True)
    return [f for f in everything if f.auto_created and not f.concrete and (f.one_to_many or f.one_to_one)]


def neither_sealed_nor_plain(declaration: Declaration) -> Messages:
    for name, held in held_fields(declaration):
        if not is_sealed(field_of(declaration.model, name)) and held.plain is None:
            yield error(
                declaration.model,
                "E009",
                f"{name} is personal and stands in the database as it is.",
                "Use a Sealed…Field, or say plain=because(…).",
            )


def kept_until_never(declaration: Declaration) -> Messages:
    for name, held in held_fields(declaration):
        if isinstance(held.on_erasure, Keep):
            after = held.on_erasure.until.after
            if (
                not has_field(declaration.model, after)
                or internal_type(declaration.model, after) not in DATES
            ):
                yield error(
                    declaration.model,
                    "E015",
                    f"{name} is kept until a time after {after}, which is no date of the row.",
                    "Until(after=name of a date field of the same model).",
                )


def says_too_little(declaration: Declaration) -> Messages:
    """Art. 13(1)(c) and (2)(a) GDPR: the person is told what for and for how long."""
    shared = declaration.model._meta.db_table in settings.PRIVACY_SHARED_TABLES
    if declaration.personal() and not shared and not (declaration.purpose and declaration.retention):
        says = "does not say what for, or for how long."
        yield error(declaration.model, "E017", says, "Give it purpose= and retention=.")


def free_json(declaration: Declaration) -> Messages:
    for name, _held in held_fields(declaration):
        field = field_of(declaration.model, name)
        if isinstance(field, models.JSONField) and not is_sealed(field):
            yield checks.Warning(
                f"{declaration.model._meta.label}.{name} is free JSON about a person.",
                hint="Store ids, not copies; or seal it.",
                obj=declaration.model,
                id="privacy.W001",
            )


def rests_on_a_yes(declaration: Declaration) -> Messages:
    """When the yes is taken back the row goes whole, with its own key, and the person is told by the row itself."""
    subject = declaration.subject
    names_the_person = isinstance(subject, str) and LOOKUP_SEP not in subject
    if declaration.consent and not (names_the_person and not declaration.is_kept()):
        yield error(
            declaration.model,
            "E018",
            "rests on one consent alone, and could not go with it.",
            "Let subject= be a foreign key of its own to the person, and say on_erasure=Delete() for the whole row.",
        )


RULES: list[Callable[[Declaration], Messages]] = [
    undeclared_fields, stale_names, subject_astray, nothing_on_erasure, cannot_be_cleared, cannot_be_replaced,
    deletes_what_is_kept, neither_sealed_nor_plain, kept_until_never, says_too_little, free_json,
    rests_on_a_yes,
]  # fmt: skip
