"""Somebody on the way to becoming a member."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation


class JoinDraft(OfAssociation):
    """Answers of an unfinished wizard, sealed with a key that only the visitor's cookie holds.

    An abandoned draft is noise in every backup, without an erasure.
    """

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    answers = models.BinaryField(_("sealed answers"), default=bytes)
    # Letters are counted so that a link confirms the address it was sent to and none that was typed later.
    letter = models.PositiveSmallIntegerField(_("number of the letter"), default=0)
    confirmed_letter = models.PositiveSmallIntegerField(_("confirmed letter"), null=True)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("unfinished application")
        verbose_name_plural = _("unfinished applications")
        indexes = [models.Index(fields=["association", "expires_at"], name="join_draft_expires")]

    def __str__(self) -> str:
        return f"application {self.pk.hex[:8]}"
