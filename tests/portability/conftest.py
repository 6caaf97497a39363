"""A finished copy of Ann."""

from typing import Any

import pytest

from portability.ask import request_export
from portability.make import make
from portability.models import Export


@pytest.fixture
def her_copy(ann: Any) -> Export:
    """Made as a worker makes it, without the worker."""
    export = request_export(ann, actor=ann.pk)
    make(export)
    return Export.objects.get(pk=export.pk)
