"""Which association is speaking: one transaction, one setting, and rows of no other association exist in it.

PostgreSQL row-level security does the work (privacy/database.py); this is the only way to say who speaks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from privacy.vault.rings import refresh

FAILED = 3  # PQTRANS_INERROR of libpq: the transaction refuses everything but its end

speaking: ContextVar[UUID | None] = ContextVar("association", default=None)


class NobodySpeaks(RuntimeError):  # noqa: N818 it says what is the case
    """Something needed an association and none was set."""


@contextmanager
def speaking_for(association_id: UUID) -> Iterator[None]:
    """One transaction in which only this association's rows exist. May be nested."""
    refresh(association_id)  # keys destroyed by another process are gone from this one too
    nested, before = connection.in_atomic_block, speaking.get()
    token = speaking.set(association_id)
    try:
        with transaction.atomic():
            _set_association(association_id)
            yield
            # Releasing a savepoint does not undo the setting; a rollback does.
            if nested and not connection.needs_rollback:
                _set_association(before)
    finally:
        speaking.reset(token)


@contextmanager
def keys_of(association_id: UUID) -> Iterator[None]:
    """Whose keys and files are meant, without a transaction: for slow work on files. No row exists in it."""
    token = speaking.set(association_id)
    try:
        yield
    finally:
        speaking.reset(token)


def speaking_now() -> UUID | None:
    """The default of every `association` column."""
    return speaking.get()


def require_association() -> UUID:
    """Raises NobodySpeaks."""
    association_id = speaking.get()
    if association_id is None:
        raise NobodySpeaks("No association is speaking: use speaking_for().")
    return association_id


def _set_association(association_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.association', %s, true)", [str(association_id or "")])


@contextmanager
def as_owner() -> Iterator[None]:
    """For migrations and the tests' flush: the connection's own user instead of the assumed role."""
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    role = options.pop("assume_role", None)  # a connection opened inside must not assume it
    _switch_role("RESET ROLE")
    try:
        yield
    finally:
        if role:
            options["assume_role"] = role
            _switch_role(f'SET ROLE "{role}"')


def _switch_role(sql: str) -> None:
    """In a transaction that has failed nothing can be set, nor need be: its rollback takes the role back too."""
    raw: Any = connection.connection
    if raw is not None and raw.info.transaction_status != FAILED:
        with connection.cursor() as cursor:
            cursor.execute(sql)


class OfAssociation(models.Model):
    """A row of one association. No form, admin page or serializer ever offers the column."""

    association = models.ForeignKey(
        "ams.Association", models.PROTECT, default=speaking_now, editable=False, related_name="+"
    )

    class Meta:
        abstract = True
