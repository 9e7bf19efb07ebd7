"""Compare two states of the records: which were added, edited, withdrawn or contradicted."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from alleged.records.corpus import Corpus, Record
from alleged.records.record import REDACTED
from alleged.schemas.definitions import KINDS

AGAINST = ("contradicts", "corrects", "denies", "disputes", "retracts")
"""Types of relation by which a later claim contradicts an earlier one."""

PARTS = ("sources", "quantities", "relations")
"""Fields of claims that are compared entry by entry."""


NOUNS = {
    "quantities": "figure",
    "sources": "printing",
    "relations": "link",
    "recorded": "recording",
    "response_sought": "looked-for answer",
}
"""What fields are called in a headline, where the name of the field says little."""

MOST_FIELDS = 4
"""Fields that a headline names; of the others it gives the number."""


class Edit(NamedTuple):
    """A field whose value changed; None means that the field is missing. `path` is as `sources[0].quote`."""

    path: str
    before: Any
    after: Any


class Change(NamedTuple):
    """The change of one record.

    `change` is `added`, `edited`, `re-sourced` (only its appearances changed), `withdrawn`, `superseded`,
    `redacted` (its texts were removed, and are not in the edits either), `contradicted` (by other claims, which `by`
    names) or `removed` (deleted without a reason).
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
        """The records that were deleted without having been withdrawn."""
        return tuple(change for change in self.changes if change.change == "removed")


def compare(before: Corpus, after: Corpus) -> Comparison:
    """Return the changes between two states of the records; the files that they are in do not matter.

    Records are compared as plain data, so that each state may be of schemas of its own.
    """
    changes: list[Change] = []
    for kind in KINDS:
        old, new = before.of_kind(kind), after.of_kind(kind)
        changes += [change for i in new if (change := _change(old.get(i), new[i]))]
        changes += [Change(kind, i, "removed") for i in old if i not in new]
    changes += _contradicted(before, after)
    order = {kind: n for n, kind in enumerate(KINDS)}
    counts = {kind: (len(before.of_kind(kind)), len(after.of_kind(kind))) for kind in KINDS}
    return Comparison(tuple(sorted(changes, key=lambda c: (order[c.kind], c.id, c.change))), counts)


def _change(old: Record | None, new: Record) -> Change | None:
    """Return the change of a record; the only edit of a new one is the whole record."""
    if old is None:
        return Change(new.kind, new.id, "added", (Edit("", None, dict(new.data)),))
    if old.data == new.data:
        return None
    if new.redacted and not old.redacted:
        reason = new.get("status_reason") or new["note"]
        return Change(new.kind, new.id, "redacted", (), reason.removeprefix(REDACTED).strip())
    edits = tuple(_edits(old.data, new.data))
    status, reason = new.get("status", "active"), new.get("status_reason", "")
    if status != old.get("status", "active") and status in ("withdrawn", "superseded"):
        return Change(new.kind, new.id, status, edits, reason)
    only_sources = all(edit.path.startswith("sources[") and "." not in edit.path for edit in edits)
    return Change(new.kind, new.id, "re-sourced" if only_sources else "edited", edits)


def _contradicted(before: Corpus, after: Corpus) -> Iterator[Change]:
    """Yield the claims of both states that another claim contradicts now and did not before."""
    old, new = _opponents(before), _opponents(after)
    for claim_id in new:
        by = tuple(sorted(new[claim_id] - old.get(claim_id, set())))
        if by and claim_id in before.claims and claim_id in after.claims:
            yield Change("claims", claim_id, "contradicted", by=by)


def _opponents(corpus: Corpus) -> dict[str, set[str]]:
    """Return the ids of the claims that contradict each claim."""
    opponents: dict[str, set[str]] = {}
    for claim in corpus.claims.values():
        relations = claim.get("relations")
        for relation in relations if _are_mappings(relations) else ():
            if relation.get("type") in AGAINST:
                opponents.setdefault(str(relation.get("to")), set()).add(claim.id)
    return opponents


