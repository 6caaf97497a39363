"""Dora joins, chooses, takes her data and is erased, and the third party knows: the whole product, in a browser.

Everything is real and a process of its own: PostgreSQL, Valkey, web, workers, beat, the third party, the letter box.
Axe looks at every page on the way, wide and narrow.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ams.demo.mail_page import Letter, letters
from tests.ams.test_demo import Demo, get, wait_until
from tests.plugin_browser import WIDE, look

pytestmark = pytest.mark.browser

EMAIL = "dora.zq7x9kv3w@example.org"
PASSWORD = "a sentence that only Dora says"
PATIENCE = 60_000  # milliseconds until a worker has done its part


@pytest.fixture
def context(chromium: Browser, product: Demo) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=product.address_of("Members and staff"),
        viewport={"width": WIDE, "height": 900},
        reduced_motion="reduce",
    )
    yield context
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")
    expect(
        page.get_by_role("link", name="Sign out").or_(page.get_by_role("button", name="Sign out"))
    ).to_be_visible()


def letter(product: Demo, subject: str) -> str:
    """The text of the newest letter to Dora with these words in its subject. Waits for it."""

    def found() -> list[Letter]:
        everything = letters(product.var / "mail")
        return [each for each in everything if each["To"] == EMAIL and subject in each["Subject"]]

    wait_until(found)
    return max(found(), key=lambda each: each.at).part("plain")


def link_in(text: str, part: str) -> str:
    links = re.findall(r"https?://[^\s/]+(/\S*)", text)
    return next(link for link in links if part in link)


def test_the_whole_way(product: Demo, context: BrowserContext, chromium: Browser) -> None:
    page = context.new_page()
    join(product, page)
    choose(page)
    take(product, page)
    ask_to_be_erased(page)
    approve(product, chromium)
    see_that_she_is_gone(product, page)


def join(product: Demo, page: Page) -> None:
    page.goto("/join/")
    look(page)
    page.get_by_label("E-mail").fill(EMAIL)
    press(page, "Continue")
    look(page)
    page.goto(link_in(letter(product, "Is this your address"), "/join/"))
    look(page)
    press(page, "Yes, this is my address")
    look(page)
    page.goto("/join/password/")
    look(page)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")
    look(page)
    page.get_by_label("First name").fill("Dora")
    page.get_by_label("Last name").fill("Zwölfer")
    page.get_by_label("Street and number").fill("Rue Cler 9")
    page.get_by_label("Town").fill("Paris")
    page.get_by_label("Country").select_option("FR")
    press(page, "Continue")
    look(page)
    page.locator("main input[type=radio]").first.check()
    press(page, "Continue")
    answer_choices(page)
    page.get_by_role("button", name=re.compile("^Join")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Welcome")
    look(page)
    assert "yes" in letter(product, "Welcome").lower()


def answer_choices(page: Page) -> None:
    """The statutes, then each use: nothing is chosen beforehand. Going back loses nothing."""
    while "/join/check/" not in page.url:
        look(page)
        assert page.locator("main input:checked").count() == 0
        for box in page.locator("main input[type=checkbox]").all():
            box.check()
        for question in page.locator("main fieldset").all()[:2]:
            question.get_by_text("Yes", exact=False).first.click()
        press(page, "Continue")
    look(page)
    page.go_back()
    page.go_forward()
    page.reload()
    expect(page.locator("main")).to_contain_text("Rue Cler 9")


def choose(page: Page) -> None:
    page.goto("/privacy/")
    look(page)
    page.goto("/privacy/choices/")
    look(page)
    switch = page.get_by_role("switch", checked=True).first
    name = switch.get_attribute("aria-labelledby") or switch.get_attribute("id")
    switch.click()
    expect(page.get_by_text("Undo").first).to_be_visible()
    assert name
    look(page)


def take(product: Demo, page: Page) -> None:
    page.goto("/privacy/take/")
    look(page)
    expect(page.locator("main")).to_contain_text("Rue Cler 9")
    page.get_by_role("button", name=re.compile("[Mm]ake")).first.click()
    file = page.get_by_role("button", name=re.compile("PDF")).or_(
        page.get_by_role("link", name=re.compile("PDF"))
    )
    expect(file.first).to_be_visible(timeout=PATIENCE)
    look(page)
    with page.expect_download() as download:
        file.first.click()
    document = Path(download.value.path())
    assert document.read_bytes().startswith(b"%PDF")
    assert letter(product, "copy")


def ask_to_be_erased(page: Page) -> None:
    page.goto("/privacy/erase/")
    look(page)
    label = page.get_by_text(re.compile("type the member number")).inner_text()
    page.get_by_label(re.compile("type the member number")).fill(label.rsplit(" ", 1)[1])
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^Erase Dora Zwölfer")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You asked us to erase you")
    look(page)


def approve(product: Demo, chromium: Browser) -> None:
    logins = json.loads(product.manage("demo_logins", "--json"))
    approver = next(
        login for login in logins if login["role"] == "approver" and login["association"] == "esc"
    )
    context = chromium.new_context(
        base_url=product.address_of("Members and staff"),
        viewport={"width": WIDE, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page, approver["email"], approver["password"])
    page.goto("/console/erasure/erasure/")
    look(page)
    page.locator("#result_list a, table.data a").filter(has_text="E-").first.click()
    look(page)
    page.get_by_label("Erase at once").check()
    press(page, "Approve the erasure")
    expect(page.get_by_text("Every back-up made unreadable")).to_be_visible()
    look(page)
    context.close()


def see_that_she_is_gone(product: Demo, page: Page) -> None:
    farewell = letter(product, "Your data is gone")
    page.goto("/privacy/")
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.goto(link_in(farewell, "/certificate/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your data is gone")
    assert "Dora" not in page.content()
    look(page)
    told = product.address_of("Third party") + "received.json"
    wait_until(lambda: any("individual.erased" in json.dumps(notice) for notice in json.loads(get(told))))
    notices = json.loads(get(told))
    assert all(notice["verified"] for notice in notices)
    assert "recipient_subject_id" in json.dumps(notices)
    for secret in (EMAIL, "Dora", "Zwölfer", "Rue Cler"):
        assert secret not in json.dumps(notices, ensure_ascii=False)
    assert "Nobody has this e-mail" in refused(product)


def refused(product: Demo) -> str:
    with pytest.raises(subprocess.CalledProcessError) as failure:
        product.manage("find_individual", EMAIL)
    return str(failure.value.stderr)
