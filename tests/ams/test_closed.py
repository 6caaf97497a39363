"""A part that is away is said as such: 503 with the time to come back, in words or as a problem document."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from kombu.exceptions import OperationalError as BrokerError

from ams.models import Association

pytestmark = pytest.mark.django_db
ERRORS: dict[str, type[Exception]] = {
    "database": OperationalError,
    "connection": InterfaceError,
    "broker": BrokerError,
    "ours": ValueError,
}


def fail(_request: HttpRequest, what: str) -> HttpResponse:
    raise ERRORS[what]("Ann Archer")


urlpatterns = [path("fails/<str:what>/", fail), path("api/fails/<str:what>/", fail)]
handler500 = "ams.closed.server_error"


@pytest.fixture
def visitor(association: Association, settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("part", ["database", "connection", "broker"])
def test_a_part_that_is_away_closes_the_page_for_a_minute(visitor: Client, part: str) -> None:
    answer = visitor.get(f"/fails/{part}/")
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "A part of our systems does not answer." in page
    assert "What you sent" not in page
    assert "Ann" not in page


def test_who_sent_a_form_is_told_that_nothing_was_written_down(visitor: Client) -> None:
    assert "What you sent was not written down" in visitor.post("/fails/database/").content.decode()


def test_a_program_gets_a_problem_document(visitor: Client) -> None:
    away, broken = visitor.post("/api/fails/broker/"), visitor.get("/api/fails/ours/")
    assert (away.status_code, away["Retry-After"], away.json()["status"]) == (503, "60", 503)
    assert (broken.status_code, broken.json()["status"]) == (500, 500)
    assert {away["Content-Type"], broken["Content-Type"]} == {"application/problem+json"}
    assert "Ann" not in away.content.decode() + broken.content.decode()


def test_a_fault_of_ours_is_said_in_words_and_promises_no_time(visitor: Client) -> None:
    answer = visitor.get("/fails/ours/")
    assert answer.status_code == 500
    assert "That was our fault, and nothing was changed" in answer.content.decode()
    assert "Retry-After" not in answer


def test_before_the_association_is_known_it_is_the_same(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_host: str) -> None:
        raise OperationalError

    monkeypatch.setattr(Association, "by_host", away)
    answer = visitor.get("/fails/ours/", headers={"accept-language": "de"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
