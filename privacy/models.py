"""The ground floor's own tables, gathered where Django looks for them."""

from privacy.ledger.models import Evidence, LedgerEntry
from privacy.requests.models import Message, Request
from privacy.signing import SigningKey

__all__ = ["Evidence", "LedgerEntry", "Message", "Request", "SigningKey"]
