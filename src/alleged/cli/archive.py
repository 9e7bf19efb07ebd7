"""`alleged archive`: find snapshots of sources in web archives, or have them made; read pages again."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from alleged.archives.health import Health
    from alleged.archives.journal import Result
    from alleged.archives.services import Services
    from alleged.editing.archived import Proposal
    from alleged.project import Project
    from alleged.records.corpus import Corpus
    from alleged.records.record import Record

MOST_EDITS = 5
"""Edited paragraphs of a page that are shown."""

MOST_NAMES = 5
"""Changed sources of a file that are named."""


@click.command("archive")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--missing", is_flag=True, help="All sources that have an address and no snapshot.")
@click.option("--limit", metavar="N", type=click.IntRange(1), help="With --missing: at most N, others each day.")
@click.option("--write", is_flag=True, help="Write what was found into the records.")
@click.option("--titles", is_flag=True, help="With --write, also the title that a page states, where none is recorded.")
@click.option("--warc", is_flag=True, help="Also keep the page that was read, as .texts/SOURCE.warc.gz.")
@click.option("--copy", metavar="URL", help="Record the snapshot that you name (archive.today, perma.cc, ...).")
@click.option("--at", metavar="DAY", help="The day of that snapshot, if its address does not name it.")
@click.option("--recheck", is_flag=True, help="Read the pages again, and show what was edited since.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print no progress.")
def command(
    sources: tuple[str, ...],
    missing: bool,
    limit: int | None,
    write: bool,
    titles: bool,
    warc: bool,
    copy: str | None,
    at: str | None,
    recheck: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find snapshots of sources in web archives.

    Asks the index of the Wayback Machine for the first snapshot since the day of publication, then other archives, and
    otherwise has the page saved, if ALLEGED_ARCHIVE_KEY and ALLEGED_ARCHIVE_SECRET are set. The words of the snapshot
    are kept in .texts/, and compared with the quotes. With --write, the address of the snapshot, the day and the digest
    of the text are written into the records, to be reviewed as any change.

    Servers are asked slowly; the minutes are printed first. What was answered is noted in .texts/archive.jsonl, so that
    a run that was interrupted goes on where it was.

    With --recheck, reads the pages themselves again, and compares them with the texts in .texts/; with --write, records
    the day and what was found, for the table source_health.

    \b
    Examples:
      alleged archive ap-2023-10-13
      alleged archive --missing --write
      alleged archive ap-2023-10-13 --copy https://archive.ph/AbCd1 --at 2023-10-14 --write
      alleged archive --recheck ap-2023-10-13
    """
    import os
    from datetime import UTC, datetime

    from alleged.archives.searching import portion
    from alleged.archives.services import services
    from alleged.cli.progress import find_project, read_records

    if missing == bool(sources) and not (recheck and not missing):
        raise click.UsageError("name sources, or give --missing")
    if recheck and (missing or titles or copy or warc):
        raise click.UsageError("--recheck goes with names of sources, and with --write")
    if bool(at) > bool(copy) or (copy and len(sources) != 1):
        raise click.UsageError("--copy goes with one source, and --at with --copy")
    if limit and not missing:
        raise click.UsageError("--limit goes with --missing")
    if titles and not write:
        raise click.UsageError("--titles goes with --write")
    project = find_project()
    corpus = read_records(project)
    asked = services(os.environ, datetime.now(UTC).date().isoformat())
    chosen = _chosen(corpus, sources, missing)
    if limit:
        chosen = portion(chosen, limit, asked.today)
    if recheck:
        return _recheck(project, corpus, asked, chosen, write, as_json, quiet)
    if copy:
        return _propose(project, corpus, [_given(chosen[0], copy, at)], write, titles, as_json)
    results = list(_search(project, corpus, asked, chosen, warc, as_json, quiet))
    return _propose(project, corpus, results, write, titles, as_json)


def _chosen(corpus: "Corpus", names: tuple[str, ...], missing: bool) -> "list[Record]":
    from alleged.archives import searching
    from alleged.errors import UnknownNameError
    from alleged.schemas.vocabularies import closest

    for name in names:
        if name not in corpus.sources:
            close = closest(name, corpus.sources)
            hint = f"; did you mean {close[0]!r}?" if close else "; look for it with  alleged find"
            raise UnknownNameError(f"there is no source {name!r}{hint}")
    if missing:
        return searching.missing(corpus)
    return [corpus.sources[name] for name in dict.fromkeys(names)] or [
        source for source in corpus.active("sources") if "url" in source.data
    ]


def _given(source: "Record", address: str, day: str | None) -> "Result":
    from alleged.dates import parse
    from alleged.editing.archived import given
    from alleged.errors import AllegedError
    from alleged.text.urls import flaw, snapshot

    if wrong := flaw(address):
        raise AllegedError(f"{address!r} {wrong}")
    if day:
        parse(day)
    named = snapshot(address)
    return given(source, address, day or (named.day if named else ""))


