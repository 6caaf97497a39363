"""What `manage.py check` refuses: a model, a column or an erasure that nobody thought through."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP

from privacy import catalog
from privacy.columns import field_of, fields_of, has_field, is_sealed, named_together
from privacy.declarations import CONTAINER, NOBODY, Declaration
from privacy.inventory import association_model, declarations
from privacy.rules import RULES, Messages, error
from privacy.rules_of_several import RULES_OF_CONTAINERS, nobody_s_values, other_people_astray


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
        yield from nobody_s_values(declaration)
        return
    for rule in RULES_OF_CONTAINERS if declaration.subject is CONTAINER else [*RULES, other_people_astray]:
        yield from rule(declaration)


def undeclared(model: type[Model]) -> checks.Error:
    return error(model, "E001", "does not say what personal data it holds.", declare_it(model))


def declare_it(model: type[Model]) -> str:
    app = model._meta.app_label
    ours = (settings.BASE_DIR / app / "models").exists() or (settings.BASE_DIR / app / "models.py").exists()
    declarations = settings.BASE_DIR / (app if ours else "ams") / "personal_data"
    where = f"{declarations.name}/" if declarations.is_dir() else f"{declarations.name}.py"
    return f"Declare it in {declarations.parent.name}/{where}"


def without_association(declaration: Declaration) -> Messages:
    table = declaration.model._meta.db_table
    apart = declaration.model is association_model() or table in settings.PRIVACY_SHARED_TABLES
    if not apart and not has_field(declaration.model, "association"):
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
