"""What a no changes, and being asked again, in the browser: with JavaScript and without, wide and narrow."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ams.models import Association, Individual
from consent import gate
from consent.decide import give
from consent.models import Removal
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.directory import directory, listed
from tests.consent.test_decide import how
from tests.plugin_browser import NARROW, WIDE, Visitor, assert_accessible

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PICTURES = os.environ.get("PICTURES")  # a folder, for whoever wants to look
EYES = pytest.mark.parametrize(("width", "script"), [(WIDE, True), (NARROW, True), (WIDE, False)])


def look(page: Page, name: str, *, script: bool) -> None:
    if script:
        assert_accessible(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@EYES
def test_ann_reads_what_a_no_changes_says_it_and_takes_it_back(
    visitor: Visitor, association: Association, ann: Individual, width: int, script: bool
) -> None:
    with speaking_for(association.pk):
        listed(ann, directory())
    page = visitor.open("/privacy/choices/", width=width, script=script, member=ann)
    card = page.locator("#choice-directory")
    card.get_by_text("What changes if you say no").click()
    card.get_by_text("is erased on").wait_for()
    look(page, f"no-before-{width}-{script}", script=script)

    card.get_by_role("switch").click()

    page.get_by_text("Directory: no, from today").wait_for()
    card.get_by_text("Say yes before that day, and it stays.").wait_for()
    look(page, f"no-after-{width}-{script}", script=script)

    page.get_by_role("button", name=re.compile("Undo.*Directory")).click()

    page.get_by_text("Directory: yes, from today").wait_for()
    with speaking_for(association.pk):
        assert Removal.objects.get().cancelled_at


@EYES
def test_ann_is_asked_again_when_she_signs_in_and_goes_on_from_there(
    visitor: Visitor, association: Association, ann: Individual, width: int, script: bool
) -> None:
    with speaking_for(association.pk):
        letter, journal = asked.letter(), asked.journal()
        for each in (letter, journal):
            give(ann, each, **how(ann))
        asked.newer(letter, ask_again=True)
        asked.newer(journal, "Journal by post, now every month", ask_again=True, old_counts=True)
    page = visitor.open("/profile/", width=width, script=script)
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    page.get_by_role("heading", name="We ask you again").wait_for()
    look(page, f"again-{width}-{script}", script=script)
    page.get_by_role("button", name="Save my answers").click()
    page.get_by_text("Choose an answer, or go on without one.").wait_for()
    look(page, f"again-none-{width}-{script}", script=script)
    page.get_by_label("Yes, Letter, now with offers").check()
    page.get_by_label("No Journal by post, now every month").check()
    page.get_by_role("button", name="Save my answers").click()

    page.get_by_text("Your answers are saved.").wait_for()
    assert page.url.endswith("/profile/")
    with speaking_for(association.pk):
        assert gate.allows(ann.pk, "letter")
        assert not gate.allows(ann.pk, "journal")


def test_later_leads_on(visitor: Visitor, association: Association, ann: Individual) -> None:
    with speaking_for(association.pk):
        letter = asked.letter()
        give(ann, letter, **how(ann))
        asked.newer(letter, ask_again=True)
    page = visitor.open("/privacy/choices/again/?next=/profile/", member=ann)

    page.get_by_role("link", name="Later").click()

    page.wait_for_url("**/profile/")
    page.goto("/privacy/choices/")
    page.get_by_role("link", name=re.compile("Read and answer")).click()
    page.get_by_role("heading", name="We ask you again").wait_for()
