"""Failed tries slow down whoever makes them, and nobody else: no account is locked, and no letter stays away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from ams.accounts import daily_secret, devices, throttle
from ams.accounts.forms import SignInForm
from ams.models import FailureCount, Individual, SentMail
from tests.ams.letters import link_in
from tests.ams.test_authentication import WRONG, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door_answers")]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)  # what changes with the day is asked far from its end


def request_from(address: str) -> Any:
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_failures_from_one_place_make_the_next_try_wait_longer_each_time(
    client: Client, ann: Individual
) -> None:
    for _time in range(throttle.FREE):
        sign_in(client, password=WRONG)
    assert sign_in(client).context["form"].non_field_errors() == [SignInForm.TOO_OFTEN]
    now = timezone.now()
    with time_machine.travel(now + 2 * throttle.MINUTE):
        sign_in(client, password=WRONG)
    with time_machine.travel(now + 4 * throttle.MINUTE):  # the second wait is twice as long
        assert sign_in(client).status_code == 200
    with time_machine.travel(now + 5 * throttle.MINUTE):
        assert sign_in(client).status_code == 302


@pytest.mark.parametrize("failures", [0, throttle.FREE, throttle.FREE + 1, 400])
def test_nobody_waits_longer_than_a_quarter_of_an_hour(failures: int) -> None:
    assert throttle.MINUTE <= throttle.delay_after(failures) <= throttle.WINDOW


def test_nobody_locks_ann_s_account_from_elsewhere(client: Client, ann: Individual) -> None:
    for number in range(throttle.UNDER_FIRE + 1):
        throttle.count_failure(request_from(f"203.0.{number}.9"), "ann@example.org")
    spent = "203.0.7.200"  # under fire each network has one try, and this one has used it
    assert sign_in(Client(), REMOTE_ADDR=spent).status_code == 200
    assert sign_in(client, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_on_a_device_that_ann_has_used_before_others_failures_do_not_count(
    client: Client, ann: Individual
) -> None:
    assert sign_in(client).status_code == 302
    client.post(reverse("logout"))
    for _time in range(throttle.FREE_FROM_A_NETWORK + 1):
        throttle.count_failure(request_from("127.0.0.1"), "ann@example.org")
    assert sign_in(Client()).status_code == 200  # a stranger at the same place
    assert sign_in(client).status_code == 302


def test_a_device_that_ann_has_lost_does_not_guess_for_ever(client: Client, ann: Individual) -> None:
    sign_in(client)
    client.post(reverse("logout"))
    for _time in range(throttle.FREE_FROM_A_DEVICE):
        sign_in(client, password=WRONG)
    assert sign_in(client).context["form"].non_field_errors() == [SignInForm.TOO_OFTEN]


def test_a_device_is_known_for_those_alone_who_signed_in_there(
    client: Client, ann: Individual, ben: Individual
) -> None:
    sign_in(client)
    cookie = client.cookies[devices.COOKIE]
    assert cookie["httponly"]
    assert "ann" not in cookie.value
    request = request_from("127.0.0.1")
    request.COOKIES[devices.COOKIE] = cookie.value
    assert devices.known(request, " Ann@example.org")
    assert devices.known(request, "ben@example.org") is None
    for broken in (cookie.value[:-6] + "AAAA==", "x", ""):
        request.COOKIES[devices.COOKIE] = broken
        assert devices.known(request, "ann@example.org") is None
    request.COOKIES[devices.COOKIE] = cookie.value
    with time_machine.travel(timezone.now() + devices.LIFE + timedelta(days=1)):
        assert devices.known(request, "ann@example.org") is None


def test_failed_tries_never_keep_a_letter_from_ann(client: Client, ann: Individual) -> None:
    for number in range(2 * throttle.UNDER_FIRE):
        throttle.count_failure(request_from(f"127.0.0.{number}"), "ann@example.org")
    assert sign_in(client).status_code == 200
    client.post(reverse("password_reset"), {"email": "ann@example.org"})
    page = client.get(link_in(SentMail.objects.get(individual=ann)), follow=True)
    new = {"new_password1": "a-fresh-start-27", "new_password2": "a-fresh-start-27"}
    client.post(page.request["PATH_INFO"], new)
    assert sign_in(client, password="a-fresh-start-27").status_code == 302  # the letter made the device hers


def test_whoever_asks_for_letters_again_and_again_does_not_fill_ann_s_mailbox(
    client: Client, ann: Individual
) -> None:
    for _time in range(throttle.FREE_LETTERS + 5):
        client.post(reverse("password_reset"), {"email": "ann@example.org"})
    assert SentMail.objects.filter(individual=ann).count() == throttle.FREE_LETTERS
    assert sign_in(client).status_code == 302  # and her sign-in does not mind


def test_who_tries_many_addresses_from_one_place_is_slowed_down_too(client: Client, ann: Individual) -> None:
    for number in range(throttle.FREE_FROM_A_NETWORK):
        throttle.count_failure(request_from("203.0.113.9"), f"somebody{number}@example.org")
    assert sign_in(client, REMOTE_ADDR="203.0.113.9").status_code == 200
    assert sign_in(client, REMOTE_ADDR="203.0.114.10").status_code == 302


@time_machine.travel(NOON)
def test_the_count_of_failures_tells_of_nobody(client: Client, ann: Individual) -> None:
    sign_in(client, password=WRONG)
    rows = list(FailureCount.objects.values_list("bucket", "failures"))
    assert len(rows) == 3
    assert all(bucket < 2**24 for bucket, _failures in rows)
    assert throttle.bucket_of("mail", " Ann@Example.org") in dict(rows)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert throttle.bucket_of("mail", "ann@example.org") not in dict(rows)


@time_machine.travel(NOON, tick=False)
def test_what_failed_tries_are_counted_with_lives_in_the_broker_alone_until_the_day_is_over() -> None:
    """So a back-up cannot be asked by whoever has everything that we keep. All processes count together."""
    broker = daily_secret.broker(django_settings.CELERY_BROKER_URL)
    name = f"ams.tries.{NOON:%Y-%m-%d}"
    asked = throttle.bucket_of("mail", "ann@example.org")
    assert throttle.bucket_of("mail", "ann@example.org") == asked
    assert broker.get(name) == daily_secret.daily_secret()
    assert 0 < broker.ttl(name) <= 12 * 3600 + 1
    broker.delete(name)
    assert throttle.bucket_of("mail", "ann@example.org") != asked


@time_machine.travel(NOON)
@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def test_without_the_broker_each_process_counts_by_itself(settings: Any, url: str) -> None:
    """Nothing listens there, and nobody is kept waiting."""
    settings.CELERY_BROKER_URL = url
    asked = throttle.bucket_of("mail", "ann@example.org")
    assert throttle.bucket_of("mail", "ann@example.org") == asked
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert throttle.bucket_of("mail", "ann@example.org") != asked
    assert len(daily_secret.own) == 1
