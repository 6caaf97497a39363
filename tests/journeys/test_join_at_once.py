"""Two clicks on the last button that reach two workers at the same moment."""

from functools import partial

import pytest
from django.test import Client

from ams.models import Account, Association, Individual, Invoice, Membership, SentMail
from ams.signup.draft import COOKIE
from consent.models import Decision
from privacy.tenancy import speaking_for
from tests.consent.test_at_once import at_once
from tests.journeys.joining import open_for_members, post, up_to

pytestmark = pytest.mark.django_db(transaction=True)


def same_browser(client: Client) -> Client:
    other = Client()
    other.cookies[COOKIE] = client.cookies[COOKIE].value
    return other


def test_one_person_one_membership_one_set_of_decisions(
    transactional_db: None, association: Association, client: Client
) -> None:
    open_for_members(association)
    up_to(client, "check")
    clicks = [same_browser(client) for _number in range(3)]

    answers = list(at_once([partial(post, click, "check") for click in clicks]))

    assert [answer.headers["Location"] for answer in answers] == ["/join/done/"] * 3
    assert all("Welcome, Dora" in click.get("/join/done/").content.decode() for click in clicks)
    with speaking_for(association.pk):
        for model in (Individual, Account, Membership, Invoice, SentMail):
            assert model.objects.count() == 1
        assert Decision.objects.count() == 2


def test_two_browsers_of_two_people_get_two_numbers(transactional_db: None, association: Association) -> None:
    open_for_members(association)
    clients = {}
    for name in ("dora", "eve", "finn"):
        clients[name] = Client()
        up_to(clients[name], "check", email=f"{name}@example.org")

    list(at_once([partial(post, click, "check") for click in clients.values()]))

    with speaking_for(association.pk):
        assert len({each.member_number for each in Individual.objects.all()}) == 3
        assert len(set(Invoice.objects.values_list("number", flat=True))) == 3
