"""A sealed value that does not open: told once to the log and to the ledger, by column and person's number alone."""

import logging
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import transaction

from privacy.inventory import declaration_of, subject_attribute
from privacy.tenancy import require_association, speaking_for
from privacy.vault.values import Unreadable

log = logging.getLogger(__name__)
MOST: Final = 1000  # a process tells of no more: by then somebody has heard
told: set[tuple[UUID, str, UUID | None]] = set()


def tell_of_broken_seal(column: str, subject: UUID | None) -> None:
    """The reading goes on. The ledger is written once the transaction is over, and not at all if nobody ends it."""
    association_id = require_association()
    alarm = (association_id, column, subject)
    if alarm in told or len(told) >= MOST:
        return
    told.add(alarm)
    log.error(
        "A sealed value does not open.",
        extra={"association_id": association_id, "column": column, "subject_uid": subject},
    )
    transaction.on_commit(lambda: write_down(association_id, column, subject), robust=True)


def write_down(association_id: UUID, column: str, subject: UUID | None) -> None:
    from privacy import ledger  # noqa: PLC0415 its evidence is sealed with the fields that call us

    with speaking_for(association_id):
        ledger.append(ledger.Kind.VALUE_UNREADABLE, subject=subject, actor=None, payload={"column": column})


def is_unreadable(column: str, subject: UUID | None) -> bool:
    """Still? For the association that speaks. Of a column that is gone nothing can be said."""
    label, _dot, name = column.rpartition(".")
    try:
        model: Any = apps.get_model(label)
        attribute = subject_attribute(declaration_of(model))
    except LookupError:
        return False
    rows = model._base_manager.exclude(**{name: None})
    if subject is not None and attribute != "association_id":
        rows = rows.filter(**{attribute: subject})
    return any(isinstance(value, Unreadable) for value in rows.values_list(name, flat=True).iterator())
