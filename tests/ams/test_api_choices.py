"""Ann's programs read her choices and answer them, for the words of now, with a key that may."""

import json
from typing import Any

import pytest
from django.urls import reverse

from ams.accounts import throttle
from ams.models import Individual
from consent import gate
from consent.decide import give, object_to, withdraw
from consent.models import Act, Channel, Decision, Kind, Standing
from consent.objection import reason_of
from privacy.ledger.models import Evidence
from privacy.requests.models import Request
from tests.ams.test_api import key_of
from tests.consent import asked
from tests.consent.test_decide import acts_of, how
from tests.consent.test_objection import advertising, notice, requests_of

pytestmark = pytest.mark.django_db
CHOICES = "/api/v1/me/choices/"
READ, WRITE = "choices:read", "choices:write"
JSON = "application/json"


@pytest.fixture
def key(ann: Individual) -> dict[str, str]:
    return key_of(ann, READ, WRITE)


def read(client: Any, key: dict[str, str], slug: str = "", **headers: str) -> Any:
    answer = client.get(f"{CHOICES}{slug}{'/' if slug else ''}", headers=key | headers)
    assert answer.status_code == 200
    return answer.json()


def put(client: Any, key: dict[str, str], slug: str, method: str = "put", **body: Any) -> Any:
    url = f"{CHOICES}{slug}/"
    return getattr(client, method)(url, json.dumps(body), content_type=JSON, headers=key)


def test_ann_reads_what_is_asked_in_her_programs_language_and_where_she_stands(
    client: Any, ann: Individual, key: dict[str, str]
) -> None:
    letter, offers = asked.letter(recipients=["Druckhaus Lindner"]), advertising()
    decision = give(ann, letter, **how(ann))

    one, other = read(client, key, **{"Accept-Language": "de-CH, en;q=0.5"})

    assert one == {
        "slug": "letter",
        "kind": "consent",
        "purpose": "membership",
        "basis": "consent",
        "recipients": ["Druckhaus Lindner"],
        "version": 1,
        "version_hash": letter.hash,
        "in_force_from": one["in_force_from"],
        "words": one["words"],
        "standing": "given",
        "answered_version": 1,
        "decision": str(decision.pk),
        "since": one["since"],
        "until": None,
        "allowed": True,
        "pending": False,
        "must_ask_again": False,
        "removal_on": None,
        "answers": ["yes", "no"],
    }
    assert one["words"]["language"] == "de"
    assert one["words"]["text"] == "Monthly letter, in full, in de."
    assert (other["slug"], other["version_hash"], other["standing"]) == ("offers", offers.hash, None)
    assert (other["allowed"], other["answers"]) == (True, ["object", "lift"])
    assert read(client, key)[0]["words"]["language"] == "en"
    assert read(client, key, **{"Accept-Language": "pl, fr;q=0.3"})[0]["words"]["language"] == "fr"


@pytest.mark.parametrize("method", ["put", "patch"])
def test_ann_answers_and_what_she_read_and_where_is_kept(
    client: Any, ann: Individual, key: dict[str, str], method: str
) -> None:
    version = asked.letter()
    answer = put(client, key, "letter", method, answer="yes", version=1, language="fr")

    assert (answer.status_code, answer.json()["allowed"]) == (200, True)
    kept = Decision.objects.get()
    assert (kept.version, kept.act, kept.channel, kept.actor) == (version, "given", Channel.API, ann.pk)
    assert kept.language == "fr"
    assert kept.text_hash == version.wordings.get(language="fr").hash
    assert "address" in Evidence.objects.get().content["evidence"]
    assert gate.allows(ann.pk, "letter")

    assert put(client, key, "letter", method, answer="no", version=1).json()["standing"] == "withdrawn"
    assert not gate.allows(ann.pk, "letter")


