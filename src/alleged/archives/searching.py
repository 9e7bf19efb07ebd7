"""Find a snapshot of each source, or have one made, and compare its words with the quotes."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from alleged.archives.extraction import Reading, extractor, read_reply
from alleged.archives.journal import Journal, Result
from alleged.archives.kept import keep, kept
from alleged.archives.memento import oldest_memento
from alleged.archives.quoted import quotes_of
from alleged.archives.services import AGGREGATOR, COPY, INDEX, SAVE, STATUS, Services
from alleged.archives.warc import write_warc
from alleged.archives.wayback import Copy, Outcome, oldest_copy, save
from alleged.dates import parse
from alleged.errors import AddressRefused, EnvironmentFailure
from alleged.project import Project
from alleged.records.corpus import Corpus
from alleged.records.record import Record
from alleged.text.paragraphs import digest
from alleged.text.quotes import match


def missing(corpus: Corpus) -> list[Record]:
    """Return the sources with an address and without a snapshot."""
    return [source for source in corpus.active("sources") if "url" in source.data and "archived" not in source.data]


def portion(sources: list[Record], limit: int, today: str) -> list[Record]:
    """Return some of the sources, each day others, so that those that no archive takes do not keep others waiting."""
    if limit >= len(sources):
        return sources
    start = date.fromisoformat(today).toordinal() * limit % len(sources)
    return [*sources[start:], *sources[:start]][:limit]


def to_ask(sources: Sequence[Record], journal: Journal, services: Services) -> list[Record]:
    """Return the sources that must be asked for, since the journal has no answer for them."""
    return [source for source in sources if _known(source, journal, services) is None]


class Minutes(NamedTuple):
    """How long a run takes at the polite rate: if no source has a snapshot, and if each has one or is saved."""

    least: int
    most: int


def minutes(number: int, services: Services) -> Minutes:
    """Return how many minutes it takes to ask for so many sources at the rate that the archives want."""
    found = INDEX + COPY
    saved = max(INDEX, AGGREGATOR) + SAVE + 2 * STATUS + COPY
    seconds = max(INDEX, AGGREGATOR), max(found, saved if services.keys else 0)
    return Minutes(*(-int(-number * each // 60) for each in seconds))


def search(
    project: Project,
    corpus: Corpus,
    services: Services,
    sources: Sequence[Record],
    journal: Journal,
    with_warc: bool = False,
) -> Iterator[Result]:
    """Yield what came of each source; answers are noted in the journal before they are yielded.

    `with_warc` keeps the page of each snapshot as a WARC too.

    Raises:
        EnvironmentFailure: A file cannot be written.
    """
    for source in sources:
        result = _known(source, journal, services)
        if result is None:
            result = _with_namesake(_result(project, corpus, services, source, journal, with_warc), corpus, journal)
            journal.write(result)
        yield result
    journal.finish(source.id for source in sources)


def _known(source: Record, journal: Journal, services: Services) -> Result | None:
    """Return what the journal says of a source; None if it must be asked for."""
    known = journal.results.get(source.id)
    if known is None or known.url != source.get("url", "") or known.state == "asked":
        return None
    return None if known.state == "needs keys" and services.keys else known


def _result(
    project: Project, corpus: Corpus, services: Services, source: Record, journal: Journal, with_warc: bool
) -> Result:
    if "url" not in source.data:
        return Result(source.id, "", "refused", note="the record has no address of a web page")
    outcome = _outcome(services, source, journal)
    result = Result(source.id, source["url"], outcome.state, note=outcome.note)
    if outcome.copy is None:
        return result
    result = result._replace(copy=outcome.copy.address, day=outcome.copy.day)
    return _with_words(project, corpus, services, source, result, with_warc)


def _outcome(services: Services, source: Record, journal: Journal) -> Outcome:
    """Return the snapshot of a source: the recorded one, or the first since its publication, or a new one."""
    url = source["url"]
    if archived := source.get("archived"):
        return Outcome("already", Copy(archived[0]["uri"], archived[0].get("at", "")), "recorded before")
    published = parse(source["published"]).lo or date.min
    since = max(published, date(1996, 1, 2)) - timedelta(days=1)  # a day: places in other time zones
    try:
        if copy := oldest_copy(services, url, since.isoformat()):
            return Outcome("already", copy)
    except AddressRefused as error:
        return Outcome("refused", note=str(error))
    except EnvironmentFailure as error:
        return Outcome("later", note=str(error))
    if was_asked(source, journal):
        return Outcome("later", note="an earlier run was cut off while the page was being saved")
    note = ""
    try:
        if copy := oldest_memento(services, url, since.isoformat()):
            return Outcome("already", copy, "in another archive")
    except EnvironmentFailure as error:
        note = str(error)
    if services.keys:
        journal.write(Result(source.id, url, "asked"))
    outcome = save(services, url)
    return outcome._replace(note="; ".join(filter(None, (outcome.note, note))))


def was_asked(source: Record, journal: Journal) -> bool:
    """Whether an earlier run ended between the request to save a page and the answer."""
    return source.id in journal.results and journal.results[source.id].state == "asked"


def _with_words(
    project: Project, corpus: Corpus, services: Services, source: Record, result: Result, with_warc: bool
) -> Result:
    """Return a result with the words of its snapshot compared; the text is kept unless a curator has put one there."""
    try:
        extractor()
        address = raw_address(services, result.copy)
        if address is None:
            return _noted(result, "its words were not compared: the archive is not read by programs")
        reply = services.session.ask(address, pause=services.pause(services.wayback, COPY))
        reading = read_reply(reply, address)
        if with_warc and reply.status == 200:
            result = result._replace(warc_sha256=write_warc(project, source.id, reply, services.today))
    except AddressRefused as error:
        return _without_copy(result, str(error))
    except EnvironmentFailure as error:
        return _noted(result, f"its words were not compared: {error}")
    if reading.problem in NO_EVIDENCE:
        return _without_copy(result, f"it shows {reading.problem}")
    if reading.problem:
        result = _noted(result, f"it shows {reading.problem}")
    if not reading.text:
        return result
    if (own := kept(project, source.id)) is None or own.extractor:
        kind = reply.headers.get("content-type", "")
        keep(project, source.id, reading, source["url"], services.today, reply.content, kind)
    quotes, lost = compared(corpus, source, reading)
    about = reading.stated
    return result._replace(
        text_sha256=digest(reading.text) if own is None or own.extractor else "",
        read_on=services.today,
        quotes=quotes,
        lost=lost,
        title=about.title,
        published=about.published,
        lang=about.lang,
        address=about.address,
    )


NO_EVIDENCE = ("a login or subscription", "the page is gone", "an error")
"""What a snapshot may show instead of the page that it is of."""


def _without_copy(result: Result, why: str) -> Result:
    """Return a result without its snapshot, which shows something else than the page."""
    return _noted(
        result._replace(state="refused", copy="", day=""), f"the snapshot {result.copy} is no evidence: {why}"
    )


def _with_namesake(result: Result, corpus: Corpus, journal: Journal) -> Result:
    """Return a result with a note if another source has the same text, as notices and unnamed copies do."""
    texts = {name: known.text_sha256 for name, known in journal.results.items()}
    texts |= {source.id: source["text_sha256"] for source in corpus.sources.values() if "text_sha256" in source.data}
    same = next((name for name, text in texts.items() if text == result.text_sha256 and name != result.source), None)
    if not result.text_sha256 or same is None:
        return result
    return _noted(result, f"its text is that of {same} too: a notice, or a copy that the record should name")


def compared(corpus: Corpus, source: Record, reading: Reading) -> tuple[int, tuple[str, ...]]:
    """Return the number of quotes from a source, and those that are nowhere in a page, not even outside the article."""
    quotes = quotes_of(corpus, source.id)
    lost = [q for q in quotes if not match(q, reading.text).sound and not match(q, reading.everything).sound]
    return len(quotes), tuple(lost)


def raw_address(services: Services, copy: str) -> str | None:
    """Return the address of a snapshot as it was saved, without the bar of the archive; None for other archives."""
    base = f"{services.wayback}/web/"
    time, slash, page = copy.removeprefix(base).partition("/")
    return f"{base}{time}id_/{page}" if copy.startswith(base) and slash and time.isdecimal() else None


def _noted(result: Result, note: str) -> Result:
    return result._replace(note="; ".join(filter(None, (result.note, note))))
