"""What a member reads about herself: all of it, only hers, and as many statements for one row as for a hundred."""

from datetime import date
from typing import Any

import pytest

from ams.models import Association, Individual, PhoneNumber
from privacy.declarations import Category, Origin
from privacy.holdings import Holding, holdings, number_of_things
from privacy.recipients import recipients
from privacy.vault import current
from tests import factories

pytestmark = pytest.mark.django_db


def under(found: list[Holding], category: Category) -> Holding:
    return next(holding for holding in found if holding.category == category)


def everything(found: list[Holding]) -> str:
    return " ".join(
        str(value.value)
        for holding in found
        for entry in holding.entries
        for record in entry.records
        for value in record
    )


def test_ann_reads_what_is_held_about_her_and_nothing_of_bens(ann: Individual, ben: Individual) -> None:
    hers, his = everything(holdings(ann)), everything(holdings(ben))
    assert "ann@example.org" in hers
    assert "Archer" in hers
    for word in ("ben@example.org", "Baker", "1002"):
        assert word in his
        assert word not in hers


def test_the_headings_come_in_the_order_of_the_law_book(ann: Individual) -> None:
    found = [holding.category for holding in holdings(ann)]
    assert found == [category for category in Category if category in found]
    assert {Category.CONTACT, Category.PAYMENTS, Category.SIGN_IN} <= set(found)


def test_of_the_person_each_filled_field_is_a_thing_elsewhere_each_row(ann: Individual) -> None:
    contact = under(holdings(ann), Category.CONTACT)
    own = next(entry for entry in contact.entries if entry.model == "ams.individual")
    assert own.number == len(own.records[0])
    before = own.number
    ann.about = "I draw maps."
    ann.save()
    own = next(
        entry for entry in under(holdings(ann), Category.CONTACT).entries if entry.model == "ams.individual"
    )
    assert own.number == before + 1
    invoices = next(
        entry for entry in under(holdings(ann), Category.PAYMENTS).entries if entry.model == "ams.invoice"
    )
    assert invoices.number == len(invoices.records) == ann.invoices.count() > 0
    assert number_of_things(holdings(ann)) == sum(holding.number for holding in holdings(ann))


def test_every_thing_has_a_reason_and_an_end(ann: Individual) -> None:
    for holding in holdings(ann):
        assert holding.label
        for entry in holding.entries:
            assert str(entry.purpose)
            assert entry.basis.label
            assert str(entry.retention), f"{entry.model} does not say how long."
            assert all(value.label and value.origin in Origin for record in entry.records for value in record)


def test_an_invoice_says_until_when_and_by_which_law(ann: Individual) -> None:
    payments = under(holdings(ann), Category.PAYMENTS)
    invoice = ann.invoices.order_by("-issued_on").first()
    until = date(invoice.issued_on.year + 8, 12, 31)
    values = [value for entry in payments.entries for record in entry.records for value in record]
    assert {value.kept_until for value in values if value.name == "amount"} >= {until}
    assert all("§ 147 AO" in str(value.because) for value in values if value.kept_until)
    assert payments.kept_until is not None
    assert payments.kept_until >= until
    assert under(holdings(ann), Category.CONTACT).kept_until is None


def test_it_takes_as_many_statements_for_much_as_for_little(
    ann: Individual, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        few = number_of_things(holdings(ann))
    for _ in range(3):
        PhoneNumber.objects.create(individual=ann, number="+353 1 234 5678")
    with django_assert_num_queries(1):
        assert number_of_things(holdings(ann)) > few


def test_what_was_erased_is_held_no_more(ann: Individual) -> None:
    assert "Archer" in everything(holdings(ann))
    current.forget(current.ids_of(ann.pk))
    fresh = Individual.objects.get(pk=ann.pk)
    assert "Archer" not in everything(holdings(fresh))


def test_who_has_what(ann: Individual) -> None:
    found = recipients(holdings(ann))
    names = [str(recipient.name) for recipient in found]
    assert len(names) == len(set(names))
    tax = next(recipient for recipient in found if str(recipient.name) == "Our tax adviser")
    assert {received.category for received in tax.received} == {Category.PAYMENTS}
    assert all(received.number for received in tax.received)


def test_a_person_of_whom_little_is_held_has_few_headings(association: Association) -> None:
    found = holdings(factories.make_individual())
    assert [holding.category for holding in found] == [Category.CONTACT]
