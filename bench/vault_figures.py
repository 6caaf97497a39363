"""Times, and how they are printed: best, median, 95th percentile, and whether the goal is met."""

import statistics
import time
from collections.abc import Callable


def milliseconds(act: Callable[[], object], times: int) -> list[float]:
    return sorted(once(act) for _ in range(times))


def once(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def p95(found: list[float]) -> float:
    return found[int(len(found) * 0.95)]


def say(what: str, found: list[float], goal: float | None = None, unit: str = "ms") -> None:
    verdict = "" if goal is None else f"   goal {goal:g} {unit}: {'met' if p95(found) < goal else 'MISSED'}"
    figures = f"best {found[0]:8.2f}  p50 {statistics.median(found):8.2f}  p95 {p95(found):8.2f} {unit}"
    print(f"{what:<52} {figures}{verdict}")
