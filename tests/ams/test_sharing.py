"""The printer gets a list of those who said yes to it, and of nobody else; and each of them sees that it did."""

import csv
import io
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams.models import Disclosure, Handover, Individual, PostalAddress
from ams.roles import Role
from ams.sharing.hand_over import AlreadyMade, NobodyOnIt, as_csv, hand_over, parts
from ams.sharing.people import offers
from ams.sharing.record import lists_of, no_longer
from consent.decide import give, withdraw
from consent.models import Version
from portability.collect import collect
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db
ADD = "/console/ams/handover/add/"


@pytest.fixture
def journal(association: Any) -> Version:
    return asked.journal()


@pytest.fixture
def desk(client: Client, cleo: Individual) -> Client:
    """A member of staff, no more."""
    account: Any = cleo.account
    account.role = Role.STAFF
    account.save()
    client.force_login(account)
    return client


def made_for(*people: Individual, actor: Any = None) -> Any:
    handover = hand_over(uuid4(), offers()[0], actor=actor or people[0].pk)
    return SimpleNamespace(handover=handover, content=b"".join(parts(handover)))


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


# Who is on it


def test_nobody_is_on_a_list_without_a_yes(ann: Individual, ben: Individual, journal: Version) -> None:
    with pytest.raises(NobodyOnIt):
        made_for(ann)
    give(ann, journal, **how(ann))
    made = made_for(ann)
    assert table(made.content)[1:] == [["Ann Archer", "Archer Lane 9", "D02 XY45", "Dublin", "Ireland"]]
    assert b"Baker" not in made.content


def test_a_yes_to_something_else_is_no_yes_to_the_printer(ann: Individual, journal: Version) -> None:
    give(ann, asked.letter(), **how(ann))
    with pytest.raises(NobodyOnIt):
        made_for(ann)
    give(ann, journal, **how(ann))
    assert made_for(ann).handover.people == 1


def test_who_says_no_is_on_the_list_before_and_not_on_the_next(
    ann: Individual, ben: Individual, journal: Version
) -> None:
    for person in (ann, ben):
        give(person, journal, **how(person))
    assert len(table(made_for(ann).content)) == 3
    withdraw(ann, journal, **how(ann))
    assert [row[0] for row in table(made_for(ann).content)[1:]] == ["Ben Baker"]


@pytest.mark.parametrize("field", ["restricted_at", "erased_at"])
def test_who_is_paused_or_erased_is_on_no_list(
    ann: Individual, ben: Individual, journal: Version, field: str
) -> None:
    for person in (ann, ben):
        give(person, journal, **how(person))
    Individual.objects.filter(pk=ann.pk).update(**{field: timezone.now()})
    assert [row[0] for row in table(made_for(ben).content)[1:]] == ["Ben Baker"]


def test_of_whom_we_lack_what_the_list_needs_is_not_on_it(
    ann: Individual, ben: Individual, journal: Version
) -> None:
    for person in (ann, ben):
        give(person, journal, **how(person))
    PostalAddress.objects.filter(individual=ann).delete()
    assert [row[0] for row in table(made_for(ben).content)[1:]] == ["Ben Baker"]


def test_a_list_of_addresses_for_mail_needs_no_street(ann: Individual, ben: Individual) -> None:
    journal = asked.journal(shared_fields=["email"])
    for person in (ann, ben):
        give(person, journal, **how(person))
    PostalAddress.objects.filter(individual=ann).delete()
    Individual.objects.filter(pk=ben.pk).update(email=None)
    assert table(made_for(ben).content)[1:] == [["ann@example.org"]]


def test_a_list_holds_what_its_words_name_and_nothing_else(ann: Individual) -> None:
    give(ann, asked.journal(shared_fields=["town", "name"]), **how(ann))
    content = made_for(ann).content.decode()
    assert content == "\ufeffName,Town\r\nAnn Archer,Dublin\r\n"


def test_letters_go_to_the_preferred_address_and_its_department(ann: Individual, journal: Version) -> None:
    give(ann, journal, **how(ann))
    PostalAddress.objects.filter(individual=ann).update(is_preferred=False)
    PostalAddress.objects.create(
        individual=ann, addressee="Map room", street="Quay 1", town="Cork", country="IE", is_preferred=True
    )
    assert table(made_for(ann).content)[1:] == [["Ann Archer", "Map room, Quay 1", "", "Cork", "Ireland"]]


