"""Chromium for tests: pages as a member sees them, wide or narrow, light or dark, with or without script.

Every page of a test is watched: it may load nothing from elsewhere, and the content security policy may refuse
nothing. The policy forbids `page.wait_for_function` too: wait for a locator instead.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from privacy.tenancy import speaking_for
from tests.signing_in import sign_in

WIDE, NARROW = 1280, 360
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Axe()
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(results => results.violations)"
# What Chromium says of any answer of 400 and more is no fault of the page.
NO_FAULT = "Failed to load resource"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("No Chromium: `apt-get install chromium`, or `make test`, which does it.")
    # Playwright's loop runs in this thread; Django would take it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield _launch(playwright, path)


def _launch(playwright: Playwright, path: str) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=QUIET)


@dataclass
class Visitor:
    """Opens pages of the live server and remembers what went wrong on them."""

    browser: Browser
    origin: str
    faults: list[str] = field(default_factory=list)

    def open(
        self, path: str, *, width: int = WIDE, scheme: Any = "light", script: bool = True, member: Any = None
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.origin,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",  # nothing to wait for
        )
        if member is not None:
            context.add_cookies([self._session(member)])
        page = context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", lambda request: self._watch(request.url))
        page.goto(path)
        return page

    def _session(self, member: Any) -> Any:
        client = Client(HTTP_HOST=urlsplit(self.origin).netloc)
        with speaking_for(member.association_id):
            sign_in(client, member.account)
        name = django_settings.SESSION_COOKIE_NAME
        return {"name": name, "value": client.cookies[name].value, "url": self.origin}

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(NO_FAULT):
            self.faults.append(f"console: {text}")

    def _watch(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:", "about:")):
            self.faults.append(f"from elsewhere: {url}")


@pytest.fixture
def visitor(chromium: Browser, live_server: Any) -> Iterator[Visitor]:
    """`visitor.open("/privacy/", width=NARROW, member=ann)`. Closes its pages and fails for what they did wrong."""
    visitor = Visitor(chromium, live_server.url)
    yield visitor
    for context in list(chromium.contexts):
        context.close()
    assert visitor.faults == []


PICTURES = os.environ.get("PICTURES")  # a folder, for whoever wants to look at the pages


def look(page: Page, name: str = "") -> None:
    """Axe at both widths; the page stays as it is."""
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        if PICTURES and name:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def half_of(pages: dict[str, str], which: int) -> dict[str, str]:
    """Of many pages, for two tests that take about the same time."""
    return dict(list(pages.items())[which::2])


def assert_accessible(page: Page) -> None:
    """Axe finds nothing, and nothing is wider than the screen."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)  # half a megabyte: once a page, not once a width
    found = [
        f"{violation['id']}: {node['target']} {node['html'][:120]}"
        for violation in page.evaluate(VIOLATIONS)
        for node in violation["nodes"]
    ]
    assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
