"""Ann, Ben and Cleo, and people with something in every field. Called while an association is speaking."""

import secrets
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from ams import models as m
from ams.roles import Role
from privacy.tenancy import require_association, speaking_for
from privacy.vault import current
from tests.full_person import fill

PASSWORD = "correct-horse-2026"
numbers = count(1)


def ann() -> m.Individual:
    """A member since 2019 with a login, an invoice, a booking."""
    person = make_member("Ann", "Archer", "ann@example.org", "1001", joined_on=date(2019, 3, 4))
    make_account(person)
    make_history(person)
    return person


def ben() -> m.Individual:
    """Another member: what happens to Ann never happens to him."""
    person = make_member("Ben", "Baker", "ben@example.org", "1002", joined_on=date(2021, 9, 1))
    make_account(person)
    make_history(person)
    return person


def cleo() -> m.Individual:
    """The privacy officer: a member who may do everything."""
    person = make_member("Cleo", "Carter", "cleo@example.org", "1003", joined_on=date(2012, 1, 2))
    make_account(person, role=Role.ADMINISTRATOR)
    return person


def make_association(slug: str = "esc", **fields: Any) -> m.Association:
    """With its keyring. Nobody speaks for it afterwards: see the fixture `speaking`."""
    association = m.Association.objects.create(
        **{
            "slug": slug,
            "legal_name": f"Society {slug}",
            "short_name": slug.upper(),
            "postal_address": "1 Harbour Street",
            "contact_email": f"office@{slug}.example",
            "authority": "Data Protection Commission",
            "country": "IE",
            "languages": ["en", "de", "fr"],
            "host_names": [f"{slug}.localhost"],
        }
        | fields
    )
    with speaking_for(association.pk):
        current.create_for(association.pk)
    return association


def make_individual(**fields: Any) -> m.Individual:
    number = next(numbers)
    return m.Individual.objects.create(
        **{
            "given_name": "Dora",
            "family_name": f"Deer{number}",
            "email": f"dora{number}@example.org",
            "member_number": f"9{number:05}",
            "country": "IE",
            "joined_on": date(2024, 1, 1),
        }
        | fields
    )


def make_membership(person: m.Individual, *, began_on: date = date(2019, 3, 4)) -> m.Membership:
    return m.Membership.objects.create(
        individual=person, type=membership_type(), state=m.Membership.State.ACTIVE, began_on=began_on
    )


def make_member(given: str, family: str, email: str, number: str, *, joined_on: date) -> m.Individual:
    person = make_individual(
        given_name=given,
        family_name=family,
        email=email,
        member_number=number,
        joined_on=joined_on,
        born_on=date(1984, 5, 6),
    )
    make_membership(person, began_on=joined_on)
    m.PostalAddress.objects.create(
        individual=person, street=f"{family} Lane 9", postcode="D02 XY45", town="Dublin", country="IE"
    )
    m.PhoneNumber.objects.create(individual=person, number=f"+353 1 555 {number}")
    return person


def make_account(
    individual: m.Individual, *, role: Role = Role.MEMBER, password: str = PASSWORD, **fields: Any
) -> m.Account:
    fields.setdefault("email_verified_at", timezone.now())
    return m.Account.objects.create_account(individual, password, role=role, **fields)


def make_history(individual: m.Individual) -> None:
    """What the law keeps, what it does not, and what is most sensitive."""
    invoice = make_invoice(individual)
    m.Payment.objects.create(
        individual=individual,
        invoice=invoice,
        received_on=invoice.issued_on + timedelta(days=9),
        amount=invoice.amount,
        payer=individual.display_name,
        iban="IE29 AIBK 9311 5212 3456 78",
    )
    m.EventRegistration.objects.create(
        individual=individual,
        event=event(),
        booked_at=datetime(2026, 5, 1, 12, tzinfo=UTC),
        dietary_needs=f"no nuts for {individual.given_name}",
    )
    m.StaffNote.objects.create(
        individual=individual,
        text=f"{individual.given_name} prefers the badge without her employer.",
        written_at=datetime(2026, 6, 3, 9, tzinfo=UTC),
    )


def make_invoice(
    individual: m.Individual, *, issued_on: date = date(2026, 1, 14), **fields: Any
) -> m.Invoice:
    return m.Invoice.objects.create(
        **{
            "individual": individual,
            "number": f"2026-{next(numbers):05}",
            "issued_on": issued_on,
            "due_on": issued_on + timedelta(days=30),
            "addressee": individual.display_name,
            "address": "Archer Lane 9, Dublin",
            "description": "Membership fee 2026",
            "amount": Decimal("96.00"),
            "state": m.Invoice.State.PAID,
        }
        | fields
    )


def membership_type(code: str = "individual") -> m.MembershipType:
    made, _is_new = m.MembershipType.objects.get_or_create(
        code=code, defaults={"name": "Individual member", "yearly_fee": Decimal(96)}
    )
    return made


def event(title: str = "Congress 2026") -> m.Event:
    begins = datetime(2026, 9, 9, 9, tzinfo=UTC)
    made, _is_new = m.Event.objects.get_or_create(
        title=title, defaults={"place": "Vienna", "begins_at": begins, "ends_at": begins + timedelta(days=3)}
    )
    return made


def make_full_person(association: m.Association, name: str) -> tuple[m.Individual, dict[str, str]]:
    """A person with a row in every model of the association and a value of their own in every field.

    The second answer says which: "ams.postaladdress.street" → the text that was planted there.
    """
    with speaking_for(association.pk):
        person = make_individual(given_name=name, family_name="", email=f"{secrets.token_hex(6)}@example.org")
        make_account(person, email_verified_at=timezone.now())
        return person, fill(person, require_association())
