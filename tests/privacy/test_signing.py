"""One key of the association signs copies and receipts; it kept its seal when it moved."""

import pytest

from ams.models import Association
from privacy.signing import SigningKey, key_id, known_key, public_key, signing_key
from privacy.tenancy import speaking_for

pytestmark = pytest.mark.django_db


def test_it_is_made_once_and_to_look_makes_none(association: Association, sister: Association) -> None:
    with speaking_for(association.pk):
        assert known_key() is None
        assert signing_key().public_key().public_bytes_raw() == public_key() == known_key()
        assert SigningKey.objects.count() == 1
        ours = known_key()
    with speaking_for(sister.pk):
        assert known_key() is None
        assert public_key() != ours


def test_it_opens_under_the_name_that_sealed_it() -> None:
    assert SigningKey._meta.get_field("private").label == "portability.signingkey.private"  # type: ignore[union-attr]  # a sealed field has one


def test_its_fingerprint_is_short_and_its_own(association: Association) -> None:
    with speaking_for(association.pk):
        assert len(key_id(public_key())) == 32
        assert key_id(public_key()) != key_id(bytes(32))
