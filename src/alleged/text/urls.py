"""Addresses of pages: whether one can be opened, its normal form, and whether two lead to the same page."""

import re
from functools import lru_cache
from typing import NamedTuple

TRACKING = (
    r"(utm|at|pk|mtm)_.*|(fb|g|dc|y|tw|tt)clid|msclkid|gclsrc|gbraid|wbraid|igsh(id)?|mc_[ce]id|_hsenc|_hsmi|mkt_tok"
    r"|srsltid|_openstat|xtor"
)
"""Names of parameters that tell who sent the reader, and never which page is shown."""

PORTS = {"http": "80", "https": "443"}
LARGEST_PORT = 65_535
LONGEST_PLAIN = 250
LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
HIDDEN = r"[\s\x00-\x20\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"


class Address(NamedTuple):
    """The parts of an address as written, with the signs that set them off: `user@`, `:80`, `?a=b`, `#c`."""

    scheme: str
    login: str
    host: str
    port: str
    path: str
    query: str
    fragment: str


@lru_cache(maxsize=4096)
def is_plain(url: str) -> bool:
    """Whether an address is of the usual kind: in normal form, without port, parameters, fragment or percent sign."""
    host = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
    return len(url) < LONGEST_PLAIN and re.fullmatch(rf"https?://{host}/[A-Za-z0-9._~/,;=!*()-]*", url) is not None


def parts(url: str) -> Address | None:
    """Return the parts of an address that begins with http:// or https://; None for any other text."""
    found = re.fullmatch(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", url, re.IGNORECASE | re.DOTALL)
    if not found:
        return None
    scheme, authority, path, query, fragment = found.groups(default="")
    login, at, place = authority.rpartition("@")
    host, colon, port = place.rpartition(":") if re.search(r":[^]]*\Z", place) else (place, "", "")
    return Address(scheme, login + at, host, colon + port, path, query, fragment)


def flaw(url: str) -> str:
    """Return why an address cannot be opened safely, in the words of a message; empty if nothing is wrong.

    It begins with http:// or https://, names a host with a dot and a port that exists, has no login before the host,
    and holds no spaces and no control characters, not even encoded ones.
    """
    if is_plain(url):
        return ""
    if odd := re.search(HIDDEN, url):
        return f"holds the character U+{ord(odd[0]):04X}, which no address does"
    if odd := re.search(r"%[01][0-9a-fA-F]|%7[fF]", url):
        return f"holds an encoded control character, {odd[0]!r}"
    address = parts(url)
    if address is None:
        return "begins with neither http:// nor https://"
    if address.login:
        return f"names a login, {address.login!r}, before its host {address.host!r}"
    if not address.host:
        return "names no host"
    if not _is_host(address.host):
        return f"names {address.host!r}, which is no host that readers could reach"
    if address.port and not (re.fullmatch(r":[0-9]{1,5}", address.port) and 0 < int(address.port[1:]) <= LARGEST_PORT):
        return f"names the port {address.port[1:]!r}; ports go from 1 to {LARGEST_PORT}"
    return ""


def normal_url(url: str) -> str:
    """Return the address in its normal form, which leads to the same page; what is no address comes back as it is.

    Scheme and host are in small letters; the usual port, tracking parameters, an empty query or fragment and marks of
    highlighted text are gone; percent signs are used only where needed. Doing it twice changes nothing more.
    """
    address = None if is_plain(url) else parts(url)
    if address is None:
        return url
    scheme, host = address.scheme.lower(), address.host.lower().removesuffix(".")
    port = "" if address.port[1:] in ("", PORTS[scheme]) else address.port
    fragment = re.sub(r":~:.*", "", address.fragment)
    fragment = "" if fragment == "#" else _decoded(fragment)
    return f"{scheme}://{address.login}{host}{port}{_decoded(address.path) or '/'}{_query(address.query)}{fragment}"


def page_of(url: str) -> str:
    """Return what all addresses of one page share: without scheme, www., last slash, fragment, order of parameters.

    It tells pages apart and is no address itself. Fragments that begin with `!` or `/` name a page and stay.
    """
    if is_plain(url):
        return url.partition("://")[2].removeprefix("www.").rstrip("/") + "?"
    address = parts(normal_url(url))
    if address is None:
        return url
    host = address.host.removeprefix("www.")
    query = "&".join(sorted(address.query.removeprefix("?").split("&")))
    fragment = address.fragment if address.fragment[1:2] in ("!", "/") else ""
    return _encoded(f"{host}{address.port}{address.path.rstrip('/')}?{query}{fragment}")


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return bool(re.fullmatch(r"\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]", host))
    labels = host.removesuffix(".").split(".")
    if len(labels) < 2 or len(host) > 253 or any(len(label) > 63 for label in labels):
        return False
    if labels[-1].isdigit():
        return len(labels) == 4 and all(re.fullmatch(r"[0-9]{1,3}", part) and int(part) < 256 for part in labels)
    return len(labels[-1]) > 1 and all(re.fullmatch(LABEL, label) for label in labels)


def _query(query: str) -> str:
    kept = [
        _decoded(pair)
        for pair in query.removeprefix("?").split("&")
        if pair and not re.fullmatch(TRACKING, pair.partition("=")[0], re.IGNORECASE)
    ]
    return f"?{'&'.join(kept)}" if kept else ""


def _decoded(text: str) -> str:
    """Return the text with letters, digits and -._~ as they are, other percent codes in capitals (RFC 3986, 6.2.2)."""

    def plain(code: re.Match[str]) -> str:
        character = chr(int(code[1], 16))
        return character if re.fullmatch(r"[A-Za-z0-9._~-]", character) else code[0].upper()

    return re.sub(r"%([0-9a-fA-F]{2})", plain, text)


def _encoded(text: str) -> str:
    return re.sub(r"[^\x00-\x7f]+", lambda run: "".join(f"%{byte:02X}" for byte in run[0].encode()), text)
