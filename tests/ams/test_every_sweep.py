"""What has just come outlives every periodic task, whenever it runs: so no test that plants it depends on the clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from ams.celery import app
from ams.models import Association, Individual, LoginRecord
from ams.sweeps import scheduled
from privacy.inventory import declarations, rows_about
from privacy.vault.queryset import sealed_fields
from tests.factories import make_full_person

MOMENTS = [
    datetime(2027, 12, 31, 23, 59, 50, tzinfo=UTC),
    datetime(2028, 2, 29, 0, 0, 5, tzinfo=UTC),
    datetime(2040, 5, 31, 22, 59, 58, tzinfo=UTC),  # nearly midnight in Dublin
]


def held(person: Individual) -> Iterator[tuple[str, object, str, bool]]:
    """Model, row, column, and whether there is something that opens."""
    for declaration in declarations.about_people():
        for row in rows_about(declaration, [person]):
            for field in sealed_fields(declaration.model):
                yield declaration.model._meta.label, row.pk, field.name, bool(getattr(row, field.attname))


def sweep_everything() -> None:
    app.loader.import_default_modules()
    for name in sorted(scheduled(app)):
        app.tasks[name]()


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_whoever_came_today_outlives_every_sweep(association: Association, moment: datetime) -> None:
    with time_machine.travel(moment):
        person, planted = make_full_person(association, "Dora")
        before = set(held(person))
        sweep_everything()
        assert sum(filled for *_, filled in before) >= len(planted)
        assert before <= set(held(person))


def test_a_sign_in_of_long_ago_does_not(ann: Individual) -> None:
    """The test above would see what goes."""
    now = datetime.now(UTC)
    _young, old = (
        LoginRecord.objects.create(individual=ann, at=now - timedelta(days=days), browser="Firefox")
        for days in (0, 100)
    )
    before = set(held(ann))
    sweep_everything()
    gone = before - set(held(ann))
    assert {row for label, row, *_ in gone if label == "ams.LoginRecord"} == {old.pk}
