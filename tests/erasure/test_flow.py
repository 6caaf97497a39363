"""Asking, stopping, approving: over HTTP, as Ann and the staff do it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from ams.models import Account, Individual, StaffNote
from ams.roles import Role
from erasure import flow
from erasure.erase import carry_out
from erasure.forms import OwnConfirmation
from erasure.links import cancel_url
from erasure.models import Channel, Erasure, State
from erasure.plan import plan
from privacy.ledger import Kind
from privacy.ledger.models import LedgerEntry
from tests import factories

pytestmark = pytest.mark.django_db


def confirm(client: Any, person: Individual, **changes: str) -> Any:
    page = client.get("/privacy/erase/")
    return client.post(
        "/privacy/erase/",
        {
            "typed": person.member_number,
            "password": factories.PASSWORD,
            "fingerprint": page.context["fingerprint"],
            **changes,
        },
        follow=True,
    )


def test_ann_reads_what_goes_what_stays_and_who_is_told(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    page = client.get("/privacy/erase/").content.decode()
    assert "What happens if you leave" in page
    assert "§ 147 AO" in page
    assert "31 December 2034" in page


def test_ann_asks_and_her_data_is_not_used_any_more(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    page = confirm(client, ann)
    assert "You asked us to erase you" in page.content.decode()
    ann.refresh_from_db()
    assert ann.restricted_at is not None
    assert Erasure.objects.get().state == State.REQUESTED


def test_a_wrong_number_or_password_is_said_beside_the_field(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    page = confirm(client, ann, typed="1", password="wrong")
    assert page.context["form"].errors.keys() == {"typed", "password"}
    assert not Erasure.objects.exists()


@pytest.mark.parametrize(
    ("without", "types"), [(["member_number"], "ann@example.org"), (["member_number", "email"], "Ann Archer")]
)
def test_who_has_no_number_types_what_names_them(ann: Individual, without: list[str], types: str) -> None:
    for name in without:
        setattr(ann, name, None)
    answers = {"typed": types, "password": factories.PASSWORD, "fingerprint": "x"}
    assert OwnConfirmation(answers, individual=ann).is_valid()
    assert not OwnConfirmation({**answers, "typed": "1001"}, individual=ann).is_valid()


def test_a_plan_that_has_changed_is_read_again(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    stale = client.get("/privacy/erase/").context["fingerprint"]
    factories.make_invoice(ann)
    page = confirm(client, ann, fingerprint=stale)
    assert page.status_code == 409
    assert not Erasure.objects.exists()
    assert page.context["fingerprint"] != stale


def test_ann_stops_it_while_it_cools_off(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    confirm(client, ann)
    page = client.post("/privacy/erase/stop/", follow=True)
    assert "Nothing was erased" in page.content.decode()
    ann.refresh_from_db()
    assert ann.restricted_at is None
    assert Erasure.objects.get().state == State.CANCELLED


def test_the_link_in_the_letter_asks_once_more_and_then_stops_it(
    client: Any, ann: Individual, django_capture_on_commit_callbacks: Any
) -> None:
    erasure = asked(ann)
    link = cancel_url(erasure).split("testserver", 1)[1]
    assert client.get(link).status_code == 200
    erasure.refresh_from_db()
    assert erasure.state == State.REQUESTED  # a scanner of mail only follows links
    client.post(link)
    erasure.refresh_from_db()
    assert erasure.state == State.CANCELLED


def asked(person: Individual, actor: Any = None, channel: Channel = Channel.MEMBER) -> Erasure:
    return flow.ask(
        person, actor=actor, channel=channel, fingerprint=plan(person).fingerprint, reason="letter"
    )


def test_a_tampered_link_is_not_there(client: Any, ann: Individual) -> None:
    asked(ann)
    assert client.get("/privacy/erase/stop/nonsense:1:2/").status_code == 404


def test_nobody_approves_what_they_asked_for(ann: Individual, cleo: Individual) -> None:
    erasure = asked(ann, actor=cleo.pk, channel=Channel.STAFF)
    with pytest.raises(flow.SamePerson):
        flow.approve(erasure, actor=cleo.pk, fingerprint=plan(ann).fingerprint)


def test_an_approved_erasure_waits_for_the_cooling_off(
    association: Any, ann: Individual, cleo: Individual
) -> None:
    erasure = asked(ann)
    flow.approve(erasure, actor=cleo.pk, fingerprint=plan(ann).fingerprint)
    assert carry_out(association.pk, erasure.pk) == State.APPROVED
    assert Individual.objects.get(pk=ann.pk).email == "ann@example.org"


def test_asking_twice_finds_the_first(ann: Individual) -> None:
    asked(ann)
    with pytest.raises(flow.AlreadyAsked):
        asked(ann)


def test_a_plan_that_changed_after_the_approval_goes_back(
    association: Any, ann: Individual, cleo: Individual
) -> None:
    erasure = asked(ann)
    flow.approve(erasure, actor=cleo.pk, fingerprint=plan(ann).fingerprint, at_once=True)
    factories.make_invoice(ann)
    assert carry_out(association.pk, erasure.pk) == State.REQUESTED
    assert Individual.objects.get(pk=ann.pk).email == "ann@example.org"


def test_staff_ask_for_a_member_and_an_approver_approves(
    client: Any, ann: Individual, cleo: Individual
) -> None:
    staff = factories.make_individual()
    client.force_login(factories.make_account(staff, role=Role.STAFF))
    address = f"/console/erasure/erasure/ask/{ann.pk}/"
    page = client.get(address)
    assert page.status_code == 200
    answer = client.post(
        address,
        {"typed": "1001", "reason": "letter of 3 November", "fingerprint": page.context["fingerprint"]},
    )
    erasure = Erasure.objects.get()
    assert answer.url.endswith(f"/{erasure.pk}/change/")
    assert client.post(answer.url, {"fingerprint": "x"}).status_code == 403  # staff do not approve

    client.force_login(cleo.account)
    page = client.get(answer.url)
    assert "Approve the erasure" in page.content.decode()
    client.post(answer.url, {"fingerprint": page.context["fingerprint"]})
    erasure.refresh_from_db()
    assert erasure.state == State.APPROVED


def test_the_reason_goes_with_everything_else(association: Any, ann: Individual) -> None:
    StaffNote.objects.filter(individual=ann).delete()
    erasure = asked(ann)
    assert erasure.reason == "letter"
    flow.approve(erasure, actor=None, fingerprint=plan(ann).fingerprint, at_once=True)
    Erasure.objects.filter(pk=erasure.pk).update(cools_off_until=timezone.now() - timedelta(seconds=1))
    assert carry_out(association.pk, erasure.pk) == State.COMPLETED
    assert Erasure.objects.get(pk=erasure.pk).reason is None
    assert mail.outbox == []


def test_an_erasure_that_goes_back_lets_ann_sign_in_again(
    association: Any, ann: Individual, cleo: Individual, client: Any
) -> None:
    erasure = asked(ann)
    flow.approve(erasure, actor=cleo.pk, fingerprint=plan(ann).fingerprint, at_once=True)
    factories.make_invoice(ann)
    assert carry_out(association.pk, erasure.pk) == State.REQUESTED
    assert Account.objects.get(individual=ann).is_active
    assert LedgerEntry.objects.filter(kind=Kind.ERASURE_SENT_BACK).count() == 1
    client.force_login(ann.account)
    assert client.post("/privacy/erase/stop/").status_code == 302


def test_a_login_that_staff_had_closed_stays_closed(
    association: Any, ann: Individual, cleo: Individual
) -> None:
    Account.objects.filter(individual=ann).update(is_active=False)
    erasure = asked(ann)
    flow.approve(erasure, actor=cleo.pk, fingerprint=plan(ann).fingerprint, at_once=True)
    factories.make_invoice(ann)
    assert carry_out(association.pk, erasure.pk) == State.REQUESTED
    assert not Account.objects.get(individual=ann).is_active


def test_a_pause_from_before_survives_an_erasure_that_is_stopped(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    client.post("/profile/pause/")
    began = Individual.objects.get(pk=ann.pk).restricted_at
    assert began is not None
    flow.cancel(asked(ann), actor=ann.pk)
    assert Individual.objects.get(pk=ann.pk).restricted_at == began


def test_nobody_takes_up_the_use_of_data_whose_erasure_is_asked(client: Any, ann: Individual) -> None:
    client.force_login(ann.account)
    confirm(client, ann)
    page = client.post("/profile/pause/", follow=True)
    assert "Stop that first" in page.content.decode()
    assert Individual.objects.get(pk=ann.pk).restricted_at is not None


def test_the_link_in_the_letter_is_kind_when_it_is_too_late(client: Any, ann: Individual) -> None:
    erasure = asked(ann)
    Erasure.objects.filter(pk=erasure.pk).update(state=State.EXECUTING)
    page = client.post(cancel_url(erasure).split("testserver", 1)[1])
    assert page.status_code == 200
    assert "too late" in page.content.decode()


def test_who_is_erased_is_not_asked_about_again(association: Any, ann: Individual) -> None:
    erasure = asked(ann)
    flow.approve(erasure, actor=None, fingerprint=plan(ann).fingerprint, at_once=True)
    assert carry_out(association.pk, erasure.pk) == State.COMPLETED
    with pytest.raises(flow.AlreadyAsked):
        asked(ann)
