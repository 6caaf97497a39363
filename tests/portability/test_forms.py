"""The forms of a package: JSON by its schema, CSV without formulas, vCard, iCalendar, manifest."""

import csv
import io
import json
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from portability.data import SCHEMA, as_json
from portability.icalendar import as_icalendar
from portability.manifest import Member, is_genuine, manifest_of
from portability.package import Appointment, Record, Value
from portability.tables import as_csv, neutral, original
from portability.vcard import as_vcard
from tests.portability.packages import column, package, section, value

# With the full-width signs of East Asian keyboards.
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
FORMULAS = [f"{before}{sign}1+1" for sign in SIGNS for before in ("", " ", "\u3000", "'")] + [
    "\t1",
    "\r1",
    "\n1",
    "\x001",
]


def unfolded(content: bytes) -> list[str]:
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


# JSON


def test_the_data_keeps_to_its_published_schema() -> None:
    rows = [{"given_name": "Anna", "born_on": None, "tags": ["a", {"b": 1}]}]
    data = json.loads(as_json(package(section("ams.individual", rows))))
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    data["sections"][0]["fields"]["given_name"].pop("purpose")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


@pytest.mark.parametrize(
    "name", ["👩🏽‍⚕️ Zoë", "\u202egnp.exe", "e\u0301a\u0308", "Ó", "O'Brien", "x" * 300, "Ann\x00a", '"\\{}<!--']
)  # fmt: skip
def test_a_strange_name_comes_out_as_it_went_in(name: str) -> None:
    data = json.loads(as_json(package(section("ams.individual", [{"given_name": name}]), name=name)))
    assert data["individual"]["name"] == name
    assert data["sections"][0]["records"][0]["values"]["given_name"] == name


# CSV


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_can_be_taken_for_a_formula(cell: str) -> None:
    assert neutral(cell).startswith("'")
    assert original(neutral(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Anna", "12", "-12.50", "a=b", "'quoted'", "mail@example.org", "3+4"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert neutral(cell) == cell == original(cell)


@given(st.text(st.characters(codec="utf-8"), max_size=30) | st.text("'=+-@\t\r\n＝ x1", max_size=8))  # noqa: RUF001 as above
def test_neutral_cells_can_be_undone_exactly(cell: str) -> None:
    assert original(neutral(cell)) == cell


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1, max_size=4))
def test_a_table_is_read_back_cell_for_cell(cells: list[str]) -> None:
    rows = [{f"c{number}": cell for number, cell in enumerate(cells)}]
    text = as_csv(section("ams.note", rows)).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert head == list(rows[0])
    assert [original(cell) for cell in row] == cells


# vCard and iCalendar


def test_ann_is_a_vcard() -> None:
    person = [
        {
            "given_name": "Ann; x",
            "family_name": "Ar,cher",
            "email": "ann@example.org",
            "born_on": "1984-05-06",
        }
    ]
    street = [{"street": "Lane 9\r\nEND:VCARD", "town": "Dublin", "postcode": "D02", "country": "IE"}]
    further = section("ams.otheremail", [{"address": "ann@work.example"}])
    sections = section("ams.individual", person), section("ams.postaladdress", street), further
    lines = unfolded(as_vcard(package(*sections)))
    assert lines[:3] == ["BEGIN:VCARD", "VERSION:4.0", "UID:urn:uuid:00000000-0000-0000-0000-000000000007"]
    assert r"N:Ar\,cher;Ann\; x;;;" in lines
    assert "BDAY:19840506" in lines
    assert [line for line in lines if "EMAIL" in line] == ["EMAIL:ann@example.org", "EMAIL:ann@work.example"]
    assert r"ADR:;;Lane 9\nEND:VCARD;Dublin;;D02;IE" in lines
    assert lines.count("END:VCARD") == 1


def test_long_lines_are_folded_between_characters() -> None:
    content = as_vcard(package(name="Ł" * 200))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert "FN:" + "Ł" * 200 in unfolded(content)
    assert all(line.decode() for line in content.split(b"\r\n")[:-1])


def test_a_quote_cannot_leave_its_parameter() -> None:
    lines = unfolded(
        as_vcard(package(section("ams.socialprofile", [{"network": 'x":y\n', "handle": "@ann"}])))
    )
    assert 'SOCIALPROFILE;SERVICE-TYPE="x^\':y^n";VALUE=text:@ann' in lines


def test_events_are_a_calendar() -> None:
    begins, ends = datetime(2026, 9, 9, 9, tzinfo=UTC), datetime(2026, 9, 12, 9, tzinfo=UTC)
    booked = Value(
        column("event"), "Congress", "Congress",
        appointment=Appointment("ams.event-4", "Congress; 2026\nBEGIN:VALARM", "Vienna", begins, ends),
    )  # fmt: skip
    registrations = section("ams.eventregistration", [])
    with_event = [Record("1", None, (booked,)), Record("2", None, (booked, value(column("state"), "booked")))]
    lines = unfolded(as_icalendar(package(replaced(registrations, with_event))))
    assert lines.count("BEGIN:VEVENT") == 1
    assert r"SUMMARY:Congress\; 2026\nBEGIN:VALARM" in lines
    assert "DTSTART:20260909T090000Z" in lines


def replaced(of: Any, records: list[Record]) -> Any:
    from dataclasses import replace  # noqa: PLC0415

    return replace(of, records=tuple(records))


# Manifest


def test_a_manifest_is_genuine_until_anything_in_it_is_changed() -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    manifest = manifest_of(package(), [Member("data.json", 4, "0" * 64)], key)
    assert is_genuine(manifest, public)
    assert b64decode(manifest["signature"]["public_key"]) == public
    assert not is_genuine(manifest | {"individual": "x"}, public)
    assert not is_genuine(manifest, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
