"""Fixtures of the vault's tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.privacy.vault.toys import toys


@pytest.fixture
def Toy(association: Any, speaking: None) -> Iterator[Any]:  # noqa: N802  it is a class
    with toys() as toy:
        yield toy
