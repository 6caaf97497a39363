"""Objecting in the browser: with JavaScript and without, wide and narrow, for everybody's eyes and ears."""

import os
import re
from pathlib import Path

import pytest

from ams.models import Association, Individual
from consent.models import Decision
from consent.objection import reason_of
from privacy.tenancy import speaking_for
from tests.consent.test_objection import advertising, notice
from tests.plugin_browser import NARROW, WIDE, Visitor, assert_accessible

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PICTURES = os.environ.get("PICTURES")  # a folder, for whoever wants to look


@pytest.mark.parametrize(("width", "script"), [(WIDE, True), (NARROW, True), (WIDE, False)])
def test_ann_stops_a_use_with_a_reason_and_takes_it_back(
    visitor: Visitor, association: Association, ann: Individual, width: int, script: bool
) -> None:
    with speaking_for(association.pk):
        notice()
        advertising()
    page = visitor.open("/privacy/choices/", width=width, script=script, member=ann)
    card = page.locator("#interest-statistics")
    card.get_by_text("Say why, if you like").click()
    card.get_by_label("Your reason").fill("My town is small.")
    if script:
        assert_accessible(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"before-{width}-{script}.png", full_page=True)

    card.get_by_role("button", name="Object to this use").click()

    page.get_by_text("Statistics: stopped,").wait_for()
    card.get_by_role("button", name="Allow this use again").wait_for()
    if script:
        assert_accessible(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"after-{width}-{script}.png", full_page=True)
    with speaking_for(association.pk):
        assert reason_of(Decision.objects.get()) == "My town is small."

    page.get_by_role("button", name=re.compile("Undo.*Statistics")).click()

    page.get_by_text("Statistics: goes on,").wait_for()
    card.get_by_role("button", name="Object to this use").wait_for()
