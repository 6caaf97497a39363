"""The longest files are begun first, so that no worker is left alone with one at the end.

How long each took stands in `tests/durations.json`. A whole run writes its own figures to `var/durations.json`:
`make durations` takes them over.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest
from xdist.scheduler import LoadFileScheduling

PROJECT: Final = Path(__file__).resolve().parents[1]
KNOWN: Final = Path(__file__).with_name("durations.json")
MEASURED: Final = PROJECT / "var" / "durations.json"
UNKNOWN: Final = 5.0  # seconds; a new file is begun neither first nor last
LONGEST: Final = 15 * 60
# Files that share something costly: one worker runs them, one after the other.
TOGETHER: Final = {"tests/journeys/test_consent_whole_way.py": "tests/journeys/test_whole_way.py"}

seconds_of = Counter[str]()


class Scheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        return shared(str(super()._split_scope(nodeid)))


def shared(file: str) -> str:
    return TOGETHER.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    config.option.loadscopereorder = False  # by our figures, not by the number of tests
    return Scheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known: dict[str, float] = json.loads(KNOWN.read_text())
    whole = Counter[str]()
    for file, seconds in known.items():
        whole[shared(file)] += seconds

    def place(item: pytest.Item) -> tuple[float, str, str]:
        file = item.nodeid.partition("::")[0]
        return -whole.get(shared(file), UNKNOWN), shared(file), file

    items.sort(key=place)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    seconds_of[report.nodeid.partition("::")[0]] += report.duration


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    # Of a part, of the soak or of a mere listing the figures would mislead the next whole run.
    is_whole = config.args == config.getini("testpaths") and not config.option.keyword
    if not is_whole or config.option.markexpr != "not soak" or not seconds_of:
        return
    if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        MEASURED.parent.mkdir(exist_ok=True)
        MEASURED.write_text(
            json.dumps({file: round(s, 1) for file, s in sorted(seconds_of.items())}, indent=0)
        )
    taken = terminalreporter._session_start.elapsed().seconds
    if taken > LONGEST:
        terminalreporter.write_line(
            f"The tests took {taken / 60:.0f} minutes; meant are at most 15.", yellow=True
        )
