"""What people asked for: some of it answered, some of it waiting for staff."""

from collections.abc import Iterator
from datetime import timedelta

from ams.demo.seed.doings import moment
from ams.demo.seed.people import Person
from ams.demo.seed.plans import Plan
from privacy import ledger
from privacy.requests.flow import due_for
from privacy.requests.models import Kind, Request, State
from privacy.tenancy import require_association

ANSWERED, WAITING = 14, 5
ANSWERED_WITHIN = 20
KINDS = [Kind.ACCESS, Kind.PORTABILITY, Kind.RECTIFICATION]


def plant_requests(plan: Plan, people: list[Person], staff: Person) -> None:
    requests = sorted(invented(plan, people), key=lambda request: request.received_at)
    Request.objects.bulk_create(requests)
    for request in requests:
        prove(request, staff)


def invented(plan: Plan, people: list[Person]) -> Iterator[Request]:
    """The first person asked for a correction; the others are drawn, each once."""
    yield a_request(plan, people[0], Kind.RECTIFICATION, days=84, answered=True)
    drawn = plan.chance.sample([person for person in people[1:] if person.role is None], ANSWERED + WAITING)
    for number, person in enumerate(drawn):
        answered = number >= WAITING
        days = plan.chance.randint(40, 300) if answered else plan.chance.randint(2, 27)
        yield a_request(plan, person, plan.chance.choice(KINDS), days=days, answered=answered)


def a_request(plan: Plan, person: Person, kind: Kind, *, days: int, answered: bool) -> Request:
    received = moment(plan, plan.today - timedelta(days=days))
    taken: timedelta = timedelta(days=plan.chance.randint(1, ANSWERED_WITHIN), hours=2)
    return Request(
        individual=person.row,
        kind=kind,
        state=State.DONE if answered else State.OPEN,
        received_at=received,
        due_at=due_for(require_association(), received),
        answered_at=received + taken if answered else None,
        channel=plan.chance.choice(["privacy", "mail"]),
    )


def prove(request: Request, staff: Person) -> None:
    facts = {"request": request.pk, "right": request.kind}
    subject = request.individual_id
    ledger.append(
        ledger.Kind.REQUEST_OPENED,
        subject=subject,
        actor=subject,
        payload=facts | {"channel": request.channel, "due_at": request.due_at},
    )
    if request.state == State.DONE:
        ledger.append(
            ledger.Kind.REQUEST_CLOSED,
            subject=subject,
            actor=staff.row.pk,
            payload=facts | {"outcome": "done"},
        )
