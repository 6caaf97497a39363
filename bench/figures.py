"""How figures are told: each beside its goal, as a ratio to it, and to what was measured beside it in the same run."""

from typing import Final

WIDE: Final = 46


def tell(
    what: str, figure: float, unit: str, *, most: float | None = None, least: float | None = None
) -> bool:
    """`most` or `least` is the goal. Is it met? A goal that is missed is shown, and stops nothing."""
    goal = most if most is not None else least
    if goal is None:
        raise ValueError(f"{what}: a figure without a goal says nothing.")
    is_met = figure <= goal if most is not None else figure >= goal
    sign, verdict = ("≤" if most is not None else "≥"), ("met" if is_met else "NOT MET")
    ratio = figure / goal if goal else float("inf") if figure else 1.0
    print(f"{what:<{WIDE}}{figure:>10.4g} {unit:<12} goal {sign} {goal:<8g} ratio {ratio:<6.2f} {verdict}")
    return is_met


def note(what: str, told: str) -> None:
    """What explains a figure and has no goal of its own."""
    print(f"{what:<{WIDE}}  {told}")
