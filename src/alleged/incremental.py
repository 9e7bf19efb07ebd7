"""Judge only what a change can affect, with an index of what was judged before.

A bundle is judged again if it changed, or if it looked up a record that changed. A record is compared again if one of
its keys is a key of such a bundle, before or after. All else is as the index has it. This works for records that pass
the early stages; `update` says if they do not, and then the whole corpus must be judged.
"""

import json
from collections import Counter
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from alleged.execution import Execution, portions
from alleged.index import Entry, Index, Key, Member, SharedIdError, Stamped, Store, hashed
from alleged.issues import Issue, Suggestion, Waived
from alleged.project import Project
from alleged.reader.open_file import name_issue
from alleged.records.bundles import PORTION_BYTES, block_of, bundle_of, file_size, read_texts
from alleged.records.corpus import Corpus
from alleged.records.record import CANONICAL, Record, RecordPlace, picker
from alleged.records.view import view
from alleged.rules import RULES, STAGES, Finding, Rule, waivers
from alleged.rules.rule import For
from alleged.schemas.definitions import marked

GROUP = 2_000
"""Records that are compared at a time, besides those that share a key with them."""

MANY = 16
"""Judged bundles from which it takes longer to judge them again than to store the index."""

SLICE = 500
"""Stored bundles that are loaded at a time."""

HELD = 20_000
"""Records of a large project that are held in memory at a time, to be looked up: 70 MB."""

PORTION = 100
"""Bundles that one process judges at a time."""

SOUND_ENTRY = 5
"""Number of parts of a bundle's entry without issues."""

EARLY = [rule for rule in RULES.values() if rule.stage != STAGES[-1] and not rule.whole_corpus]
NEAR = [rule for rule in RULES.values() if rule.stage == STAGES[-1] and rule.is_near]
COMPARING = [rule for rule in RULES.values() if rule.stage == STAGES[-1] and (rule.by or rule.over)]
SPACES: list[list[Rule]] = [
    [rule for rule in COMPARING if (rule.by or rule.over) is function]
    for function in dict.fromkeys(rule.by or rule.over for rule in COMPARING)
]
"""Rules that compare records, those with the same keys or edges together; the index names them by their place here."""

TRACED = ("actors", "sources", "topics")
"""Kinds of record through which rules follow references: to who speaks, to the original of a copy, to who is meant."""

DATED = "recorded-in-the-future"
"""The rule whose findings end with a day that comes."""


class UnsoundError(Exception):
    """Records do not pass the early stages, or they changed meanwhile."""


