"""What the records already say about a new record: its body, publisher, id and file. Nothing is guessed."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from alleged import git
from alleged.dates import EdtfDate, parse
from alleged.errors import AllegedError, DateError
from alleged.issues import ValuePath
from alleged.origins import holds
from alleged.project import Project
from alleged.records.corpus import Corpus, Record
from alleged.records.record import picker
from alleged.schemas.definitions import KINDS, codes_of, field, marked
from alleged.schemas.validate import record_findings
from alleged.schemas.vocabularies import closest, vocabulary
from alleged.text.urls import normal_url, page_of, parts
from alleged.text.words import skeleton, slug

SPEAKS_FOR_OTHERS = frozenset({"person", "unnamed"})
"""Kinds of actor whose words commit a body; for all others the records follow `part_of` by themselves."""

PLACEHOLDERS = frozenset({"your-handle"})
"""Handles from the instructions, which are nobody's."""

HOSTS_OF_MANY = """
    archive.org web.archive.org archive.ph archive.today facebook.com instagram.com linkedin.com medium.com msn.com
    news.google.com news.yahoo.com t.me telegram.me tiktok.com truthsocial.com twitter.com vk.com weibo.com x.com
    yahoo.com youtu.be youtube.com
"""
PLATFORMS = frozenset(HOSTS_OF_MANY.split())
"""Hosts that show the texts of many publishers."""

COMMON_WORDS = """
    about after again against also been before between could does from have into more most much must north only other
    over said says some such than that their them then there these they this under very were what when where which
    while will with would
"""
STOP_WORDS = frozenset(COMMON_WORDS.split())
"""Words of a summary that say too little for an id."""


ADDED = frozenset({"claims", "sources", "actors", "topics"})
"""Kinds of record that `alleged new` adds."""


class Problem(NamedTuple):
    """What a new record lacks or has wrong: its field (as `quantities.unit`), a message, and what may be meant."""

    field: str
    message: str
    candidates: Sequence[str] = ()


# Bodies that a claimant speaks for.


def bodies_of(claimant: Record, said: EdtfDate) -> list[str]:
    """Return the bodies that a person or an unnamed official belonged to on the day, or days, `said`, sorted."""
    if claimant["kind"] not in SPEAKS_FOR_OTHERS:
        return []
    ties = (*claimant.get("part_of", ()), *claimant.get("memberships", ()))
    return sorted({tie["of"] for tie in ties if holds(tie, said)})


# Publishers and addresses.


def source_at(url: str, corpus: Corpus) -> Record | None:
    """Return the source with an address, in whatever spelling; None if there is none."""
    return _sources_by_page(corpus).get(page_of(url))


@lru_cache(maxsize=1)
def _sources_by_page(corpus: Corpus) -> dict[str, Record]:
    with_url = [source for source in corpus.sources.values() if "url" in source.data]
    return {page_of(source["url"]): source for source in reversed(with_url)}


def publishers_at(url: str, corpus: Corpus) -> list[list[str]]:
    """Return the publishers of the other sources of a host, most frequent first; more than one entry is a choice."""
    counts = _publishers_by_host(corpus).get(_host(url), Counter())
    return [list(publisher) for publisher, _ in sorted(counts.items(), key=lambda p: (-p[1], p[0]))]


@lru_cache(maxsize=1)
def _publishers_by_host(corpus: Corpus) -> dict[str, Counter[tuple[str, ...]]]:
    counts: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for source in corpus.sources.values():
        if host := _host(source.get("url", "")):
            counts[host][tuple(source["publisher"])] += 1
    return dict(counts)


def _host(url: str) -> str:
    address = parts(url)
    host = address.host.lower().removeprefix("www.") if address else ""
    return "" if host in PLATFORMS else host


# Dates.


def said_by(published: str) -> str:
    """Return the interval of words that are only known to be no later than a publication, as `../2024-06-18`."""
    return f"../{published.rpartition('/')[2] or published.partition('/')[0]}"


def today() -> str:
    """Return the day of today where this computer is, for `recorded.on`."""
    return datetime.now(UTC).astimezone().date().isoformat()


def year_of(date: str) -> str:
    """Return the last year of a date, in four digits, for the folder of a bundle."""
    span = parse(date)
    return f"{(span.hi or span.lo or span.first_day).year:04}"


