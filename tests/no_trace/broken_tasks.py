"""Tasks that fail with a member's address in the exception; their arguments are opaque ids, as is the rule."""

from typing import NoReturn
from uuid import UUID

from celery import shared_task
from django.db import connection

from ams.models import Individual
from privacy.tenancy import speaking_for


@shared_task(name="tests.fail")
def fail(association_id: str, uid: str) -> NoReturn:
    with speaking_for(UUID(association_id)):
        person = Individual.objects.get(pk=uid)
        raise RuntimeError(f"No letter to {person.email}, {person.given_name}")


@shared_task(name="tests.fail_in_the_database")
def fail_in_the_database(association_id: str, uid: str) -> None:
    with speaking_for(UUID(association_id)), connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", [str(Individual.objects.get(pk=uid).email)])


@shared_task(name="tests.careless")
def careless(*_values: str) -> None:
    """For the control: values as arguments, which no task of the product has. Nobody listens on its queue."""
