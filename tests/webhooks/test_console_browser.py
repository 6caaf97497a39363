"""The endpoint's pages in Chromium: axe finds nothing, wide and narrow, and every act works without script."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from ams.models import Individual
from privacy.tenancy import speaking_for
from tests.plugin_browser import Visitor, assert_accessible, half_of, look
from tests.webhooks.conftest import MakeEndpoint, drain, make_due
from tests.webhooks.receivers import Receiver
from webhooks import endpoints
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.publish import publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def well_used(cleo: Individual, ann: Individual, receiver: Receiver, make_endpoint: MakeEndpoint) -> Endpoint:
    """Ninety days with some trouble, one delivery under way, one refused for good, two kinds of keys."""
    with speaking_for(cleo.association_id):
        endpoint = make_endpoint(receiver.url)
        for kind in ("individual.updated", "consent.given", "consent.withdrawn"):
            publish(kind, subject=ann.pk)
        drain(endpoint)
        delivery = Delivery.objects.order_by("due_at")[0]
        now = timezone.now()
        for number in range(2, 85):
            trouble = {5: ("timed_out", None), 7: ("answered", 500)}.get(number, ("delivered", 204))
            Attempt.objects.create(
                delivery=delivery,
                number=number,
                at=now - timedelta(days=number),
                outcome=trouble[0],
                status=trouble[1],
                milliseconds=9000 if number == 3 else 400,
            )
        receiver.answer = lambda _: (503, {})
        publish("individual.erased", subject=ann.pk)
        for _ in range(3):
            make_due()
            drain(endpoint)
        endpoints.rotate(endpoint)
        return endpoint


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_about_endpoints_is_accessible(
    visitor: Visitor, well_used: Endpoint, cleo: Individual, half: int
) -> None:
    with speaking_for(cleo.association_id):
        delivery = Delivery.objects.get(event__type="individual.erased")
    pages = {
        "endpoint": reverse("admin:webhooks_endpoint_change", args=[well_used.pk]),
        "endpoints": reverse("admin:webhooks_endpoint_changelist"),
        "edit": reverse("admin:webhooks_endpoint_edit", args=[well_used.pk]),
        "rotate": reverse("admin:webhooks_endpoint_rotate", args=[well_used.pk]),
        "delivery": reverse("admin:webhooks_delivery_change", args=[delivery.pk]),
        "deliveries": reverse("admin:webhooks_delivery_changelist"),
    }
    for name, path in half_of(pages, half).items():
        page = visitor.open(path, member=cleo)
        assert page.locator("h1").count() == 1, name
        look(page, name)


def test_the_endpoint_is_accessible_in_the_dark(
    visitor: Visitor, well_used: Endpoint, cleo: Individual
) -> None:
    path = reverse("admin:webhooks_endpoint_change", args=[well_used.pk])
    assert_accessible(visitor.open(path, scheme="dark", member=cleo))


def test_cleo_tests_switches_off_and_switches_on_without_script(
    visitor: Visitor, well_used: Endpoint, cleo: Individual, bells: list[Any]
) -> None:
    path = reverse("admin:webhooks_endpoint_change", args=[well_used.pk])
    page = visitor.open(path, member=cleo, script=False)
    page.click("text=Send a test")
    assert "A test is on its way." in page.inner_text("main")
    assert bells[-1] == well_used.pk
    page.click("text=Switch off")
    assert "Switched off by staff." in page.inner_text("main")
    page.click("text=Switch on")
    assert page.locator("text=Send a test").count() == 1
    page.click("text=Show the shared secret")
    assert "whsec_" in page.inner_text("main")
