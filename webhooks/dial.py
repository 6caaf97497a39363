"""One keep-alive line to one vetted address: no redirect, no proxy, no cookie, and an end to everything."""

import socket
import time
from dataclasses import dataclass
from math import inf
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Final, Self

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, RequestException, SSLError, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from webhooks.guard import Target

CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 15.0
BODY_SECONDS: Final = 2.0  # what the receiver says beyond its status is read out of politeness only
LOOK_SECONDS: Final = 0.05
MOST_BYTES: Final = 64 * 1024


class NoAnswer(Exception):  # noqa: N818 the name says what happened
    """Nobody said a status. A subclass tells how it ended."""


class TimedOut(NoAnswer): ...


class Unreachable(NoAnswer): ...


class Untrusted(NoAnswer):
    """The certificate is not the host's. There is no second try without TLS."""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is kept of a response: its body is another party's text and never ours to store."""

    status: int
    retry_after: str | None


class _Adapter(HTTPAdapter):
    """Dials the vetted number while certificate and SNI are those of the name."""

    def __init__(self, line: "Line") -> None:
        self.line = line
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, tls = super().build_connection_pool_key_attributes(*args, **kwargs)
        if host["scheme"] == "https":
            return host, {**tls, "server_hostname": self.line.target.place.host}
        return host, tls

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = self.line.connection_class
        return pool


class Line:
    """Use it for one endpoint and one short time: the address is not looked up again."""

    def __init__(self, target: Target, address: str, *, trust: bool | str = True) -> None:
        self.target = target
        self.trust = trust
        self.connected: HTTPConnection | None = None
        self.connection_class = self._connection_class()
        self.watch = _Watch(self)
        self.adapter = _Adapter(self)
        place = target.place
        number = f"[{address}]" if ":" in address else address
        self.request = PreparedRequest()
        self.request.prepare(
            method="POST",
            url=f"{place.scheme}://{number}:{place.port}{place.path}",
            headers={
                "Host": place.host_header,
                "User-Agent": "AMS-Privacy-Webhooks/1",
                "Content-Type": "application/json",
                "Accept-Encoding": "identity",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.watch.end()
        self.adapter.close()

    def _connection_class(self) -> type[HTTPConnection]:
        """urllib3's own, but it tells us what to hang up: a socket's time-out starts anew at each byte."""
        line, secure = self, self.target.place.scheme == "https"

        class Connection(HTTPSConnection if secure else HTTPConnection):  # type: ignore[misc] # mypy wants a fixed base
            def connect(self) -> None:
                super().connect()
                line.connected = self

        return Connection

    def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Raises NoAnswer."""
        request = self.request.copy()
        request.headers.update(headers)
        request.prepare_body(body, None)
        self.watch.begin(TOTAL_SECONDS)
        try:
            response = self.adapter.send(
                request, timeout=(CONNECT_SECONDS, TOTAL_SECONDS), stream=True, verify=self.trust, proxies={}
            )
        except (RequestException, HTTPError, OSError) as error:
            self.adapter.close()
            raise _no_answer(error, late=self.watch.stop()) from None
        answer = Answer(response.status_code, response.headers.get("Retry-After"))
        said_in_time = not self.watch.rang
        self._finish(response.raw)
        if not said_in_time:  # a head that was cut off may still read like one
            raise TimedOut
        return answer

    def _finish(self, raw: HTTPResponse) -> None:
        """Reads the rest, a little and for a moment, so that the line can be used again; else hangs up."""
        self.watch.shorten(BODY_SECONDS)
        try:
            raw.read(MOST_BYTES, decode_content=False)
            whole = not raw.read(1, decode_content=False)
        except (HTTPError, OSError, ValueError):
            whole = False
        if not self.watch.stop() and whole:
            raw.release_conn()
        else:
            raw.close()
            self.adapter.close()

    def hang_up(self) -> None:
        sock = getattr(self.connected, "sock", None)
        if sock is not None:
            try:
                # Not SSLSocket's own: it takes the object apart that the other thread reads from.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                return  # it was gone already


class _Watch:
    """Ends a call after so many seconds, whatever trickles in until then. One thread for all calls of a line."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.lock = Lock()
        self.over = Event()
        self.ends = inf
        self.rang = False
        self.thread: Thread | None = None

    def begin(self, seconds: float) -> None:
        with self.lock:
            self.ends, self.rang = time.monotonic() + seconds, False
        if self.thread is None:
            self.thread = Thread(target=self._look, daemon=True)
            self.thread.start()

    def shorten(self, seconds: float) -> None:
        with self.lock:
            self.ends = min(self.ends, time.monotonic() + seconds)

    def stop(self) -> bool:
        """True when it was too late: the line is cut."""
        with self.lock:
            self.ends = inf
            return self.rang

    def end(self) -> None:
        self.over.set()

    def _look(self) -> None:
        while not self.over.wait(LOOK_SECONDS):
            with self.lock:  # or the next call might be cut off for this one
                if time.monotonic() > self.ends:
                    self.ends, self.rang = inf, True
                    self.line.hang_up()


def _no_answer(error: Exception, *, late: bool) -> NoAnswer:
    """Only the kind is kept: the text of such an error quotes the address."""
    if late:
        return TimedOut()
    if isinstance(error, SSLError):
        return Untrusted()
    return (
        TimedOut() if isinstance(error, Timeout) and not isinstance(error, ConnectTimeout) else Unreachable()
    )
