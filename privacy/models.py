"""The ground floor's own tables, gathered where Django looks for them."""

from privacy.ledger.models import Evidence, LedgerEntry
from privacy.requests.models import Request
from privacy.signing import SigningKey

__all__ = ["Evidence", "LedgerEntry", "Request", "SigningKey"]
