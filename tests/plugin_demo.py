"""One real `make demo` for all journeys through it: started for the first that asks, stopped after the last."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.ams.test_demo import Demo, demo, is_ready, port_with_neighbours, wait_until

running: list[Demo] = []
until_the_last = ExitStack()


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Each journey takes people of its own through it."""
    if not running:
        port = port_with_neighbours()
        started = until_the_last.enter_context(demo(tmp_path_factory.mktemp("demo") / "var", port))
        wait_until(lambda: is_ready(port))
        running.append(started)
    return running[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    yield
    if running and "product" not in getattr(nextitem, "fixturenames", ()):
        running.clear()
        until_the_last.close()
