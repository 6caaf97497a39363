"""Small words: names in their own order, one thing is one thing, a webhook's event is no congress."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext

from ams.directory import find
from ams.models import Association, Individual
from ams.names import whole_name
from privacy.inventory import declarations
from tests import factories


@pytest.mark.parametrize(
    ("given", "family", "written"),
    [
        ("小明", "李", "李小明"),
        ("민수", "김", "김민수"),
        ("さくら", "佐々木", "佐々木さくら"),
        ("Ann", "Archer", "Ann Archer"),
        ("Xiaoming", "Li", "Xiaoming Li"),
        ("小明", "Li", "小明 Li"),
        ("小明", None, "小明"),
        (None, "Archer", "Archer"),
    ],
)
def test_a_name_is_written_as_its_script_has_it(given: str, family: str, written: str) -> None:
    assert whole_name(given, family) == written


def test_staff_find_her_by_her_name_as_it_is_written(association: Association) -> None:
    person = factories.make_individual(given_name="小明", family_name="李")
    assert person.display_name == "李小明"
    for text in ("李小明", "小明", "小明 李"):
        assert [found.name for found in find(association.pk, text)] == ["李小明"], text


def test_one_thing_is_not_called_as_many_are() -> None:
    declared = [declaration.model._meta for declaration in declarations.about_people()]
    assert [meta.label for meta in declared if str(meta.verbose_name) == str(meta.verbose_name_plural)] == []


def test_every_column_of_a_list_has_a_name_of_ours() -> None:
    """A foreign key without one is called by its field, in English, for everybody."""
    nameless = [
        f"{model.__name__}.{name}"
        for model, page in admin.site._registry.items()
        for name in {*page.list_display, *page.list_filter}
        if isinstance(name, str) and any(is_nameless(field) for field in along(model, name))
    ]
    assert nameless == []


def along(model: Any, path: str) -> Any:
    for name in path.split("__"):
        if name not in {field.name for field in model._meta.get_fields()}:
            return
        field = model._meta.get_field(name)
        yield field
        model = field.related_model


def is_nameless(field: Any) -> bool:
    return getattr(field, "_verbose_name", "") is None


@pytest.mark.parametrize("language", ["de", "fr"])
def test_a_webhook_s_event_is_no_congress(language: str) -> None:
    with translation.override(language):
        assert pgettext("webhook", "event") not in {"event", gettext("event")}


@pytest.mark.parametrize("ending", ["txt", "html"])
@pytest.mark.parametrize(("count", "said"), [(1, "1 invoice stays until"), (2, "2 invoices stay until")])
def test_the_last_letter_counts(ending: str, count: int, said: str) -> None:
    label = "invoice" if count == 1 else "invoices"
    stays = [{"count": count, "label": label, "until": "", "because": "§ 147 AO"}]
    letter = render_to_string(
        f"erasure/mail/farewell.{ending}", {"stays": stays, "erasure": {"counts": {"goes": 1}}}
    )
    assert said in letter
    assert "one thing about you" in letter


@pytest.mark.parametrize("template", ["signup/mail/confirm", "signup/mail/known", "consent/mail/confirm"])
def test_a_letter_greets_who_has_no_name_yet_and_begins_with_a_capital(template: str) -> None:
    for ending in ("txt", "html"):
        letter = render_to_string(f"{template}.{ending}", {"association": {"short_name": "ESC"}})
        _greeting, body = letter.split("Good day,", 1)
        first = re.search(r"[A-Za-z]", re.sub(r"<[^>]*>|^\s+", "", body))
        assert first
        assert first[0].isupper(), body[:80]


def test_a_colon_has_a_space_before_it_in_french() -> None:
    with translation.override("fr"):
        assert gettext("%(term)s:") % {"term": "Qui"} == "Qui\u00a0:"


@pytest.mark.django_db
def test_deliveries_stand_under_endpoints(client: Client, cleo: Individual) -> None:
    client.force_login(cleo.account)
    page = client.get(reverse("admin:webhooks_delivery_changelist")).content.decode()
    lit = re.findall(r'<a href="([^"]+)" aria-current="true"', page)
    assert [url for url in lit if url.startswith("/")] == [reverse("admin:webhooks_endpoint_changelist")]
