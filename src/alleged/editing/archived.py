"""Write into the records what archives have: the snapshot of a source, the day it was read, the digest of its text."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from alleged.archives.health import Health
from alleged.archives.journal import Result
from alleged.editing.single_fields import with_entry, with_field, with_mapping, with_value
from alleged.errors import AllegedError, StyleError
from alleged.issues import ValuePath
from alleged.project import Project
from alleged.reader import Document, FileText, parse_text, rewrite
from alleged.records.corpus import Corpus
from alleged.records.record import Record
from alleged.schemas.definitions import fields


class Proposal(NamedTuple):
    """New fields of a source: `archived` as the fields of its one entry, `checked` as its fields, others as texts.

    Only `checked` may replace what is there.
    """

    source: Record
    archived: Mapping[str, str] = {}
    texts: Mapping[str, str] = {}
    checked: Mapping[str, str] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.archived and not self.texts and not self.checked


def proposals(corpus: Corpus, results: Iterable[Result], titles: bool = False) -> Iterator[Proposal]:
    """Yield what may be written: no field that is there already, and no digest of a text that lacks a quote.

    A text that several sources have is a notice of the site, or a copy that the record must name: no digest is written.
    """
    results = list(results)
    digests = Counter(source["text_sha256"] for source in corpus.sources.values() if "text_sha256" in source.data)
    digests.update(result.text_sha256 for result in results if "text_sha256" not in corpus.sources[result.source].data)
    for result in results:
        source = corpus.sources[result.source]
        archived: dict[str, str] = {}
        if result.copy and "archived" not in source.data:
            archived = {"uri": result.copy, **({"at": result.day} if result.day else {})}
        texts: dict[str, str] = {}
        if titles and result.title and not result.lost:
            texts["title"] = result.title
        if result.warc_sha256:
            texts["file_sha256"] = result.warc_sha256
        if result.text_sha256 and not result.lost and digests[result.text_sha256] == 1:
            texts["text_sha256"] = result.text_sha256
            if _first_reading(corpus, source, result.read_on):
                texts["retrieved"] = result.read_on
        yield Proposal(source, archived, {name: text for name, text in texts.items() if name not in source.data})


RECORDED = {
    **{state: state for state in ("same", "added", "moved", "edited", "unreadable", "refused")},
    "quote gone": "quote-gone",
    "page gone": "page-gone",
    "not compared": "not-compared",
    "first reading": "not-compared",
}
"""Code of `page-state` for each state of a page that is recorded; of a site that did not answer, nothing is known."""


def checks(corpus: Corpus, pages: Iterable[Health], day: str) -> Iterator[Proposal]:
    """Yield how pages were on a day, to be written into the records."""
    for page in pages:
        source = corpus.sources[page.source]
        if page.state in RECORDED and "url" in source.data:
            yield Proposal(source, checked={"on": day, "state": RECORDED[page.state]})


def _first_reading(corpus: Corpus, source: Record, day: str) -> bool:
    """Whether no claim was recorded from a source before a day; `retrieved` is the day of the first reading."""
    return all(
        claim["recorded"]["on"] >= day
        for claim in corpus.claims.values()
        if any(appearance["id"] == source.id for appearance in claim["sources"])
    )


def write(project: Project, proposed: Iterable[Proposal]) -> dict[str, list[str]]:
    """Write proposals into the record files, and return the ids of the changed sources by path.

    Raises:
        StyleError: A file could not be read afterwards, or another value would change; nothing was written to it.
        EnvironmentFailure: A file cannot be written, or another program has changed it.
    """
    by_file: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in proposed:
        if not proposal.is_empty:
            by_file[proposal.source.file.path].append(proposal)
    for path, changes in by_file.items():
        before = after = changes[0].source.file.text.content
        for proposal in changes:
            after = _with(after, proposal)
        _require_only(project, path, before, after, changes)
        rewrite(path, project, before, after)
    return {path: [proposal.source.id for proposal in changes] for path, changes in by_file.items()}


def _with(content: bytes, proposal: Proposal) -> bytes:
    source = proposal.source
    own: ValuePath = (source.kind, source.index)
    order = [str(field.path[0]) for field in fields(source.kind)]
    if proposal.archived:
        content = with_entry(content, (*own, "archived"), proposal.archived, order)
    for name, text in proposal.texts.items():
        content = with_field(content, (*own, name), text, order)
    if "checked" in source.data:
        for name, text in proposal.checked.items():
            content = with_value(content, (*own, "checked", name), text)
    elif proposal.checked:
        content = with_mapping(content, (*own, "checked"), proposal.checked, order)
    return content


def _require_only(project: Project, path: str, before: bytes, after: bytes, changes: Iterable[Proposal]) -> None:
    """Raise a StyleError unless a changed file can be read and has exactly the new fields more."""
    old, new = (parse_text(FileText(path, content), project) for content in (before, after))
    if not isinstance(old, Document) or not isinstance(new, Document):
        raise StyleError(f"{path} is not changed, since it could not be read then; run 'alleged fmt {path}' first")
    wanted = [dict(source) for source in old.data["sources"]]
    for proposal in changes:
        added = {"archived": [dict(proposal.archived)]} if proposal.archived else {}
        checked = {"checked": dict(proposal.checked)} if proposal.checked else {}
        wanted[proposal.source.index] |= {**added, **checked, **proposal.texts}
    if {**old.data, "sources": wanted} != new.data:
        raise StyleError(f"{path} is not changed, since another value would change; run 'alleged fmt {path}' first")


def given(source: Record, address: str, day: str) -> Result:
    """Return the result for a snapshot that a curator names.

    Raises:
        AllegedError: The source has a snapshot already.
    """
    if "archived" in source.data:
        raise AllegedError(
            f"{source.id} has a snapshot already; add another one by hand under `archived` in {source.file.path}"
        )
    return Result(source.id, source.get("url", ""), "already", address, day, "given by hand")