def _day(published: str) -> str:
    """Return the last day of a date that is known to the day, else its month."""
    last = said_by(published).removeprefix("../").rstrip("?~%")
    return last if re.fullmatch(r"[0-9-]+", last) else last[:4]


# Who records.


def curator(defaults: Mapping[str, Any], project: Project) -> str | None:
    """Return the handle of the curator: that of the defaults of the bundle, or else the name that git knows."""
    handle = defaults.get("recorded", {}).get("by")
    if handle and handle not in PLACEHOLDERS:
        return handle
    try:
        name = git.run(project.root, "config", "user.name").decode(errors="replace")
    except AllegedError:
        return None
    return slug(name) or None


# Ids.


def free_id(proposal: str, is_taken: Callable[[str], bool]) -> str:
    """Return an id that no record has: the proposal, or the proposal with the first free number."""
    base = slug(proposal, 74)
    base = base if len(base) > 1 else f"record-{base}".rstrip("-")
    return base if not is_taken(base) else next(id for n in count(2) if not is_taken(id := f"{base}-{n}"))


def claim_id(claim: Mapping[str, Any], corpus: Corpus) -> str:
    """Return a proposal such as `stoltenberg-2024-breach`: as other ids of the claimant, year, words of the summary."""
    begin = _beginning(claim["claimant"], corpus)
    known = {*slug(begin).split("-"), *STOP_WORDS, *(w for a in _slots(claim, corpus) for w in a.split("-"))}
    words = [word for word in slug(claim["summary"], 300).split("-") if len(word) > 3 and word not in known]
    return "-".join([begin, year_of(claim["said"]), *words[:2]])


def _slots(claim: Mapping[str, Any], corpus: Corpus) -> list[str]:
    topic = corpus.topics[claim["topic"]]
    return [*topic.get("subject", ()), *topic.get("object", ())]


def _beginning(claimant: str, corpus: Corpus) -> str:
    """Return how ids of claims by a claimant begin: as those that are recorded, or else with the surname."""
    ids = (c.id for c in corpus.claims.values() if c["claimant"] == claimant)
    begins = Counter(match[1] for id in ids if (match := re.match(r"(.+?)-(?:19|20)[0-9]{2}\b", id)))
    if begins:
        return min(begins, key=lambda begin: (-begins[begin], begin))
    actor = corpus.actors[claimant]
    names = actor["name"].split()
    has_surname_last = actor["kind"] == "person" and len(names) > 1 and "-" not in names[-1]
    return slug(names[-1] if has_surname_last else "") or claimant


def source_id(source: Mapping[str, Any]) -> str:
    """Return a proposal such as `tv5monde-2024-06-18`: the publisher and the day of publication."""
    return f"{slug(source['publisher'][0], 60)}-{_day(source['published'])}"


def topic_id(topic: Mapping[str, Any]) -> str:
    """Return a proposal such as `dprk-munitions-to-russia`: subject, item or predicate, and object."""
    what = topic.get("item") or topic["predicate"]
    to = ["to", topic["object"][0]] if topic.get("object") else []
    return "-".join([topic["subject"][0], what, *to])


# Files.


def registry_file(kind: str, record: Mapping[str, Any], corpus: Corpus, project: Project) -> str:
    """Return the name of the file that a new actor or topic belongs to.

    It is the file with most records that are like it: of actors those of the same kind, if there are any the ones of
    the same bodies, and of these those who speak or publish rather than those who are only spoken of; of topics those
    of the same predicate.
    """
    pool = list(corpus.active(kind))
    for alike in _likenesses(kind, record, corpus):
        pool = [other for other in pool if alike(other)] or pool
    counts = Counter(other.file.path for other in pool)
    return min(counts, key=lambda path: (-counts[path], path)) if counts else f"{project.folder}/registry/{kind}.yaml"


def _likenesses(kind: str, record: Mapping[str, Any], corpus: Corpus) -> list[Callable[[Record], bool]]:
    if kind == "topics":
        return [lambda other: other["predicate"] == record["predicate"]]
    bodies, voices = _bodies(record), _voices(corpus)
    return [
        lambda other: other["kind"] == record["kind"],
        lambda other: bool(bodies & _bodies(other.data)),
        lambda other: other.id in voices,
    ]


def _bodies(actor: Mapping[str, Any]) -> set[str]:
    return {tie["of"] for tie in (*actor.get("part_of", ()), *actor.get("memberships", ()))}


