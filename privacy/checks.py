"""What `manage.py check` refuses: a model, a column or an erasure that nobody thought through."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Field, Model
from django.db.models.constants import LOOKUP_SEP

from privacy import catalog
from privacy.declarations import NOBODY, SELF, Clear, Declaration, Held, Keep, Match, Replace
from privacy.inventory import declarations, individual_model
from privacy.vault.constraints import SealedUnique
from privacy.vault.fields import SealedMixin
from privacy.vault.files import SealedFileField

AnyField: TypeAlias = "Field[Any, Any]"
Messages = Iterator[checks.CheckMessage]
LONGEST_KEY = {"UUIDField": 36}
DIGITS_OF_A_BIGINT = 19
DATES = {"DateField", "DateTimeField"}


def register_all() -> None:
    checks.register(check_models)
    checks.register(check_declarations)
    checks.register(check_database, checks.Tags.database)


def check_models(app_configs: Any, **_kwargs: Any) -> list[checks.CheckMessage]:
    return [found for model in models_to_declare(app_configs) for found in about_model(model)]


def check_declarations(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Of every app: a wrong word in one spoils the erasure of all."""
    return [
        found for declaration in declarations.by_label.values() for found in about_declaration(declaration)
    ]


def check_database(databases: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """Only when a command asks for the database too (`check --database default`, `doctor`)."""
    if "default" not in (databases or ()):
        return []
    hint = "Run `manage.py migrate`, which builds the walls (privacy/database.py)."
    return [checks.Error(gap, hint=hint, id="privacy.E011") for gap in catalog.gaps()]


def models_to_declare(app_configs: Any = None) -> list[type[Model]]:
    """Third-party models and the tables between two models too; a proxy has no columns of its own."""
    configs = app_configs or apps.get_app_configs()
    return [
        m for config in configs for m in config.get_models(include_auto_created=True) if not m._meta.proxy
    ]


def about_model(model: type[Model]) -> Messages:
    if model._meta.label_lower not in declarations.by_label:
        yield undeclared(model)
        if sealed := [field.name for field in fields_of(model) if is_sealed(field)]:
            yield error(
                model,
                "E012",
                f"seals {', '.join(sealed)}, and nobody said with whose key.",
                declare_it(model),
            )
    yield from sealed_order(model)
    yield from sealed_uniqueness(model)


def about_declaration(declaration: Declaration) -> Messages:
    yield from without_association(declaration)
    if declaration.subject is NOBODY:
        return
    for rule in RULES:
        yield from rule(declaration)


def undeclared(model: type[Model]) -> checks.Error:
    return error(model, "E001", "does not say what personal data it holds.", declare_it(model))


def declare_it(model: type[Model]) -> str:
    app = model._meta.app_label
    ours = (settings.BASE_DIR / app / "models").exists() or (settings.BASE_DIR / app / "models.py").exists()
    return f"Declare it in {app if ours else 'ams'}/personal_data.py"


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
    named = {*declaration.fields, *declaration.not_personal}
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
    for relation in declaration.model._meta.related_objects:
        other = declarations.by_label.get(relation.related_model._meta.label_lower)
        lets_go = getattr(relation, "on_delete", None) in {models.SET_NULL, models.SET_DEFAULT}
        if other is not None and other.is_kept() and not relation.many_to_many and not lets_go:
            yield error(
                declaration.model,
                "E008",
                f"is deleted, but {other.model._meta.label}.{relation.field.name} points at it and stays.",
                "Use SET_NULL there, delete those rows too, or keep this one.",
            )


def neither_sealed_nor_plain(declaration: Declaration) -> Messages:
    for name, held in held_fields(declaration):
        if not is_sealed(field_of(declaration.model, name)) and held.plain is None:
            yield error(
                declaration.model,
                "E009",
                f"{name} is personal and stands in the database as it is.",
                "Use a Sealed…Field, or say plain=because(…).",
            )


def without_association(declaration: Declaration) -> Messages:
    table = declaration.model._meta.db_table
    if not has_field(declaration.model, "association") and table not in settings.PRIVACY_SHARED_TABLES:
        yield error(
            declaration.model,
            "E010",
            "belongs to no association.",
            "Derive it from privacy.tenancy.OfAssociation, or name its table in PRIVACY_SHARED_TABLES.",
        )


def sealed_order(model: type[Model]) -> Messages:
    """Plain names are E021's (privacy/vault/rows.py); here are the expressions, F("name").desc() and the like."""
    for entry in model._meta.ordering or ():
        name = str(getattr(getattr(entry, "expression", entry), "name", "")).split(LOOKUP_SEP)[0]
        if has_field(model, name) and is_sealed(field_of(model, name)):
            says = f"is ordered by {name}, which is sealed: that sorts noise."
            yield error(model, "E013", says, "Order by a plain column.")


def sealed_uniqueness(model: type[Model]) -> Messages:
    """unique= and db_index= are E020's (privacy/vault/fields.py); here are the walls that Meta builds."""
    together = named_together(model)
    for field in fields_of(model):
        if is_sealed(field) and field.name in together:
            says = f"{field.name} is sealed, so the database cannot compare it: no unique, no index."
            yield error(model, "E013", says, "Make it findable and use SealedUnique.")


def named_together(model: type[Model]) -> set[str]:
    """The fields of every unique_together, index and constraint, but not of our own kind of constraint."""
    names = {name for together in model._meta.unique_together for name in together}
    for wall in [*model._meta.indexes, *model._meta.constraints]:
        if not isinstance(wall, SealedUnique):
            names |= {str(name).lstrip("-") for name in getattr(wall, "fields", ())}
    return names


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


RULES: list[Callable[[Declaration], Messages]] = [
    undeclared_fields, stale_names, subject_astray, nothing_on_erasure, cannot_be_cleared, cannot_be_replaced,
    deletes_what_is_kept, neither_sealed_nor_plain, kept_until_never, free_json,
]  # fmt: skip


def error(model: type[Model], number: str, says: str, hint: str) -> checks.Error:
    return checks.Error(f"{model._meta.label} {says}", hint=hint, obj=model, id=f"privacy.{number}")


def held_fields(declaration: Declaration) -> Iterator[tuple[str, Held]]:
    """Those that exist: E003 speaks about the others."""
    names = {field.name for field in fields_of(declaration.model)}
    return ((name, held) for name, held in declaration.fields.items() if name in names)


def fields_of(model: type[Model]) -> list[AnyField]:
    return list(model._meta.local_concrete_fields)


def field_of(model: type[Model], name: str) -> AnyField:
    found: Any = model._meta.get_field(name)
    return found  # type: ignore[no-any-return]


def has_field(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def internal_type(model: type[Model], name: str) -> str:
    return str(field_of(model, name).get_internal_type())


def is_sealed(field: Any) -> bool:
    return isinstance(field, SealedMixin | SealedFileField)


def seals(model: type[Model]) -> bool:
    return any(isinstance(field, SealedMixin) for field in fields_of(model))


def may_be_empty(field: AnyField) -> bool:
    """'' or an empty list is a value of its own only where the column takes text or an array."""
    return isinstance(field, models.CharField | models.TextField) or field.get_internal_type() == "ArrayField"


def is_unique(field: AnyField, model: type[Model]) -> bool:
    return field.unique or field.name in {
        name
        for wall in model._meta.constraints
        if isinstance(wall, models.UniqueConstraint)
        for name in wall.fields
    }
