"""An address book of cards comes in as a table does."""

from datetime import date
from typing import Any

import pytest

from ams.imports.vcards import as_csv, is_vcards
from tests.ams.importing import named, outcome, reasons, take

CARDS = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS 14.0//EN
N:Falk;Ines;Maria;Dr.;
FN:Dr. Ines Maria Falk
ORG:Nordlabor\\, Kiel;Forschung;
TITLE:Chemist
item1.EMAIL;type=INTERNET;type=pref:ines@example.org
EMAIL;type=INTERNET;type=WORK:ines@work.example
TEL;type=CELL;type=VOICE;type=pref:+49 151 5550100
item2.ADR;type=HOME;type=pref:;;Ufer 3\\nHinterhaus;Kiel;;24103;Germany
BDAY:1977-03-04
NOTE:a note that is folded and goes on
  in the next line
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAASABIAAD
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Gran;Per;;;
FN:Per Gran
EMAIL:per@example.org
BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-09
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=B6=C3=9Fer;J=C3=BCrgen
EMAIL;INTERNET:j@example.org
END:VCARD
BEGIN:VCARD
X-ADDRESSBOOKSERVER-KIND:group
FN:Friends
END:VCARD
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_apple_s_cards_come_in_as_they_are(association: Any, ending: str, encoding: str) -> None:
    job = take(association, CARDS.replace("\n", ending).encode(encoding))
    assert outcome(job) == (3, 0, 0, 0)
    assert reasons(job) == [(3, "born_on", "no_year")]
    ines, work = named("Ines Maria"), named("Ines Maria").affiliations.get()
    assert (ines.title, ines.born_on, ines.email) == ("Dr.", date(1977, 3, 4), "ines@example.org")
    assert (work.organisation, work.department, work.position) == ("Nordlabor, Kiel", "Forschung", "Chemist")
    assert (ines.addresses.get().street, ines.country.code) == ("Ufer 3 Hinterhaus", "DE")
    assert ines.other_emails.get().address == "ines@work.example"
    assert named("Jürgen").family_name == "Größer"


def test_a_table_is_no_card() -> None:
    assert not is_vcards(b"name,email\nAnn,ann@example.org\n")
    assert is_vcards(b"\xef\xbb\xbfBEGIN:VCARD\r\n")
    assert (
        as_csv(b"BEGIN:VCARD\nN:Archer;Ann\nEND:VCARD\n").decode().splitlines()[1].startswith(",Ann,,Archer")
    )
