"""The few pages that stand beside the product in a demo: a small server on loopback, in the house's look."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parents[2] / "static" / "house"
HOUSE_FILE: Final = re.compile(r"/house/(house\.css|fonts/[a-z0-9-]+\.woff2)")
KINDS: Final = {".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}
OWN_NAMES: Final = ("127.0.0.1", "localhost")
LARGEST_BODY: Final = 1_000_000
HTML: Final = "text/html; charset=utf-8"
POLICY: Final = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
)


@dataclass(frozen=True)
class Asked:
    """What a browser, or a webhook, sent."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    kind: str = HTML
    policy: str = POLICY
    headers: dict[str, str] = field(default_factory=dict)


Respond = Callable[[Asked], Answer]


def page(title: str, main: str, *, status: int = 200) -> Answer:
    """`title` is text, `main` is HTML in which every value has been escaped."""
    whole = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/house/house.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="masthead"><a class="mark" href="/"><span>{escape(title)}</span></a></header>
<main class="page" id="main" tabindex="-1">
{main}
</main>
</body>
</html>
"""
    return Answer(whole.encode(), status)


LOOK_AGAIN: Final = '<p><a class="button quiet" href="/">Look again</a></p>'


def nothing_here() -> Answer:
    return page("Not found", '<h1>Nothing here</h1><p><a href="/">To the start</a></p>', status=404)


def serve(port: int, get: Respond, post: Respond | None = None) -> None:
    """Until the process is ended."""
    ThreadingHTTPServer(("127.0.0.1", port), handler_for(get, post or refuse)).serve_forever()


def handler_for(get: Respond, post: Respond) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (Counter,), {"get": staticmethod(get), "post": staticmethod(post)})


def refuse(_asked: Asked) -> Answer:
    return Answer(status=405)


class Counter(BaseHTTPRequestHandler):
    """Where a request is handed in; `serve` says who answers it."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Demo", ""
    timeout = 30
    get: Respond
    post: Respond

    def do_GET(self) -> None:
        self.answer(
            house_file(self.path) or self.get(self.asked()) if self.is_for_us() else Answer(status=421)
        )

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > LARGEST_BODY or not self.is_for_us():
            self.close_connection = True
            self.answer(Answer(status=413 if size > LARGEST_BODY else 421))
            return
        self.answer(self.post(self.asked(self.rfile.read(size))))

    def is_for_us(self) -> bool:
        """A page elsewhere must not reach us under a name of its own that leads to this machine."""
        return self.headers.get("Host", "").rpartition(":")[0] in OWN_NAMES

    def asked(self, body: bytes = b"") -> Asked:
        return Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)

    def answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        facts = {
            "Content-Type": answer.kind,
            "Content-Length": str(len(answer.body)),
            "Content-Security-Policy": answer.policy,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        for name, value in (facts | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """No line for each request: an address may hold a token."""


def house_file(path: str) -> Answer | None:
    found = HOUSE_FILE.fullmatch(path)
    if not found or not (file := HOUSE / found.group(1)).is_file():
        return None
    return Answer(file.read_bytes(), kind=KINDS[file.suffix], headers={"Cache-Control": "max-age=300"})


def port_and_folder() -> tuple[int, Path]:
    """The two arguments that each of these processes takes."""
    return int(sys.argv[1]), Path(sys.argv[2])
