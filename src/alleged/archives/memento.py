"""Other archives, by way of an aggregator that knows their snapshots (Memento, RFC 7089)."""

import re
from email.utils import parsedate_to_datetime

from alleged.archives.services import AGGREGATOR, Services
from alleged.archives.wayback import LONGEST, Copy
from alleged.errors import EnvironmentFailure
from alleged.text.urls import flaw, page_of, percent_encoded, snapshot

MOST_LINKS = 20_000


def oldest_memento(services: Services, url: str, since: str) -> Copy | None:
    """Return the first snapshot of a page since a day in any archive; None if the aggregator knows none.

    Raises:
        EnvironmentFailure: The aggregator does not answer.
    """
    base = services.memento
    reply = services.session.ask(f"{base}/timemap/link/{url}", pause=services.pause(base, AGGREGATOR))
    if reply.status == 404:
        return None
    if reply.status != 200:
        raise EnvironmentFailure(f"the aggregator of archives answers {reply.status}")
    copies = (copy for copy in mementos(reply.content.decode(errors="replace"), url) if copy.day >= since)
    return min(copies, key=lambda copy: (copy.day, copy.address), default=None)


def mementos(timemap: str, url: str) -> list[Copy]:
    """Return the snapshots of a page that a list in the link format names, as far as they are sound."""
    found = []
    for address, attributes in re.findall(r"<([^<>\s]{1,4096})>([^<]*)", timemap)[:MOST_LINKS]:
        relations = re.search(r"rel=\"([^\"]*)\"", attributes)
        time = re.search(r"datetime=\"([^\"]*)\"", attributes)
        if (
            not relations
            or not time
            or "memento" not in relations[1].split()
            or flaw(address)
            or len(address) > LONGEST
        ):
            continue
        named = snapshot(address)
        if named is not None and page_of(named.page) != page_of(url):
            continue
        try:
            found.append(Copy(percent_encoded(address), parsedate_to_datetime(time[1]).date().isoformat()))
        except (TypeError, ValueError):
            continue
    return found
