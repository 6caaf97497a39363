"""Plants a text of its own in every field that is declared personal, model by model, without knowing the models."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Model
from django.utils import timezone

from ams.models import Handover, Individual, Membership
from ams.uses import KNOWN
from consent.decide import give
from consent.models import (
    Asking,
    Channel,
    Confirmation,
    Decision,
    Guardian,
    Paper,
    Removal,
    Rest,
    Version,
)
from consent.publish import compose
from privacy.declarations import SELF, Declaration
from privacy.inventory import declaration_of, declarations
from privacy.vault.fields import SealedMixin
from privacy.vault.files import SealedFileField
from tests.consent import asked

Maker = Callable[[Any], tuple[Any, Any]]

# One row a person, made by the caller; a session opens with its cookie only.
MADE_ELSEWHERE = {"ams.account", "ams.session"}
LATEST_BEGINNING = date(1900, 1, 1) + timedelta(days=30_000)  # nothing ends before it began
LATER = datetime(2099, 1, 14, 9, tzinfo=UTC)  # nothing that a sweep carries out meanwhile


def fill(person: Individual, association_id: UUID, make: Maker | None = None) -> dict[str, Any]:
    """`make` gives a value for a field and the text to search for; without it they are short tokens."""
    planted: dict[str, Any] = {}
    a_list_with(person)  # the yes comes before the list on which it is noted
    for declaration in declarations_of_ams():
        row = person if declaration.subject is SELF else declaration.model(individual=person)
        if isinstance(row, Membership):
            row.state = Membership.State.ENDED  # while it runs, the database is told its last day
        if declaration.consent:
            say_yes(person, declaration)  # without it the database takes no such row
        planted |= plant(row, declaration, make or token_for)
        give_it_what_it_needs(row, person)
        row.association_id = association_id
        row.save()
    person.refresh_from_db()
    return planted | follow_up(person, make or token_for)


def say_yes(person: Individual, declaration: Declaration) -> Decision:
    """To the use on which alone such rows are held."""
    use = next(use for use in KNOWN.values() if use.number == declaration.consent)
    version = Version.objects.current().filter(statement__slug=use.slug).first()
    version = version or compose(use.slug, asked.words(use.slug), number=use.number)
    return give(person, version, channel=Channel.TAB, actor=person.pk, language="en")


def follow_up(person: Individual, make: Maker) -> dict[str, Any]:
    """What can follow from a decision: a guardian, a paper, a click awaited, a question, a day on which data goes."""
    decision = Decision.objects.filter(individual=person)[0]
    planted = {}
    for row in (
        Guardian(individual=person),
        Paper(
            individual=person,
            decision=decision,
            source="paper",
            said_on=timezone.localdate(),
            entered_by=uuid4(),
        ),
        Confirmation(individual=person, decision=decision, by="self", expires_at=LATER),
        Asking(individual=person, decision=decision, version=decision.version, why="time"),
        Rest(individual=person, decision=decision),
        Removal(individual=person, statement_id=decision.statement_id, due_on=LATER.date(), done_at=LATER),
    ):
        planted |= plant(row, declaration_of(type(row)), make)
        row.save()
    return planted


def declarations_of_ams() -> Iterator[Declaration]:
    for label, declaration in declarations.by_label.items():
        is_about_a_person = declaration.subject is SELF or declaration.subject == "individual"
        if label.startswith("ams.") and label not in MADE_ELSEWHERE and is_about_a_person:
            yield declaration


def plant(row: Model, declaration: Declaration, make: Maker) -> dict[str, Any]:
    planted = {}
    for name in declaration.fields:
        field: Any = declaration.model._meta.get_field(name)
        if isinstance(field, SealedMixin):
            value, text = make(field)
            setattr(row, field.attname, value)
            planted[f"{declaration.model._meta.label_lower}.{name}"] = text
    return planted


def token_for(field: Any) -> tuple[Any, str]:
    """A value that occurs nowhere else, and the text to search for."""
    token = f"{field.name[:6].replace('_', '')}{secrets.token_hex(6)}"
    if isinstance(field, SealedFileField):
        return ContentFile(token.encode(), name=f"{token}.txt"), token
    if field.name == "ended_on":
        return a_day(LATEST_BEGINNING)
    for kind, make in MAKERS.items():
        if isinstance(field, kind):
            return make()
    if isinstance(field, models.EmailField):
        token += "@example.org"
    return token[: field.max_length], token[: field.max_length]


def a_day(first: date = date(1900, 1, 1)) -> tuple[date, str]:
    day = first + timedelta(days=secrets.randbelow(30_000))
    return day, day.isoformat()


def a_moment() -> tuple[datetime, str]:
    moment = datetime(1900, 1, 1, tzinfo=UTC) + timedelta(seconds=secrets.randbelow(10**9))
    return moment, moment.isoformat()


def an_amount() -> tuple[Decimal, str]:
    amount = (
        Decimal(secrets.randbelow(10**7) * 10 + 1 + secrets.randbelow(9)) / 100
    )  # prints both its decimals
    return amount, f"{amount:.2f}"


def a_number() -> tuple[int, str]:
    number = secrets.randbelow(2**31)
    return number, str(number)


# DateTimeField is a DateField: the narrower kind comes first.
MAKERS: dict[type[Any], Callable[[], tuple[Any, str]]] = {
    models.DateTimeField: a_moment,
    models.DateField: a_day,
    models.DecimalField: an_amount,
    models.IntegerField: a_number,
}


def give_it_what_it_needs(row: Any, person: Individual) -> None:
    """Plain columns that may not be empty. A letter that names no purpose needs no yes, and is sent."""
    for field in row._meta.local_concrete_fields:
        if field.null or field.blank or field.primary_key or field.has_default():
            continue
        if isinstance(field, SealedMixin):
            continue
        if getattr(row, field.attname) in {None, ""} and field.name not in {"association", "individual"}:
            setattr(row, field.name, value_for(field, person))


def value_for(field: Any, person: Individual) -> Any:
    if field.related_model:
        return row_of(field.related_model, person)
    if field.choices:
        return next(iter(field.choices))[0]
    return {
        # Of today: a sweep at any moment leaves alone what has just come.
        "DateField": timezone.localdate(),
        "DateTimeField": timezone.now(),
        "DecimalField": Decimal(1),
        "SlugField": f"s{secrets.token_hex(4)}",
        "ArrayField": [],
        "PositiveIntegerField": 1,
        "UUIDField": uuid4(),
    }.get(field.get_internal_type(), f"x{secrets.token_hex(4)}"[: field.max_length or 9])


def row_of(model: Any, person: Individual) -> Model:
    """The person's own row where the model has one, else any; made when there is none."""
    if model is Handover:
        return a_list_with(person)
    own = {"individual": person} if any(f.name == "individual" for f in model._meta.fields) else {}
    there: Model | None = model.objects.filter(**own).first()
    if there:
        return there
    row = apps.get_model(model._meta.label)(**own)
    give_it_what_it_needs(row, person)
    row.save()
    return row


def a_list_with(person: Individual) -> Handover:
    """One whose words the person said yes to: the database notes nobody on another."""
    version = Version.objects.current().filter(statement__slug="printed").first()
    facts: dict[str, Any] = {"recipients": ["Printer"], "shared_fields": ["name"]}
    version = version or compose("printed", asked.words("Printed"), number=990, **facts)
    give(person, version, channel=Channel.TAB, actor=person.pk, language="en")
    facts = {"purpose": "printed", "recipient": "Printer", "fields": ["name"], "version": version}
    return Handover.objects.filter(**facts).first() or Handover.objects.create(
        **facts, people=1, made_by=uuid4()
    )
