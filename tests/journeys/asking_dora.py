"""What the way through one's choices consists of: joining, stopping, giving again, and being asked again."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.on_the_way import PASSWORD, Way, follow, heading, link_in, press, says

CHOICES = "/privacy/choices/"
SLUG, LETTER = "monthly-letter", "Monthly letter"
SUBJECT = "Lichens of the Hebrides"
NEW_WORDS = "Twice a month, with offers of books."


# ── Joining ──────────────────────────────────────────────────────────────────────────────────────────


def join(way: Way) -> Page:
    page = way.window()
    page.goto("/join/")
    say_who_i_am(way, page)
    page.locator("main input[type=radio]").first.check()
    press(page, "Continue")
    say_yes_to_two(way, page)
    way.look(page, "join-check")
    press(page, re.compile("^Join"))
    heading(page).to_contain_text("Welcome")
    way.look(page, "join-done")
    way.remember("joined")
    return page


def say_who_i_am(way: Way, page: Page) -> None:
    page.get_by_label("E-mail").fill(way.email)
    press(page, "Continue")
    page.goto(link_in(way.letter("Is this your address"), "/join/"))
    press(page, "Yes, this is my address")
    page.goto("/join/password/")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")
    for label, value in {"First name": "Dora", "Last name": "Zwölfer", "Street and number": "Sund 9"}.items():
        page.get_by_label(label).fill(value)
    page.get_by_label("Town").fill("Reykjavík")
    page.get_by_label("Country").select_option("IS")  # where nobody else of the demo lives
    way.look(page, "join-about")
    press(page, "Continue")


def say_yes_to_two(way: Way, page: Page) -> None:
    """Nothing is ticked beforehand. One no is said, the rest is left open."""
    heading(page).to_have_text("What we agree on")
    expect(page.locator("main input:checked")).to_have_count(0)
    page.locator("main input[type=checkbox]").check()
    press(page, "Continue")
    questions = page.locator("main fieldset.choice")
    expect(questions.nth(3)).to_be_visible()  # four at least
    assert page.locator("main input:checked").count() == 0
    way.look(page, "join-choices")
    for slug, answer in {SLUG: "yes", "journal-by-post": "yes", "photos": "no"}.items():
        page.locator(f"#choice-{slug} input[value={answer}]").check()
    press(page, "Continue")


def confirm(way: Way, *, letter: int) -> None:
    """The yes waits for a press in the letter, in whatever window."""
    page = way.window()
    page.goto(link_in(way.letter("One more press", letter), "/confirm/"))
    way.look(page, "confirm")
    press(page, f"Yes to “{LETTER}”")
    heading(page).to_have_text(f"Confirmed: {LETTER}")
    way.look(page, "confirmed")


# ── A newsletter, and the way out in it ──────────────────────────────────────────────────────────────


def write_newsletter(way: Way, desk: Page, *, reached: str) -> str:
    """For Iceland alone: only Dora lives there."""
    desk.goto("/console/ams/newsletter/")
    way.look(desk, "newsletters")
    follow(desk, "Write a newsletter")
    desk.get_by_label("Name for our lists").fill("Hebrides")
    desk.get_by_label("Asked under").select_option(SLUG)
    desk.get_by_label("Iceland").check()
    desk.get_by_label("Subject, English").fill(SUBJECT)
    desk.get_by_label("Text, English").fill("They grow *slowly*.")
    way.look(desk, "newsletter-edit")
    press(desk, "Save the draft")
    says(desk, reached)
    way.look(desk, "newsletter-draft")
    return desk.url


def send_newsletter(way: Way, desk: Page, issue: str) -> Any:
    desk.goto(issue)
    says(desk, "1 person gets it.")
    follow(desk, "Send it")
    way.look(desk, "newsletter-send")
    press(desk, "Send to 1 person")
    letter = way.letter(SUBJECT)
    desk.goto(issue)
    says(desk, "It was for 1 person.")
    way.look(desk, "newsletter-sent")
    return letter


def stop_from(way: Way, letter: Any) -> None:
    """Nobody signs in, and JavaScript is off."""
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = link_in(letter, "/stop/")
    assert path in letter["List-Unsubscribe"]
    if way.script:
        seen = way.window()
        seen.goto(path)
        way.look(seen, "stop")
    page = way.window(script=False)
    page.goto(path)
    says(page, "The monthly letter, from today on")
    press(page, f"Stop: {LETTER}")
    heading(page).to_have_text(f"Stopped: {LETTER}")
    way.remember("stopped")
    if way.script:
        seen.reload()
        way.look(seen, "stopped")


def stop_by_program(way: Way, letter: Any, page: Page) -> None:
    """RFC 8058: what a mail program sends, months later perhaps."""
    answer = way.without_browser("POST", link_in(letter, "/stop/"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, answer.text
    page.goto(CHOICES)
    expect(card(page)).to_contain_text("No since")


# ── The Privacy tab ──────────────────────────────────────────────────────────────────────────────────


def card(page: Page, slug: str = SLUG) -> Locator:
    return page.locator(f"#choice-{slug}")


def switch(page: Page, slug: str = SLUG) -> None:
    card(page, slug).get_by_role("switch").click()


def give_again(way: Way, page: Page, *, confirm_letters: tuple[int, ...]) -> None:
    """Once by mistake, with an undo; then in earnest."""
    page.goto(CHOICES)
    expect(card(page)).to_contain_text("No since")
    way.look(page, "choices-no")
    for undone in (True, False):
        switch(page)
        saved = page.locator("#saved")
        expect(saved).to_contain_text(f"{LETTER}: your yes counts" if confirm_letters else f"{LETTER}: yes")
        expect(card(page).get_by_role("switch")).to_be_checked()
        way.look(page, f"choices-saved-{undone}")
        if undone:
            saved.get_by_role("button", name="Undo").click()
            expect(card(page).get_by_role("switch")).not_to_be_checked()
    if confirm_letters:
        expect(card(page)).to_contain_text("Not confirmed yet")
        confirm(way, letter=max(confirm_letters))
        page.goto(CHOICES)
    today = way.moments["joined"]
    expect(card(page)).to_contain_text(f"Yes since {today.day} {today:%B %Y}")
    way.look(page, "choices-yes")
    way.remember("given again")


# ── New words ────────────────────────────────────────────────────────────────────────────────────────


def publish(way: Way, desk: Page, other: str) -> None:
    """In each language; not while one is missing. The old yes rests until it is given anew."""
    desk.goto("/console/consent/statement/")
    way.look(desk, "statements")
    follow(desk, LETTER)
    way.look(desk, "statement")
    press(desk, "Write a new version")
    leave_out(way, desk, other)
    write(desk, other, {"What it means": "…", "Name": LETTER, "Question": "…"})
    fill_what_is_missing(desk)
    save(desk)
    write(desk, "English", {"What it means": NEW_WORDS})
    desk.get_by_label("Until they answer, it is a no.").check()
    save(desk)
    expect(desk.locator("#preview-asked ins").first).to_have_text(NEW_WORDS.removesuffix("."))
    way.look(desk, "draft")
    follow(desk, "Publish version 2")
    says(desk, "Until they answer, it is a no.")
    way.look(desk, "publish")
    for read in desk.locator("input[id^=id_read_]").all():
        read.check()
    press(desk, "Publish version 2")
    says(desk, "Version 2 is published.")
    way.look(desk, "published")
    way.remember("published")


def leave_out(way: Way, desk: Page, language: str) -> None:
    open_language(desk, language)
    for each in fields(desk):
        each.fill("")
    save(desk)
    button = desk.get_by_role("button", name="Publish version 2")
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description(re.compile(rf"{language} is missing\."))
    way.look(desk, "draft-missing")


def open_language(desk: Page, language: str) -> None:
    """Unless it is the one that is open."""
    if desk.locator("form legend.big").inner_text().strip() != language:
        follow(desk, re.compile(rf"^(Edit|Add)\s+{language}$"))
        expect(desk.locator("form legend.big")).to_have_text(language)


def fields(desk: Page) -> list[Locator]:
    words = desk.locator("form fieldset:has(legend.big)")
    return words.locator("input[type=text], textarea").all()


def write(desk: Page, language: str, words: dict[str, str]) -> None:
    open_language(desk, language)
    for label, text in words.items():
        desk.get_by_label(label, exact=True).fill(text)


def fill_what_is_missing(desk: Page) -> None:
    for each in fields(desk):
        if not each.input_value():
            each.fill("…")


def save(desk: Page) -> None:
    press(desk, "Save the draft")
    expect(desk.locator(".error-summary")).to_have_count(0)


def answer_again(way: Way) -> None:
    """The letter says what changed; whoever signs in is led to the question."""
    ring_the_bell(way)
    letter = way.letter("again")
    assert "[+" in letter.part("plain")
    page = way.signed_in()
    heading(page).to_have_text("We ask you again")
    expect(page.locator("main ins").first).to_be_visible()
    says(page, NEW_WORDS)
    says(page, "Until you answer, we do not use your data for it.")
    way.look(page, "again")
    page.locator(f"#choice-{SLUG} input[value=yes]").check()
    press(page, "Save my answers")
    says(page, "Your answers are saved.")
    way.remember("answered")
    page.goto(CHOICES)
    expect(card(page).get_by_role("switch")).to_be_checked()
    way.look(page, "choices-answered")


def ring_the_bell(way: Way) -> None:
    """Beat does it every five minutes."""
    way.product.manage("shell", "--command", "from consent.tasks import sweep; sweep.delay()")
