"""500 real people are taken over, one more joins, one takes her copy and is erased: she is nowhere, the others whole.

Everything runs as processes of its own (tests/no_trace). That the stores are searched well is shown by the control in
tests/test_no_trace.py; here she is put back in plain at the end, and found.
"""

import csv
import re
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.no_trace.both import answer_of, started
from tests.no_trace.real_input import JOINING, SOUGHT, WHO, rows_of
from tests.no_trace.world import PROJECT

LIST: Final = PROJECT.parent / "shared" / "data" / "uk-500.csv"
SILENT = {"broker, not rewritten", "worker log", "PostgreSQL log", "temporary and other files"}
COLUMNS: Final = (
    "Survey", "Respondent", "first_name", "last_name", "company_name", "address", "city", "county", "postal",
    "phone1", "phone2", "email", "web",
)  # fmt: skip
Answer = dict[str, Any]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list beside the clone, or one of the same shape."""
    if LIST.exists():
        return LIST
    return made_up(tmp_path_factory.mktemp("list") / "made-up-500.csv")


def made_up(target: Path) -> Path:
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(500):
            name, family = f"Given{n:03}", f"O'Family{n:03}"
            writer.writerow(
                ["Survey", n, name, family, f"Works {n:03}, Sons & Co", f"{n} Long Harbour Street", "Leeds", "Kent",
                 f"CT{n % 90 + 1} 7PP", f"01835-7{n:05}", f"01944-3{n:05}", f"given.{n:03}@example.co.uk",
                 f"http://www.works{n:03}.example.co.uk"]
            )  # fmt: skip
    return target


@pytest.fixture(scope="module")
def answer(people: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    sys.stderr.write(f"\nReal input: {people}\n")
    folder = tmp_path_factory.mktemp("real") / "world"
    with started(folder, "tests.no_trace.real_input", str(people)) as process:
        return answer_of(folder, process)


def test_the_whole_list_is_taken_over(answer: Answer) -> None:
    said = answer["import said"]
    assert "500 people were added, 0 completed, 0 were there." in said
    assert "0 rows were refused." in said
    assert answer["people"]["told"] == 499  # each was written to, and the letter to her has gone with her


def test_one_more_joins_through_the_wizard(answer: Answer) -> None:
    assert answer["joined at"] == "/join/done/"
    assert answer["people"]["read"][JOINING] == ["Dora", "Zwölfer"]


def test_her_copy_has_everything_that_the_list_said(answer: Answer) -> None:
    assert answer["blind spots"] == []
    assert answer["in her copy"] == sorted(SOUGHT)


def test_she_is_in_no_store(answer: Answer) -> None:
    assert "Completed." in answer["erasure said"]
    assert len(answer["stores"]) == 20
    assert {name: found for name, found in answer["stores"].items() if found} == {}


def test_she_would_be_found_if_she_were_there(answer: Answer) -> None:
    found = answer["when she is back"]
    assert {name for name, places in found.items() if places == sorted(SOUGHT)} == set(found) - SILENT


def test_the_other_500_are_whole(answer: Answer, people: Path) -> None:
    rows = rows_of(people)
    gone = rows.pop(WHO)
    held = answer["people"]
    wanted = {row["email"]: [row["first_name"], row["last_name"]] for row in rows}
    assert held["read"] == wanted | {JOINING: ["Dora", "Zwölfer"]}
    assert held["number"] == held["found"] == 500
    assert sorted(held["streets"]) == sorted([*(tidy(row["address"]) for row in rows), "Rue Cler 9"])
    assert gone["email"] not in held["read"]


def tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_a_made_up_list_has_the_same_shape(tmp_path: Path) -> None:
    """Where there is no real one."""
    rows = rows_of(made_up(tmp_path / "made-up.csv"))
    assert len(rows) == 500
    assert list(rows[0]) == list(COLUMNS)
