"""New records from what is typed: names become ids, what is known is filled in, and what is open is named.

A draft is a mapping of options to texts. Options have the names of fields; a claim takes those of the page that it is
read on as well.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alleged.dates import parse
from alleged.editing import known, naming, pages, proposals, typed
from alleged.editing.adding import Bundle, open_bundle
from alleged.editing.known import Problem
from alleged.errors import AllegedError
from alleged.project import Project
from alleged.records.corpus import Corpus
from alleged.records.record import completed
from alleged.schemas.definitions import field, fields
from alleged.schemas.vocabularies import vocabulary
from alleged.text.urls import page_of, parts
from alleged.text.words import slug

Fields = dict[str, Any]
Options = Mapping[str, Any]
"""Options by name: a text, several texts, or a flag; empty if not given."""

COPY = {"agency": "agency", "copy_of": "source", "copy_basis": "basis"}
"""Names under which the fields within `syndicated_from` of a new source are typed with a claim."""

OF_SOURCE = ("published", "published_basis", "publisher", "kind", "lang", "title", "seen", *COPY)
"""Fields of a new source that may be typed with a claim."""

OF_APPEARANCE = ("quote", "gloss", "translated", "utterance_lang", "locator")
"""Fields of the first appearance of a claim that have an option of their own."""


class Setting(NamedTuple):
    """Where records are added: the records and the project, the bundle of --into, the id and the curator if typed."""

    corpus: Corpus
    project: Project
    into: Path | None = None
    id: str | None = None
    by: str | None = None


class Draft(NamedTuple):
    """A new record as far as it is known, with the new sources it needs.

    `bundle` is the one that it belongs to, or None for a new file. `notes` say what was filled in or taken for a name,
    `problems` what prevents it from being written.
    """

    record: Fields
    sources: list[Fields]
    bundle: Bundle | None
    notes: list[str]
    problems: list[Problem]

    def file(self, kind: str, setting: Setting) -> str:
        """Return the name of the file for a draft without problems."""
        if self.bundle:
            return self.bundle.name
        if source := next(iter([self.record] if kind == "sources" else self.sources), None):
            return proposals.article_file(source, source["id"], setting.project)
        return proposals.registry_file(kind, self.record, setting.corpus, setting.project)


def draft(kind: str, options: Options, setting: Setting) -> Draft:
    """Return the record that options describe, completed by what is known."""
    record, faults = _typed(kind, options, setting.corpus)
    record, taken = naming.resolved(kind, record, setting.corpus)
    notes = [f"{t.field}: {t.id}{f' ({t.title})' if t.title else ''}, for {t.text!r}" for t in taken]
    made = _claim(record, options, setting) if kind == "claims" else _other(kind, record, setting)
    found = pages.first_of_each([*faults, *made.problems, *_wrong_id(kind, made.record, setting)])
    if not found:
        id = setting.id or proposals.proposed_id(kind, made.record, setting.corpus, {s["id"] for s in made.sources})
        notes += [] if setting.id else [f"id: {id} (proposed; --id names another, and once merged it stays)"]
        made = made._replace(record={"id": id, **made.record})
    return made._replace(notes=[*notes, *made.notes], problems=found)


def _typed(kind: str, options: Options, corpus: Corpus) -> tuple[Fields, list[Problem]]:
    """Return the fields of a record from texts, and those that do not have the type of their field."""
    record: Fields = {}
    faults: list[Problem] = []
    for name in (str(f.path[-1]) for f in typed.top_fields(kind)):
        text = options.get(name)
        if not text or (isinstance(text, str) and not text.strip()) or (kind == "claims" and name == "sources"):
            continue
        try:
            if isinstance(text, tuple):
                record[name] = [item for t in text for item in typed.items(kind, name, _items(kind, name, t, corpus))]
            else:
                record[name] = typed.value_of(kind, (name,), text)
        except AllegedError as error:
            faults.append(Problem(name, str(error)))
    return record, faults


def _items(kind: str, name: str, text: str, corpus: Corpus) -> list[str]:
    """Return the items of a list; a name with a comma that means one record is one item."""
    kinds = field(kind, (name, "*")).get("x-kinds")
    return [text] if kinds and naming.meaning(text, kinds, corpus).id else typed.separated(kind, name, text)


def _wrong_id(kind: str, record: Fields, setting: Setting) -> Iterator[Problem]:
    if setting.id is None:
        if kind == "actors" and "name" in record and not slug(record["name"]):
            yield Problem("id", "the name has no Latin letters to make an id of; type one, as --id example-ministry")
        return
    if setting.id in setting.corpus.by_id:
        yield Problem("id", f"the id {setting.id!r} names another record")
    if figures := proposals.figures_in(setting.id, record):
        message = f"the id {setting.id!r} holds the figure {figures[0]}, which may be corrected; an id is never changed"
        yield Problem("id", f"{message}; leave the figure out, or leave out --id and one is proposed")


# Sources, actors, topics.


def _other(kind: str, record: Fields, setting: Setting) -> Draft:
    bundle = open_bundle(setting.into.absolute(), setting.project) if setting.into else None
    if kind == "sources":
        page = pages.filled_page(record, setting.corpus)
        return Draft(page.source, [], bundle, page.notes, page.problems)
    found = known.problems(kind, {"id": setting.id or "new", **record}, setting.corpus)
    if kind == "topics":
        found = [_with_predicates(p, record, setting.corpus) if p.field == "predicate" else p for p in found]
    return Draft(record, [], bundle, [], found)


def _with_predicates(problem: Problem, topic: Fields, corpus: Corpus) -> Problem:
    """Return the problem of a topic without a predicate, with those that are near and how to add another one."""
    near = _predicates_near(str(topic.get("question", "")), corpus)
    codes = vocabulary("predicate")
    missing = "no predicate is given" if "is missing" in problem.message else problem.message
    help = [
        *(f"{code}: {codes[code].definition}" for code in near),
        "all of them: alleged explain predicate. If none fits, add one of your own to vocabularies/predicate.yaml, as:",
        "  codes:",
        "    - code: leases-port",
        "      label: Leases a port",
        "      definition: Gives the object the use of a port for a rent.",
        "      subject: [state, organ, organisation]",
        "      object: [state, organ, organisation]",
        "      contested: false",
        "      irreflexive: true",
        "contested: do parties deny such deeds? irreflexive: can nobody do it to themselves? Then run this again.",
    ]
    return Problem("predicate", f"{missing}{'; nearest by its words:' if near else ''}", near, help)


def _predicates_near(question: str, corpus: Corpus) -> list[str]:
    """Return at most five predicates whose words occur in a question, the nearest first."""
    names = {stem for actor in corpus.actors.values() for stem in _stems(actor["name"])}
    asked = _stems(question) - names
    near = {
        code: len(asked & _stems(" ".join((code, listed.label, listed.definition, *listed.examples))))
        for code, listed in vocabulary("predicate").items()
    }
    return sorted((code for code in near if near[code]), key=lambda code: -near[code])[:5]


def _stems(text: str) -> set[str]:
    return {word[:6] for word in slug(text, 1000).split("-") if len(word) > 3 and word not in proposals.LEFT_OUT}


# Claims.


class _Page(NamedTuple):
    """A page of a claim: its appearance, the new source if there is one, what was filled in, and what is open."""

    appearance: Fields
    source: Fields | None
    notes: list[str]
    problems: list[Problem]


def _claim(claim: Fields, options: Options, setting: Setting) -> Draft:
    corpus = setting.corpus
    appearing, found = _pages(options, corpus)
    new = [page.source for page in appearing if page.source]
    bundle = _bundle(appearing, setting)
    defaults = bundle.defaults if bundle else {}
    if appearing:
        claim["sources"] = [page.appearance for page in appearing]
    _name_new_sources(claim.get("relations", ()), new)
    found += _undated(claim, options, defaults, new, corpus)
    claim, questions = known.filled("claims", claim, defaults, corpus)
    notes = [note for page in appearing for note in page.notes]
    if "on_behalf_of" in claim and not options.get("on_behalf_of"):
        notes.append(f"on_behalf_of: {claim['on_behalf_of']} (to which {claim['claimant']} belonged then)")
    if by := setting.by or options.get("by") or known.curator(defaults, setting.project):
        claim["recorded"] = {"by": by, "on": known.today()}
    full = completed({"id": setting.id or "new", **claim}, defaults)
    wrong = known.problems("claims", full, corpus, {source["id"] for source in new})
    return Draft(claim, new, bundle, notes, [*found, *questions, *map(_as_option, wrong)])


def _name_new_sources(relations: Sequence[Fields], new: Sequence[Fields]) -> None:
    """Enter the ids of new sources into relations that name one by its address."""
    ids = {page_of(source["url"]): source["id"] for source in new}
    for relation in relations:
        if parts(str(address := relation.get("source", ""))):
            relation["source"] = ids.get(page_of(address), address)


def _as_option(problem: Problem) -> Problem:
    """Return a problem of a claim at the option that it is about."""
    name = problem.field.partition(".")[0]
    if name == "sources" and "is missing" in problem.message:
        return Problem("url", "the page is missing: its address, or the id of a recorded source")
    if name == "sources":
        inner = problem.field.rpartition(".")[2]
        return problem._replace(field=inner if inner in OF_APPEARANCE else "url")
    return problem._replace(field="by" if name in ("recorded", "by") else name)


def _bundle(appearing: Sequence[_Page], setting: Setting) -> Bundle | None:
    """Return the bundle of --into, or of the source of the first page; None for a new one."""
    if setting.into is not None:
        return open_bundle(setting.into.absolute(), setting.project)
    first = setting.corpus.sources.get(appearing[0].appearance.get("id", "")) if appearing else None
    return open_bundle(setting.project.root / first.file.path, setting.project) if first else None


def _pages(options: Options, corpus: Corpus) -> tuple[list[_Page], list[Problem]]:
    """Return the pages that options name, the first with the options for it, and what is wrong with them."""
    texts = [*filter(None, [options.get("url")]), *options.get("sources", ()), *options.get("also", ())]
    first = {name: _one_line(options[name]) for name in (*OF_SOURCE, *OF_APPEARANCE) if options.get(name)}
    if isinstance(first.get("publisher"), tuple):
        first["publisher"] = ",".join(first["publisher"])
    made: list[_Page] = []
    found: list[Problem] = []
    taken: set[str] = set()
    for number, text in enumerate(texts or [""] * bool(first)):
        try:
            page = _page({**_words(text), **({} if number else first)}, corpus, taken)
        except AllegedError as error:
            found.append(Problem("also" if number else "url", str(error)))
            continue
        if _is_among(page, made):
            found.append(Problem("also", f"{text}: this page is named twice"))
        taken |= {page.source["id"]} if page.source else set()
        made.append(page)
        found += _of_other_page(number, text, page, corpus) if number else page.problems
    return made, found


def _one_line(value: Any) -> Any:
    """Return a text that may have been pasted with line breaks on one line, and another value as it is."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _words(text: str) -> Fields:
    """Return the fields of a page from its text: an id or address, maybe followed by fields such as `quote=…`."""
    if parts(text) and len(text.split()) == 1:
        return {"id": text}  # it may have a quotation mark
    return typed.mapping(text, of_page(), ("page",)) if text else {}


