"""A child cannot make themselves older in the profile, nor move to where somebody of their age decides alone."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from ams.models import Individual
from consent import guardians
from tests.consent import test_children
from tests.journeys.test_profile import person_form

pytestmark = pytest.mark.django_db
ann = test_children.ann  # twelve years old, in Ireland
PAGE = "/profile/you/"
OLD_ENOUGH = {"born_on": "1984-05-06", "country": "IE"}
ELSEWHERE = {"born_on": "", "country": "SE"}


def stays_a_child(ann: Individual) -> bool:
    before = (ann.born_on, ann.country)
    ann.refresh_from_db()
    return before == (ann.born_on, ann.country) and guardians.must_confirm(ann)


def test_a_child_reads_both_and_the_way_to_have_them_corrected(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    page = client.get(PAGE)
    for name in ("born_on", "country"):
        assert page.context["form"].fields[name].disabled
    text = unescape(page.content.decode())
    assert text.count("As long as a parent or guardian answers for you, our staff correct this.") == 2
    assert text.count('href="/profile/correction/"') >= 2
    assert "Website <span" in text  # said of what may be left out
    assert "Date of birth <span" not in text
    assert re.search(rf'name="born_on_year" value="{ann.born_on.year}"[^>]*disabled', text)


@pytest.mark.parametrize("posted", [OLD_ENOUGH, ELSEWHERE])
def test_what_is_posted_all_the_same_changes_nothing_and_is_told(
    client: Client, ann: Individual, posted: dict[str, str]
) -> None:
    client.force_login(ann.account)
    page = client.post(PAGE, person_form(given_name="Anna", **posted))
    assert page.context["form"].errors.keys() <= {"born_on", "country"}
    assert page.context["form"].errors
    assert "id_born_on_error" in page.content.decode()
    assert stays_a_child(ann)
    assert ann.given_name == "Ann"


def test_the_rest_is_saved_as_a_browser_sends_it(client: Client, ann: Individual) -> None:
    """A field that cannot be written in is not sent."""
    client.force_login(ann.account)
    form = {name: value for name, value in person_form(given_name="Anna").items() if name not in OLD_ENOUGH}
    assert client.post(PAGE, form).status_code == 302
    assert stays_a_child(ann)
    assert ann.given_name == "Anna"


def test_an_adult_changes_both(client: Client, ben: Individual) -> None:
    client.force_login(ben.account)
    form = person_form(given_name="Ben", born_on="1990-01-02", country="SE")
    assert client.post(PAGE, form).status_code == 302
    ben.refresh_from_db()
    assert (str(ben.born_on), str(ben.country)) == ("1990-01-02", "SE")


def test_who_is_a_child_by_what_they_entered_cannot_take_it_back(client: Client, ben: Individual) -> None:
    client.force_login(ben.account)
    young = (timezone.localdate() - timedelta(days=12 * 366)).isoformat()
    client.post(PAGE, person_form(given_name="Ben", born_on=young))
    assert client.post(PAGE, person_form(given_name="Ben", born_on="")).context["form"].errors
    ben.refresh_from_db()
    assert guardians.must_confirm(ben)


def test_staff_correct_it_in_the_console(client: Client, ann: Individual, cleo: Individual) -> None:
    client.force_login(cleo.account)
    address = f"/console/ams/individual/{ann.pk}/edit/"
    page = unescape(client.get(address).content.decode())
    assert "Only for the early-career fee" not in page
    assert "whether a parent or guardian has to agree" in page
    more = {"email": ann.email, "member_number": "1001", "joined_on": "2019-03-04"}
    assert client.post(address, person_form(**OLD_ENOUGH, **more)).status_code == 302
    ann.refresh_from_db()
    assert not guardians.must_confirm(ann)
