"""Newsletters in Chromium: written, sent and watched; axe finds nothing, wide or narrow; without script too."""

from typing import Any

import pytest
from django.urls import reverse

from ams import mailing
from ams.models import Association, Individual, Newsletter, SentMail
from ams.newsletters import send
from privacy.tenancy import speaking_for
from tests.ams.newsletters import begin, make_issue, make_readers, monthly_letter, say_yes
from tests.plugin_browser import NARROW, WIDE, Visitor, assert_accessible, half_of

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]
LIST, ADD = "/console/ams/newsletter/", "/console/ams/newsletter/add/"


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker is the edge of the world: the test works as the worker does."""
    monkeypatch.setattr("ams.tasks.send_newsletter.delay", lambda *_names: None)
    monkeypatch.setattr("ams.tasks.send_mail.delay", lambda *_names: None)


@pytest.fixture
def issues(association: Association, cleo: Individual) -> dict[str, Newsletter]:
    with speaking_for(association.pk):
        version = monthly_letter()
        make_readers(4, version)
        say_yes([cleo], version)
        made = {name: make_issue(name=name) for name in ("Draft", "Sent", "Being sent", "Stopped")}
        for name in ("Sent", "Being sent", "Stopped"):
            begin(made[name], cleo)
    send.run(association.pk, made["Sent"].pk)
    mailing.drain(association.pk)
    with speaking_for(association.pk):
        from ams.newsletters.start import stop  # noqa: PLC0415  beside its only use

        stop(made["Stopped"].pk, by=cleo.pk)
    return made


def pages_of(issues: dict[str, Newsletter]) -> dict[str, str]:
    def of(name: str, page: str, *more: str) -> str:
        return reverse(f"admin:ams_newsletter_{page}", args=[issues[name].pk, *more])

    return {
        "list": LIST,
        "add": ADD,
        "edit": of("Draft", "edit"),
        "draft": of("Draft", "change"),
        "send": of("Draft", "send"),
        "preview": of("Draft", "preview", "de"),
        "sending": of("Being sent", "change"),
        "sent": of("Sent", "change"),
        "stopped": of("Stopped", "change"),
    }


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_is_accessible(
    visitor: Visitor, issues: dict[str, Newsletter], cleo: Individual, half: int
) -> None:
    """Wide by day, narrow by night."""
    page = visitor.open(LIST, member=cleo)
    for name, path in half_of(pages_of(issues), half).items():
        page.goto(path)
        assert page.locator("h1").count() == 1, name
        for width, scheme in ((WIDE, "light"), (NARROW, "dark")):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 900})
            assert_accessible(page)


def test_the_empty_pages_and_the_errors_are_accessible(
    visitor: Visitor, association: Association, cleo: Individual
) -> None:
    page = visitor.open(LIST, width=NARROW, member=cleo)
    assert_accessible(page)
    page.goto(ADD)
    assert "Publish a statement first" in page.inner_text("main")
    assert_accessible(page)
    with speaking_for(association.pk):
        monthly_letter()
    page.reload()
    page.click("text=Save the draft")
    assert page.locator(".field .error").count() >= 1
    assert_accessible(page)


@pytest.mark.parametrize("script", [True, False])
def test_an_issue_goes_out(
    visitor: Visitor, association: Association, cleo: Individual, ann: Individual, *, script: bool
) -> None:
    with speaking_for(association.pk):
        say_yes([ann], monthly_letter())
    page = visitor.open(LIST, member=cleo, script=script)
    page.click("text=Write a newsletter")
    page.fill("[name=name]", "Spring")
    page.fill("[name=subject-en]", "Spring news")
    page.fill("[name=body-en]", "We **met**.")
    page.click("text=Save the draft")
    assert "1 person gets it." in page.inner_text("main")
    page.click("main a:has-text('Preview')")
    frame: Any = page.frame_locator("iframe")
    assert frame.locator("strong").inner_text() == "met"
    page.click("text=Send a test to me")
    assert "A test is on its way to you." in page.inner_text("main")
    page.click(".back, nav a:has-text('Spring')")
    page.click("main a:has-text('Send it')")
    page.click("text=Send to 1 person")
    assert "0 of 1 letter." in page.inner_text("main")
    with speaking_for(association.pk):
        issue = Newsletter.objects.get()
    send.run(association.pk, issue.pk)
    mailing.drain(association.pk)
    if script:
        page.get_by_text("It was for 1 person.").wait_for()  # the panel asked by itself
    else:
        page.click("text=Look again")
    assert "It was for 1 person." in page.inner_text("main")
    with speaking_for(association.pk):
        assert SentMail.objects.filter(individual=ann, purpose="letter", state="sent").count() == 1
