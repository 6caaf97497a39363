"""Letters that are asked for at the door. The page answers at once and alike; the worker looks whose address it is.

So the time that a page takes says nothing about who is a member. What was typed waits in a row, sealed with a key that
only the message to the worker holds: neither a copy of the database nor the row's number in the queue says who asked.
"""

import json
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from celery import Task
from django.db import transaction
from django.utils import timezone

from ams.models import LetterRequest
from privacy.vault import SealBroken
from privacy.vault.drafts import new_key, open_draft, seal_draft

LIFE: Final = timedelta(minutes=10)  # a lost message costs a letter, and the page offers to ask again


def ask(task: "Task[..., None]", what: dict[str, Any]) -> None:
    row, key = LetterRequest(), new_key()
    row.asked = seal_draft(json.dumps(what).encode(), key, row.pk)
    row.save(force_insert=True)
    ring(task, str(row.association_id), str(row.pk), key)


def ring(task: "Task[..., None]", *arguments: str) -> None:
    transaction.on_commit(lambda: task.delay(*arguments), robust=True)


def take(number: UUID, key: str) -> dict[str, Any] | None:
    """Once: whoever takes it answers it. Needs the caller's transaction."""
    row = LetterRequest.objects.select_for_update().filter(pk=number).first()
    if row is None:
        return None
    row.delete()
    try:
        asked: dict[str, Any] = json.loads(open_draft(bytes(row.asked), key, number))
    except SealBroken:
        return None
    return asked


def tidy() -> None:
    """Of the association that speaks: rows whose message was lost."""
    LetterRequest.objects.filter(created_at__lt=timezone.now() - LIFE).delete()
