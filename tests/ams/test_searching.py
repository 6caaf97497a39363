"""What somebody looks for never stands in an address."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from ams.models import Individual, Invoice
from privacy import searching

pytestmark = pytest.mark.django_db
INVOICES, PEOPLE = "/console/ams/invoice/", "/console/ams/individual/"


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def look_for(client: Client, where: str, text: str) -> tuple[str, str]:
    """The address that one comes to, and its page."""
    answer = client.post(where, {"q": text}, follow=True)
    return answer.redirect_chain[-1][0], answer.content.decode()


def test_an_invoice_is_found_by_its_number_and_the_address_names_a_key(
    officer: Client, ann: Individual, ben: Individual
) -> None:
    hers, his = Invoice.objects.get(individual=ann), Invoice.objects.get(individual=ben)
    address, page = look_for(officer, f"{INVOICES}?state__exact=paid", hers.number)
    assert hers.number in page
    assert his.number not in page
    assert hers.number not in address
    assert "state__exact=paid" in address
    assert officer.get(address).content.decode().count(his.number) == 0  # Back, and reload


def test_words_in_an_address_find_nothing_in_particular(
    officer: Client, ann: Individual, ben: Individual
) -> None:
    number = Invoice.objects.get(individual=ann).number
    page = officer.get(f"{INVOICES}?q={number}").content.decode()
    assert Invoice.objects.get(individual=ben).number in page


def test_a_key_opens_in_its_own_session_alone(officer: Client, cleo: Individual, ann: Individual) -> None:
    address, page = look_for(officer, PEOPLE, "archer")
    assert "Ann Archer" in page
    assert "archer" not in address
    other = Client()
    other.force_login(cleo.account)
    assert "Ann Archer" not in other.get(address).content.decode()


def test_each_list_of_the_console_with_a_search_box_sends_it_by_post(officer: Client) -> None:
    searched = [model for model, page in admin.site._registry.items() if page.search_fields]
    assert len(searched) > 2
    for model in searched:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        box = officer.get(url).content.decode().split('id="changelist-search"')[1].split(">")[0]
        assert 'method="post"' in box
        address, _page = look_for(officer, url, "needle-2026")
        assert "needle" not in address


def test_no_form_of_ours_sends_typed_words_in_an_address(settings: Any) -> None:
    """What a form with GET may hold is chosen, not typed."""
    typed = ('type="search"', 'type="text"', 'type="email"', "<textarea")
    forms = {path: path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")}
    assert any('type="search"' in text for text in forms.values())
    for path, text in forms.items():
        for form in text.split("<form")[1:]:
            if 'method="get"' in form.split(">")[0] and path.name != "styleguide.html":
                assert not [word for word in typed if word in form.split("</form>")[0]], path


def test_ten_searches_are_remembered_and_no_more(rf: Any) -> None:
    request = rf.get("/")
    request.session = {}
    keys = [searching.keep(request, f"word {number}") for number in range(searching.KEPT + 1)]
    assert searching.text_of(request, keys[0]) == ""
    assert searching.text_of(request, keys[-1]) == f"word {searching.KEPT}"
    assert searching.keep(request, "word 5") == keys[5]
