"""What one yes alone allowed us to hold goes on the day that was told, and nothing else, and nobody else's."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.models import Association, DirectoryEntry, Document, Individual
from ams.uses import DIRECTORY
from consent import remove
from consent.decide import decline, give, withdraw
from consent.models import Removal, Statement, Version
from privacy import ledger
from privacy.inventory import declaration_of, declarations
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from privacy.vault import current
from privacy.vault.generations import keys_of_purpose
from tests import factories
from tests.consent import asked
from tests.consent.directory import day_comes, directory, entry_of, in_days, listed, unlisted
from tests.consent.test_decide import how
from tests.erasure.people import stored_files

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = ["rows", "forgotten"]


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.fixture
def version(transactional_db: None, association: Association) -> Version:
    with speaking_for(association.pk):
        return directory()


@pytest.fixture
def both(association: Association, ann: Individual, ben: Individual, version: Version) -> Version:
    """Ann and Ben are in the directory."""
    with speaking_for(association.pk):
        listed(ann, version)
        listed(ben, version)
    return version


def introductions(association: Association) -> set[str]:
    with speaking_for(association.pk):
        return {str(text) for text in DirectoryEntry.objects.values_list("introduction", flat=True)}


def killed_at(point: str) -> Callable[[str], None]:
    def step(name: str) -> None:
        if name == point:
            raise Killed

    return step


# Announced --------------------------------------------------------------------------------------------------------


def test_a_no_announces_the_day(association: Association, ann: Individual, both: Version) -> None:
    with speaking_for(association.pk):
        withdraw(ann, both, **how(ann))

        assert Removal.objects.get().due_on == in_days(30)
        assert Removal.objects.get().individual == ann


def test_nothing_is_announced_where_nothing_is_held(
    association: Association, ann: Individual, version: Version
) -> None:
    with speaking_for(association.pk):
        letter = asked.letter()
        for each in (letter, version):
            give(ann, each, **how(ann))
            withdraw(ann, each, **how(ann))
        assert not Removal.objects.exists()

        listed(ann, version)
        withdraw(ann, version, **how(ann))
        assert Removal.objects.exists()


def test_what_ann_took_out_herself_is_announced_too_since_back_ups_have_it(
    association: Association, ann: Individual, version: Version
) -> None:
    with speaking_for(association.pk):
        listed(ann, version).delete()
        withdraw(ann, version, **how(ann))
        assert Removal.objects.get().individual == ann


def test_a_yes_calls_it_off_and_nothing_goes(
    association: Association, ann: Individual, both: Version
) -> None:
    unlisted(association, ann, version=both)
    with speaking_for(association.pk):
        give(ann, both, **how(ann))

    assert remove.carry_out(association.pk) == 0
    assert introductions(association) == {"Ann draws maps", "Ben draws maps"}
    with speaking_for(association.pk):
        assert Removal.objects.get().cancelled_at


# Carried out ------------------------------------------------------------------------------------------------------


def test_on_its_day_anns_entry_goes_and_her_key_and_nothing_else(
    association: Association, ann: Individual, ben: Individual, both: Version
) -> None:
    with speaking_for(association.pk):
        withdraw(ann, both, **how(ann))
    assert remove.carry_out(association.pk) == 0
    assert introductions(association) == {"Ann draws maps", "Ben draws maps"}
    day_comes(association)

    assert remove.carry_out(association.pk) == 1

    assert introductions(association) == {"Ben draws maps"}
    with speaking_for(association.pk):
        assert keys_of_purpose(ann.pk, DIRECTORY.number) == []
        assert len(keys_of_purpose(ben.pk, DIRECTORY.number)) == 1
        assert Individual.objects.get(pk=ann.pk).given_name == "Ann"
        removal = Removal.objects.get()
        assert removal.rows_gone_at
        assert removal.done_at
        entry = LedgerEntry.objects.get(kind=ledger.Kind.CONSENT_DATA_GONE)
        assert entry.subject_uid == ann.pk
        assert entry.payload == {"statement": both.statement_id, "rows": 1, "keys": 1}
    assert ledger.verify(association.pk) is None


def test_ann_may_come_back_and_write_anew(association: Association, ann: Individual, both: Version) -> None:
    unlisted(association, ann, version=both)
    remove.carry_out(association.pk)
    with speaking_for(association.pk):
        give(ann, both, **how(ann))
        entry_of(ann, "Back again")

    remove.carry_out(association.pk)

    assert introductions(association) == {"Back again", "Ben draws maps"}


@pytest.mark.parametrize("point", STEPS)
def test_whoever_dies_in_between_leaves_something_that_the_next_one_ends(
    association: Association, ann: Individual, both: Version, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    unlisted(association, ann, version=both)
    monkeypatch.setattr(remove, "step", killed_at(point))
    with pytest.raises(Killed):
        remove.carry_out(association.pk)
    with speaking_for(association.pk):
        assert Removal.objects.get().done_at is None
    monkeypatch.setattr(remove, "step", remove.nothing)

    assert remove.carry_out(association.pk) == 1

    assert introductions(association) == {"Ben draws maps"}
    with speaking_for(association.pk):
        assert keys_of_purpose(ann.pk, DIRECTORY.number) == []
        assert LedgerEntry.objects.filter(kind=ledger.Kind.CONSENT_DATA_GONE).count() == 1


def test_a_root_place_that_is_away_never_says_done(
    association: Association, ann: Individual, both: Version, settings: Any
) -> None:
    unlisted(association, ann, version=both)
    place = Path(settings.KEYRING_ROOTS[1])
    place.rename(place.with_name("away"))

    assert remove.carry_out(association.pk) == 0

    assert introductions(association) == {"Ben draws maps"}
    with speaking_for(association.pk):
        assert Removal.objects.get().done_at is None
    place.with_name("away").rename(place)
    assert remove.carry_out(association.pk) == 1
    with speaking_for(association.pk):
        assert Removal.objects.get().done_at


def test_what_ann_writes_while_her_old_key_waits_is_not_lost(
    association: Association, ann: Individual, both: Version, settings: Any
) -> None:
    unlisted(association, ann, version=both)
    place = Path(settings.KEYRING_ROOTS[1])
    place.rename(place.with_name("away"))
    remove.carry_out(association.pk)
    place.with_name("away").rename(place)
    with speaking_for(association.pk):
        old = keys_of_purpose(ann.pk, DIRECTORY.number)
        give(ann, both, **how(ann))
        entry_of(ann, "Back again")

    assert remove.carry_out(association.pk) == 1

    assert introductions(association) == {"Back again", "Ben draws maps"}
    with speaking_for(association.pk):
        new = keys_of_purpose(ann.pk, DIRECTORY.number)
        assert len(old) == len(new) == 1
        assert old != new


def test_several_people_share_one_new_root_and_one_delete(
    association: Association, ann: Individual, ben: Individual, both: Version
) -> None:
    with speaking_for(association.pk):
        dora = factories.make_individual()
        listed(dora, both)
    unlisted(association, ann, ben, dora, version=both)
    epoch = current.keyring_of(association.pk).epoch

    with CaptureQueriesContext(connection) as queries:
        assert remove.carry_out(association.pk) == 3

    assert introductions(association) == set()
    assert current.keyring_of(association.pk).epoch == epoch + 1
    assert sum('DELETE FROM "ams_directoryentry"' in each["sql"] for each in queries) == 1


def test_sealed_files_go_too(
    association: Association, ann: Individual, ben: Individual, both: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if documents rested on the yes to the directory."""
    held = dataclasses.replace(declaration_of(Document), consent=DIRECTORY.number)
    monkeypatch.setitem(declarations.by_label, "ams.document", held)
    for person in (ann, ben):
        with speaking_for(association.pk):
            file = ContentFile(b"portrait", name="portrait.txt")
            Document.objects.create(individual=person, title="Portrait", file=file, added_at=timezone.now())
    assert len(stored_files()) == 2
    unlisted(association, ann, version=both)

    remove.carry_out(association.pk)

    assert len(stored_files()) == 1
    with speaking_for(association.pk):
        assert Document.objects.get().file.read() == b"portrait"
        assert LedgerEntry.objects.get(kind=ledger.Kind.CONSENT_DATA_GONE).payload["rows"] == 2


