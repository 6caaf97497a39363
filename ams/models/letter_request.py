"""A letter that somebody asked for at the door, member or not, until the worker has looked who it is."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import OfAssociation


class LetterRequest(OfAssociation):
    """Sealed with a key that only the message to the worker holds: in every backup it is noise."""

    id = models.UUIDField(_("number"), primary_key=True, default=uuid.uuid4, editable=False)
    asked = models.BinaryField(_("sealed address"), default=bytes)
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)

    class Meta:
        verbose_name = _("letter asked for")
        verbose_name_plural = _("letters asked for")

    def __str__(self) -> str:
        return f"letter asked for {self.pk.hex[:8]}"
