"""What changed between two states of the records, in a reviewer's words: added, edited, withdrawn, contradicted."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from alleged.changes import revisions
from alleged.errors import UnknownNameError
from alleged.project import Project
from alleged.records.corpus import Corpus, Record, read
from alleged.schemas.definitions import KINDS

AGAINST = ("contradicts", "corrects", "denies", "disputes", "retracts")
"""Types of relation by which a later claim speaks against an earlier one."""

PARTS = ("sources", "quantities", "relations")
"""Fields of claims that are lists of entries; an entry added or gone is told as such."""


class Edit(NamedTuple):
    """A field whose value changed; None where there was or is none. `path` is as `sources[0].quote`."""

    path: str
    before: Any
    after: Any


class Change(NamedTuple):
    """What happened to one record.

    `change` is `added`, `edited`, `re-sourced` (only its appearances changed), `withdrawn`, `superseded`,
    `contradicted` (a claim now speaks against it; `by` names these) or `removed` (gone without a reason).
    """

    kind: str
    id: str
    change: str
    edits: tuple[Edit, ...] = ()
    reason: str = ""
    by: tuple[str, ...] = ()


class Comparison(NamedTuple):
    """All changes, by kind and id, and the number of records of each kind before and after."""

    changes: tuple[Change, ...]
    counts: Mapping[str, tuple[int, int]]

    @property
    def removed(self) -> tuple[Change, ...]:
        """The records that are gone without having been withdrawn."""
        return tuple(change for change in self.changes if change.change == "removed")


def between(project: Project, before: str, after: str | None = None) -> Comparison:
    """Return what changed between two revisions or releases; without the second, to the records as they lie there.

    Raises:
        UnknownNameError: There is no such revision, or its records cannot be read.
        EnvironmentFailure: The project is no git checkout.
    """
    with revisions.at(project, before) as old:
        first = _sound(old, before)
        if after is None:
            return compare(first, _sound(project, "the working tree"))
        with revisions.at(project, after) as new:
            return compare(first, _sound(new, after))


def _sound(project: Project, name: str) -> Corpus:
    found = read(project)
    if found.issues:
        raise UnknownNameError(f"some records of {name} cannot be read: {found.issues[0].message}; run 'alleged check'")
    return found.corpus


def compare(before: Corpus, after: Corpus) -> Comparison:
    """Return what changed from one state of the records to the other; where a file lies does not matter."""
    found: list[Change] = []
    for kind in KINDS:
        old, new = before.of_kind(kind), after.of_kind(kind)
        found += [change for i in new if (change := _changed(old.get(i), new[i]))]
        found += [Change(kind, i, "removed") for i in old if i not in new]
    found += _contradicted(before, after)
    order = {kind: n for n, kind in enumerate(KINDS)}
    counts = {kind: (len(before.of_kind(kind)), len(after.of_kind(kind))) for kind in KINDS}
    return Comparison(tuple(sorted(found, key=lambda c: (order[c.kind], c.id, c.change))), counts)


def _changed(old: Record | None, new: Record) -> Change | None:
    """Return what happened to a record; the one edit of a new one is the record itself."""
    if old is None:
        return Change(new.kind, new.id, "added", (Edit("", None, dict(new.data)),))
    if old.data == new.data:
        return None
    edits = tuple(_edits(old.data, new.data))
    status, reason = new.get("status", "active"), new.get("status_reason", "")
    if status != old.get("status", "active") and status != "active":
        return Change(new.kind, new.id, status, edits, reason)
    only_sources = all(edit.path.startswith("sources[") and "." not in edit.path for edit in edits)
    return Change(new.kind, new.id, "re-sourced" if only_sources else "edited", edits)


def _contradicted(before: Corpus, after: Corpus) -> Iterator[Change]:
    """Yield the claims of both states against which a claim speaks that did not do so before."""
    old, new = _against(before), _against(after)
    for claim_id in new:
        by = tuple(sorted(new[claim_id] - old.get(claim_id, set())))
        if by and claim_id in before.claims and claim_id in after.claims:
            yield Change("claims", claim_id, "contradicted", by=by)


def _against(corpus: Corpus) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for claim in corpus.claims.values():
        for relation in claim.get("relations", ()):
            if relation["type"] in AGAINST:
                found.setdefault(relation["to"], set()).add(claim.id)
    return found


def _edits(old: Mapping[str, Any], new: Mapping[str, Any], path: str = "") -> Iterator[Edit]:
    for name in dict.fromkeys((*old, *new)):
        here = f"{path}.{name}" if path else name
        yield from _edit(here, old.get(name), new.get(name))


def _edit(path: str, old: Any, new: Any) -> Iterator[Edit]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _edits(old, new, path)
    elif path in PARTS and isinstance(old or [], list) and isinstance(new or [], list):
        yield from _entries(path, old or [], new or [])
    else:
        yield Edit(path, old, new)


def _entries(path: str, old: list[Any], new: list[Any]) -> Iterator[Edit]:
    """Match the entries of two lists: equal ones first, then those that name the same thing, in order."""
    gone = [entry for entry in old if entry not in new]
    come = [(i, entry) for i, entry in enumerate(new) if entry not in old]
    for i, entry in come:
        partner = next((g for g in gone if _names(g) == _names(entry)), None)
        if partner is None:
            yield Edit(f"{path}[{i}]", None, entry)
        else:
            gone.remove(partner)
            yield from _edits(partner, entry, f"{path}[{i}]")
    yield from (Edit(f"{path}[{old.index(entry)}]", entry, None) for entry in gone)


def _names(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells an entry from its neighbours: its source, or the type and target of a relation, or its unit."""
    return tuple(entry.get(name) for name in ("id", "type", "to", "unit", "item"))


def as_data(change: Change) -> dict[str, Any]:
    """Return a change as data: kind, id, change, and what there is of fields, reason and the claims that did it."""
    data: dict[str, Any] = {"kind": change.kind, "id": change.id, "change": change.change}
    if change.change != "added":
        data |= {"fields": [edit._asdict() for edit in change.edits]} if change.edits else {}
    data |= {"reason": change.reason} if change.reason else {}
    return data | ({"by": list(change.by)} if change.by else {})


def headline(found: Comparison) -> str:
    """Return the changes in one line, as "2 claims added, 1 quote edited"."""
    parts: Counter[str] = Counter()
    for change in found.changes:
        if change.change == "edited":
            parts.update(dict.fromkeys((f"{_field(edit.path)} edited" for edit in change.edits), 1))
        else:
            parts[f"{KINDS[change.kind]} {change.change}"] += 1
    if not parts:
        return "nothing changed"
    return ", ".join(f"{number} {_plural(what, number)}" for what, number in parts.items())


def _field(path: str) -> str:
    return path.rpartition(".")[2].partition("[")[0]


def _plural(what: str, number: int) -> str:
    word, _, rest = what.partition(" ")
    if number == 1 or word.endswith(("s", "evidence", "said", "when")):
        return what
    return f"{word[:-1]}ies {rest}" if word.endswith("y") else f"{word}s {rest}"
