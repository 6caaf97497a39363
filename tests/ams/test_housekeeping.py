"""What members are told goes by itself goes by itself, and nothing else does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ams import housekeeping
from ams.models import Association, Event, EventRegistration, Individual, LoginRecord, SentMail
from privacy.tenancy import speaking_for
from tests.factories import event

pytestmark = pytest.mark.django_db


def signed_in(person: Individual, days: int) -> LoginRecord:
    return LoginRecord.objects.create(individual=person, at=timezone.now() - timedelta(days=days))


def mailed(person: Individual, days: int, state: SentMail.State = SentMail.State.SENT) -> SentMail:
    return SentMail.objects.create(
        individual=person,
        template="x",
        language="en",
        recipient="ann@example.org",
        subject="s",
        state=state,
        written_at=timezone.now() - timedelta(days=days),
    )


def test_sign_ins_go_after_ninety_days(ann: Individual) -> None:
    old, young = signed_in(ann, 91), signed_in(ann, 89)
    housekeeping.tidy()
    assert list(LoginRecord.objects.all()) == [young]
    assert old.pk


def test_mails_go_after_a_year_but_not_before_they_are_sent(ann: Individual) -> None:
    mailed(ann, 366)
    kept = [mailed(ann, 364), mailed(ann, 366, SentMail.State.QUEUED)]
    housekeeping.tidy()
    assert set(SentMail.objects.all()) == set(kept)


def test_what_ann_cannot_eat_goes_three_months_after_the_event(ann: Individual, ben: Individual) -> None:
    booking = EventRegistration.objects.get(individual=ann)
    move(event(), days=91)
    housekeeping.tidy()
    booking.refresh_from_db()
    assert booking.dietary_needs
    move(event(), days=93)
    housekeeping.tidy()
    booking.refresh_from_db()
    assert booking.dietary_needs is None


def test_the_booking_itself_goes_after_three_years(ann: Individual) -> None:
    move(event(), days=3 * 365 + 1)
    housekeeping.tidy()
    assert not EventRegistration.objects.exists()
    assert Event.objects.exists()


def move(one: Event, days: int) -> None:
    one.ends_at = timezone.now() - timedelta(days=days)
    one.begins_at = one.ends_at - timedelta(days=1)
    one.save()


def test_every_association_is_tidied(association: Association, sister: Association, ann: Individual) -> None:
    with speaking_for(sister.pk):
        theirs = Individual.objects.create(given_name="Zed", email="zed@example.org")
        signed_in(theirs, 100)
    housekeeping.tidy()
    with speaking_for(sister.pk):
        assert not LoginRecord.objects.exists()
