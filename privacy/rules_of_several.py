"""What a declaration may not say of a row in which more than one person stands."""

from collections.abc import Callable

from privacy.columns import field_of, fields_of, has_field, is_sealed
from privacy.declarations import TWO_PEOPLE, Declaration, Match
from privacy.rules import Messages, error, held_fields, kept_until_never, stale_names, undeclared_fields


def other_people_astray(declaration: Declaration) -> Messages:
    """A row of two people is nobody's alone: it goes whole, and its key with it, whoever of them is erased."""
    for other in declaration.others:
        column = other.found.column if isinstance(other.found, Match) else other.found
        known = has_field(declaration.model, column) and set(other.fields) <= set(declaration.personal())
        if (
            not known
            or declaration.is_kept()
            or declaration.consent != TWO_PEOPLE
            or not is_one_each(declaration)
        ):
            says = f"names a second person by {column}, and could not go with them."
            hint = "One row a person; fields= that are declared; consent=TWO_PEOPLE and on_erasure=Delete()."
            yield error(declaration.model, "E022", says, hint)


def is_one_each(declaration: Declaration) -> bool:
    model, subject = declaration.model, declaration.subject
    return isinstance(subject, str) and has_field(model, subject) and field_of(model, subject).unique


def nobody_s_values(declaration: Declaration) -> Messages:
    """What people stand in is about somebody, even where no row can say about whom."""
    for name, _held in held_fields(declaration):
        says = f"is about nobody, and {name} is personal."
        yield error(declaration.model, "E019", says, "Is it a list of several people? Say subject=CONTAINER.")


def cannot_be_emptied(declaration: Declaration) -> Messages:
    """Its key is named by the row, and what it holds goes while the row stays and says what became of it."""
    if declaration.model._meta.pk.get_internal_type() != "UUIDField":
        says = "is a container, and its primary key names no key of the vault."
        yield error(declaration.model, "E019", says, "Give it a UUIDField of its own as primary key.")
    for field in fields_of(declaration.model):
        if is_sealed(field) and not field.null:
            says = f"is a container, and {field.name} cannot be emptied."
            yield error(declaration.model, "E019", says, "Allow NULL.")


RULES_OF_CONTAINERS: list[Callable[[Declaration], Messages]] = [
    undeclared_fields, stale_names, kept_until_never, cannot_be_emptied,
]  # fmt: skip
