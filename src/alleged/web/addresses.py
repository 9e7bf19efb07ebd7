"""Which addresses may be fetched: http and https, usual ports, and only machines on the public internet."""

import re
import socket
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from alleged.errors import AddressRefused, EnvironmentFailure
from alleged.text.urls import HIDDEN

PORTS = {"http": 80, "https": 443}
LONGEST = 8192
"""Characters of an address; records allow 2048, and an archive adds its own to them, percent-encoded."""

PLAIN = "/%:@!$&'()*+,;=~-._"
"""Signs that stay as they are in a path."""

NOT_PUBLIC = tuple(
    map(
        ip_network,
        (
            *("100.64.0.0/10", "198.18.0.0/15", "192.0.0.0/24", "192.88.99.0/24"),  # carriers, tests, relays of 6to4
            *("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20", "5f00::/16"),  # Teredo and others, 6to4, examples
        ),
    )
)
"""Networks that are refused besides those that `ipaddress` knows as not global.

In 6to4 and Teredo an address contains another one, which may be private.
"""

UNICAST = ip_network("2000::/3")
"""All addresses of IPv6 that are assigned to machines; mapped, translated (NAT64) and local ones are outside."""


class Endpoint(NamedTuple):
    """Where a request goes: `host` is in ASCII, `target` the path with the query, percent-encoded."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def site(self) -> str:
        """The host, with a port that is not the usual one: what a `Host` header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"


Trusted = frozenset[tuple[str, int]]
"""Hosts with their ports that the user has named; they may be on this machine or in an intranet."""


def endpoint(address: str, trusted: Trusted = frozenset()) -> Endpoint:
    """Return where a request to an address goes.

    Raises:
        AddressRefused: It is not fetched, whatever its host is.
    """
    if len(address) > LONGEST or "\\" in address or re.search(HIDDEN, address):
        raise AddressRefused(f"{address[:200]!r} is not fetched: it is too long, or has signs that no address may have")
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, _ascii(parts.hostname or ""), parts.port
    except ValueError:
        raise AddressRefused(f"{address!r} is not fetched: it is not a valid address") from None
    if scheme not in PORTS:
        raise AddressRefused(f"{address!r} is not fetched: it begins with neither http:// nor https://")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(f"{address!r} is not fetched: it names a login before the host")
    port = PORTS[scheme] if port is None else port
    if (host, port) not in trusted:
        if port != PORTS[scheme]:
            raise AddressRefused(f"{address!r} is not fetched: it has the port {port}, not {PORTS[scheme]}")
        if not _is_name(host):
            raise AddressRefused(f"{address!r} is not fetched: {host!r} is not the name of a host on the internet")
    target = quote(parts.path or "/", safe=PLAIN)
    query = quote(parts.query, safe=PLAIN + "?")
    return Endpoint(scheme, host, port, f"{target}?{query}" if query else target)


def public_addresses(host: str, port: int, trusted: Trusted = frozenset()) -> list[str]:
    """Return the addresses of a host, asked for once; a request must go to one of them, not to the name.

    Raises:
        AddressRefused: One of them is not on the public internet, and the host is none that the user has named.
        EnvironmentFailure: The name has no address.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EnvironmentFailure(f"{host} cannot be reached: it has no address ({error})") from None
    found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if (host, port) not in trusted:
        for text in found:
            if reason := not_public(text):
                raise AddressRefused(f"{host} is not fetched: its address {text} is {reason}")
    return found


def not_public(text: str) -> str:
    """Return why the address of a machine is not on the public internet; empty if it is."""
    if "%" in text:
        return "one of this network"
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return "not one of a machine on the internet"
    if not address.is_global or address.is_multicast or address.is_reserved:
        return "private or reserved"
    networks: Iterator[object] = (network for network in NOT_PUBLIC if address in network)
    return f"within {network}" if (network := next(networks, None)) else ""


def _ascii(host: str) -> str:
    """Return a host in lower case and ASCII: IDNA also changes digits and dots of other scripts into usual ones."""
    return host.removesuffix(".").lower() if host.isascii() else host.encode("idna").decode().removesuffix(".").lower()


def _is_name(host: str) -> bool:
    """Whether a host is a name with a dot, or an IP address in its usual form: not `127.1`, not `0x7f000001`."""
    if is_number(host):
        return "%" not in host
    labels = host.split(".")
    last = labels[-1]
    return len(labels) > 1 and all(labels) and not re.match(r"[0-9]|0x", last) and last != "localhost"


def is_number(host: str) -> bool:
    """Whether a host is an IP address in its usual form, so that nobody has to be asked for it."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
