"""Every model of the association has its pages in the console, and each role sees what is its own."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from ams import models as m
from ams.models import Association, Individual
from ams.roles import Role
from privacy.console import OpaqueAdmin
from privacy.ledger.models import LedgerEntry
from tests.factories import make_full_person

pytestmark = pytest.mark.django_db
MODELS = list(apps.get_app_config("ams").get_models())


@pytest.fixture
def officer(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


def as_role(client: Client, person: Individual, role: Role) -> Client:
    account: Any = person.account
    account.role = role
    account.save()
    client.force_login(account)
    return client


def read(client: Client, url: str) -> str:
    answer = client.get(url, follow=True)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_every_model_of_the_association_has_a_page() -> None:
    registry = admin.site._registry
    assert [model.__name__ for model in MODELS if not isinstance(registry.get(model), OpaqueAdmin)] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_cleo_opens_the_list_and_a_row_of_every_model(
    officer: Client, association: Association, model: Any
) -> None:
    make_full_person(association, "Dora")
    name = model._meta.model_name
    page = read(officer, reverse(f"admin:ams_{name}_changelist"))
    assert "<h1>" in page
    row = model._base_manager.first()
    if row is not None and name not in {
        "session",
        "failurecount",
        "joindraft",
        "letterrequest",
        "importrefusal",
    }:
        assert "<h1>" in read(officer, reverse(f"admin:ams_{name}_change", args=[row.pk]))


def test_a_list_shows_numbers_and_no_names(officer: Client, ann: Individual) -> None:
    for name in ("postaladdress", "phonenumber", "invoice", "payment", "staffnote", "account", "membership"):
        page = read(officer, reverse(f"admin:ams_{name}_changelist"))
        assert "Member 1\u00a0001" in page, name
        for value in ("Archer", "ann@example.org", "+353 1 555", "badge"):
            assert value not in page, (name, value)


def test_sealed_columns_are_not_sorted(officer: Client, ann: Individual) -> None:
    page = read(officer, reverse("admin:ams_postaladdress_changelist"))
    assert 'class="sortable column-kind"' in page
    assert "sortable column-person" not in page


def test_a_member_stays_outside(client: Client, ann: Individual, ben: Individual) -> None:
    client.force_login(ann.account)
    for url in (
        reverse("admin:index"),
        reverse("admin:ams_individual_changelist"),
        reverse("admin:ams_individual_change", args=[ben.pk]),
        reverse("admin:ams_individual_see", args=[ben.pk, "profile"]),
        reverse("admin:ams_import_add"),
        reverse("admin:records"),
        reverse("admin:settings"),
    ):
        assert client.get(url).status_code in {302, 403}, url
        assert "Baker" not in client.get(url, follow=True).content.decode(), url


@pytest.mark.parametrize(
    ("role", "changes", "reads_ledger"),
    [(Role.STAFF, False, False), (Role.APPROVER, False, True), (Role.ADMINISTRATOR, True, True)],
)
def test_each_role_sees_what_is_its_own(
    ann: Individual, cleo: Individual, role: Role, changes: bool, reads_ledger: bool
) -> None:
    """Settings and logins are the administrators'; the ledger is also read by who approves."""
    client, account = as_role(Client(), cleo, role), login_of(ann)
    save = '<button class="button" name="_save">'
    assert (save in read(client, reverse("admin:settings"))) is changes
    assert (save in read(client, reverse("admin:ams_account_change", args=[account.pk]))) is changes
    ledger = client.get(reverse("admin:privacy_ledgerentry_changelist"))
    assert (ledger.status_code == 200) is reads_ledger


def login_of(person: Any) -> Any:
    return person.account


def test_nobody_is_deleted_in_the_console(officer: Client, ann: Individual) -> None:
    assert officer.get(reverse("admin:ams_individual_delete", args=[ann.pk])).status_code == 403
    page = read(officer, reverse("admin:ams_individual_change", args=[ann.pk]))
    assert reverse("admin:erasure_erasure_ask", args=[ann.pk]) in page
    assert "/delete/" not in page


def test_every_page_stands_under_a_tab(officer: Client, ann: Individual) -> None:
    invoice = m.Invoice.objects.get(individual=ann)
    for url, tab in (
        (reverse("admin:index"), "Today"),
        (reverse("admin:ams_individual_change", args=[ann.pk]), "Individuals"),
        (reverse("admin:ams_import_add"), "Individuals"),
        (reverse("admin:ams_invoice_change", args=[invoice.pk]), "Records"),
        (reverse("admin:privacy_ledgerentry_changelist"), "Records"),
        (reverse("admin:settings"), "Settings"),
    ):
        current = re.findall(r'<a href="[^"]*" aria-current="[a-z]+">([A-Z][a-z]+)', read(officer, url))
        assert current[0] == tab, url


def test_the_settings_are_the_association_s_own(
    officer: Client, association: Association, sister: Association
) -> None:
    form = settings_of(association)
    page = officer.post(
        reverse("admin:settings"), form | {"short_name": "ESC anew", "cooling_off_days": "10"}
    )
    assert page.status_code == 302, page.content.decode()
    association.refresh_from_db()
    assert (association.short_name, association.cooling_off_days) == ("ESC anew", 10)
    assert (association.languages, association.host_names[0]) == (["en", "de", "fr"], "testserver")
    assert LedgerEntry.objects.get().kind == "association.changed"
    assert officer.get(reverse("admin:ams_association_change", args=[sister.pk])).status_code == 302


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cooling_off_days": "31"}, "At most 20 days"),
        ({"main_language": "fr", "languages": ["en"]}, "Choose one of the languages"),
        ({"host_names": "vdk.localhost"}, "belongs to another association"),
        ({"host_names": "no host"}, ""),
        ({"host_names": "-wrong-"}, "-wrong- is no host name."),
        ({"brand": "blue"}, "Enter a valid value."),
        ({"authority": ""}, "This field is required."),
    ],
)
def test_settings_that_cannot_be_are_said(
    officer: Client, association: Association, sister: Association, change: dict[str, Any], told: str
) -> None:
    answer = officer.post(reverse("admin:settings"), settings_of(association) | change)
    assert (answer.status_code == 302) is (told == "")
    assert told in answer.content.decode()


def settings_of(association: Association) -> dict[str, Any]:
    return {
        "legal_name": association.legal_name,
        "short_name": association.short_name,
        "postal_address": association.postal_address,
        "contact_email": association.contact_email,
        "dpo_name": association.dpo_name,
        "dpo_email": association.dpo_email,
        "authority": association.authority,
        "country": "IE",
        "self_service_export": "on",
        "cooling_off_days": "7",
        "main_language": "en",
        "languages": ["en", "de", "fr"],
        "time_zone": "Europe/Dublin",
        "brand": "#1f4f82",
        "mark": "circle",
        "host_names": "testserver\nlocalhost\n127.0.0.1",
    }
