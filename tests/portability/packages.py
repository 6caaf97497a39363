"""Packages without a database, for the pure parts."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from portability.package import ACCESS, Attached, Column, Controller, Package, Record, Section, Value
from privacy.declarations import Basis, Category, Origin

CONTROLLER = Controller(
    name="European Society of Cartographers e. V.",
    short_name="European Society of Cartographers",
    address="Poppelsdorfer Allee 12\n53115 Bonn",
    email="office@cartographers.example",
    dpo_name="Dr Miriam Okafor",
    dpo_email="privacy@cartographers.example",
    authority="Landesbeauftragte für Datenschutz NRW",
    brand="#1f4f82",
    mark="globe",
)


def column(name: str, **facts: Any) -> Column:
    told: dict[str, Any] = {
        "label": name.replace("_", " ").capitalize(),
        "purpose": "keeping the register",
        "basis": Basis.CONTRACT,
        "origin": Origin.PROVIDED,
        "recipients": ("Druckhaus Lindner",),
        "retention": "Until you leave",
    }
    return Column(name=name, **told | facts)


def section(
    key: str,
    rows: list[dict[str, Any]],
    *,
    dated_by: str = "",
    is_person: bool = False,
    photo: Attached | None = None,
    **facts: Any,
) -> Section:
    columns = {name: column(name, **facts) for row in rows for name in row}
    records = [
        Record(
            str(number),
            row.get(dated_by),
            tuple(value(columns[name], given, photo) for name, given in row.items()),
        )
        for number, row in enumerate(rows, start=1)
    ]
    return Section(
        key=key,
        title=key.partition(".")[2].capitalize(),
        category=Category.CONTACT,
        purpose="keeping the register",
        basis=facts.get("basis", Basis.CONTRACT),
        recipients=("Our own staff", "Druckhaus Lindner"),
        others=("Druckhaus Lindner",),
        retention="Until you leave",
        columns=tuple(columns.values()),
        records=tuple(records),
        dated_by=dated_by,
        is_person=is_person,
    )


def value(of: Column, given: Any, photo: Attached | None = None) -> Value:
    data = given.isoformat() if isinstance(given, date) else given
    return Value(of, data, str(data), file=photo if of.name == "photo" else None)


def package(*sections: Section, **facts: Any) -> Package:
    told: dict[str, Any] = {
        "uid": UUID(int=7),
        "name": "Anna Berg",
        "controller": CONTROLLER,
        "made_at": datetime(2026, 11, 24, 9, 55, tzinfo=UTC),
        "language": "en",
        "time_zone": "Europe/Berlin",
        "scope": ACCESS,
    }
    return Package(sections=sections, **told | facts)
