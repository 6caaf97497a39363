"""Signing in: with the address in any case, never telling who is a member, slowed down after failures."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ams.accounts import door, new_password
from ams.accounts.forms import SignInForm
from ams.models import Individual, LetterRequest, LoginRecord, SentMail, Session
from tests.ams.letters import link_in
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door_answers")]
WRONG = "not-her-password"


def sign_in(client: Client, email: str = "ann@example.org", password: str = PASSWORD, **more: Any) -> Any:
    there = reverse("password_change")  # a page that only asks for somebody who is signed in
    return client.post(reverse("login"), {"email": email, "password": password, "next": there}, **more)


def test_ann_signs_in_with_her_address_in_any_case(client: Client, ann: Individual) -> None:
    answer = sign_in(client, "ANN@example.ORG")
    assert answer.status_code == 302
    assert client.get(reverse("password_change")).status_code == 200
    record = LoginRecord.objects.get(individual=ann)
    assert (record.outcome, record.ip_address) == (LoginRecord.Outcome.SIGNED_IN, "127.0.0.1")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, ann: Individual) -> None:
    wrong, unknown = sign_in(client, password=WRONG), sign_in(client, "nobody@example.org", WRONG)
    said = [answer.context["form"].non_field_errors() for answer in (wrong, unknown)]
    assert said[0] == said[1] == [SignInForm.WRONG]
    assert LoginRecord.objects.get(individual=ann).outcome == LoginRecord.Outcome.REFUSED


def test_an_unknown_address_costs_as_much_as_a_wrong_password(ann: Individual, settings: Any) -> None:
    """Counted in hashes, not in time: the machine's load must not decide."""
    settings.PASSWORD_HASHERS = ["tests.ams.counting_hasher.CountingHasher"]
    from tests.ams.counting_hasher import CountingHasher  # noqa: PLC0415  after the setting

    ann.account.set_password(PASSWORD)
    ann.account.save()
    spent = []
    for email in ("ann@example.org", "nobody@example.org"):
        CountingHasher.encoded = 0
        assert authenticate(None, email=email, password=WRONG) is None
        spent.append(CountingHasher.encoded)
    assert spent[0] == spent[1] > 0


def test_ann_cannot_sign_in_once_her_account_is_closed(client: Client, ann: Individual) -> None:
    assert sign_in(client).status_code == 302
    ann.account.is_active = False
    ann.account.save()
    assert client.get(reverse("password_change")).status_code == 302
    assert sign_in(Client()).status_code == 200


def test_the_session_is_found_by_its_person_and_cannot_be_read(client: Client, ann: Individual) -> None:
    sign_in(client)
    cookie = client.cookies["session"].value
    row = Session.objects.get(individual=ann)
    assert cookie not in row.session_key
    assert cookie not in row.session_data
    assert str(ann.account.pk) not in row.session_data
    assert client.session["_auth_user_id"] == str(ann.account.pk)


def test_taking_the_rows_of_anns_sessions_signs_her_out_everywhere(client: Client, ann: Individual) -> None:
    sign_in(client)
    assert client.get(reverse("password_change")).status_code == 200
    Session.objects.filter(individual=ann).delete()
    assert client.get(reverse("password_change")).status_code == 302


def test_the_data_of_one_session_does_not_open_in_another(client: Client, ann: Individual) -> None:
    sign_in(client)
    theirs = Session.objects.get(individual=ann)
    stranger = Client()
    session = stranger.session
    session["basket"] = "empty"
    session.save()
    stranger.cookies["session"] = session.session_key
    Session.objects.exclude(pk=theirs.pk).update(session_data=theirs.session_data)
    assert "_auth_user_id" not in stranger.session
    assert stranger.get(reverse("password_change")).status_code == 302


def test_a_forgotten_password_is_mended_by_mail(client: Client, ann: Individual) -> None:
    ann.account.email_verified_at = None
    ann.account.save()
    assert client.post(reverse("password_reset"), {"email": "Ann@example.org"}).status_code == 302
    mail = SentMail.objects.get(individual=ann)
    assert not mail.keep
    page = client.get(link_in(mail), follow=True)
    new = {"new_password1": "a-fresh-start-27", "new_password2": "a-fresh-start-27"}
    assert client.post(page.request["PATH_INFO"], new).status_code == 302
    assert sign_in(client, password="a-fresh-start-27").status_code == 302
    ann.account.refresh_from_db()
    assert ann.account.email_verified_at


def test_nobody_is_told_whether_an_address_is_known(client: Client, ann: Individual) -> None:
    known = client.post(reverse("password_reset"), {"email": "ann@example.org"}, follow=True)
    unknown = client.post(reverse("password_reset"), {"email": "nobody@example.org"}, follow=True)
    assert SentMail.objects.count() == 1
    assert known.redirect_chain == unknown.redirect_chain
    assert "ann@example.org" not in known.content.decode()


def test_the_page_asks_nothing_of_who_it_is(client: Client, ann: Individual, monkeypatch: Any) -> None:
    """The same statements for both: the worker looks, behind a bell with a key that nothing else holds."""
    rung: list[tuple[str, ...]] = []
    monkeypatch.setattr(door, "ring", lambda _task, *arguments: rung.append(arguments))
    asked = []
    for email in ("ann@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as seen:
            client.post(reverse("password_reset"), {"email": email})
        asked.append(
            [" ".join(query["sql"].split()[:3]) for query in seen if "SAVEPOINT" not in query["sql"]]
        )
    assert asked[0] == asked[1]
    assert not SentMail.objects.exists()
    assert [row.created_at for row in LetterRequest.objects.all()]
    assert "example.org" not in str(rung)
    for association, number, key in rung:
        new_password.answer(UUID(association), UUID(number), key)
    assert SentMail.objects.get().individual == ann
    assert not LetterRequest.objects.exists()


def test_a_letter_whose_bell_was_lost_leaves_nothing(
    client: Client, ann: Individual, monkeypatch: Any
) -> None:
    monkeypatch.setattr(door, "ring", lambda _task, *_arguments: None)
    client.post(reverse("password_reset"), {"email": "ann@example.org"})
    assert LetterRequest.objects.exists()
    with time_machine.travel(timezone.now() + door.LIFE + timedelta(minutes=1)):
        door.tidy()
    assert not LetterRequest.objects.exists()


def test_the_link_leads_to_the_host_that_ann_uses(client: Client, ann: Individual) -> None:
    for host in ("localhost", "127.0.0.1"):
        client.post(reverse("password_reset"), {"email": "ann@example.org"}, HTTP_HOST=host)
        mail = SentMail.objects.order_by("-pk")[0]
        assert link_in(mail).startswith(f"http://{host}/")


def test_a_new_password_may_not_be_anns_own_name(client: Client, ann: Individual) -> None:
    sign_in(client)
    new = {"old_password": PASSWORD, "new_password1": "annarcher1", "new_password2": "annarcher1"}
    answer = client.post(reverse("password_change"), new)
    assert answer.status_code == 200
    assert answer.context["form"].errors["new_password2"]
