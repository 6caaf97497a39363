"""Two addresses for machines: /healthz, does this process answer; /readyz, can it do its work, and if not, why.

Neither needs an association. A reason names a kind of trouble; it never holds an address, a name or a password.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from ams.celery import app
from ams.heartbeat import unserved_queues
from ams.models import Association
from ams.sweeps import failing
from privacy import catalog
from privacy.vault import current
from privacy.vault.errors import KeyringError

SERVICE_UNAVAILABLE: Final = 503


@require_safe
@transaction.non_atomic_requests
def process(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@transaction.non_atomic_requests  # a transaction opened around the view would answer 500 in our place
def ready(_request: HttpRequest) -> JsonResponse:
    reasons = {name: reason for name, check in CHECKS.items() if (reason := _outcome(check))}
    if reasons:
        return JsonResponse({"status": "unavailable", "reasons": reasons}, status=SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 whatever it is, it is the answer
        return type(error).__name__


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} not applied" if missing else ""


def walls() -> str:
    """A migration that ended half-way leaves tables without row-level security: nobody is served from those."""
    missing = catalog.gaps()
    return f"{len(missing)} missing in the database" if missing else ""


def keyring() -> str:
    """The keyring of every association opens, and is as new as the association's row says."""
    rows = Association.objects.values_list("pk", "keyring_epoch")
    broken = [number for number, epoch in rows if _fails(number, epoch)]
    return f"{len(broken)} cannot be opened: {', '.join(map(str, broken[:5]))}" if broken else ""


def _fails(association_id: UUID, epoch: int) -> bool:
    try:
        current.expect(association_id, epoch)
    except (KeyringError, OSError):
        return True
    return False


def broker() -> str:
    with app.connection_for_write(connect_timeout=1) as wire:
        wire.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    return ""


def workers() -> str:
    unserved = unserved_queues(app)
    return f"no worker serves {', '.join(unserved)}" if unserved else ""


def sweeps() -> str:
    """Work that lost its bell is found by these alone: while one fails, something lies undone."""
    return ", ".join(f"{name} failed: {kind}" for name, kind in failing(app).items())


CHECKS: Final[dict[str, Callable[[], str]]] = {
    "database": database,
    "migrations": migrations,
    "walls": walls,
    "keyring": keyring,
    "broker": broker,
    "workers": workers,
    "sweeps": sweeps,
}
