"""Ann's programs fetch her data with a key; nobody else's data is there, and a key opens only its scopes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ams.models import ApiToken, Individual
from ams.models.api import digest_of, new_token
from portability.models import Export
from privacy.requests.models import Request

pytestmark = pytest.mark.django_db


def key_of(person: Individual, *scopes: str, **fields: Any) -> dict[str, str]:
    token = new_token()
    ApiToken.objects.create(
        individual=person,
        name="laptop",
        digest=digest_of(token),
        scopes=list(scopes),
        **{"expires_at": timezone.now() + timedelta(days=1), **fields},
    )
    return {"Authorization": f"Bearer {token}"}


def test_ann_reads_everything_held_about_her_and_nothing_of_ben(
    client: Any, ann: Individual, ben: Individual
) -> None:
    answer = client.get("/api/v1/me/", headers=key_of(ann, "read"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Archer Lane 9" in text
    assert "Baker Lane 9" not in text
    assert "Baker Lane 9" in client.get("/api/v1/me/", headers=key_of(ben, "read")).content.decode()


def test_a_key_opens_only_its_scopes(client: Any, ann: Individual) -> None:
    headers = key_of(ann, "request")
    assert client.get("/api/v1/requests/", headers=headers).status_code == 200
    refused = client.get("/api/v1/me/", headers=headers)
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Bearer amsp_nonsense", "Bearer ", "Bearer \N{SNOWMAN}"])
def test_a_key_that_never_was_gets_a_problem_document(client: Any, association: Any, header: str) -> None:
    answer = client.get("/api/v1/me/", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["status"] == 401


def test_a_key_that_has_ended_opens_nothing(client: Any, ann: Individual) -> None:
    headers = key_of(ann, "read", expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/me/", headers=headers).status_code == 401


def test_a_visitor_gets_no_data(client: Any, association: Any) -> None:
    assert client.get("/api/v1/me/").status_code == 401


def test_a_copy_is_asked_for_and_looked_at(client: Any, ann: Individual, ben: Individual) -> None:
    headers = key_of(ann, "export")
    asked = client.post("/api/v1/exports/", headers=headers)
    assert asked.status_code == 202
    address = f"/api/v1/exports/{asked.json()['id']}/"
    assert client.get(address, headers=headers).json()["state"] == "queued"
    assert client.get(address, headers=key_of(ben, "export")).status_code == 404
    assert client.get(f"{address}pdf/", headers=headers).status_code == 404  # not ready yet
    assert client.get("/api/v1/exports/", headers=headers).json()["count"] == 1


def test_self_service_that_is_off_is_said(client: Any, ann: Individual, association: Any) -> None:
    association.self_service_export = False
    association.save()
    answer = client.post("/api/v1/exports/", headers=key_of(ann, "export"))
    assert answer.status_code == 403
    assert not Export.objects.exists()


def test_a_request_is_opened_once_and_has_its_due_date(client: Any, ann: Individual) -> None:
    headers = {**key_of(ann, "request"), "Content-Type": "application/json"}
    first = client.post(
        "/api/v1/requests/", {"kind": "access"}, content_type="application/json", headers=headers
    )
    again = client.post(
        "/api/v1/requests/", {"kind": "access"}, content_type="application/json", headers=headers
    )
    assert first.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["due_at"] > first.json()["received_at"]
    assert Request.objects.count() == 1


@pytest.mark.parametrize("kind", ["erasure", "nonsense", ""])
def test_an_unknown_kind_is_said_beside_the_field_and_not_repeated(
    client: Any, ann: Individual, kind: str
) -> None:
    answer = client.post(
        "/api/v1/requests/", {"kind": kind}, content_type="application/json", headers=key_of(ann, "request")
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "kind"


def test_the_description_of_the_api_is_open_to_all(client: Any, association: Any) -> None:
    answer = client.get("/api/schema/")
    assert answer.status_code == 200
    assert "/api/v1/requests/" in answer.content.decode()


def test_ann_makes_a_key_sees_it_once_and_ends_it(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    page = client.post("/profile/keys/", {"name": "laptop", "scopes": ["read"]})
    token = page.context["token"]
    assert token in page.content.decode()
    assert token not in client.get("/profile/keys/").content.decode()
    headers = {"Authorization": f"Bearer {token}"}
    client.logout()
    assert client.get("/api/v1/me/", headers=headers).status_code == 200
    client.force_login(ann.account)
    client.post(f"/profile/keys/{ApiToken.objects.get().pk}/end/")
    client.logout()
    assert client.get("/api/v1/me/", headers=headers).status_code == 401
