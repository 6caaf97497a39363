"""Whatever stands where a row's number should stand is a number that there is, or none."""

import pytest

from privacy.numbers import LARGEST, row_number


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), (str(LARGEST), LARGEST)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert row_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "x",
        "-1",
        "+1",
        "1.0",
        " 1",
        "²",
        "٣",
        "1\n",
        str(LARGEST + 1),
        "9" * 20,
        "9" * 5000,
        "0" * 5000,
    ],
    ids=range(14),
)
def test_what_cannot_be_the_number_of_a_row_is_none(text: str | None) -> None:
    assert row_number(text) == 0
