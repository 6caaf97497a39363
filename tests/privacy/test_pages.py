"""The pages of the Privacy tab: Ann reads what is held about her; a stranger reads the notice."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ams.models import Association, Individual
from privacy.declarations import Category
from privacy.holdings import holdings, number_of_things
from privacy.notice import notice
from privacy.requests import close_request, open_request

pytestmark = pytest.mark.django_db
MEMBERS = ["privacy:tab", "privacy:hold", "privacy:who", "privacy:requests"]


def read(client: Client, name: str) -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", MEMBERS)
def test_a_stranger_is_led_to_the_door(client: Client, association: Association, name: str) -> None:
    answer = client.get(reverse(name))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("login"))


@pytest.mark.parametrize("name", MEMBERS)
def test_no_page_is_changed_by_looking(client: Client, ann: Individual, name: str) -> None:
    client.force_login(ann.account)
    assert client.post(reverse(name)).status_code == 405


def test_ann_reads_her_own_data_and_nothing_of_bens(client: Client, ann: Individual, ben: Individual) -> None:
    client.force_login(ben.account)
    his = read(client, "privacy:hold")
    client.force_login(ann.account)
    hers = read(client, "privacy:hold")
    for own, other, hers_and_his in ((hers, his, "ann@example.org"), (his, hers, "ben@example.org")):
        assert hers_and_his in own
        assert hers_and_his not in other
    assert "§ 147 AO" in hers
    assert "from you" in hers


def test_the_first_sentence_counts(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    page = read(client, "privacy:tab")
    assert f"{number_of_things(holdings(ann))} things</a> about you" in page
    for holding in holdings(ann):
        assert f'id="hold-{holding.category}"' in page


def test_who_has_it(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    assert "Our tax adviser" in read(client, "privacy:who")


def test_a_request_is_shown_with_its_date_and_its_end(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    assert "You have asked for nothing yet" in read(client, "privacy:requests")
    request = open_request(ann, "access", actor=ann.pk, channel="member")
    assert request.reference in read(client, "privacy:requests")
    assert "Answer by" in read(client, "privacy:requests")
    close_request(ann, "access", state="done", actor=None)
    assert "Done" in read(client, "privacy:requests")
    open_request(ann, "objection", actor=ann.pk, channel="member")
    close_request(ann, "objection", state="cancelled", actor=ann.pk)
    assert "Taken back" in read(client, "privacy:requests")


def test_everybody_may_read_the_notice_and_complain(client: Client, association: Association) -> None:
    page = read(client, "privacy:notice")
    for word in (
        association.legal_name,
        "dana",
        "privacy@esc.example",
        "§ 147 AO",
        "Data Protection Commission",
    ):
        assert word.lower() in page.lower()
    assert association.authority in read(client, "privacy:complain")


def test_the_notice_says_all_that_is_declared() -> None:
    uses = notice()
    assert [list(Category).index(use.category) for use in uses] == sorted(
        list(Category).index(use.category) for use in uses
    )
    assert all(use.what and use.origins and use.retentions for use in uses)
    assert any(use.special for use in uses)


def test_the_pages_ask_a_fixed_number_of_questions(
    client: Client, ann: Individual, django_assert_max_num_queries: Any
) -> None:
    client.force_login(ann.account)
    with django_assert_max_num_queries(60):
        read(client, "privacy:tab")
