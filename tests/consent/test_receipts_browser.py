"""A receipt in the browser: wide, narrow, dark, on paper and without script; and the page that checks one."""

from pathlib import Path

import pytest

from ams.models import Association, Individual
from consent.decide import give, withdraw
from consent.models import Decision
from consent.receipts.build import found
from consent.receipts.sign import signed
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how
from tests.plugin_browser import NARROW, WIDE, Visitor, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHECK = "/privacy/choices/verify/"


@pytest.fixture
def ann_and_her_yes(transactional_db: None, association: Association) -> tuple[Individual, Decision]:
    with speaking_for(association.pk):
        ann, letter = factories.ann(), asked.letter()
        give(ann, letter, **how(ann))
        withdraw(ann, letter, **how(ann))
        return ann, give(ann, asked.newer(letter), **how(ann))


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_receipt_is_accessible_and_fits(
    visitor: Visitor, ann_and_her_yes: tuple[Individual, Decision], width: int, scheme: str
) -> None:
    ann, yes = ann_and_her_yes
    page = visitor.open(f"/privacy/choices/receipt/{yes.pk}/", width=width, scheme=scheme, member=ann)

    assert page.get_by_role("heading", level=1).inner_text() == "Your receipt"
    assert_accessible(page)


def test_on_paper_the_words_and_the_past_stay_and_the_buttons_go(
    visitor: Visitor, ann_and_her_yes: tuple[Individual, Decision]
) -> None:
    ann, yes = ann_and_her_yes
    page = visitor.open(f"/privacy/choices/receipt/{yes.pk}/", member=ann)
    words, button = page.get_by_text("Letter, now with offers, in full"), page.get_by_text("Keep it as a PDF")
    assert words.is_visible()
    assert button.is_visible()

    page.emulate_media(media="print")

    assert words.is_visible()
    assert page.get_by_text("No longer", exact=True).is_visible()
    assert not button.is_visible()


def test_ann_finds_keeps_and_checks_it_without_script(
    visitor: Visitor, ann_and_her_yes: tuple[Individual, Decision], tmp_path: Path
) -> None:
    ann, _yes = ann_and_her_yes
    page = visitor.open("/privacy/choices/", script=False, member=ann)
    page.get_by_role("link", name="The receipt").first.click()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Keep it as a PDF").click()
    kept.value.save_as(tmp_path / "receipt.pdf")

    nobody = visitor.open(CHECK, script=False, width=NARROW)
    nobody.get_by_label("The receipt as a file").set_input_files(tmp_path / "receipt.pdf")
    nobody.get_by_role("button", name="Check the receipt").click()

    assert nobody.get_by_role("heading", level=1).inner_text() == "This receipt is genuine"
    assert nobody.get_by_text("Letter, now with offers, in full, in en.").is_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_check_is_accessible_before_and_after(
    visitor: Visitor, ann_and_her_yes: tuple[Individual, Decision], association: Association, width: int
) -> None:
    with speaking_for(association.pk):
        kept = found(ann_and_her_yes[1].pk)
        assert kept
        receipt = signed(kept).decode()
    page = visitor.open(CHECK, width=width)
    assert_accessible(page)

    page.get_by_label("Or its text").fill(receipt.replace("now with offers", "now with orders"))
    page.get_by_role("button", name="Check the receipt").click()
    assert "something was changed after signing" in page.locator("#id_text_error").inner_text()
    assert_accessible(page)

    page.get_by_label("Or its text").fill(receipt)
    page.get_by_role("button", name="Check the receipt").click()
    assert page.get_by_role("heading", level=1).inner_text() == "This receipt is genuine"
    assert_accessible(page)
