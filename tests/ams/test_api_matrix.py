"""Every address of the API, by every method, for everybody who may come, and what no program should send."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ams.accounts import throttle
from ams.models import Account, ApiToken, Individual
from ams.models.api import digest_of, new_token
from portability.make import make, request_export
from portability.models import Export
from privacy.ledger import Kind
from privacy.ledger.models import LedgerEntry
from privacy.requests.models import Request
from tests.consent import asked

pytestmark = pytest.mark.django_db

METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]
NO_ANSWER = 400  # what is sent below is a request, and none to a statement
WRITES = {
    ("exports", "post"): 202,
    ("requests", "post"): 201,
    ("choice", "put"): NO_ANSWER,
    ("choice", "patch"): NO_ANSWER,
}
ALL = [scope.value for scope in ApiToken.Scope]
READS = {"get", "head", "options"}


def key_of(person: Individual, *scopes: str, **fields: Any) -> dict[str, str]:
    token = new_token()
    rights = {"expires_at": timezone.now() + timedelta(days=1), **fields}
    ApiToken.objects.create(
        individual=person, name="x", digest=digest_of(token), scopes=list(scopes), **rights
    )
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def export(ann: Individual) -> Export:
    """And whatever else an address needs to lead somewhere."""
    asked.letter()
    export = request_export(ann, actor=ann.pk)
    make(export)
    return Export.objects.get(pk=export.pk)


def addresses(export: Export) -> dict[str, str]:
    """By name, from the URLconf: an address that is added without a row here fails."""
    request = Request.objects.get(individual=export.individual)
    values = {
        "me": [],
        "choices": [],
        "choices-history": [],
        "choice": ["letter"],
        "exports": [],
        "export": [export.pk],
        "export-file": [export.pk, "pdf"],
        "requests": [],
        "request": [request.pk],
    }
    named = {str(name) for name in get_resolver("ams.api.urls").reverse_dict if isinstance(name, str)}
    assert named == {*values, "schema"}
    return {name: reverse(f"api:{name}", args=args) for name, args in values.items()}


def send(client: Any, method: str, url: str, headers: dict[str, str]) -> int:
    body = {"data": json.dumps({"kind": "access"}), "content_type": "application/json"}
    sent = getattr(client, method)(url, headers=headers, **({} if method in READS else body))
    for close in sent._resource_closers:
        close()
    return int(sent.status_code)


def test_ann_s_key_opens_what_is_hers(client: Any, ann: Individual, export: Export) -> None:
    headers = key_of(ann, *ALL)
    for name, url in addresses(export).items():
        for method in METHODS:
            expected = 200 if method in READS else WRITES.get((name, method), 405)
            assert send(client, method, url, headers) == expected, (name, method)


def test_for_ben_ann_s_things_are_not_there(client: Any, ben: Individual, export: Export) -> None:
    headers = key_of(ben, *ALL)
    for name, url in addresses(export).items():
        if name in {"export", "export-file", "request"}:
            assert send(client, "get", url, headers) == 404
            absent = url.replace(url.split("/")[4], str(uuid.uuid4()))
            assert client.get(url, headers=headers).content == client.get(absent, headers=headers).content


@pytest.mark.parametrize("who", ["nobody", "expired", "closed", "guess"])
def test_nobody_else_gets_an_answer(
    client: Any, ann: Individual, export: Export, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "FAILURES_PER_IP", 10_000)  # each of these counts as a guess
    headers = {"nobody": {}, "guess": {"Authorization": "Bearer amsp_x"}}.get(who)
    if headers is None:
        over = {"expires_at": timezone.now()} if who == "expired" else {}
        headers = key_of(ann, *ALL, **over)
    if who == "closed":
        Account.objects.filter(individual=ann).update(is_active=False)
    for name, url in addresses(export).items():
        for method in METHODS:
            assert send(client, method, url, headers) == 401, (name, method)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"kind": []}', b'{"kind": {"a": 1}}', b"1" * 5000,
        b"[" * 100_000, b'{"kind": "' + b"x" * 10_000 + b'"}', b'{"kind": "\\ud800"}', b'{"kind": "\\u0000"}',
    ],
    ids=range(13),
)  # fmt: skip
def test_bad_json_is_a_problem_and_is_not_repeated(client: Any, ann: Individual, body: bytes) -> None:
    headers = key_of(ann, "request")
    answer = client.post("/api/v1/requests/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "xxxx" not in answer.content.decode()
    assert not Request.objects.exists()


@pytest.mark.parametrize("kind", ["ann@example.org", "erasure"])
def test_what_was_sent_is_not_repeated(client: Any, ann: Individual, kind: str) -> None:
    body = json.dumps({"kind": kind})
    answer = client.post(
        "/api/v1/requests/", body, content_type="application/json", headers=key_of(ann, "request")
    )
    assert answer.json()["errors"][0]["field"] == "kind"
    assert kind not in answer.content.decode()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.dictionaries(st.sampled_from(["limit", "offset", "format", "x"]), st.text(max_size=30)))
def test_no_query_breaks_a_list(client: Any, ann: Individual, query: dict[str, str]) -> None:
    client.force_login(ann.account)
    for path in ("/api/v1/exports/", "/api/v1/requests/", "/api/v1/me/choices/history/"):
        assert client.get(path, query).status_code in {200, 404}


def test_who_guesses_keys_is_slowed_down_and_nobody_s_password_with_it(client: Any, ann: Individual) -> None:
    guess = {"Authorization": "Bearer amsp_nonsense"}
    for _guess in range(throttle.FAILURES_PER_IP):
        assert client.get("/api/v1/me/", headers=guess).status_code == 401
    refused = client.get("/api/v1/me/", headers=guess)
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert client.get("/api/v1/me/", headers=key_of(ann, "read")).status_code == 429  # guesses learn nothing
    assert client.get("/sign-in/").status_code == 200
    assert not throttle.is_too_often(refused.wsgi_request, "ann@example.org")


def test_each_fetch_of_a_copy_is_counted_and_recorded(client: Any, ann: Individual, export: Export) -> None:
    url, headers = f"/api/v1/exports/{export.pk}/zip/", key_of(ann, "export")
    for _time in range(2):
        answer = client.get(url, headers=headers)
        assert len(b"".join(answer.streaming_content)) == int(answer["Content-Length"])
        assert answer["Cache-Control"] == "no-store"
    assert Export.objects.get().downloads == 2
    assert LedgerEntry.objects.filter(kind=Kind.EXPORT_DOWNLOADED).count() == 2
    Export.objects.update(expires_at=timezone.now())
    assert client.get(url, headers=headers).status_code == 410