def _is_among(page: _Page, others: Sequence[_Page]) -> bool:
    """Whether a page is one of the others: a recorded source, or a new one with the same address."""
    if page.source:
        return page_of(page.source["url"]) in {page_of(other.source["url"]) for other in others if other.source}
    return "id" in page.appearance and page.appearance["id"] in {other.appearance.get("id") for other in others}


def of_page() -> dict[str, tuple[str, Any]]:
    """Return the kind and path of each field that may be typed with a page, by its name."""
    appearance = {str(f.path[-1]): ("claims", f.path) for f in fields("claims") if f.path[:-1] == ("sources", "*")}
    source = {name: ("sources", ("syndicated_from", COPY[name]) if name in COPY else (name,)) for name in OF_SOURCE}
    return appearance | source


def _of_other_page(number: int, text: str, page: _Page, corpus: Corpus) -> list[Problem]:
    """Return all that is wrong with another page as one problem; for missing fields, with the whole option to type."""
    if not page.problems:
        return []
    typed_fields = _words(text)
    missing = [problem.field for problem in page.problems if problem.field in {*OF_SOURCE} - typed_fields.keys()]
    usual = {name: pages.usual(name, page.source, corpus) for name in missing} if page.source else {}
    whole = " ".join([text, *(f"{name}={usual.get(name) or '…'}" for name in missing)])
    lines = [f"{problem.field}: {problem.message}{_one_of(problem)}" for problem in page.problems]
    example = [f"write  --also {_quoted(whole)}"] if missing else []
    return [Problem(f"also.{number}", f"{text}: {len(lines)} to add or correct", (), [*lines, *example])]


