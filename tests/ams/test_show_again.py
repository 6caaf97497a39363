"""Back and Reload find a page with errors, with everything that Ann wrote; nobody else finds it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ams.models import Individual
from tests.journeys.test_profile import person_form

AS_A_BROWSER = {"sec-fetch-mode": "navigate"}
WRONG = person_form(given_name="", family_name="Zwetschkenbaum")


@pytest.fixture
def anns(ann: Individual) -> Client:
    client = Client(headers=AS_A_BROWSER)
    client.force_login(ann.account)
    return client


@pytest.mark.django_db
def test_a_page_with_errors_has_an_address_and_keeps_what_was_written(anns: Client) -> None:
    answer = anns.post("/profile/you/", WRONG)
    assert answer.status_code == 303
    for _time in ("at first", "with Back"):
        page = anns.get(answer["Location"]).content.decode()
        assert 'value="Zwetschkenbaum"' in page
        assert "error-summary" in page
    assert "Zwetschkenbaum" not in anns.get("/profile/you/").content.decode()
    assert anns.get(answer["Location"])["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_what_is_right_is_saved_from_that_page(anns: Client, ann: Individual) -> None:
    address = anns.post("/profile/you/", WRONG)["Location"]
    assert anns.post(address, person_form(given_name="Anna"))["Location"] == "/profile/"
    ann.refresh_from_db()
    assert ann.given_name == "Anna"


@pytest.mark.django_db
def test_the_page_is_ann_s_alone_and_sealed(anns: Client, ben: Individual) -> None:
    address = anns.post("/profile/you/", WRONG)["Location"]
    bens = Client()
    bens.force_login(ben.account)
    assert "Zwetschkenbaum" not in bens.get(address).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(session_data, '') FROM ams_session")
        assert "Zwetschkenbaum" not in cursor.fetchone()[0]
    assert "Zwetschkenbaum" in anns.get(address).content.decode()
    anns.post("/sign-out/")
    assert "Zwetschkenbaum" not in anns.get(address, follow=True).content.decode()


@pytest.mark.django_db
def test_a_sign_in_that_failed_keeps_where_one_wanted_to_go(client: Client, ann: Individual) -> None:
    wrong = {"email": ann.email, "password": "wrong"}
    answer = client.post("/sign-in/?next=/profile/", wrong, headers=AS_A_BROWSER)
    assert answer["Location"].startswith("/sign-in/?next=%2Fprofile%2F&shown=")
    page = client.get(answer["Location"]).content.decode()
    assert "do not fit together" in page
    assert "wrong" not in page


@pytest.mark.django_db
def test_a_program_has_its_answer_at_once(ann: Individual) -> None:
    client = Client()
    client.force_login(ann.account)
    assert client.post("/profile/you/", WRONG).status_code == 200


def test_ann_goes_on_and_comes_back_to_her_errors(visitor: Any, ann: Individual) -> None:
    page = visitor.open("/profile/you/", member=ann)
    page.fill("[name=family_name]", "Zwetschkenbaum")
    page.fill("[name=born_on_year]", "")
    page.get_by_role("button", name="Save").click()
    page.locator(".error-summary").wait_for()
    page.get_by_role("link", name="Leave without saving").click()
    page.get_by_role("heading", level=1).wait_for()
    page.go_back()
    assert page.locator("[name=family_name]").input_value() == "Zwetschkenbaum"
    assert page.get_by_role("link", name="Write the year too.").is_visible()
    page.fill("[name=born_on_year]", "1984")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your profile is saved.").wait_for()
