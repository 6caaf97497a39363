"""The key with which an association signs what it hands out: made once, sealed, its public half published."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.tenancy import require_association
from privacy.vault.fields import SealedTextField
from privacy.vault.rows import SealedModel


class SigningKey(SealedModel):
    """One for copies and receipts alike, so that whoever has one of them can check the others too."""

    private = SealedTextField(_("private key"), max_length=64, sealed_as="portability.signingkey.private")
    public = models.BinaryField(_("public key"), max_length=32)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["association"], name="signing_key_one")]

    def __str__(self) -> str:
        return f"signing key {self.pk}"


def signing_key() -> Ed25519PrivateKey:
    """Of the association that speaks. The first use makes it; of two at once, one wins and both use that one."""
    association_id = require_association()
    row = SigningKey.objects.filter(association_id=association_id).first()
    if row is None:
        made = Ed25519PrivateKey.generate()
        SigningKey.objects.bulk_create([row_of(made)], ignore_conflicts=True)
        row = SigningKey.objects.get(association_id=association_id)
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(row.private))


def row_of(key: Ed25519PrivateKey) -> SigningKey:
    return SigningKey(private=key.private_bytes_raw().hex(), public=key.public_key().public_bytes_raw())


def public_key() -> bytes:
    return signing_key().public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """Short enough to be compared by people."""
    return hashlib.sha256(public).hexdigest()[:32]


def known_key() -> bytes | None:
    """The public half, where there is a key already: to look makes none."""
    row = SigningKey.objects.filter(association_id=require_association()).only("public").first()
    return bytes(row.public) if row else None
