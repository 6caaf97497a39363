"""What a calendar, a card and a table say follows the state of the rows that they come from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ams.models import Affiliation, Event, EventRegistration, Individual, PostalAddress
from portability.collect import collect
from portability.icalendar import as_icalendar
from portability.tables import as_csv
from portability.vcard import as_vcard

pytestmark = pytest.mark.django_db


def test_what_ann_called_off_is_no_appointment_of_hers(ann: Individual) -> None:
    begins = timezone.now() + timedelta(days=9)
    for title, state in (("Congress", "booked"), ("Workshop", "cancelled")):
        event = Event.objects.create(
            title=title, place="Vienna", begins_at=begins, ends_at=begins + timedelta(1)
        )
        EventRegistration.objects.create(individual=ann, event=event, state=state, booked_at=timezone.now())
    package = collect(ann)
    events = as_icalendar(package).decode().split("BEGIN:VEVENT")[1:]
    told = {event.partition("SUMMARY:")[2].split("\r\n")[0]: event for event in events}
    assert "STATUS:CANCELLED" in told["Workshop"]
    assert "TRANSP:TRANSPARENT" in told["Workshop"]
    assert "STATUS" not in told["Congress"]
    assert "TRANSP:OPAQUE" in told["Congress"]
    section = package.section("ams.eventregistration")
    assert section
    assert as_csv(section).decode().count("cancelled") == 1


def test_a_card_says_where_ann_works_now_and_where_letters_go(ann: Individual) -> None:
    PostalAddress.objects.create(
        individual=ann, street="Quay 1", town="Cork", country="IE", is_preferred=False
    )
    today = timezone.localdate()
    for organisation, ended_on in (
        ("Old Atlas", today - timedelta(days=1)),
        ("New Atlas", None),
        ("Leaving Atlas", today),
    ):
        Affiliation.objects.create(individual=ann, organisation=organisation, ended_on=ended_on)
    card = as_vcard(collect(ann)).decode().splitlines()
    assert [line for line in card if line.startswith("ORG:")] == ["ORG:New Atlas", "ORG:Leaving Atlas"]
    addresses = {line.partition(":")[0]: line for line in card if line.startswith("ADR")}
    assert "Archer Lane 9" in addresses["ADR;PREF=1"]
    assert "Quay 1" in addresses["ADR"]
