"""URLs: whether one is safe to open, its normal form, and whether two lead to the same page."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

TRACKING = (
    r"(utm|at|pk|mtm)_.*|(fb|g|dc|y|tw|tt)clid|msclkid|gclsrc|gbraid|wbraid|igsh(id)?|mc_[ce]id|_hsenc|_hsmi|mkt_tok"
    r"|srsltid|_openstat|xtor"
)
"""Names of tracking parameters, which never change the page."""

PORTS = {"http": "80", "https": "443"}
MAX_PORT = 65_535
MAX_PLAIN = 250
LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
HIDDEN = r"[\s\x00-\x20\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"


class Address(NamedTuple):
    """The parts of a URL as written, with their delimiters: `user@`, `:80`, `?a=b`, `#c`."""

    scheme: str
    login: str
    host: str
    port: str
    path: str
    query: str
    fragment: str


@lru_cache(maxsize=4096)
def is_plain(url: str) -> bool:
    """Whether a URL is in normal form without port, parameters, fragment or percent sign, as most are."""
    host = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
    return len(url) < MAX_PLAIN and re.fullmatch(rf"https?://{host}/[A-Za-z0-9._~/,;=!*()-]*", url) is not None


def parts(url: str) -> Address | None:
    """Return the parts of a URL that begins with http:// or https://; None for any other text."""
    match = re.fullmatch(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", url, re.IGNORECASE | re.DOTALL)
    if not match:
        return None
    scheme, authority, path, query, fragment = match.groups(default="")
    login, at, place = authority.rpartition("@")
    host, colon, port = place.rpartition(":") if re.search(r":[^]]*\Z", place) else (place, "", "")
    return Address(scheme, login + at, host, colon + port, path, query, fragment)


def flaw(url: str) -> str:
    """Return why a URL is not safe to open, as part of a message; empty if it is.

    A safe URL begins with http:// or https://, has a host with a dot, a valid port if any, no login before the host,
    and no spaces or control characters, not even encoded ones.
    """
    if is_plain(url):
        return ""
    if odd := re.search(HIDDEN, url):
        return f"contains the character U+{ord(odd[0]):04X}, which no address may"
    if odd := re.search(r"%[01][0-9a-fA-F]|%7[fF]", url):
        return f"contains an encoded control character, {odd[0]!r}"
    address = parts(url)
    if address is None:
        return "begins with neither http:// nor https://"
    if address.login:
        return f"names a login, {address.login!r}, before its host {address.host!r}"
    if not address.host:
        return "names no host"
    if not _is_host(address.host):
        return f"names {address.host!r}, which is not a host that readers could reach"
    if address.port and not (re.fullmatch(r":[0-9]{1,5}", address.port) and 0 < int(address.port[1:]) <= MAX_PORT):
        return f"names the port {address.port[1:]!r}; ports go from 1 to {MAX_PORT}"
    return ""


def normal_url(url: str) -> str:
    """Return the normal form of a URL, which leads to the same page; a text that is not a URL is returned unchanged.

    Scheme and host are in lower case; the default port, tracking parameters, an empty query or fragment and text
    fragments are removed; percent signs are used only where needed. The normal form of a normal form is itself.
    """
    address = None if is_plain(url) else parts(url)
    if address is None:
        return url
    scheme, host = address.scheme.lower(), address.host.lower().removesuffix(".")
    port = "" if address.port[1:] in ("", PORTS[scheme]) else address.port
    fragment = re.sub(r":~:.*", "", address.fragment)
    fragment = "" if fragment == "#" else _decoded(fragment)
    return f"{scheme}://{address.login}{host}{port}{_decoded(address.path) or '/'}{_query(address.query)}{fragment}"


def percent_encoded(url: str) -> str:
    """Return a URL with every character percent-encoded that a URI (RFC 3986) may not contain; the rest is as it was.

    Formats that want a URI or an IRI all take their addresses from here.
    """
    sound = re.sub("%(?![0-9a-fA-F]{2})", "%25", url)
    return re.sub(r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", _bytes_encoded, sound)


def page_of(url: str) -> str:
    """Return a key that is equal for all URLs of a page: no scheme, `www.`, final slash or fragment, sorted parameters.

    It is not a URL itself. Fragments that begin with `!` or `/` identify a page and are kept.
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


class Snapshot(NamedTuple):
    """What the address of a snapshot says: the page, and the day on which it was saved, empty if it names none."""

    page: str
    day: str


SNAPSHOT = r"https?://[^/]+/(?:[^/?#]+/){0,2}([0-9]{4,14})(?:[a-z]{2}_)?/(https?:/{1,2}[^/].*)"
"""Form of an address in most web archives: `/web/20240618120000/https://e.org/`, where `id_` may follow the time."""


def snapshot(url: str) -> Snapshot | None:
    """Return what the address of a snapshot says; None if it names no page, as short addresses do."""
    found = re.fullmatch(SNAPSHOT, url, re.IGNORECASE | re.DOTALL)
    if not found:
        return None
    time, page = found.groups()
    day = f"{time[:4]}-{time[4:6]}-{time[6:8]}" if _is_day(time) else ""
    return Snapshot(re.sub("(?i)^(https?):/+", r"\1://", page), day)


def _is_day(time: str) -> bool:
    try:
        return len(time) >= 8 and bool(date(int(time[:4]), int(time[4:6]), int(time[6:8])))
    except ValueError:
        return False


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
    pairs = [
        _decoded(pair)
        for pair in query.removeprefix("?").split("&")
        if pair and not re.fullmatch(TRACKING, pair.partition("=")[0], re.IGNORECASE)
    ]
    return f"?{'&'.join(pairs)}" if pairs else ""


def _decoded(text: str) -> str:
    """Return the text with letters, digits and -._~ decoded, other percent codes in upper case (RFC 3986, 6.2.2)."""

    def plain(code: re.Match[str]) -> str:
        character = chr(int(code[1], 16))
        return character if re.fullmatch(r"[A-Za-z0-9._~-]", character) else code[0].upper()

    return re.sub(r"%([0-9a-fA-F]{2})", plain, text)


def _encoded(text: str) -> str:
    return re.sub(r"[^\x00-\x7f]+", _bytes_encoded, text)


def _bytes_encoded(run: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in run[0].encode("utf-8", "replace"))
