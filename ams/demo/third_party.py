"""The demo's third party: an organisation that is told of changes, believes only what is signed, and answers 204.

A process of its own that shares nothing with the product but the secrets it was given: it verifies with the public
library `standardwebhooks`, keeps what came in a file, and has a signing key of its own for receipts.
"""

import base64
import json
import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook, WebhookVerificationError

from ams.demo.little_server import LOOK_AGAIN, Answer, Asked, nothing_here, page, port_and_folder, serve

NOTICES: Final = re.compile(r"/notices/(?P<association>[a-z0-9-]{1,40})")
MOST_SHOWN: Final = 100
writing: Final = threading.Lock()


def receive(folder: Path, asked: Asked) -> Answer:
    """204 to a notice that is signed with the secret of that association, 401 to any other."""
    found = NOTICES.fullmatch(asked.path)
    if not found:
        return nothing_here()
    verified = is_genuine(secret_of(folder, found["association"]), asked)
    keep(folder, asked, found["association"], verified=verified)
    return Answer(status=204 if verified else 401, kind="text/plain")


def secret_of(folder: Path, association: str) -> str:
    """Read each time: a secret may be changed while we run."""
    file = folder / "secrets.json"
    secrets: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return secrets.get(association, "")


def is_genuine(secret: str, asked: Asked) -> bool:
    if not secret:
        return False
    try:
        Webhook(secret).verify(asked.body, asked.headers)
    except (
        WebhookVerificationError,
        ValueError,
    ):  # the library lets a body that is no text or no JSON through as ValueError
        return False
    return True


def keep(folder: Path, asked: Asked, association: str, *, verified: bool) -> None:
    line = {
        "received_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "association": association,
        "verified": verified,
        "webhook_id": asked.headers.get("webhook-id", ""),
        "body": asked.body.decode(errors="replace"),
    }
    with writing, (folder / "received.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


def received(folder: Path) -> list[dict[str, Any]]:
    """Newest first."""
    file = folder / "received.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    return [json.loads(line) for line in reversed(lines[-MOST_SHOWN:])]


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """Made at the first start, readable by us alone."""
    file = folder / "signing.key"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())


def public_key(folder: Path) -> str:
    return "whpk_" + base64.b64encode(signing_key(folder).public_key().public_bytes_raw()).decode()


def show(folder: Path, asked: Asked) -> Answer:
    if asked.path == "/public-key":
        return Answer(public_key(folder).encode(), kind="text/plain; charset=utf-8")
    if asked.path == "/received.json":
        return Answer(json.dumps(received(folder)).encode(), kind="application/json")
    if asked.path != "/":
        return nothing_here()
    notices = "".join(card(notice) for notice in received(folder))
    nothing = '<div class="empty"><h2>No notice yet</h2><p>Erase a member: the notice arrives here.</p></div>'
    main = (
        "<h1>What the association told us</h1>"
        '<p class="lead-text">We are the third party of this demo. We believe a notice only when its signature fits, '
        "and know people by a number that no other recipient has.</p>"
        f"{LOOK_AGAIN}"
        f'<div class="stack">{notices or nothing}</div>'
        '<section class="note"><h2>Our public key for receipts</h2>'
        f'<p class="keyline">{public_key(folder)}</p></section>'
    )
    return page("Demo third party", main)


def card(notice: dict[str, Any]) -> str:
    at = datetime.fromisoformat(notice["received_at"])
    tag = (
        '<span class="tag done">Signature fits</span>'
        if notice["verified"]
        else '<span class="tag danger">Not verified</span>'
    )
    kind, person = type_and_person(notice["body"])
    return (
        f'<article class="stack"><div class="head"><h2>{escape(kind)}</h2>{tag}</div><dl class="summary">'
        f"<div><dt>Received</dt><dd>{at:%-d %B %Y, %H:%M:%S} UTC</dd></div>"
        f"<div><dt>From</dt><dd>{escape(notice['association'])}</dd></div>"
        f"<div><dt>About our person</dt><dd>{escape(person)}</dd></div></dl>"
        f'<pre class="plain">{escape(notice["body"])}</pre></article>'
    )


def type_and_person(body: str) -> tuple[str, str]:
    """Whatever was sent, it is only shown."""
    values = dict(pairs(body))
    return values.get("type", "not readable"), values.get("recipient_subject_id", "nobody")


def pairs(body: str) -> Iterator[tuple[str, str]]:
    try:
        whole = json.loads(body)
    except ValueError:
        return
    for part in (whole, whole.get("data") if isinstance(whole, dict) else None):
        if isinstance(part, dict):
            yield from ((str(name), str(value)) for name, value in part.items())


if __name__ == "__main__":
    port, own = port_and_folder()
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    signing_key(own)
    serve(port, partial(show, own), partial(receive, own))
