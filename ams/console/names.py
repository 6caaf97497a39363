"""Who is meant: staff by name, members by their number, and the ledger's word when staff open a person's data."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ams.models import Account, Individual
from ams.words import spaced
from privacy import ledger
from privacy.ledger.kinds import Kind
from privacy.ledger.models import LedgerEntry


def names_of(uids: Iterable[UUID | None]) -> dict[UUID, str]:
    """By the number of a person or of a login: older entries name the one, newer ones the other. One statement."""
    wanted = {uid for uid in uids if uid}
    people = Individual.objects.filter(Q(pk__in=wanted) | Q(account__pk__in=wanted)).select_related("account")
    return named(people if wanted else [])


def named(people: Iterable[Individual]) -> dict[UUID, str]:
    names: dict[UUID, str] = {}
    for person in people:
        names[person.pk] = person.display_name
        if account := getattr(person, "account", None):
            names[account.pk] = person.display_name
    return names


def who_acted(entries: "QuerySet[LedgerEntry]") -> tuple["QuerySet[Individual]", "QuerySet[Account]"]:
    """People and their logins, to be read together with the entries."""
    actors = entries.values("actor_uid")
    people = Individual.objects.filter(Q(pk__in=actors) | Q(account__pk__in=actors))
    return people, Account.objects.filter(individual__in=people.order_by().values("pk"))


def with_logins(people: list[Individual], logins: list[Account]) -> list[Individual]:
    """Each knows its login, or that there is none."""
    by_person = {login.individual_id: login for login in logins}
    for person in people:
        Individual._meta.get_field("account").set_cached_value(person, by_person.get(person.pk))
    return people


def member(individual: Individual) -> str:
    """How lists call a person: a number says enough there, and a name would say more."""
    if individual.is_erased:
        return _("An erased member")
    if individual.member_number:
        return _("Member %(number)s") % {"number": spaced(individual.member_number)}
    return _("Person %(number)s") % {"number": individual.pk.hex[:8]}


def link_to(individual: Individual) -> str:
    url = reverse("admin:ams_individual_change", args=[individual.pk])
    return format_html('<a href="{}">{}</a>', url, member(individual))


def me(request: HttpRequest) -> UUID:
    user: Any = request.user
    uid: UUID = user.individual_id
    return uid


def opened(request: HttpRequest, uid: UUID) -> None:
    """Staff have a person's data before them. Call it last: from here to the commit the ledger is ours."""
    ledger.append(Kind.INDIVIDUAL_VIEWED, subject=uid, actor=me(request))
