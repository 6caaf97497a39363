"""One association in trouble keeps no other waiting, and the trouble is told."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from ams import housekeeping, mailing
from ams.imports import job
from ams.models import Association
from ams.newsletters import send
from ams.tasks import keep_keys, sweep_imports, sweep_newsletters
from erasure import sweep as nightly
from erasure import tasks as erasing
from portability import tasks as copying
from privacy.associations import InTrouble
from privacy.vault import KeyringError, current
from webhooks import tasks as telling

pytestmark = pytest.mark.django_db
# What each sweep asks of every association first.
SWEEPS: list[tuple[Callable[[], Any], Any, str]] = [
    (housekeeping.tidy, housekeeping, "write_down_the_past"),
    (mailing.sweep, mailing, "Now"),
    (sweep_imports, job, "due"),
    (sweep_newsletters, send, "sweep"),
    (nightly.tidy, nightly, "remove_expired"),
    (erasing.sweep, erasing, "due"),
    (copying.sweep, copying, "waiting"),
    (telling.sweep, telling, "lanes_with_work"),
    (telling.tidy, telling, "bury_old_keys"),
]


@pytest.mark.parametrize("what", SWEEPS, ids=[f"{module.__name__}.{name}" for _, module, name in SWEEPS])
def test_a_sweep_goes_on_to_the_next_association(
    association: Association,
    sister: Association,
    what: tuple[Callable[[], Any], Any, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sweep, module, name = what
    asked = []

    def fail(*_values: Any) -> None:
        asked.append(name)
        raise RuntimeError("ann@example.org")

    monkeypatch.setattr(module, name, fail)
    with caplog.at_level(logging.ERROR), pytest.raises(InTrouble):
        sweep()
    assert len(asked) == 2
    told = {record.association_id for record in caplog.records}  # type: ignore[attr-defined]  # by extra
    assert told == {association.pk, sister.pk}


def test_keys_die_on_their_day_although_another_keyring_is_broken(
    association: Association, sister: Association, settings: Any
) -> None:
    dated = {each.pk: each.pk.bytes + b"\0\0\0\1" for each in (association, sister)}
    for number, key in dated.items():
        current.keyring_of(number).make([key])
    broken, whole = sorted(dated)
    current.forget_rings()
    for place in settings.KEYRING_REPLICAS:
        (place / f"{broken.hex}.keyring").write_bytes(b"rotten")
    with pytest.raises(InTrouble):
        keep_keys()
    assert current.keyring_of(whole).keys[dated[whole]] == bytes(32)
    with pytest.raises(KeyringError):
        current.keyring_of(UUID(str(broken)))
