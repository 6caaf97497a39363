"""The person as a vCard (RFC 6350), which an address book and another association can read."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from portability.lines import folded, parameter, text
from portability.package import Package, Record, Section

INDIVIDUAL: Final = "ams.individual"
ADDRESS: Final = "ams.postaladdress"
OTHER_EMAIL: Final = "ams.otheremail"
PHONE: Final = "ams.phonenumber"
PROFILE: Final = "ams.socialprofile"
AFFILIATION: Final = "ams.affiliation"


def as_vcard(package: Package) -> bytes:
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{package.uid}", f"FN:{text(package.name)}"]
    lines += self_lines(package.section(INDIVIDUAL))
    lines += [f"ADR{preferred(record)}:{address(record)}" for record in records(package, ADDRESS)]
    lines += [f"EMAIL:{text(said(record, 'address'))}" for record in records(package, OTHER_EMAIL)]
    lines += [f"TEL;VALUE=text:{text(said(record, 'number'))}" for record in records(package, PHONE)]
    lines += [profile(record) for record in records(package, PROFILE)]
    lines += [line for record in at_work(package) for line in work(record)]
    lines += [f"REV:{package.made_at:%Y%m%dT%H%M%SZ}", "END:VCARD"]
    return folded(lines)


def records(package: Package, key: str) -> tuple[Record, ...]:
    section = package.section(key)
    return section.records if section else ()


def at_work(package: Package) -> list[Record]:
    today = package.made_at.date()
    return [record for record in records(package, AFFILIATION) if not is_over(record, today)]


def said(record: Record, *names: str) -> str:
    """The first of these that is there and was not erased."""
    values = (record.value(name) for name in names)
    return next((str(value.data) for value in values if value and value.data and not value.erased), "")


def self_lines(section: Section | None) -> Iterator[str]:
    for record in section.records if section else ():
        family, given = said(record, "family_name"), said(record, "given_name")
        yield f"N:{text(family)};{text(given)};;{text(said(record, 'title'))};"
        if email := said(record, "email"):
            yield f"EMAIL:{text(email)}"
        if born := said(record, "born_on"):
            yield f"BDAY:{born.replace('-', '')}"
        if language := said(record, "language"):
            yield f"LANG:{language}"
        if website := said(record, "website"):
            yield f"URL:{uri(website)}"


def preferred(record: Record) -> str:
    """RFC 6350, 5.3: where letters go."""
    value = record.value("is_preferred")
    return ";PREF=1" if value and value.data is True else ""


def address(record: Record) -> str:
    """RFC 6350 §6.3.1: box; extended; street; town; region; postal code; country."""
    parts = (said(record, name) for name in ("street", "town", "region", "postcode", "country"))
    return ";;" + ";".join(text(part) for part in parts)


def profile(record: Record) -> str:
    """RFC 9554 §4.9."""
    network = parameter(said(record, "network"))
    return f'SOCIALPROFILE;SERVICE-TYPE="{network}";VALUE=text:{text(said(record, "handle"))}'


def is_over(record: Record, today: date) -> bool:
    """Where somebody worked once is no line of a card."""
    return "" < said(record, "ended_on") < today.isoformat()


def work(record: Record) -> Iterator[str]:
    organisation, department = said(record, "organisation"), said(record, "department")
    if organisation:
        yield f"ORG:{text(organisation)}" + (f";{text(department)}" if department else "")
    if position := said(record, "position"):
        yield f"TITLE:{text(position)}"


def uri(address: str) -> str:
    """A line break or a blank would end the property."""
    return "".join(address.split())