def test_of_whoever_asked_for_restriction_nothing_goes_meanwhile(
    association: Association, ann: Individual, both: Version
) -> None:
    unlisted(association, ann, version=both)
    with speaking_for(association.pk):
        Individual.objects.filter(pk=ann.pk).update(restricted_at=timezone.now())
    assert remove.carry_out(association.pk) == 0
    assert introductions(association) == {"Ann draws maps", "Ben draws maps"}

    with speaking_for(association.pk):
        Individual.objects.filter(pk=ann.pk).update(restricted_at=None)
    assert remove.carry_out(association.pk) == 1
    assert introductions(association) == {"Ben draws maps"}


# The net ----------------------------------------------------------------------------------------------------------


def test_what_a_late_writer_left_gets_its_day(
    association: Association, ann: Individual, both: Version
) -> None:
    with speaking_for(association.pk):
        decline(ann, both, **how(ann))
        Removal.objects.all().delete()

    remove.carry_out(association.pk)

    with speaking_for(association.pk):
        assert [(each.individual_id, each.due_on) for each in Removal.objects.all()] == [
            (ann.pk, in_days(30))
        ]
    day_comes(association)
    remove.carry_out(association.pk)
    assert introductions(association) == {"Ben draws maps"}


def test_when_a_use_has_ended_no_yes_keeps_what_it_held(association: Association, both: Version) -> None:
    with speaking_for(association.pk):
        Statement.objects.filter(pk=both.statement_id).update(ended_at=timezone.now())
    remove.carry_out(association.pk)
    assert introductions(association) == {"Ann draws maps", "Ben draws maps"}
    day_comes(association)

    assert remove.carry_out(association.pk) == 2
    assert introductions(association) == set()
