"""The house in Chromium: axe finds nothing, and everything works without script."""

from typing import Any

import pytest
from django.urls import reverse

from ams.models import Association, Individual
from tests.plugin_browser import NARROW, WIDE, Visitor, assert_accessible, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("width", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (320, "dark")]
)
def test_every_block_is_accessible(
    visitor: Visitor, association: Association, settings: Any, width: int, scheme: str
) -> None:
    settings.DEBUG = True
    page = visitor.open(reverse("styleguide"), width=width, scheme=scheme)
    assert page.locator(".choice").count() >= 6
    assert_accessible(page)


@pytest.mark.parametrize(
    "path", ["login", "password_reset", "password_reset_done", "password_reset_complete"]
)
def test_the_pages_around_signing_in_are_accessible(
    visitor: Visitor, association: Association, path: str
) -> None:
    look(visitor.open(reverse(path)), path)


@pytest.mark.parametrize("path", ["/nowhere", "/password/new/x/y/"])
def test_a_page_that_is_not_there_is_accessible(
    visitor: Visitor, association: Association, path: str
) -> None:
    look(visitor.open(path), "not-there")


def test_the_console_is_accessible(visitor: Visitor, cleo: Individual) -> None:
    rooms = ("index", "privacy_request_changelist", "consent_statement_add", "webhooks_endpoint_changelist")
    page = visitor.open("/console/", member=cleo)
    for name in rooms:
        page.goto(reverse(f"admin:{name}"))
        assert page.locator(".masthead .desk").inner_text() == "Console"
        look(page, name)


def test_ann_is_told_what_was_wrong_and_lands_there(visitor: Visitor, ann: Individual) -> None:
    page = visitor.open(reverse("login"), script=False)
    page.fill("[name=email]", "ann@example.org")
    page.fill("[name=password]", "not-this-one")
    page.click("main button")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_ann_arrives_signed_in_and_sees_who_she_is(visitor: Visitor, ann: Individual) -> None:
    page = visitor.open("/nowhere", member=ann, width=NARROW)
    assert page.locator(".strip .who").inner_text().startswith("Ann Archer")
    assert_accessible(page)


def test_a_member_with_a_keyboard_skips_to_the_content(visitor: Visitor, association: Association) -> None:
    page = visitor.open(reverse("password_reset"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_control_is_large_enough_for_a_finger(
    visitor: Visitor, association: Association, settings: Any
) -> None:
    settings.DEBUG = True
    page = visitor.open(reverse("styleguide"), width=NARROW)
    small = page.evaluate(
        """[...document.querySelectorAll('button, .button, input:not([type=hidden]), select, .tabs a, .contents a')]
        .map(e => e.closest('label') && /radio|checkbox/.test(e.type) ? e.closest('label') : e)
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
        .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_members_language_switches_without_script(visitor: Visitor, association: Association) -> None:
    page = visitor.open(reverse("login"), script=False)
    page.click("footer button[lang=de]")
    assert page.get_attribute("html", "lang") == "de"


def test_following_a_name_dims_all_other_ribbons(
    visitor: Visitor, association: Association, settings: Any
) -> None:
    settings.DEBUG = True
    page = visitor.open(reverse("styleguide"))
    page.focus(".flow a:has-text('Druckhaus')")
    lit = page.evaluate(
        "[...document.querySelectorAll('.flow .path')].filter(p => getComputedStyle(p).opacity > 0.5).length"
    )
    assert lit == 2
    assert page.evaluate("getComputedStyle(document.querySelector('.flow .path')).opacity") == "0.05"


def test_a_dark_screen_gets_dark_paper_in_the_associations_hue(
    visitor: Visitor, association: Association
) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    assert visitor.open(reverse("login")).evaluate(paper) == "rgb(255, 255, 255)"
    assert visitor.open(reverse("login"), scheme="dark").evaluate(paper).startswith("oklch(0.185 0.01")


def test_the_watch_would_see_a_fault(visitor: Visitor, association: Association) -> None:
    page = visitor.open(reverse("login"))
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=/favicon.svg>')")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)
    page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    page.evaluate("document.querySelector('main img').src = 'http://elsewhere.invalid/x.png'")
    page.wait_for_timeout(0)
    assert any("style" in fault for fault in visitor.faults)
    assert any("elsewhere" in fault for fault in visitor.faults)
    visitor.faults.clear()
