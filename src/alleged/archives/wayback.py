"""The Wayback Machine: its index of snapshots (CDX), and Save Page Now."""

import json
import re
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from alleged.archives.services import INDEX, SAVE, STATUS, Services
from alleged.errors import AddressRefused, EnvironmentFailure
from alleged.text.urls import flaw, page_of, percent_encoded, snapshot
from alleged.web.fetch import Reply
from alleged.web.sessions import Busy

State = Literal["already", "saved", "later", "refused", "needs keys"]
"""Already in an archive; saved now; not known yet, ask again later; the archive or the page refuses; no keys."""

MOST_COPIES, MOST_POLLS = 5, 24
"""Snapshots that are asked for, and how often it is asked whether a page is saved."""

LONGEST = 2048
"""Characters of an address in a record."""

NOT_YET = frozenset(
    f"error:{name}"
    for name in (
        *("too-many-requests", "user-session-limit", "too-many-daily-captures", "service-unavailable", "celery"),
        *("capture-location-error", "bad-gateway", "gateway-timeout", "job-failed", "browsing-timeout", "read-timeout"),
        *("proxy-error", "internal-server-error", "cannot-fetch", "soft-time-limit-exceeded", "max-live-requests"),
    )
)
"""Codes of failures that may be gone later; all others are lasting."""


class Copy(NamedTuple):
    """A snapshot: its address, and the day on which it was taken."""

    address: str
    day: str


class Outcome(NamedTuple):
    """What came of a source: its state, the snapshot if there is one, and what a reader should know."""

    state: State
    copy: Copy | None = None
    note: str = ""


def oldest_copy(services: Services, url: str, since: str) -> Copy | None:
    """Return the first snapshot of a page since a day, the one nearest to its publication; None if there is none.

    Raises:
        EnvironmentFailure: The index does not answer.
    """
    query = {
        "url": url,
        "output": "json",
        "fl": "timestamp,original,statuscode",
        "filter": "statuscode:200",
        "from": since.replace("-", ""),
        "limit": str(MOST_COPIES),  # the oldest; a negative number would ask for the newest
    }
    base = services.wayback
    reply = services.session.ask(f"{base}/cdx/search/cdx?{urlencode(query)}", pause=services.pause(base, INDEX))
    if reply.status != 200:
        raise EnvironmentFailure(f"the index of the archive answers {reply.status}")
    if not reply.content.strip():
        return None
    rows = _json(reply)
    if rows is None:
        raise EnvironmentFailure("the index of the archive does not answer in JSON")
    found = (_copy(services, row, url) for row in (rows[1:] if isinstance(rows, list) else ()))
    return min(filter(None, found), key=lambda copy: copy.day, default=None)


def _copy(services: Services, row: Any, url: str) -> Copy | None:
    """Return the snapshot of a row of the index, if the row is sound and about this page."""
    match row:
        case [str(time), str(original), str(status), *_] if status == "200":
            return copy_of(services, time, original) if page_of(original) == page_of(url) else None
    return None


def copy_of(services: Services, time: str, original: str) -> Copy | None:
    """Return the snapshot of a time of 14 digits; None if it is no such time, or no address that a record may hold."""
    address = f"{services.wayback}/web/{time}/{percent_encoded(original)}"
    named = snapshot(address)
    if not re.fullmatch(r"(19|20)[0-9]{12}", time) or flaw(original) or named is None or len(address) > LONGEST:
        return None
    return Copy(address, named.day) if named.day else None


def save(services: Services, url: str) -> Outcome:
    """Have a page saved.

    The archive may save a page although it answers with a failure: then its index is asked, and the request to save is
    not repeated.
    """
    if not services.keys:
        return Outcome("needs keys", note="saving needs the keys of an account of the archive")
    body = urlencode({"url": url, "if_not_archived_within": "30d", "skip_first_archive": "1"}).encode()
    try:
        reply = _ask(services, "/save", SAVE, body)
    except Busy as error:
        return Outcome("later", note=str(error))
    except AddressRefused as error:
        return Outcome("refused", note=str(error))
    except EnvironmentFailure as error:
        return _look(services, url, str(error))
    if reply.status == 401:
        return Outcome("needs keys", note="the archive does not accept the keys")
    answer = _json(reply) if reply.status == 200 else None
    if not isinstance(answer, dict):
        return _look(services, url, f"the archive answered {reply.status}")
    if job := answer.get("job_id"):
        return _wait(services, url, str(job))
    message = str(answer.get("message") or answer.get("status_ext") or "no reason is given")
    if "same snapshot" in message:
        outcome = _look(services, url, message, days=31)
        return outcome._replace(state="already") if outcome.copy else outcome
    return Outcome("later" if answer.get("status_ext") in NOT_YET else "refused", note=message)


def _wait(services: Services, url: str, job: str) -> Outcome:
    """Return what came of a job; its answers have the status 200 even if they report a failure."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,100}", job):
        return Outcome("refused", note="the archive names no job")
    for _ in range(MOST_POLLS):
        try:
            reply = _ask(services, f"/save/status/{job}", STATUS)
        except EnvironmentFailure as error:
            return _look(services, url, str(error))
        answer = _json(reply) if reply.status == 200 else None
        if not isinstance(answer, dict):
            break
        if answer.get("status") == "success":
            copy = copy_of(services, str(answer.get("timestamp")), str(answer.get("original_url")))
            if copy and page_of(str(answer.get("original_url"))) == page_of(url):
                return Outcome("saved", copy)
            return Outcome("refused", note=f"the page redirects to {answer.get('original_url')!s}")
        if answer.get("status") == "error":
            code = str(answer.get("status_ext") or answer.get("exception") or "error")
            return Outcome("later" if code in NOT_YET else "refused", note=f"{code}: {answer.get('message', '')!s}")
    return _look(services, url, "the archive is still working on it")


def _look(services: Services, url: str, why: str, days: int = 1) -> Outcome:
    """Return whether a page was saved in the last days, after an answer that does not say so."""
    since = date.fromisoformat(services.today) - timedelta(days=days)
    try:
        copy = oldest_copy(services, url, since.isoformat())
    except EnvironmentFailure:
        copy = None
    return Outcome("saved", copy, f"a snapshot is there, although: {why}") if copy else Outcome("later", note=why)


def _ask(services: Services, path: str, pause: float, body: bytes | None = None) -> Reply:
    key, secret = services.keys or ("", "")
    return services.session.ask(
        services.wayback + path,
        method="GET" if body is None else "POST",
        headers={
            "Accept": "application/json",
            "Authorization": f"LOW {key}:{secret}",
            **({} if body is None else {"Content-Type": "application/x-www-form-urlencoded"}),
        },
        body=body,
        pause=services.pause(services.wayback, pause),
    )


def _json(reply: Reply) -> Any:
    """Return the value of an answer in JSON; None if it is none."""
    try:
        return json.loads(reply.content)
    except (ValueError, RecursionError):
        return None
