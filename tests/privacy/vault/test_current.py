"""The ring of the association that speaks, its epoch in the row, retention by date."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from ams.models import Association, Individual, Invoice
from privacy.tenancy import NobodySpeaks, speaking_for
from privacy.vault import Erased, KeyringError, current, rings
from privacy.vault.frames import FORGOTTEN
from privacy.vault.ids import consent_of, core_id, day_of, index_id, uid_of
from privacy.vault.sweep import forget_expired
from tests.privacy.vault.keyrings import opened


def folder() -> Path:
    return Path(settings.KEYRING_REPLICAS[0]).parent


def test_the_ring_is_the_speaking_associations(
    association: Association, sister: Association, speaking: None
) -> None:
    assert current.keyring().association_id == association.pk
    with speaking_for(sister.pk):
        assert current.keyring().association_id == sister.pk
    assert current.keyring() is current.keyring_of(association.pk)


def test_without_an_association_there_is_no_ring() -> None:
    with pytest.raises(NobodySpeaks):
        current.keyring()


def test_a_lost_volume_starts_no_empty_keyring(association: Association, ann: Individual) -> None:
    shutil.rmtree(folder() / "keyring-1")
    shutil.rmtree(folder() / "keyring-2")
    current.forget_rings()
    for attempt in (lambda: Individual.objects.get(pk=ann.pk), lambda: current.keyring_of(association.pk)):
        with pytest.raises(KeyringError):
            attempt()
    assert not (folder() / "keyring-1").exists()


def test_forgetting_notes_the_epoch_in_the_associations_row(
    association: Association, ann: Individual
) -> None:
    current.forget([core_id(ann.pk)])
    association.refresh_from_db()
    assert association.keyring_epoch == current.keyring().epoch == 2


def test_an_older_epoch_is_never_noted_over_a_newer_one(association: Association, ann: Individual) -> None:
    Association.objects.filter(pk=association.pk).update(keyring_epoch=99)
    current.forget([core_id(ann.pk)])
    association.refresh_from_db()
    assert association.keyring_epoch == 99


def test_an_older_keyring_put_back_is_noticed(association: Association, ann: Individual) -> None:
    kept = [
        shutil.copytree(folder() / name, folder() / f"{name}.kept") for name in ("keyring-1", "keyring-2")
    ]
    roots = [shutil.copytree(folder() / name, folder() / f"{name}.kept") for name in ("root-1", "root-2")]
    current.expect(association.pk, association.keyring_epoch)
    current.forget([core_id(ann.pk)])
    association.refresh_from_db()
    current.expect(association.pk, association.keyring_epoch)
    for copied in (*kept, *roots):
        shutil.rmtree(copied.with_suffix(""))
        copied.rename(copied.with_suffix(""))
    current.forget_rings()  # all was stopped, restored from a copy with its roots, and started again
    assert current.keyring_of(association.pk).cipher(core_id(ann.pk))  # by itself the file looks well
    with pytest.raises(KeyringError, match="older"):
        current.expect(association.pk, association.keyring_epoch)


def test_a_row_behind_the_file_is_no_alarm(association: Association) -> None:
    current.keyring_of(association.pk).forget([bytes(20)])
    current.expect(association.pk, association.keyring_epoch)


def test_each_request_begins_with_a_look_at_the_keyring(association: Association, ann: Individual) -> None:
    assert Individual.objects.get(pk=ann.pk).given_name == "Ann"
    opened(folder(), association.pk).forget([core_id(ann.pk)])  # another process
    assert Individual.objects.get(pk=ann.pk).given_name == "Ann"  # this request had begun
    with speaking_for(association.pk):
        assert isinstance(Individual.objects.get(pk=ann.pk).given_name, Erased)


def test_speaking_opens_no_ring_that_nobody_asked_for(association: Association, speaking: None) -> None:
    current.forget_rings()
    with speaking_for(association.pk):
        assert rings.rings == {}


def test_ids_of_a_person_are_theirs_alone(ann: Individual, ben: Individual) -> None:
    ids = current.ids_of(ann.pk)
    assert core_id(ann.pk) in ids
    assert {uid_of(key_id) for key_id in ids} == {ann.pk}
    assert any(day_of(key_id) for key_id in ids)  # her invoices
    assert {consent_of(core_id(ann.pk)), day_of(core_id(ann.pk)), day_of(index_id("x", 0))} == {0, None}


def test_a_key_with_a_date_dies_on_its_date(
    association: Association, ann: Individual, ben: Individual
) -> None:
    invoice = Invoice.objects.filter(individual=ann).first()
    assert invoice is not None
    day = next(day for key_id in current.ids_of(ann.pk) if (day := day_of(key_id)))
    assert forget_expired(association.pk, day) == 0  # its last day
    assert isinstance(Invoice.objects.get(pk=invoice.pk).addressee, str)
    assert Invoice.objects.get(pk=invoice.pk).addressee
    epoch = current.keyring().epoch
    late = dt.date(9998, 12, 31)
    dated = [key_id for who in (ann, ben) for key_id in current.ids_of(who.pk) if day_of(key_id)]
    assert forget_expired(association.pk, late) == len(dated)
    assert current.keyring().epoch == epoch + 1  # one turn for all
    assert isinstance(Invoice.objects.get(pk=invoice.pk).addressee, Erased)
    assert Individual.objects.get(pk=ann.pk).given_name == "Ann"
    assert Individual.objects.get(email="ann@example.org") == ann  # an index key is no key with a date
    assert forget_expired(association.pk, late) == 0


def test_finish_heals_what_a_crash_left(association: Association, ann: Individual) -> None:
    ring = current.keyring()
    lost = folder() / "keyring-2" / ring.name
    lost.unlink()
    current.finish(association.pk)
    assert lost.exists()
    assert opened(folder(), association.pk).keys[core_id(ann.pk)] != FORGOTTEN


def test_an_association_has_a_key_of_its_own(association: Association, speaking: None) -> None:
    ring = current.keyring()
    sealed = ring.key_for(core_id(association.pk)).encrypt(bytes(12), b"a secret of an endpoint", None)
    assert ring.cipher(core_id(association.pk)).decrypt(bytes(12), sealed, None) == b"a secret of an endpoint"


def test_creation_together_with_the_association_notes_the_epoch(
    association: Association, speaking: Any
) -> None:
    association.refresh_from_db()
    assert association.keyring_epoch == current.keyring().epoch == 1
    with pytest.raises(KeyringError):
        current.create_for(association.pk)
