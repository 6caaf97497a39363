"""A receipt with the association's signature: the bytes that a member keeps."""

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consent.models import Decision
from consent.receipts.build import address, receipt_of
from consent.receipts.verify import CONTEXT, key_id
from privacy.ledger.canonical import canonical
from privacy.signing import signing_key


def signed(decision: Decision) -> bytes:
    """As RFC 8785 writes it. The first receipt of an association makes its key."""
    published = address(decision.individual.association, "portability:key")
    return canonical(with_signature(receipt_of(decision), signing_key(), published))


def with_signature(receipt: dict[str, Any], key: Ed25519PrivateKey, published: str) -> dict[str, Any]:
    """Whose key it says it is stands under the signature too."""
    public = key.public_key().public_bytes_raw()
    signed_by = {
        "algorithm": "ed25519",
        "key_id": key_id(public),
        "public_key": b64encode(public).decode(),
        "published_at": published,
    }
    whole = receipt | {"ams:signedBy": signed_by}
    return whole | {"ams:signature": key.sign(CONTEXT + canonical(whole)).hex()}
