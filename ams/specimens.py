"""Every block in every state, with invented people: what the style guide shows."""

from typing import Any


def specimens() -> dict[str, Any]:
    return {}
