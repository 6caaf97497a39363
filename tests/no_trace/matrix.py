"""The answer as a table: what the control saw in each store, and what was found of the people who are gone."""

from typing import Any, Final

# Cells of the table that cannot apply, each with its reason.
NOT_THERE: Final = {
    (
        "temporary and other files",
        "natural",
    ): "nothing of a person is ever written there; planted bytes are found",
    (
        "keyring copies",
        "natural",
    ): "a keyring holds keys, no values: the people's keys are searched for instead",
    ("live dump, plain", "value before a correction"): "a dump has the row of today only; the WAL has both",
    (
        "any",
        "date as 4 bytes, 8 digits in a row",
    ): "shorter than 8 bytes or digits only: found by chance in ciphertext",
    (
        "mail spool",
        "any",
    ): "letters that have left are at their recipients'; the file backend stands for the post",
}


def table(gone: dict[str, Any], control: dict[str, Any]) -> str:
    lines = [
        f"{'store':<28}{'MB':>7}{'encodings':>11}{'places seen':>13}{'hits':>8}   erased: MB   hits",
        *(line(store, gone, control) for store in control["stores"]),
        *(f"cannot apply: {store}, {what}: {why}" for (store, what), why in NOT_THERE.items()),
        f"{gone['needles']} needles; control {control['seconds']}; erased {gone['seconds']}",
    ]
    return "\n".join(lines)


def line(store: str, gone: dict[str, Any], control: dict[str, Any]) -> str:
    seen = control["stores"][store]
    places = sum(not place.startswith("encodings/") for place in seen["places"])
    size, later = control["bytes"][store] / 1e6, gone["bytes"][store] / 1e6
    shown = f"{store:<28}{size:>7.1f}{len(seen['encodings']):>11}{places:>13}{seen['hits']:>8}"
    return f"{shown}   {later:>10.1f}{gone['stores'][store]['hits']:>7}"
