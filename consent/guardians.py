"""Who answers for a child: a parent or guardian, named by the child, written to, and heard (Art. 8(2) GDPR)."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from consent import lock
from consent.ages import age_of_consent, needs_guardian
from consent.audience import facts_of
from consent.choices import in_language
from consent.models import Confirmation, Decision, Guardian, Standing
from consent.models.decisions import YES
from consent.terms import terms
from consent.waiting import LIFE, open_of, pending, pending_of
from privacy import ledger
from privacy.inventory import individual_model
from privacy.ledger.models import LedgerEntry
from privacy.mail import write_to

SALT: Final = "consent.guardian"
A_DAY: Final = 3  # so many different people may be named within one


class NamedTooOften(RuntimeError):  # noqa: N818  it says what is the case
    """Letters to strangers: whoever names one after the other has to wait."""


def of(individual: Any) -> Guardian | None:
    return Guardian.objects.filter(individual=individual.pk).first()


def is_missing(individual: Any) -> bool:
    """A child of whom we do not know yet who answers for them."""
    return must_confirm(individual) and of(individual) is None


def must_confirm(individual: Any) -> bool:
    return needs_guardian(facts_of(individual), timezone.localdate())


@transaction.atomic
def name(
    individual: Any,
    *,
    name: str,
    email: str,
    actor: UUID,
    channel: str,
    evidence: dict[str, str] | None = None,
) -> Guardian:
    """One takes the place of another, whose link is void from then on. Raises NamedTooOften.

    What the one before agreed to goes on; the new one reads of it, and can take it back. `evidence`: why, sealed.
    """
    if _named_today(individual) >= A_DAY:
        raise NamedTooOften
    before = of(individual)
    if before and before.email == email:
        before.name = name
        before.save(update_fields=["name"])
        guardian = before
    else:
        Guardian.objects.filter(individual=individual.pk).delete()
        guardian = Guardian.objects.create(individual=individual, name=name, email=email)
    now = timezone.now()
    pending_of(individual.pk, Confirmation.By.GUARDIAN).update(asked_at=now, expires_at=now + LIFE)
    write(individual, is_new=before is not None and before.email != email)
    ledger.append(
        ledger.Kind.GUARDIAN_NAMED,
        subject=individual.pk,
        actor=actor,
        payload={"channel": channel},
        evidence=evidence,
    )
    return guardian


def _named_today(individual: Any) -> int:
    since = timezone.now() - timedelta(days=1)
    rows = LedgerEntry.objects.filter(kind=ledger.Kind.GUARDIAN_NAMED, subject_uid=individual.pk)
    return rows.filter(at__gt=since).count()


def write(individual: Any, *, is_new: bool = False) -> None:
    """One letter about everything that waits for them. Nothing where nobody is named, or nothing waits.

    `is_new`: in the place of somebody else, so that what that one agreed to is in the letter too.
    """
    guardian = of(individual)
    waiting = open_of(individual.pk, Confirmation.By.GUARDIAN)
    agreed = agreed_for(individual) if is_new else []
    if guardian is None or not (waiting or agreed):
        return
    facts, today = facts_of(individual), timezone.localdate()
    context = {
        "guardian": guardian.name,
        "child": individual.given_name,
        "age": age_of_consent(facts.country, today),
        "asked": [in_full(each.decision) for each in waiting],
        "agreed": [in_full(each.decision) for each in agreed],
        "until": min((each.expires_at for each in waiting), default=None),
        "link": individual.association.url(path_of(guardian)),
    }
    write_to(individual, "consent/mail/guardian", context, keep=False, address=guardian.email)


def in_full(decision: Decision) -> dict[str, Any]:
    """In the language in which the child read it."""
    words = in_language(decision.version.wordings.all(), decision.language)
    return {"words": words, "terms": terms(words), "decision": decision, "version": decision.version}


def path_of(guardian: Guardian) -> str:
    """Stays: what they agreed to they can take back from the same letter."""
    return reverse("consent:guardian", args=[signing.Signer(salt=SALT).sign_object(guardian.pk.hex)])


def number_in(token: str) -> UUID | None:
    """None for what we did not sign."""
    try:
        return UUID(signing.Signer(salt=SALT).unsign_object(token))
    except signing.BadSignature:
        return None


def who_decides_alone(**which: Any) -> list[UUID]:
    """Of the association that speaks: whoever somebody still answers for, or should, though they are old enough.

    Who is paused is asked later what was agreed to when they were a child, so all of it stays until then.
    """
    named = Exists(Guardian.objects.filter(individual=OuterRef("pk")))
    waits = Exists(pending().filter(individual=OuterRef("pk"), by=Confirmation.By.GUARDIAN))
    people = individual_model()._base_manager.filter(
        named | waits, restricted_at=None, erased_at=None, **which
    )
    return [each.pk for each in people.order_by("pk") if not must_confirm(each)]


def hold(individual_id: UUID) -> list[Confirmation]:
    """What waits for a guardian: until the transaction ends nobody answers it, or names another. Before the ledger."""
    waiting = pending_of(individual_id, Confirmation.By.GUARDIAN)
    held = {each.decision.statement_id for each in waiting}
    lock.hold(individual_id, *held)
    list(Guardian.objects.select_for_update(of=("self",)).filter(individual=individual_id))
    return [each for each in waiting.all() if each.decision.statement_id in held]


def let_go(individual_id: UUID) -> None:
    """A third person's data goes on the day on which the child decides alone.

    The proof is in the ledger: their number is the actor of each decision, and its evidence is sealed beside it.
    """
    gone, _each = Guardian.objects.filter(individual=individual_id).delete()
    if gone:
        payload = {"channel": "system"}
        ledger.append(ledger.Kind.GUARDIAN_REMOVED, subject=individual_id, actor=None, payload=payload)


def agreed_for(individual: Any) -> list[Standing]:
    """In the association's order."""
    rows = confirmed_by_guardian(individual).order_by("statement__order")
    return list(rows.select_related("decision__version__statement", "version__statement", "statement"))


def confirmed_by_guardian(individual: Any) -> "QuerySet[Standing]":
    """Every yes of this person that counts because somebody answered for them."""
    answered = Confirmation.objects.filter(
        individual=OuterRef("individual"),
        decision__statement=OuterRef("statement"),
        by=Confirmation.By.GUARDIAN,
        answered_at__isnull=False,
        answered_at__lte=OuterRef("since"),
    )
    return Standing.objects.filter(Exists(answered), individual=individual.pk, act__in=YES)
