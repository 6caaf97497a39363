"""How many statements a page about a person costs: few, and as many for much as for little."""

import pytest
from django.test import Client

from ams.demo.seed import people
from ams.demo.seed.plant import plant
from ams.models import Association, Individual
from bench import bench_pages
from bench.bench_pages import STATEMENTS, statements
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.tenancy import speaking_for
from tests.factories import make_full_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(association: Association, cleo: Individual) -> Individual:
    """With a row in every model; Cleo looked at her and changed something."""
    person, _planted = make_full_person(association, "Dora")
    for kind in (Kind.INDIVIDUAL_VIEWED, Kind.INDIVIDUAL_CHANGED):
        ledger.append(kind, subject=person.pk, actor=cleo.pk)
    return person


def test_the_pages_of_a_member_cost_few(client: Client, dora: Individual) -> None:
    client.force_login(dora.account)
    assert statements(lambda: client.get("/privacy/")) <= STATEMENTS["Privacy tab"]
    assert statements(lambda: client.get("/privacy/take/")) <= STATEMENTS["Take my data"]


def test_the_person_in_the_console_costs_few(client: Client, dora: Individual, cleo: Individual) -> None:
    client.force_login(cleo.account)
    address = f"/console/ams/individual/{dora.pk}/change/"
    page = client.get(address).content.decode()
    assert "By Cleo Carter" in page
    assert statements(lambda: client.get(address)) <= STATEMENTS["The person in the console"]


def test_the_bench_of_pages_runs_and_tells_goal_and_ratio(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(people, "HOW_MANY", 40)
    monkeypatch.setattr(bench_pages, "ROUNDS", 1)
    association = plant("esc")
    with speaking_for(association.pk):
        bench_pages.measure(association)
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 8
    assert all("goal ≤" in line and "ratio" in line for line in told)
    assert not [line for line in told if "statements" in line and "NOT MET" in line]
