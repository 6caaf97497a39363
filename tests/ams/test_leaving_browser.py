"""From the agreement that has no switch to the end of the membership and back, wide and narrow, and without script."""

import os

import pytest
from playwright.sync_api import expect

from ams.models import Association, Individual
from consent.decide import give
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how
from tests.plugin_browser import NARROW, WIDE, Visitor, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES")  # a folder, for whoever wants to look at the pages


@pytest.fixture
def ann(transactional_db: None, association: Association) -> Individual:
    with speaking_for(association.pk):
        ann = factories.ann()
        give(ann, asked.statutes(), **how(ann))
        return ann


@pytest.mark.parametrize(("width", "script"), [(WIDE, True), (NARROW, True), (NARROW, False)])
def test_from_the_agreement_to_the_end_and_back(
    visitor: Visitor, ann: Individual, width: int, script: bool
) -> None:
    page = visitor.open("/privacy/choices/", width=width, member=ann, script=script)

    def look(name: str) -> None:
        if script:  # axe is a script itself
            assert_accessible(page)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}-{script}.png", full_page=True)

    page.locator("#agreed ~ *").get_by_role("link", name="End my membership").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("End my membership")
    look("leave")
    page.get_by_role("button", name="End my membership").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose your last day.")
    look("leave-error")
    page.get_by_label("Today").check()
    page.get_by_role("button", name="End my membership").click()
    expect(page.get_by_role("main")).to_contain_text("Until that day is over you are a member.")
    look("leaving")
    page.get_by_role("button", name="Stay a member").click()
    expect(page.get_by_role("main")).to_contain_text("Your membership goes on.")
    look("stayed")
