"""Names are printed in the letters in which people write them."""

import re
import sys
from pathlib import Path
from typing import Final

import pytest

from portability import render, report
from privacy.printing import fallback, glyphs, press
from tests.portability.packages import package, section
from tests.portability.tools import fonts_of, text_of

pytestmark = pytest.mark.skipif(
    sys.platform == "darwin", reason="Our set-up brings the fonts on Debian alone."
)

NAMES: Final = {
    "Japanese": "東京 さくら",
    "Chinese": "李小明",
    "Korean": "김민준",
    "Arabic": "محمد",
    "Hebrew": "שרה",
    "Hindi": "अनिता",
    "Bengali": "রহিম",
    "Tamil": "கமலா",
    "Thai": "สมชาย",
    "Armenian": "Հայկ",
    "Georgian": "გიორგი",
    "Amharic": "አበበ",
    "Vietnamese": "Nguyễn Thị Hằng",
    "ancient Greek": "Ἀθηνᾶ",
}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    told = [{"given_name": name, "family_name": script} for script, name in NAMES.items()]
    return render.as_pdf(package(section("ams.individual", told), name="山田 花子"))


def test_each_name_is_printed_as_it_is_written(pdf: bytes) -> None:
    text = text_of(pdf)
    assert "[U+" not in text
    assert "A few characters cannot be printed" not in text
    for script, name in NAMES.items():
        assert all(letter in text for letter in name), script
    assert "山田 花子" in text
    assert NAMES["Japanese"] in text
    assert NAMES["Armenian"] in text


def test_only_what_is_used_of_each_face_is_in_it(pdf: bytes, tmp_path: Path) -> None:
    fonts = fonts_of(pdf, tmp_path)
    names = [font[0].partition("+")[2] for font in fonts]
    assert all(re.fullmatch(r"Report\d*(-Bold)?", name) for name in names), names
    assert len(names) > 8
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in fonts)  # embedded, a subset, with its Unicode
    assert len(pdf) < 400_000


def test_what_no_face_has_is_named_and_marks_that_mislead_are_not_printed() -> None:
    named = glyphs.drawn("東京 \U0001f469 \u202eevil \u0007 \ue000")
    assert named == "東京 [U+1F469] [U+202E]evil [U+0007] [U+E000]"


def test_without_such_fonts_the_document_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "faces", tuple)
    html = report.as_html(package(section("ams.individual", [{"town": "東京"}])))
    assert "[U+6771][U+4EAC]" in html
    assert "A few characters cannot be printed" in html


def test_a_document_in_latin_letters_brings_no_other_face() -> None:
    assert glyphs.borrowed("Łucja Ελένη България\n\t") == {}
    assert press.with_families("p { font: 9pt Report; }", []) == "p { font: 9pt Report; }"
    assert "9pt Report, Report1;" in press.with_families("p { font: 9pt Report; }", ["Report1"])


def test_the_shapes_of_han_follow_the_letters_beside_them() -> None:
    for text, shapes in (
        ("東京 さくら", fallback.JAPANESE),
        ("김 東", fallback.KOREAN),
        ("李小明", fallback.CHINESE),
    ):
        assert fallback.shapes_for(text) == shapes
