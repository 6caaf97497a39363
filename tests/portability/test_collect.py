"""What is collected about Ann, by how many statements, and how erased values and files appear."""

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ams import models as m
from ams.models import Individual
from portability.collect import collect
from portability.package import PORTABILITY
from privacy.declarations import Basis, Origin
from privacy.holdings import holdings, number_of_things
from privacy.inventory import declarations
from privacy.tenancy import speaking_for
from privacy.vault import current
from tests.factories import event, make_invoice

pytestmark = pytest.mark.django_db

JPEG = b"\xff\xd8\xff\xe0" + bytes(100_000)


def statements(person: Individual) -> int:
    assert person.association  # fetched before we count, as in a request
    with CaptureQueriesContext(connection) as seen:
        collect(person)
    return len(seen)


def held(person: Individual, key: str, name: str) -> Any:
    """The value in the newest record of this section."""
    section: Any = collect(person).section(key)
    return section.records[0].value(name)


def test_one_statement_for_each_declared_model_and_no_more_for_more_rows(ann: Individual) -> None:
    declared = [d for d in declarations.about_people() if d.personal()]
    before = statements(ann)
    for number in range(30):
        make_invoice(ann)
        m.EventRegistration.objects.create(
            individual=ann, event=event(f"Lecture {number}"), booked_at="2026-05-01T12:00Z"
        )
    assert statements(ann) == before <= len(declared)


def test_a_link_reads_as_what_it_leads_to(ann: Individual) -> None:
    value = held(ann, "ams.eventregistration", "event")
    assert value.data == "Congress 2026"
    assert value.appointment.place == "Vienna"


def test_it_counts_as_the_privacy_tab_does(ann: Individual) -> None:
    package = collect(ann)
    for holding in holdings(ann):
        sections = [section for section in package.held if section.category == holding.category]
        assert sum(section.things for section in sections) == holding.number, holding.category
    assert package.things == number_of_things(holdings(ann)) > 10


def test_an_invoice_says_until_when_and_why_it_is_kept(ann: Individual) -> None:
    value = held(ann, "ams.invoice", "amount")
    assert (value.data, value.text) == ("96.00", "96.00")
    assert value.kept_until == date(2034, 12, 31)
    assert "§ 147 AO" in value.kept_because


def test_erased_values_say_so(ann: Individual) -> None:
    current.forget([key for key in current.ids_of(ann.pk) if key.endswith(bytes(4))])
    read = Individual.objects.get(pk=ann.pk)
    value = held(read, "ams.individual", "given_name")
    assert value.erased
    assert (value.data, value.text) == ("erased", "erased")
    assert held(read, "ams.invoice", "amount").data == "96.00"


def test_files_are_opened_late_and_named_by_us(ann: Individual) -> None:
    m.Document.objects.create(
        individual=ann,
        title="Diploma",
        added_at="2026-05-01T12:00Z",
        file=ContentFile(JPEG, name="../../etc/passwd"),
    )
    (file,) = collect(ann).files()
    assert (file.name, file.size) == ("files/ams-document-file-1.jpg", len(JPEG))
    with file.open() as stream:
        assert stream.read() == JPEG


def test_the_newest_record_comes_first_although_its_date_is_sealed(ann: Individual) -> None:
    for year in (2001, 2020, 2010):
        m.Affiliation.objects.create(individual=ann, organisation="Harbour", began_on=date(year, 1, 1))
    section: Any = collect(ann).section("ams.affiliation")
    assert [str(record.on) for record in section.records] == ["2020-01-01", "2010-01-01", "2001-01-01"]


def test_what_ann_may_carry_to_another_organisation_is_a_part_of_it(ann: Individual) -> None:
    everything: Any = collect(ann)
    portable: Any = everything.portable()
    kinds = {(column.origin, column.basis) for section in portable.sections for column in section.columns}
    assert portable.scope == PORTABILITY
    assert kinds
    assert {origin for origin, _basis in kinds} <= {Origin.PROVIDED, Origin.OBSERVED}
    assert {basis for _origin, basis in kinds} <= {Basis.CONSENT, Basis.CONTRACT}
    assert everything.section("ams.staffnote")
    assert not portable.section("ams.staffnote")
    assert everything.section("ams.individual").records[0].value("member_number")
    assert not portable.section("ams.individual").records[0].value("member_number")


def test_it_is_in_her_language_and_on_the_clock_of_the_association(ann: Individual) -> None:
    Individual.objects.filter(pk=ann.pk).update(language="de")
    ann.refresh_from_db()
    assert held(ann, "ams.eventregistration", "booked_at").text == "1. Mai 2026, 13:00 IST"


def test_a_sister_association_holds_nothing_about_ann(ann: Individual, sister: Any) -> None:
    assert collect(ann).held
    with speaking_for(sister.pk):
        assert not collect(ann).held
