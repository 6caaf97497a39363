"""People of one demo and their windows, with JavaScript or without; and the letters that reach them."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import requests
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ams.demo.mail_page import Letter, letters_in
from tests.ams.test_demo import Demo, wait_until
from tests.plugin_browser import WIDE, look

PASSWORD = "a sentence that only Dora says"


@dataclass
class Way:
    """Dora's way through one association, and the windows that are open on it."""

    product: Demo
    chromium: Browser
    logins: list[dict[str, str]]
    email: str
    script: bool
    zone: ZoneInfo
    faults: list[str] = field(default_factory=list)
    moments: dict[str, datetime] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.logins[0]["address"]

    def window(self, *, script: bool | None = None) -> Page:
        """With cookies of its own: somebody else, or nobody yet."""
        context = self.chromium.new_context(
            base_url=self.address,
            viewport={"width": WIDE, "height": 900},
            locale="en-GB",
            reduced_motion="reduce",
            java_script_enabled=self.script if script is None else script,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("response", lambda answer: self.hear(answer.status, answer.url))
        return page

    def hear(self, status: int, url: str) -> None:
        if status >= 500:
            self.faults.append(f"{url}: {status}")

    def signed_in(self, role: str = "") -> Page:
        """An officer of the demo, or Dora."""
        page = self.window()
        login = next((each for each in self.logins if each["role"] == role), None)
        sign_in(page, *(login["email"], login["password"]) if login else (self.email, PASSWORD))
        if (english := page.get_by_role("contentinfo").get_by_text("English", exact=True)).is_visible():
            english.click()  # officers of the French read French
            expect(page.locator("html")).to_have_attribute("lang", "en")
        return page

    def look(self, page: Page, name: str) -> None:
        """Axe at both widths; the page stays as it is. Axe is a script itself."""
        if self.script:
            look(page, name)

    def without_browser(
        self, method: str, path: str, data: dict[str, str] | None = None
    ) -> requests.Response:
        """As programs do; not all of them find names below localhost by themselves."""
        where = urlsplit(self.address)
        url, headers = f"http://127.0.0.1:{where.port}{path}", {"Host": where.netloc}
        return requests.request(method, url, headers=headers, data=data, timeout=20, allow_redirects=False)

    def remember(self, moment: str) -> None:
        self.moments[moment] = timezone.now().astimezone(self.zone)

    def letter(self, subject: str, number: int = 1) -> Letter:
        """The newest to Dora with these words in its subject. Waits until there are so many."""

        def found() -> list[Letter]:
            here = letters_to(self.product.var / "mail", self.email)
            return [each for each in here if subject in each["Subject"]]

        wait_until(lambda: len(found()) >= number)
        return max(found(), key=lambda each: each.at)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def letters_to(folder: Path, email: str) -> list[Letter]:
    files = [file for file in folder.glob("*.log") if email.encode() in file.read_bytes()]
    return [letter for file in files for letter in letters_in(file) if letter["To"] == email]


def link_in(letter: Letter, part: str) -> str:
    links = re.findall(r"https?://[^\s/]+(/\S*)", letter.part("plain"))
    return next(link for link in links if part in link)


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def heading(page: Page) -> Any:
    return expect(page.get_by_role("heading", level=1))


def says(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("main")).to_contain_text(words)
