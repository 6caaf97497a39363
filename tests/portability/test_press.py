"""The document: PDF/A-3a with the data inside, our fonts only, and nothing fetched whatever it names."""

import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import pikepdf
import pytest

from portability import render, report
from portability.entries import PRINTED
from portability.report import SHEET
from privacy.printing import press
from privacy.printing.press import PROGRAM, ReportFailed, print_pdf
from tests.portability.packages import package, section
from tests.portability.tools import fonts_of, text_of

ROWS = [
    {
        "at": datetime(2026, 1, 1, 10, tzinfo=UTC) + timedelta(days=n),
        "subject": f"Letter {n}",
        "state": "sent",
    }
    for n in range(120)
]
PERSON = [{"given_name": "Łucja", "family_name": "SSmith Ελένη България", "joined_on": date(2019, 3, 4)}]


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render.as_pdf(
        package(section("ams.individual", PERSON), section("ams.sentmail", ROWS, dated_by="at"))
    )


@pytest.fixture(scope="module")
def opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield document


# What it is


def test_it_says_of_itself_that_it_is_pdf_a_3a(opened: pikepdf.Pdf) -> None:
    with opened.open_metadata() as told:
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")
    assert opened.Root.OutputIntents
    assert str(opened.Root.Lang) == "en"
    assert opened.Root.MarkInfo.Marked


def test_the_data_is_inside_once_and_is_the_same(opened: pikepdf.Pdf) -> None:
    whole = package(section("ams.individual", PERSON), section("ams.sentmail", ROWS, dated_by="at"))
    assert len(opened.Root.AF) == 1
    assert list(opened.attachments) == ["data.json"]
    assert opened.attachments["data.json"].get_file().read_bytes() == render.as_json(whole)


def test_every_page_is_tagged(opened: pikepdf.Pdf) -> None:
    assert "/StructTreeRoot" in opened.Root
    numbers = {int(page.obj.StructParents) for page in opened.pages}
    assert len(numbers) == len(opened.pages) > 3


def test_a_record_is_two_boxes_at_most() -> None:
    html = report.as_html(package(section("ams.sentmail", ROWS, dated_by="at")))
    records = re.findall(r"<p>.*?</p>", html[html.index('class="entries') :], re.DOTALL)
    assert len(records) >= len(ROWS)
    assert all(record.count("<") <= 4 for record in records[: len(ROWS)])


def test_only_our_own_faces_are_in_it(pdf: bytes, tmp_path: Path) -> None:
    fonts = fonts_of(pdf, tmp_path)
    assert {font[0].partition("+")[2] for font in fonts} == {"Report", "Report-Bold"}
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in fonts)  # embedded, a subset, with its Unicode


def test_it_can_be_read(pdf: bytes) -> None:
    text = text_of(pdf)
    pages = text.count("\f")
    assert "Łucja" in text
    assert "SSmith Ελένη България" in text
    assert f"Page 2 of {pages}" in text
    assert "Keeping the register: your membership needs it" in text
    assert "Letter 119" in text


def test_a_character_that_cannot_be_drawn_is_named(pdf: bytes) -> None:
    named = text_of(render.as_pdf(package(section("ams.individual", [{"given_name": "Zoë 👩"}]))))
    assert "Zoë [U+1F469]" in named
    assert "A few characters cannot be printed" in named
    assert "A few characters cannot be printed" not in text_of(pdf)


# What a member can do to it


HOSTILE = [
    "<script>alert(1)</script>", "<img src=file:///etc/hostname>", "<style>@import url(http://x/)</style>",
    "</td></table><h1>Owned", "<svg><image href=http://x/ /></svg>", "&lt;b&gt; &#128512;", "{{ 7|add:7 }} {% url %}",
    "url(http://x/)", "\u202eevil", "a\x00b\tc\nd", "O'Brien \"quoted\"",
]  # fmt: skip


def test_markup_is_printed_as_it_was_typed() -> None:
    rows = [{"note": text, "name": text} for text in HOSTILE]
    html = report.as_html(package(section("ams.individual", rows), name=HOSTILE[0]))
    text = "".join(text_of(print_pdf(html, b"{}", sheet=SHEET, brand="#1f4f82")).split())
    for typed in (
        "<script>alert(1)</script>",
        "<imgsrc=file:///etc/hostname>",
        "&lt;b&gt;&#128512;",
        "</td></table><h1>Owned",
    ):
        assert typed in text
    assert "[U+202E]evil" in text
    for tag in ("<script", "<img", "<image", "<h1>Owned"):
        assert tag not in html


