"""The key with which an association signs its copies: made once, sealed, its public half published."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portability.models import SigningKey
from privacy.tenancy import require_association


def signing_key() -> Ed25519PrivateKey:
    """Of the association that speaks. The first copy makes it; of two at once, one wins and both use that one."""
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
