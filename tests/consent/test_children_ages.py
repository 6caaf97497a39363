"""From which age somebody decides alone: each country's law, by day, and birthdays of every kind."""

from datetime import date

import pytest

from consent import ages
from consent.ages import age_of_consent, decides_alone_on, needs_guardian
from consent.audience import Facts

TODAY = date(2026, 11, 25)
BY_AGE = {
    13: "BE DK EE FI LV MT PT SE GB",
    14: "AT BG CY IT LT ES",
    15: "CZ FR GR",
    16: "HR DE HU IE LU NL PL RO SK",
}
EACH = [(country, age) for age, countries in BY_AGE.items() for country in countries.split()]


@pytest.mark.parametrize(("country", "age"), EACH)
def test_each_country_has_the_age_of_its_law(country: str, age: int) -> None:
    assert age_of_consent(country, TODAY) == age


@pytest.mark.parametrize("country", ["SI", "US", "CH", "", "XX"])
def test_elsewhere_it_is_sixteen_as_the_regulation_says(country: str) -> None:
    assert age_of_consent(country, TODAY) == 16


def test_a_change_of_the_law_counts_from_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = [
        {"from": date(2027, 1, 1), "otherwise": 16, "ages": {"DE": 14}},
        {"from": date(2018, 5, 25), "otherwise": 16, "ages": {"DE": 16}},
    ]
    monkeypatch.setattr(ages, "tables", lambda: tables)
    assert [age_of_consent("DE", day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [16, 14]
    assert age_of_consent("DE", date(2000, 1, 1)) == 16


@pytest.mark.parametrize(
    ("born_on", "country", "is_child"),
    [
        (date(2010, 11, 26), "DE", True),  # sixteen tomorrow
        (date(2010, 11, 25), "DE", False),  # sixteen today
        (date(2013, 11, 26), "SE", True),
        (date(2013, 11, 25), "SE", False),
        (date(2012, 11, 25), "FR", True),
        (date(2012, 11, 25), "AT", False),
        (None, "DE", False),  # who told no age is taken for an adult
    ],
)
def test_whether_somebody_answers_for_them(born_on: date | None, country: str, is_child: bool) -> None:
    assert needs_guardian(Facts(country=country, born_on=born_on), TODAY) is is_child


def test_who_was_born_on_the_29th_of_february_waits_until_march_in_other_years() -> None:
    leap = Facts(country="PT", born_on=date(2012, 2, 29))
    assert decides_alone_on(leap) == date(2025, 3, 1)
    assert needs_guardian(leap, date(2025, 2, 28))
    assert not needs_guardian(leap, date(2025, 3, 1))
    assert decides_alone_on(Facts(country="DE", born_on=date(2012, 2, 29))) == date(2028, 2, 29)


def test_the_day_of_deciding_alone_and_needing_somebody_agree() -> None:
    for born_on in (date(2012, 2, 29), date(2012, 12, 31), date(2013, 1, 1)):
        for country in ("PT", "AT", "FR", "IE"):
            facts = Facts(country=country, born_on=born_on)
            alone = decides_alone_on(facts)
            assert alone is not None
            assert not needs_guardian(facts, alone)
            assert needs_guardian(facts, date.fromordinal(alone.toordinal() - 1))


def test_without_a_date_of_birth_there_is_no_such_day() -> None:
    assert decides_alone_on(Facts(country="DE")) is None
