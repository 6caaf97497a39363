"""The console wears the house: one way in, tables that a phone can read."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from ams.models import Association, Individual
from privacy.requests.flow import open_request
from privacy.requests.models import Kind

pytestmark = pytest.mark.django_db


def test_a_guest_signs_in_where_everybody_does(client: Client, association: Association) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('login')}?next={reverse('admin:index')}"


def test_ann_is_told_that_the_console_is_not_hers(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    page = client.get(reverse("admin:index"), follow=True).content.decode()
    assert "Your account may not open that page" in page
    assert 'class="desk"' not in page


def test_cleo_finds_the_rooms_and_her_way_back(client: Client, cleo: Individual) -> None:
    client.force_login(cleo.account)
    page = client.get(reverse("admin:index")).content.decode()
    assert 'class="desk"' in page
    assert re.search(rf'href="{reverse("admin:index")}" aria-current="page"', page)
    assert reverse("admin:privacy_request_changelist") in page
    assert "admin/css/base.css" not in page


def test_a_cell_names_its_column_for_a_phone(client: Client, cleo: Individual, ann: Individual) -> None:
    open_request(ann, Kind.ACCESS, actor=cleo.pk, channel="letter")
    client.force_login(cleo.account)
    page = client.get(reverse("admin:privacy_ledgerentry_changelist")).content.decode()
    assert re.search(r'<td data-label="[A-Z][^"]+" class="field-', page)


def test_an_empty_list_says_so(client: Client, cleo: Individual) -> None:
    client.force_login(cleo.account)
    assert 'class="empty"' in client.get(reverse("admin:privacy_request_changelist")).content.decode()
