"""What an account may do: the role says it, in code; there are no groups and no rows of permissions."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Each role includes the ones before it."""

    MEMBER = "member", _("Member")
    STAFF = "staff", _("Staff")
    APPROVER = "approver", _("Approver")
    ADMINISTRATOR = "administrator", _("Administrator")

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


# The least role for "app.action_model", then for "app". What is named nowhere needs an administrator.
NEEDED_FOR: Final[dict[str, Role]] = {
    "ams.change_association": Role.ADMINISTRATOR,
    "ams.change_account": Role.ADMINISTRATOR,
    "ams.add_account": Role.ADMINISTRATOR,
    "ams.view_account": Role.STAFF,
    "ams.delete_individual": Role.ADMINISTRATOR,
    # Django lets whoever may change a thing see it too, so both are named.
    "ams.view_session": Role.ADMINISTRATOR,
    "ams.change_session": Role.ADMINISTRATOR,
    "ams": Role.STAFF,
    "privacy.view_ledgerentry": Role.APPROVER,
    "privacy.change_ledgerentry": Role.APPROVER,
    "privacy": Role.STAFF,
    "portability": Role.STAFF,
    "erasure.add_erasure": Role.STAFF,
    "erasure.view_erasure": Role.STAFF,
    "erasure": Role.APPROVER,
    "consent.view_statement": Role.STAFF,
    "consent.view_version": Role.STAFF,
    "consent.view_decision": Role.STAFF,
    "consent.view_standing": Role.STAFF,
    "webhooks.view_endpoint": Role.STAFF,
    "webhooks.view_event": Role.STAFF,
    "webhooks.view_delivery": Role.STAFF,
    "webhooks.view_attempt": Role.STAFF,
}


def least_role_for(permission: str) -> Role:
    app = permission.partition(".")[0]
    return NEEDED_FOR.get(permission) or NEEDED_FOR.get(app) or Role.ADMINISTRATOR


def sees_app(role: Role, app_label: str) -> bool:
    """May this role do anything at all with the app?"""
    if role is Role.MEMBER:
        return False
    named = [need for name, need in NEEDED_FOR.items() if name.partition(".")[0] == app_label]
    return any(role.includes(need) for need in named) or role is Role.ADMINISTRATOR