@dataclass
class Records:
    """The records of a project by where they are; of a `large` one, only so many are in memory at a time.

    `like` is a corpus without records, with the settings, the own codes and the ids of the last release.
    """

    project: Project
    index: Index
    store: Store
    like: Corpus
    large: bool = False
    paths: dict[int, tuple[str, str]] = field(default_factory=dict)
    held: dict[int, list[Record]] = field(default_factory=dict)
    found: dict[str, Record] = field(default_factory=dict)
    size: int = 0

    def of_bundle(self, n: int) -> list[Record]:
        """Return the records of a bundle, in their order.

        Raises:
            UnsoundError: Its file has changed.
        """
        if n in self.held:
            self.held[n] = self.held.pop(n)  # the last to be forgotten
            return self.held[n]
        path, digest = self.paths[n]
        entry = self.store.load([digest]).get(digest) or _sound_entry(self.project, path, digest)
        self.held[n] = list(bundle_of([path, digest, *entry], self.project).records)
        self.size += len(self.held[n])
        while self.large and self.size > HELD and len(self.held) > 1:
            oldest = self.held.pop(next(iter(self.held)))
            self.size -= len(oldest)
            for record in oldest:
                self.found.pop(record.id, None)
        return self.held[n]

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each bundle by its path."""
        return dict(self.paths.values())

    def find(self, id: str) -> Record | None:
        """Return the record with an id, or None."""
        if id not in self.found:
            member = self.index.where(id)
            if member is None:
                return None
            self.found[id] = self.at(member)
        return self.found[id]

    def at(self, member: Member) -> Record:
        """Return the record at a place of a bundle."""
        return self.of_bundle(member.bundle)[member.place]


def update(records: Records, digests: Mapping[str, str], today: str, execution: Execution) -> int:
    """Bring an index up to the state of a project, and return how many bundles were judged.

    `digests` are those of all record files by path, in their order.

    Raises:
        UnsoundError: Records do not pass the early stages; the index is of no use any more.
        index.UNUSABLE: The index is not what it should be.
    """
    index = records.index
    if len({path.casefold() for path in digests}) < len(digests):
        raise UnsoundError("names of files differ only in upper and lower case")
    known = index.bundles()
    gone = {n: path for path, (n, digest) in known.items() if digests.get(path) != digest}
    changed = [path for path, digest in digests.items() if known.get(path, (0, ""))[1] != digest]
    before, kept = _placed(index, gone), index.shared_at(gone)
    keys_before = {id: index.keys_of([placed.member]) for id, placed in before.items()}
    index.remove(gone)
    records.paths = {n: (path, digest) for path, (n, digest) in known.items() if n not in gone}
    new = dict(_add(records, changed, digests, execution))
    after = _placed(index, new)
    altered, shown = _altered(before, after)
    _require_former(before.keys() - after.keys(), records.like)
    traced = _traced(records, shown)
    shown |= {id for id, placed in after.items() if not traced.isdisjoint(_named(records.at(placed.member)))}
    affected = (index.users(map(hashed, traced)) | {*_dated(records, today)}) - new.keys()
    others = [*index.members(affected)]
    touched = Touched()
    touched.add(index.keys_of(others))
    _judge(records, sorted(affected | new.keys()), execution)
    touched.add(index.keys_of(others))
    for id in altered | shown:
        keys_after = index.keys_of([after[id].member]) if id in after else {}
        touched.replace(keys_before.get(id, {}), keys_after, summary_only=id not in shown)
    _keep(records, kept, before, after, shown)
    ranks = {path: rank for rank, path in enumerate(digests)}
    for space, keys in sorted(touched.keys.items()):
        _compare(records, space, keys, ranks, execution)
    index.day = today
    return len(affected | new.keys())


class Placed(NamedTuple):
    """Where a record is and was, and its digests."""

    member: Member
    path: str
    record: Stamped


def _placed(index: Index, bundles: Mapping[int, str]) -> dict[str, Placed]:
    """Return the records of some bundles by id, in their order."""
    members = index.members(bundles).items()
    return {record.id: Placed(member, bundles[member.bundle], record) for member, record in members}


@dataclass
class Touched:
    """Keys by space, for which records must be compared again."""

    keys: dict[int, set[int]] = field(default_factory=dict)

    def add(self, more: Mapping[int, set[int]]) -> None:
        """Add keys of unchanged records that refer to changed ones; edges do not depend on these."""
        for space, keys in more.items():
            if not SPACES[space][0].over:
                self.keys.setdefault(space, set()).update(keys)

    def replace(self, before: Mapping[int, set[int]], after: Mapping[int, set[int]], summary_only: bool) -> None:
        """Add the keys of an altered record; over edges, only those that are new or gone, since they say all."""
        for space in before.keys() | after.keys():
            old, new = before.get(space, set()), after.get(space, set())
            if summary_only and not any(rule.summaries for rule in SPACES[space]):
                continue
            if touched := old ^ new if SPACES[space][0].over else old | new:
                self.keys.setdefault(space, set()).update(touched)


def _altered(before: Mapping[str, Placed], after: Mapping[str, Placed]) -> tuple[set[str], set[str]]:
    """Return the ids of records that were added, removed, changed, moved or put in another order.

    The second set are those of which others see that.
    """
    both = before.keys() & after.keys()
    shown = before.keys() ^ after.keys()
    shown |= {id for id in both if _seen(before[id]) != _seen(after[id])}
    for path in {placed.path for placed in before.values()}:
        order = [id for id, placed in before.items() if placed.path == path and id in both]
        if order != [id for id, placed in after.items() if placed.path == path and id in both]:
            shown.update(order)
    return shown | {id for id in both if before[id].record != after[id].record}, shown


def _seen(placed: Placed) -> tuple[str, str, int]:
    return placed.path, placed.record.kind, placed.record.shown


def _keep(
    records: Records,
    kept: Iterable[tuple[Member, int, str]],
    before: Mapping[str, Placed],
    after: Mapping[str, Placed],
    shown: Container[str],
) -> None:
    """Store again the findings at records that others see as they were; those that are compared again are replaced."""
    ids = {placed.member: id for id, placed in before.items()}
    for member, space, finding in kept:
        if (id := ids[member]) not in shown:
            n, place = here = after[id].member
            name, _, _, *rest = json.loads(finding)
            waiver = _waiver(RULES[name], records.at(here))
            records.index.replace_shared(space, [], [(n, place, json.dumps([name, place, waiver, *rest]))])


def found(records: Records) -> tuple[list[Issue], list[Waived]]:
    """Return the issues of an index, those of needless waivers included, and the findings that are allowed."""
    findings = [(n, *finding) for n, finding in records.index.findings()]
    broken = {(n, place, name) for n, name, place, *_ in findings}
    issues: list[Issue] = []
    waived: list[Waived] = []
    for n, name, place, waiver, message, *rest in sorted(findings, key=lambda f: records.paths[f[0]]):  # file by file
        if waiver:
            id, line, reason = waiver
            waived.append(Waived(records.paths[n][0], line, name, id, message, reason))
        else:
            issues.append(RULES[name].issue(_decoded(records, n, place, message, *rest)))
    for n, (place, i, name) in records.index.waivers():
        if (n, place, name) not in broken:
            where = records.of_bundle(n)[place].at("allow", i, "rule")
            needless = Finding(where, *waivers.needless(name))
            issues.append(RULES["needless-waiver"].issue(needless))
    return issues, waived


def _named(record: Record) -> Iterator[str]:
    for reference in marked(record.kind, "x-kinds"):
        yield from picker(reference.path)(record.data)


def _traced(records: Records, altered: Iterable[str]) -> set[str]:
    """Return the ids of altered records, and of those through which they are reached."""
    reached, queue = set(altered), [*altered]
    for id in queue:  # grows during the walk
        for member in records.index.through(hashed(id)):
            if (name := records.at(member).id) not in reached:
                reached.add(name)
                queue.append(name)
    return reached


def _require_former(missing: Iterable[str], like: Corpus) -> None:
    if any(id in ids for ids in (like.former or {}).values() for id in missing):
        raise UnsoundError("a released id is missing")


def _dated(records: Records, today: str) -> Iterator[int]:
    """Yield the bundles in which a day had not come yet when they were judged."""
    day = records.index.day
    if day and day > today:
        raise UnsoundError("the clock was set back")
    if day and day != today:
        yield from {n for n, (name, *_) in records.index.findings() if name == DATED}


# Reading.


def _add(
    records: Records, paths: Sequence[str], digests: Mapping[str, str], execution: Execution
) -> Iterator[tuple[int, str]]:
    """Read bundles, add them to the index, and yield the number and path of each."""
    project, store = records.project, records.store
    known = store.known(digests[path] for path in paths)
    unread = [path for path in paths if digests[path] not in known]
    if any(name_issue(path, project) for path in unread):
        raise UnsoundError("an odd file name")
    files = [project.root / path for path in unread]
    tasks = portions(((path, file_size(path, project)) for path in files), PORTION_BYTES)
    store.close()  # other processes must not use it
    done = 0
    with execution.progress.stage("reading", len(unread)) as progress:
        for block in execution.spread(block_of, project, tasks, load=partial(read_texts, project=project)):
            entries = {line: json.loads(line) for line in block.split(b"\n")}
            sound = {line: entry for line, entry in entries.items() if len(entry) == SOUND_ENTRY}
            store.add({entry[1]: line for line, entry in sound.items()})
            if len(sound) < len(entries) or any(entry[1] != digests[entry[0]] for entry in sound.values()):
                raise UnsoundError("a file has issues, or has changed")
            yield from (_numbered(records, entry) for entry in sound.values())
            done += len(entries)
            progress.advance(done, 0)
    stored = [path for path in paths if digests[path] in known]
    for start in range(0, len(stored), SLICE):
        part = stored[start : start + SLICE]
        loaded = store.load(digests[path] for path in part)
        for path in part:
            entry = loaded.get(digests[path]) or _sound_entry(project, path, digests[path])
            yield _numbered(records, [path, digests[path], *entry])
    store.shrink(digests.values())


def _numbered(records: Records, entry: Sequence[Any]) -> tuple[int, str]:
    """Add a bundle to the index, and return its number and path."""
    path, digest, *_ = entry
    own = bundle_of(entry, records.project).records
    try:
        n = records.index.add(path, digest, map(_stamped, own))
    except SharedIdError:
        raise UnsoundError("two records have one id") from None
    records.paths[n] = path, digest
    return n, path


def _stamped(record: Record) -> Stamped:
    shown = {name: value for name, value in record.data.items() if name != "summary"}
    leads_to = tuple(map(hashed, _named(record))) if record.kind in TRACED else ()
    stamps = hashed(CANONICAL.encode(record.data)), hashed(CANONICAL.encode(shown))
    return Stamped(record.id, record.kind, *stamps, leads_to)


def _sound_entry(project: Project, path: str, digest: str) -> list[Any]:
    _, read, *entry = json.loads(block_of(project, read_texts([project.root / path], project)))
    if read != digest or len(entry) + 2 != SOUND_ENTRY:
        raise UnsoundError(f"{path} has changed")
    return entry


# Judging each bundle.


def _judge(records: Records, numbers: Sequence[int], execution: Execution) -> None:
    tasks = [numbers[start : start + PORTION] for start in range(0, len(numbers), PORTION)]
    work = partial(_entries, records)
    with execution.progress.stage("judging"):
        for entries in _shared(records, work, tasks, execution):
            for n, *entry in entries:
                records.index.describe(n, Entry(*entry))


def _shared(records: Records, work: Callable[[Any], Any], tasks: Sequence[Any], execution: Execution) -> Iterator[Any]:
    """Yield the result of each task; an error of one is raised here."""
    records.store.close()  # another process must open it itself
    execution = execution if len(tasks) > 1 else replace(execution, jobs=1)
    yield from execution.map_ordered(work, tasks)


def _entries(records: Records, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
    return [(n, *_described(records.of_bundle(n), records)) for n in numbers]


def _described(own_records: Sequence[Record], records: Records) -> Entry:
    """Judge the records of a bundle, and return what the index says of it."""
    like = records.like
    part, looked = view(own_records, records.find, like)
    if any(rule.findings_apart(part) for rule in EARLY if not rule.is_skipped(like)):
        raise UnsoundError("an error of an early stage")
    places = {record.id: place for place, record in enumerate(own_records)}
    near = [
        _encoded(rule, finding, places)
        for rule in NEAR
        if not rule.is_skipped(like)
        for finding in rule.findings_apart(part)
    ]
    allowed = [
        (places[record.id], i, name) for record, i, name in waivers.waivers(part) if waivers.is_judged(name, like)
    ]
    keys = [key for space in range(len(SPACES)) for key in _keys_of(space, own_records, part)]
    return Entry(json.dumps(near), json.dumps(allowed), sorted(map(hashed, looked.used)), keys)


def _keys_of(space: int, own_records: Sequence[Record], part: Corpus) -> Iterator[Key]:
    """Yield the keys of the records of a bundle in a space.

    Where a few records tell as much as all (`enough`), no more that count for a key of another record are listed.
    """
    rules, enough = SPACES[space], _enough(SPACES[space])
    counting: Counter[Hashable] = Counter()
    for place, record in enumerate(own_records):
        for key, own in _keys(rules[0], record, part):
            counting[key] += not own
            if own or not enough or counting[key] <= enough:
                yield Key(hashed(space, key) >> 16, own, place, space)  # 48 bits: a smaller index


def _enough(rules: Sequence[Rule]) -> int:
    """Return how many records with a key tell rules as much as all of them; 0 if they need all."""
    return max(rule.enough for rule in rules) if all(rule.enough for rule in rules) else 0


def _keys(rule: Rule, record: Record, part: Corpus) -> Iterator[tuple[Hashable, bool]]:
    """Yield the keys of a record, each with whether it is its own; over edges also its id, if there are any."""
    if rule.by:
        yield from ((key.key, False) if isinstance(key, For) else (key, True) for key in rule.by(record, part))
    elif rule.over and (ends := [*rule.over(record, part)]):
        yield from ((key, True) for key in (record.id, *ends))


# Comparing records that share keys.


def _compare(records: Records, space: int, keys: set[int], ranks: Mapping[str, int], execution: Execution) -> None:
    """Judge the records with one of some keys again by the rules of a space."""
    rules, index = SPACES[space], records.index
    if rules[0].over:
        _require_no_findings(records, space, keys, ranks)
        return
    # In the order of keys, so that records which share one are compared at the same time.
    members = list(dict.fromkeys(member for key in sorted(keys) for member in index.owners(key)))
    tasks = [members[start : start + GROUP] for start in range(0, len(members), GROUP)]
    work = partial(_compared, records, space, ranks)
    with execution.progress.stage("comparing"):
        for task, found in zip(tasks, _shared(records, work, tasks, execution), strict=True):
            index.replace_shared(space, task, found)


def _compared(
    records: Records, space: int, ranks: Mapping[str, int], members: Sequence[Member]
) -> list[tuple[int, int, str]]:
    """Return the findings at some records of rules that compare them with those that share a key with them."""
    rules, index = SPACES[space], records.index
    group = {*members} | index.sharing(index.own_keys(members, space), _enough(rules))
    part = _part(records, group, ranks)
    where = {records.at(member).id: member for member in members}
    found = []
    for rule in rules:
        for finding in rule.findings_apart(part):
            if member := where.get(finding.where.record.id):
                encoded = _encoded(rule, finding, {finding.where.record.id: member.place})
                found.append((member.bundle, member.place, json.dumps(encoded)))
    return found


def _part(records: Records, group: Iterable[Member], ranks: Mapping[str, int]) -> Corpus:
    ordered = sorted(group, key=lambda member: (ranks[records.paths[member.bundle][0]], member.place))
    return view([records.at(member) for member in ordered], records.find, records.like)[0]


def _require_no_findings(records: Records, space: int, keys: set[int], ranks: Mapping[str, int]) -> None:
    """Judge the components that have some keys; all rules over edges find errors, which the whole corpus decides.

    Raises:
        UnsoundError: One of them has a finding.
    """
    rules = SPACES[space]
    for component in _components(records, space, keys):
        part = _part(records, component, ranks)
        if any(rule.findings_apart(part) for rule in rules):
            raise UnsoundError("an error of a rule over edges")


def _components(records: Records, space: int, keys: set[int]) -> Iterator[set[Member]]:
    """Yield the records that are connected with some keys and the ends of their edges, in unions of components."""
    index, rule = records.index, SPACES[space][0]
    reached: set[int] = set()
    together: set[Member] = set()
    for key in sorted(keys):
        queue = {key} - reached
        while queue:
            reached |= queue
            more = index.sharing(queue) - together
            together |= more
            queue = index.own_keys(more, space) - reached
        if len(together) >= GROUP:
            yield together | _ends(records, rule, together)
            together = set()
    if together:
        yield together | _ends(records, rule, together)


def _ends(records: Records, rule: Rule, members: Iterable[Member]) -> set[Member]:
    """Return the records to which edges of some records lead."""
    ids = {end for m in members for end, _ in _keys(rule, records.at(m), records.like) if isinstance(end, str)}
    return {member for id in ids if (member := records.index.where(id))}


# Findings as JSON.


def _encoded(rule: Rule, finding: Finding, places: Mapping[str, int]) -> list[Any]:
    where, message, help, suggestion, related = finding
    others = [(other.record.id, other.path, other.on_key) for other in related]
    waiver, place = _waiver(rule, where.record), places[where.record.id]
    return [rule.name, place, waiver, message, where.path, where.on_key, help, suggestion, others]


def _waiver(rule: Rule, record: Record) -> tuple[str, int, str] | None:
    """Return id and line of a record that allows the findings of a rule, and the reason; None if it does not."""
    reason = rule.waiver_reason(record)
    return (record.id, record.line, reason) if reason else None


def _decoded(
    records: Records,
    n: int,
    place: int,
    message: str,
    path: Sequence[str | int],
    on_key: bool,
    help: str,
    suggestion: list[Any] | None,
    others: Iterable[tuple[str, Sequence[str | int], bool]],
) -> Finding:
    where = RecordPlace(records.of_bundle(n)[place], tuple(path), on_key)
    related = tuple(RecordPlace(_existing(records, id), tuple(at), key) for id, at, key in others)
    return Finding(where, message, help, Suggestion(*suggestion) if suggestion else None, related)


def _existing(records: Records, id: str) -> Record:
    record = records.find(id)
    if record is None:
        raise UnsoundError(f"{id!r} is missing")
    return record
