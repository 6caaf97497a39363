"""After a removal an old copy of the table and an old copy of the keyring open nothing of it any more."""

import shutil
from pathlib import Path

import pytest
from django.db import connection

from ams.models import Association, DirectoryEntry, Individual
from consent import remove
from consent.decide import give
from consent.models import Version
from privacy.tenancy import speaking_for
from tests.consent.directory import directory, entry_of, listed, unlisted
from tests.consent.test_decide import how
from tests.no_trace.keys import Box, all_keys, box, keys_of, replicas, roots

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version(transactional_db: None, association: Association, ann: Individual, ben: Individual) -> Version:
    with speaking_for(association.pk):
        version = directory()
        listed(ann, version)
        listed(ben, version)
    return version


def column(association: Association, person: Individual, table: str, name: str) -> bytes:
    """As it lies in the table, and so in every dump."""
    sql = f"SELECT {name} FROM {table} WHERE {'id' if table == 'ams_individual' else 'individual_id'} = %s"  # noqa: S608 names of the test's own
    with speaking_for(association.pk), connection.cursor() as cursor:
        cursor.execute(sql, [person.pk])
        return bytes(cursor.fetchone()[0])


def introduction(association: Association, person: Individual) -> Box:
    raw = column(association, person, "ams_directoryentry", "introduction")
    return box(DirectoryEntry._meta.get_field("introduction"), raw)  # type: ignore[arg-type]


def given_name(association: Association, person: Individual) -> Box:
    raw = column(association, person, "ams_individual", "given_name")
    return box(Individual._meta.get_field("given_name"), raw)  # type: ignore[arg-type]


def opens(kept: Box, house: Path, *copies: Path) -> bool:
    """With the keys of today, and with those of older copies of the keyring as far as a root of today opens them."""
    found = [*all_keys(house).values(), *roots(house)]
    for replica in (each for copy in copies for each in replicas(copy)):
        found += keys_of(replica, roots(house)).values()
    return any(len(key) == 32 and kept.opens(key) for key in found)


def copied(house: Path, to: Path) -> Path:
    """The back-up of the keyring, made before."""
    for folder in house.glob("keyring-*"):
        shutil.copytree(folder, to / folder.name)
    return to


def test_the_back_ups_follow(
    association: Association,
    ann: Individual,
    ben: Individual,
    version: Version,
    tmp_path: Path,
) -> None:
    hers, his, her_name = (
        introduction(association, ann),
        introduction(association, ben),
        given_name(association, ann),
    )
    backup = copied(tmp_path, tmp_path / "backup")
    assert all(opens(each, tmp_path, backup) for each in (hers, his, her_name))
    assert replicas(backup)

    unlisted(association, ann, version=version)
    assert opens(hers, tmp_path, backup)
    assert remove.carry_out(association.pk) == 1

    assert not opens(hers, tmp_path, backup)
    assert opens(his, tmp_path, backup)
    assert opens(her_name, tmp_path, backup)


def test_coming_back_does_not_bring_the_old_words_back(
    association: Association, ann: Individual, version: Version, tmp_path: Path
) -> None:
    old, backup = introduction(association, ann), copied(tmp_path, tmp_path / "backup")
    unlisted(association, ann, version=version)
    remove.carry_out(association.pk)
    with speaking_for(association.pk):
        give(ann, version, **how(ann))
        entry_of(ann, "Back again")

    assert opens(introduction(association, ann), tmp_path, backup)
    assert not opens(old, tmp_path, backup)
