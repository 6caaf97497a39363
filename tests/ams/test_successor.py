"""The last one of a role names a successor before going."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ams.accounts.successor import only_one_left, reason_to_stay
from ams.models import Individual, Membership
from ams.roles import Role
from erasure import flow
from erasure.models import Channel
from erasure.plan import plan
from tests import factories

pytestmark = pytest.mark.django_db


def colleague(role: Role) -> Individual:
    person = factories.make_individual(given_name="Mia")
    factories.make_account(person, role=role)
    return person


def ask(person: Individual) -> Any:
    return flow.ask(person, actor=person.pk, channel=Channel.MEMBER, fingerprint=plan(person).fingerprint)


def test_the_only_administrator_is_not_erased_before_somebody_else_is_one(cleo: Individual) -> None:
    colleague(Role.APPROVER)
    with pytest.raises(flow.Refused, match="Administrator"):
        ask(cleo)
    colleague(Role.ADMINISTRATOR)
    assert ask(cleo).pk


def test_of_two_who_go_the_second_stays(cleo: Individual) -> None:
    mia = colleague(Role.ADMINISTRATOR)
    ask(mia)
    with pytest.raises(flow.Refused):
        ask(cleo)


def test_the_only_approver_stays_too(association: Any) -> None:
    mia = colleague(Role.APPROVER)
    assert "Approver" in reason_to_stay(mia)
    colleague(Role.ADMINISTRATOR)  # who may approve as well
    assert reason_to_stay(mia) == ""


def test_a_login_that_is_switched_off_is_no_successor(cleo: Individual) -> None:
    mia = colleague(Role.ADMINISTRATOR)
    mia.account.is_active = False
    mia.account.save()
    assert reason_to_stay(cleo)


def test_whoever_has_no_such_role_goes(ann: Individual, cleo: Individual) -> None:
    assert reason_to_stay(ann) == ""
    assert reason_to_stay(factories.make_individual()) == ""


def test_her_membership_does_not_end_either(client: Client, cleo: Individual) -> None:
    client.force_login(cleo.account)
    for address in (reverse("profile:leave"), reverse("admin:ams_individual_leave", args=[cleo.pk])):
        page = client.get(address, follow=True).content.decode()
        assert "Nobody else has the role" in page
    assert Membership.objects.get(individual=cleo).ended_on is None
    colleague(Role.ADMINISTRATOR)
    assert client.get(reverse("profile:leave")).status_code == 200


def test_the_role_is_given_on_before_it_is_lost(client: Client, cleo: Individual) -> None:
    mia = colleague(Role.ADMINISTRATOR)
    client.force_login(mia.account)
    page = reverse("admin:ams_account_change", args=[cleo.account.pk])
    assert client.post(page, {"role": "member", "is_active": "on"}).status_code == 302
    assert only_one_left(mia.account, Role.STAFF) == Role.ADMINISTRATOR
    assert only_one_left(mia.account, Role.ADMINISTRATOR) is None
    colleague(Role.ADMINISTRATOR)
    assert only_one_left(mia.account, Role.APPROVER) is None
