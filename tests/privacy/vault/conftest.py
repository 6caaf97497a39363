"""Fixtures of the vault's tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.privacy.vault.toys import toys


@pytest.fixture
def toy(association: Any, speaking: None) -> Iterator[Any]:
    with toys() as model:
        yield model
