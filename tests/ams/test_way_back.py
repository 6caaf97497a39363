"""After signing in again one is back on the page of the button; and no error is a bare number."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from ams.middleware import IN_WORDS, WordsMiddleware
from ams.models import Individual
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
BUTTON = "/profile/pause/"


def press_after_the_end(client: Client, button: str, page: str = "") -> str:
    """The session ended in another tab."""
    answer = client.post(button, headers={"Referer": page} if page else {})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_ann_comes_back_to_the_page_of_the_button(client: Client, ann: Individual) -> None:
    door = press_after_the_end(client, BUTTON, "http://testserver/profile/?part=2")
    answer = client.post(door, {"email": ann.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/profile/?part=2"
    assert answer.status_code == 200
    ann.refresh_from_db()
    assert ann.restricted_at is None  # nothing was pressed in her name


@pytest.mark.parametrize("page", ["", "http://elsewhere.example/trap/", "http://testserver:1/x"])
def test_without_a_page_of_ours_she_comes_to_her_profile(client: Client, ann: Individual, page: str) -> None:
    assert press_after_the_end(client, BUTTON, page) == f"{reverse('login')}?next=/profile/"


def test_in_the_console_too(client: Client, cleo: Individual, ann: Individual) -> None:
    page = reverse("admin:ams_individual_change", args=[ann.pk])
    button = reverse("admin:ams_individual_pause", args=[ann.pk])
    door = press_after_the_end(client, button, f"http://testserver{page}")
    answer = client.post(door, {"email": cleo.email, "password": PASSWORD}, follow=True)
    assert (answer.redirect_chain[-1][0], answer.status_code) == (page, 200)


def test_a_page_that_was_asked_for_is_still_where_one_comes_to(client: Client, ann: Individual) -> None:
    assert client.get("/privacy/take/?all=x")["Location"].endswith("next=/privacy/take/%3Fall%3Dx")


def test_the_address_of_a_button_says_what_it_is(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    answer = client.get(BUTTON)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "answers to a button only" in answer.content.decode()


@pytest.mark.parametrize("number", sorted(IN_WORDS))
def test_an_empty_answer_gets_its_words(number: int, association: Any) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.association = association  # type: ignore[attr-defined]  # as the middleware does
    answer = WordsMiddleware(lambda _request: HttpResponse(status=number))(request)
    assert answer.status_code == number
    assert f"{number}</p>" in answer.content.decode()


def test_words_of_a_page_s_own_stay(association: Any) -> None:
    request = RequestFactory().get("/")
    answer = WordsMiddleware(lambda _request: HttpResponse("Too late.", status=409))(request)
    assert answer.content == b"Too late."


def test_every_mistake_of_a_visitor_is_answered_in_words(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    mistakes: dict[int, Any] = {
        400: client.get("/", headers={"Host": "no such host"}),
        403: Client(enforce_csrf_checks=True).post(reverse("login"), {"email": "x"}),
        404: client.get("/nowhere/"),
        405: client.put("/profile/"),
        410: client.get(reverse("claim", args=["made-up"])),
    }
    for number, answer in mistakes.items():
        assert answer.status_code == number
        page = unescape(answer.content.decode())
        assert "<h1>" in page
        assert 'rel="stylesheet"' in page, number
