"""The login of an individual."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from ams.roles import Role, least_role_for, sees_app
from privacy.tenancy import OfAssociation

if TYPE_CHECKING:
    from ams.models.individual import Individual


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        """By the e-mail of the person, through the blind index."""
        return self.select_related("individual").get(individual__email=username)

    def create_account(self, individual: "Individual", password: str | None, **fields: Any) -> "Account":
        """Without a password nobody can sign in until one is chosen through a mailed link."""
        account = self.model(individual=individual, association_id=individual.association_id, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, OfAssociation):
    """Holds no address of its own: people sign in with the e-mail that stands, sealed, on the individual."""

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    individual = models.OneToOneField(
        "ams.Individual", models.PROTECT, related_name="account", verbose_name=_("individual")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.MEMBER)
    email_verified_at = models.DateTimeField(_("e-mail confirmed"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"account {self.pk.hex[:8]}"

    # Properties, so that mails, the reset form and the password validators find what they look for.
    @property
    def email(self) -> str:
        return self.individual.email or ""

    @property
    def first_name(self) -> str:
        return self.individual.given_name or ""

    @property
    def last_name(self) -> str:
        return self.individual.family_name or ""

    @property
    def is_staff(self) -> bool:
        return self.is_at_least(Role.STAFF)

    def is_at_least(self, role: Role) -> bool:
        return Role(self.role).includes(role)

    def has_perm(self, permission: str, _row: object = None) -> bool:
        return self.is_active and self.is_staff and self.is_at_least(least_role_for(permission))

    def has_perms(self, permissions: Any, row: object = None) -> bool:
        return all(self.has_perm(permission, row) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and sees_app(Role(self.role), app_label)
