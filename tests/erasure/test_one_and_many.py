"""What the last letter and the certificate say of one thing, and of many."""

from datetime import date
from typing import Any

import pytest
from django.template import Context
from django.template.loader import get_template

FORMS = ["erasure/mail/farewell.txt", "erasure/mail/farewell.html"]


def letter(name: str, goes: int, stays: int) -> str:
    lines = [{"count": stays, "label": "invoice" if stays == 1 else "invoices", "until": date(2034, 12, 31)}]
    facts: dict[str, Any] = {
        "erasure": {"counts": {"goes": goes}},
        "stays": lines,
        "link": "https://esc.example/",
    }
    association = {"legal_name": "The Society", "short_name": "Society"}
    template: Any = get_template(name).template
    return str(template.render(Context({**facts, "association": association})))


@pytest.mark.parametrize("name", FORMS)
def test_one_invoice_stays_and_two_invoices_stay(name: str) -> None:
    one, two = letter(name, 1, 1), letter(name, 52, 2)
    assert "1 invoice stays until 31 December 2034" in one
    assert "has erased one thing about you" in one
    assert "2 invoices stay until 31 December 2034" in two
    assert "has erased 52 things about you" in two
