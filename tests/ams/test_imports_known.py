"""A list never mixes two people: a number or an address alone says nothing, families share one and typists slip."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from ams.imports.inform import inform
from ams.models import Affiliation, Individual, OtherEmail, PhoneNumber, PostalAddress
from tests.ams.importing import data_of, named, outcome, reasons, take

HEADINGS = "member number,first,last,email,date of birth\n"
ANN = HEADINGS + "17,Ann,Archer,ann@example.org,1984-05-06\n"


def test_a_family_with_one_address_is_three_people_and_one_of_them_signs_in_with_it(association: Any) -> None:
    job = take(association, data_of("family"))
    assert outcome(job) == (3, 0, 0, 0)
    assert reasons(job) == [(3, "email", "shared_email"), (4, "email", "shared_email")]
    mira = named("Mira")
    assert (mira.email, mira.born_on, mira.other_emails.get().address) == (
        None,
        date(1981, 11, 19),
        "familie.lindqvist@club.example",
    )
    assert inform(association.pk) == 1  # to Jonas: a letter to Mira would let him open her pages


@pytest.mark.parametrize("name", ["family", "family_without_numbers"])
def test_a_family_that_comes_again_is_recognised_one_by_one(association: Any, name: str) -> None:
    people = take(association, data_of(name)).added
    again = take(association, data_of(name))
    assert outcome(again) == (0, 0, people, 0)
    assert reasons(again) == []
    assert Individual.objects.count() == people


def test_a_second_list_with_the_address_of_somebody_else_makes_a_person_of_its_own(association: Any) -> None:
    take(association, data_of("shared_address_first"))
    job = take(association, data_of("shared_address_second"))
    assert outcome(job) == (1, 0, 0, 0)
    sven, greta = named("Sven"), named("Greta")
    assert (sven.email, sven.member_number, sven.born_on) == ("dahl@club.example", None, None)
    assert (greta.member_number, greta.phones.get().number) == ("M-77", "0170 5550177")


@pytest.mark.parametrize(
    "row",
    [
        "17,Ann,Archer,ann@example.org,1984-05-06",
        "17,ANN,Archer-Berg,,",  # she has married
        "17,Antonia,Archer,,1984-05-06",  # the birthday agrees
        "17,A.,Archer,,",
        "17,Archer,Ann,,",  # the columns are swapped
        ",Ann,,ann@example.org,",
    ],
)
def test_a_number_or_an_address_with_a_name_or_birthday_that_agrees_is_she(
    association: Any, row: str
) -> None:
    take(association, ANN)
    assert outcome(take(association, HEADINGS + row + "\n")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("17,Ben,Baker,ben@example.org,", "member_number", "other_name"),
        ("18,Ann,Archer,ann@example.org,", "member_number", "other_number"),
        (",Ann,Archer,ann@example.org,1990-01-01", "born_on", "other_birthday"),
        (",Antje,Archer,ann@example.org,1984-05-06", "given_name", "unsure"),  # her twin, or her other name
    ],
)
def test_what_could_be_somebody_else_is_refused(association: Any, row: str, field: str, reason: str) -> None:
    take(association, ANN)
    job = take(association, HEADINGS + row + "\n")
    assert outcome(job) == (0, 0, 0, 1)
    assert reasons(job) == [(2, field, reason)]


def test_a_son_of_the_same_name_with_a_number_of_his_own_is_himself(association: Any) -> None:
    take(association, HEADINGS + "1,Ben,Baker,ben@example.org,1950-01-02\n")
    job = take(association, HEADINGS + "2,Ben,Baker,ben@example.org,1980-03-04\n")
    assert outcome(job) == (1, 0, 0, 0)
    assert sorted(str(each.born_on) for each in Individual.objects.all()) == ["1950-01-02", "1980-03-04"]


def test_two_ways_to_write_a_name_are_one(association: Any) -> None:
    take(association, "first,email\nJürgen,j@example.org\n")
    assert outcome(take(association, "first,email\nJuergen,j@example.org\n")) == (0, 0, 1, 0)


def test_a_known_person_s_empty_fields_and_missing_rows_are_completed(association: Any) -> None:
    take(association, "first,last,email\nGil,Eta,gil@club.example\n")
    job = take(association, data_of("known_person"))
    assert outcome(job) == (0, 1, 0, 0)
    gil = named("Gil")
    assert (gil.born_on, gil.addresses.get().street) == (date(1984, 5, 6), "Neugasse 3")
    assert (gil.phones.get().number, gil.affiliations.get().organisation) == ("0731 555010", "Musterwerk")
    assert outcome(take(association, data_of("known_person"))) == (0, 0, 1, 0)
    assert [each.objects.count() for each in (PostalAddress, PhoneNumber, Affiliation)] == [1, 1, 1]


def test_two_rows_of_one_person_in_one_list_are_put_together(association: Any) -> None:
    job = take(association, data_of("same_person_twice"))
    assert outcome(job) == (1, 1, 0, 0)
    rolf = named("Rolf")
    assert (rolf.born_on, rolf.phones.get().number) == (date(1973, 3, 3), "0170 555026")


def test_what_is_held_already_is_kept_and_the_list_says_so(association: Any) -> None:
    take(association, "first,last,email,street,city,phone\nAnn,Archer,ann@example.org,Lane 9,Cork,01 5\n")
    job = take(association, "first,last,email,street,city,phone\nAnn,Berg,ann@example.org,Road 1,Kiel,02 6\n")
    assert outcome(job) == (0, 0, 1, 0)
    assert reasons(job) == [(2, "family_name", "kept"), (2, "street", "kept"), (2, "phone", "kept")]
    assert job.left == 1
    assert (named("Ann").family_name, PostalAddress.objects.get().street) == ("Archer", "Lane 9")


def test_the_postcode_that_an_address_lacks_is_filled_in(association: Any) -> None:
    take(association, "first,email,street,city\nAnn,ann@example.org,Lane 9,Cork\n")
    take(association, "first,email,street,postcode,city\nAnn,ann@example.org,lane 9,T12,Cork\n")
    assert PostalAddress.objects.get().postcode == "T12"


def test_somebody_whose_data_is_paused_is_left_alone_and_the_list_says_so(association: Any) -> None:
    take(association, ANN)
    Individual.objects.update(restricted_at=timezone.now())
    job = take(association, "member number,first,phone\n17,Ann,01 5\n")
    assert reasons(job) == [(2, "", "paused")]
    assert not PhoneNumber.objects.exists()


def test_a_number_without_an_address_is_enough(association: Any) -> None:
    job = take(association, data_of("number_alone"))
    assert outcome(job) == (1, 0, 0, 0)
    assert named("Olga").addresses.get().town == "Ulm"


def test_a_further_address_finds_its_person_again(association: Any) -> None:
    take(association, "first,email 2,email\nAnn,ann@work.example,ann@example.org\n")
    assert outcome(take(association, "first,email\nAnn,ann@work.example\n")) == (0, 0, 1, 0)
    assert OtherEmail.objects.get().address == "ann@work.example"
