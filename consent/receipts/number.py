"""What a receipt is called by people: one kind of number on every receipt, short enough for the phone."""

from base64 import b32encode
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone


def receipt_number(association: Any, number: UUID, at: datetime) -> str:
    """ESC-2026-7KQ4-M2VD: from a number that says nothing about the person, so that it needs no table."""
    code = b32encode(number.bytes).decode()[:8]
    return f"{association.slug.upper()}-{timezone.localtime(at).year}-{code[:4]}-{code[4:]}"
