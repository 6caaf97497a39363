"""Whom an issue reaches, and whom it does not: counted before it is sent, chosen as it is sent."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ams.models import Individual, Membership, Newsletter
from ams.models.membership import lasts
from consent.choices import Question, asked_now
from consent.gate import who_allows
from consent.models import Kind, Purpose

# What people can be asked about letters for. Nothing else allows one, whatever they said yes to.
FOR_LETTERS = {Purpose.NEWSLETTER, Purpose.DIRECT_MARKETING, Purpose.EVENTS, Purpose.RESEARCH}


@dataclass(frozen=True, slots=True)
class Figures:
    """`audience`: everybody meant; `allowed`: those of them who may be written to; `reached`: with an address."""

    audience: int
    allowed: int
    reached: int

    @property
    def without_yes(self) -> int:
        return self.audience - self.allowed

    @property
    def without_address(self) -> int:
        return self.allowed - self.reached


def askable() -> list[Question]:
    """Under which an issue can be sent: a consent, or an interest of ours with its objection, as people were told."""
    return [
        question
        for question in asked_now(kinds=(Kind.CONSENT, Kind.NOTICE))
        if question.version.told_purpose in FOR_LETTERS and allows_letters(question)
    ]


def allows_letters(question: Question) -> bool:
    return question.statement.kind == Kind.CONSENT or question.version.can_be_objected_to()


def question_of(issue: Newsletter) -> Question | None:
    """None: it is asked of nobody any more, so the gate is closed for everybody."""
    return next((each for each in askable() if each.statement.slug == issue.purpose), None)


def audience_of(issue: Newsletter) -> QuerySet[Individual]:
    """Before the gate is asked."""
    people = Individual.objects.filter(erased_at=None)
    if issue.membership_types:
        types = Q(type__code__in=issue.membership_types)
        held = Membership.objects.filter(lasts(), types, individual=OuterRef("pk"))
        people = people.filter(Exists(held))
    return people.filter(country__in=issue.countries) if issue.countries else people


def who_gets(issue: Newsletter) -> QuerySet[Individual]:
    """After it. Some of them may have no address."""
    return audience_of(issue).filter(pk__in=who_allows(issue.purpose))


def figures_of(issue: Newsletter) -> Figures:
    """One statement."""
    allowed = Q(pk__in=who_allows(issue.purpose))
    return Figures(
        **audience_of(issue).aggregate(
            audience=Count("pk"),
            allowed=Count("pk", filter=allowed),
            reached=Count("pk", filter=allowed & Q(email__isnull=False)),
        )
    )


def readers_of(issue: Newsletter) -> dict[str, int]:
    """How many of those whom it reaches chose which language."""
    rows = who_gets(issue).filter(email__isnull=False).order_by().values("language")
    return dict(rows.annotate(people=Count("pk")).values_list("language", "people"))
