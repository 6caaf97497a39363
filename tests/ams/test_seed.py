"""The demo's people: the same each time, plausible, and whole in every wall of the house."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.utils import timezone
from PIL import Image

from ams import models as m
from ams.demo.seed import people
from ams.demo.seed.logins import logins
from ams.demo.seed.people import HOW_MANY, invent
from ams.demo.seed.plans import SLUGS, plan_of
from ams.demo.seed.plant import plant
from ams.demo.seed.statements import plant_statements
from consent.models import Kind, Standing, Statement, Wording
from privacy.inventory import declarations
from privacy.ledger import verify
from privacy.requests.models import Request, State
from privacy.tenancy import speaking_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
FEW = 40


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> Iterator[m.Association]:
    """One of the two, and a sixth of its people: all of them take seconds."""
    monkeypatch.setattr(people, "HOW_MANY", FEW)
    association = plant("esc")
    with speaking_for(association.pk):
        yield association


def facts_of(slug: str) -> list[tuple[Any, ...]]:
    return [
        (p.row.given_name, p.row.family_name, p.row.email, p.row.born_on, p.row.joined_on, p.street, p.town)
        for p in invent(plan_of(slug, TODAY))
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_same_people_are_invented_each_time(slug: str) -> None:
    once, again = facts_of(slug), facts_of(slug)
    assert once == again
    assert len({email for _given, _family, email, *_rest in once}) == HOW_MANY
    assert all(email.isascii() for _given, _family, email, *_rest in once)


def test_the_two_associations_have_different_people_and_languages() -> None:
    first, second = (plan_of(slug, TODAY) for slug in SLUGS)
    assert first.facts["country"] != second.facts["country"]
    assert first.facts["languages"][0] != second.facts["languages"][0]
    assert not {facts[2] for facts in facts_of("esc")} & {facts[2] for facts in facts_of("sfb")}


def test_every_kind_of_data_is_there(seeded: m.Association) -> None:
    empty = {
        declaration.model.__name__
        for label, declaration in declarations.by_label.items()
        if label.startswith("ams.") and not declaration.model._base_manager.exists()
    }
    lists = {"Import", "ImportRefusal", "ListLayout", "OtherEmail"}  # and what a list alone brings
    passing = {"EmailChange", "LetterRequest", "JoinDraft", "FailureCount"}
    assert empty == {"ApiToken", "Session", *lists, *passing}
    assert m.Individual.objects.count() == FEW


def test_nothing_lies_in_the_future_or_before_its_time(seeded: m.Association) -> None:
    now, today = timezone.now(), timezone.localdate()
    assert not m.SentMail.objects.filter(sent_at__gt=now).exists()
    assert not m.LoginRecord.objects.filter(at__gt=now).exists()
    assert not m.Post.objects.filter(posted_at__gt=now).exists()
    bookings = m.EventRegistration.objects.values_list("booked_at", flat=True)
    assert max(bookings) <= now
    assert not m.Payment.objects.filter(received_on__gt=today).exists()
    assert not m.Invoice.objects.filter(issued_on__gt=today).exists()
    for invoice in m.Invoice.objects.select_related("individual")[:200]:
        assert invoice.individual.joined_on
        assert invoice.issued_on >= invoice.individual.joined_on


def test_anna_berg_is_who_the_pages_say_she_is(seeded: m.Association) -> None:
    anna = m.Individual.objects.get(email="anna.berg@example.org")
    assert (anna.display_name, anna.member_number, anna.joined_on) == ("Anna Berg", "10482", date(2019, 3, 4))
    assert anna.addresses.get().town == "Uppsala"
    assert anna.invoices.count() >= 7
    assert anna.staff_notes.get().text == "Prefers the badge without her employer."
    assert anna.registrations.filter(dietary_needs__isnull=False).exists()
    assert Standing.objects.filter(individual=anna).count() == 5
    with anna.photo.open() as file, Image.open(file) as picture:
        assert picture.format == "JPEG"


def test_some_requests_wait_for_staff_and_none_is_late(seeded: m.Association) -> None:
    waiting = Request.objects.filter(state=State.OPEN)
    assert waiting.count() == 5
    assert not waiting.filter(due_at__lt=timezone.now()).exists()
    assert not Request.objects.filter(answered_at__gt=timezone.now()).exists()


def test_addresses_come_apart_into_postcode_and_town(seeded: m.Association) -> None:
    for address in m.PostalAddress.objects.all():
        assert address.postcode
        assert address.town
        assert not any(sign.isdigit() for sign in address.town)


def test_the_chain_of_the_ledger_holds(seeded: m.Association) -> None:
    assert verify(seeded.pk) is None


def test_whoever_is_listed_can_sign_in(seeded: m.Association) -> None:
    listed = list(logins())
    assert [login.role for login in listed] == ["member", "staff", "approver", "administrator"]
    for login in listed:
        account = authenticate(None, email=login.email, password=login.password)
        assert account
        assert account.role == login.role  # type: ignore[attr-defined]


def test_the_list_is_for_programs_too(seeded: m.Association) -> None:
    out = StringIO()
    call_command("demo_logins", "--json", stdout=out)
    listed = json.loads(out.getvalue())
    assert set(listed[0]) == {"role", "email", "password", "association", "address"}
    assert listed[0]["email"] == "anna.berg@example.org"
    assert listed[0]["association"] == "esc"


def test_passwords_differ_by_installation(seeded: m.Association, settings: Any) -> None:
    here = [login.password for login in logins()]
    settings.SECRET_KEY = "another-installation"
    assert not set(here) & {login.password for login in logins()}


def test_an_erased_person_is_no_longer_listed(seeded: m.Association) -> None:
    m.Account.objects.get(individual__email="anna.berg@example.org").delete()
    assert "anna.berg@example.org" not in [login.email for login in logins()]


def test_a_person_is_found_by_command(seeded: m.Association) -> None:
    out = StringIO()
    call_command("find_individual", "Anna.Berg@example.org", stdout=out)
    assert out.getvalue().strip() == str(m.Individual.objects.get(member_number="10482").pk)
    with pytest.raises(CommandError):
        call_command("find_individual", "nobody@example.org")


def test_the_demo_does_not_mix_with_real_associations(sister: m.Association) -> None:
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert m.Association.objects.count() == 1


def test_what_is_asked_is_of_every_kind_and_says_what_a_no_stops(seeded: m.Association) -> None:
    asked = {statement.slug: statement for statement in Statement.objects.all()}
    assert [asked[slug].number for slug in ("monthly-letter", "directory", "statutes")] == [1, 3, 6]
    ours = [slug for slug, each in asked.items() if (now := each.current()) and now.can_be_objected_to()]
    assert ours == ["staff-notes", "offers-by-post"]
    consents = Wording.objects.filter(version__statement__kind=Kind.CONSENT)
    assert consents.exists()
    assert not consents.filter(Q(stops="") | Q(stays="")).exists()
    assert not Wording.objects.filter(version__purpose="").exists()
    codes = m.MembershipType.objects.values_list("code", flat=True)
    assert set(asked["named-in-report"].membership_types) & set(codes)
    assert not asked["monthly-letter"].double_opt_in
    until = Standing.objects.filter(statement=asked["event-partners"], act="given").values("until")
    assert until
    assert not until.filter(until=None).exists()


def test_the_french_confirm_a_yes_by_mail(sister: m.Association) -> None:
    with speaking_for(sister.pk):
        plant_statements(["de", "en"], "sfb")
        assert Statement.objects.get(slug="monthly-letter").double_opt_in
