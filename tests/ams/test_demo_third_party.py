"""The demo's third party: it believes what is signed, keeps what came, and shows it as text."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from standardwebhooks import Webhook

from ams.demo import little_server, third_party
from ams.demo.little_server import Asked
from webhooks import sign

SECRET = sign.new_shared()
BODY = json.dumps({"type": "individual.erased", "data": {"recipient_subject_id": "p-7f3a"}}).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secrets.json").write_text(json.dumps({"esc": SECRET}))
    return tmp_path


def signed(body: bytes, secret: str = SECRET, *, path: str = "/notices/esc") -> Asked:
    headers = sign.headers("msg_1", int(time.time()), body, [sign.signer(secret)])
    return Asked(path, headers, body)


def page_of(folder: Path) -> str:
    return third_party.show(folder, Asked("/", {}, b"")).body.decode()


def test_a_signed_notice_is_believed_and_shown(folder: Path) -> None:
    assert third_party.receive(folder, signed(BODY)).status == 204
    shown = page_of(folder)
    assert "individual.erased" in shown
    assert "p-7f3a" in shown
    assert "Signature fits" in shown


def test_the_public_library_itself_agrees() -> None:
    asked = signed(BODY)
    assert Webhook(SECRET).verify(asked.body, asked.headers) == json.loads(BODY)


@pytest.mark.parametrize(
    "asked",
    [
        signed(BODY, sign.new_shared()),
        Asked("/notices/esc", signed(BODY).headers, BODY + b" "),
        Asked("/notices/esc", {}, BODY),
        Asked("/notices/esc", {"webhook-id": "a", "webhook-timestamp": "x", "webhook-signature": ",,"}, BODY),
        signed(BODY, path="/notices/unknown"),
        signed(b"\xff\xfe no text"),
    ],
    ids=["another secret", "changed on the way", "unsigned", "malformed", "another association", "no text"],
)
def test_what_is_not_signed_for_us_is_refused_and_shown_as_such(folder: Path, asked: Asked) -> None:
    assert third_party.receive(folder, asked).status == 401
    assert "Not verified" in page_of(folder)
    assert "Signature fits" not in page_of(folder)


def test_what_came_is_shown_as_text_whatever_it_is(folder: Path) -> None:
    third_party.receive(folder, signed(b'{"type": "<script>alert(1)</script>"}'))
    third_party.receive(folder, Asked("/notices/esc", {}, b"<script>alert(2)</script>"))
    assert page_of(folder).count("alert(") == 3
    assert "<script" not in page_of(folder)


def test_its_signing_key_is_its_own_stays_and_is_nobody_else_s(folder: Path) -> None:
    first = third_party.public_key(folder)
    assert first.startswith("whpk_")
    assert third_party.public_key(folder) == first
    assert (folder / "signing.key").stat().st_mode & 0o077 == 0
    assert first in page_of(folder)


@pytest.fixture
def server(folder: Path) -> Iterator[str]:
    """As the demo runs it, in a thread."""
    handler = little_server.handler_for(
        lambda asked: third_party.show(folder, asked), lambda asked: third_party.receive(folder, asked)
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def test_it_speaks_http(server: str) -> None:
    asked = signed(BODY)
    answer = requests.post(server + asked.path, data=asked.body, headers=asked.headers, timeout=5)
    assert (answer.status_code, answer.content) == (204, b"")
    assert requests.get(server + "/received.json", timeout=5).json()[0]["body"] == BODY.decode()
    assert requests.get(server + "/house/house.css", timeout=5).headers["Content-Type"].startswith("text/css")
    assert requests.get(server + "/nothing", timeout=5).status_code == 404


def test_a_name_that_is_not_ours_gets_nothing(server: str) -> None:
    assert requests.get(server, headers={"Host": "elsewhere.example:80"}, timeout=5).status_code == 421


def test_more_than_a_notice_is_not_read(server: str) -> None:
    answer = requests.post(server + "/notices/esc", headers={"Content-Length": "9999999"}, timeout=5)
    assert answer.status_code == 413


def test_no_file_but_the_house_s_is_served(server: str) -> None:
    for path in ("/house/%2e%2e/%2e%2e/manage.py", "/house/fonts/LICENSE", "/house/document.css"):
        assert requests.get(server + path, timeout=5).status_code == 404
