"""A person's choices and the page about all of them, in Chromium: readable for everybody, wide, narrow and dark."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from ams.models import Individual
from consent import gate
from consent.decide import decline, give, withdraw
from consent.models import Decision
from consent.papers import enter
from privacy.tenancy import speaking_for
from tests.consent import asked
from tests.consent.test_decide import how
from tests.consent.test_papers import LONG_AGO, PDF, said
from tests.plugin_browser import NARROW, PICTURES, WIDE, Visitor, assert_accessible, half_of, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(ann: Individual, ben: Individual, cleo: Individual) -> dict[str, Any]:
    """Half a year of answers, the last of them on paper."""
    with speaking_for(cleo.association_id):  # type: ignore[arg-type]  # the column's default may be None
        letter, journal = asked.letter(effective_at=LONG_AGO), asked.journal(effective_at=LONG_AGO)
        for month, verb, person, version in (
            (2, give, ann, letter),
            (3, give, ben, letter),
            (4, decline, cleo, letter),
            (5, withdraw, ben, letter),
            (6, give, ben, journal),
        ):
            with time_machine.travel(datetime(2026, month, 3, 9, tzinfo=UTC), tick=False):
                verb(person, version, **how(person))
        asked.newer(journal, "Journal, now by parcel", ask_again=True)
        words = Decision.objects.filter(individual=ann).get()
        paper = enter(ann, journal, said(cleo, scan=PDF, scan_name="form.pdf", note="Signed at the door"))
        return {"words": words.pk, "paper": paper.pk, "journal": journal.pk, "letter": letter.pk}


def pages_of(ann: Individual, story: dict[str, Any]) -> dict[str, str]:
    person = "admin:ams_individual_"
    return {
        "choices": reverse(f"{person}choices", args=[ann.pk]),
        "moment": reverse(f"{person}choices", args=[ann.pk]) + "?day=2026-03-01&time=10:00",
        "future": reverse(f"{person}choices", args=[ann.pk]) + "?day=2099-03-01",
        "words": reverse(f"{person}words", args=[ann.pk, story["words"]]),
        "paper": reverse(f"{person}paper", args=[ann.pk, story["paper"]]),
        "enter": reverse(f"{person}enter", args=[ann.pk]),
        "earlier": reverse("admin:opt_in_earlier"),
        "opt-in": reverse("admin:opt_in"),
    }


def seen(page: Any, name: str, script: bool = True) -> None:
    """Axe is a script itself."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    assert page.locator("h1").count() == 1, name
    if script:
        assert_accessible(page)


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_is_accessible(
    visitor: Visitor, ann: Individual, cleo: Individual, story: dict[str, Any], half: int
) -> None:
    page = visitor.open("/console/", member=cleo)
    for name, path in half_of(pages_of(ann, story), half).items():
        page.goto(path)
        assert page.locator("h1").count() == 1, name
        look(page, name)
    for details in page.locator("details").all():
        details.click()
    look(page, f"opened-{half}")


def test_the_numbers_are_readable_in_the_dark(
    visitor: Visitor, cleo: Individual, story: dict[str, Any]
) -> None:
    seen(visitor.open(reverse("admin:opt_in"), scheme="dark", member=cleo), "opt-in-dark")


@pytest.fixture
def form(tmp_path: Any) -> str:
    (tmp_path / "form.pdf").write_bytes(PDF)
    return str(tmp_path / "form.pdf")


@pytest.mark.parametrize(("width", "script"), [(WIDE, False), (NARROW, True)])
def test_cleo_enters_a_no(  # noqa: PLR0917  fixtures are named, not placed
    visitor: Visitor,
    story: dict[str, Any],
    form: str,
    cleo: Individual,
    ann: Individual,
    width: int,
    script: bool,
) -> None:
    page = visitor.open(
        reverse("admin:ams_individual_choices", args=[ann.pk]), member=cleo, script=script, width=width
    )
    page.click("text=Enter a decision")
    page.select_option("[name=version]", str(story["letter"]))
    page.click("label:has-text('No')")
    page.select_option("[name=source]", "phone")
    write_day(page, "said_on", "1", "1", "2019")
    page.click("text=Go on to the evidence")
    assert "These words were not in force yet on that day." in page.inner_text("main")
    seen(page, f"too-early-{width}", script)
    write_day(page, "said_on", "1", "7", "2026")
    page.click("text=Go on to the evidence")
    assert "You are about to enter for Ann Archer: no to Monthly letter, version 1." in page.inner_text(
        "main"
    )
    seen(page, f"preview-{width}", script)
    page.click("button:has-text('Enter the decision')")
    assert "one of the two is needed" in page.inner_text("main")
    page.set_input_files("[name=scan]", form)
    page.click("button:has-text('Enter the decision')")
    assert "Entered." in page.inner_text("main")
    seen(page, f"entered-{width}", script)
    with speaking_for(ann.association_id):  # type: ignore[arg-type]  # as above
        assert not gate.allows(ann.pk, "letter")


@pytest.mark.parametrize(("width", "script"), [(WIDE, False), (NARROW, True)])
def test_cleo_takes_over_earlier_consents(
    visitor: Visitor, story: dict[str, Any], cleo: Individual, width: int, script: bool
) -> None:
    rows = (
        b"E-Mail,Date,Source\nben@example.org,2026-09-01,Hall list\nnobody@example.org,2026-09-01,Hall list\n"
    )
    page = visitor.open(reverse("admin:opt_in_earlier"), member=cleo, script=script, width=width)
    page.select_option("[name=version]", str(story["letter"]))
    page.set_input_files("[name=file]", {"name": "old.csv", "mimeType": "text/csv", "buffer": rows})
    page.click("text=Read the list")
    assert "Nobody in the register has this e-mail or member number." in page.inner_text("main")
    seen(page, f"earlier-read-{width}", script)
    page.click("button:has-text('Enter 1 consent')")
    assert "1 consent was entered" in page.inner_text("main")
    seen(page, f"earlier-done-{width}", script)


def write_day(page: Any, name: str, day: str, month: str, year: str) -> None:
    for part, text in (("day", day), ("month", month), ("year", year)):
        page.fill(f"[name={name}_{part}]", text)
