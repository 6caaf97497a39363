"""The copy for reading: one HTML document, which privacy/printing/press.py prints as a PDF."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portability import words
from portability.entries import Entries, address_of, is_picture
from portability.package import Attached, Package, Section, Value
from privacy.printing.glyphs import drawn

PERSON: Final = "ams.individual"
SHEET: Final = Path(__file__).with_name("report.css")


@dataclass(frozen=True, slots=True)
class Part:
    """One section, ready to print: why first, then the terms, then the data."""

    title: str
    things: int
    why: str
    origin: str
    seen_by: str
    until: str
    in_common: str
    legend: str
    date: str
    body: SafeString
    left_out: int

    @property
    def terms(self) -> tuple[str, str, str]:
        return self.why, self.seen_by, self.until


@dataclass(frozen=True, slots=True)
class Chapter:
    number: int
    title: str
    things: int
    parts: list[Part]

    @property
    def told(self) -> list[tuple[Part, bool]]:
        """Each part, and whether its terms are those of the part before: then they are not told again."""
        before = [None, *(part.terms for part in self.parts[:-1])]
        return [(part, part.terms == last) for part, last in zip(self.parts, before, strict=True)]


def as_html(package: Package) -> str:
    with words.speaking_as(package.language, package.time_zone):
        page = render_to_string("portability/report.html", facts_of(package))
    legible = drawn(page)
    if legible == page:
        return page
    with words.speaking_as(package.language, package.time_zone):
        return drawn(
            render_to_string("portability/report.html", facts_of(package) | {"has_named_characters": True})
        )


def facts_of(package: Package) -> dict[str, Any]:
    return {
        "package": package,
        "controller": package.controller,
        "chapters": chapters_of(package),
        "not_held": [section.title for section in package.not_held],
        "shared": [(name, titles_given_to(package, name)) for name in package.others],
        "number": said_of_person(package, "member_number"),
        "since": said_of_person(package, "joined_on"),
    }


def chapters_of(package: Package) -> list[Chapter]:
    groups = enumerate(groupby(package.held, key=lambda section: section.category), start=1)
    return [chapter(number, str(category.label), list(group)) for number, (category, group) in groups]


def chapter(number: int, title: str, sections: list[Section]) -> Chapter:
    return Chapter(number, title, sum(s.things for s in sections), [part_of(section) for section in sections])


def part_of(section: Section) -> Part:
    entries = Entries(section)
    return Part(
        title=section.title,
        things=section.things,
        why=words.why(section),
        origin=words.origins(section.columns),
        seen_by=words.given_to(section.recipients),
        until=words.until(section),
        in_common=entries.in_common(),
        legend=entries.legend(),
        date=entries.date(),
        body=entries.body(),
        left_out=entries.left_out,
    )


def titles_given_to(package: Package, recipient: str) -> str:
    return ", ".join(section.title for section in package.held if recipient in section.others)


def pictures_of(package: Package) -> dict[str, bytes]:
    """What the document shows beside its text, by the address that it has there."""
    files = (value.file for section in package.sections if section.is_person for value in told_in(section))
    return {address_of(file): content_of(file) for file in files if file and is_picture(file)}


def told_in(section: Section) -> Iterable[Value]:
    return (value for record in section.records for value in record.told)


def content_of(file: Attached) -> bytes:
    with file.open() as stream:
        return stream.read()


def said_of_person(package: Package, name: str) -> str:
    person = package.section(PERSON)
    value = person.records[0].value(name) if person and person.records else None
    return value.text if value else ""
