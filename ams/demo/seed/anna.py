"""Anna Berg, whom everybody meets first: what is chance with the others is written down for her."""

from datetime import UTC, date, datetime

from ams.demo.seed.people import Person
from ams.demo.seed.plans import Plan
from ams.models import (
    Affiliation,
    Committee,
    CommitteeService,
    Event,
    EventRegistration,
    PhoneNumber,
    PostalAddress,
    StaffNote,
)

JOINED_ON = date(2019, 3, 4)
MEMBER_NUMBER = "10482"


def shape(person: Person) -> None:
    """Before anything is saved."""
    row = person.row
    row.member_number, row.joined_on, row.language, row.title = MEMBER_NUMBER, JOINED_ON, "en", None
    row.born_on = date(1988, 5, 17)
    row.field_of_work = "Historical maps"
    row.about = "I look after the map collection, mostly Swedish surveys of the 17th century."
    row.website = None
    row.source = row.Source.JOINED
    person.street, person.town, person.left_on = "Sysslomansgatan 9", "753 11 Uppsala", None


def add_what_is_hers(plan: Plan, anna: Person, staff: Person) -> None:
    """After the others: she has one of everything, whatever chance gave her."""
    row = anna.row
    for model in (PostalAddress, PhoneNumber, Affiliation, EventRegistration, CommitteeService, StaffNote):
        model.objects.filter(individual=row).delete()
    PostalAddress.objects.create(
        individual=row, street=anna.street, postcode=anna.postcode, town=anna.place, country=anna.country
    )
    PhoneNumber.objects.create(individual=row, number="+46 8 465 004 17")
    Affiliation.objects.create(
        individual=row,
        kind=Affiliation.Kind.UNIVERSITY,
        organisation="Uppsala universitet",
        department="Carolina Rediviva, map collection",
        position="Map librarian",
        began_on=date(2017, 8, 1),
    )
    CommitteeService.objects.create(
        individual=row,
        committee=Committee.objects.get(name="Committee on historical maps"),
        office="Member",
        began_on=date(2022, 9, 9),
        ended_on=date(2024, 9, 5),
    )
    StaffNote.objects.create(
        individual=row,
        text="Prefers the badge without her employer.",
        written_at=datetime(2026, 6, 3, 9, 12, tzinfo=UTC),
        written_by=staff.row.pk,
    )
    book(plan, anna)


def book(plan: Plan, anna: Person) -> None:
    """The latest three events, and one that is still to come."""
    past = Event.objects.filter(begins_at__date__lte=plan.today, title__startswith="Congress").order_by(
        "-begins_at"
    )[:3]
    for event in [*past, *Event.objects.filter(begins_at__date__gt=plan.today).order_by("begins_at")[:1]]:
        is_over = event.begins_at.date() <= plan.today
        EventRegistration.objects.create(
            individual=anna.row,
            event=event,
            state=EventRegistration.State.CAME if is_over else EventRegistration.State.BOOKED,
            booked_at=min(
                event.begins_at.replace(month=max(1, event.begins_at.month - 3)), datetime.now(UTC)
            ),
            badge_name="Anna Berg",
            dietary_needs=None if is_over else "Nut allergy",
        )
