"""The picture of what, why and who, as numbers."""

import re
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ams.flow import lay_out
from ams.flow_shapes import WHAT, WHO, WHY, Flow
from ams.specimens import flow_rows

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "what": st.sampled_from("abcdefgh"),
            "why": st.sampled_from("ijklmn"),
            "who": st.lists(st.sampled_from("opqr"), unique=True, max_size=3).map(
                lambda names: [{"name": name} for name in names]
            ),
            "things": st.integers(0, 5000),
            "yes": st.booleans(),
        }
    ),
    max_size=20,
)


def ends(link: Any) -> tuple[float, float, float, float]:
    """Where a ribbon begins and ends on the left, then on the right."""
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", link.d)]
    # M x1 a C m a m b x2 b V c C m c m d x1 d z
    return numbers[1], numbers[14], numbers[7], numbers[8]


def test_nothing_held_is_no_picture() -> None:
    assert lay_out([]).nodes == []
    assert lay_out([{"what": "a", "why": "b", "who": [], "things": 0}]).nodes == []


def test_ann_sees_each_category_reason_and_holder_once_with_its_number() -> None:
    flow = lay_out(flow_rows())
    assert {node.name: node.things for node in flow.column(WHAT)}["Name and contact"] == 12
    assert {node.name: node.things for node in flow.column(WHY)}["Member directory"] == 11
    assert {node.name: node.things for node in flow.column(WHO)}["Our own staff"] == 50
    assert sorted(node.number for node in flow.nodes) == list(range(1, len(flow.nodes) + 1))


def test_a_name_lights_its_whole_way_and_no_other() -> None:
    flow = lay_out(flow_rows())
    number = {node.name: node.number for node in flow.nodes}
    lit = [link for link in flow.links if number["Druckhaus Lindner"] in link.via]
    assert {(link.start.name, link.end.name) for link in lit} == {
        ("Name and contact", "Journal by post"),
        ("Journal by post", "Druckhaus Lindner"),
    }


@given(ROWS)
def test_names_never_overlap(rows: list[dict[str, Any]]) -> None:
    flow = lay_out(rows)
    for column in (WHAT, WHY, WHO):
        for upper, lower in pairwise(flow.column(column)):
            assert lower.middle - upper.middle >= (upper.slot + lower.slot) / 2 - 0.2
            assert upper.y + upper.height <= flow.height


@given(ROWS)
def test_every_ribbon_lies_on_its_two_bars(rows: list[dict[str, Any]]) -> None:
    for link in lay_out(rows).links:
        top, bottom, top_there, bottom_there = ends(link)
        out, into = link.start.bars[-1], link.end.bars[0]
        assert out["y"] - 0.3 <= top < bottom <= out["y"] + out["height"] + 0.3
        assert into["y"] - 0.3 <= top_there < bottom_there <= into["y"] + into["height"] + 0.3


@given(ROWS)
def test_ribbons_on_one_bar_do_not_cover_each_other(rows: list[dict[str, Any]]) -> None:
    flow: Flow = lay_out(rows)
    for node in flow.nodes:
        leaving = sorted(ends(link)[:2] for link in flow.links if link.start is node)
        assert all(above[1] <= below[0] + 0.2 for above, below in pairwise(leaving))


def test_thousands_of_mails_do_not_make_the_picture_taller_than_a_page() -> None:
    rows = [
        {"what": f"w{n}", "why": f"y{n % 4}", "who": [{"name": "staff"}], "things": 10**n} for n in range(6)
    ]
    assert lay_out(rows).height < 700


def test_a_long_name_takes_two_lines_and_more_room() -> None:
    long = "Answering you well, whoever of us you speak to, on every day of the year"
    rows = [{"what": name, "why": "w", "who": [], "things": 1} for name in ("Events", long)]
    rows.append({"what": "Mail", "why": "w", "who": [], "things": 1000})
    short_one, long_one, _ = lay_out(rows).column(WHAT)
    assert short_one.label == ["Events"]
    assert long_one.label == ["Answering you well,", "whoever of us you speak…"]
    assert long_one.slot > short_one.slot
