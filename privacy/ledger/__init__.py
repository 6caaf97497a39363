"""What was done, in an order that nobody can change: append-only, hash-chained, without a personal value."""

from privacy.ledger.append import append
from privacy.ledger.kinds import Kind
from privacy.ledger.verify import Broken, verify

__all__ = ["Broken", "Kind", "append", "verify"]
