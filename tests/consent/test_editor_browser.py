"""An administrator writes, looks, and publishes in Chromium: by keyboard and on a phone, and axe finds nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from ams.models import Individual
from consent.console.drafts import begin
from consent.models import Statement, Version
from privacy.tenancy import speaking_for
from tests.consent import asked
from tests.plugin_browser import NARROW, WIDE, Visitor, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/console/consent/statement/"


@pytest.fixture
def letter(cleo: Individual) -> Version:
    with speaking_for(cleo.association_id):  # type: ignore[arg-type]  # the column's default may be None
        return asked.letter()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the draft").click()


@pytest.mark.parametrize(("width", "script"), [(WIDE, True), (NARROW, False)])
def test_cleo_writes_looks_and_publishes(
    visitor: Visitor, cleo: Individual, width: int, *, script: bool
) -> None:
    page = visitor.open(f"{LIST}add/", member=cleo, width=width, script=script)
    check = assert_accessible if script else lambda _page: None
    check(page)
    page.get_by_role("textbox", name="Name").fill("Member survey")
    page.get_by_label("Question").fill("May we ask you what you think?")
    page.get_by_role("button", name="Add the statement").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Member survey")
    publish = page.get_by_role("button", name="Publish version 1")
    expect(publish).to_be_disabled()
    expect(publish).to_have_accessible_description(re.compile(r"German is missing\."))
    check(page)

    page.get_by_label("What it means").fill("# Once a year\n\nTen questions.")
    save(page)
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Leave out headings")
    expect(summary).to_be_focused()
    check(page)

    page.get_by_label("What it means").fill("Once a *year*.\n\n- ten questions\n- five minutes")
    page.get_by_label("Words for yes").fill("Yes, ask me")
    page.get_by_label("Words for no").fill("No questions")
    save(page)
    asked_here = page.locator("#preview-asked")
    expect(asked_here.get_by_role("listitem")).to_have_text(["ten questions", "five minutes"])
    expect(asked_here.get_by_role("radio", name="No questions")).to_be_visible()
    expect(page.locator("#preview-card")).to_contain_text("You have not said yes")
    expect(publish).to_be_disabled()

    for language, title in {
        "German": "Dürfen wir Sie fragen?",
        "French": "Pouvons-nous vous demander ?",
    }.items():
        page.get_by_role("link", name=f"Add {language}").click()
        page.get_by_label("Name").fill(f"Survey, {language}")
        page.get_by_label("Question").fill(title)
        page.get_by_label("What it means").fill("…")
        page.get_by_label("Words for yes").fill("1")
        page.get_by_label("Words for no").fill("0")
        page.get_by_label("How long").fill("…")
        save(page)
        expect(page.locator("#preview-asked")).to_contain_text(title)
    check(page)

    page.get_by_role("link", name="Edit German").click()
    expect(page.locator("#preview-asked")).to_contain_text("Wie lange")
    expect(page.locator("#preview-heading + [lang=de]")).to_be_visible()

    page.get_by_role("link", name="Publish version 1").click()
    expect(page.get_by_text("It can never be changed")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()
    check(page)
    with speaking_for(cleo.association_id):  # type: ignore[arg-type]  # as above
        assert Statement.objects.get().current() is not None


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_newer_version_and_the_pages_around_it(
    visitor: Visitor, cleo: Individual, letter: Version, width: int
) -> None:
    page = visitor.open(LIST, member=cleo, width=width)
    assert_accessible(page)
    page.get_by_role("link", name="Monthly letter").click()
    assert_accessible(page)
    one = page.url
    page.get_by_role("button", name="Write a new version").click()
    page.get_by_label("What it means").fill("Monthly letter, in full, with offers, in en.")
    page.get_by_label("Until they answer, it is a no.").check()
    save(page)
    expect(page.locator("#preview-asked ins").first).to_contain_text("with offers")
    assert_accessible(page)

    page.get_by_role("link", name="Publish version 2").click()
    expect(page.get_by_text("Until they answer, it is a no.")).to_be_visible()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("alert")).to_contain_text("Read and confirm German too.")
    assert_accessible(page)
    for language in ("English", "German", "French"):
        page.get_by_role("checkbox", name=f"{language}: I have read it").check()
    page.get_by_role("button", name="Publish version 2").click()
    page.get_by_role("link", name="Read version 2").click()
    expect(page.locator("ins").first).to_contain_text("with offers")
    assert_accessible(page)

    for path in ("end/", "facts/"):
        page.goto(one.replace("change/", path))
        assert_accessible(page)


def test_whoever_saves_second_is_told_where_they_look(
    visitor: Visitor, cleo: Individual, letter: Version
) -> None:
    with speaking_for(cleo.association_id):  # type: ignore[arg-type]  # as above
        begin(letter.statement)
    path = f"{LIST}{letter.statement_id}/draft/en/"
    mine, theirs = (visitor.open(path, member=cleo, width=NARROW) for _tab in range(2))
    theirs.get_by_label("What it means").fill("Their words.")
    save(theirs)

    mine.get_by_label("What it means").fill("My words.")
    save(mine)

    told = mine.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told.locator("del")).to_have_text("Their")
    expect(told.locator("ins")).to_have_text("My")
    expect(mine.get_by_label("What it means")).to_have_value("My words.")
    assert_accessible(mine)
    save(mine)
    expect(mine.get_by_text("The draft is saved.")).to_be_visible()
