"""What is held → why → who has it, as rows for the picture on the Privacy tab (ams/flow.py draws it)."""

from typing import Any

from privacy.declarations import Basis
from privacy.holdings import Entry, Holding


def paths(found: list[Holding], own_staff: str) -> list[dict[str, Any]]:
    """One row for each heading and purpose. `own_staff` stands where nobody else has the data."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for holding in found:
        for entry in holding.entries:
            row = rows.setdefault((holding.category, str(entry.purpose)), path_of(holding, entry))
            row["things"] += entry.number
            row["who"] = merged(row["who"], [str(name) for name in entry.recipients] or [own_staff])
    return list(rows.values())


def path_of(holding: Holding, entry: Entry) -> dict[str, Any]:
    return {
        "what": holding.label,
        "what_url": f"#hold-{holding.category}",
        "why": str(entry.purpose),
        "why_note": str(entry.basis.label),
        "yes": entry.basis == Basis.CONSENT,
        "who": [],
        "things": 0,
    }


def merged(holders: list[dict[str, str]], names: list[str]) -> list[dict[str, str]]:
    known = {holder["name"] for holder in holders}
    return holders + [{"name": name, "url": "#who"} for name in names if name not in known]
