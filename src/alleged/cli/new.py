"""`alleged new`: add a claim, a source, an actor or a topic."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from alleged.editing.adding import Bundle
    from alleged.editing.known import Problem
    from alleged.project import Project
    from alleged.records.corpus import Corpus

KINDS = {"claim": "claims", "source": "sources", "actor": "actors", "topic": "topics"}
"""What can be added, with the list of the bundle that it goes into."""

HELP = {
    "claim": """Add a claim: who said what, when, and where it was printed.

    It goes into the bundle of its source, or into the file of --into. Give one --source for each article, by id or by
    address; --quote is from the first one. A list of figures or relations takes one option for each.

    \b
    Examples:
      alleged new claim --claimant kim-in-ae --act allege --topic dprk-arms-to-russia --said 2024-05-17 \\
        --mode past --summary "Pyongyang and Moscow trade arms." --source wideo-202405-mou
      alleged new claim … --undated --figure "low=1000 bound=gt unit=container" \\
        --relation "type=denies to=kirby-2023-containers basis=curator"
    """,
    "source": """Add a source: an article or a document.

    It goes into a new file of its year, or into the file of --into.

    \b
    Example:
      alleged new source --kind article-newspaper --url https://example.com/envoy --published 2024-06-18 \\
        --lang en --seen consulted --title "Envoy speaks"
    """,
    "actor": """Add an actor: a person, an outlet, a body, a state.

    It goes into the file with most actors of its kind: if there are any, the ones of the same bodies, and those who
    speak or publish; or into the file of --into.

    \b
    Examples:
      alleged new actor --name "Example Times" --kind outlet
      alleged new actor --name "Ann Example" --kind person --public-role "Envoy of Norway, 2024" \\
        --memberships "norway role=envoy from=2023-01"
    """,
    "topic": """Add a topic: a neutral question that claims answer.

    It goes into the file with most topics of its predicate, or into the file of --into.

    \b
    Example:
      alleged new topic --question "Did Iran transfer drones to Russia?" --predicate transfers-arms \\
        --subject iran --object russia --item drone
    """,
}

NAMES = {"sources": "source", "quantities": "figure", "relations": "relation"}
"""Options that are not called like their field."""

WORDS = ("quote", "locator")
"""Fields of the first source of a claim that have options of their own."""

WITHOUT = {"allow", "status", "status_reason", "status_on", "recorded", "id", "file_sha256", "text_sha256"}
"""Fields of later, and those that are filled in."""


class Kinds(click.Group):
    """The kinds of record; the options of each are read from the schemas, only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(KINDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(cmd_name) if cmd_name in KINDS else None


@click.group("new", cls=Kinds)
def command() -> None:
    """Add a claim, a source, an actor or a topic.

    Writes it into the bundle where it belongs, in the style of `alleged fmt`; nothing else in the file changes. At a
    terminal it asks for what is missing. What other records say is filled in: the body of a claimant on that day, the
    publisher of an address, an id. No fact is guessed.

    \b
    Examples:
      alleged new source --url https://example.com/envoy --published 2024-06-18
      alleged new claim --source https://example.com/envoy --claimant example-envoy
      alleged new actor --name "Example Times" --kind outlet
      alleged new topic --help
    """


class Common(NamedTuple):
    """Options that every kind has."""

    id: str | None
    into: Path | None
    by: str | None
    dry_run: bool


def _command(word: str) -> click.Command:
    from alleged.editing.typed import top_fields, type_of

    kind = KINDS[word]
    parameters: list[click.Parameter] = []
    for field in top_fields(kind):
        name = str(field.path[-1])
        if name not in WITHOUT:
            several = type_of(field.schema) == "list"
            help = str(field.schema.get("description", ""))
            metavar = type_of(field.schema).upper() if not several else "ITEM"
            parameters.append(click.Option([option(name), name], multiple=several, help=help, metavar=metavar))
    if kind == "claims":
        parameters += [
            click.Option(["--quote"], metavar="TEXT", help="The words as printed in the first source."),
            click.Option(["--locator"], metavar="TEXT", help="Where in the first source: page, paragraph, minute."),
            click.Option(["--undated"], is_flag=True, help="The day is not known: said by the day of publication."),
            click.Option(["--by"], metavar="HANDLE", help="Who records it; by default as in the bundle, or as in git."),
        ]
    parameters += [
        click.Option(["--id"], metavar="ID", help="Id of the record; by default one is proposed."),
        click.Option(["--into"], metavar="FILE", type=click.Path(path_type=Path), help="Bundle to write it into."),
        click.Option(["--dry-run"], is_flag=True, help="Print what would be written."),
    ]

    def run(**options: Any) -> int:
        common = Common(*(options.pop(name, None) for name in Common._fields))
        return add_record(kind, options, common)

    return click.Command(word, params=parameters, callback=run, help=HELP[word])


def option(name: str) -> str:
    """Return the option of a field, as `--on-behalf-of`."""
    return f"--{NAMES.get(name, name).replace('_', '-')}"


def add_record(kind: str, options: Mapping[str, Any], common: Common) -> int:
    """Write a new record, check it, and print what to do next; return the exit code."""
    from alleged import report
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project, read_records
    from alleged.editing import adding
    from alleged.render import findings

    project = find_project()
    corpus = read_records(project)
    record = _typed(kind, options)
    bundle = _bundle(kind, record, common, corpus, project)
    record, bundle = _complete(kind, record, bundle, common, corpus, project)
    if kind == "sources" and bundle.content is None:  # what follows in a new bundle are claims from this source
        content = adding.new_bundle(bundle.name, {"source": record["id"]}, {kind: [record]}, project)
    else:
        content = adding.add(bundle, kind, [record], project)
    supplied = [name for name in bundle.defaults if name not in record and name != "source"] if kind == "claims" else []
    if supplied:
        echo(f"the defaults of {bundle.name} supply {', '.join(supplied)}", err=True)
    if common.dry_run:
        echo(f"would write {bundle.name}:", *adding.rendered({kind: [record]}).decode().splitlines())
        return 0
    adding.save(bundle, content, project)
    echo(f"wrote {record['id']!r} into {bundle.name}")  # before the check, which may fail
    checked = report.check(project, [project.root / bundle.name])
    echo(*findings.plain(checked), *_next(kind, record["id"], bundle.name, checked.sound))
    return 0 if checked.sound else 1


def _typed(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record that options describe.

    Raises:
        AllegedError: Some texts do not have the type of their field; all are named.
    """
    from alleged.editing import typed
    from alleged.errors import AllegedError

    record: dict[str, Any] = {}
    wrong: list[str] = []
    for name, text in options.items():
        if not text or (isinstance(text, str) and not text.strip()) or name in (*WORDS, "undated"):
            continue
        try:
            several = isinstance(text, tuple)
            record[name] = typed.items(kind, name, text) if several else typed.value_of(kind, (name,), text)
        except AllegedError as error:
            wrong.append(f"{option(name)}: {error}")
    if wrong:
        raise AllegedError(*wrong)
    if kind == "claims":
        _add_appearance(record, options)
    return record


def _add_appearance(claim: dict[str, Any], options: Mapping[str, Any]) -> None:
    from alleged.editing import typed

    given = {name: options[name] for name in WORDS if options.get(name)}
    words = {name: typed.value_of("claims", ("sources", "*", name), text) for name, text in given.items()}
    if words:
        first, *others = claim.get("sources", [{}])
        claim["sources"] = [{**first, **words}, *others]
    if options.get("undated"):
        if "said" in claim:
            raise click.UsageError("--undated goes without --said: it writes the interval up to the day of publication")
        claim["said_basis"] = "assumed"


def _bundle(
    kind: str, record: Mapping[str, Any], common: Common, corpus: "Corpus", project: "Project"
) -> "Bundle | None":
    """Return the bundle of --into, or of the source of a claim; None if it follows only from the whole record."""
    from alleged.editing import adding, known

    if common.into is not None:
        return adding.open_bundle(common.into.absolute(), project)
    if kind == "claims" and record.get("sources"):
        filled, _ = known.filled(kind, {"sources": record["sources"][:1]}, {}, corpus)
        source = corpus.sources.get(filled["sources"][0].get("id", ""))
        return adding.open_bundle(project.root / source.file.path, project) if source else None
    return None


def _complete(
    kind: str,
    given: dict[str, Any],
    bundle: "Bundle | None",
    common: Common,
    corpus: "Corpus",
    project: "Project",
) -> tuple[dict[str, Any], "Bundle"]:
    """Return the record with all that it needs, and its bundle; ask for what is missing at a terminal.

    Raises:
        AllegedError: Something is missing or wrong, and nobody can be asked; all of it is named.
    """
    from alleged.editing import adding, known
    from alleged.errors import AllegedError
    from alleged.records.record import completed

    while True:
        defaults = bundle.defaults if bundle and kind == "claims" else {}
        record, open_questions = known.filled(kind, _dated(given, defaults, corpus), defaults, corpus)
        if kind == "claims":
            by = common.by or known.curator(defaults, project)
            record |= {"recorded": {"by": by, "on": known.today()}} if by else {}
        id = common.id or "new"
        full = completed({"id": id, **record}, defaults) if kind == "claims" else {"id": id, **record}
        found = [*open_questions, *known.problems(kind, full, corpus)]
        if common.id in corpus.by_id:
            found.append(known.Problem("id", f"the id {common.id!r} names another record"))
        if not found:
            break
        if common.id in corpus.by_id or not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise AllegedError("nothing was written:", *map(_line, found))
        _ask(kind, found[0], given)
        bundle = bundle or _bundle(kind, given, common, corpus, project)
    record = {"id": common.id or known.proposed_id(kind, full, corpus), **record}
    bundle = bundle or adding.open_bundle(project.root / _new_file(kind, record, corpus, project), project)
    return record, bundle


def _dated(claim: dict[str, Any], defaults: Mapping[str, Any], corpus: "Corpus") -> dict[str, Any]:
    """Return an undated claim as said by the day of publication of the earliest of its sources."""
    from alleged.dates import parse
    from alleged.editing import known

    if claim.get("said_basis") != "assumed" or "said" in claim:
        return claim
    filled, _ = known.filled("claims", {"sources": claim.get("sources") or [{}]}, {}, corpus)
    ids = [appearance.get("id", defaults.get("source", "")) for appearance in filled["sources"]]
    published = [corpus.sources[id]["published"] for id in ids if id in corpus.sources]
    return {**claim, "said": known.said_by(min(published, key=lambda p: parse(p).last_day))} if published else claim


def _new_file(kind: str, record: Mapping[str, Any], corpus: "Corpus", project: "Project") -> str:
    """Return the name of the file for a record that is no claim."""
    from alleged.editing import known

    if kind == "sources":
        return f"{project.folder}/{known.year_of(record['published'])}/{record['id']}.yaml"
    return known.registry_file(kind, record, corpus, project)


def _line(problem: "Problem") -> str:
    top, _, inner = problem.field.partition(".")
    name = "--by" if top == "recorded" else option(inner if inner in WORDS else top)
    listed = len(problem.candidates) > 1 and "did you mean" not in problem.message
    codes = f"; one of: {', '.join(problem.candidates)}" if listed else ""
    return f"  {name}: {problem.message}{codes}"


def _ask(kind: str, problem: "Problem", record: dict[str, Any]) -> None:
    """Ask for the value of a field until it has the right type, and enter it into the record."""
    from alleged.cli import printing
    from alleged.editing import known, typed
    from alleged.errors import AllegedError

    name, _, inner = problem.field.partition(".")
    printing.echo(_line(problem), err=True)
    while True:
        text = printing.ask_text(inner if inner in WORDS else NAMES.get(name, name)).strip()
        try:
            if inner in WORDS:
                record[name][0][inner] = typed.value_of(kind, (name, "*", inner), text)
            elif name == "recorded":
                record[name] = {"by": text, "on": known.today()}
            else:
                record[name] = typed.whole_value(kind, name, text)
            return
        except AllegedError as error:
            printing.echo(str(error), err=True)


def _next(kind: str, id: str, file: str, sound: bool) -> Sequence[str]:
    """Return what to do next."""
    if not sound:
        return [f"next: correct {file}, then run  alleged check {file}"]
    match kind:
        case "sources":
            return [f"next: alleged new claim --source {id} --claimant … --act … --topic … --said … --summary …"]
        case "claims":
            return [f"next: alleged show {id}; then git add {file} and git commit"]
        case "actors":
            return [f"next: alleged new claim --claimant {id} …"]
    return [f"next: alleged new claim --topic {id} …"]
