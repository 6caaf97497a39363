"""A member's key to the API: known by its hash, limited in scope and time."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.vault.fields import SealedTextField
from privacy.vault.rows import SealedModel

LIFE: Final = timedelta(days=365)
PREFIX: Final = "amsp_"


class ApiToken(SealedModel):
    """The token itself is shown once and kept nowhere. It speaks for one individual, within its scopes."""

    class Scope(models.TextChoices):
        READ = "read", _("read my data")
        EXPORT = "export", _("make copies of my data")
        REQUEST = "request", _("make requests")
        CHOICES_READ = "choices:read", _("read my choices")
        CHOICES_WRITE = "choices:write", _("change my choices")

    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="api_tokens")
    name = SealedTextField(_("name"), max_length=60, help_text=_("To tell the keys apart."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices), verbose_name=pgettext_lazy("of a key", "may")
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("ends"))
    used_on = models.DateField(_("last used"), null=True)

    class Meta:
        verbose_name = _("key to the API")
        verbose_name_plural = _("keys to the API")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"api token {self.pk}"


def new_token() -> str:
    """256 random bits: a plain hash of it cannot be guessed back."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
