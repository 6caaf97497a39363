"""Whatever stands in an address in place of a row's number: the console says that there is no such row."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from ams.models import Individual

pytestmark = pytest.mark.django_db
ODD = ["abc", "-1", "0", "9" * 30, "9" * 5000, "00000000-0000-0000-0000-000000000000", "1.5"]


@pytest.mark.parametrize("number", ODD)
def test_no_row_has_such_a_number(client: Client, cleo: Individual, number: str) -> None:
    client.force_login(cleo.account)
    models = [model._meta for model in admin.site._registry]
    assert len(models) > 20  # else nothing is looked at
    codes = {}
    for meta in models:
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[number])
        codes[meta.label] = client.get(url).status_code
    assert {label: code for label, code in codes.items() if code not in {302, 403, 404}} == {}


@pytest.mark.parametrize(
    "query", ["page=99999999999999999999", f"page={'9' * 5000}", "page=abc", "p=abc", "q=%00"]
)
def test_no_list_breaks_on_an_odd_page(client: Client, cleo: Individual, query: str) -> None:
    client.force_login(cleo.account)
    codes = {}
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        codes[model._meta.label] = client.get(f"{url}?{query}").status_code
    assert {label: code for label, code in codes.items() if code >= 500} == {}
