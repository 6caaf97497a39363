"""What staff do in the console stands in the ledger, and Django's own log stays empty."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import Http404
from django.test import RequestFactory

from ams.models import Individual, PostalAddress
from privacy.console import OpaqueAdmin, is_findable, is_sealed
from privacy.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db


class IndividualAdmin(OpaqueAdmin[Individual]):
    list_display = ("member_number", "email", "country", "joined_on")
    search_fields = ("email__exact", "member_number__iexact")


class AddressAdmin(OpaqueAdmin[PostalAddress]):
    pass


def asked_by(cleo: Individual) -> Any:
    request = RequestFactory().post("/console/")
    request.user = cleo.account
    return request


def test_what_cleo_does_is_in_the_ledger_and_in_no_log(ann: Individual, cleo: Individual) -> None:
    people = IndividualAdmin(Individual, admin.site)
    people.log_addition(asked_by(cleo), ann, [{"added": {}}])
    people.log_change(asked_by(cleo), ann, [{"changed": {"fields": ["given_name"]}}])
    people.log_deletions(asked_by(cleo), [ann])
    entries = list(LedgerEntry.objects.order_by("seq"))
    assert [entry.kind for entry in entries] == ["console.added", "console.changed", "console.deleted"]
    assert {(entry.subject_uid, entry.actor_uid) for entry in entries} == {(ann.pk, cleo.pk)}
    assert entries[0].payload == {"model": "ams.individual", "row": str(ann.pk)}
    assert not LogEntry.objects.exists()


def test_a_row_about_ann_names_her_as_the_subject(ann: Individual, cleo: Individual) -> None:
    address = PostalAddress.objects.create(individual=ann)
    AddressAdmin(PostalAddress, admin.site).log_change(asked_by(cleo), address, [])
    entry = LedgerEntry.objects.get()
    assert (entry.subject_uid, entry.payload["row"]) == (ann.pk, address.pk)


def test_a_sealed_column_is_not_offered_for_sorting(cleo: Individual) -> None:
    people = IndividualAdmin(Individual, admin.site)
    assert people.get_sortable_by(asked_by(cleo)) == ["country"]


def test_there_is_no_history_of_names(cleo: Individual) -> None:
    with pytest.raises(Http404):
        IndividualAdmin(Individual, admin.site).history_view(asked_by(cleo), str(cleo.pk))


@pytest.mark.parametrize(
    "options",
    [
        {"ordering": ("-family_name",)},
        {"list_filter": ("given_name",)},
        {"date_hierarchy": "born_on"},
        {"search_fields": ("given_name",)},
        {"search_fields": ("email",)},
        {"search_fields": ("email__startswith",)},
    ],
)
def test_e016_a_page_that_would_look_into_what_is_sealed(options: dict[str, Any]) -> None:
    page = type("Page", (IndividualAdmin,), options)
    assert [error.id for error in page(Individual, admin.site).looks_into_sealed()] == ["privacy.E016"]
    assert IndividualAdmin(Individual, admin.site).looks_into_sealed() == []


def test_a_path_is_followed_to_its_last_field() -> None:
    assert is_sealed(PostalAddress, "individual__given_name")
    assert not is_sealed(PostalAddress, "individual__country")
    assert is_findable(PostalAddress, "individual__email__exact")
    assert not is_findable(PostalAddress, "individual__email__contains")
    assert not is_sealed(PostalAddress, "no_field_at_all")


def test_every_page_about_people_is_opaque() -> None:
    ours = {"ams", "consent", "erasure", "portability", "privacy", "webhooks"}
    plain = [
        model._meta.label
        for model, page in admin.site._registry.items()
        if model._meta.app_label in ours and not isinstance(page, OpaqueAdmin)
    ]
    assert plain == []


@pytest.mark.parametrize("name", ["ledgerentry", "request"])
def test_the_ledger_and_the_requests_are_there_to_be_read(name: str, cleo: Individual) -> None:
    page = next(
        page for model, page in admin.site._registry.items() if model._meta.label_lower == f"privacy.{name}"
    )
    request = asked_by(cleo)
    assert page.has_view_permission(request)
    rights = (page.has_add_permission, page.has_change_permission, page.has_delete_permission)
    assert [right(request) for right in rights] == [False, False, False]