def _quoted(text: str) -> str:
    """Return a text as one word of a shell, in double quotes where these are easier to read."""
    return f'"{text}"' if "'" in text and not {*text} & {*'"$`\\!'} else shlex.quote(text)


def _one_of(problem: Problem) -> str:
    shown = [candidate for candidate in problem.candidates if repr(candidate) not in problem.message]
    return f"; one of: {', '.join(shown)}" if len(shown) > 1 else ""


def _page(words: Fields, corpus: Corpus, taken: set[str]) -> _Page:
    """Return a page from its fields, of which `id` is the id, name or address of its source."""
    text = words.pop("id", "")
    means = naming.meaning(text, ["sources"], corpus).id if text else ""
    of_source = {name: words.pop(name) for name in OF_SOURCE if name in words}
    if means or not text:
        return _recorded_page(text, means, of_source, words, corpus)
    if not parts(text):
        message, candidates = naming.unknown(text, ["sources"], corpus)
        return _Page({"id": text, **words}, None, [], [Problem("url", message, candidates)])
    if isinstance(publisher := of_source.get("publisher"), str):
        of_source["publisher"] = _items("sources", "publisher", publisher, corpus)
    source, names = naming.resolved("sources", {"url": text, **_with_copy(of_source)}, corpus)
    page = pages.filled_page({**source, "seen": source.get("seen", "consulted")}, corpus)
    page = page._replace(problems=[_of_copy(problem) for problem in page.problems])
    notes = [f"{t.field}: {t.id} ({t.title}), for {t.text!r}" for t in names] + page.notes
    id = proposals.proposed_id("sources", page.source, corpus, taken) if not page.problems else f"new-{len(taken) + 1}"
    notes = [f"{id}: {', '.join(notes)}"] if notes and not page.problems else []
    return _Page({"id": id, **words}, {"id": id, **page.source}, notes, page.problems)


