"""Read the pages of sources again, and say what was edited since."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from alleged.archives.extraction import Reading, extractor, read_reply
from alleged.archives.health import Health
from alleged.archives.kept import Kept, keep, kept, read_again
from alleged.archives.quoted import quotes_of
from alleged.archives.searching import compared
from alleged.archives.services import Services
from alleged.errors import AddressRefused, EnvironmentFailure
from alleged.project import Project
from alleged.records.corpus import Corpus
from alleged.records.record import Record
from alleged.text.paragraphs import compare
from alleged.text.quotes import match
from alleged.web.fetch import Reply
from alleged.web.sessions import PAUSE


def least_minutes(sources: Sequence[Record]) -> int:
    """Return the minutes that reading the pages takes at least: a second each, and a pause between two of one site."""
    hosts = [urlsplit(source.get("url", "")).hostname for source in sources]
    pauses = sum(one == next_one for one, next_one in pairwise(hosts))
    return -int(-(len(hosts) + pauses * PAUSE) // 60)


def recheck(project: Project, corpus: Corpus, services: Services, sources: Sequence[Record]) -> Iterator[Health]:
    """Yield how the page of each source is today. Texts that were kept are never replaced.

    Raises:
        EnvironmentFailure: The program that finds articles is not installed, or a text cannot be kept.
    """
    extractor()
    for source in sources:
        yield _health(project, corpus, services, source)


def _health(project: Project, corpus: Corpus, services: Services, source: Record) -> Health:
    if "url" not in source.data:
        return Health(source.id, "refused", "the record has no address of a web page")
    try:
        reply = services.session.page(source["url"])
    except AddressRefused as error:
        return Health(source.id, "refused", str(error))
    except EnvironmentFailure as error:
        return Health(source.id, "later", str(error))
    reading = read_reply(reply, source["url"])
    if reading.problem == "the page is gone":
        copy = source.get("archived", [{}])[0].get("uri", "")
        return Health(source.id, "page gone", f"the snapshot is {copy}" if copy else "no archive has it", ask=not copy)
    if reading.problem == "an error":
        return Health(source.id, "later", f"the site answers {reply.status}")
    if reading.problem:
        return Health(source.id, "unreadable", f"it shows {reading.problem}")
    return _compared(project, corpus, services, source, reading, reply)


def _compared(
    project: Project, corpus: Corpus, services: Services, source: Record, reading: Reading, reply: Reply
) -> Health:
    _, lost = compared(corpus, source, reading)
    before = kept(project, source.id)
    if before is None:
        keep(
            project,
            source.id,
            reading,
            reply.address,
            services.today,
            reply.content,
            reply.headers.get("content-type", ""),
        )
        return Health(source.id, "first reading", "nothing to compare with yet", lost=lost, ask=bool(lost))
    old = _as_found_now(project, source, before)
    words = f"{old or before.text}\n{before.text}"
    gone = tuple(quote for quote in lost if match(quote, words).sound)
    if gone:
        edits = tuple(edit for _, edit in compare(old, reading.text).edits) if old else ()
        return Health(source.id, "quote gone", "", edits, gone, ask=True)
    if old is None:
        why = (
            f"it was found by {before.extractor}, and its page was not kept"
            if before.extractor
            else "it is a curator's"
        )
        return Health(source.id, "not compared", f"the quotes are there; the texts were not compared: {why}", lost=lost)
    comparison = compare(old, reading.text)
    quotes = quotes_of(corpus, source.id)
    ask = any(match(quote, paragraph).sound for paragraph, _ in comparison.edits for quote in quotes)
    note = f"{comparison.added} new paragraphs" if comparison.change == "added" else ""
    return Health(source.id, comparison.change, note, tuple(edit for _, edit in comparison.edits), lost, ask)


def _as_found_now(project: Project, source: Record, before: Kept) -> str | None:
    """Return the text that was kept, as this version of the program finds it; None if that cannot be known.

    Two versions may take different parts of a page for the article, so texts that they found are never compared.
    """
    if before.extractor == extractor():
        return before.text
    again = read_again(project, source.id) if before.extractor else None
    return again.text if again and again.text else None
