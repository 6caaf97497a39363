"""What people did lately: events, mails, posts, sign-ins, and what staff noted and filed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.core.files.base import ContentFile
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import override

from ams.demo.seed.people import Person
from ams.demo.seed.pictures import paper
from ams.demo.seed.plans import Plan
from ams.models import (
    Document,
    Event,
    EventRegistration,
    LoginRecord,
    Post,
    SentMail,
    StaffNote,
)

BROWSERS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
]
# Addresses for documentation (RFC 5737, RFC 3849).
NETWORKS = ["192.0.2.{}", "198.51.100.{}", "203.0.113.{}", "2001:db8::{}"]


def moment(plan: Plan, day: date) -> datetime:
    made = datetime.combine(day, time(plan.chance.randint(7, 20), plan.chance.randint(0, 59)), tzinfo=UTC)
    return min(made, datetime.now(UTC))


def days_ago(plan: Plan, most: int) -> date:
    return plan.today - timedelta(days=plan.chance.randint(1, most))


def events(plan: Plan) -> Iterator[Event]:
    for title, place, day, fee in plan.events:
        begins_at = datetime.combine(day, time(9), tzinfo=UTC)
        ends_at = begins_at + timedelta(days=0 if fee < 100 else 3, hours=8)  # noqa: PLR2004 a cheap one is short
        yield Event(title=title, place=place, begins_at=begins_at, ends_at=ends_at, fee=fee)


def registrations(plan: Plan, people: list[Person], offered: list[Event]) -> Iterator[EventRegistration]:
    """Told needs are kept for three months (ams/housekeeping.py), so only late events have them."""
    kept_since = plan.today - timedelta(days=80)
    for person in people:
        for event in offered:
            day = event.begins_at.date()
            if not person.joined_on < day < (person.left_on or date.max) or not plan.now_and_then(0.3):
                continue
            booked_on = min(day - timedelta(days=plan.chance.randint(10, 90)), plan.today)
            tells = day > kept_since
            yield EventRegistration(
                individual=person.row,
                event=event,
                state=EventRegistration.State.BOOKED if day > plan.today else EventRegistration.State.CAME,
                booked_at=moment(plan, booked_on),
                badge_name=person.row.display_name,
                dietary_needs=plan.one_of("diet") if tells and plan.now_and_then(0.5) else None,
                access_needs=plan.one_of("access") if tells and plan.now_and_then(0.1) else None,
            )


def mails(plan: Plan, people: list[Person]) -> Iterator[SentMail]:
    for person in people:
        for _number in range(plan.chance.randint(1, 6)):
            yield a_mail(plan, person, moment(plan, days_ago(plan, 360)))


def a_mail(plan: Plan, person: Person, at: datetime) -> SentMail:
    with override(person.row.language):
        month = date_format(at, "F")
    subject, body = plan.one_of("letters").format(year=at.year, month=month).split("|")
    dear = plan.papers["dear"].format(name=person.row.display_name)
    return SentMail(
        individual=person.row,
        template="demo/letter",
        language=person.row.language,
        recipient=person.row.email or "",
        subject=subject,
        text=f"{dear}\n\n{body}\n\n{plan.papers['why']}\n",
        html=format_html("<p>{}</p><p>{}</p><p>{}</p>", dear, body, plan.papers["why"]),
        state=SentMail.State.SENT,
        attempts=1,
        written_at=at,
        due_at=at,
        sent_at=min(at + timedelta(seconds=plan.chance.randint(2, 90)), datetime.now(UTC)),
    )


def posts(plan: Plan, people: list[Person]) -> Iterator[Post]:
    for person in people:
        if plan.now_and_then(0.25):
            title, body = plan.one_of("posts").split("|")
            at = moment(plan, days_ago(plan, min(900, (plan.today - person.joined_on).days + 1)))
            yield Post(individual=person.row, title=title, body=body, posted_at=at)


def notes(plan: Plan, people: list[Person], staff: Person) -> Iterator[StaffNote]:
    for person in people:
        if plan.now_and_then(0.12):
            yield StaffNote(
                individual=person.row,
                text=plan.one_of("notes"),
                written_at=moment(plan, days_ago(plan, 700)),
                written_by=staff.row.pk,
            )


def documents(plan: Plan, people: list[Person]) -> Iterator[Document]:
    for person in people:
        if plan.now_and_then(0.2):
            title = plan.one_of("documents")
            lines = [person.row.display_name, person.street, person.town, str(person.joined_on)]
            yield Document(
                individual=person.row,
                title=title,
                file=ContentFile(paper(title, lines), name="document.pdf"),
                added_at=moment(plan, person.joined_on),
            )


def sign_ins(plan: Plan, people: list[Person]) -> Iterator[LoginRecord]:
    """Of the last ninety days: older ones are gone."""
    for person in people:
        if person.left_on is None and (person.role or plan.now_and_then(0.6)):
            network, browser = plan.chance.choice(NETWORKS), plan.chance.choice(BROWSERS)
            address = network.format(plan.chance.randint(1, 254))
            for _number in range(plan.chance.randint(1, 6)):
                failed = plan.now_and_then(0.08)
                yield LoginRecord(
                    individual=person.row,
                    at=moment(plan, days_ago(plan, 88)),
                    outcome=LoginRecord.Outcome.REFUSED if failed else LoginRecord.Outcome.SIGNED_IN,
                    ip_address=address,
                    browser=browser,
                )
