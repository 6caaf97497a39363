"""One line to one address (W12-W14): no redirect, no proxy, no false certificate, and an end to everything."""

import gzip
import itertools
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.webhooks.receivers import Receiver, hear_out, listening, receiving
from webhooks import dial
from webhooks.dial import Answer, Line, NoAnswer, TimedOut, Unreachable, Untrusted
from webhooks.guard import Place, Target


def line_to(
    port: int, *, scheme: str = "http", host: str = "hooks.example", trust: bool | str = True
) -> Line:
    target = Target(Place(scheme, host, port, "/hooks?x=1"), ("127.0.0.1",))
    return Line(target, "127.0.0.1", trust=trust)


def post(line: Line) -> Answer:
    with line:
        return line.post(b"{}", {"webhook-id": "msg_1"})


def test_a_line_is_kept_for_the_next_notice() -> None:
    with receiving() as receiver, line_to(receiver.port) as line:
        for number in range(5):
            assert line.post(b"{}", {"webhook-id": f"msg_{number}"}).status == 204
    assert receiver.ids == [f"msg_{number}" for number in range(5)]
    assert receiver.connections == 1
    assert receiver.requests[0].path == "/hooks?x=1"
    assert receiver.requests[0].headers["host"] == f"hooks.example:{receiver.port}"


def test_nothing_but_what_belongs_to_a_notice_is_sent() -> None:
    with receiving(lambda _: (204, {"Set-Cookie": "a=b"})) as receiver, line_to(receiver.port) as line:
        line.post(b"{}", {})
        line.post(b"{}", {})
    names = {"host", "user-agent", "content-type", "accept-encoding", "content-length"}
    assert set(receiver.requests[0].headers) == set(receiver.requests[1].headers) == names


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_the_second_host_never_hears_of_it(status: int) -> None:
    with receiving() as second:
        with receiving(lambda _: (status, {"Location": second.url})) as first:
            assert post(line_to(first.port)).status == status
            assert len(first.requests) == 1
            assert second.connections == 0
            requests.post(first.url, data=b"{}", timeout=5)  # the control: an ordinary client goes there
        assert second.connections == (0 if status == 300 else 1)


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        assert post(line_to(receiver.port)).status == 204
        assert proxy.connections == 0
        requests.post("http://hooks.example/", data=b"{}", timeout=5)  # the control
        assert proxy.connections == 1


def test_a_closed_port_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable):
        post(line_to(port))


# Certificates


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> "Authority":
    return Authority(tmp_path_factory.mktemp("authority"))


