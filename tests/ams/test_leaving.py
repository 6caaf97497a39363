"""Ann ends her membership on a day of her choice, may call it off until that day is over, and then it is over."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from ams import housekeeping
from ams.leaving.leave import year_ends
from ams.members import listing
from ams.models import Individual, Membership, SentMail
from consent.audience import facts_of
from privacy.ledger.models import LedgerEntry
from tests.ams.listed import listed, statement
from webhooks.models import Event

pytestmark = pytest.mark.django_db
HERE, END, STAY = "/profile/membership/", "/profile/membership/end/", "/profile/membership/stay/"
NOON = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Europe/Dublin"))
TODAY, YEAR = "2026-11-25", "2027-03-03"


@pytest.fixture
def as_ann(client: Client, ann: Individual) -> Client:
    set_days(ann, began_on=date(2019, 3, 4))
    client.force_login(ann.account)
    return client


def set_days(person: Individual, **days: date) -> None:
    """By save(): what is sealed is not written by update()."""
    membership = person.memberships.get()
    for name, day in days.items():
        setattr(membership, name, day)
    membership.save()


def read(client: Client, url: str = HERE) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def leave(client: Client, last_day: str = TODAY, **said: Any) -> Any:
    return client.post(END, {"last_day": last_day, **said})


def held(individual: Individual) -> list[str]:
    return list(facts_of(individual).membership_types)


@time_machine.travel(NOON, tick=False)
def test_ann_reads_what_ends_and_what_stays_and_chooses_her_last_day(as_ann: Client, ann: Individual) -> None:
    assert f'href="{END}"' in read(as_ann)
    page = read(as_ann, END)
    for words in ("What ends", "What stays", "Today, 25 November 2026", "3 March 2027, the end of a year"):
        assert words in page
    assert leave(as_ann, YEAR, reason="I move to the sea.").status_code == 302
    row = ann.memberships.get()
    assert (row.state, row.ended_on, row.reason_for_leaving) == (
        "active",
        date(2027, 3, 3),
        "I move to the sea.",
    )
    assert "ends with 3 March 2027" in read(as_ann)
    assert held(ann)
    letter = SentMail.objects.get(template="leaving/mail/ends")
    assert "ends with 3 March 2027, as you asked" in letter.text
    entry = LedgerEntry.objects.get(kind="membership.leaving")
    assert entry.payload == {"membership": row.pk, "ends_on": YEAR, "channel": "profile"}
    assert "sea" not in str(LedgerEntry.objects.values_list("payload"))


@time_machine.travel(NOON, tick=False)
def test_ann_calls_it_off(as_ann: Client, ann: Individual) -> None:
    leave(as_ann, reason="A quarrel.")
    assert f'action="{STAY}"' in read(as_ann)
    as_ann.post(STAY)
    row = ann.memberships.get()
    assert (row.state, row.ended_on, row.reason_for_leaving) == ("active", None, None)
    assert f'href="{END}"' in read(as_ann)
    assert "It goes on as before" in SentMail.objects.get(template="leaving/mail/goes_on").text
    assert LedgerEntry.objects.filter(kind="membership.kept").count() == 1
    as_ann.post(STAY)  # a second press finds nothing
    assert LedgerEntry.objects.filter(kind="membership.kept").count() == 1


def test_when_the_day_is_over_it_is_over(as_ann: Client, ann: Individual, ben: Individual) -> None:
    version = statement()
    with time_machine.travel(NOON, tick=False):
        listing.listings.clear()
        listed(ann, version)
        leave(as_ann)
        assert "Archer" in members_as(ben)
        assert held(ann)
        housekeeping.tidy()
        assert ann.memberships.get().state == "active"
    with time_machine.travel(datetime(2026, 11, 26, 0, 1, tzinfo=ZoneInfo("Europe/Dublin")), tick=False):
        assert held(ann) == []  # the day decides, whenever the sweep comes
        assert "Archer" not in members_as(ben)
        before = Event.objects.filter(type="individual.updated").count()
        housekeeping.tidy()
        housekeeping.tidy()
        assert ann.memberships.get().state == "ended"
        assert LedgerEntry.objects.filter(kind="membership.ended", subject_uid=ann.pk).count() == 1
        assert Event.objects.filter(type="individual.updated").count() == before + 1
        as_ann.force_login(ann.account)
        page = read(as_ann)
        assert STAY not in page
        assert "Ended" in page
        assert as_ann.get("/members/").status_code == 403
        assert "There is no membership that you could end." in as_ann.get(END, follow=True).content.decode()


def members_as(reader: Individual) -> str:
    client = Client()
    client.force_login(reader.account)
    return client.get("/members/").content.decode()


@time_machine.travel(NOON, tick=False)
def test_what_staff_ended_ann_does_not_call_off(as_ann: Client, ann: Individual) -> None:
    set_days(ann, ended_on=date(2026, 12, 31))
    page = read(as_ann)
    assert "ends with 31 December 2026" in page
    assert STAY not in page
    answer = as_ann.post(STAY, follow=True)
    assert "There is nothing that you could call off." in answer.content.decode()
    assert ann.memberships.get().ended_on == date(2026, 12, 31)


@time_machine.travel(NOON, tick=False)
def test_ann_ends_earlier_what_has_a_last_day_and_calls_off_her_own_wish_alone(
    as_ann: Client, ann: Individual
) -> None:
    set_days(ann, ended_on=date(2027, 12, 31))
    leave(as_ann)
    assert ann.memberships.get().ended_on == date(2026, 11, 25)
    assert END not in read(as_ann)  # not earlier than today
    as_ann.post(STAY)
    assert ann.memberships.get().ended_on == date(2027, 12, 31)
    assert STAY not in read(as_ann)


@time_machine.travel(NOON, tick=False)
def test_no_day_is_offered_on_which_it_has_ended_already(as_ann: Client, ann: Individual) -> None:
    set_days(ann, ended_on=date(2026, 12, 31))
    page = read(as_ann, END)
    assert TODAY in page
    assert YEAR not in page  # it is, without that end: see above
    assert "Choose one of these days." in leave(as_ann, YEAR).content.decode()
    assert ann.memberships.get().ended_on == date(2026, 12, 31)


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("last_day", "told"),
    [("", "Choose your last day."), ("2026-12-24", "Choose one of these days."), ("soon", "Choose one of")],
)
def test_another_day_is_told_beside_the_field(
    as_ann: Client, ann: Individual, last_day: str, told: str
) -> None:
    answer = leave(as_ann, last_day, reason="Kept in the box.")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert told in page
    assert "Kept in the box." in page
    assert ann.memberships.get().ended_on is None


@time_machine.travel(NOON, tick=False)
def test_two_presses_end_it_once(as_ann: Client, ann: Individual) -> None:
    leave(as_ann, YEAR)
    leave(as_ann, YEAR)
    assert ann.memberships.get().ended_on == date(2027, 3, 3)
    assert SentMail.objects.filter(template="leaving/mail/ends").count() == 1


@pytest.mark.parametrize(
    ("began_on", "today", "last"),
    [
        (date(2019, 3, 4), date(2026, 11, 25), date(2027, 3, 3)),
        (date(2019, 3, 4), date(2026, 3, 4), date(2027, 3, 3)),
        (date(2019, 3, 4), date(2026, 3, 3), date(2026, 3, 3)),
        (date(2020, 2, 29), date(2026, 2, 28), date(2026, 2, 28)),
        (date(2020, 2, 29), date(2027, 3, 1), date(2028, 2, 28)),
        (date(2026, 11, 25), date(2026, 11, 25), date(2027, 11, 24)),
    ],
)
def test_a_year_of_membership_ends_before_the_day_on_which_it_began(
    began_on: date, today: date, last: date
) -> None:
    assert year_ends(began_on, today) == last


def test_a_membership_cannot_end_before_it_began(ann: Individual) -> None:
    membership = ann.memberships.get()
    membership.ended_on = membership.began_on - timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        membership.full_clean()
    assert refused.value.message_dict == {"ended_on": ["It cannot end before it began."]}
    with pytest.raises(ValueError, match="cannot end before"):
        membership.save()
    membership.ended_on = membership.began_on
    membership.full_clean()
    membership.save()


def test_the_plain_day_is_there_while_the_membership_runs_and_no_longer(ann: Individual) -> None:
    set_days(ann, ended_on=date(2027, 3, 3))
    membership = ann.memberships.get()
    assert membership.runs_until == date(2027, 3, 3)
    membership.state = Membership.State.ENDED
    membership.save(update_fields=["state"])
    membership.refresh_from_db()
    assert (membership.ended_on, membership.runs_until) == (date(2027, 3, 3), None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ann.memberships.update(runs_until=date(2027, 3, 3))
