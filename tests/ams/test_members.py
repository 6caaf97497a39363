"""Members find each other as far as each of them said yes, field by field, and from the moment of a no not at all."""

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ams import models as m
from ams.accounts import throttle
from ams.directory import directories
from ams.members import entry, listing
from ams.models import Association, DirectoryEntry, Individual
from ams.uses import DIRECTORY
from consent.decide import withdraw
from consent.models import Decision, Standing, Version
from privacy.ledger.models import LedgerEntry
from privacy.tenancy import speaking_for
from tests import factories
from tests.ams.listed import listed, statement
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    directories.clear()
    listing.listings.clear()
    yield
    listing.listings.clear()


@pytest.fixture
def version(association: Association) -> Version:
    return statement()


@pytest.fixture
def ben_reads(client: Client, ben: Individual) -> Client:
    client.force_login(ben.account)
    return client


def read(client: Client, url: str = "/members/", status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def status(client: Client, url: str) -> int:
    answer = client.get(url)
    if answer.streaming:
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # read to its end, a photo's file is closed
    return answer.status_code


def search(client: Client, text: str, **more: Any) -> str:
    return client.post("/members/", {"q": text, **more}, follow=True).content.decode()


# The gate


def test_ann_is_in_no_list_before_her_yes_and_in_it_from_then_on(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    assert "Ann Archer" not in read(ben_reads)
    listed(ann, version)
    assert "Ann Archer" in read(ben_reads)
    assert "Ann Archer" in read(ben_reads, f"/members/{ann.pk}/")


def test_a_yes_shows_the_name_and_nothing_else(ben_reads: Client, ann: Individual, version: Version) -> None:
    with_everything(ann)
    listed(ann, version)
    page = read(ben_reads, f"/members/{ann.pk}/")
    assert "Ann Archer" in page
    assert [value for value in VALUES.values() if value in page] == []
    assert not DirectoryEntry.objects.exists()


VALUES = {
    "field_of_work": "Sea charts",
    "work": "Harbour Office",
    "town": "Galway",
    "country": "Portugal",
    "email": "ann@example.org",
    "phone": "+353 1 555 1001",
    "website": "https://archer.example",
    "elsewhere": "@archer@maps.example",
    "about": "Draws islands that are not there.",
}


def with_everything(ann: Individual) -> None:
    ann.field_of_work, ann.website, ann.country = VALUES["field_of_work"], VALUES["website"], "PT"
    ann.about = VALUES["about"]
    ann.photo, ann.thumbnail = ContentFile(b"large", name="p.jpg"), ContentFile(b"small", name="p.jpg")
    ann.save()
    m.PostalAddress.objects.filter(individual=ann).delete()
    m.PostalAddress.objects.create(individual=ann, street="Archer Lane 9", town="Galway", country="IE")
    m.Affiliation.objects.create(individual=ann, organisation="Harbour Office", position="Hydrographer")
    m.SocialProfile.objects.create(individual=ann, network="Mastodon", handle=VALUES["elsewhere"])


@pytest.mark.parametrize("name", VALUES)
def test_a_field_is_seen_while_its_switch_is_on(
    ben_reads: Client, ann: Individual, version: Version, name: str
) -> None:
    with_everything(ann)
    listed(ann, version, name, "photo")
    page = read(ben_reads, f"/members/{ann.pk}/")
    assert VALUES[name] in page
    assert [other for other in VALUES if other != name and VALUES[other] in page] == []
    assert "Archer Lane" not in page

    entry.switch(ann, name, on=False)

    for url in ("/members/", f"/members/{ann.pk}/"):
        page = read(ben_reads, url)
        assert "Ann Archer" in page
        assert [value for value in VALUES.values() if value in page] == []


def test_the_list_shows_where_somebody_works_and_lives_only_if_they_want(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    with_everything(ann)
    listed(ann, version, "work", "town")
    page = read(ben_reads)
    assert "Hydrographer, Harbour Office" in page
    assert "Galway" in page
    assert "Portugal" not in page
    assert "Sea charts" not in page


def test_a_job_that_has_ended_is_no_longer_shown(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    m.Affiliation.objects.create(individual=ann, organisation="Old Mill", ended_on=date(2020, 5, 1))
    m.Affiliation.objects.create(individual=ann, organisation="New Mill")
    listed(ann, version, "work")
    page = read(ben_reads, f"/members/{ann.pk}/")
    assert "New Mill" in page
    assert "Old Mill" not in page


def test_a_photo_is_served_while_its_switch_is_on(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    with_everything(ann)
    listed(ann, version, "photo")
    url = f"/members/{ann.pk}/photo/"
    answer = ben_reads.get(url)
    assert b"".join(answer.streaming_content) == b"small"  # type: ignore[attr-defined]
    assert url in read(ben_reads)

    entry.switch(ann, "photo", on=False)

    assert ben_reads.get(url).status_code == 404
    assert url not in read(ben_reads)


def test_a_correction_is_seen_at_once(ben_reads: Client, ann: Individual, version: Version) -> None:
    listed(ann, version, "email")
    ann.email = "ann.new@example.org"
    ann.save()
    page = read(ben_reads, f"/members/{ann.pk}/")
    assert "ann.new@example.org" in page
    assert "ann@example.org" not in page


def test_a_no_takes_ann_out_of_everything_at_once(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    with_everything(ann)
    listed(ann, version, *VALUES, "photo", introduction="Ask me about fjords.")
    pages = ("/members/", f"/members/{ann.pk}/", f"/members/{ann.pk}/photo/")
    assert [status(ben_reads, url) for url in pages] == [200, 200, 200]
    assert "Ann Archer" in search(ben_reads, "archer")

    withdraw(ann, version, **how(ann))

    assert "Archer" not in read(ben_reads)
    assert [status(ben_reads, url) for url in pages[1:]] == [404, 404]
    assert "Ann Archer" not in search(ben_reads, "archer")
    assert DirectoryEntry.objects.filter(individual=ann).exists()  # until its day; nobody sees it


@pytest.mark.parametrize("field", ["restricted_at", "erased_at"])
def test_who_is_paused_or_erased_is_not_there(
    ben_reads: Client, ann: Individual, version: Version, field: str
) -> None:
    listed(ann, version, "town")
    assert "Ann Archer" in read(ben_reads)
    Individual.objects.filter(pk=ann.pk).update(**{field: timezone.now()})
    assert "Ann Archer" not in read(ben_reads)
    read(ben_reads, f"/members/{ann.pk}/", status=404)


def test_newer_words_that_ask_everybody_again_empty_the_list(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    listed(ann, version)
    assert "Ann Archer" in read(ben_reads)
    asked.newer(version, ask_again=True)
    assert "Ann Archer" not in read(ben_reads)


def test_a_yes_that_ends_by_time_is_not_shown_although_memory_still_has_it(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    listed(ann, version)
    assert "Ann Archer" in read(ben_reads)
    Standing.objects.filter(individual=ann).update(until=timezone.now())
    assert "Ann Archer" not in read(ben_reads)


# Who looks


def test_a_visitor_is_led_to_the_door(client: Client, ann: Individual, version: Version) -> None:
    listed(ann, version)
    for url in ("/members/", f"/members/{ann.pk}/", f"/members/{ann.pk}/photo/", "/members/mine/"):
        answer = client.get(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith("/sign-in/"), url


def test_whose_membership_has_ended_looks_at_nobody(
    ben_reads: Client, ann: Individual, ben: Individual, version: Version
) -> None:
    listed(ann, version)
    assert "Ann Archer" in read(ben_reads)
    m.Membership.objects.filter(individual=ben).update(state=m.Membership.State.ENDED)
    for url in ("/members/", f"/members/{ann.pk}/"):
        assert "Archer" not in read(ben_reads, url, status=403)


def test_whose_membership_has_ended_is_found_no_more(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    listed(ann, version, "photo")
    assert "Ann Archer" in read(ben_reads)
    ann.memberships.update(state=m.Membership.State.ENDED)
    assert "Archer" not in read(ben_reads)
    assert [status(ben_reads, f"/members/{ann.pk}/{page}") for page in ("", "photo/")] == [404, 404]
    ann.memberships.update(state=m.Membership.State.ACTIVE)
    assert "Ann Archer" in read(ben_reads)


def test_the_sister_sees_nobody_of_ours(
    client: Client, ann: Individual, version: Version, sister: Association
) -> None:
    listed(ann, version, "town")
    with speaking_for(sister.pk):
        bea = factories.make_individual(given_name="Bea", family_name="Sisterly")
        account = factories.make_account(bea, role="staff")
        listed(bea, statement())
        client.force_login(account)
    client.defaults["HTTP_HOST"] = "vdk.localhost"
    page = read(client)
    assert "Bea Sisterly" in page
    assert "Archer" not in page
    read(client, f"/members/{ann.pk}/", status=404)
    assert "Archer" not in search(client, "arch")


def test_search_engines_are_told_to_stay_away(ben_reads: Client, ann: Individual, version: Version) -> None:
    listed(ann, version)
    for url in ("/members/", f"/members/{ann.pk}/", "/members/mine/"):
        answer = ben_reads.get(url)
        assert "noindex" in answer["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex' in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"


def test_the_tab_leads_there(ben_reads: Client, version: Version) -> None:
    assert 'href="/members/"' in read(ben_reads, "/profile/")


def test_whoever_copies_the_list_is_asked_to_wait(
    ben_reads: Client, ann: Individual, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "LOOKS", 3)
    listed(ann, version)
    for _number in range(3):
        assert "Ann Archer" in read(ben_reads)
    answer = ben_reads.get(f"/members/{ann.pk}/")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Archer" not in answer.content.decode()
    ben_reads.force_login(ann.account)  # her own count
    assert "Ann Archer" in read(ben_reads)


def test_that_somebody_looked_is_recorded_of_nobody(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    listed(ann, version)
    before = LedgerEntry.objects.count()
    read(ben_reads, f"/members/{ann.pk}/")
    assert LedgerEntry.objects.count() == before


# Finding


def test_ben_finds_ann_by_part_of_her_name_and_not_by_her_email_or_number(
    ben_reads: Client, ann: Individual, version: Version
) -> None:
    listed(ann, version)
    for text in ("arch", "ANN", "archer ann", "ànn"):
        assert "Ann Archer" in search(ben_reads, text), text
    for text in ("ann@example", "1001", "example.org", "ann 1001", "archer @"):
        assert "Ann Archer" not in search(ben_reads, text), text


def test_a_search_does_not_match_across_two_people(
    ben_reads: Client, ann: Individual, cleo: Individual, version: Version
) -> None:
    listed(ann, version)
    listed(cleo, version)
    assert "Nobody found" in search(ben_reads, "ann carter")
    assert "Cleo Carter" in search(ben_reads, "cleo carter")


def test_a_country_is_a_facet_of_those_who_show_it(
    ben_reads: Client, ann: Individual, cleo: Individual, version: Version
) -> None:
    for person in (ann, cleo):
        Individual.objects.filter(pk=person.pk).update(country="PT")
    listed(ann, version, "country")
    listed(cleo, version)
    page = read(ben_reads)
    assert "Portugal (1)" in page
    page = read(ben_reads, "/members/?country=PT")
    assert "Ann Archer" in page
    assert "Cleo Carter" not in page
    assert "Ann Archer" in search(ben_reads, "a", country="PT")
    assert "Cleo Carter" not in search(ben_reads, "c", country="PT")

    entry.switch(ann, "country", on=False)

    assert "Portugal" not in read(ben_reads)
    assert "Ann Archer" not in read(ben_reads, "/members/?country=PT")


def many(number: int, version: Version) -> list[Individual]:
    people = []
    for at in range(number):
        person = factories.make_individual(given_name="Zed", family_name=f"Zz{at:03}")
        with_everything(person)
        people.append(listed(person, version, *VALUES, "photo"))
    return people


def test_a_page_costs_as_many_queries_for_fifty_people_as_for_two(
    ben_reads: Client, version: Version
) -> None:
    many(2, version)
    read(ben_reads)
    with CaptureQueriesContext(connection) as two:
        assert read(ben_reads).count("Zed Zz") == 2
    many(48, version)
    read(ben_reads)
    with CaptureQueriesContext(connection) as fifty:
        assert read(ben_reads).count("Zed Zz") == 50
    assert len(fifty) == len(two) <= 36


def test_pages_have_fifty_people(ben_reads: Client, version: Version) -> None:
    for at in range(53):
        listed(factories.make_individual(given_name="Zed", family_name=f"Zz{at:03}"), version)
    first, second = read(ben_reads), read(ben_reads, "/members/?page=2")
    assert (first.count("Zed Zz"), second.count("Zed Zz")) == (50, 3)
    assert "Zed Zz050" in second
    found = ben_reads.post("/members/", {"q": "zed"}, follow=True)
    where = found.redirect_chain[-1][0]
    assert read(ben_reads, f"{where}&page=2").count("Zed Zz") == 3
    assert "zed" not in where
    assert "/members/?q=" not in first


# The own entry


@pytest.fixture
def ann_writes(client: Client, ann: Individual) -> Client:
    client.force_login(ann.account)
    return client


def test_before_her_yes_ann_reads_what_is_asked_and_one_click_leads_to_her_entry(
    ann_writes: Client, ann: Individual, version: Version
) -> None:
    page = read(ann_writes, "/members/mine/")
    assert "You are not in the directory" in page
    assert "May we? Member directory" in page
    form = {"version": version.pk, "language": "en", "to": "yes", "next": "/members/mine/", "alone": "yes"}
    answer = ann_writes.post("/privacy/choices/directory/", form)
    assert answer["Location"] == "/members/mine/"
    assert "What other members see of you" in read(ann_writes, "/members/mine/")
    shown = Decision.objects.get(individual=ann).shown
    assert shown
    assert shown.versions == [version.hash]


def test_an_answer_leads_to_no_foreign_page(ann_writes: Client, version: Version) -> None:
    form = {"version": version.pk, "to": "yes", "next": "https://elsewhere.example/"}
    assert ann_writes.post("/privacy/choices/directory/", form)["Location"].startswith("/privacy/choices/")


def test_all_is_off_at_first_and_each_switch_counts_at_once(
    ann_writes: Client, ann: Individual, version: Version
) -> None:
    listed(ann, version)
    assert read(ann_writes, "/members/mine/").count('aria-checked="true"') == 0
    for _twice in range(2):
        ann_writes.post("/members/mine/town/", {"to": "yes"})
    assert DirectoryEntry.objects.get(individual=ann).shows == ["town"]
    page = read(ann_writes, "/members/mine/")
    assert page.count('aria-checked="true"') == 1
    ann_writes.post("/members/mine/town/", {"to": "no"})
    assert DirectoryEntry.objects.get(individual=ann).shows == []
    assert ann_writes.post("/members/mine/birthday/", {"to": "yes"}).status_code == 404


def test_the_preview_is_what_the_others_see(
    ann_writes: Client, ann: Individual, ben: Individual, version: Version
) -> None:
    listed(ann, version, "town", introduction="Ask me about fjords.")
    mine = read(ann_writes, "/members/mine/").split("They see", 1)[1]
    ann_writes.force_login(ben.account)
    theirs = read(ann_writes, f"/members/{ann.pk}/")
    for text in ("Ann Archer", "Dublin", "Ask me about fjords."):
        assert text in mine
        assert text in theirs
    assert "+353" not in mine + theirs


def test_an_introduction_is_written_changed_and_taken_away(
    ann_writes: Client, ann: Individual, version: Version
) -> None:
    listed(ann, version)
    url = "/members/mine/introduction/"
    ann_writes.post(url, {"introduction": "<b>Fjords</b>"})
    assert "&lt;b&gt;Fjords" in read(ann_writes, f"/members/{ann.pk}/")
    assert "600" in ann_writes.post(url, {"introduction": "x" * 601}).content.decode()
    ann_writes.post(url, {"introduction": ""})
    assert DirectoryEntry.objects.get(individual=ann).introduction is None


def test_nothing_is_written_without_a_yes(ann_writes: Client, ann: Individual, version: Version) -> None:
    for url, form in (("town", {"to": "yes"}), ("introduction", {"introduction": "Hello"})):
        assert ann_writes.post(f"/members/mine/{url}/", form).status_code == 302
    with pytest.raises(entry.NoYes):
        entry.switch(ann, "town", on=True)
    assert not DirectoryEntry.objects.exists()

    listed(ann, version, "town")
    withdraw(ann, version, **how(ann))

    with pytest.raises(entry.NoYes):
        entry.introduce(ann, "Still here")
    assert DirectoryEntry.objects.get(individual=ann).introduction is None


def test_the_database_takes_no_entry_without_a_yes_either(
    ann: Individual, ben: Individual, version: Version
) -> None:
    listed(ben, version)
    DirectoryEntry.objects.create(individual=ben, shows=["town"])
    with pytest.raises(IntegrityError), transaction.atomic():
        DirectoryEntry.objects.create(individual=ann, shows=["town"])
    withdraw(ben, version, **how(ben))
    with pytest.raises(IntegrityError), transaction.atomic():
        DirectoryEntry.objects.get(individual=ben).save()


def test_the_entry_is_sealed_with_a_key_of_its_own(ann: Individual, version: Version) -> None:
    listed(ann, version, "town", introduction="Ask me about fjords.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT introduction, shows FROM ams_directoryentry")
        sealed = [bytes(value) for value in cursor.fetchone()]
    number = DIRECTORY.number.to_bytes(2, "big")
    assert all(ann.pk.bytes + number in value for value in sealed)
    assert not [value for value in sealed if b"fjords" in value or b"town" in value]


def test_a_paused_person_sees_that_nobody_sees_them(
    ann_writes: Client, ann: Individual, version: Version
) -> None:
    listed(ann, version)
    Individual.objects.filter(pk=ann.pk).update(restricted_at=timezone.now())
    assert "You paused the use of your data" in read(ann_writes, "/members/mine/")


def test_nothing_is_asked_of_whom_the_statement_is_not_for(
    ann_writes: Client, ann: Individual, association: Association
) -> None:
    statement(countries=["SE"])
    assert "does not ask members like you" in read(ann_writes, "/members/mine/")


@pytest.mark.django_db(transaction=True)
def test_a_no_reaches_another_thread_that_holds_the_list_in_memory(
    transactional_db: None, association: Association
) -> None:
    with speaking_for(association.pk):
        ann, version = factories.ann(), statement()
        listed(ann, version)
    held: dict[str, Any] = {}

    def elsewhere(name: str) -> None:
        try:
            with speaking_for(association.pk):
                mine = held.setdefault("listing", listing.Listing())
                mine.catch_up(association.pk)
                held[name] = list(mine.people)
        finally:
            connection.close()

    in_a_thread(elsewhere, "before")
    with speaking_for(association.pk):
        withdraw(ann, version, **how(ann))
    in_a_thread(elsewhere, "after")
    assert (held["before"], held["after"]) == ([ann.pk], [])


def in_a_thread(act: Any, *words: Any) -> None:
    thread = threading.Thread(target=act, args=words)
    thread.start()
    thread.join()
