"""What a person asks for under Art. 15 to 21 GDPR, and the legal clock that begins to run."""

from privacy.requests.flow import close_request, open_request
from privacy.requests.words import words_of

__all__ = ["close_request", "open_request", "words_of"]
