"""Dora says yes to two of five, takes one back from a letter, gives it again, and is asked again about new words.

Everything is real and a process of its own. Axe looks at every page on the way, wide and narrow; and once more all of
it without JavaScript.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ams.test_demo import PROJECT, Demo
from tests.journeys.asking_dora import (
    CHOICES,
    LETTER,
    NEW_WORDS,
    answer_again,
    card,
    confirm,
    give_again,
    join,
    publish,
    send_newsletter,
    stop_by_program,
    stop_from,
    switch,
    write_newsletter,
)
from tests.journeys.on_the_way import Way, follow, heading, press, says

pytestmark = pytest.mark.browser
ZONES = {"esc": ZoneInfo("Europe/Berlin"), "sfb": ZoneInfo("Europe/Paris")}
Begin = Callable[..., Way]


@pytest.fixture
def begin(product: Demo, chromium: Browser) -> Iterator[Begin]:
    ways: list[Way] = []

    def way(association: str, *, script: bool) -> Way:
        logins = json.loads(product.manage("demo_logins", "--json"))
        there = [each for each in logins if each["association"] == association]
        email = f"dora.{association}@example.org"
        ways.append(Way(product, chromium, there, email, script, ZONES[association]))
        return ways[-1]

    yield way
    for each in ways:
        each.close()
        assert each.faults == []


def test_from_joining_to_the_directory(begin: Begin, tmp_path: Path) -> None:
    """In the association that wants a yes by mail to be confirmed there."""
    way = begin("sfb", script=True)
    page, desk = join(way), way.signed_in("administrator")
    issue = write_newsletter(way, desk, reached="0 people get it.")
    confirm(way, letter=1)
    letter = send_newsletter(way, desk, issue)
    stop_from(way, letter)
    give_again(way, page, confirm_letters=(2, 3))
    publish(way, desk, "French")
    answer_again(way)
    read_the_history(way, desk)
    keep_receipts(way, page, tmp_path)
    be_found(way, page)
    stop_by_program(way, letter, page)


def test_without_javascript(begin: Begin) -> None:
    """In the association that takes a member's word for it."""
    way = begin("esc", script=False)
    page, desk = join(way), way.signed_in("administrator")
    issue = write_newsletter(way, desk, reached="1 person gets it.")
    stop_from(way, send_newsletter(way, desk, issue))
    give_again(way, page, confirm_letters=())
    publish(way, desk, "German")
    answer_again(way)
    read_the_history(way, desk)


# ── What can be shown afterwards ─────────────────────────────────────────────────────────────────────


def read_the_history(way: Way, desk: Page) -> None:
    desk.goto("/console/ams/individual/")
    desk.locator("#looked-for").fill("Zwölfer")
    press(desk, re.compile("^(Find|Search|Look)"))
    follow(desk, re.compile("Zwölfer"))
    follow(desk, "Choices")
    way.look(desk, "person-choices")
    tab = desk.url
    for moment, (tag, version) in {
        "joined": ("Waits for a click" if way.script else "Yes", 1),
        "stopped": ("No longer", 1),
        "given again": ("Yes", 1),
        "published": ("Rests", 1),
        "answered": ("Yes", 2),
    }.items():
        at = way.moments[moment]
        desk.goto(f"{tab}?day={at:%Y-%m-%d}&time={at:%H:%M:%S.%f}")
        row = desk.get_by_role("row").filter(has_text=LETTER)
        expect(row).to_contain_text(f"Version {version}, in English")
        expect(row).to_contain_text(tag)
        row.get_by_role("link", name=re.compile("Version")).click()
        words = expect(desk.locator("main article"))
        words.to_contain_text(NEW_WORDS if version == 2 else "One letter on the first Tuesday")
    way.look(desk, "person-words")


def keep_receipts(way: Way, page: Page, folder: Path) -> None:
    page.goto(CHOICES)
    follow(page, re.compile("receipt"))
    heading(page).to_have_text("Your receipt")
    says(page, NEW_WORDS)
    way.look(page, "receipt")
    key = folder / "key.json"
    key.write_text(way.without_browser("GET", "/privacy/take/key/").text)
    for link, name in {"Keep it as a PDF": "receipt.pdf", "Keep it as data (JSON)": "receipt.json"}.items():
        with page.expect_download() as kept:
            follow(page, link)
        kept.value.save_as(folder / name)
        assert way.product.manage("verify_receipt", str(folder / name)).startswith("Genuine.")
        assert "Genuine." in alone(folder / name, key).stdout
    forged = folder / "forged.json"
    forged.write_text((folder / "receipt.json").read_text().replace("Twice", "Trice"))
    refused = alone(forged, key)
    assert refused.returncode != 0
    assert "changed" in refused.stdout + refused.stderr
    check_openly(way, folder / "receipt.pdf", forged)


def alone(file: Path, key: Path) -> subprocess.CompletedProcess[str]:
    """The stand-alone program, which knows nothing of ours."""
    argv = [sys.executable, "-I", "consent/receipts/verify.py", str(file), "--key", str(key)]
    return subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=False)


def check_openly(way: Way, whole: Path, forged: Path) -> None:
    page = way.window()
    page.goto(f"{CHOICES}verify/")
    way.look(page, "verify")
    page.get_by_label("The receipt as a file").set_input_files(forged)
    press(page, "Check the receipt")
    says(page, "something was changed after signing")
    way.look(page, "verify-refused")
    page.get_by_label("The receipt as a file").set_input_files(whole)
    press(page, "Check the receipt")
    heading(page).to_have_text("This receipt is genuine")
    way.look(page, "verified")


# ── The member directory ─────────────────────────────────────────────────────────────────────────────


def be_found(way: Way, page: Page) -> None:
    page.goto("/members/mine/")
    heading(page).to_have_text("You are not in the directory")
    way.look(page, "directory-ask")
    switch(page, "directory")
    town = page.get_by_role("switch", name="Town", exact=True)
    town.click()
    expect(town).to_be_checked()
    way.look(page, "directory-mine")
    other = way.signed_in("member")
    find_dora(other)
    way.look(other, "directory-list")
    follow(other, re.compile("Zwölfer"))
    says(other, "Reykjavík")
    way.look(other, "directory-person")
    page.goto(CHOICES)
    switch(page, "directory")
    expect(card(page, "directory")).to_contain_text("is erased on")
    way.look(page, "choices-erased-on")
    assert other.reload().status == 404  # type: ignore[union-attr]  # a reload answers


def find_dora(other: Page) -> None:
    other.goto("/members/")
    other.get_by_label("Part of a name").fill("Zwölf")
    press(other, "Find")
    expect(other.get_by_role("link", name=re.compile("Zwölfer"))).to_be_visible()
