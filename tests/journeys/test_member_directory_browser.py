"""Ann lets herself be found: she reads what is asked, says yes, shows her town, and is gone when she says no."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ams.models import Association, Individual
from consent.decide import give
from privacy.tenancy import speaking_for
from tests.ams.listed import listed, statement
from tests.consent import asked
from tests.consent.test_decide import how
from tests.plugin_browser import Visitor, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def version(association: Association, ann: Individual, ben: Individual) -> Any:
    with speaking_for(association.pk):
        return statement()


def switch(page: Page, name: str) -> Any:
    return page.get_by_role("switch", name=name, exact=True)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_ann_is_found_from_her_yes_to_her_no(
    visitor: Visitor, version: Any, ann: Individual, ben: Individual, script: bool
) -> None:
    bens = visitor.open("/members/", member=ben, script=script)
    expect(bens.get_by_text("Nobody is listed yet")).to_be_visible()
    page = visitor.open("/profile/", member=ann, script=script)
    page.get_by_role("link", name="Members", exact=True).click()
    page.get_by_role("link", name="My own entry", exact=True).click()
    expect(page.get_by_role("heading", name="You are not in the directory")).to_be_visible()
    if script:
        look(page)
    page.get_by_role("switch").click()

    expect(page.get_by_role("heading", name="What other members see of you")).to_be_visible()
    expect(page.locator("aside")).not_to_contain_text("Dublin")
    switch(page, "Town").click()
    expect(switch(page, "Town")).to_be_checked()
    expect(page.locator("aside")).to_contain_text("Dublin")
    if script:
        expect(switch(page, "Town")).to_be_focused()
        look(page)
    page.get_by_role("link", name="Write my introduction").click()
    page.get_by_label("A few words to other members").fill("Ask me about fjords.")
    if script:
        look(page)
    page.get_by_role("button", name="Save my introduction").click()
    expect(page.locator("aside")).to_contain_text("Ask me about fjords.")

    bens.goto("/members/")
    if script:
        look(bens)
    bens.get_by_role("link", name="Ann Archer").click()
    expect(bens.get_by_text("Dublin", exact=True)).to_be_visible()
    expect(bens.get_by_text("Ask me about fjords.")).to_be_visible()
    expect(bens.get_by_text("+353")).to_have_count(0)
    if script:
        look(bens)

    page.get_by_role("link", name="Take back your yes").click()
    page.locator("#choice-directory").get_by_role("switch").click()
    expect(page.locator("#choice-directory").get_by_role("switch")).not_to_be_checked()

    bens.reload()
    expect(bens.get_by_text("Ann Archer")).to_have_count(0)
    bens.goto("/members/")
    expect(bens.get_by_text("Nobody is listed yet")).to_be_visible()


def test_ben_types_part_of_a_name_and_the_list_follows(
    visitor: Visitor, association: Association, version: Any, ann: Individual, ben: Individual
) -> None:
    with speaking_for(association.pk):
        listed(ann, version, "country")
        listed(ben, version)
    page = visitor.open("/members/", member=ben)
    expect(page.get_by_role("link", name="Ben Baker")).to_be_visible()
    page.get_by_label("Part of a name").press_sequentially("arch")
    expect(page.get_by_role("link", name="Ben Baker")).to_have_count(0)
    expect(page.get_by_role("link", name="Ann Archer")).to_be_visible()
    assert "arch" not in page.url
    page.get_by_label("Part of a name").fill("zz")
    expect(page.get_by_text("Nobody found")).to_be_visible()
    look(page)
    page.get_by_label("Part of a name").fill("")
    page.get_by_label("Country").select_option("IE")
    expect(page.get_by_role("link", name="Ann Archer")).to_be_visible()
    expect(page.get_by_role("link", name="Ben Baker")).to_have_count(0)


def test_cleo_hands_the_printer_a_list(
    visitor: Visitor, association: Association, ann: Individual, cleo: Individual
) -> None:

    with speaking_for(association.pk):
        give(ann, asked.journal(), **how(ann))
    page = visitor.open("/console/ams/handover/", member=cleo)
    look(page)
    page.get_by_role("main").get_by_role("link", name="Hand over a list").first.click()
    look(page)
    page.get_by_role("button", name="See how many people").click()
    expect(page.get_by_text("1 person would be on the list")).to_be_visible()
    look(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Hand over the list of 1 person").click()
    assert "Ann Archer,Archer Lane 9" in download.value.path().read_text(encoding="utf-8-sig")
    page.goto("/console/ams/handover/")
    look(page)
    page.get_by_role("link", name="Druckhaus Lindner").click()
    look(page)

    member = visitor.open("/privacy/who/", member=ann)
    expect(member.get_by_role("heading", name="Lists that you were on")).to_be_visible()
    look(member)
