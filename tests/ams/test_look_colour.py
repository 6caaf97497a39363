"""One colour in, readable ink out."""

from hypothesis import example, given
from hypothesis import strategies as st

from ams import colour

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
@example("#ffff00")
@example("#ffffff")
@example("#00ffff")
def test_any_brand_becomes_ink_that_can_be_read_on_paper(brand: str) -> None:
    assert colour.contrast_on_white(colour.ink_of(brand)) >= 4.5


def test_a_dark_brand_stays_as_it_is() -> None:
    assert colour.ink_of("#8A2B5C") == "#8a2b5c"


def test_what_is_no_colour_never_reaches_a_style_sheet() -> None:
    assert colour.valid("#fff}</style>") == colour.HOUSE_BRAND
    assert colour.valid("") == colour.HOUSE_BRAND


def test_contrast_is_the_standards() -> None:
    assert round(colour.contrast_on_white("#000000"), 1) == 21.0
    assert round(colour.contrast_on_white("#767676"), 2) == 4.54
