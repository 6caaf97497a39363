"""Which addresses are dialled (W10, W11): hostile ones by the hundred, each with the proof that it was a danger."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.webhooks.receivers import Receiver, dials, receiving
from webhooks import guard
from webhooks.deliver import Sender
from webhooks.guard import AddressRefused, NotFound, Place, Target, is_public, place_of, target_of
from webhooks.models import Attempt

PUBLIC = "93.184.216.34"


def words(file: str) -> list[str]:
    return (Path(__file__).parent / "addresses" / f"{file}.txt").read_text().split()


# Just outside each denied range, from both sides, and IPv6 as the world uses it.
ALLOWED = words("public")
DENIED = words("inside")
# Where the port is the listener's, so that only the spelling of the host keeps us away from it.
SPELLINGS = words("spellings")
SPACED = [
    "https://127.0.0.1:{port}\r\nHost: hooks.example/", "https://hooks.example/\r\nX: y", "https://hooks.example/\n",
    " https://127.0.0.1:{port}/", "https://127.0.0.1:{port}/ ", "https://127.0.\t0.1:{port}/", "ht\ntps://127.0.0.1:{port}/",
    "https://hooks.example\x00.127.0.0.1:{port}/", "https://hooks.example/\x00", "\x01https://127.0.0.1:{port}/", "",
    "https://hooks.example/" + "a" * 500, "https://hooks.example/<script>", 'https://hooks.example/"onclick="x',
    "https://hooks.example/'`{{x}}", "https://hooks.example:443 /",
]  # fmt: skip


def hostile_urls(port: int) -> list[str]:
    return [url.replace("{port}", str(port)).replace("{long}", "a" * 64) for url in [*SPELLINGS, *SPACED]]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Receiver]:
    """Something inside our network. Its port counts as allowed, so that only the address is left to refuse."""
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    with receiving() as receiver:
        monkeypatch.setattr(guard, "PORTS", guard.PORTS | {receiver.port})
        yield receiver


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", DENIED)
def test_an_address_inside_is_not_public_in_any_disguise(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


def test_the_standard_library_alone_would_let_some_of_them_through() -> None:
    """The reason for a table of our own; when this fails, the library has caught up."""
    assert [a for a in DENIED if ipaddress.ip_address(a).is_global]


@pytest.mark.parametrize("address", DENIED)
def test_a_name_that_leads_inside_is_never_dialled(address: str, listener: Receiver) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return [address]

    url = f"https://hooks.example:{listener.port}/"
    with dials() as dialled:
        result = Sender(url, [], vet=lambda text: target_of(text, resolver)).send("msg_1", b"{}")
    assert asked == ["hooks.example"]  # the address, not the spelling, was judged
    assert result.outcome == Attempt.Outcome.REFUSED
    assert dialled == []
    assert listener.connections == 0


def test_no_hostile_spelling_reaches_the_listener(listener: Receiver) -> None:
    urls = hostile_urls(listener.port)
    assert len(urls) + len(DENIED) >= 120
    with dials() as dialled:
        for url in urls:
            sender = Sender(url, [], vet=lambda text: target_of(text, lambda _host, _port: [PUBLIC]))
            assert sender.send("msg_1", b"{}").outcome == Attempt.Outcome.REFUSED, url
    assert dialled == []
    assert listener.connections == 0


def careless(url: str) -> Target:
    """The defence switched off: takes any URL apart and dials whatever the system's resolver says."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return Target(Place("http", host, port, "/"), tuple(str(entry[4][0]) for entry in found))


def test_without_the_defence_many_of_them_do_reach_it(listener: Receiver) -> None:
    """The control: the same spellings, the same listener, a careless client."""
    reached = 0
    local = (
        "127",
        "localhost",
        "LOCALHOST",
        "0x7f",
        "0177",
        "2130706433",
        "//0",
        "::1",
        "::ffff:7f",
        "[::]",
    )
    for url in hostile_urls(listener.port):
        if (
            url.startswith("https://")
            and any(word in url.split("/")[2] for word in local)
            and ".example" not in url
        ):
            before = listener.connections
            try:
                Sender(url, [], vet=careless).send("msg_1", b"{}")
            except (OSError, ValueError, UnicodeError):
                continue  # not even the careless one can read it
            reached += listener.connections > before
    assert reached >= 15


