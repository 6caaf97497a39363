"""What people did over the years: memberships, invoices, payments, committees, certificates."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from ams.demo.seed.people import Person, a_day
from ams.demo.seed.plans import COUNTRIES, Plan
from ams.models import (
    Affiliation,
    Certificate,
    Committee,
    CommitteeService,
    Invoice,
    Membership,
    MembershipType,
    Payment,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)

PAID_WITHIN = 45


def addresses(plan: Plan, people: list[Person]) -> Iterator[PostalAddress]:
    for person in people:
        yield PostalAddress(
            individual=person.row,
            street=person.street,
            postcode=person.postcode,
            town=person.place,
            country=person.country,
        )
        if plan.now_and_then(0.15):
            facts = COUNTRIES[person.country]
            yield PostalAddress(
                individual=person.row,
                kind=PostalAddress.Kind.WORK,
                addressee=plan.chance.choice(facts["employers"]),
                street=f"{plan.chance.choice(facts['streets'])} {plan.chance.randint(1, 60)}",
                postcode=person.postcode,
                town=person.place,
                country=person.country,
                is_preferred=False,
            )


def phones(plan: Plan, people: list[Person]) -> Iterator[PhoneNumber]:
    for person in people:
        if plan.now_and_then(0.8):
            number = f"{COUNTRIES[person.country]['phone']}{plan.chance.randint(100, 999)}"
            yield PhoneNumber(individual=person.row, number=number)


def social_profiles(plan: Plan, people: list[Person]) -> Iterator[SocialProfile]:
    for person in people:
        if plan.now_and_then(0.3):
            name = str(person.row.email).partition("@")[0].replace(".", "_").replace("-", "_")
            yield SocialProfile(individual=person.row, network="Mastodon", handle=f"@{name}@social.example")
        if plan.now_and_then(0.15):
            orcid = f"0000-0002-{plan.chance.randint(1000, 9999)}-{plan.chance.randint(1000, 9999)}"
            yield SocialProfile(individual=person.row, network="ORCID", handle=orcid)


def affiliations(plan: Plan, people: list[Person]) -> Iterator[Affiliation]:
    for person in people:
        if plan.now_and_then(0.75):
            employer = plan.chance.choice(COUNTRIES[person.country]["employers"])
            yield Affiliation(
                individual=person.row,
                kind=Affiliation.Kind.UNIVERSITY if "niversit" in employer else Affiliation.Kind.EMPLOYER,
                organisation=employer,
                department=plan.one_of("fields") if plan.now_and_then(0.5) else None,
                began_on=a_day(plan.chance, date(2005, 1, 1), plan.today),
            )


def membership_types(plan: Plan) -> Iterator[MembershipType]:
    for position, (code, name, description, fee) in enumerate(plan.types):
        yield MembershipType(
            code=code, name=name, description=description, yearly_fee=Decimal(fee), position=position
        )


def memberships(plan: Plan, people: list[Person], types: list[MembershipType]) -> Iterator[Membership]:
    """Some begin with the second kind, the cheap one, and change to the first."""
    for person in people:
        kind = plan.chance.choices(types, [8, 2, 1, 1])[0]
        changed_on = date(person.joined_on.year + 4, 1, 1)
        if kind == types[1] and changed_on < (person.left_on or plan.today):
            yield a_membership(person, kind, person.joined_on, changed_on - timedelta(days=1))
            yield a_membership(person, types[0], changed_on, person.left_on)
        else:
            yield a_membership(person, kind, person.joined_on, person.left_on)


def a_membership(person: Person, kind: MembershipType, began_on: date, ended_on: date | None) -> Membership:
    state = Membership.State.ENDED if ended_on else Membership.State.ACTIVE
    return Membership(individual=person.row, type=kind, state=state, began_on=began_on, ended_on=ended_on)


def invoices(plan: Plan, people: list[Person], fees: dict[Person, Decimal]) -> Iterator[Invoice]:
    """One a year, for as long as the law keeps them."""
    numbers = {year: count(1) for year in range(plan.today.year - 15, plan.today.year + 1)}
    for person in people:
        for year in person.years(plan.today):
            issued_on = max(date(year, 1, plan.chance.randint(8, 20)), person.joined_on)
            if year < plan.today.year - 8 or issued_on > plan.today:
                continue
            is_paid = year < plan.today.year or plan.now_and_then(0.9)
            yield Invoice(
                individual=person.row,
                number=f"{year}-{next(numbers[year]):04}",
                issued_on=issued_on,
                due_on=issued_on + timedelta(days=30),
                addressee=person.row.display_name,
                address=f"{person.street}\n{person.town}",
                description=plan.papers["fee"].format(year=year),
                amount=fees[person],
                state=Invoice.State.PAID if is_paid else Invoice.State.OPEN,
            )


def payments(plan: Plan, paid: list[Invoice]) -> Iterator[Payment]:
    for invoice in paid:
        received_on = invoice.issued_on + timedelta(days=plan.chance.randint(1, PAID_WITHIN))
        if invoice.state == Invoice.State.PAID:
            method = plan.chance.choices(list(Payment.Method), [6, 4, 2, 0])[0]
            has_iban = method in {Payment.Method.TRANSFER, Payment.Method.DIRECT_DEBIT}
            yield Payment(
                individual=invoice.individual,
                invoice=invoice,
                received_on=min(received_on, plan.today),
                amount=invoice.amount,
                method=method,
                payer=invoice.addressee,
                iban=an_iban(plan, str(invoice.individual.country)) if has_iban else None,
            )


def an_iban(plan: Plan, country: str) -> str:
    """Of a bank that does not exist: no check digits begin with 00."""
    groups = " ".join(f"{plan.chance.randint(0, 9999):04}" for _ in range(4))
    return f"{country}00 {groups}"


def committees(plan: Plan) -> Iterator[Committee]:
    return (Committee(name=name, task=task) for name, task in plan.committees)


def services(plan: Plan, people: list[Person], there: list[Committee]) -> Iterator[CommitteeService]:
    for person in people:
        if plan.now_and_then(0.1):
            began_on = a_day(plan.chance, person.joined_on, person.left_on or plan.today)
            ended_on = began_on + timedelta(days=730)
            yield CommitteeService(
                individual=person.row,
                committee=plan.chance.choice(there),
                office=plan.one_of("offices"),
                began_on=began_on,
                ended_on=ended_on if ended_on < plan.today else None,
            )


def certificates(plan: Plan, people: list[Person]) -> Iterator[Certificate]:
    for person in people:
        if plan.now_and_then(0.2):
            yield Certificate(
                individual=person.row,
                title=plan.one_of("certificates"),
                number=f"C-{plan.chance.randint(10_000, 99_999)}",
                issued_on=a_day(plan.chance, person.joined_on, person.left_on or plan.today),
            )
