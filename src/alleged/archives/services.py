"""The services that are asked, where they are, and how slowly."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from alleged.errors import AllegedError
from alleged.web.addresses import PORTS, Trusted
from alleged.web.sessions import Session

WAYBACK, MEMENTO = "https://web.archive.org", "http://timetravel.mementoweb.org"
"""The archive that is asked first, and the service that knows many archives."""

INDEX, COPY, AGGREGATOR, SAVE, STATUS = 1.2, 2.0, 2.0, 9.0, 5.0
"""Seconds after a request to the index, for a snapshot, to the aggregator, to save a page, for how far that is.

The Archive wants at most 60 requests a minute to its index, and 7 pages a minute to save (read in 2026).
"""

NEVER_CALLED = ("archive.today", "archive.ph", "archive.is", "archive.md", "archive.vn", "archive.li", "perma.cc")
"""Archives whose addresses are taken from people, and that no program asks: one has a captcha, one costs per link."""


@dataclass(frozen=True)
class Services:
    """The services of a run. `keys` are those of an account of the archive, which saving needs; `today` is a day."""

    session: Session
    today: str
    wayback: str = WAYBACK
    memento: str = MEMENTO
    keys: tuple[str, str] | None = None

    def pause(self, base: str, seconds: float) -> float:
        """Return the seconds to wait after a request to a service; a server on this machine needs no pause."""
        return 0.0 if urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1") else seconds


def services(environment: Mapping[str, str], today: str) -> Services:
    """Return the services that the environment names, or the usual ones.

    `ALLEGED_WAYBACK` and `ALLEGED_MEMENTO` are addresses of other servers, which may be on this machine or in an
    intranet; `ALLEGED_ARCHIVE_KEY` and `ALLEGED_ARCHIVE_SECRET` the keys of an account.

    Raises:
        AllegedError: One of the addresses is none of a server, or only one of the keys is there.
    """
    wayback = environment.get("ALLEGED_WAYBACK", WAYBACK).rstrip("/")
    memento = environment.get("ALLEGED_MEMENTO", MEMENTO).rstrip("/")
    trusted = frozenset(_server("ALLEGED_WAYBACK", wayback) | _server("ALLEGED_MEMENTO", memento))
    key, secret = environment.get("ALLEGED_ARCHIVE_KEY", ""), environment.get("ALLEGED_ARCHIVE_SECRET", "")
    if bool(key) != bool(secret) or not f"{key}{secret}".isprintable():
        raise AllegedError("set both ALLEGED_ARCHIVE_KEY and ALLEGED_ARCHIVE_SECRET, as the archive gives them")
    named = {host: 0.0 for host in (urlsplit(wayback).hostname, urlsplit(memento).hostname) if host}
    return Services(Session(trusted, named), today, wayback, memento, (key, secret) if key else None)


def _server(name: str, base: str) -> Trusted:
    """Return the host and port of a server that the user names; of the usual ones nothing, as they are public."""
    if base in (WAYBACK, MEMENTO):
        return frozenset()
    try:
        parts = urlsplit(base)
        if parts.scheme in PORTS and parts.hostname and parts.username is None:
            return frozenset({(parts.hostname, parts.port or PORTS[parts.scheme])})
    except ValueError:
        pass
    raise AllegedError(f"{name} is {base!r}; write the address of a server, such as {WAYBACK}")
