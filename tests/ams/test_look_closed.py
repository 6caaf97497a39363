"""When keys do not answer, the pages stay closed instead of showing somebody as erased."""

import shutil
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from ams.middleware import AssociationMiddleware
from ams.models import Association, Individual
from privacy.vault import Forgotten, KeyMissing, current

pytestmark = pytest.mark.django_db


def test_an_old_keyring_closes_the_pages(
    client: Client, association: Association, settings: Any, ann: Individual
) -> None:
    association.keyring_epoch += 1000
    association.save()
    answer = client.get(reverse("login"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    assert "We are closed for a moment" in answer.content.decode()


def test_a_lost_keyring_shows_nobody_as_erased(client: Client, ann: Individual, settings: Any) -> None:
    client.force_login(ann.account)
    assert "Ann Archer" in client.get("/nowhere").content.decode()
    for folder in settings.KEYRING_REPLICAS:
        shutil.rmtree(folder)
    current.forget_rings()
    answer = client.get("/nowhere")
    assert answer.status_code == 503
    assert "erased" not in answer.content.decode()


def test_a_key_missing_in_the_middle_of_a_page_closes_it_and_a_destroyed_one_does_not() -> None:
    middleware = AssociationMiddleware(lambda _request: HttpResponse())
    request = RequestFactory().get("/")
    answer = middleware.process_exception(request, KeyMissing())
    assert answer is not None
    assert answer.status_code == 503
    gone = middleware.process_exception(request, Forgotten())
    assert gone is not None
    assert gone.status_code == 410
    assert middleware.process_exception(request, ValueError()) is None