def test_the_name_is_resolved_once_and_only_that_address_is_dialled(
    monkeypatch: pytest.MonkeyPatch, listener: Receiver
) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"], ["127.0.0.1"]])
    dialled: list[Any] = []

    def unplugged(address: Any, *args: Any, **kwargs: Any) -> Any:
        dialled.append(address)
        raise OSError

    monkeypatch.setattr(
        "urllib3.util.connection.create_connection", unplugged
    )  # no test goes out to the internet
    url = f"https://hooks.example:{listener.port}/"
    sender = Sender(url, [], vet=lambda text: target_of(text, lambda _host, _port: next(answers)))
    outcomes = {sender.send("msg_1", b"{}", number=number).outcome for number in (1, 2, 3)}
    assert outcomes == {Attempt.Outcome.UNREACHABLE}
    assert dialled == [(PUBLIC, listener.port)] * 3
    assert next(answers) == ["127.0.0.1"]


def test_a_client_that_resolves_again_is_led_inside(listener: Receiver) -> None:
    """The control of the test above: vetted by the first answer, dialled by the second."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    def twice(url: str) -> Target:
        target_of(url, lambda _host, _port: next(answers))
        return Target(Place("http", "hooks.example", listener.port, "/"), tuple(next(answers)))

    Sender(f"https://hooks.example:{listener.port}/", [], vet=twice).send("msg_1", b"{}")
    assert listener.connections == 1


@pytest.mark.parametrize(
    "answers",
    [[PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "::1"], [PUBLIC, "fe80::1%lo"], [PUBLIC, "x"]],
)
def test_one_bad_answer_among_good_ones_condemns_the_name(answers: list[str], listener: Receiver) -> None:
    assert target_of("https://hooks.example/", lambda _host, _port: [PUBLIC]).addresses == (PUBLIC,)
    with pytest.raises(AddressRefused, match="not public"):
        target_of("https://hooks.example/", lambda _host, _port: answers)


def test_a_name_without_an_address_may_get_one_later() -> None:
    with pytest.raises(NotFound):
        target_of("https://hooks.example/", lambda _host, _port: [])
    with pytest.raises(NotFound):
        guard.resolved("nobody.invalid", 443)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(guard, "RESOLVE_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: answered.wait(30) and [])
    with pytest.raises(NotFound):
        guard.resolved("hooks.example", 443)
    answered.set()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://hooks.example", Place("https", "hooks.example", 443, "/")),
        ("https://hooks.example:443/a?b=c", Place("https", "hooks.example", 443, "/a?b=c")),
        ("https://Hooks.Example:8443/A", Place("https", "hooks.example", 8443, "/A")),
        ("https://xn--bcher-kva.example/%C3%A9", Place("https", "xn--bcher-kva.example", 443, "/%C3%A9")),
    ],
)
def test_a_decent_address_is_taken_apart_once(url: str, place: Place, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    assert place_of(url) == place


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("http://127.0.0.1:8001/hooks", True),
        ("http://[::1]:8001/hooks", True),
        ("http://127.0.0.1/hooks", False),
        ("http://127.1:8001/hooks", False),
        ("http://localhost:8001/hooks", False),
        ("http://127.0.0.2:8001/hooks", False),
        ("http://user@127.0.0.1:8001/hooks", False),
        ("http://10.0.0.1:8001/hooks", False),
        ("https://127.0.0.1:8001/hooks", False),
    ],
)
def test_the_loopback_switch_opens_two_literal_numbers_and_no_more(
    url: str, opens: bool, settings: Any
) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    with pytest.raises(AddressRefused):
        place_of(url)
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    if opens:
        assert place_of(url).scheme == "http"
    else:
        with pytest.raises(AddressRefused):
            place_of(url)


def test_a_refusal_does_not_repeat_the_address(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    for url in hostile_urls(8443):
        with pytest.raises(AddressRefused) as caught:
            place_of(url)
        assert "example" not in str(caught.value)
        assert "127" not in str(caught.value)
