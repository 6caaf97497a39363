"""Statements in the console: drafts are written there, published there, and then left alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ams.models import Association, Individual
from consent import gate, removal, urls
from consent.console.facts_form import TAKEN
from consent.decide import give, withdraw
from consent.models import Kind, State, Statement, Version
from consent.publish import draft
from privacy.ledger.models import LedgerEntry
from tests.consent import asked
from tests.consent.desk import FACTS, LIST, add, page, post
from tests.consent.test_decide import how
from tests.factories import membership_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_cleo(client: Client, cleo: Individual) -> Client:
    client.force_login(cleo.account)
    return client


@pytest.fixture
def as_staff(client: Client, ben: Individual) -> Client:
    account: Any = ben.account
    account.role = "staff"
    account.save()
    client.force_login(account)
    return client


def test_cleo_adds_a_statement_with_its_first_words(as_cleo: Client, cleo: Individual) -> None:
    membership_type("student")

    answer = add(as_cleo, membership_types=["student"], countries="Ireland\nde", age_from="18")

    statement = Statement.objects.get(slug="member-survey")
    assert (statement.number, statement.kind, statement.order) == (100, Kind.CONSENT, 4)
    assert statement.recipients == ["University of Galway", "Institute of Maps"]
    assert (statement.membership_types, statement.countries) == (["student"], ["IE", "DE"])
    words = statement.versions.get().wordings.get()
    assert (words.language, words.name, words.title) == ("en", "Member survey", "May we ask you?")
    assert statement.versions.get().state == State.DRAFT
    assert "Draft of version 1" in answer
    assert LedgerEntry.objects.get(kind="console.added").actor_uid == cleo.pk


def test_the_next_statement_has_the_next_number(as_cleo: Client) -> None:
    add(as_cleo)
    add(as_cleo, name="Second")
    assert list(Statement.objects.order_by("number").values_list("number", flat=True)) == [100, 101]


def test_a_use_that_the_program_knows_keeps_its_number(as_cleo: Client) -> None:
    add(as_cleo, name="Who is who", slug="directory")
    assert Statement.objects.get().number == 3


@pytest.mark.parametrize("key", sorted(TAKEN))
def test_a_key_that_is_an_address_of_ours_is_refused(as_cleo: Client, key: str) -> None:
    """What a member answers there would never reach the statement."""
    for fields in ({"slug": key}, {"name": key.title()}):
        assert "This key stands for a page already." in add(as_cleo, **fields)
    assert not Statement.objects.exists()


def test_every_address_below_the_choices_is_one_of_them() -> None:
    first = {str(each.pattern).partition("/")[0] for each in urls.urlpatterns}
    assert {word for word in first if word and "<" not in word} <= TAKEN
    assert reverse("api:choices-history").rstrip("/").rpartition("/")[2] in TAKEN


def test_a_key_is_given_once(as_cleo: Client) -> None:
    add(as_cleo)
    assert "Another statement has this key." in add(as_cleo)
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"basis": "contract"}, "A consent rests on the yes of each person"),
        ({"kind": "notice"}, "A notice asks nobody"),
        ({"kind": "agreement"}, "An agreement rests on the contract"),
        ({"countries": "Atlantis"}, "We know no country called Atlantis."),
        ({"age_from": "30", "age_to": "18"}, "This is below the age that it begins with."),
        ({"name": ""}, "This field is required."),
        ({"recipients": "x" * 121}, "at most 120 letters"),
        ({"membership_types": ["nobody"]}, "nobody is not one of the available choices"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    as_cleo: Client, fields: dict[str, Any], error: str
) -> None:
    membership_type()
    answer = add(as_cleo, **fields)
    assert answer.count(error) == 2, "in the summary and beside the field"
    assert not Statement.objects.exists()


def test_a_notice_may_rest_on_our_own_interest(as_cleo: Client) -> None:
    add(as_cleo, kind="notice", basis="legitimate_interest", double_opt_in="on")
    statement = Statement.objects.get()
    assert (statement.kind, statement.basis) == ("notice", "legitimate_interest")
    assert not statement.double_opt_in


def test_until_it_is_published_kind_and_key_may_change_and_then_no_more(as_cleo: Client) -> None:
    add(as_cleo)
    statement = Statement.objects.get()
    facts = f"{statement.pk}/facts/"

    post(as_cleo, facts, {**FACTS, "slug": "directory", "kind": "notice", "basis": "contract"})
    statement.refresh_from_db()
    assert (statement.slug, statement.number, statement.kind) == ("directory", 3, "notice")

    letter = asked.letter().statement
    form = page(as_cleo, f"{letter.pk}/facts/")
    assert 'name="purpose"' in form
    assert 'name="slug"' not in form
    assert 'name="kind"' not in form
    post(
        as_cleo, f"{letter.pk}/facts/", {**FACTS, "slug": "other", "kind": "notice", "recipients": "Printer"}
    )
    letter.refresh_from_db()
    assert (letter.slug, letter.kind, letter.recipients) == ("letter", "consent", ["Printer"])
    assert "Facts have changed." in page(as_cleo, f"{letter.pk}/change/")


def test_the_list_says_what_is_asked_where_and_who_says_yes(
    as_cleo: Client, ann: Individual, ben: Individual
) -> None:
    letter, statutes = asked.letter(), asked.statutes()
    give(ann, letter, **how(ann))
    withdraw(ben, letter, **how(ben))
    draft(statutes.statement, asked.words("Statutes, again"))
    asked.newer(asked.journal(), "Later", effective_at=timezone.now() + timedelta(days=3))
    add(as_cleo)

    listed = page(as_cleo)

    for words in (
        "May we? Monthly letter",
        "Consent",
        "Agreement",
        "50 % of 2",
        "Draft of version 2",
        "Member survey",
    ):
        assert words in listed
    assert "Version 2 from" in listed


def test_the_list_costs_the_same_however_long_it_is(
    as_cleo: Client, association: Association, django_assert_max_num_queries: Any
) -> None:
    from consent.console.overview import lines  # noqa: PLC0415 beside its only use

    for _number in range(4):
        add(as_cleo, name=f"Survey {_number}")
    asked.letter()
    with django_assert_max_num_queries(4):
        assert len(lines()) == 5


def test_ending_a_statement_shuts_the_gate_and_taking_it_up_opens_it(
    as_cleo: Client, ann: Individual, cleo: Individual
) -> None:
    letter = asked.letter()
    give(ann, letter, **how(ann))
    assert gate.allows(ann.pk, "letter")
    one = f"{letter.statement_id}/"

    confirm = page(as_cleo, f"{one}end/")
    assert "1 person who said yes" in confirm
    assert gate.allows(ann.pk, "letter"), "reading the question ends nothing"

    assert "No longer asked" in post(as_cleo, f"{one}end/")
    assert not gate.allows(ann.pk, "letter")
    entry = LedgerEntry.objects.get(kind="statement.withdrawn")
    assert (entry.actor_uid, entry.payload["version"]) == (cleo.pk, 1)
    post(as_cleo, f"{one}end/")
    assert LedgerEntry.objects.filter(kind="statement.withdrawn").count() == 1

    post(as_cleo, f"{one}take-up/")
    assert gate.allows(ann.pk, "letter")
    assert LedgerEntry.objects.filter(kind="console.changed").exists()


def test_what_was_to_go_with_the_end_stays_once_it_is_taken_up(
    as_cleo: Client, ann: Individual, ben: Individual
) -> None:
    letter = asked.letter()
    give(ann, letter, **how(ann))
    withdraw(ben, letter, **how(ben))
    post(as_cleo, f"{letter.statement_id}/end/")
    removal.announce(letter.statement, [ann.pk, ben.pk])

    post(as_cleo, f"{letter.statement_id}/take-up/")

    assert [each.individual_id for each in removal.waiting()] == [ben.pk]


def test_staff_read_statements_and_change_nothing(as_staff: Client) -> None:
    version = asked.letter()
    one = f"{version.statement_id}/"
    draft(version.statement, asked.words("Letter, new"))

    assert "Add a statement" not in page(as_staff)
    statement = page(as_staff, f"{one}change/")
    assert "Monthly letter, in full, in en." in statement
    for offer in ("Change the facts", "End the statement", "Go on writing", "/draft/"):
        assert offer not in statement
    assert "in full" in page(as_staff, f"{one}versions/1/")
    for path in (
        "add/",
        f"{one}facts/",
        f"{one}end/",
        f"{one}draft/en/",
        f"{one}draft/publish/",
        f"{one}draft/discard/",
    ):
        page(as_staff, path, status=403)
        post(as_staff, path, status=403)
    post(as_staff, f"{one}take-up/", status=403)
    post(as_staff, f"{one}draft/", status=403)


def test_a_statement_is_never_deleted(as_cleo: Client) -> None:
    version = asked.letter()
    assert as_cleo.post(f"{LIST}{version.statement_id}/delete/", {"post": "yes"}).status_code == 403
    assert Version.objects.filter(pk=version.pk).exists()


def test_staff_read_decisions_and_enter_none(as_cleo: Client, ann: Individual) -> None:
    decision = give(ann, asked.letter(), **how(ann))

    listed = as_cleo.get("/console/consent/decision/")

    assert listed.status_code == 200
    assert "Archer" not in listed.content.decode()
    assert as_cleo.get("/console/consent/decision/add/").status_code == 403
    change = f"/console/consent/decision/{decision.pk}/change/"
    assert as_cleo.post(change, {"act": "withdrawn"}).status_code == 403


def test_ann_has_no_way_into_the_console(client: Client, ann: Individual) -> None:
    client.force_login(ann.account)
    assert client.get(LIST).status_code in {302, 403}


def test_the_sister_sees_nothing_of_it(as_cleo: Client, sister: Association) -> None:
    from privacy.tenancy import speaking_for  # noqa: PLC0415 beside its only use

    with speaking_for(sister.pk):
        theirs = asked.letter().statement
    assert "Nothing is asked" in page(as_cleo)
    page(as_cleo, f"{theirs.pk}/change/", status=404)


@pytest.mark.parametrize("number", ["x", "0", "9" * 19, "9" * 5000], ids=range(4))
def test_a_statement_that_there_cannot_be_is_not_found(as_cleo: Client, number: str) -> None:
    page(as_cleo, f"{number}/change/", status=404)
