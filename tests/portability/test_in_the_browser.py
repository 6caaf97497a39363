"""Take my data in Chromium: the panel follows the row by itself, and without script a link does."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ams.models import Association, Individual
from portability.make import make
from portability.models import Export, State
from privacy.tenancy import speaking_for
from tests.plugin_browser import PICTURES, Visitor, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

TAKE = "/privacy/take/"


def export_of(person: Individual) -> Export:
    with speaking_for(person.association_id):
        return Export.objects.get(individual=person)


def move(export: Export, **facts: Any) -> None:
    with speaking_for(export.association_uid):
        Export.objects.filter(pk=export.pk).update(**facts)


def test_ann_follows_her_copy_and_takes_it(
    transactional_db: None, association: Association, ann: Individual, visitor: Visitor
) -> None:
    page = visitor.open(TAKE, member=ann)
    look(page, "take-1-before")
    page.get_by_role("button", name="Make my copy").click()
    expect(page.get_by_role("heading", name="We are making your copy")).to_be_visible()
    export = export_of(ann)
    move(export, state=State.WRITING, percent=68, things=64)
    expect(page.get_by_text("Collected 64 things")).to_be_visible()  # by itself
    look(page, "take-2-making")
    move(export, state=State.QUEUED, percent=0)
    make(export)
    expect(page.get_by_role("heading", name="Your copy is ready")).to_be_visible()  # as above
    look(page, "take-3-ready")
    with page.expect_download() as found:
        page.get_by_role("button", name="Download the document").click()
    assert Path(found.value.path()).read_bytes().startswith(b"%PDF-")
    with page.expect_download() as found:
        page.get_by_role("button", name="Download the data").click()
    assert Path(found.value.path()).read_bytes().startswith(b"PK")
    if PICTURES:
        with speaking_for(ann.association_id):
            Path(PICTURES, "ann.pdf").write_bytes(export_of(ann).pdf.read())


def test_without_script_ann_looks_again(
    transactional_db: None, association: Association, ann: Individual, visitor: Visitor
) -> None:
    page = visitor.open(TAKE, member=ann, script=False)
    page.get_by_role("button", name="Make my copy").click()
    move(export_of(ann), state=State.WRITING, percent=40, things=64)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Collected 64 things")).to_be_visible()
    page.get_by_role("button", name="Stop making the copy").click()
    expect(page.get_by_text("We stopped making the copy")).to_be_visible()


def test_a_failure_and_a_link_that_is_gone_say_what_to_do(
    transactional_db: None, association: Association, ann: Individual, visitor: Visitor
) -> None:
    page = visitor.open(TAKE, member=ann)
    page.get_by_role("button", name="Make my copy").click()
    move(export_of(ann), state=State.FAILED, failure="ReportFailed")
    expect(page.get_by_role("heading", name="We could not make your copy")).to_be_visible()
    look(page, "take-4-failed")
    page.goto(f"{TAKE}{export_of(ann).pk}/")
    expect(page.get_by_role("heading", name="This copy is gone")).to_be_visible()
    look(page, "take-5-gone")


def test_staff_make_a_copy_for_ann(
    transactional_db: None, association: Association, ann: Individual, cleo: Individual, visitor: Visitor
) -> None:
    page = visitor.open(f"/console/portability/export/for/{ann.pk}/", member=cleo)
    look(page, "console-1-before")
    page.get_by_role("button", name="Make the copy").click()
    expect(page.get_by_text("The copy is being made")).to_be_visible()
    look(page, "console-2-making")
    make(export_of(ann))
    page.reload()
    page.get_by_role("button", name="Send the member the link").click()
    expect(page.get_by_text("The link is on its way")).to_be_visible()
    look(page, "console-3-sent")
    page.goto("/console/portability/export/")
    look(page, "console-4-list")
