"""The last one of a role names a successor before going: else nobody could approve, or let anybody in, ever again."""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ams.models import Account
from ams.roles import Role
from erasure.models import OPEN

NEEDED: Final = (Role.ADMINISTRATOR, Role.APPROVER)


def reason_to_stay(individual: Any) -> str:
    """In words, for the last one of a role; nothing for everybody else."""
    account = Account.objects.filter(individual=individual.pk).first()
    role = only_one_left(account) if account else None
    if role is None:
        return ""
    told = _(
        "Nobody else has the role “%(role)s”. Give it to a successor first: in the console, under Signing in."
    )
    return told % {"role": role.label}


def only_one_left(account: Account, becomes: Role | None = None) -> Role | None:
    """The role that nobody would have any more, if this login ended or became less. Needs a transaction."""
    if not account.is_active:
        return None
    list(
        holders(Role.APPROVER).select_for_update(of=("self",), no_key=True).order_by("pk")
    )  # one goes after the other
    return next(
        (role for role in NEEDED if loses(account, role, becomes) and not others(account, role)), None
    )


def loses(account: Account, role: Role, becomes: Role | None) -> bool:
    return account.is_at_least(role) and not (becomes and becomes.includes(role))


def others(account: Account, role: Role) -> bool:
    """Who is on the way out is no successor."""
    leaving = Q(individual__erased_at__isnull=False) | Q(individual__erasures__state__in=OPEN)
    return holders(role).exclude(pk=account.pk).exclude(leaving).exists()


def holders(role: Role) -> "QuerySet[Account]":
    return Account.objects.filter(is_active=True, role__in=[each for each in Role if each.includes(role)])
