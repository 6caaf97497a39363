"""A child joins: the wizard asks who answers for them once they have said yes to something, and not before."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from ams.models import Association, Individual, SentMail
from consent import gate
from consent.models import Act, Decision, Guardian, Kind
from consent.publish import compose
from tests.ams.letters import link_in
from tests.consent import asked
from tests.journeys.joining import ABOUT, open_for_members, post, shown, up_to
from tests.journeys.test_join import letters_leave

__all__ = ["letters_leave"]
pytestmark = pytest.mark.django_db
PARENT = {"name": "Mona O'Shea", "email": "mona@example.org"}


@pytest.fixture(autouse=True)
def doors_open(association: Association) -> None:
    open_for_members(association)


def years_ago(years: int) -> str:
    return (timezone.localdate() - timedelta(days=years * 366)).isoformat()


def up_to_the_choices(client: Client, **about: str) -> None:
    up_to(client, "about")
    post(client, "about", **(ABOUT | about))
    post(client, "membership", type="individual")
    post(client, "statutes", statutes="on", **shown(client, "statutes"))


def say(client: Client, **answers: str) -> str:
    """Where the answer leads."""
    return post(client, "choices", **answers, **shown(client, "choices")).headers["Location"]


def read(client: Client, step: str) -> str:
    return unescape(client.get(f"/join/{step}/").content.decode())


def test_dora_of_twelve_names_her_mother_who_says_yes(client: Client) -> None:
    up_to_the_choices(client, born_on=years_ago(12))
    assert say(client, letter="yes", journal="no") == "/join/guardian/"
    assert "Until you are 15, a parent or guardian has to agree" in read(client, "guardian")
    post(client, "guardian", **PARENT)
    assert "Mona O'Shea" in read(client, "check")

    post(client, "check")

    dora = Individual.objects.get()
    assert dora.born_on is not None
    assert Decision.objects.get(statement__slug="letter").act == Act.PENDING
    page = unescape(client.get("/join/done/").content.decode())
    assert "“Monthly letter” waits for your parent or guardian" in page
    assert "Not confirmed yet" in page
    receipt = SentMail.objects.get(template="signup/mail/receipt")
    assert "Monthly letter, by your parent or guardian until" in str(receipt.text)
    letter = SentMail.objects.get(template="consent/mail/guardian")
    assert letter.recipient == "mona@example.org"

    Client().post("/" + link_in(letter).split("/", 3)[3], {"letter": "yes"})

    assert gate.allows(dora.pk, "letter")


def test_who_says_no_to_everything_names_nobody(client: Client) -> None:
    up_to_the_choices(client, born_on=years_ago(12))
    assert say(client, letter="no", journal="no") == "/join/check/"
    assert client.get("/join/guardian/").headers["Location"] == "/join/check/"
    post(client, "check")
    assert Individual.objects.get()
    assert not Guardian.objects.exists()


@pytest.mark.parametrize(
    "about", [{}, {"born_on": years_ago(40)}, {"born_on": years_ago(14), "country": "AT"}]
)
def test_who_decides_alone_or_tells_no_age_names_nobody(client: Client, about: dict[str, str]) -> None:
    up_to_the_choices(client, **about)
    assert say(client, letter="yes") == "/join/check/"
    post(client, "check")
    assert gate.allows(Individual.objects.get().pk, "letter")


def test_a_guardian_who_is_not_needed_after_all_is_not_kept(client: Client) -> None:
    up_to_the_choices(client, born_on=years_ago(12))
    say(client, letter="yes")
    post(client, "guardian", **PARENT)
    assert say(client, letter="no") == "/join/check/"
    assert "Mona" not in read(client, "check")
    post(client, "check")
    assert not Guardian.objects.exists()


def test_her_own_address_is_refused_beside_the_field(client: Client) -> None:
    up_to_the_choices(client, born_on=years_ago(12))
    say(client, letter="yes")
    page = unescape(post(client, "guardian", name="Mona", email="Dora@example.org").content.decode())
    assert 'id="id_email_error"' in page
    assert "This is your own address." in page
    assert client.get("/join/check/").headers["Location"] == "/join/guardian/"


@pytest.mark.parametrize("born_on", ["2999-01-01", "1700-01-01", "yesterday"])
def test_a_birthday_that_cannot_be_is_asked_once_more(client: Client, born_on: str) -> None:
    up_to(client, "about")
    response = post(client, "about", **(ABOUT | {"born_on": born_on}))
    assert response.status_code == 200
    assert 'id="id_born_on_error"' in response.content.decode()


def test_back_from_the_check_leads_to_the_page_that_was_asked(client: Client) -> None:
    up_to_the_choices(client, born_on=years_ago(12))
    say(client, letter="yes")
    post(client, "guardian", **PARENT)
    assert 'class="back" href="/join/guardian/"' in read(client, "check")
    say(client, letter="no")
    assert 'class="back" href="/join/choices/"' in read(client, "check")


def test_a_statement_is_asked_of_those_alone_whom_it_is_for(client: Client) -> None:
    for number, (slug, audience) in enumerate(
        [
            ("for-france", {"countries": ["FR"]}),
            ("for-austria", {"countries": ["AT"]}),
            ("for-students", {"membership_types": ["student"]}),
            ("for-the-old", {"age_from": 60}),
        ],
        start=20,
    ):
        compose(slug, asked.words(slug), number=number, **audience)
    compose("oath", asked.words("Oath"), number=30, kind=Kind.AGREEMENT, countries=["AT"])
    up_to_the_choices(client)
    page = read(client, "choices")
    assert "for-france" in page
    for slug in ("for-austria", "for-students", "for-the-old"):
        assert slug not in page


def test_another_country_asks_for_what_is_agreed_there(client: Client) -> None:
    compose("oath", asked.words("Oath"), number=30, kind=Kind.AGREEMENT, countries=["AT"])
    up_to_the_choices(client)
    assert say(client, letter="yes") == "/join/check/"
    post(client, "about", **(ABOUT | {"country": "AT"}))
    assert client.get("/join/check/").headers["Location"] == "/join/statutes/"
