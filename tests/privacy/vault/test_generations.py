"""A yes that was taken back and is given again: the old key is dead for good, a new one seals what is new."""

from uuid import uuid4

import pytest

from ams.models import Association, DirectoryEntry, Individual
from ams.uses import DIRECTORY
from consent.decide import give
from privacy.inventory import key_id
from privacy.vault import Erased, Forgotten, current
from privacy.vault.generations import begin_next, keys_of_purpose, living
from privacy.vault.ids import LAST_GENERATION, consent_of, core_id, next_generation, purpose_of
from tests.consent.directory import directory
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
FIELD = DirectoryEntry._meta.get_field("introduction")


@pytest.fixture(autouse=True)
def _yes(request: pytest.FixtureRequest) -> None:
    """The database takes an entry of nobody else."""
    if "ann" in request.fixturenames:
        ann = request.getfixturevalue("ann")
        give(ann, directory(), **how(ann))


def entry_of(person: Individual, text: str) -> DirectoryEntry:
    return DirectoryEntry.objects.create(individual=person, shows=["town"], introduction=text)


def test_what_ann_wrote_before_stays_dark_and_what_she_writes_later_can_be_read(ann: Individual) -> None:
    first = entry_of(ann, "Maps of the coast")
    assert DirectoryEntry.objects.get(pk=first.pk).introduction == "Maps of the coast"

    current.forget(keys_of_purpose(ann.pk, DIRECTORY.number))
    assert isinstance(DirectoryEntry.objects.get(pk=first.pk).introduction, Erased)
    DirectoryEntry.objects.all().delete()
    second = entry_of(ann, "Maps of the hills")

    assert DirectoryEntry.objects.get(pk=second.pk).introduction == "Maps of the hills"
    assert len(keys_of_purpose(ann.pk, DIRECTORY.number)) == 1


def test_her_other_data_does_not_notice(ann: Individual) -> None:
    entry_of(ann, "Maps of the coast")
    current.forget(keys_of_purpose(ann.pk, DIRECTORY.number))

    assert Individual.objects.get(pk=ann.pk).given_name == "Ann"


def test_what_is_written_while_the_old_key_is_being_destroyed_has_a_key_of_its_own(ann: Individual) -> None:
    old = entry_of(ann, "Maps of the coast")
    begin_next(ann.pk, DIRECTORY.number)
    DirectoryEntry.objects.all().delete()
    new = entry_of(ann, "Maps of the hills")
    assert new.pk != old.pk
    first, second = keys_of_purpose(ann.pk, DIRECTORY.number)
    begin_next(ann.pk, DIRECTORY.number)  # said twice
    assert keys_of_purpose(ann.pk, DIRECTORY.number) == [first, second]

    current.forget([first])

    assert DirectoryEntry.objects.get(pk=new.pk).introduction == "Maps of the hills"
    assert keys_of_purpose(ann.pk, DIRECTORY.number) == [second]


def test_of_an_erased_person_no_new_generation_is_made(ann: Individual) -> None:
    entry = entry_of(ann, "Maps of the coast")
    current.forget([core_id(ann.pk), *keys_of_purpose(ann.pk, DIRECTORY.number)])

    with pytest.raises(Forgotten):
        DirectoryEntry(individual=ann, shows=[], introduction="Late").save()
    with pytest.raises(Forgotten):
        living(current.keyring().keys, key_id(entry, FIELD))


def test_generations_keep_person_and_purpose_and_come_to_an_end(association: Association) -> None:
    at = uuid4().bytes + DIRECTORY.number.to_bytes(2, "big") + b"\0\0"
    seen = [at]
    while (following := next_generation(seen[-1])) is not None:
        seen.append(following)

    assert len(set(seen)) == LAST_GENERATION + 1
    assert {purpose_of(key) for key in seen} == {DIRECTORY.number}
    assert consent_of(seen[-1]) < 0xFC00


@pytest.mark.parametrize("number", [0, 0xFFFE, 0xFFFF])
def test_a_key_that_is_no_purposes_has_no_generations(number: int) -> None:
    key = uuid4().bytes + number.to_bytes(2, "big") + b"\0\0"
    assert purpose_of(key) == 0
    assert next_generation(key) is None
