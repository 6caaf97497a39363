"""Pages behind links in letters, in Chromium: narrow, with script and without, signed in or not, and clean for axe."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ams.models import Association, Individual, SentMail
from consent import gate, guardians
from consent.decide import give
from consent.models import Confirmation, Version
from consent.stop import stop_path
from privacy.tenancy import speaking_for
from tests.ams.letters import link_in
from tests.consent import asked
from tests.consent.test_decide import how
from tests.plugin_browser import NARROW, Visitor, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PICTURES = os.environ.get("PICTURES")  # a folder, for whoever wants to look at the pages


@pytest.fixture(params=[True, False], ids=["with script", "without"])
def script(request: pytest.FixtureRequest) -> bool:
    """Axe is a script itself: each page is looked at in the one run, and works in the other too."""
    return bool(request.param)


def looked_at(page: Page, name: str, *, script: bool) -> None:
    if script:
        look(page, name)


@pytest.fixture
def letter(association: Association) -> Version:
    with speaking_for(association.pk):
        wordings = asked.words(
            "Monthly letter", stops="The letter with what we do, on the first of each month."
        )
        for words in wordings.values():
            words["text"] = "A letter a month. **No advertising**, and none of:\n\n- offers\n- passing it on"
        return asked.compose("letter", wordings, number=1)


def asked_by_mail(association: Association) -> Version:
    with speaking_for(association.pk):
        return asked.letter(double_opt_in=True)


def allows(person: Individual, slug: str = "letter") -> bool:
    with speaking_for(person.association_id):
        return gate.allows(person.pk, slug)


def last_link(person: Individual) -> str:
    with speaking_for(person.association_id):
        return "/" + link_in(SentMail.objects.latest("due_at")).split("/", 3)[3]


def test_ann_stops_from_a_letter_and_undoes_it(
    visitor: Visitor, script: bool, ann: Individual, letter: Version
) -> None:
    with speaking_for(ann.association_id):
        give(ann, letter, **how(ann))
    assert allows(ann)
    page = visitor.open(stop_path(ann.pk, letter.statement_id), width=NARROW, script=script)
    expect(page.get_by_text("The letter with what we do")).to_be_visible()
    looked_at(page, "stop", script=script)

    page.get_by_role("button", name="Stop: Monthly letter").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Stopped: Monthly letter")
    assert not allows(ann)
    looked_at(page, "stopped", script=script)
    page.get_by_role("button", name="Undo: keep “Monthly letter”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stop “Monthly letter”?")
    assert allows(ann)


def test_a_link_that_is_broken_and_one_that_is_no_longer_good(
    visitor: Visitor, script: bool, ann: Individual, association: Association
) -> None:
    broken = visitor.open("/privacy/choices/stop/abc/", width=NARROW, script=script)
    looked_at(broken, "stop-void", script=script)
    with speaking_for(association.pk):
        statutes = asked.statutes()
    stays = visitor.open(stop_path(ann.pk, statutes.statement_id), width=NARROW, script=script)
    looked_at(stays, "stop-stays", script=script)


def test_ann_confirms_from_a_letter(
    visitor: Visitor, script: bool, ann: Individual, association: Association
) -> None:
    version = asked_by_mail(association)
    with speaking_for(association.pk):
        give(ann, version, **how(ann))
    choices = visitor.open("/privacy/choices/", width=NARROW, script=script, member=ann)
    looked_at(choices, "waits", script=script)
    choices.get_by_role("link", name="Send it again").click()
    looked_at(choices, "confirm-again", script=script)

    page = visitor.open(last_link(ann), width=NARROW, script=script)
    looked_at(page, "confirm", script=script)
    page.get_by_role("button", name="Yes to “Monthly letter”").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmed: Monthly letter")
    looked_at(page, "confirm-done", script=script)
    assert allows(ann)


def test_a_late_press_is_told_so(
    visitor: Visitor, script: bool, ann: Individual, association: Association
) -> None:
    version = asked_by_mail(association)
    with speaking_for(association.pk):
        give(ann, version, **how(ann))
        Confirmation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    page = visitor.open(last_link(ann), width=NARROW, script=script)
    looked_at(page, "confirm-over", script=script)


def test_a_mother_answers_for_ann_and_takes_it_back(
    visitor: Visitor, script: bool, ann: Individual, letter: Version
) -> None:
    with speaking_for(ann.association_id):
        person: Any = Individual.objects.get(pk=ann.pk)
        person.born_on = timezone.localdate() - timedelta(days=12 * 366)
        person.save()
        give(person, letter, **how(person))
        give(person, asked.journal(), **how(person))
    naming = visitor.open("/privacy/choices/guardian/name/", width=NARROW, script=script, member=person)
    naming.get_by_role("button", name="Name them").click()
    looked_at(naming, "guardian-name", script=script)
    naming.get_by_label("Name of your parent or guardian").fill("Mona Archer")
    naming.get_by_label("Their e-mail").fill("mona@example.org")
    naming.get_by_role("button", name="Name them").click()

    page = visitor.open(last_link(person), width=NARROW, script=script)
    looked_at(page, "guardian", script=script)
    page.get_by_label("Yes, I agree").first.check()
    page.get_by_label("No, I do not agree").last.check()
    page.get_by_role("button", name="Keep my answers").click()

    expect(page.get_by_text("Thank you.")).to_be_visible()
    looked_at(page, "guardian-agreed", script=script)
    assert allows(person)
    page.get_by_role("button", name="Take back my yes to “Monthly letter”").click()
    expect(page.get_by_text("Nothing waits for your answer.")).to_be_visible()
    assert not allows(person)


def test_once_ann_decides_alone_the_mothers_page_says_so(
    visitor: Visitor, script: bool, ann: Individual, letter: Version
) -> None:
    with speaking_for(ann.association_id):
        mona = guardians.name(ann, name="Mona", email="mona@example.org", actor=ann.pk, channel="privacy")
        path = guardians.path_of(mona)
    looked_at(visitor.open(path, width=NARROW, script=script), "guardian-over", script=script)
