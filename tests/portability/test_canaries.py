"""Everything that is planted about Ann is in her copy, in every form, and nothing of Ben's is."""

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

import pytest

from ams.models import Association, Individual
from portability import render
from portability.collect import collect
from portability.package import Package
from privacy.declarations import Personal
from privacy.inventory import declarations
from tests.factories import make_full_person
from tests.portability.tools import text_of

pytestmark = pytest.mark.django_db

NEVER = {"ams.sentmail.html"}  # declared secret, since the text beside it says the same


@pytest.fixture
def people(association: Association) -> dict[str, tuple[Individual, dict[str, str]]]:
    return {name: make_full_person(association, name) for name in ("Ann", "Ben")}


def exported(planted: dict[str, str]) -> dict[str, str]:
    """Without the secrets, which must not be there."""
    found = {}
    for path, token in planted.items():
        model, _, name = path.rpartition(".")
        if isinstance(declarations.by_label[model].fields[name], Personal):
            found[path] = token
    return found


def squeezed(text: str) -> str:
    """Layout breaks long words and lines; what was planted has no blanks."""
    return "".join(text.split())


def as_printed(token: str) -> str:
    """Dates are written out, amounts have the reader's decimal mark."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            day = read(token)
        except ValueError:
            continue
        return f"{day.day} {day:%B} {day.year}"
    return token


def content_of(package: Package) -> dict[str, bytes]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    packed = render.as_csv_zip(package, pdf=b"%PDF-", key=Ed25519PrivateKey.generate())
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_all_that_is_held_about_ann_is_in_her_data_and_nothing_about_ben(people: Any) -> None:
    (ann, hers), (_ben, his) = people["Ann"], people["Ben"]
    package = collect(ann)
    members = content_of(package)
    data = members["data.json"].decode()
    tables = b"".join(text for name, text in members.items() if name.startswith("csv/")).decode()
    files = b"".join(text for name, text in members.items() if name.startswith("files/")).decode()
    assert hers.keys() == his.keys()
    for path, token in exported(hers).items():
        is_file = token in files
        assert is_file or (token in data and token in tables), path
    for path, token in his.items():
        assert token not in data + tables + files, path


def test_all_that_is_held_about_ann_stands_in_her_document_and_nothing_about_ben(people: Any) -> None:
    (ann, hers), (ben, his) = people["Ann"], people["Ben"]
    text, other = (squeezed(text_of(render.as_pdf(collect(person)))) for person in (ann, ben))
    files = {path for path in hers if path.endswith((".photo", ".thumbnail", ".file"))}
    for path, token in exported(hers).items():
        assert path in files or squeezed(as_printed(token)) in text, path
    words = {
        path: token
        for path, token in exported(his).items()
        if path not in files and token == as_printed(token)
    }
    assert all(token in other for token in words.values())  # so these can be found where they are
    assert not [path for path, token in words.items() if len(token) > 8 and token in text]


def test_no_secret_is_in_any_form(people: Any) -> None:
    ann, hers = people["Ann"]
    secrets = {path: token for path, token in hers.items() if path not in exported(hers)}
    assert secrets.keys() >= NEVER
    account: Any = ann.account
    package = collect(ann)
    everything = b"".join(content_of(package).values()).decode() + text_of(render.as_pdf(package))
    assert ann.given_name in everything
    for token in (*secrets.values(), account.password):
        assert token not in everything


def test_every_value_says_why_whence_who_and_how_long(people: Any) -> None:
    ann, _planted = people["Ann"]
    data = json.loads(render.as_json(collect(ann)))
    assert len(data["sections"]) > 15
    for section in data["sections"]:
        for name, field in section["fields"].items():
            empty = [key for key in ("label", "purpose", "basis", "origin", "retention") if not field[key]]
            assert not empty, (section["id"], name)
        for record in section["records"]:
            assert record["values"].keys() <= section["fields"].keys()
