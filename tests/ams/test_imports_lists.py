"""Lists as programs and people really write them: nothing in them is lost in silence."""

from datetime import date
from typing import Any

import pytest

from ams.imports.encodings import encoding_of
from ams.imports.headings import guess
from ams.imports.layouts import columns_of
from ams.imports.read import Reading, table_of
from ams.models import Individual, OtherEmail
from tests.ams.importing import data_of, named, outcome, reasons, take


def born(given: str) -> date | None:
    return named(given).born_on


def test_the_whole_column_says_that_the_month_comes_first(association: Any) -> None:
    job = take(association, data_of("us_dates"))
    assert outcome(job) == (4, 0, 0, 0)
    ivy = named("Ivy")
    assert (ivy.born_on, ivy.joined_on) == (date(1984, 2, 3), date(2015, 11, 12))


@pytest.mark.parametrize(("order", "day"), [("dmy", date(1984, 3, 2)), ("mdy", date(1984, 2, 3))])
def test_where_the_column_leaves_it_open_somebody_says_it(association: Any, order: str, day: date) -> None:
    take(association, "first,email,born\nAnn,ann@example.org,02/03/1984\n", date_order=order)
    assert born("Ann") == day


def test_where_nobody_has_said_it_the_row_is_refused(association: Any) -> None:
    job = take(
        association, "first,email,born\nAnn,ann@example.org,02/03/1984\nBen,b@example.org,03/03/1984\n"
    )
    assert reasons(job) == [(2, "born_on", "which_order")]
    assert born("Ben") == date(1984, 3, 3)


def test_a_column_that_contradicts_itself_is_asked_about_and_what_does_not_fit_refused(
    association: Any,
) -> None:
    rows = "Ann,a@example.org,02/03/1984\nBen,b@example.org,14/03/1984\nCem,c@example.org,03/14/1984\n"
    job = take(association, f"first,email,born\n{rows}", date_order="dmy")
    assert reasons(job) == [(4, "born_on", "bad_date")]
    assert born("Ann") == date(1984, 3, 2)


def test_days_are_read_however_a_program_writes_them(association: Any) -> None:
    job = take(association, data_of("odd_dates"))
    assert outcome(job) == (8, 0, 0, 1)
    sixth_of_may = {"Ada", "Bea", "Cem", "Dag", "Eva", "Fee", "Gil"}
    assert {each: born(each) for each in sixth_of_may} == dict.fromkeys(sixth_of_may, date(1984, 5, 6))
    assert born("Hal") is None  # 00.00.0000
    assert reasons(job) == [(10, "born_on", "bad_date")]


@pytest.mark.parametrize("cell", ["--03-09", "1604-03-09", "9. März", "09.03."])
def test_a_birthday_without_a_year_does_not_keep_the_person_out(association: Any, cell: str) -> None:
    job = take(association, f"first,email,born\nAnn,ann@example.org,{cell}\n")
    assert outcome(job) == (1, 0, 0, 0)
    assert reasons(job) == [(2, "born_on", "no_year")]


def test_two_figures_of_a_year_that_fit_two_centuries_are_refused(association: Any) -> None:
    job = take(association, "first,email,born\nAnn,ann@example.org,06.05.14\n")
    assert reasons(job) == [(2, "born_on", "short_year")]


@pytest.mark.parametrize("name", ["separator_named", "title_above"])
def test_what_stands_above_the_headings_is_neither_a_heading_nor_a_person(
    association: Any, name: str
) -> None:
    job = take(association, data_of(name))
    assert outcome(job) == (2, 0, 0, 0)
    assert {each.given_name for each in Individual.objects.all()} == {"Lena", "Tom"}


def test_a_list_without_headings_loses_nobody(association: Any) -> None:
    data = "Ann,Archer,ann@example.org\nBen,Baker,ben@example.org\n"
    assert columns_of(table_of(data.encode())) == ["", "", "email"]
    assert outcome(take(association, data, "given_name family_name email")) == (2, 0, 0, 0)


def test_what_a_spreadsheet_does_to_numbers_is_undone_or_refused(association: Any) -> None:
    job = take(association, data_of("spreadsheet_numbers"))
    assert reasons(job) == [
        (2, "phone", "rounded"),
        (3, "member_number", "rounded"),
        (5, "member_number", "artefact"),
    ]
    wim, yves = named("Wim"), named("Yves")
    assert (wim.member_number, wim.addresses.get().postcode) == ("8003", "04109")
    assert wim.phones.get().number == "0341555011"
    assert (yves.member_number, yves.born_on, yves.addresses.get().postcode) == (None, None, None)


def test_the_zero_that_a_spreadsheet_has_dropped_is_put_back_where_postcodes_have_five_figures(
    association: Any,
) -> None:
    take(
        association,
        "first,email,zip,city,country\nAnn,a@example.org,1067,Dresden,DE\nBen,b@example.org,1067,Wien,AT\n",
    )
    assert named("Ann").addresses.get().postcode == "01067"
    assert named("Ben").addresses.get().postcode == "1067"


