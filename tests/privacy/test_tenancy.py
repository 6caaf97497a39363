"""Rows of another association do not exist, whatever the code forgets."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from ams.models import Association, Individual, PostalAddress
from privacy.tenancy import NobodySpeaks, as_owner, require_association, speaking, speaking_for, speaking_now
from tests.factories import make_individual

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(association: Association, sister: Association) -> tuple[Association, Association]:
    with speaking_for(association.pk):
        make_individual(given_name="Ann", email="ann@example.org")
    with speaking_for(sister.pk):
        make_individual(given_name="Ben", email="ben@example.org")
        make_individual(given_name="Cleo", email="cleo@example.org")
    return association, sister


def silence() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.association', '', true)")


def test_each_association_finds_its_own_people_only(two: tuple[Association, Association]) -> None:
    ours, theirs = two
    with speaking_for(ours.pk):
        assert [person.given_name for person in Individual.objects.all()] == ["Ann"]
        assert not Individual.objects.filter(email="ben@example.org").exists()
    with speaking_for(theirs.pk):
        assert Individual.objects.count() == 2
        assert Individual.objects.filter(email="ben@example.org").exists()


def test_while_nobody_speaks_there_are_no_rows_to_read_or_change(
    two: tuple[Association, Association],
) -> None:
    silence()
    assert Individual.objects.count() == 0
    assert Individual.objects.update(country="FR") == 0
    assert Individual.objects.all()._raw_delete("default") == 0
    with speaking_for(two[1].pk):
        assert Individual.objects.filter(country="IE").count() == 2


def test_while_nobody_speaks_nothing_can_be_entered(two: tuple[Association, Association]) -> None:
    silence()
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        enter_a_row(two[0].pk)


def test_a_row_of_another_association_cannot_be_entered(two: tuple[Association, Association]) -> None:
    ours, theirs = two
    with speaking_for(ours.pk):
        enter_a_row(ours.pk)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            enter_a_row(theirs.pk)


def enter_a_row(association_id: Any) -> None:
    """In plain SQL, on any table of an association that needs no key of the vault."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO privacy_ledgerentry (association_id, seq, prev_hash, entry_hash, kind, at, payload) "
            "VALUES (%s, 1, %s, %s, 'x', now(), '{}')",
            [str(association_id), bytes(32), bytes(32)],
        )


def test_a_row_cannot_be_moved_to_another_association(two: tuple[Association, Association]) -> None:
    ours, theirs = two
    with speaking_for(ours.pk), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            cursor.execute("UPDATE ams_individual SET association_id = %s", [str(theirs.pk)])
        cursor.execute("UPDATE ams_individual SET association_id = %s", [str(ours.pk)])
        assert cursor.rowcount == 1


def test_a_row_cannot_point_into_another_association(two: tuple[Association, Association]) -> None:
    ours, theirs = two
    with speaking_for(theirs.pk):
        ben = Individual.objects.get(email="ben@example.org")
    with speaking_for(ours.pk), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="_assoc"), transaction.atomic():
            PostalAddress.objects.create(individual_id=ben.pk)
        PostalAddress.objects.create(individual=Individual.objects.get())


def test_inside_another_speech_the_first_speaker_returns(two: tuple[Association, Association]) -> None:
    ours, theirs = two
    with speaking_for(ours.pk):
        with speaking_for(theirs.pk):
            assert (speaking_now(), Individual.objects.count()) == (theirs.pk, 2)
        assert (speaking_now(), Individual.objects.count()) == (ours.pk, 1)


def test_after_an_error_inside_the_first_speaker_returns(two: tuple[Association, Association]) -> None:
    ours, theirs = two
    with speaking_for(ours.pk):
        with pytest.raises(ZeroDivisionError), speaking_for(theirs.pk):
            1 / 0  # noqa: B018 any error will do
        assert (speaking_now(), Individual.objects.count()) == (ours.pk, 1)


def test_after_an_error_of_the_database_the_first_speaker_returns(
    two: tuple[Association, Association],
) -> None:
    ours, theirs = two
    with speaking_for(ours.pk):
        with pytest.raises(ProgrammingError), speaking_for(theirs.pk), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")
        assert (speaking_now(), Individual.objects.count()) == (ours.pk, 1)


def test_an_association_changes_its_own_settings_only(two: tuple[Association, Association]) -> None:
    ours, theirs = two
    with speaking_for(ours.pk):
        assert Association.objects.count() == 2  # a host name must find its association
        assert Association.objects.update(cooling_off_days=3) == 1
        assert Association.objects.filter(pk=theirs.pk).update(brand="#000000") == 0
        assert Association.objects.filter(pk=theirs.pk)._raw_delete("default") == 0
    silence()
    assert Association.objects.update(cooling_off_days=0) == 0
    assert {a.slug: a.cooling_off_days for a in Association.objects.all()} == {"esc": 3, "vdk": 7}


def test_what_needs_an_association_says_so_when_nobody_speaks() -> None:
    with pytest.raises(NobodySpeaks):
        require_association()


def test_an_unknown_association_has_no_rows(two: tuple[Association, Association]) -> None:
    with speaking_for(uuid4()):
        assert Individual.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_after_the_transaction_the_connection_has_forgotten_who_spoke(
    transactional_db: None, association: Association
) -> None:
    with speaking_for(association.pk):
        make_individual()
        assert Individual.objects.count() == 1
    assert Individual.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_error_leaves_nothing_written_and_nobody_speaking(
    transactional_db: None, association: Association
) -> None:
    with pytest.raises(ZeroDivisionError), speaking_for(association.pk):
        1 / (make_individual().born_on or 0)
    assert Individual.objects.count() == 0
    with speaking_for(association.pk):
        assert Individual.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_threads_speak_for_two_associations_at_once(
    transactional_db: None, association: Association, sister: Association
) -> None:
    for whose, people in ((association, 1), (sister, 2)):
        with speaking_for(whose.pk):
            for _ in range(people):
                make_individual()
    seen: dict[Any, set[int]] = {association.pk: set(), sister.pk: set()}
    together = threading.Barrier(2)

    def look(association_id: Any) -> None:
        try:
            for _ in range(30):
                together.wait(timeout=20)
                with speaking_for(association_id):
                    seen[association_id].add(Individual.objects.count())
        finally:
            connection.close()

    threads = [threading.Thread(target=look, args=[whose]) for whose in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {association.pk: {1}, sister.pk: {2}}
    assert speaking.get() is None


def test_the_tests_themselves_run_as_the_weaker_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("ams_app", "owner")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("owner",)


def test_an_error_of_the_owner_is_not_hidden_and_the_role_comes_back(db: None) -> None:
    with pytest.raises(ProgrammingError, match="no_such_table"), transaction.atomic(), as_owner():
        connection.cursor().execute("SELECT * FROM no_such_table")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("ams_app",)


def test_an_association_of_another_cannot_be_changed_by_a_form(two: tuple[Association, Association]) -> None:
    """The column is never offered, so a posted id is ignored (privacy/tenancy.py)."""
    assert not Individual._meta.get_field("association").editable
