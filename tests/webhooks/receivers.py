"""Third parties for tests: real HTTP receivers on loopback, in threads, and a list of every dial that is made."""

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str]]


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers what `answer` says, and remembers what it was sent and how often somebody connected."""

    url: str = ""
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    names: list[str | None] = field(default_factory=list)  # asked for by SNI
    answer: Callable[[Request], Answer] = lambda _: (204, {})

    @property
    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.requests]


@contextmanager
def receiving(
    answer: Callable[[Request], Answer] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> Iterator[Receiver]:
    receiver = Receiver()
    if answer:
        receiver.answer = answer

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            receiver.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            receiver.requests.append(request)
            status, headers = receiver.answer(request)
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 http.server's name; a client that follows a redirect may come with another verb

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class's name
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that hangs up, or does not trust us, is part of the test

        def get_request(self) -> Any:
            sock, address = super().get_request()
            return (tls.wrap_socket(sock, server_side=True), address) if tls else (sock, address)

    server = Server((host, 0), Handler)
    receiver.port = server.server_address[1]
    if tls:
        tls.sni_callback = lambda _sock, name, _context: receiver.names.append(name)
    shown = f"[{host}]" if ":" in host else host
    receiver.url = f"http{'s' if tls else ''}://{shown}:{receiver.port}/hooks"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def listening(script: Callable[[socket.socket], None], *, host: str = "127.0.0.1") -> Iterator[int]:
    """A bare socket for answers that are no HTTP. Each connection gets `script` in a thread of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as server:
        server.bind((host, 0))
        server.listen(64)

        def accept() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=run, args=(client,), daemon=True).start()

        def run(client: socket.socket) -> None:
            with client:
                try:
                    script(client)
                except OSError:
                    return  # hung up on, as it should be

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def hear_out(client: socket.socket) -> None:
    """Reads one whole request whose body is `{}`: head and body may come apart."""
    heard = b""
    while not heard.endswith(b"{}"):
        heard += client.recv(65536) or b"{}"


_dials: list[Any] | None = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _dials is not None:
        _dials.append(arguments[1])


sys.addaudithook(_hear)


@contextmanager
def dials() -> Iterator[list[Any]]:
    """Every address that this process connects to, by whatever library: the interpreter itself reports it."""
    global _dials  # noqa: PLW0603 an audit hook can never be taken off, only told to be quiet
    _dials = []
    try:
        yield _dials
    finally:
        _dials = None
