"""Two associations asked at once over HTTP, with errors in between: every answer is about the right person."""

import threading
from collections import Counter
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from ams.models import Association, Individual
from privacy.tenancy import speaking_for
from tests.factories import make_account, make_individual

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, AT_ONCE = 12, 3


def signed_in(association: Association, email: str) -> str:
    """The cookie of somebody who has a login there."""
    with speaking_for(association.pk):
        person = make_individual(email=email)
        make_account(person)
        client = Client()
        client.force_login(person.account)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def test_every_answer_is_about_the_right_person(
    live_server: Any, association: Association, sister: Association
) -> None:
    visitors = {
        "localhost": (signed_in(association, "ann@example.org"), b"ann@example.org"),
        "vdk.localhost": (signed_in(sister, "bea@example.org"), b"bea@example.org"),
    }
    seen: Counter[tuple[str, int, bool, bool]] = Counter()
    emails = {email for _, email in visitors.values()}
    guard = threading.Lock()

    def visit(host: str) -> None:
        cookie, own = visitors[host]
        wire = HTTPConnection(urlsplit(live_server.url).netloc, timeout=60)
        for path in ("/privacy/hold/", "/privacy/no-such-page/", "/privacy/hold/") * (ROUNDS // 3):
            wire.request("GET", path, headers={"Host": host, "Cookie": cookie})
            answer = wire.getresponse()
            page = answer.read()
            foreign = any(email in page for email in emails - {own})
            with guard:
                seen[host, answer.status, own in page, foreign] += 1
        wire.close()

    threads = [threading.Thread(target=visit, args=[host]) for host in visitors for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pages, missing = ROUNDS // 3 * 2 * AT_ONCE, ROUNDS // 3 * AT_ONCE
    assert seen == {
        (host, status, own, False): number
        for host in visitors
        for status, own, number in ((200, True, pages), (404, False, missing))
    }


def test_a_session_of_one_association_is_nobody_in_the_other(
    live_server: Any, association: Association, sister: Association
) -> None:
    cookie = signed_in(association, "ann@example.org")
    answers = {}
    for host in ("localhost", "vdk.localhost"):
        wire = HTTPConnection(urlsplit(live_server.url).netloc, timeout=60)
        wire.request("GET", "/privacy/hold/", headers={"Host": host, "Cookie": cookie})
        answers[host] = wire.getresponse().status
        wire.close()
    assert answers == {"localhost": 200, "vdk.localhost": 302}
    with speaking_for(sister.pk):
        assert not Individual.objects.exists()
