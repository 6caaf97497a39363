"""People who were entered by others learn what is held and why, and get a way to their own pages (Art. 14 GDPR)."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ams.mailing import write_to
from ams.models import Account, Affiliation, Individual, OtherEmail, PhoneNumber, PostalAddress
from ams.signup.notice import line
from erasure.flow import has_begun
from privacy import ledger
from privacy.inventory import declaration_of
from privacy.ledger.kinds import Kind
from privacy.tenancy import speaking_for

SALT: Final = "imports.claim"
LIFE: Final = timedelta(days=60)
AT_ONCE: Final = 50
BY_OTHERS: Final = [Individual.Source.IMPORTED, Individual.Source.STAFF]
# What a list fills, and staff too.
FILLED: Final = [Individual, PostalAddress, PhoneNumber, OtherEmail, Affiliation]


def inform(association_id: UUID) -> int:
    """Everybody entered by others, with an address, who has not been told. Returns how many letters were queued."""
    told = 0
    while handful := inform_some(association_id):
        told += handful
    return told


def inform_some(association_id: UUID) -> int:
    """The letter and the note that it was written stand or fall together."""
    with speaking_for(association_id):
        people = list(
            Individual.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("association")
            .filter(
                source__in=BY_OTHERS, informed_at=None, erased_at=None, restricted_at=None, deceased_at=None
            )
            .exclude(email=None)
            .order_by("created_at", "pk")[:AT_ONCE]
        )
        purposes = [line(declaration_of(model)) for model in FILLED]
        for individual in people:
            write_to(individual, "imports/mail/told", {**letter_to(individual), "purposes": purposes})
        Individual.objects.filter(pk__in=[person.pk for person in people]).update(informed_at=timezone.now())
        for individual in people:
            ledger.append(
                Kind.INDIVIDUAL_INFORMED,
                subject=individual.pk,
                actor=None,
                payload={"channel": channel_of(individual)},
            )
        return len(people)


def letter_to(individual: Individual) -> dict[str, Any]:
    return {"link": claim_url(individual), "by_list": individual.source == Individual.Source.IMPORTED}


def channel_of(individual: Individual) -> str:
    return "import" if individual.source == Individual.Source.IMPORTED else "console"


def claim_url(individual: Individual) -> str:
    """Holds no address; void once there is a login or the address has changed."""
    token = signing.dumps([individual.pk.hex, mark_of(individual)], salt=SALT)
    return individual.association.url(reverse("claim", args=[token]))


def mark_of(individual: Individual) -> str:
    return salted_hmac(SALT, f"{individual.pk}:{individual.email}", algorithm="sha256").hexdigest()[:32]


def claimant(token: str) -> Any:
    """The person behind the link, or None."""
    try:
        number, mark = signing.loads(token, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    without_login = ~Exists(Account.objects.filter(individual=OuterRef("pk")))
    individual = Individual.objects.filter(without_login, pk=UUID(number), erased_at=None).first()
    if individual is None or mark != mark_of(individual) or has_begun(individual.pk):
        return None
    return individual


@transaction.atomic
def claim(individual: Individual, password: str) -> Account | None:
    """Whoever could read the letter owns the address. None when it was claimed, or erased, in the same moment."""
    Individual.objects.select_for_update(of=("self",), no_key=True).get(pk=individual.pk)
    if Account.objects.filter(individual=individual).exists() or has_begun(individual.pk):
        return None
    account = Account.objects.create_account(individual, password, email_verified_at=timezone.now())
    payload = {"channel": "letter"}
    ledger.append(Kind.LOGIN_CLAIMED, subject=individual.pk, actor=individual.pk, payload=payload)
    return account
