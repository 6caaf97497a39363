"""Joining: everything that a new member consists of is written in one transaction, or none of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ams.models import Account, Individual, Invoice, Membership, MembershipType, PostalAddress
from ams.signup.draft import Draft
from ams.signup.steps import answers_that_fit, needs_to_be_answered_for
from consent import guardians
from consent.confirm import one_letter
from consent.decide import beside, decline, give
from consent.models import Channel, Version
from privacy import ledger
from privacy.tenancy import require_association

TO_PAY: Final = timedelta(days=14)
FIRST_NUMBER: Final = 10_001
AT_ONCE: Final = 50
LOCK: Final = 13  # member numbers and invoice numbers are counted by one at a time


class AlreadyMember(RuntimeError):  # noqa: N818  it says what is the case
    """Another individual of this association has the address already."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """From where the answers came: sealed as evidence beside each decision."""

    language: str
    evidence: dict[str, str]


def join(draft: Draft, circumstances: Circumstances) -> Account:
    """Raises AlreadyMember. Whoever calls it holds the lock on the draft, so that it happens once."""
    try:
        with transaction.atomic():
            return _join(draft, circumstances)
    except IntegrityError:
        if Individual.objects.filter(email=draft.answers["account"]["email"]).exists():
            raise AlreadyMember from None
        raise


def _join(draft: Draft, circumstances: Circumstances) -> Account:
    individual = _individual(draft.answers, circumstances.language)
    account = Account(
        individual=individual, password=draft.answers["password"]["hash"], email_verified_at=timezone.now()
    )
    account.save()
    kind = MembershipType.objects.get(code=draft.answers["membership"]["type"])
    Membership.objects.create(
        individual=individual,
        type=kind,
        state=Membership.State.ACTIVE,
        began_on=timezone.localdate(),
    )
    if kind.yearly_fee:
        _invoice(individual, kind, draft.answers["about"])
    if needs_to_be_answered_for(draft):
        guardians.name(individual, **draft.answers["guardian"], actor=individual.pk, channel="join")
    with one_letter(individual):
        _decisions(individual, answers_that_fit(draft), circumstances)
    ledger.append(
        ledger.Kind.INDIVIDUAL_JOINED, subject=individual.pk, actor=individual.pk, payload={"channel": "join"}
    )
    return account


def _individual(answers: dict[str, Any], language: str) -> Individual:
    about = answers["about"]
    individual = Individual(
        given_name=about["given_name"],
        family_name=about["family_name"] or None,
        email=answers["account"]["email"],
        field_of_work=about["field_of_work"] or None,
        born_on=date.fromisoformat(about["born_on"]) if about.get("born_on") else None,
        country=about["country"],
        language=language,
        joined_on=timezone.localdate(),
        source=Individual.Source.JOINED,
        informed_at=timezone.now(),
        member_number=next_member_number(),
    )
    individual.save(force_insert=True)
    PostalAddress.objects.create(
        individual=individual,
        street=about["street"],
        postcode=about["postcode"] or None,
        town=about["town"],
        country=about["country"],
    )
    return individual


def next_member_number() -> str:
    """The next free one. Sealed numbers have no order, so it is tried from about where it must be."""
    _count_alone()
    candidate = FIRST_NUMBER + Individual.objects.count()
    while True:
        numbers = [str(candidate + step) for step in range(AT_ONCE)]
        rows = Individual.objects.filter(member_number__in=numbers)
        taken = set(rows.values_list("member_number", flat=True))
        if free := [number for number in numbers if number not in taken]:
            return free[0]
        candidate += AT_ONCE


def _invoice(individual: Individual, kind: MembershipType, about: dict[str, Any]) -> Invoice:
    today = timezone.localdate()
    place = " ".join(part for part in (about["postcode"], about["town"]) if part)
    return Invoice.objects.create(
        individual=individual,
        number=_next_invoice_number(today.year),
        issued_on=today,
        due_on=today + TO_PAY,
        addressee=individual.display_name,
        address="\n".join([about["street"], place, individual.country.name]),
        description=f"{kind.name} {today.year}",
        amount=kind.yearly_fee,
        currency=kind.currency,
    )


def _next_invoice_number(year: int) -> str:
    _count_alone()
    taken = Invoice.objects.filter(number__startswith=f"{year}-").count()
    while Invoice.objects.filter(number=f"{year}-{taken + 1:05}").exists():
        taken += 1
    return f"{year}-{taken + 1:05}"


def _count_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(require_association()), LOCK]
        )


def _decisions(individual: Individual, seen: dict[str, Any], circumstances: Circumstances) -> None:
    """Each answer for the very version that was on the page. A question left open is no decision."""
    rows = Version.objects.filter(pk__in=[each["version"] for each in seen.values()]).select_related(
        "statement"
    )
    versions = {version.statement.slug: version for version in rows}
    shown = beside(individual, list(versions.values()), language=circumstances.language)
    for slug, version in sorted(versions.items(), key=lambda pair: pair[1].statement.order):
        if seen[slug]["answer"]:
            verb = give if seen[slug]["answer"] == "yes" else decline
            verb(
                individual,
                version,
                channel=Channel.WIZARD,
                actor=individual.pk,
                language=seen[slug]["language"],
                shown=shown,
                evidence=dict(circumstances.evidence),
            )
