"""One attempt, one outcome: signs a notice, sends it once, and says what that means for the delivery."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from webhooks import sign
from webhooks.dial import Answer, Line, NoAnswer, TimedOut, Untrusted
from webhooks.guard import AddressRefused, NotFound, Target, target_of
from webhooks.models import Attempt, Delivery
from webhooks.schedule import pause_after, retry_after

Outcome = Attempt.Outcome
SILENT: Final = frozenset({Outcome.TIMED_OUT, Outcome.UNREACHABLE, Outcome.UNTRUSTED})
REDIRECTS: Final = range(300, 400)
GOOD: Final = range(200, 300)
Vet = Callable[[str], Target]


@dataclass(frozen=True, slots=True)
class Result:
    """How one try ended. Nothing of what the other side wrote is in it."""

    outcome: Attempt.Outcome
    milliseconds: int
    status: int | None = None
    asked: timedelta | None = None

    @property
    def is_silent(self) -> bool:
        return self.outcome in SILENT


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the delivery. `pause` is there if and only if it stays due."""

    state: Delivery.State
    pause: timedelta | None = None


def judge(result: Result, tries: int, *, jitter: float) -> Verdict:
    match result.outcome:
        case Outcome.DELIVERED:
            return Verdict(Delivery.State.DELIVERED)
        case Outcome.GONE:
            return Verdict(Delivery.State.FAILED)
    pause = pause_after(tries, jitter=jitter, asked=result.asked)
    return Verdict(Delivery.State.DEAD) if pause is None else Verdict(Delivery.State.DUE, pause)


def body_of(payload: Mapping[str, object]) -> bytes:
    """The same bytes at every try."""
    return json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()


class Sender:
    """Sends to one endpoint for as long as a lane lasts: resolved and vetted once, over one line."""

    def __init__(
        self, url: str, secrets: list[str], *, vet: Vet = target_of, trust: bool | str = True
    ) -> None:
        self.url = url
        self.signers = [sign.signer(secret) for secret in secrets]
        self.vet = vet
        self.trust = trust
        self.target: Target | None = None
        self.line: Line | None = None

    def close(self) -> None:
        if self.line:
            self.line.close()
        self.line = None

    def send(self, webhook_id: str, body: bytes, *, number: int = 1) -> Result:
        """Never raises for anything that the network or the other side does."""
        started = time.monotonic()
        try:
            answer = self._line(number).post(body, self._headers(webhook_id, body))
        except AddressRefused:
            result, status, asked = Outcome.REFUSED, None, None
        except (NotFound, NoAnswer) as error:
            self.close()  # another number may answer next time
            result, status, asked = _outcome_without_answer(error), None, None
        else:
            result, status = _outcome_of(answer), answer.status
            asked = retry_after(answer.retry_after, datetime.now(UTC))
        return Result(result, round((time.monotonic() - started) * 1000), status, asked)

    def _headers(self, webhook_id: str, body: bytes) -> dict[str, str]:
        return sign.headers(webhook_id, int(time.time()), body, self.signers)

    def _line(self, number: int) -> Line:
        if self.line is None:
            self.target = self.target or self.vet(self.url)
            addresses = self.target.addresses
            self.line = Line(self.target, addresses[(number - 1) % len(addresses)], trust=self.trust)
        return self.line


def _outcome_of(answer: Answer) -> Attempt.Outcome:
    if answer.status in GOOD:
        return Outcome.DELIVERED
    if answer.status == HTTPStatus.GONE:
        return Outcome.GONE
    return Outcome.REDIRECTED if answer.status in REDIRECTS else Outcome.ANSWERED


def _outcome_without_answer(error: Exception) -> Attempt.Outcome:
    match error:
        case TimedOut():
            return Outcome.TIMED_OUT
        case Untrusted():
            return Outcome.UNTRUSTED
    return Outcome.UNREACHABLE