def _search(
    project: "Project",
    corpus: "Corpus",
    asked: "Services",
    sources: "Sequence[Record]",
    warc: bool,
    as_json: bool,
    quiet: bool,
) -> "Iterator[Result]":
    from alleged.archives.journal import Journal
    from alleged.archives.searching import minutes, search, to_ask
    from alleged.cli.printing import echo
    from alleged.cli.progress import execution

    journal = Journal(project)
    open_ones = len(to_ask(sources, journal, asked))
    time = minutes(open_ones, asked)
    known = f", {len(sources) - open_ones} answered before" if open_ones < len(sources) else ""
    how = "with saving" if asked.keys else "without saving, since no keys are set"
    echo(f"{open_ones} sources to ask for{known}: {time.least} to {time.most} minutes ({how})", err=True)
    with execution(quiet=quiet) as settings, settings.progress.stage("asking archives", len(sources)) as progress:
        for number, result in enumerate(search(project, corpus, asked, sources, journal, warc), start=1):
            if not as_json:
                echo(*_lines(result, corpus))
            progress.advance(number, 0)
            yield result


def _lines(result: "Result", corpus: "Corpus") -> "Iterator[str]":
    quotes = f"  ({result.quotes - len(result.lost)} of {result.quotes} quotes in it)" if result.quotes else ""
    yield f"{result.source}: {result.state}{f'  {result.copy}' if result.copy else ''}{quotes}"
    if result.note:
        yield f"  {result.note}"
    yield from (
        f"  not in it: {quote!r}; compare with  alleged check --quotes {result.source}" for quote in result.lost
    )
    yield from (f"  the page states {name}: {value}" for name, value in _stated(result, corpus))


def _stated(result: "Result", corpus: "Corpus") -> "Iterator[tuple[str, str]]":
    """Yield what the page states and the record lacks, or has otherwise."""
    from alleged.text.urls import page_of

    record = corpus.sources[result.source]
    if result.title and "title" not in record.data:
        yield "title", result.title
    if result.published and not record["published"].startswith(result.published):
        yield "published", f"{result.published} (recorded: {record['published']})"
    if result.lang and result.lang.partition("-")[0].lower() != record["lang"].partition("-")[0]:
        yield "lang", f"{result.lang} (recorded: {record['lang']})"
    if result.address and page_of(result.address) != page_of(result.url):
        yield "url", f"{result.address} (recorded: {result.url})"


def _propose(
    project: "Project", corpus: "Corpus", results: "Iterable[Result]", write: bool, titles: bool, as_json: bool
) -> int:
    from collections import Counter

    from alleged.cli.printing import echo, echo_json
    from alleged.editing import archived

    every = list(results)
    proposed = [proposal for proposal in archived.proposals(corpus, every, titles) if not proposal.is_empty]
    if as_json:
        echo_json([result._asdict() for result in every])
    states = Counter(result.state for result in every)
    echo(
        f"{len(every)} sources: {', '.join(f'{number} {state}' for state, number in sorted(states.items()))}", err=True
    )
    if write:
        changed = archived.write(project, proposed)
        for path, ids in changed.items():
            echo(_changed(path, ids), err=True)
    elif proposed:
        if not as_json:
            echo(*(line for proposal in proposed for line in _fields(proposal)))
        echo(f"{len(proposed)} sources would change; write it with --write", err=True)
    return 0


def _changed(path: str, ids: list[str]) -> str:
    more = f" and {len(ids) - MOST_NAMES} more" if len(ids) > MOST_NAMES else ""
    return f"{path}: changed {', '.join(ids[:MOST_NAMES])}{more}"


def _fields(proposal: "Proposal") -> "Iterator[str]":
    place = proposal.source.at("id").place
    yield f"{place.path}:{place.line}: {proposal.source.id} would get"
    if proposal.archived:
        entry = ", ".join(f"{name}: {value}" for name, value in proposal.archived.items())
        yield f"  archived: [{{{entry}}}]"
    yield from (f"  {name}: {text}" for name, text in proposal.texts.items())


def _recheck(
    project: "Project",
    corpus: "Corpus",
    asked: "Services",
    sources: "Sequence[Record]",
    write: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    from collections import Counter

    from alleged.archives.rechecking import least_minutes, recheck
    from alleged.cli.printing import echo, echo_json
    from alleged.cli.progress import execution
    from alleged.editing import archived

    echo(f"{len(sources)} pages to read: at least {least_minutes(sources)} minutes", err=True)
    every: list[Health] = []
    with execution(quiet=quiet) as settings, settings.progress.stage("reading pages", len(sources)) as progress:
        for health in recheck(project, corpus, asked, sources):
            every.append(health)
            if not as_json:
                echo(*_health_lines(health))
            progress.advance(len(every), 0)
    if as_json:
        echo_json([health._asdict() for health in every])
    states = Counter(health.state for health in every)
    asking = sum(health.ask for health in every)
    counts = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    echo(f"{len(every)} pages: {counts}; {asking} to be looked at by a person", err=True)
    if write:
        for path, ids in archived.write(project, archived.checks(corpus, every, asked.today)).items():
            echo(_changed(path, ids), err=True)
    return 1 if asking else 0


def _health_lines(health: "Health") -> "Iterator[str]":
    look = "look at it" if health.ask else ""
    yield "  ".join(filter(None, (f"{health.source}: {health.state}", health.note, look)))
    yield from (f"  no longer there: {quote!r}" for quote in health.lost)
    yield from (f"  {edit}" for edit in health.edits[:MOST_EDITS])
    if len(health.edits) > MOST_EDITS:
        yield f"  and {len(health.edits) - MOST_EDITS} more paragraphs"