class Authority:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self.file = folder / "authority.pem"
        certificate = self.certify(self.key, self.name, None, days=1)
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def certify(
        self, key: ec.EllipticCurvePrivateKey, subject: x509.Name, host: str | None, *, days: int
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=10))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        if host:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return made.sign(self.key, hashes.SHA256())

    def context(self, host: str, *, days: int = 1) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        file = self.folder / f"{host}{days}.pem"
        file.write_bytes(
            self.certify(key, subject, host, days=days).public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def secure(authority: Authority) -> Iterator[Receiver]:
    with receiving(tls=authority.context("hooks.example")) as receiver:
        yield receiver


def test_the_certificate_is_that_of_the_name_although_a_number_is_dialled(
    secure: Receiver, authority: Authority
) -> None:
    with line_to(secure.port, scheme="https", trust=str(authority.file)) as line:
        assert line.post(b"{}", {}).status == line.post(b"{}", {}).status == 204
    assert secure.names == ["hooks.example"]  # one handshake, and SNI says the name
    assert secure.requests[0].headers["host"] == f"hooks.example:{secure.port}"


def test_a_certificate_of_another_name_is_not_trusted(secure: Receiver, authority: Authority) -> None:
    with pytest.raises(Untrusted):
        post(line_to(secure.port, scheme="https", host="other.example", trust=str(authority.file)))
    assert secure.requests == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(secure: Receiver) -> None:
    with pytest.raises(Untrusted):
        post(line_to(secure.port, scheme="https"))
    assert secure.requests == []


def test_a_certificate_of_yesterday_is_not_trusted(authority: Authority) -> None:
    with receiving(tls=authority.context("hooks.example", days=-1)) as receiver:
        with pytest.raises(Untrusted):
            post(line_to(receiver.port, scheme="https", trust=str(authority.file)))
        assert receiver.requests == []


def test_there_is_no_way_back_to_http(authority: Authority) -> None:
    with receiving() as plain:
        with pytest.raises(NoAnswer):
            post(line_to(plain.port, scheme="https", trust=str(authority.file)))
        assert plain.requests == []


# Answers without end

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def slow_head(client: socket.socket) -> None:
    hear_out(client)
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    for letter in itertools.cycle(b"X-Slow: yes\r\n"):
        client.sendall(bytes([letter]))
        time.sleep(0.02)


def no_word(client: socket.socket) -> None:
    hear_out(client)
    client.recv(65536)


@pytest.mark.parametrize("script", [slow_head, no_word])
def test_who_does_not_come_to_an_answer_is_hung_up_on(
    script: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dial, "TOTAL_SECONDS", 0.3)
    with listening(script) as port:  # type: ignore[arg-type] # parametrize hides what it is
        started = time.monotonic()
        with pytest.raises(TimedOut):
            post(line_to(port))
    assert time.monotonic() - started < 2


@pytest.fixture
def flood() -> Iterator[tuple[int, list[int]]]:
    """Sends a body without end and counts how much of it was taken."""
    sent: list[int] = []

    def script(client: socket.socket) -> None:
        hear_out(client)
        client.sendall(HEAD + b"\r\n")
        while True:
            sent.append(client.send(bytes(8192)))

    with listening(script) as port:
        yield port, sent


def test_a_body_without_end_is_left_after_64_kilobytes(flood: tuple[int, list[int]]) -> None:
    port, sent = flood
    started = time.monotonic()
    assert post(line_to(port)).status == 200
    assert time.monotonic() - started < 2
    # What lay in the two sockets' buffers was sent too, but never read.
    assert sum(sent) < 8 * 1024 * 1024


def test_a_body_that_trickles_does_not_keep_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dial, "BODY_SECONDS", 0.2)

    def trickle(client: socket.socket) -> None:
        hear_out(client)
        client.sendall(HEAD + b"Content-Length: 1000000\r\n\r\n")
        while True:
            client.sendall(b".")
            time.sleep(0.02)

    with listening(trickle) as port:
        started = time.monotonic()
        assert post(line_to(port)).status == 200  # the status was said; the rest is chatter
    assert time.monotonic() - started < 2


def test_a_packed_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    assert len(bomb) < dial.MOST_BYTES

    def script(client: socket.socket) -> None:
        hear_out(client)
        client.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)

    def unpacked(*args: object) -> None:
        raise AssertionError("The bomb was unpacked.")

    monkeypatch.setattr("urllib3.response.GzipDecoder.decompress", unpacked)
    with listening(script) as port:
        assert post(line_to(port)).status == 200


def test_after_a_call_that_was_cut_off_the_next_one_gets_a_fresh_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = itertools.count()

    def script(client: socket.socket) -> None:
        hear_out(client)
        if next(calls):
            client.sendall(HEAD + b"Content-Length: 0\r\n\r\n")
        client.recv(65536)

    monkeypatch.setattr(dial, "TOTAL_SECONDS", 0.3)
    with listening(script) as port, line_to(port) as line:
        with pytest.raises(TimedOut):
            line.post(b"{}", {})
        assert line.post(b"{}", {}).status == 200


@pytest.mark.parametrize(
    "answer",
    [b"", b"\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 70000],
)
def test_what_is_no_http_is_no_answer(answer: bytes) -> None:
    def script(client: socket.socket) -> None:
        hear_out(client)
        client.sendall(answer)

    with listening(script) as port, pytest.raises(NoAnswer):
        post(line_to(port))
