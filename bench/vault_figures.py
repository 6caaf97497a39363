"""Times of the vault: the 95th percentile is what stands beside its goal."""

import statistics
import time
from collections.abc import Callable

from bench.figures import note, tell


def milliseconds(act: Callable[[], object], times: int) -> list[float]:
    return sorted(once(act) for _ in range(times))


def once(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def p95(found: list[float]) -> float:
    return found[int(len(found) * 0.95)]


def say(what: str, found: list[float], goal: float, unit: str = "ms") -> None:
    tell(f"{what}, p95", p95(found), unit, most=goal)
    note(f"{what}, of that", f"best {found[0]:.2f}, median {statistics.median(found):.2f} {unit}")