def _with_copy(of_source: Fields) -> Fields:
    """Return the fields of a source with those of a copy within `syndicated_from`."""
    copied = {COPY[name]: value for name, value in of_source.items() if name in COPY}
    whole = {name: value for name, value in of_source.items() if name not in COPY}
    return {**whole, "syndicated_from": copied} if copied else whole


def _of_copy(problem: Problem) -> Problem:
    """Return the problem of a copy under the name that is typed for it."""
    outer, _, inner = problem.field.partition(".")
    typed_as = {field: name for name, field in COPY.items()}
    return problem if outer != "syndicated_from" else problem._replace(field=typed_as.get(inner, "agency"))


def _recorded_page(text: str, id: str, of_source: Fields, words: Fields, corpus: Corpus) -> _Page:
    """Return a page whose source is recorded; a language that differs from the source's is that of the quote."""
    if not id:
        missing = [Problem("url", "the page is missing: its address, or the id of a recorded source")] * bool(of_source)
        return _Page(words, None, [], missing)
    source = corpus.sources[id]
    lang = of_source.pop("lang", source["lang"])
    appearance = {"id": id, **words, **({"lang": lang} if lang != source["lang"] else {})}
    copied = source.get("syndicated_from", {})
    recorded = {**source.data, **{name: copied.get(field) for name, field in COPY.items()}}
    found = [
        Problem(name, f"{id!r} is recorded with another {name}: {recorded.get(name)!r}; leave out {value!r}")
        for name, value in of_source.items()
        if value not in (recorded.get(name), ",".join(source["publisher"]) if name == "publisher" else None)
    ]
    return _Page(appearance, None, [f"source: {id}, for {text!r}"] if id != text else [], found)


def _undated(
    claim: Fields, options: Options, defaults: Mapping[str, Any], new: Sequence[Fields], corpus: Corpus
) -> list[Problem]:
    """Enter into an undated claim that it was said by the day of publication of the earliest of its sources."""
    if not options.get("undated"):
        return []
    if "said" in claim:
        return [Problem("undated", "goes without --said: it writes the interval up to the day of publication")]
    ids = [appearance.get("id", defaults.get("source", "")) for appearance in claim.get("sources") or [{}]]
    known_sources = {**{source["id"]: source for source in new}, **{i: corpus.sources[i].data for i in corpus.sources}}
    on = [known_sources[id]["published"] for id in ids if pages.has_own_day(known_sources.get(id, {}))]
    claim["said_basis"] = "assumed"
    if not on:
        message = (
            "the page has no day of its own, so it does not bound the words either; type the days that are possible"
        )
        return [Problem("said", f"{message}, as --said 2025-07-13/2025-07-20, and leave out --undated")]
    claim["said"] = known.said_by(min(on, key=lambda published: parse(published).last_day))
    return []
