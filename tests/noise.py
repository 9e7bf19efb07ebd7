"""A noisy corpus, made from a seed, in which every rule that compares or judges records finds something.

It is made of the examples of these rules, once as they are, and then in copies: with other ids, on shared topics and
actors, in bundles of several examples, with values taken from each other. So records share keys across bundles, in
chains, and by one key with these records and by another with those. No rule of an earlier stage finds anything.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random

from alleged.project import Project
from alleged.rules import RULES, STAGES, Rule
from drafts import NOT, Bundle, Draft, Entry, mention
from paths import EXAMPLES

FOLDERS = ("", "2023/10/", "2024/", "north/", "registry/")
SHARED = 3
"""Examples that must have a record in common, word for word, for it to be in the cast of all."""

LARGE = 12
"""Records of one kind from which an example is copied only once, as it is."""

TIED = 20
"""Claims at the end of a long chain that are tied to each other."""

NUMBER = re.compile(r"-n(\d+)$")
GONE = {
    "status": " withdrawn",
    "status_reason": " The page was misread by its curator.",
    "status_on": " 2026-11-25",
}
REASON = "Two curators have looked at it."
DAYS = (" 2023-10-11", " 2023-10-12", " 2023-10-13", " 2023-09/2023-10", " 2023-10-14")
WORDS = ("again", "by rail", "at night", "in October", "to the east")
RELATIONS = (
    *("repeats", "repeats-own", "updates", "relies-on", "same-evidence", "confirms", "contradicts", "supersedes"),
    *("corrects", "retracts", "estimates-from", "part-of"),
)
FIGURE = re.compile(r"(?<=low: |int: |igh: )\d{1,8}(?![.\d])")
FREQUENT = {
    "claims": ("unlinked-restatement", "near-equal-claims", "likely-the-same-claim", "unnoted-retraction"),
    "actors": ("shared-name", "unused-record"),
    "topics": ("topics-that-ask-the-same", "unused-record"),
}
"""Rules that a waiver is likely to hit."""

MISTAKES = (
    ("claimant", " nobody-of-this-name"),
    ("topic", " no-topic-of-this-name"),
    ("said", " 2023-02-30"),
    ("published", " 2023-13"),
    ("summary", " [not a text"),
    ("kind", " {not: a kind"),
)
"""Values that rules of the stages `links` and `values`, or the reader, refuse."""


def rules() -> list[Rule]:
    """Return the rules that find something in a noisy corpus: those of the last stage that need nothing but records."""
    return [rule for rule in RULES.values() if rule.stage == STAGES[-1] and not rule.needs]


def write(folder: Path, seed: int, copies: int = 2, examples: Collection[str] | None = None) -> Project:
    """Write a noisy project into an empty folder, and return it.

    Each example is there once, and each small one in so many `copies` with random changes. `examples` are names of
    rules, by default all of `rules`; with some, the project is smaller, and other rules may find nothing.
    """
    rng = Random(seed)
    (folder / "claims").mkdir()
    draft = Draft(Project(folder))
    every = {rule.name: _example(rule.name) for rule in rules()}
    cast = _cast(every.values())
    draft.bundles += _registries(cast)
    chosen = [every[name] for name in every if examples is None or name in examples]
    people = {key: entry for key, entry in cast.items() if key[0] != "topics"}
    for bundle in chosen:
        copy = _copied(bundle, draft, people)
        _tie(copy)
        draft.bundles.append(copy)
    for _, entry in draft.entries():
        entry.fixed = True
    small = [bundle for bundle in chosen if max(Counter(e.kind for e in bundle.entries).values()) < LARGE]
    for _ in range(copies):
        for bundle in rng.sample(small, len(small)):
            copy = _copied(bundle, draft, rng.choice((cast, people)), left=rng.random() < 0.5)
            if RULES[bundle.name.removesuffix(".yaml")].severity == "warning" and rng.random() < 0.2:
                _allow_all(copy, bundle.name.removesuffix(".yaml"))
            _add(draft, copy, rng)
            for _ in range(rng.choice((0, 1, 1, 2))):
                _add(draft, _copied(copy, draft, _unspoken(copy), left=rng.random() < 0.5), rng)
    unfixed = sum(not entry.fixed for _, entry in draft.entries())
    for _ in range(unfixed // 3):
        rng.choice(CHANGES)(draft, rng)
    _scatter(draft, rng)
    draft.save()
    return draft.project


def edit(project: Project, rng: Random) -> str:
    """Make one edit of a project that `write` made, and return a description of it.

    Now and then it is a mistake of an early stage, which one of the next edits repairs.
    """
    draft = Draft(project)
    mistakes = [(entry, name) for _, entry in draft.entries() for name in entry.mistakes]
    done = ""
    if mistakes and rng.random() < 0.4:
        entry, name = rng.choice(mistakes)
        entry.fields[name] = entry.fields[name].partition(NOT)[2]
        done = f"a mistake in {name} of {entry.id} is repaired"
    elif not mistakes and rng.random() < 0.06:
        done = _make_mistake(draft, rng)
    while not done:
        edits = rng.choices((CHANGES, MOVES), (2, 1))[0]
        done = rng.choice(edits)(draft, rng)
    draft.save()
    return done


# The parts of a noisy corpus.


@cache
def _example(name: str) -> Bundle:
    text = (EXAMPLES / name / "claims" / "example.yaml").read_text(encoding="utf-8")
    return Bundle.read(f"{name}.yaml", text)


def _content(entry: Entry) -> str:
    return json.dumps({name: entry.get(name) for name in entry.fields}, sort_keys=True)


Cast = Mapping[tuple[str, str], Entry]


def _cast(bundles: Collection[Bundle]) -> Cast:
    """Return the actors, sources and topics that examples have in common, in their most frequent form.

    They refer to each other only.
    """
    known = [entry for bundle in bundles for entry in bundle.entries]
    counts = Counter((entry.kind, _content(entry)) for entry in known)
    cast: dict[tuple[str, str], Entry] = {}
    for entry in sorted(known, key=lambda entry: -counts[entry.kind, _content(entry)]):
        if entry.kind in ("actors", "sources", "topics") and counts[entry.kind, _content(entry)] >= SHARED:
            cast.setdefault((entry.kind, entry.id), entry)
    while True:
        others = mention(sorted({entry.id for entry in known} - {id for _, id in cast}))
        closed = {key: entry for key, entry in cast.items() if not entry.names(others)}
        if len(closed) == len(cast):
            return cast
        cast = closed


def _registries(cast: Cast) -> Iterator[Bundle]:
    for kind in dict.fromkeys(kind for kind, _ in cast):
        entries = [Entry(kind, dict(entry.fields)) for entry in cast.values() if entry.kind == kind]
        yield Bundle(f"registry/{kind}.yaml", ["# What several bundles name."], {}, entries)


def _unspoken(bundle: Bundle) -> Cast:
    """Return the records of a bundle but its claims and assessments, so that a copy refers to them."""
    return {(e.kind, e.id): e for e in bundle.entries if e.kind not in ("claims", "assessments")}


def _copied(bundle: Bundle, draft: Draft, cast: Cast, left: bool = False) -> Bundle:
    """Return a copy of a bundle without records of the cast, in which records have other ids where theirs are taken.

    With `left`, its relations still lead to the claims that the original names.
    """
    own = [e for e in bundle.entries if (e.kind, e.id) not in cast or _content(e) != _content(cast[e.kind, e.id])]
    taken = {entry.id for _, entry in draft.entries()}
    number = _next_number(taken)
    clashing = [entry.id for entry in own if entry.id in taken]
    names = {id: f"{NUMBER.sub('', id)}-n{n}" for n, id in enumerate(clashing, start=number)}
    copy = Bundle(f"{NUMBER.sub('', bundle.name.removesuffix('.yaml'))}-n{number}.yaml")
    copy.defaults = Entry("", bundle.defaults).renamed(names).fields if names else dict(bundle.defaults)
    for entry in own:
        new = entry.renamed(names) if names else Entry(entry.kind, dict(entry.fields))
        if left and "relations" in entry.fields:
            new.fields["relations"] = entry.fields["relations"]
        copy.entries.append(new)
    return copy


def _tie(bundle: Bundle) -> None:
    """Tie the last claims of a long chain to each other.

    How much dependence is excessive depends on the number of claims; by ties, the roots of one claim are multiplied
    by those of the other, so a chain that is excessive for an example is so for thousands of claims.
    """
    claims = [entry for entry in bundle.entries if entry.kind == "claims"]
    for n, claim in enumerate(claims[-TIED:] if len(claims) > LARGE else ()):
        ties = [{"type": "same-evidence", "to": other.id, "basis": "curator"} for other in claims[-TIED:][:n]]
        claim.set("relations", [*claim.get("relations", []), *ties])


def _allow_all(bundle: Bundle, rule: str) -> None:
    """Let every record allow a rule, whether it breaks it or not."""
    for entry in bundle.entries:
        entry.set("allow", [*entry.get("allow", []), {"rule": rule, "reason": REASON}])


def _next_number(ids: Collection[str]) -> int:
    return 1 + max((int(match[1]) for id in ids if (match := NUMBER.search(id))), default=0)


def _add(draft: Draft, copy: Bundle, rng: Random) -> None:
    """Add a bundle as a file of its own, or to another one."""
    if rng.random() < 0.4 and (others := [b for b in draft.bundles if not any(e.fixed for e in b.entries)]):
        other = rng.choice(others)
        other.complete()
        copy.complete()
        other.entries += copy.entries
        return
    copy.name = rng.choice(FOLDERS) + copy.name.rpartition("/")[2]
    draft.bundles.append(copy)


def _scatter(draft: Draft, rng: Random) -> None:
    """Move one record in six to another bundle, so that circles and chains lead through several."""
    for bundle, entry in [*draft.entries()]:
        target = rng.choice(draft.bundles)
        if rng.random() < 1 / 6 and not (target.defaults and entry.kind == "claims"):
            _put(entry, bundle, target, rng)


def _put(entry: Entry, bundle: Bundle, target: Bundle, rng: Random) -> None:
    """Move a record from one bundle to another, to any place."""
    bundle.entries.remove(entry)
    target.entries.insert(rng.randrange(len(target.entries) + 1), entry.completed(bundle.defaults))


# Edits: each returns a description, or nothing if it could not be made.


def _pick(draft: Draft, rng: Random, *kinds: str, needs: str = "") -> tuple[Bundle, Entry] | None:
    """Return an entry of some kinds, and its bundle; one in force that has a field, if the edit needs one."""
    entries = [
        (bundle, entry)
        for bundle, entry in draft.entries(*kinds)
        if not entry.fixed and entry.active and not entry.mistakes and (not needs or needs in entry.fields)
    ]
    return rng.choice(entries) if entries else None


def _taking(kind: str, *fields: str) -> Callable[[Draft, Random], str]:
    """Return an edit that gives a record some fields of another one of its kind."""

    def take(draft: Draft, rng: Random) -> str:
        one, other = _pick(draft, rng, kind), _pick(draft, rng, kind, needs=fields[0])
        if not one or not other or one is other:
            return ""
        (_, entry), (bundle, giver) = one, other
        if kind == "actors" and entry.get("kind") != giver.get("kind"):
            return ""  # what ids there are depends on it
        before = dict(entry.fields)
        entry.fields.update({name: giver.fields[name] for name in fields if name in giver.fields})
        if kind == "claims" and fields == ("sources",) and "source" in bundle.defaults:
            entry.fields["sources"] = giver.completed(bundle.defaults).fields["sources"]
        return f"{entry.id} takes {fields[0]} of {giver.id}" if entry.fields != before else ""

    return take


def _change_summary(draft: Draft, rng: Random) -> str:
    if not (picked := _pick(draft, rng, "claims", needs="summary")):
        return ""
    entry = picked[1]
    entry.set("summary", f"{entry.get('summary').rstrip('.')[:90]} {rng.choice(WORDS)}.")
    return f"another summary of {entry.id}"


def _change_date(draft: Draft, rng: Random) -> str:
    if not (picked := _pick(draft, rng, "claims")):
        return ""
    picked[1].fields["said"] = rng.choice(DAYS)
    return f"another date of {picked[1].id}"


def _change_default(draft: Draft, rng: Random) -> str:
    bundles = [b for b in draft.bundles if "said" in b.defaults and not any(e.fixed for e in b.entries)]
    if not bundles:
        return ""
    bundle = rng.choice(bundles)
    bundle.defaults["said"] = rng.choice(DAYS)
    return f"another date in the defaults of {bundle.name}"


def _change_figure(draft: Draft, rng: Random) -> str:
    if not (picked := _pick(draft, rng, "claims", needs="quantities")):
        return ""
    entry, factor = picked[1], rng.choice((2, 3))
    before = entry.fields["quantities"]
    entry.fields["quantities"] = FIGURE.sub(lambda match: str(int(match[0]) * factor), before)
    return f"another figure of {entry.id}" if entry.fields["quantities"] != before else ""


def _change_name(draft: Draft, rng: Random) -> str:
    one, other = _pick(draft, rng, "actors"), _pick(draft, rng, "actors")
    if not one or not other or one is other:
        return ""
    entry, name = one[1], other[1].get("name")
    if rng.random() < 0.5:
        entry.set("names", [*entry.get("names", []), {"text": name}][-3:])
    else:
        entry.set("name", name if entry.get("name") != name else f"{name} of {rng.choice(WORDS)}")
    return f"{entry.id} is named as {other[1].id}"


def _change_affiliation(draft: Draft, rng: Random) -> str:
    one, other = _pick(draft, rng, "actors"), _pick(draft, rng, "actors")
    if not one or not other or one is other:
        return ""
    entry = one[1]
    ties = entry.get("part_of", [])
    entry.set("part_of", ties[:-1] if ties and rng.random() < 0.4 else [*ties, {"of": other[1].id}][-3:])
    return f"other affiliations of {entry.id}"


def _add_relation(draft: Draft, rng: Random) -> str:
    one, other = _pick(draft, rng, "claims"), _pick(draft, rng, "claims", needs="relations" * rng.randrange(2))
    if not one or not other or one[1] is other[1]:
        return ""
    types = rng.sample(RELATIONS, 2)
    ends = [(one[1], other[1]), (other[1], one[1])][: rng.choice((1, 1, 2))]
    for (entry, target), type in zip(ends, types, strict=False):
        relation = {"type": type, "to": target.id, "basis": "curator"}
        entry.set("relations", [*entry.get("relations", []), relation])
    return f"{types[0]} from {one[1].id} to {other[1].id}"


def _remove_relation(draft: Draft, rng: Random) -> str:
    if not (picked := _pick(draft, rng, "claims", needs="relations")):
        return ""
    entry = picked[1]
    relations = entry.get("relations")
    relations.pop(rng.randrange(len(relations)))
    entry.set("relations", relations)
    return f"a relation of {entry.id} removed"


def _allow(draft: Draft, rng: Random) -> str:
    if not (picked := _pick(draft, rng, *(("claims",) if rng.random() < 0.6 else ()))):
        return ""
    entry = picked[1]
    if "allow" in entry.fields and rng.random() < 0.6:
        del entry.fields["allow"]
        return f"{entry.id} allows nothing"
    warnings = [rule.name for rule in rules() if rule.severity == "warning"]
    name = rng.choice(FREQUENT.get(entry.kind, warnings) if rng.random() < 0.8 else warnings)
    entry.set("allow", [*entry.get("allow", []), {"rule": name, "reason": REASON}])
    return f"{entry.id} allows {name}"


def _withdraw(draft: Draft, rng: Random) -> str:
    picked = _pick(draft, rng, *(("claims",) if rng.random() < 0.7 else ()))
    if not picked or draft.is_named(picked[1]) or picked[1].kind == "assessments":
        return ""
    picked[1].fields.update(GONE)
    return f"{picked[1].id} is withdrawn"


def _restore(draft: Draft, rng: Random) -> str:
    gone = [e for _, e in draft.entries() if not e.fixed and all(e.fields.get(k) == v for k, v in GONE.items())]
    if not gone:
        return ""
    entry = rng.choice(gone)
    inactive = [other.id for _, other in draft.entries() if not other.active and other is not entry]
    if inactive and entry.names(mention(inactive)):
        return ""
    for name in GONE:
        del entry.fields[name]
    return f"{entry.id} is in force again"


def _move(draft: Draft, rng: Random) -> str:
    picked, target = _pick(draft, rng), rng.choice(draft.bundles)
    if not picked or target is picked[0] or (target.defaults and picked[1].kind == "claims"):
        return ""
    bundle, entry = picked
    _put(entry, bundle, target, rng)
    return f"{entry.id} moves from {bundle.name} to {target.name}"


def _rename(draft: Draft, rng: Random) -> str:
    bundle = rng.choice(draft.bundles)
    folder, name = rng.choice(FOLDERS), bundle.name.rpartition("/")[2].removesuffix(".yaml")
    first = rng.choice("amz")
    before, bundle.name = bundle.name, f"{folder}{first}-{re.sub('^[amz]-', '', name)}.yaml"
    if bundle.name == before or bundle.name in {other.name for other in draft.bundles if other is not bundle}:
        bundle.name = before
        return ""
    return f"{before} is renamed to {bundle.name}"


def _comment(draft: Draft, rng: Random) -> str:
    bundle = rng.choice(draft.bundles)
    if bundle.head and rng.random() < 0.5:
        bundle.head.pop()
        return f"a comment less in {bundle.name}"
    bundle.head.append(f"# Read {rng.choice(WORDS)}.")
    return f"a comment more in {bundle.name}"


def _copy_claim(draft: Draft, rng: Random) -> str:
    picked = _pick(draft, rng, "claims")
    targets = [bundle for bundle in draft.bundles if not bundle.defaults]
    if not picked or not targets:
        return ""
    (bundle, entry), target = picked, rng.choice(targets)
    new = entry.completed(bundle.defaults)
    number = _next_number({other.id for _, other in draft.entries()})
    new.fields["id"] = f" {NUMBER.sub('', entry.id)}-n{number}"
    target.entries.append(new)
    return f"{entry.id} is copied to {target.name}"


def _copy_bundle(draft: Draft, rng: Random) -> str:
    bundles = [b for b in draft.bundles if len(b.entries) < LARGE and not any(e.mistakes for e in b.entries)]
    if not bundles:
        return ""
    bundle = rng.choice(bundles)
    copy = _copied(bundle, draft, {}, left=rng.random() < 0.5)
    copy.name = rng.choice(FOLDERS) + copy.name.rpartition("/")[2]
    draft.bundles.append(copy)
    return f"{bundle.name} is copied to {copy.name}"


def _delete_record(draft: Draft, rng: Random) -> str:
    picked = _pick(draft, rng, *(("claims",) if rng.random() < 0.7 else ()))
    if not picked or draft.is_named(picked[1]):
        return ""
    picked[0].entries.remove(picked[1])
    return f"{picked[1].id} is deleted"


def _delete_bundle(draft: Draft, rng: Random) -> str:
    bundle = rng.choice(draft.bundles)
    if any(entry.fixed or entry.mistakes for entry in bundle.entries) or draft.is_named(*bundle.entries):
        return ""
    draft.bundles.remove(bundle)
    return f"{bundle.name} is deleted"


def _make_mistake(draft: Draft, rng: Random) -> str:
    """Replace a value by a wrong one, with the right one in a comment; or an id by that of another record."""
    picked, other = _pick(draft, rng), _pick(draft, rng)
    if not picked or not other or picked[1] is other[1]:
        return ""
    entry = picked[1]
    mistakes = [(name, wrong) for name, wrong in MISTAKES if "\n" not in entry.fields.get(name, "\n")]
    name, wrong = rng.choice([*mistakes, ("id", f" {other[1].id}")])
    entry.fields[name] = f"{wrong}{NOT}{entry.fields[name]}"
    return f"a mistake in {name} of {picked[0].name}"


CHANGES: tuple[Callable[[Draft, Random], str], ...] = (
    _change_summary,
    _taking("claims", "summary"),
    _change_date,
    _change_date,
    _taking("claims", "sources"),
    _taking("claims", "sources"),
    _taking("claims", "claimant"),
    _taking("claims", "topic"),
    _taking("claims", "topic"),
    _taking("claims", "act", "stance", "denial_scope"),
    _taking("claims", "quantities"),
    _taking("claims", "evidence"),
    _change_figure,
    _change_default,
    _change_name,
    _taking("actors", "ids", "id_sources"),
    _change_affiliation,
    _taking("sources", "url"),
    _taking("sources", "doi"),
    _taking("sources", "published"),
    _taking("sources", "publisher"),
    _taking("topics", "predicate", "item"),
    _taking("topics", "subject"),
    _taking("assessments", "claim"),
    _taking("assessments", "on"),
    _add_relation,
    _add_relation,
    _add_relation,
    _remove_relation,
    _allow,
    _withdraw,
    _restore,
    _move,
)
"""Edits of records. All leave a project in which no rule of an early stage finds anything."""

MOVES: tuple[Callable[[Draft, Random], str], ...] = (
    _move,
    _rename,
    _comment,
    _allow,
    _copy_claim,
    _copy_claim,
    _copy_bundle,
    _delete_record,
    _delete_record,
    _delete_bundle,
    _delete_bundle,
)
"""Edits of bundles, or of all that a record is."""
