"""The pages of joining that a child sees, in Chromium: who answers for them, and what still waits."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import expect

from ams.models import Association
from ams.signup.draft import COOKIE
from privacy.tenancy import speaking_for
from tests.consent import asked
from tests.journeys.joining import ABOUT, open_for_members, post, shown, up_to
from tests.journeys.test_children import years_ago
from tests.plugin_browser import NARROW, Visitor, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_child_joins_and_reads_what_still_waits(visitor: Visitor, association: Association) -> None:
    open_for_members(association)
    with speaking_for(association.pk):
        asked.compose("portrait", asked.words("Portrait"), number=9, double_opt_in=True)
    client = Client(HTTP_HOST=urlsplit(visitor.origin).netloc)
    up_to(client, "about")
    page = visitor.open("/login/", width=NARROW)
    page.context.add_cookies([{"name": COOKIE, "value": client.cookies[COOKIE].value, "url": visitor.origin}])
    page.goto("/join/about/")
    expect(page.get_by_text("Only to know whether a parent has to agree")).to_be_visible()
    look(page, "join-about")
    post(client, "about", **(ABOUT | {"born_on": years_ago(12)}))
    post(client, "membership", type="individual")
    post(client, "statutes", statutes="on", **shown(client, "statutes"))
    post(client, "choices", letter="yes", portrait="yes", **shown(client, "choices"))

    page.goto("/join/guardian/")
    page.get_by_label("Name of your parent or guardian").fill("Mona O'Shea")
    page.get_by_label("Their e-mail").fill("dora@example.org")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="This is your own address.")).to_be_visible()
    look(page, "join-guardian")
    page.get_by_label("Their e-mail").fill("mona@example.org")
    page.get_by_role("button", name="Continue").click()
    look(page, "join-check")
    page.get_by_role("button", name="Join").click()

    expect(page.get_by_text("“Monthly letter” waits for your parent or guardian")).to_be_visible()
    look(page, "join-done")
