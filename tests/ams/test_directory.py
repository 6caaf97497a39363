"""Staff find people by part of a name, an e-mail or a number, in memory, and never somebody who was erased."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from ams import directory
from ams.models import Association, Individual
from privacy.inventory import CORE
from privacy.tenancy import speaking_for
from privacy.vault import current
from tests.factories import make_individual

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    directory.directories.clear()


def names(association: Association, text: str, limit: int = 50) -> list[str]:
    return [found.name for found in directory.find(association.pk, text, limit)]


@pytest.mark.parametrize(
    "text", ["Ann", "nn arc", "ARCHER", "Archer, Ann", "archer ann", "ann@exam", "1001", "10 01", "ànn"]
)
def test_ann_is_found_by_any_part_of_what_she_is_called(
    association: Association, ann: Individual, ben: Individual, text: str
) -> None:
    assert names(association, text) == ["Ann Archer"]


@pytest.mark.parametrize(
    ("family", "typed"),
    [
        ("Østergård", "ostergard"),
        ("Łukasz", "lukasz"),
        ("Đorđević", "dordevic"),
        ("Kjær", "kjaer"),
        ("Weiß", "weiss"),
        ("Weiß", "WEISS"),
        ("Müller", "muller"),
        ("Şimşek", "simsek"),
        ("Ça\N{LATIN SMALL LETTER G WITH BREVE}\N{LATIN SMALL LETTER DOTLESS I}l", "cagil"),
        ("L'Hermite", "l'hermite"),
        ("\N{LATIN SMALL LIGATURE FI}scher", "fischer"),
    ],
)
def test_letters_are_folded_as_people_type_them(association: Association, family: str, typed: str) -> None:
    make_individual(given_name="Zed", family_name=family)
    assert names(association, typed) == [f"Zed {family}"]


def test_nothing_typed_finds_nobody(association: Association, ann: Individual) -> None:
    assert names(association, " \n ") == []


def test_a_text_does_not_match_across_two_people(
    association: Association, ann: Individual, ben: Individual
) -> None:
    assert names(association, "1001\nbaker") == []
    assert names(association, "1001 baker") == []


def test_the_list_ends_where_it_is_told_to_and_goes_by_last_name(association: Association) -> None:
    for family in ("Clark", "Adams", "Brown"):
        make_individual(given_name="Zed", family_name=family)
    assert names(association, "zed") == ["Zed Adams", "Zed Brown", "Zed Clark"]
    assert names(association, "zed", limit=2) == ["Zed Adams", "Zed Brown"]


def test_who_comes_or_changes_is_found_at_the_next_search(association: Association, ann: Individual) -> None:
    assert names(association, "newcomer") == []
    person = make_individual(given_name="Nils", family_name="Newcomer")
    assert names(association, "newcomer") == ["Nils Newcomer"]
    person.family_name = "Renamed"
    person.save()
    assert names(association, "newcomer") == []
    assert names(association, "renamed") == ["Nils Renamed"]


def test_a_bulk_update_is_noticed_too(association: Association, ann: Individual, ben: Individual) -> None:
    assert names(association, "zzz") == []
    ann.family_name = ben.family_name = "Zzz"
    Individual.objects.bulk_update([ann, ben], ["family_name"])
    assert sorted(names(association, "zzz")) == ["Ann Zzz", "Ben Zzz"]


def test_an_erased_person_is_gone_at_once(association: Association, ann: Individual, ben: Individual) -> None:
    assert names(association, "example.org") == ["Ann Archer", "Ben Baker"]
    Individual.objects.filter(pk=ann.pk).update(
        erased_at=timezone.now(), given_name=None, family_name=None, email=None, member_number=None
    )
    assert names(association, "example.org") == ["Ben Baker"]


def test_forgetting_takes_the_name_out_of_memory(
    association: Association, ann: Individual, ben: Individual
) -> None:
    directory.find(association.pk, "ann")
    remembered = directory.directories[association.pk]
    assert "archer" in remembered.text
    Individual.objects.filter(pk=ann.pk).update(
        erased_at=timezone.now(), given_name=None, family_name=None, email=None, member_number=None
    )
    current.forget([ann.pk.bytes + CORE])
    directory.find(association.pk, "anything")
    assert "archer" not in remembered.text
    assert "archer" not in str(remembered.people) + str(remembered.lines)


def test_what_was_rolled_back_is_not_found(association: Association, ann: Individual) -> None:
    with transaction.atomic():
        make_individual(given_name="Gus", family_name="Ghost")
        assert names(association, "ghost") == ["Gus Ghost"]
        transaction.set_rollback(True)
    assert names(association, "ghost") == []


def test_the_sisters_people_are_not_found_here(
    association: Association, sister: Association, ann: Individual
) -> None:
    with speaking_for(sister.pk):
        make_individual(given_name="Ann", family_name="Sisterly")
    assert names(association, "ann") == ["Ann Archer"]
    assert names(sister, "ann") == ["Ann Sisterly"]


def test_a_second_search_reads_no_names_again(
    association: Association, ann: Individual, django_assert_num_queries: Any
) -> None:
    directory.find(association.pk, "ann")
    with django_assert_num_queries(7) as seen:
        assert names(association, "ann") == ["Ann Archer"]
    assert not [query for query in seen.captured_queries if "given_name" in query["sql"]]
