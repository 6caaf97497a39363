"""Sessions in the database that the database cannot read, and that are found by their person.

The cookie's key is stored as a digest only, and what the session remembers is sealed with a key made from the
cookie: a copy of the database lets nobody in, and a forgotten session is noise in every backup.
"""

import base64
import hashlib
import hmac
import json
import os
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from ams.models import Account, Session

NONCE = 12


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        return self.decode(row.session_data) if row else {}

    def _get_session_from_db(self) -> Session | None:
        row = Session.objects.filter(
            session_key=digest(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(session_key=digest(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        key: str = self._get_or_create_session_key()  # type: ignore[attr-defined]
        return Session(
            session_key=digest(key),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            individual_id=person_of(data.get(SESSION_KEY)),
        )

    def encode(self, session_dict: dict[str, Any]) -> str:
        nonce, key = os.urandom(NONCE), self.session_key or ""
        plain = json.dumps(session_dict, separators=(",", ":")).encode()
        sealed = AESGCM(data_key(key)).encrypt(nonce, plain, digest(key).encode())
        return base64.b64encode(nonce + sealed).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """What does not open is an empty session, as Django does with a bad signature."""
        raw, key = base64.b64decode(session_data), self.session_key or ""
        try:
            plain = AESGCM(data_key(key)).decrypt(raw[:NONCE], raw[NONCE:], digest(key).encode())
        except InvalidTag:
            return {}
        data: dict[str, Any] = json.loads(plain)
        return data


def digest(session_key: str) -> str:
    """What stands in the table: 240 bits, as the column has room for 40 characters."""
    return base64.urlsafe_b64encode(hashlib.sha256(session_key.encode()).digest())[:40].decode()


def data_key(session_key: str) -> bytes:
    # The cookie is random already (165 bits): one keyed digest with its own label is an independent key.
    return hmac.digest(session_key.encode(), b"what the session remembers", "sha256")


def person_of(account_id: str | None) -> UUID | None:
    if account_id is None:
        return None
    return Account.objects.filter(pk=account_id).values_list("individual_id", flat=True).first()
