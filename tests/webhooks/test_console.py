"""Endpoints in the console: what staff see, what administrators do, and an address that nobody can click (W18)."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from ams.models import Account, Association, Individual
from privacy.ledger.models import LedgerEntry
from tests.webhooks.conftest import MakeEndpoint, drain, make_due
from tests.webhooks.receivers import Receiver
from webhooks import endpoints, health
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.publish import publish


@pytest.fixture
def desk(client: Client, cleo: Individual) -> Client:
    """Cleo, an administrator, in the console."""
    return signed_in(client, cleo)


def signed_in(client: Client, person: Individual, role: str = "administrator") -> Client:
    account = Account.objects.get(individual=person)
    Account.objects.filter(pk=account.pk).update(role=role)
    account.refresh_from_db()
    client.force_login(account)
    return client


def page_of(client: Client, endpoint: Endpoint) -> str:
    answer = client.get(reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def do(client: Client, name: str, row: Any, verb: str) -> Any:
    return client.post(reverse(f"admin:webhooks_{name}_do", args=[row.pk, verb]), follow=True)


FORM = {
    "name": "Printer",
    "organisation": "Print & Co",
    "url": "https://hooks.example/notices",
    "event_types": ["individual.erased", "individual.updated"],
    "signatures": ["v1a", "v1"],
}


def test_cleo_adds_an_endpoint_and_sees_its_public_key(desk: Client) -> None:
    answer = desk.post(reverse("admin:webhooks_endpoint_add"), FORM, follow=True)
    endpoint = Endpoint.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("admin:webhooks_endpoint_change", args=[endpoint.pk])
    page = answer.content.decode()
    assert endpoint.keys.get(scheme="v1a").public in page
    assert "Print &amp; Co" in page
    assert "whsk_" not in page
    assert endpoint.keys.get(scheme="v1").secret not in page
    assert LedgerEntry.objects.filter(kind="endpoint.changed", actor_uid__isnull=False).exists()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "http://hooks.example/", "https://127.0.0.1/", "https://hooks.example:22/",
        'https://hooks.example/"><script>', "https://user:word@hooks.example/", "https://h\u043eoks.example/", "",
    ],
)  # fmt: skip
def test_an_address_that_is_never_dialled_is_refused_in_the_form(
    desk: Client, url: str, settings: Any
) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    answer = desk.post(reverse("admin:webhooks_endpoint_add"), FORM | {"url": url})
    assert answer.status_code == 200
    assert "id_url_error" in answer.content.decode()
    assert Endpoint.objects.count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(document.domain)//",
        'https://x.example/"onmouseover="alert(1)',
        "https://xn--pple-43d.example/",
    ],
)
def test_an_address_that_got_in_anyway_is_text_and_never_a_link(
    desk: Client, association: Association, make_endpoint: MakeEndpoint, url: str
) -> None:
    endpoint = make_endpoint()
    Endpoint.objects.update(url=url)
    edit = reverse("admin:webhooks_endpoint_edit", args=[endpoint.pk])
    pages = [page_of(desk, endpoint), desk.get(edit).content.decode()]
    assert escape(url) in pages[0]  # it is shown
    for page in pages:
        links = re.findall(r'(?:href|src|action)="([^"]*)"', page)
        assert links
        assert {link.partition(":")[0] for link in links if ":" in link} <= {
            "mailto"
        }  # no address but our own
        assert [link for link in links if url[-20:] in link] == []
        assert 'onmouseover="' not in page


def test_the_list_says_how_each_one_is_doing(
    desk: Client, ann: Individual, endpoint: Endpoint, receiver: Receiver, make_endpoint: MakeEndpoint
) -> None:
    url = reverse("admin:webhooks_endpoint_changelist")
    publish("individual.updated", subject=ann.pk)
    assert "Nothing delivered yet" in desk.get(url).content.decode()
    drain(endpoint)
    page = desk.get(url).content.decode()
    assert "All are well" in page
    assert "Nordic Ledger AB" in page
    receiver.answer = lambda _: (500, {})
    publish("individual.updated", subject=ann.pk)
    drain(endpoint)
    page = desk.get(url).content.decode()
    assert "Answers with errors" in page
    assert "One needs a look" in page
    endpoints.disable(endpoint)
    assert "Switched off" in desk.get(url).content.decode()


def test_with_no_endpoint_the_list_says_what_one_is_for(desk: Client) -> None:
    page = desk.get(reverse("admin:webhooks_endpoint_changelist")).content.decode()
    assert "Nobody is told yet" in page
    assert reverse("admin:webhooks_endpoint_add") in page


def test_the_page_shows_the_tries_as_a_timeline(
    desk: Client, ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _: (503, {})
    publish("individual.erased", subject=ann.pk)
    drain(endpoint)
    make_due()
    drain(endpoint)
    page = page_of(desk, endpoint)
    assert "Next try" in page
    assert "Try 3 of 10." in page
    assert page.count("503, Answered with an error") == 2
    assert "Try now" in page
    assert "1 notice is under way." in page
    assert "89 of 90 days without trouble." in page


def test_the_page_costs_the_same_statements_for_one_delivery_and_for_thirty(
    desk: Client, ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    def cost() -> int:
        page_of(desk, endpoint)
        with CaptureQueriesContext(connection) as queries:
            page_of(desk, endpoint)
        return len(queries)

    receiver.answer = lambda _: (500, {})
    publish("individual.updated", subject=ann.pk)
    drain(endpoint)
    one = cost()
    for _ in range(29):
        publish("individual.updated", subject=ann.pk)
    drain(endpoint)
    assert cost() == one


def test_the_strip_says_well_slow_down_and_nothing_by_the_associations_calendar(
    ann: Individual, endpoint: Endpoint, association: Association
) -> None:
    publish("individual.updated", subject=ann.pk)
    delivery = Delivery.objects.get()
    today = timezone.localtime().replace(hour=12)
    tries = [
        (1, "delivered", 10),
        (2, "delivered", 9000),
        (3, "timed_out", 15000),
        (4, "answered", 10),
        (4, "delivered", 10),
    ]
    for number, (days_ago, outcome, milliseconds) in enumerate(tries, 1):
        Attempt.objects.create(
            delivery=delivery,
            number=number,
            outcome=outcome,
            milliseconds=milliseconds,
            at=today - timedelta(days=days_ago),
        )
    days = health.strip(endpoint)
    assert len(days) == 90
    assert [day["state"] for day in days[-6:]] == ["none", "attention", "danger", "attention", "done", "none"]
    assert {day["state"] for day in days[:-6]} == {"none"}
    assert health.in_words(days).count("(slow)") == 2
    assert health.in_words(days).count("(down)") == 1
    assert health.facts(days, {"due": 1, "dead": 2}) == (
        "87 of 90 days without trouble. 1 notice is under way. 2 did not arrive."
    )
    with time_machine.travel(today + timedelta(days=100)):
        assert {day["state"] for day in health.strip(endpoint)} == {"none"}


def test_a_test_is_sent_at_a_click(desk: Client, endpoint: Endpoint, receiver: Receiver) -> None:
    answer = do(desk, "endpoint", endpoint, "test")
    assert "A test is on its way." in answer.content.decode()
    drain(endpoint)
    assert b"endpoint.test" in receiver.requests[0].body


def test_an_endpoint_is_switched_off_and_on(desk: Client, endpoint: Endpoint) -> None:
    page = do(desk, "endpoint", endpoint, "disable").content.decode()
    assert "Switched off by staff." in page
    assert "Send a test" not in page
    assert "That cannot be done now" in do(desk, "endpoint", endpoint, "test").content.decode()
    do(desk, "endpoint", endpoint, "enable")
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_the_keys_are_changed_with_an_overlap(desk: Client, endpoint: Endpoint) -> None:
    old = endpoint.keys.get(scheme="v1a").public
    url = reverse("admin:webhooks_endpoint_rotate", args=[endpoint.pk])
    assert "How long do the old keys" in desk.get(url).content.decode()
    page = desk.post(url, {"overlap": "1"}, follow=True).content.decode()
    new = endpoint.keys.get(scheme="v1a", ends_at=None).public
    assert old != new
    assert old in page
    assert new in page
    assert "Signs too until" in page
    page = desk.post(url, {"overlap": "0"}, follow=True).content.decode()
    assert new not in page


def test_the_shared_secret_is_shown_only_after_a_click_and_the_ledger_knows(
    desk: Client, endpoint: Endpoint, cleo: Individual
) -> None:
    secret = endpoint.keys.get(scheme="v1").secret
    url = reverse("admin:webhooks_endpoint_secret", args=[endpoint.pk])
    assert secret not in page_of(desk, endpoint)
    assert desk.get(url).status_code == 405
    answer = desk.post(url)
    assert secret in answer.content.decode()
    assert answer["Cache-Control"] == "no-store" or "no-store" in answer["Cache-Control"]
    entry = LedgerEntry.objects.order_by("-seq")[0]
    assert (entry.kind, entry.actor_uid) == ("endpoint.secret_shown", cleo.pk)


def test_an_endpoint_is_changed_in_its_form(desk: Client, endpoint: Endpoint) -> None:
    url = reverse("admin:webhooks_endpoint_edit", args=[endpoint.pk])
    assert endpoint.url in desk.get(url).content.decode()
    desk.post(url, FORM | {"name": "Ledger", "signatures": ["v1a"]})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url, endpoint.signatures) == ("Ledger", FORM["url"], ["v1a"])
    assert endpoint.version == 2


def test_a_delivery_shows_what_was_sent_and_can_be_sent_anew(
    desk: Client, ann: Individual, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda _: (410, {})
    publish("individual.erased", subject=ann.pk)
    drain(endpoint)
    delivery = Delivery.objects.get()
    url = reverse("admin:webhooks_delivery_change", args=[delivery.pk])
    page = desk.get(url).content.decode()
    assert delivery.webhook_id in page
    assert delivery.payload["data"]["recipient_subject_id"] in page
    assert "410, Gone for good" in page
    assert str(ann.pk) not in page
    assert ann.email not in page
    assert "Send anew" in page
    do(desk, "delivery", delivery, "replay")
    delivery.refresh_from_db()
    assert delivery.state == "due"
    assert "That cannot be done now" in do(desk, "delivery", delivery, "replay").content.decode()
    assert "is being made" in do(desk, "delivery", delivery, "now").content.decode()
    every = reverse("admin:webhooks_delivery_changelist")
    assert url in desk.get(every).content.decode()
    assert url in desk.post(every, {"q": delivery.webhook_id}, follow=True).content.decode()
    assert url not in desk.post(every, {"q": "msg_other"}, follow=True).content.decode()


def test_staff_look_and_only_administrators_act(
    client: Client, ben: Individual, ann: Individual, endpoint: Endpoint
) -> None:
    publish("individual.updated", subject=ann.pk)
    delivery = Delivery.objects.get()
    signed_in(client, ben, "staff")
    page = page_of(client, endpoint)
    for words in ("Switch off", "Change the keys", "Show the shared secret", "Send a test", "Try now"):
        assert words not in page
    assert client.get(reverse("admin:webhooks_endpoint_add")).status_code == 403
    for name in ("edit", "rotate"):
        assert client.get(reverse(f"admin:webhooks_endpoint_{name}", args=[endpoint.pk])).status_code == 403
    assert client.post(reverse("admin:webhooks_endpoint_secret", args=[endpoint.pk])).status_code == 403
    for verb in ("test", "disable", "enable"):
        assert do(client, "endpoint", endpoint, verb).status_code == 403
    for verb in ("now", "replay"):
        assert do(client, "delivery", delivery, verb).status_code == 403
    assert Delivery.objects.count() == 1


def test_a_member_sees_nothing_of_it(client: Client, ann: Individual, endpoint: Endpoint) -> None:
    signed_in(client, ann, "member")
    for url in (
        reverse("admin:webhooks_endpoint_changelist"),
        reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]),
        reverse("admin:webhooks_delivery_changelist"),
    ):
        assert client.get(url).status_code in {302, 403, 404}


def test_reading_changes_nothing(desk: Client, endpoint: Endpoint, bells: list[UUID]) -> None:
    for verb in ("test", "disable", "enable"):
        assert desk.get(reverse("admin:webhooks_endpoint_do", args=[endpoint.pk, verb])).status_code == 405
    assert do(desk, "endpoint", endpoint, "explode").status_code == 403
    endpoint.refresh_from_db()
    assert (endpoint.version, Delivery.objects.count(), bells) == (1, 0, [])