def _voices(corpus: Corpus) -> set[str]:
    claims, sources = corpus.claims.values(), corpus.sources.values()
    speakers = {id for c in claims for id in (c["claimant"], *c.get("co_claimants", ()), *c.get("via", ()))}
    return speakers | {id for source in sources for id in source["publisher"]}


# Filling in.


def filled(
    kind: str, record: Mapping[str, Any], defaults: Mapping[str, Any], corpus: Corpus
) -> tuple[dict[str, Any], list[Problem]]:
    """Return a record with what the other records say about it, and the questions that they leave open.

    A claim gets the id of a source for its address, and the body of its claimant on that day; a source gets the normal
    form of its address and the publisher of that host. `defaults` are those of the bundle.
    """
    if kind == "claims":
        return _filled_claim(dict(record), defaults, corpus)
    if kind == "sources" and "url" in record:
        return _filled_source({**record, "url": normal_url(record["url"])}, corpus)
    return dict(record), []


def _filled_claim(
    claim: dict[str, Any], defaults: Mapping[str, Any], corpus: Corpus
) -> tuple[dict[str, Any], list[Problem]]:
    if "sources" in claim:
        claim["sources"] = [_with_source_id(appearance, corpus) for appearance in claim["sources"]]
    full = {**defaults, **claim}
    said = _date(full.get("said"))
    claimant = corpus.actors.get(full.get("claimant", ""))
    if "on_behalf_of" in full or claimant is None or said is None:
        return claim, []
    bodies = bodies_of(claimant, said)
    if len(bodies) == 1:
        claim["on_behalf_of"] = bodies[0]
    if len(bodies) < 2:
        return claim, []
    message = f"{claimant.id!r} belonged to several bodies on {full['said']!r}; name the one that the words commit"
    return claim, [Problem("on_behalf_of", message, bodies)]


def _with_source_id(appearance: Mapping[str, Any], corpus: Corpus) -> dict[str, Any]:
    source = source_at(appearance["id"], corpus) if parts(appearance.get("id", "")) else None
    return {**appearance, "id": source.id} if source else dict(appearance)


def _filled_source(source: dict[str, Any], corpus: Corpus) -> tuple[dict[str, Any], list[Problem]]:
    if same := source_at(source["url"], corpus):
        message = f"this address is recorded already, as {same.id!r}: alleged new claim --source {same.id} …"
        return source, [Problem("url", message)]
    if "publisher" in source or not (publishers := publishers_at(source["url"], corpus)):
        return source, []
    if len(publishers) == 1:
        return {**source, "publisher": publishers[0]}, []
    names = [publisher[0] for publisher in publishers if len(publisher) == 1]
    return source, [Problem("publisher", "sources with this host have several publishers; name the one", names)]


def proposed_id(kind: str, record: Mapping[str, Any], corpus: Corpus, taken: Container[str] = ()) -> str:
    """Return a free id for a record without problems; `taken` are ids of other new records."""
    if kind == "claims":
        proposal = claim_id(record, corpus)
    elif kind == "sources":
        proposal = source_id(record)
    else:
        proposal = topic_id(record) if kind == "topics" else record["name"]
    return free_id(proposal, lambda id: id in corpus.by_id or id in taken)


def _date(text: Any) -> EdtfDate | None:
    try:
        return parse(text) if isinstance(text, str) else None
    except DateError:
        return None


# Problems.


def problems(kind: str, record: Mapping[str, Any], corpus: Corpus, added: Container[str] = ()) -> list[Problem]:
    """Return what prevents a record, completed with the defaults of its bundle, from being written: none if it fits.

    Checked are its schema, references, dates, and for claims the codes that their act leaves open. `added` are ids of
    records that are written together with it.
    """
    shape = [_shape_problem(kind, finding) for finding in record_findings(kind, record)]
    found = [*shape, *_unknown_references(kind, record, corpus, added), *_wrong_dates(kind, record)]
    if kind == "claims":
        found += _open_questions(record)
    return [*{problem.field + problem.message: problem for problem in found}.values()]


def _shape_problem(kind: str, finding: Any) -> Problem:
    name = _name((*finding.path, finding.field) if finding.field else finding.path)
    codes = codes_of(field(kind, finding.path))
    if finding.rule == "missing-field" and finding.field:
        return _missing(kind, finding.path, finding.field)
    if finding.rule == "missing-field":  # one of several fields, of which the first is the usual one
        return Problem(name or finding.message.split("'")[1], finding.message)
    if finding.suggestion:
        return Problem(name, finding.message, [finding.suggestion.text])
    return Problem(name, f"{finding.message}{f'; {finding.help}' if finding.help and not codes else ''}", codes)


