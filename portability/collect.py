"""Inventory and individual → everything held, as plain data."""

from collections.abc import Container, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from django.db.models import DateField, ForeignKey, Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portability import reading, words
from portability.package import (
    ACCESS,
    JSON,
    Appointment,
    Attached,
    Column,
    Controller,
    Package,
    Record,
    Section,
    Value,
)
from privacy.declarations import SELF, Category, Declaration, Keep
from privacy.everything import everything_about
from privacy.inventory import declarations, part_of
from privacy.recipients import names_of_others
from privacy.vault import Erased, Unreadable
from privacy.vault.files import SealedFile

# What a file begins with decides what it is called; the name that a member gave it does not.
BEGINNINGS: Final = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
)
LONGEST_BEGINNING: Final = max(len(beginning) for beginning, _extension in BEGINNINGS)


def collect(individual: Model, language: str | None = None) -> Package:
    """Art. 15 GDPR: everything, in the person's own language. The Art. 20 subset is `Package.portable()`.

    `language`: that of the page on which it is read.
    """
    person: Any = individual
    language = language or person.language
    with words.speaking_as(language, person.association.time_zone):
        return Package(
            uid=person.pk,
            name=person.display_name or str(person),
            controller=controller_of(person.association),
            made_at=timezone.now(),
            language=language,
            time_zone=person.association.time_zone,
            scope=ACCESS,
            sections=tuple(sections_about(person)),
        )


def controller_of(association: Any) -> Controller:
    return Controller(
        name=association.legal_name,
        short_name=association.short_name,
        address=association.postal_address,
        email=association.contact_email,
        dpo_name=association.dpo_name,
        dpo_email=association.dpo_email,
        authority=association.authority,
        brand=association.brand,
        mark=association.mark,
    )


def sections_about(person: Any) -> Iterator[Section]:
    """In the order of the headings under which a member reads what is held."""
    order, rows = list(Category), everything_about(person)
    for declaration in sorted(declarations.about_people(), key=lambda d: order.index(d.category)):
        if declaration.personal():
            yield section_about(declaration, person, rows[declaration.model])


def section_about(declaration: Declaration, person: Any, rows: Iterable[Model]) -> Section:
    columns = {name: column_of(declaration, name) for name in declaration.personal()}
    fields = {name: field_of(declaration.model, name) for name in columns}
    reader = Reader(declaration, columns, fields)
    records = [
        reader.record(row, number, part_of(declaration, row, person))
        for number, row in enumerate(rows, start=1)
    ]
    return Section(
        key=declaration.model._meta.label_lower,
        title=title_of(declaration),
        category=declaration.category,
        purpose=str(declaration.purpose),
        basis=declaration.basis,
        recipients=tuple(str(name) for name in declaration.seen_by()),
        others=tuple(names_of_others(declaration.recipients)),
        retention=words.retention_of(declaration),
        columns=tuple(columns.values()),
        records=tuple(newest_first(records)),
        dated_by=reader.dated_by,
        is_person=declaration.subject is SELF,
    )


def field_of(model: type[Model], name: str) -> reading.AnyField:
    field: Any = model._meta.get_field(name)
    return field  # type: ignore[no-any-return]


def title_of(declaration: Declaration) -> str:
    """Nobody looks for themselves under "Individuals"."""
    if declaration.subject is SELF:
        return _("About you")
    return capfirst(str(declaration.model._meta.verbose_name_plural))


def column_of(declaration: Declaration, name: str) -> Column:
    return Column(
        name=name,
        label=capfirst(str(declaration.label_of(name))),
        purpose=str(declaration.purpose),
        basis=declaration.basis,
        origin=declaration.origin_of(name),
        recipients=tuple(str(recipient) for recipient in declaration.seen_by()),
        retention=words.retention_of(declaration),
        special=declaration.personal()[name].special,
        data_only=declaration.is_data_only(name),
    )


def newest_first(records: list[Record]) -> list[Record]:
    """Sorted here: the database sees sealed dates only. Records without a date keep their order, at the end."""
    return sorted(records, key=lambda record: iso(record.on), reverse=True)


def iso(on: date | datetime | None) -> str:
    return on.isoformat() if on else ""


class Reader:
    """Turns rows of one model into records."""

    def __init__(
        self, declaration: Declaration, columns: dict[str, Column], fields: dict[str, reading.AnyField]
    ) -> None:
        self.declaration = declaration
        self.columns = columns
        self.fields = fields
        self.dated_by = next((name for name, field in fields.items() if isinstance(field, DateField)), "")

    def record(self, row: Model, number: int, part: Container[str]) -> Record:
        """`part`: the names of what is about this person."""
        read = {name: reading.read(row, field) for name, field in self.fields.items() if name in part}
        return Record(
            key=str(row.pk),
            on=on if isinstance(on := read.get(self.dated_by), date) else None,
            values=tuple(self.value(row, name, value, number) for name, value in read.items()),
        )

    def value(self, row: Model, name: str, value: Any, number: int) -> Value:
        keep = self.declaration.keep_of(name)
        data, text, file = self.forms_of(name, value, number)
        return Value(
            column=self.columns[name],
            data=data,
            text=text,
            erased=isinstance(value, Erased),
            kept_until=day_of(keep, row),
            kept_because=str(keep.because) if keep else "",
            file=file,
            appointment=appointment_of(value, row) if isinstance(self.fields[name], ForeignKey) else None,
        )

    def forms_of(self, name: str, value: Any, number: int) -> tuple[JSON, str, Attached | None]:
        if isinstance(value, Erased):
            return "erased", str(value), None
        if isinstance(value, Unreadable):
            return None, str(value), None
        if isinstance(value, SealedFile):
            file = self.attached(name, value, number)
            facts: JSON = {
                "file": file.name,
                "name": value.name,
                "size": file.size,
                "type": value.content_type,
            }
            return facts, f"{value.name} ({file.name})", file
        text = reading.as_text(value, self.fields[name], self.declaration.words_of(name))
        return reading.as_data(value), text, None

    def attached(self, name: str, file: SealedFile, number: int) -> Attached:
        """Numbered by us: a name from outside could lead out of the folder into which the copy is unpacked."""
        model = self.declaration.model._meta.label_lower.replace(".", "-")
        return Attached(f"files/{model}-{name}-{number}.{extension_of(file)}", file.size, file.open)


def appointment_of(linked: Any, row: Model) -> Appointment | None:
    """Whatever begins and ends is an appointment: this app need not know what associations call their events."""
    begins, ends = getattr(linked, "begins_at", None), getattr(linked, "ends_at", None)
    if not (isinstance(begins, datetime) and isinstance(ends, datetime)):
        return None
    place = getattr(linked, "place", "")
    is_off = bool(getattr(row, "is_called_off", False))
    return Appointment(
        f"{linked._meta.label_lower}-{linked.pk}", str(linked), str(place), begins, ends, is_off
    )


def extension_of(file: SealedFile) -> str:
    with file.open() as stream:
        beginning = stream.read(LONGEST_BEGINNING)
    return next((extension for start, extension in BEGINNINGS if beginning.startswith(start)), "bin")


def day_of(keep: Keep | None, row: Model) -> date | None:
    """A row whose date is not known yet has no last day yet."""
    if keep is None or getattr(row, keep.until.after) is None:
        return None
    return keep.until.day_for(row)