def test_a_spreadsheet_runs_nothing_that_stands_in_a_cell(ann: Individual, journal: Version) -> None:
    give(ann, journal, **how(ann))
    for text in ("=HYPERLINK(1)", "+1", "@SUM(A1)", "-2+3", "\t=1"):
        PostalAddress.objects.filter(individual=ann).delete()
        PostalAddress.objects.create(individual=ann, street=text, town="Cork", country="IE")
        street = table(made_for(ann).content)[1][1]
        assert street.startswith("'"), text
    assert as_csv([["a"], ["plain, text"]], first=True) == '\ufeffa\r\n"plain, text"\r\n'.encode()


def test_a_recipient_whom_no_version_in_force_names_can_be_given_nothing(
    ann: Individual, journal: Version
) -> None:
    assert [offer.recipient for offer in offers()] == ["Druckhaus Lindner"]
    asked.letter()
    journal.statement.recipients = ["Somebody Else"]
    journal.statement.save()
    assert [offer.recipient for offer in offers()] == ["Druckhaus Lindner"]
    asked.newer(journal, "Journal by another printer", ask_again=True)
    assert [offer.recipient for offer in offers()] == ["Somebody Else"]


def test_the_sister_s_people_are_on_no_list_of_ours(ann: Individual, journal: Version, sister: Any) -> None:
    give(ann, journal, **how(ann))
    with speaking_for(sister.pk):
        bea = factories.make_individual(given_name="Bea", family_name="Sisterly")
        PostalAddress.objects.create(individual=bea, street="Quay 2", town="Bremen", country="DE")
        give(bea, asked.journal(), **how(bea))
        assert b"Sisterly" in made_for(bea).content
    assert b"Sisterly" not in made_for(ann).content


# What is recorded


def test_the_list_is_recorded_once_and_for_each_person(
    ann: Individual, ben: Individual, cleo: Individual, journal: Version
) -> None:
    for person in (ann, ben):
        give(person, journal, **how(person))
    handover = made_for(ann, actor=cleo.pk).handover
    assert (handover.purpose, handover.recipient, handover.people, handover.made_by) == (
        "journal",
        "Druckhaus Lindner",
        2,
        cleo.pk,
    )
    assert handover.fields == asked.LETTER
    assert {row.individual_id for row in Disclosure.objects.filter(handover=handover)} == {ann.pk, ben.pk}
    entry = LedgerEntry.objects.get(kind="data.disclosed")
    assert (entry.subject_uid, entry.actor_uid) == (None, cleo.pk)
    assert entry.payload == {"handover": str(handover.pk), "things": 2}


def test_a_second_click_hands_over_nothing(ann: Individual, journal: Version) -> None:
    give(ann, journal, **how(ann))
    number = uuid4()
    hand_over(number, offers()[0], actor=ann.pk)
    with pytest.raises(AlreadyMade):
        hand_over(number, offers()[0], actor=ann.pk)
    assert (Handover.objects.count(), Disclosure.objects.count()) == (1, 1)


def test_a_list_of_thirty_costs_as_many_statements_as_one_of_two(
    ann: Individual, ben: Individual, journal: Version
) -> None:
    for person in (ann, ben):
        give(person, journal, **how(person))
    with CaptureQueriesContext(connection) as two:
        made_for(ann)
    for number in range(28):
        person = factories.make_individual(given_name="Zed", family_name=f"Zz{number}")
        PostalAddress.objects.create(individual=person, street="Quay 1", town="Cork", country="IE")
        give(person, journal, **how(person))
    with CaptureQueriesContext(connection) as thirty:
        assert made_for(ann).handover.people == 30
    assert len(thirty) == len(two)


def test_ann_sees_who_got_what_and_when(
    client: Client, ann: Individual, ben: Individual, journal: Version
) -> None:
    client.force_login(ann.account)
    assert "Druckhaus Lindner" not in client.get("/privacy/who/").content.decode()
    give(ann, journal, **how(ann))
    made_for(ann)
    for url in ("/privacy/who/", "/privacy/"):
        page = client.get(url).content.decode()
        assert "Lists that you were on" in page, url
        assert "Druckhaus Lindner" in page
        assert "Name, Street, Postcode, Town, Country" in page
    assert lists_of(ben) == []
    section = next(each for each in collect(ann).sections if each.key == "ams.disclosure")
    assert "Druckhaus Lindner" in str(section.records[0].values)