def _edits(old: Mapping[str, Any], new: Mapping[str, Any], path: str = "") -> Iterator[Edit]:
    for name in dict.fromkeys((*old, *new)):
        here = f"{path}.{name}" if path else name
        yield from _edit(here, old.get(name), new.get(name))


def _edit(path: str, old: Any, new: Any) -> Iterator[Edit]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _edits(old, new, path)
    elif path in PARTS and _are_mappings(old or []) and _are_mappings(new or []):
        yield from _entries(path, old or [], new or [])
    else:
        yield Edit(path, old, new)


def _entries(path: str, old: list[Any], new: list[Any]) -> Iterator[Edit]:
    """Match the entries of two lists: first equal ones, then those with the same key, in order."""
    removed = [entry for entry in old if entry not in new]
    added = [(i, entry) for i, entry in enumerate(new) if entry not in old]
    for i, entry in added:
        partner = next((other for other in removed if _key(other) == _key(entry)), None)
        if partner is None:
            yield Edit(f"{path}[{i}]", None, entry)
        else:
            removed.remove(partner)
            yield from _edits(partner, entry, f"{path}[{i}]")
    yield from (Edit(f"{path}[{old.index(entry)}]", entry, None) for entry in removed)


def _are_mappings(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, dict) for value in values)


def _key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what identifies an entry in its list: the source, or type and target of a relation, or unit and item."""
    return tuple(entry.get(name) for name in ("id", "type", "to", "unit", "item"))


def as_data(change: Change) -> dict[str, Any]:
    """Return a change as JSON data: kind, id, change and, if there are any, fields, reason and `by`."""
    data: dict[str, Any] = {"kind": change.kind, "id": change.id, "change": change.change}
    if change.change != "added":
        data |= {"fields": [edit._asdict() for edit in change.edits]} if change.edits else {}
    data |= {"reason": change.reason} if change.reason else {}
    return data | ({"by": list(change.by)} if change.by else {})


def headline(comparison: Comparison) -> str:
    """Return the changes in one line, as "9 claims on 4 articles added, 1 figure edited"."""
    kinds: Counter[tuple[str, str]] = Counter()
    fields: Counter[str] = Counter()
    for change in comparison.changes:
        if change.change == "edited":
            fields.update(dict.fromkeys((_noun(edit.path) for edit in change.edits), 1))
        else:
            kinds[KINDS[change.kind], change.change] += 1
    order = [(noun, change) for noun, change in kinds if noun == "claim"]
    order += [named for named in kinds if named not in order]
    parts = [f"{_number(kinds[named], named[0])}{_articles(named, comparison)} {named[1]}" for named in order]
    parts += [f"{_number(number, noun)} edited" for noun, number in fields.most_common(MOST_FIELDS)]
    if (others := len(fields) - MOST_FIELDS) > 0:
        parts.append(f"{_number(others, 'other field')} edited")
    return ", ".join(parts) or "nothing changed"


def _articles(named: tuple[str, str], comparison: Comparison) -> str:
    """Return on how many articles claims were added: the first source of each."""
    if named != ("claim", "added"):
        return ""
    added = (c.edits[0].after for c in comparison.changes if (c.kind, c.change) == ("claims", "added"))
    shown = [data["sources"] for data in added if _are_mappings(data.get("sources"))]
    first = {str(sources[0].get("id")) for sources in shown if sources}
    return f" on {_number(len(first), 'article')}" if first else ""


def _noun(path: str) -> str:
    """Return what a field is called in a headline."""
    if path.startswith("sources[") and "." in path:
        return path.rpartition(".")[2]
    top = path.partition("[")[0].partition(".")[0]
    return NOUNS.get(top, top.replace("_", " "))


def _number(number: int, noun: str) -> str:
    if number == 1 or noun.endswith(("s", "evidence", "said", "when")):
        return f"{number} {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
