"""The document as a person holds it: within its margins, in few pages, for those who cannot see it too."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pdfua
import pikepdf
import pytest

from portability import render, report
from portability.package import Attached, Package
from tests.portability.packages import CONTROLLER, package, section
from tests.portability.pictures import PHOTO
from tests.portability.tools import text_of, words_of

MM: Final = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 26 * MM, WIDTH - 22 * MM
A_HAIR: Final = 1.0  # point: a letter may lean over its box
LONG: Final = "f" * 64
FIRST: Final = datetime(2026, 1, 1, 10, tzinfo=UTC)
PERSON: Final = {
    "member_number": "10482", "given_name": "Ann", "family_name": "Archer", "email": "ann.archer@example.org",
    "about": "I look after the map collection, mostly Swedish surveys of the 17th century.", "country": "Ireland",
}  # fmt: skip


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"at": FIRST + timedelta(days=n), "subject": f"Letter {n}", **more} for n in range(count)]


def ordinary(**facts: Any) -> Package:
    """As much as is held about a member of seven years: nineteen kinds of things, about ninety in all."""
    counts = (1, 1, 1, 1, 1, 1, 8, 8, 4, 2, 8, 6, 1, 1, 9, 9, 9, 4, 3)
    kinds = (
        section(f"ams.kind{n}", rows(count, state="sent"), dated_by="at") for n, count in enumerate(counts)
    )
    return package(section("ams.individual", [PERSON], is_person=True), *kinds, **facts)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render.as_pdf(ordinary())


@pytest.fixture(scope="module")
def opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield document


# How long and how wide


def test_ninety_things_are_read_in_eight_pages(pdf: bytes) -> None:
    assert ordinary().things > 80
    assert 5 < text_of(pdf).count("\f") <= 8


def outside(pdf: bytes) -> list[str]:
    return [
        word
        for word, left, top, right, bottom in words_of(pdf)
        if left < LEFT - A_HAIR or right > RIGHT + A_HAIR or top < 0 or bottom > HEIGHT
    ]


def test_no_letter_stands_beyond_the_margins() -> None:
    """Neither of what has no place to break, nor of a long name on the cover, in the head and at the foot."""
    long = {"subject": LONG, "link": f"https://esc.example/{LONG * 3}/", "note": f"{LONG * 4}\n{LONG}"}
    told = [{**PERSON, "website": f"https://{LONG}.example/{LONG}"}]
    who = CONTROLLER.__class__(
        **{name: getattr(CONTROLLER, name) for name in CONTROLLER.__slots__} | {"name": LONG}
    )
    few = (
        section("ams.individual", told, is_person=True),
        section("ams.sentmail", rows(5, **long), dated_by="at"),
    )
    many = section("ams.post", rows(201, **long), dated_by="at", label=LONG)
    wide = package(*few, many, name=f"{LONG} {LONG}", controller=who)
    pdf = render.as_pdf(wide)
    assert LONG in "".join(text_of(pdf).split())
    assert not outside(pdf)
    # So it would be found: the same without the rule that breaks long words.
    page = (
        report.as_html(package(*few))
        .replace("<body>", "<body style='overflow-wrap: normal'>")
        .replace(" wide", "")
    )
    assert outside(render.press.print_pdf(page, b"{}", sheet=report.SHEET, brand="#1f4f82"))


def test_legal_facts_stand_apart_from_values() -> None:
    many = rows(4, amount="96.00", payer="Ann Archer")
    html = report.as_html(package(section("ams.payment", many, dated_by="at")))
    for box in html.split('<div class="law">')[1:]:
        facts = box.partition("</div>")[0]
        assert "Kept:" in facts
        assert "96.00" not in facts
        assert "Ann Archer" not in facts
    assert "The same in all of them: Amount: 96.00 · Payer: Ann Archer" in html


def test_what_is_empty_leaves_no_dash() -> None:
    some = [{"at": FIRST, "subject": f"Letter {n}", "note": "yes" if n else ""} for n in range(4)]
    for count in (1, 60):
        text = text_of(render.as_pdf(package(section("ams.sentmail", some * count, dated_by="at"))))
        assert "Note: yes" in text
        assert "–" not in text.partition("1 Name and contact")[2]  # noqa: RUF001 the dash that stood there


def test_the_photo_is_shown() -> None:
    told = section(
        "ams.individual",
        [PERSON | {"photo": "photo.jpg"}],
        is_person=True,
        photo=Attached("files/a.jpg", len(PHOTO), lambda: io.BytesIO(PHOTO)),
    )
    with pikepdf.open(io.BytesIO(render.as_pdf(package(told)))) as document:
        streams = [each for each in document.objects if isinstance(each, pikepdf.Stream)]
        pictures = [each for each in streams if each.get("/Subtype") == "/Image"]
        assert [(int(each.Width), int(each.Height)) for each in pictures] == [(40, 50)]
        assert "/Figure" in kinds_of(document)


def test_what_is_for_machines_stands_in_the_data_alone() -> None:
    proofs = section("privacy.evidence", [{"content": "salt: 00ff"}] * 3, data_only=True)
    whole = package(proofs)
    text = text_of(render.as_pdf(whole))
    assert "salt" not in text
    assert "Three entries, made for machines to check" in text
    assert b"salt: 00ff" in render.as_json(whole)
    assert whole.things == 3


# For those who listen to it


def elements_of(document: pikepdf.Pdf) -> Iterator[Any]:
    waiting: list[Any] = [document.Root.StructTreeRoot.K]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting.extend(element)
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                yield element
            waiting.extend([element.K] if "/K" in element else [])


def kinds_of(document: pikepdf.Pdf) -> list[str]:
    return [str(element.S) for element in elements_of(document)]


def test_a_checker_of_pdf_ua_finds_nothing(pdf: bytes, tmp_path: Any) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    told = pdfua.validate(path)
    assert not [(finding.rule_id, finding.message) for finding in told.findings]


def test_it_says_of_itself_that_it_is_pdf_ua(opened: pikepdf.Pdf) -> None:
    with opened.open_metadata() as told:
        assert told["pdfuaid:part"] == "1"
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")


def test_each_link_is_called_by_its_text_and_stands_in_a_link_of_the_structure(opened: pikepdf.Pdf) -> None:
    links = [note for page in opened.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    assert {str(link.Contents) for link in links} == {
        "1 Name and contact",
        "2 Who has your data, and your rights",
    }
    held = [
        child.Obj.objgen
        for element in elements_of(opened)
        if element.S == "/Link"
        for child in element.K
        if isinstance(child, pikepdf.Dictionary) and child.get("/Type") == "/OBJR"
    ]
    assert sorted(held) == sorted(link.objgen for link in links)
    assert len(links) >= 2


def test_each_heading_of_a_table_says_what_it_heads(opened: pikepdf.Pdf) -> None:
    headings = [element for element in elements_of(opened) if element.S == "/TH"]
    assert len(headings) > 5
    assert {str(heading.A.Scope) for heading in headings} == {"/Row"}


def test_the_headings_go_down_step_by_step(opened: pikepdf.Pdf) -> None:
    levels = {kind for kind in kinds_of(opened) if kind[:2] == "/H" and kind[2:].isdigit()}
    assert levels == {"/H1", "/H2", "/H3"}