# The ways in which a document can name another file, each in a document of its own: a big one hides some of them.
WAYS = {
    "link": '<link rel="stylesheet" href="{url}">', "import": "<style>@import url({url})</style>",
    "font": "<style>@font-face{{font-family:x;src:url({url})}} p{{font-family:x}}</style>",
    "page": "<style>@page{{background:url({url})}}</style>",
    "margin box": "<style>@page{{@top-left{{content:'x';background:url({url})}}}}</style>",
    "background": "<style>p{{background:url({url})}}</style>", "body": "<style>body{{background:url({url})}}</style>",
    "list": "<style>li{{list-style-image:url({url})}}</style><li>x",
    "content": "<style>p::before{{content:url({url})}}</style>",
    "border": "<style>p{{border:3px solid;border-image:url({url}) 3}}</style>",
    "mask": "<style>p{{mask-border:url({url}) 3}}</style>", "inline": '<p style="background:url({url})">x',
    "img": '<img src="{url}">', "embed": '<embed src="{url}">', "object": '<object data="{url}"></object>',
    "attachment link": '<link rel="attachment" href="{url}">', "attachment": '<a rel="attachment" href="{url}">x</a>',
    "svg image": '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    "svg use": '<svg width="9" height="9"><use href="{url}#x"/></svg>', "iframe": '<iframe src="{url}"></iframe>',
    "srcset": '<img srcset="{url} 2x">', "video": '<video poster="{url}"></video>',
    "base": '<base href="{url}"><img src="a.png">',
}  # fmt: skip

WATCHED = """
import sys
seen = []
def hook(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        seen.append(event)
    elif event == "open" and isinstance(args[0], str) and "hostname" in args[0]:
        seen.append(args[0])
sys.addaudithook(hook)
sys.argv = [{program!r}]
source = open({program!r}).read()
{change}
exec(compile(source, {program!r}, "exec"), {{"__name__": "__main__"}})
print("\\n".join(seen), file=sys.stderr)
"""
# The control: the same documents with the library's own fetcher.
OPEN_DOOR = 'source = source.replace("string=page, url_fetcher=fetcher", "string=page")'


def watched(page: str, *, is_open: bool = False) -> tuple[bytes, str]:
    order = press.order_of(page, b"{}", press.styles(SHEET, "#1f4f82"), {})
    program = WATCHED.format(program=str(PROGRAM), change=OPEN_DOOR if is_open else "")
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], input=order, capture_output=True, check=False
    )
    return done.stdout, done.stderr.decode()


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A web server that nobody may ever call."""
    heard: list[bytes] = []
    with socket(AF_INET, SOCK_STREAM) as door:
        door.bind(("127.0.0.1", 0))
        door.listen()

        def listen() -> None:
            while True:
                try:
                    call, _address = door.accept()
                except OSError:
                    return
                with call:
                    heard.append(call.recv(100))
                    call.sendall(b"HTTP/1.0 404 No\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/x", heard
        door.shutdown(2)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_fetched(way: str, listener: tuple[str, list[bytes]]) -> None:
    address, heard = listener
    named = "".join(WAYS[way].format(url=url) for url in (address, "file:///etc/hostname"))
    pdf, seen = watched(f"<!doctype html><html lang=en><title>x</title>{named}<p>text</p>")
    assert pdf.startswith(b"%PDF-")
    assert "socket" not in seen
    assert "hostname" not in seen
    assert not heard


def test_the_listener_and_the_hook_would_notice(listener: tuple[str, list[bytes]]) -> None:
    address, heard = listener
    named = "".join(WAYS["img"].format(url=url) for url in (address, "file:///etc/hostname"))
    _pdf, seen = watched(f"<!doctype html><title>x</title>{named}", is_open=True)
    assert "socket.connect" in seen
    assert "hostname" in seen
    assert heard


def test_a_colour_is_all_that_reaches_the_styles() -> None:
    assert "#8a2b5c" in press.styles(SHEET, "#8a2b5c")
    for brand in ("red", "#fff", "#1f4f82;} @import url(http://x/)", "url(http://x/)"):
        with pytest.raises(ValueError, match="no colour"):
            press.styles(SHEET, brand)


def test_a_pale_colour_is_darkened_for_paper() -> None:
    assert press.ink("#ffff00") != "#ffff00"
    assert press.COLOUR.fullmatch(press.ink("#ffff00"))


# What happens when it goes wrong


def test_a_document_that_eats_the_press_ends_there() -> None:
    with pytest.raises(ReportFailed) as failure:
        print_pdf("<div>" * 3000 + "secret words", b"{}", sheet=SHEET, brand="#1f4f82")
    assert "secret" not in str(failure.value)


def test_a_list_that_nobody_would_print_ends_and_says_so() -> None:
    many = [{"subject": f"Letter {n}"} for n in range(PRINTED + 17)]
    html = report.as_html(package(section("ams.sentmail", many)))
    assert f"Letter {PRINTED - 1}<" in html
    assert f"Letter {PRINTED}" not in html
    assert "17 older entries stand in the attached data.json only" in html


@pytest.mark.soak
def test_four_thousand_rows_stay_within_two_hundred_and_fifty_megabytes() -> None:
    measured = subprocess.run(
        [sys.executable, "-m", "tests.portability.thousands"], capture_output=True, check=True, timeout=120
    )
    told = json.loads(measured.stdout)
    assert 100_000 < told["bytes"] < 2_000_000
    assert told["kilobytes_of_memory"] < 250 * 1024


@pytest.mark.soak
@pytest.mark.parametrize(
    "rows", [[{"subject": "x" * 10_000_000}], [{"subject": f"Letter {n}"} for n in range(50_000)]]
)
def test_a_huge_field_and_a_huge_list_end_in_a_document_or_a_clean_refusal(
    rows: list[dict[str, str]],
) -> None:
    try:
        pdf = render.as_pdf(package(section("ams.sentmail", rows)))
    except ReportFailed:
        return
    assert pdf.startswith(b"%PDF-")
