"""A yes for some months: it counts to the moment, ends by itself, and can be renewed before."""

from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test import Client
from django.utils import timezone

from ams.models import Association, DirectoryEntry, Individual
from consent import gate
from consent.asking import open_questions
from consent.decide import give
from consent.expiry import end_what_is_over
from consent.models import Act, Channel, Decision, Removal, Standing, Version
from consent.tasks import sweep, sweep_daily
from privacy import ledger
from privacy.tenancy import speaking_for
from tests.consent import asked
from tests.consent.directory import directory, in_days, listed
from tests.consent.test_decide import acts_of, how

pytestmark = pytest.mark.django_db


@pytest.fixture
def yearly(association: Association) -> Version:
    return directory_for_a_year()


def directory_for_a_year() -> Version:
    return asked.newer(directory(), "Directory", again_after_months=12)


def passes(time: timedelta | relativedelta) -> None:
    """As if the yes had been said so much earlier."""
    for standing in Standing.objects.exclude(until=None):
        Standing.objects.filter(pk=standing.pk).update(until=standing.until - time)


def test_it_counts_for_a_year_and_not_a_moment_longer(ann: Individual, yearly: Version) -> None:
    decision = give(ann, yearly, **how(ann))
    assert Standing.objects.get().until == decision.at + relativedelta(months=12)
    assert gate.allows(ann.pk, "directory")

    passes(relativedelta(years=1))

    assert not gate.allows(ann.pk, "directory")  # before any sweep


def test_a_month_before_ann_is_asked_and_it_counts_meanwhile(ann: Individual, yearly: Version) -> None:
    give(ann, yearly, **how(ann))
    passes(timedelta(days=330))
    assert open_questions(ann) == []

    passes(timedelta(days=10))

    assert [(each.why_again, each.is_yes()) for each in open_questions(ann)] == [("time", True)]
    assert gate.allows(ann.pk, "directory")


def test_given_again_it_counts_for_another_year(
    association: Association, ann: Individual, yearly: Version
) -> None:
    give(ann, yearly, **how(ann))
    passes(timedelta(days=340))
    give(ann, yearly, **how(ann))
    assert end_what_is_over(association.pk) == 0

    assert acts_of(ann) == ["given", "renewed"]
    assert open_questions(ann) == []
    assert Standing.objects.get().until > timezone.now() + timedelta(days=360)


def test_on_its_day_it_ends_by_itself_and_the_data_gets_its_day(
    association: Association, ann: Individual, ben: Individual, yearly: Version
) -> None:
    listed(ann, yearly)
    passes(relativedelta(years=1))
    listed(ben, yearly)

    assert end_what_is_over(association.pk) == 1

    decision = Decision.objects.latest("at")
    assert (decision.act, decision.channel, decision.actor) == (Act.EXPIRED, Channel.SYSTEM, None)
    assert acts_of(ben) == ["given"]
    assert [(each.individual_id, each.due_on) for each in Removal.objects.all()] == [(ann.pk, in_days(30))]
    assert DirectoryEntry.objects.count() == 2
    assert end_what_is_over(association.pk) == 0
    assert ledger.verify(association.pk) is None


def test_the_card_says_that_it_ended_and_what_goes(
    association: Association, client: Client, ann: Individual, yearly: Version
) -> None:
    listed(ann, yearly)
    passes(relativedelta(years=1))
    end_what_is_over(association.pk)
    client.force_login(ann.account)

    page = client.get("/privacy/choices/").content.decode()

    assert "Ended by time on" in page
    assert "is erased on" in page
    assert "No since" not in page


def test_an_agreement_does_not_end_by_time(association: Association, ann: Individual) -> None:
    statutes = asked.newer(asked.statutes(), "Statutes", again_after_months=12)
    give(ann, statutes, **how(ann))
    passes(relativedelta(years=2))

    assert end_what_is_over(association.pk) == 0
    assert acts_of(ann) == ["given"]


def test_the_bells_ring_for_every_association(
    association: Association, sister: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[str, str]] = []
    names = ("end_in_time", "tell_of_rests", "take_away", "ask", "ask_grown_ups")
    for name in names:
        ring = f"consent.tasks.{name}.delay"
        monkeypatch.setattr(ring, lambda number, name=name: rung.append((name, number)))

    sweep()
    sweep_daily()

    assert sorted(rung) == sorted((name, str(each.pk)) for name in names for each in (association, sister))


@pytest.mark.django_db(transaction=True)
def test_a_yes_that_is_given_anew_at_this_moment_does_not_end(
    transactional_db: None, association: Association, ann: Individual
) -> None:
    with speaking_for(association.pk):
        yearly = directory_for_a_year()
        give(ann, yearly, **how(ann))
        passes(relativedelta(years=1))
    said, go_on = Signal(), Signal()

    def say_yes() -> None:
        with speaking_for(association.pk):
            give(ann, yearly, **how(ann))
            said.set()
            go_on.wait(1)  # the sweep waits behind us until then
        connection.close()

    thread = Thread(target=say_yes)
    thread.start()
    assert said.wait(20)
    assert end_what_is_over(association.pk) == 0
    thread.join(20)

    with speaking_for(association.pk):
        assert acts_of(ann) == ["given", "renewed"]
        assert gate.allows(ann.pk, "directory")