def _missing(kind: str, path: ValuePath, name: str) -> Problem:
    schema = field(kind, (*path, name))
    codes = codes_of(schema)
    within = f" in {path[0]!r}" if path else ""
    meaning = str(schema.get("description", "")).rstrip(".")
    return Problem(_name((*path, name)), f"{name!r} is missing{within} ({meaning})", codes)


def _unknown_references(kind: str, record: Mapping[str, Any], corpus: Corpus, added: Container[str]) -> list[Problem]:
    found = []
    for reference in marked(kind, "x-kinds"):
        kinds = reference.schema["x-kinds"]
        for id in _values(record, reference.path):
            if isinstance(id, str) and id not in added and not any(id in corpus.of_kind(k) for k in kinds):
                similar = similar_ids(id, kinds, corpus)
                hint = f"; did you mean {' or '.join(map(repr, similar))}?" if similar else ""
                what = " or ".join(KINDS[k] for k in kinds)
                add = _how_to_add(kinds[0]) if not similar else ""
                found.append(Problem(_name(reference.path), f"there is no {what} {id!r}{hint}{add}", similar))
    return found


def _how_to_add(kind: str) -> str:
    return f"; add it with 'alleged new {KINDS[kind]}'" if kind in ADDED else f"; add it under {kind!r} in a bundle"


def similar_ids(text: str, kinds: Sequence[str], corpus: Corpus) -> list[str]:
    """Return ids of records that a text may mean: those of actors that have it as a name, or else similar ids."""
    named = actors_named(text, corpus) if "actors" in kinds else []
    return named[:3] or _closest_ids(text, tuple(kinds), corpus)


@lru_cache(maxsize=1024)
def _closest_ids(text: str, kinds: tuple[str, ...], corpus: Corpus) -> list[str]:
    return closest(text, (id for kind in kinds for id in corpus.of_kind(kind)))


def actors_named(text: str, corpus: Corpus) -> list[str]:
    """Return the ids of the actors that have a text as one of their names, in any script, in the order of files."""
    return _actors_by_name(corpus).get(skeleton(text), [])


@lru_cache(maxsize=1)
def _actors_by_name(corpus: Corpus) -> dict[str, list[str]]:
    by_name: dict[str, list[str]] = defaultdict(list)
    for actor in corpus.actors.values():
        for name in {skeleton(text) for text in (actor["name"], *(name["text"] for name in actor.get("names", ())))}:
            by_name[name].append(actor.id)
    return dict(by_name)


def _wrong_dates(kind: str, record: Mapping[str, Any]) -> list[Problem]:
    found = []
    for date in marked(kind, "x-date"):
        for text in _values(record, date.path):
            try:
                parse(text)
            except DateError as error:
                found.append(_wrong_date(_name(date.path), error))
            except TypeError:
                continue  # the schema names a value that is no text
    return found


def _wrong_date(name: str, error: DateError) -> Problem:
    if _date(error.help):
        return Problem(name, f"{error}; did you mean {error.help!r}?", [error.help])
    return Problem(name, f"{error}{f'; {error.help}' if error.help else ''}")


def _open_questions(claim: Mapping[str, Any]) -> list[Problem]:
    """Return the codes that a claim must state since its act does not settle them."""
    act = vocabulary("act").get(str(claim.get("act")))
    if act is None:
        return []
    found = []
    if "stance" not in act.notes and "stance" not in claim:
        found.append(
            Problem("stance", f"{act.code!r} needs a stance: how the words answer the topic", ("yes", "no", "open"))
        )
    if act.code != "decline" and "mode" not in claim:
        found.append(Problem("mode", "a claim needs a mode, except for a refusal to comment", [*vocabulary("mode")]))
    if act.code == "deny" and "denial_scope" not in claim:
        found.append(Problem("denial_scope", "a denial needs a scope", [*vocabulary("denial-scope")]))
    return found


def _values(record: Mapping[str, Any], path: ValuePath) -> Sequence[Any]:
    try:
        return picker(path)(record)
    except (TypeError, AttributeError):
        return ()  # of another type than the schema allows, which is reported as such


def _name(path: ValuePath) -> str:
    return ".".join(step for step in path if isinstance(step, str) and step != "*")