def test_the_recipient_is_to_be_told_of_whoever_says_no_later(
    ann: Individual, ben: Individual, journal: Version
) -> None:
    for person in (ann, ben):
        give(person, journal, **how(person))
    handover = made_for(ann).handover
    assert list(no_longer(handover)) == []
    withdraw(ann, journal, **how(ann))
    assert [each.individual_id for each in no_longer(handover)] == [ann.pk]


# In the console


def chosen(version: Version, **more: Any) -> dict[str, Any]:
    return {"to": f"{version.pk}-0", **more}


def test_staff_choose_see_how_many_confirm_and_get_the_file(
    desk: Client, ann: Individual, ben: Individual, journal: Version
) -> None:
    for person in (ann, ben):
        give(person, journal, **how(person))
    PostalAddress.objects.filter(individual=ben).delete()
    assert "Druckhaus Lindner" in desk.get(ADD).content.decode()

    check = desk.post(ADD, chosen(journal))
    page = check.content.decode()
    assert "1 person would be on the list for Druckhaus Lindner." in page
    assert "1 more said yes" in page
    assert "Archer" not in page
    assert not Handover.objects.exists()

    record = desk.post(ADD, dict_of(check.context["hidden"]), follow=True)
    assert "Archer" not in record.content.decode()
    assert "Hand over the list" not in record.content.decode(), "nothing is left to press"
    answer = desk.get(record["Refresh"].partition("url=")[2])
    assert answer["Content-Disposition"].startswith('attachment; filename="journal-')
    assert "no-store" in answer["Cache-Control"]
    assert [row[0] for row in table(b"".join(answer.streaming_content))[1:]] == ["Ann Archer"]

    assert desk.get(record["Refresh"].partition("url=")[2]).status_code == 302, "a list leaves once"
    again = desk.post(ADD, dict_of(check.context["hidden"]), follow=True)
    assert "handed over already" in again.content.decode()
    assert "Refresh" not in again
    assert Handover.objects.count() == 1


def dict_of(hidden: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in hidden:
        values.setdefault(name, []).append(str(value))
    return values


def test_the_console_says_whom_to_tell_after_a_no(
    desk: Client, ann: Individual, cleo: Individual, journal: Version
) -> None:
    give(ann, journal, **how(ann))
    handover = made_for(ann, actor=cleo.pk).handover
    url = f"/console/ams/handover/{handover.pk}/change/"
    assert "Everybody on this list still says yes" in desk.get(url).content.decode()
    withdraw(ann, journal, **how(ann))
    assert "1 said no since" in desk.get("/console/ams/handover/").content.decode()
    page = desk.get(url).content.decode()
    assert "Tell Druckhaus Lindner" in page
    assert "Member 1\u00a0001" in page
    assert "Archer" not in page


def test_nothing_is_handed_over_by_words_that_are_no_longer_in_force(
    desk: Client, ann: Individual, journal: Version
) -> None:
    give(ann, journal, **how(ann))
    hidden = dict_of(desk.post(ADD, chosen(journal)).context["hidden"])
    asked.newer(journal, "Journal, other words")
    assert desk.post(ADD, hidden).context["form"].errors.keys() == {"to"}
    assert not Handover.objects.exists()


def test_an_unchosen_list_is_said_beside_the_field(desk: Client, journal: Version) -> None:
    assert desk.post(ADD, {}).context["form"].errors.keys() == {"to"}


def test_without_a_named_recipient_the_console_says_what_to_do(desk: Client, association: Any) -> None:
    asked.letter()
    for url in (ADD, "/console/ams/handover/"):
        assert "No statement names a recipient" in desk.get(url).content.decode(), url


def test_a_member_hands_over_nothing(client: Client, ann: Individual, journal: Version) -> None:
    give(ann, journal, **how(ann))
    client.force_login(ann.account)
    for answer in (client.get(ADD), client.post(ADD, chosen(journal, number=str(uuid4())))):
        assert answer.status_code in {302, 403}
    assert not Handover.objects.exists()
