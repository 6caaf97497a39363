"""How many things are held about Ann: one number, wherever it is said, and from one rule."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ams.models import Association, Individual
from ams.roles import Role
from erasure.plan import plan
from portability import report
from portability.collect import collect
from privacy.holdings import holdings, number_of_things
from privacy.recipients import others
from tests.ams.test_api import key_of
from tests.factories import make_full_person, make_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(association: Association) -> Individual:
    """Ann, of whom every kind of row is held, and one value that is there and says nothing."""
    ann, _planted = make_full_person(association, "Ann")
    Individual.objects.filter(pk=ann.pk).update(country="")
    make_invoice(ann)
    return Individual.objects.get(pk=ann.pk)


def read(client: Client, name: str, *arguments: Any) -> str:
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def said(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    assert found, pattern
    return int(found[1])


def test_every_page_and_the_document_say_the_same_number(full: Individual, cleo: Individual) -> None:
    account: Any = cleo.account
    account.role = Role.ADMINISTRATOR
    account.save()
    member, staff, key = Client(), Client(), key_of(full, "read")
    member.force_login(full.account)
    staff.force_login(account)
    package = collect(full)
    numbers = {
        "tab": said(read(member, "privacy:tab"), r"We hold (\d+) things about you"),
        "console": said(read(staff, "admin:ams_individual_change", full.pk), r"We hold (\d+) things about"),
        "take": said(read(member, "portability:take"), r"(\d+) things, as of"),
        "erase": said(read(member, "erasure:plan"), r"Of the (\d+) things"),
        "approval": said(read(staff, "admin:erasure_erasure_ask", full.pk), r"Of (\d+) things"),
        "document": said(report.as_html(package), r"we held (\d+) things about you"),
        "API": member.get(reverse("api:me"), headers=key).json()["things"],
        "holdings": number_of_things(holdings(full)),
    }
    assert set(numbers.values()) == {package.things}, numbers
    assert package.things > 40


def test_the_plan_counts_each_thing_once_whatever_becomes_of_it(full: Individual) -> None:
    found = plan(full)
    assert found.going + found.staying == found.total == collect(full).things
    assert found.staying > 0


def test_our_own_staff_are_nobody_else_and_members_are_one(full: Individual) -> None:
    staff = "Our own staff"
    found, package = holdings(full), collect(full)
    elsewhere = [str(each.name) for each in others(found)]
    assert staff in {str(name) for holding in found for name in holding.recipients}
    assert staff not in elsewhere
    assert [name for name in elsewhere if name.startswith("Members")] == ["Members who sign in"]
    assert list(package.others) == elsewhere
    client = Client()
    client.force_login(full.account)
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    number = words[len(elsewhere)]
    assert f"{number.capitalize()} others may have some of them" in read(client, "privacy:tab")
    assert f"{number.capitalize()} others may have some of them" in report.as_html(package)


def test_staff_are_named_wherever_they_see_it(full: Individual) -> None:
    for holding in holdings(full):
        for entry in holding.entries:
            assert "Our own staff" in [str(name) for name in entry.recipients], entry.model