def test_a_word_for_nothing_is_no_address(association: Any) -> None:
    job = take(association, data_of("placeholders"))
    assert outcome(job) == (5, 0, 0, 1)
    assert reasons(job) == [(2, "email", "nobody"), (6, "email", "shared_email")]
    assert {named(each).email for each in ("Ingo", "Jutta", "Max")} == {None}


def test_google_s_address_book_comes_in_as_it_is(association: Any) -> None:
    job = take(association, data_of("google"))
    assert outcome(job) == (2, 0, 0, 0)
    assert reasons(job) == [(3, "born_on", "no_year")]
    ines, per = named("Ines"), named("Per")
    assert (ines.born_on, ines.email, ines.other_emails.get().address) == (
        date(1977, 3, 4),
        "ines@club.example",
        "ines.work@club.example",
    )
    assert (ines.affiliations.get().organisation, ines.addresses.get().town) == ("Nordlabor", "Kiel")
    assert [each.number for each in per.phones.all()] == ["+46 70 5550101", "+46 8 5550102"]
    assert per.country.code == "SE"


def test_outlook_s_address_book_comes_in_as_it_is(association: Any) -> None:
    job = take(association, data_of("outlook"))
    assert (outcome(job), reasons(job)) == ((1, 0, 0, 0), [])
    rita, work = named("Rita"), named("Rita").affiliations.get()
    assert (rita.title, rita.born_on, rita.addresses.get().postcode) == ("Dr.", None, "07743")
    assert (work.organisation, work.position) == ("Westlab", "Chemist")


def test_apple_s_address_book_and_german_headings_are_understood() -> None:
    assert guess(["First name", "Middle name", "Last name", "Email (home)", "Phone (mobile)", "Street (home)"]) == [
        "given_name", "middle_name", "family_name", "email", "phone_2", "street",
    ]  # fmt: skip
    assert guess(["Mitgl.-Nr.", "Anrede", "Titel", "Geb.-Datum"]) == ["member_number", "", "title", "born_on"]


@pytest.mark.parametrize(
    ("name", "encoding", "word"),
    [
        ("windows_1250", "cp1250", "Wąsowska"),
        ("dos_850", "cp850", "Größer"),
        ("utf_16_tab", "utf-16", "Größer"),
        ("utf_8_twice", "utf-8-twice", "Größer"),
    ],
)
def test_characters_are_told_by_the_words_that_they_make(name: str, encoding: str, word: str) -> None:
    table = table_of(data_of(name))
    assert table.encoding == encoding
    assert word in table.text


@pytest.mark.parametrize("text", ["Café \N{EN DASH} Crème", "Müller", "Señora Ñuñez", "GRÖSSE", "Œuvre “Ça”"])
def test_western_words_are_windows_1252(text: str) -> None:
    assert encoding_of(text.encode("cp1252")) == "cp1252"
    assert encoding_of(text.encode()) == "utf-8"


def test_characters_can_be_said(association: Any) -> None:
    table = table_of("Vorname\nŁucja\n".encode("cp1250"), Reading("cp1252"))
    assert table.text == "Vorname\n£ucja\n"


def test_one_name_is_enough_and_two_people_are_not_one(association: Any) -> None:
    job = take(association, data_of("names"))
    assert reasons(job) == [(11, "full_name", "several_people"), (12, "full_name", "several_people")]
    people = {
        each.email: (each.title, each.given_name, each.family_name) for each in Individual.objects.all()
    }
    assert {str(email).partition("@")[0]: name for email, name in people.items()} == {
        "sukarno": (None, "Sukarno", None),
        "vincent": (None, "Vincent", "van den Berg"),
        "null": (None, "Null", None),
        "sean": (None, "Seán", "O'Brien"),
        "maria": (None, "María José García", "López"),
        "mlk": (None, "Martin Luther", "King Jr."),
        "ute": ("Dr.", "Ute", "Rahn"),
        "yamada": (None, "山田太郎", None),
        "hp": (None, "Hans-Peter", "Meier"),
    }


def test_every_form_of_an_address_is_one_or_refused(association: Any) -> None:
    job = take(association, data_of("email_forms"))
    assert reasons(job) == [
        (3, "email", "shared_email"),  # both spellings of one domain
        (7, "email", "shared_email"),  # capitals
        (8, "email", "bad_email"),
        (10, "email", "bad_email"),
        (13, "", "too_many_cells"),
        (17, "email", "bad_email"),
    ]
    eins, drei, vier = named("Eins"), named("Drei"), named("Vier")
    assert (eins.email, drei.email, vier.email) == (
        "post@bücher.example",
        "info@straße.example",
        "info@strasse.example",
    )
    for given, address in [
        ("Zehn", "zehn"),
        ("Elf", "elf"),
        ("Dreizehn", "dreizehn"),
        ("Fünfzehn", "fuenfzehn"),
    ]:
        assert named(given).email == f"{address}@club.example"


def test_signs_that_other_programs_search_with_are_letters(association: Any) -> None:
    assert outcome(take(association, data_of("wildcards"))) == (5, 0, 0, 0)
    assert not OtherEmail.objects.exists()