def test_saying_the_same_again_changes_nothing(client: Any, ann: Individual, key: dict[str, str]) -> None:
    asked.letter()
    bodies = [put(client, key, "letter", answer="yes", version=1).json() for _time in range(3)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert acts_of(ann) == ["given"]


def test_an_answer_to_other_words_meets_the_words_of_now(
    client: Any, ann: Individual, key: dict[str, str]
) -> None:
    version = asked.letter()
    asked.newer(version, ask_again=True)

    for number in (1, 3):
        answer = put(client, key, "letter", answer="yes", version=number)
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        assert answer.json()["current"]["version"] == 2
        assert answer.json()["current"]["words"]["name"] == "Letter, now with offers"
    assert not Decision.objects.exists()

    assert put(client, key, "letter", answer="yes", version=2).status_code == 200


def test_an_agreement_says_why_it_stays_and_where_it_ends(
    client: Any, ann: Individual, key: dict[str, str]
) -> None:
    give(ann, asked.statutes(), **how(ann))
    assert read(client, key, "statutes")["answers"] == ["yes"]

    answer = put(client, key, "statutes", answer="no", version=1)

    assert answer.status_code == 409
    assert "part of your membership" in answer.json()["title"]
    assert answer.json()["way_out"] == reverse("profile:leave")
    assert acts_of(ann) == ["given"]


def test_what_needs_a_click_waits_for_it(client: Any, ann: Individual, key: dict[str, str]) -> None:
    asked.letter(double_opt_in=True)

    body = put(client, key, "letter", answer="yes", version=1).json()

    assert (body["standing"], body["pending"], body["allowed"]) == ("pending", True, False)
    assert not gate.allows(ann.pk, "letter")


def test_ann_objects_through_her_program_and_takes_it_back(
    client: Any, ann: Individual, key: dict[str, str]
) -> None:
    notice()
    body = put(client, key, "statistics", answer="object", version=1, reason="I am known.").json()

    assert (body["standing"], body["allowed"]) == ("objected", False)
    assert reason_of(Decision.objects.get()) == "I am known."
    assert Request.objects.get().channel == "api"
    assert not gate.allows(ann.pk, "statistics")

    for _time in range(2):
        body = put(client, key, "statistics", answer="lift", version=1).json()
        assert (body["standing"], body["allowed"]) == ("lifted", True)
    assert requests_of(ann) == ["cancelled"]


@pytest.mark.parametrize(
    ("make", "slug", "answer"),
    [
        (asked.letter, "letter", "object"),
        (asked.letter, "letter", "lift"),
        (asked.statutes, "statutes", "object"),
        (notice, "statistics", "yes"),
        (notice, "statistics", "no"),
        (lambda: notice(basis="contract"), "statistics", "object"),
    ],
)
def test_what_cannot_be_answered_so_is_said_beside_the_field(
    client: Any, ann: Individual, make: Any, slug: str, answer: str
) -> None:
    key, version = key_of(ann, READ, WRITE), make()
    if version.statement.kind == Kind.AGREEMENT:
        give(ann, version, **how(ann))
    before = Decision.objects.count()

    refused = put(client, key, slug, answer=answer, version=1)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "answer"
    assert Decision.objects.count() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": 1}, "answer"),
        ({"answer": "ann@example.org", "version": 1}, "answer"),
        ({"answer": "yes"}, "version"),
        ({"answer": "yes", "version": "ann@example.org"}, "version"),
        ({"answer": "yes", "version": 10**30}, "version"),
        ({"answer": "yes", "version": 0}, "version"),
        ({"answer": "yes", "version": 1, "language": "xx"}, "language"),
        ({"answer": "yes", "version": 1, "language": ["en"]}, "language"),
        ({"answer": "no", "version": 1, "reason": "x" * 2001}, "reason"),
    ],
)
def test_what_a_program_should_not_send_is_named_and_not_repeated(
    client: Any, key: dict[str, str], body: dict[str, Any], field: str
) -> None:
    asked.letter()
    answer = put(client, key, "letter", **body)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert "ann@example.org" not in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b'"yes"', b"{", b'{"answer": "\\u0000", "version": 1}'])
def test_nonsense_is_a_problem(client: Any, key: dict[str, str], body: bytes) -> None:
    asked.letter()
    answer = client.put(f"{CHOICES}letter/", body, content_type=JSON, headers=key)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("slug", ["nothing", "x" * 200])
def test_what_is_not_asked_is_not_there(client: Any, key: dict[str, str], slug: str) -> None:
    asked.letter(countries=["FR"])
    for there in (slug, "letter"):
        assert put(client, key, there, answer="yes", version=1).status_code == 404
        assert client.get(f"{CHOICES}{there}/", headers=key).status_code == 404
    assert read(client, key) == []


def test_reading_and_changing_are_two_scopes(client: Any, ann: Individual) -> None:
    asked.letter()
    reads, writes, neither = key_of(ann, READ), key_of(ann, WRITE), key_of(ann, "read", "export", "request")
    for url in (CHOICES, f"{CHOICES}letter/", f"{CHOICES}history/"):
        assert [client.get(url, headers=each).status_code for each in (reads, writes, neither)] == [
            200,
            403,
            403,
        ]
    body = {"answer": "yes", "version": 1}
    assert [put(client, each, "letter", **body).status_code for each in (reads, neither, writes)] == [
        403,
        403,
        200,
    ]


def test_the_history_is_anns_alone_with_time_words_and_channel(
    client: Any, ann: Individual, ben: Individual, key: dict[str, str]
) -> None:
    version = asked.letter()
    give(ann, version, **how(ann, language="de"))
    last = withdraw(ann, version, **how(ann))
    object_to(ben, advertising(), **how(ben))

    body = read(client, key, "history")

    assert body["count"] == 2
    assert body["results"][0] == {
        "id": str(last.pk),
        "slug": "letter",
        "kind": "consent",
        "name": "Monthly letter",
        "answer": "withdrawn",
        "at": body["results"][0]["at"],
        "zone": "UTC",
        "version": 1,
        "version_hash": version.hash,
        "language": "en",
        "text_hash": last.text_hash,
        "channel": "tab",
    }
    assert body["results"][1]["language"] == "de"
    page = client.get(f"{CHOICES}history/?limit=1&offset=1", headers=key).json()
    assert [each["answer"] for each in page["results"]] == ["given"]


def test_a_browser_that_is_signed_in_may_answer_too_if_the_page_is_ours(client: Any, ann: Individual) -> None:
    asked.letter()
    client.force_login(ann.account)
    assert put(client, {}, "letter", answer="yes", version=1).status_code == 200
    client.handler.enforce_csrf_checks = True
    assert put(client, {}, "letter", answer="no", version=1).status_code == 403
    assert acts_of(ann) == ["given"]


def test_who_answers_all_the_time_is_slowed_down(
    client: Any, ann: Individual, ben: Individual, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ANSWERS", 3)
    asked.letter()
    for number in range(3):
        assert put(client, key, "letter", answer=("yes", "no")[number % 2], version=1).status_code == 200

    refused = put(client, key, "letter", answer="no", version=1)

    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert int(refused["Retry-After"]) > 0
    assert Standing.objects.get().act == Act.GIVEN
    assert read(client, key)
    assert put(client, key_of(ben, WRITE), "letter", answer="yes", version=1).status_code == 200
