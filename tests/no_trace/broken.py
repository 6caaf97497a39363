"""Views that fail as views do fail: with the person in a local variable and what they typed in the exception."""

from collections.abc import Callable
from typing import Any, NoReturn

from django.db import connection
from django.http import HttpRequest
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from ams.models import Individual
from tests.no_trace.broken_tasks import fail, fail_in_the_database


@csrf_exempt
def break_down(request: HttpRequest) -> NoReturn:
    person = Individual.objects.get(pk=request.POST["uid"])
    WAYS[request.POST["way"]](person)
    raise AssertionError("It was meant to fail before.")


def crash(person: Any) -> NoReturn:
    raise RuntimeError(f"No badge for {person.given_name} {person.family_name}, {person.email}")


def cast(person: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [person.given_name])


def meet_twice(person: Any) -> None:
    """A unique violation, whose DETAIL names the value."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE met (name text UNIQUE) ON COMMIT DROP")
        cursor.execute("INSERT INTO met VALUES (%s), (%s)", [person.family_name, person.family_name])


def break_a_rule(person: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE short (name text CHECK (length(name) < 3)) ON COMMIT DROP")
        cursor.execute("INSERT INTO short VALUES (%s)", [person.email])


def ring_a_broken_bell(person: Any) -> NoReturn:
    for task in (fail, fail_in_the_database):
        task.delay(str(person.association_id), str(person.pk))
    raise RuntimeError(person.email)


WAYS: dict[str, Callable[[Any], None]] = {
    "crash": crash,
    "cast": cast,
    "unique": meet_twice,
    "check": break_a_rule,
    "task": ring_a_broken_bell,
}
handler500 = "ams.closed.server_error"
urlpatterns = [path("break-down/", break_down), path("", include("ams.urls"))]
