"""What → why → who as ribbons: where each node and ribbon of the picture lies. Plain data in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ams.flow_shapes import BAR, LEFT_EDGE, WHAT, WHO, WHY, WHY_OUT, Flow, Link, Node, Path

TOP = 40  # below the headings of the columns
GAP = 18
INK = 320  # the height that the ribbons of the fuller side share
THINNEST = 5.0
SWEEPS = 30


def lay_out(rows: Iterable[Mapping[str, Any]]) -> Flow:
    """Each row: what, why, who (a list of {name, note, url, things}) and things, the number of values.

    If known, also what_url, why_url, why_note ("tax law"), and yes where the reason is a consent.
    """
    given = [row for row in rows if row["things"] > 0]
    nodes, left, right = _graph(given)
    unit = INK / max(1, sum(link.things for link in left), sum(link.things for link in right))
    for link in (*left, *right):
        link.width = round(max(THINNEST, link.things * unit), 1)
    _measure(nodes, left, right)
    columns = _ordered(nodes, left, right)
    height = _place(columns)
    _number(columns, left, right)
    _draw(left, out=LEFT_EDGE[WHAT] + BAR, into=LEFT_EDGE[WHY])
    _draw(right, out=WHY_OUT + BAR, into=LEFT_EDGE[WHO])
    ordered = [node for column in columns for node in column]
    return Flow(ordered, [*left, *right], _paths(columns[WHY], left, right), given, height)


Key = tuple[int, str]


def _graph(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[Key, Node], list[Link], list[Link]]:
    nodes: dict[Key, Node] = {}
    links: dict[tuple[Key, Key], Link] = {}
    for row in rows:
        yes = bool(row.get("yes"))
        what = _node(nodes, WHAT, row["what"], url=row.get("what_url", ""))
        why = _node(nodes, WHY, row["why"], note=row.get("why_note", ""), url=row.get("why_url", ""), yes=yes)
        what.things += row["things"]
        why.things += row["things"]
        _join(links, what, why, row["things"], yes)
        for holder in row["who"]:
            who = _node(nodes, WHO, holder["name"], note=holder.get("note", ""), url=holder.get("url", ""))
            things = holder.get("things", row["things"])
            who.things += things
            _join(links, why, who, things, yes)
    left = [link for link in links.values() if link.start.column == WHAT]
    return nodes, left, [link for link in links.values() if link.start.column == WHY]


def _node(nodes: dict[Key, Node], column: int, name: str, **facts: Any) -> Node:
    return nodes.setdefault((column, str(name)), Node(str(name), column, **facts))


def _join(links: dict[tuple[Key, Key], Link], start: Node, end: Node, things: int, yes: bool) -> None:
    link = links.setdefault(((start.column, start.name), (end.column, end.name)), Link(start, end, yes=yes))
    link.things += things


def _measure(nodes: dict[Key, Node], left: list[Link], right: list[Link]) -> None:
    """A bar is as tall as its ribbons together."""
    for node in nodes.values():
        node.goes = sum(link.width for link in (*left, *right) if link.start is node)
        node.comes = sum(link.width for link in (*left, *right) if link.end is node)


def _ordered(nodes: dict[Key, Node], left: list[Link], right: list[Link]) -> list[list[Node]]:
    """Few crossings: neighbours in a column change places as long as that untangles some ribbons."""
    whys = sorted((n for n in nodes.values() if n.column == WHY), key=lambda n: (n.yes, -n.things))
    columns = [
        [n for n in nodes.values() if n.column == WHAT],
        whys,
        [n for n in nodes.values() if n.column == WHO],
    ]
    links = [(link.start, link.end, link.things) for link in (*left, *right)]
    for _ in range(SWEEPS):
        if not any(_untangle(columns[number], columns, links) for number in (WHAT, WHO, WHY)):
            break
    return columns


def _untangle(column: list[Node], columns: list[list[Node]], links: list[tuple[Node, Node, int]]) -> bool:
    places = {id(node): place for each in columns for place, node in enumerate(each)}
    ends: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for start, end, things in links:
        ends[id(start)].append((end.column, places[id(end)], things))
        ends[id(end)].append((start.column, places[id(start)], things))
    changed = False
    for place in range(len(column) - 1):
        upper, lower = column[place : place + 2]
        if _tangle(ends[id(upper)], ends[id(lower)]) > _tangle(ends[id(lower)], ends[id(upper)]):
            column[place : place + 2] = [lower, upper]
            changed = True
    return changed


def _tangle(upper: list[tuple[int, int, int]], lower: list[tuple[int, int, int]]) -> int:
    """How many things cross if the one lies above the other."""
    return sum(
        things * others
        for side, place, things in upper
        for other_side, other_place, others in lower
        if side == other_side and place > other_place
    )


def _place(columns: list[list[Node]]) -> float:
    """Every column fills the same height; the air between its nodes is shared out evenly."""
    full = max(sum(node.slot + GAP for node in column) for column in columns)
    for column in columns:
        air = full - sum(node.slot for node in column)
        gap = air / len(column) if column else 0
        y = TOP + gap / 2
        for node in column:
            node.y = round(y + (node.slot - node.height) / 2, 1)
            y += node.slot + gap
    return round(TOP + full + GAP, 1)


def _number(columns: list[list[Node]], left: list[Link], right: list[Link]) -> None:
    """Numbers tie names to ribbons in the style sheet: following a name lights its whole way."""
    for number, node in enumerate((node for column in columns for node in column), start=1):
        node.number = number
    for link in left:
        onward = {after.end.number for after in right if after.start is link.end}
        link.via = {link.start.number, link.end.number} | onward
    for link in right:
        before = {first.start.number for first in left if first.end is link.start}
        link.via = {link.start.number, link.end.number} | before


def _draw(links: list[Link], *, out: float, into: float) -> None:
    begin = _stacked(links, of=lambda link: link.start, towards=lambda link: link.end)
    end = _stacked(links, of=lambda link: link.end, towards=lambda link: link.start)
    for link in links:
        link.d = _ribbon(out, begin[id(link)], into, end[id(link)], link.width)


def _stacked(links: list[Link], *, of: Any, towards: Any) -> dict[int, float]:
    """Where on its node each ribbon begins: in the order of the far ends, so none crosses at home."""
    used: defaultdict[int, float] = defaultdict(float)
    total: defaultdict[int, float] = defaultdict(float)
    for link in links:
        total[id(of(link))] += link.width
    places: dict[int, float] = {}
    for link in sorted(links, key=lambda link: towards(link).y):
        node = of(link)
        places[id(link)] = node.y + (node.height - total[id(node)]) / 2 + used[id(node)]
        used[id(node)] += link.width
    return places


def _ribbon(x1: float, y1: float, x2: float, y2: float, width: float) -> str:
    middle = (x1 + x2) / 2
    a, b, c, d = (round(y, 1) for y in (y1, y2, y2 + width, y1 + width))
    there = f"M{x1:g} {a:g}C{middle:g} {a:g} {middle:g} {b:g} {x2:g} {b:g}"
    return f"{there}V{c:g}C{middle:g} {c:g} {middle:g} {d:g} {x1:g} {d:g}z"


def _paths(whys: list[Node], left: list[Link], right: list[Link]) -> list[Path]:
    return [
        Path(
            why,
            [(link.start, link.things) for link in left if link.end is why],
            [link.end for link in right if link.start is why],
        )
        for why in whys
    ]
