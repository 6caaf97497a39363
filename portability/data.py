"""The copy for machines: data.json, as schema/export-1.json describes it."""

import json
from pathlib import Path
from typing import Any, Final

from portability.package import Column, Package, Record, Section

VERSION: Final = 1
SCHEMA: Final = Path(__file__).parent / "schema" / f"export-{VERSION}.json"
SCHEMA_ID: Final = f"urn:ams-privacy:export:{VERSION}"


def as_json(package: Package, schema_address: str = SCHEMA_ID) -> bytes:
    return json.dumps(as_object(package, schema_address), ensure_ascii=False, indent=1).encode()


def as_object(package: Package, schema_address: str) -> dict[str, Any]:
    controller = package.controller
    return {
        "$schema": schema_address,
        "version": VERSION,
        "scope": package.scope,
        "made_at": package.made_at.isoformat(timespec="seconds"),
        "language": package.language,
        "things": package.things,
        "individual": {"id": str(package.uid), "name": package.name},
        "controller": {
            "name": controller.name,
            "address": controller.address,
            "email": controller.email,
            "data_protection_officer": {"name": controller.dpo_name, "email": controller.dpo_email},
            "supervisory_authority": controller.authority,
        },
        "sections": [section_object(section) for section in package.sections],
    }


def section_object(section: Section) -> dict[str, Any]:
    return {
        "id": section.key,
        "title": section.title,
        "category": section.category.value,
        "fields": {column.name: column_object(column) for column in section.columns},
        "records": [record_object(record) for record in section.records],
    }


def column_object(column: Column) -> dict[str, Any]:
    return {
        "label": column.label,
        "purpose": column.purpose,
        "basis": column.basis.value,
        "origin": column.origin.value,
        "recipients": list(column.recipients),
        "retention": column.retention,
        "special_category": column.special,
        "portable": column.is_portable,
    }


def record_object(record: Record) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": record.key,
        "values": {value.column.name: value.data for value in record.values},
    }
    kept = {
        value.column.name: {"day": value.kept_until.isoformat(), "because": value.kept_because}
        for value in record.values
        if value.kept_until
    }
    erased = [value.column.name for value in record.values if value.erased]
    return made | ({"kept_until": kept} if kept else {}) | ({"erased": erased} if erased else {})
