"""Everything about a person comes in one statement, and is what a statement for each model would have given."""

from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from ams.models import Association, EventRegistration, Individual, Membership
from privacy.everything import everything_about
from privacy.holdings import holdings
from privacy.inventory import declarations, rows_about
from privacy.row_of_json import decoders_of
from privacy.tenancy import speaking_for
from tests.factories import make_full_person

pytestmark = pytest.mark.django_db


def values_of(row: Any) -> dict[str, Any]:
    return {field.attname: comparable(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def comparable(value: Any) -> Any:
    """A sealed file by what it holds."""
    return value.read() if hasattr(value, "stored") else value


def test_each_value_is_as_a_queryset_gives_it(association: Association) -> None:
    person, planted = make_full_person(association, "Dora")
    found = everything_about(person)
    told = str([values_of(row) for rows in found.values() for row in rows])
    assert sum(text in told for text in planted.values()) > len(planted) // 2
    for declaration in declarations.about_people():
        expected = rows_about(declaration, [person]).order_by("pk")
        assert [values_of(row) for row in found[declaration.model]] == [values_of(row) for row in expected]


def test_it_is_one_statement_however_much_there_is(association: Association, ann: Individual) -> None:
    everything_about(ann)
    for person in (ann, make_full_person(association, "Dora")[0]):
        with CaptureQueriesContext(connection) as captured:
            found = everything_about(person)
            assert found[Individual] == [person]
        first, *names = captured
        assert "to_jsonb" in first["sql"]
        assert len(names) <= 1  # of the statements that she answered, the same for everybody


def test_what_ann_has_is_not_among_what_ben_has(ann: Individual, ben: Individual) -> None:
    hers, his = everything_about(ann), everything_about(ben)
    for model, rows in hers.items():
        assert rows or not his[model]
        assert not {row.pk for row in rows} & {row.pk for row in his[model]}


def test_what_a_row_leads_to_comes_along(ann: Individual) -> None:
    found = everything_about(ann, [EventRegistration, Membership])
    assert set(found) == {EventRegistration, Membership}
    with CaptureQueriesContext(connection) as captured:
        assert [str(row.event) for row in found[EventRegistration]] == ["Congress 2026"]
        assert [row.type.name for row in found[Membership]] == ["Individual member"]
    assert not captured


def test_another_association_reads_nothing_of_her(ann: Individual, sister: Association) -> None:
    assert everything_about(ann)[Individual]
    with speaking_for(sister.pk):
        assert not any(everything_about(ann).values())


def test_a_column_of_a_kind_that_nobody_thought_of_is_refused() -> None:
    with pytest.raises(LookupError, match="say how interval is read"):
        decoders_of(models.DurationField())


def test_what_is_held_costs_at_most_four_statements(association: Association) -> None:
    person, _planted = make_full_person(association, "Dora")
    holdings(person)
    with CaptureQueriesContext(connection) as captured:
        assert holdings(person)
    assert len(captured) <= 4
