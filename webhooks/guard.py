"""Decides whether an address may be dialled at all: https to a public address and nothing else.

`ipaddress.is_global` lets the inside of a network through in IPv6's many disguises, so the table is our own.
"""

import ipaddress
import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

PORTS: Final = frozenset({443, 8443})
LONGEST_URL: Final = 500
RESOLVE_SECONDS: Final = 5.0
# Printable ASCII without blank, quotation marks, angle brackets, backslash, backtick, braces, bar and caret.
CHARACTERS: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]+")
LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# What a resolver may read as a number: 127.0.0.1 has many spellings.
NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

DENIED: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # a cloud's inside service on a public number
        # Inside 2000::/3. Beyond it nothing is public: loopback, mapped, NAT64, unique local, multicast.
        "2001::/23",  # Teredo, benchmarking, ORCHID and the other special blocks
        "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20",
    )
)  # fmt: skip
PUBLIC_V6: Final = ipaddress.IPv6Network("2000::/3")
LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


class AddressRefused(ValueError):  # noqa: N818 the name says what happened
    """The address is never dialled. `reason` says why in words of our own, without the address."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFound(Exception):  # noqa: N818 as above
    """The name has no address now; it may have one later."""


@dataclass(frozen=True, slots=True)
class Place:
    """An endpoint's URL, taken apart by one strict parser."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Target:
    """A place and the vetted numbers that may be dialled for it. The name is not asked again."""

    place: Place
    addresses: tuple[str, ...]


def is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in PUBLIC_V6:
        return False
    return not any(address in net for net in DENIED if net.version == address.version)


def place_of(url: str) -> Place:
    """Raises AddressRefused."""
    if not 0 < len(url) <= LONGEST_URL or not CHARACTERS.fullmatch(url):
        raise AddressRefused(_("The address has characters that do not belong there."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(_("The address cannot be read.")) from None
    if parts.username is not None or parts.password is not None or parts.fragment or "#" in url:
        raise AddressRefused(_("The address holds a user name or a fragment."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if (own := _own_loopback(parts, port)) is not None:
        return Place("http", own, port or 80, path)
    if parts.scheme != "https":
        raise AddressRefused(_("The address does not begin with https."))
    if port is not None and port not in PORTS:
        raise AddressRefused(_("Only the ports 443 and 8443 are dialled."))
    # netloc again: urlsplit drops what it does not like, and forgives an empty port.
    host = parts.hostname or ""
    if parts.netloc.lower() != (host if port is None else f"{host}:{port}") or not _is_name(host):
        raise AddressRefused(_("The address does not name a host on the internet."))
    return Place("https", host, port or 443, path)


def _own_loopback(parts: SplitResult, port: int | None) -> str | None:
    """The demo's and the tests' receivers, by their literal number, and only where the settings say so."""
    if not settings.WEBHOOK_ALLOW_LOOPBACK or parts.scheme != "http" or port is None:
        return None
    spelt = {f"127.0.0.1:{port}": "127.0.0.1", f"[::1]:{port}": "::1"}
    return spelt.get(parts.netloc)


def _is_name(host: str) -> bool:
    """A full host name in ASCII. Numbers are refused in every spelling: a certificate names a host."""
    labels = host.split(".")
    return (
        len(labels) > 1
        and len(host) <= 253  # noqa: PLR2004 RFC 1035
        and all(LABEL.fullmatch(label) for label in labels)
        and not NUMBER.fullmatch(labels[-1])
    )


def target_of(url: str, resolve: Resolver | None = None) -> Target:
    """Resolves once and judges every answer. Raises AddressRefused and NotFound."""
    place = place_of(url)
    if place.scheme == "http":
        return Target(place, (place.host,))
    answers = (resolve or resolved)(place.host, place.port)
    if not answers:
        raise NotFound("The name has no address.")
    for answer in answers:
        # One bad answer condemns all: the next look-up might pick it.
        if not _is_public_text(answer):
            raise AddressRefused(_("The name leads to an address that is not public."))
    return Target(place, tuple(dict.fromkeys(answers)))


def _is_public_text(answer: str) -> bool:
    try:
        return is_public(ipaddress.ip_address(answer))
    except ValueError:  # among others a zone id, which only local addresses have
        return False


def resolved(host: str, port: int) -> list[str]:
    """The system's answer, waited for no longer than RESOLVE_SECONDS. Raises NotFound."""
    # The resolver knows no time limit of its own; a slow answer is left behind in its thread.
    thread = ThreadPoolExecutor(1)
    try:
        found = thread.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(RESOLVE_SECONDS)
    except (OSError, UnicodeError, TooLong):
        raise NotFound("The name has no address now.") from None
    finally:
        thread.shutdown(wait=False)
    return [str(entry[4][0]) for entry in found]
