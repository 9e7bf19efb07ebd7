"""Many requests to servers of others: a pause between them, robots.txt, and patience when they are busy."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from alleged.errors import AddressRefused, EnvironmentFailure
from alleged.web.addresses import Endpoint, Trusted, endpoint
from alleged.web.fetch import Limits, Reply, fetch
from alleged.web.robots import Robots, robots_of

NAME = "alleged"
"""The name of this program in robots.txt."""

PAUSE = 5.0
"""Seconds between two requests to a site whose robots.txt asks for no longer pause."""

TRIES = 4
"""Requests for the same thing, if a server is busy or in trouble."""

LONGEST_WAIT = 120.0
"""Seconds that a server may let this program wait; if it wants more, the work is left for a later run."""

BUSY = frozenset({429, 500, 502, 503, 504, 523})
"""Answers after which a GET is tried again."""


class Busy(EnvironmentFailure):
    """A server wants to be asked later."""


@dataclass
class Session:
    """Requests that keep a pause between those to one host.

    `pauses` are the seconds for a host; others get `PAUSE`. Hosts in `trusted` were named by the user.
    """

    trusted: Trusted = frozenset()
    pauses: Mapping[str, float] = field(default_factory=dict)
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _next: dict[str, float] = field(default_factory=dict)
    _robots: dict[tuple[str, str, int], Robots | None] = field(default_factory=dict)

    def page(self, address: str) -> Reply:
        """Return a page of a site that robots.txt allows to read.

        Raises:
            AddressRefused: robots.txt forbids it, or the address is never fetched.
            Busy: robots.txt cannot be read now, or the server wants a longer pause than is waited for here.
            EnvironmentFailure: As `fetch` raises it.
        """
        reply = self.ask(address, pause=self._allowed(address))
        if reply.hops:
            self._allowed(reply.address)
        return reply

    def ask(
        self,
        address: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        pause: float = 0.0,
        most_bytes: int | None = None,
    ) -> Reply:
        """Return the answer of a server; if it is busy, ask again after the time that it names, or ever longer ones.

        A POST is sent again only after 429: after any other failure it may have had its effect.

        Raises:
            AddressRefused: The address is never fetched.
            Busy: The server wants a longer pause than is waited for here.
            EnvironmentFailure: As `fetch` raises it.
        """
        again = frozenset({429}) if method == "POST" else BUSY
        for attempt in range(1, TRIES + 1):
            self._wait(endpoint(address, self.trusted).host, pause)
            limits = Limits() if most_bytes is None else Limits(most_bytes)
            reply = fetch(address, method=method, headers=headers, body=body, trusted=self.trusted, limits=limits)
            if reply.status not in again or attempt == TRIES:
                break
            seconds = _seconds(reply.headers.get("retry-after", ""), PAUSE * 2**attempt)
            if seconds > LONGEST_WAIT:
                raise Busy(f"{address} answers {reply.status} and wants to be asked in {seconds:.0f} seconds")
            self.sleep(seconds)
        return reply

    def _allowed(self, address: str) -> float:
        """Return the seconds between two requests that a site wants; raise if it forbids to read an address."""
        goal = endpoint(address, self.trusted)
        robots = self._rules(goal)
        if robots is None:
            raise Busy(f"{address} is not read now: robots.txt of {goal.host} cannot be read")
        if not robots.allow(goal.target):
            raise AddressRefused(f"{address} is not read: robots.txt of {goal.host} asks programs not to")
        return robots.pause

    def _rules(self, goal: Endpoint) -> Robots | None:
        if goal.origin not in self._robots:
            try:
                reply = self.ask(f"{goal.scheme}://{goal.site}/robots.txt")
                self._robots[goal.origin] = robots_of(reply.status, reply.content, NAME)
            except AddressRefused:
                raise
            except EnvironmentFailure:
                self._robots[goal.origin] = None
            self._next.pop(goal.host, None)  # the page itself may follow at once
        return self._robots[goal.origin]

    def _wait(self, host: str, pause: float) -> None:
        now = self.clock()
        if (seconds := self._next.get(host, now) - now) > 0:
            self.sleep(seconds)
            now = max(self.clock(), now + seconds)
        self._next[host] = now + max(pause, self.pauses.get(host, PAUSE))


def _seconds(text: str, usual: float) -> float:
    """Return the seconds of a `Retry-After`, which may be a number or a date."""
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return usual
