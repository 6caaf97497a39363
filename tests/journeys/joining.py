"""Ann's way into the association, page by page, as a browser goes it."""

import re
from typing import Any

from django.core import mail
from django.http import HttpResponse
from django.test import Client

from ams.models import Association, MembershipType
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked

EMAIL = "dora@example.org"
ABOUT = {
    "given_name": "Dora",
    "family_name": "O'Shea",
    "street": "Rue Cler 9",
    "postcode": "75007",
    "town": "Paris",
    "country": "FR",
    "field_of_work": "",
}
PASSWORD = "a sentence that only Dora says"


def open_for_members(association: Association) -> None:
    """Two uses, the statutes and two kinds of membership, as the demo has them."""
    with speaking_for(association.pk):
        factories.membership_type()
        MembershipType.objects.create(code="student", name="Student", yearly_fee=0)
        for ask in (asked.letter, asked.journal, asked.statutes):
            ask()


def post(client: Client, step: str, **data: Any) -> HttpResponse:
    return client.post(f"/join/{step}/", data)


def link_in_mail(number: int = -1) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[number].body))
    assert found
    return found[1]


def follow_the_link(client: Client) -> HttpResponse:
    return client.post(link_in_mail())


def shown(client: Client, step: str) -> dict[str, str]:
    """The hidden values that say which words the page showed."""
    page = client.get(f"/join/{step}/").content.decode()
    fields = re.findall(r'<input type="hidden" name="(shown-[^"]+)" value="(\d+)"', page)
    assert fields
    return dict(fields)


def up_to(client: Client, step: str, email: str = EMAIL) -> None:
    """Answer every page before `step`."""
    for name, answer in WAY.items():
        if name == step:
            return
        answer(client, email)


def _account(client: Client, email: str) -> None:
    post(client, "account", email=email)


def _letter(client: Client, _email: str) -> None:
    follow_the_link(client)


def _password(client: Client, _email: str) -> None:
    post(client, "password", password=PASSWORD)


def _about(client: Client, _email: str) -> None:
    post(client, "about", **ABOUT)


def _membership(client: Client, _email: str) -> None:
    post(client, "membership", type="individual")


def _statutes(client: Client, _email: str) -> None:
    post(client, "statutes", statutes="on", **shown(client, "statutes"))


def _choices(client: Client, _email: str) -> None:
    post(client, "choices", letter="yes", **shown(client, "choices"))


WAY = {
    "account": _account,
    "letter": _letter,
    "password": _password,
    "about": _about,
    "membership": _membership,
    "statutes": _statutes,
    "choices": _choices,
}
