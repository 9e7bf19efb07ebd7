"""`alleged new`: add a claim, a source, an actor or a topic."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from alleged.editing.drafts import Draft, Setting
    from alleged.editing.known import Problem
    from alleged.errors import AllegedError

KINDS = {"claim": "claims", "source": "sources", "actor": "actors", "topic": "topics"}
"""What can be added, with the list of the bundle that it goes into."""

HELP = {
    "claim": """Add a claim: who said what, when, and where it was printed.

    A new page becomes a source in the same step: its publisher follows from the address, kind and language from its
    other articles if all of these agree, the day from the address if that holds one. Actors, topics and sources are
    named by id, by name, or by words that fit only one. A recorded page takes the claim into its bundle, a new one
    begins a bundle; --into names another file. A list takes one option for each item, or commas between ids.

    \b
    Examples:
      alleged new claim --url https://example.com/2024/06/18/envoy --claimant "Ann Example" \\
        --topic dprk-munitions-to-russia --act allege --said 2024-06-17 --mode past \\
        --summary "Shells from the DPRK have been used." --quote "shells made in North Korea"
      alleged new claim … --also "https://example.org/envoy published=2024-06-18" --co-claimants japan,rok,us
      alleged new claim … --undated --figure "low=1000 bound=gt unit=container" \\
        --relation "type=denies to=kirby-2023-containers basis=curator"
    """,
    "source": """Add a source: an article or a document.

    It goes into a new file of its year, or into the file of --into. `alleged new claim --url` does this by itself; use
    this command for documents without claims of their own.

    \b
    Example:
      alleged new source --url https://example.com/2024/06/18/envoy --seen consulted
      alleged new source --kind report --publisher "Example Institute" --url https://example.org/report \\
        --published 2024-06-18.. --lang en --seen consulted
    """,
    "actor": """Add an actor: a person, an outlet, a body, a state.

    It goes into the file with most actors that are like it: of the same kind, and if there are any, of the same state
    or organisation, then those who speak or publish, then those of the same bodies; or into the file of --into.

    \b
    Examples:
      alleged new actor --name "Example Times" --kind outlet
      alleged new actor --name "Ann Example" --kind person --public-role "Envoy of Norway, 2024" \\
        --memberships "Norway role=envoy from=2023-01" --names "Энн Экзампл lang=ru"
    """,
    "topic": """Add a topic: a neutral question that claims answer.

    It goes into the file with most topics of its predicate, or into the file of --into. Without --predicate, those are
    listed that are nearest by the words of the question, with how to add one of your own.

    \b
    Example:
      alleged new topic --question "Did Iran transfer drones to Russia?" --predicate transfers-arms \\
        --subject iran --object russia --item drone
    """,
}

NAMES = {"sources": "source", "quantities": "figure", "relations": "relation"}
"""Options that are not called like their field."""

OF_PAGE = {
    "published": "Day of publication of a new page, if not in its address; 2024-06-18.. if the page has none.",
    "published_basis": "Whether a new page states that day, or it was inferred or assumed.",
    "publisher": "Outlet or body that publishes a new page, if its host is not known.",
    "kind": "Kind of document of a new page, if its other articles do not agree.",
    "lang": "Language of a new page, or of the quote if it differs from that of a recorded one.",
    "title": "Title of a new page as printed; leave it out unless you have read it on the page.",
    "seen": "For a new page: consulted (so by default) or cited-only.",
    "agency": "News agency whose text a new page copies, as afp.",
    "copy_of": "Recorded source, by id or address, whose text a new page copies, instead of --agency.",
    "copy_basis": "How the copy is known, as byline; 'alleged explain syndication-basis' lists the ways.",
    "quote": "The words as printed on the page, at most 8.",
    "gloss": "What a quote that is not English says, in English and in your own words.",
    "translated": "The quote is a translation of the claimant's words.",
    "utterance_lang": "Language in which the claimant spoke or wrote.",
    "locator": "Where on the page: paragraph, minute, page number.",
}
"""Options of a claim about the page that it is read on."""

REMARKS = {
    ("sources", "title"): " Leave it out unless you have read it on the page.",
    ("sources", "published"): " 2024-06-18.. for a page without a day of its own: since then.",
    ("actors", "names"): " As 'Российская Федерация lang=ru script=Cyrl'.",
    ("claims", "sources"): " Its id or address; the same as --url and --also.",
}
"""What the options say besides the description of their field."""

WITHOUT = {
    *("allow", "status", "status_reason", "status_on", "recorded", "id"),
    *("file_sha256", "text_sha256", "checked", "response_sought"),
}
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
    terminal it asks for what is missing. Names are taken for ids. What other records say is filled in and printed: the
    body of a claimant on that day, the publisher of an address, an id. No fact is guessed.

    \b
    Examples:
      alleged new claim --url https://example.com/2024/06/18/envoy --claimant "Ann Example" …
      alleged new actor --name "Example Times" --kind outlet
      alleged new topic --help
    """


class Common(NamedTuple):
    """Options that every kind has."""

    id: str | None
    into: Path | None
    dry_run: bool


def _command(word: str) -> click.Command:
    kind = KINDS[word]
    parameters: list[click.Parameter] = [*(_page_options() if kind == "claims" else ()), *_field_options(kind)]
    parameters += [
        click.Option(["--id"], metavar="ID", help="Id of the record; by default one is proposed. It is never changed."),
        click.Option(["--into"], metavar="FILE", type=click.Path(path_type=Path), help="Bundle to write it into."),
        click.Option(["--dry-run"], is_flag=True, help="Print what would be written."),
    ]

    def run(**options: Any) -> int:
        common = Common(*(options.pop(name, None) for name in Common._fields))
        return add_record(kind, options, common)

    return click.Command(word, params=parameters, callback=run, help=HELP[word])


def _field_options(kind: str) -> Iterator[click.Option]:
    from alleged.editing.typed import inner_names, top_fields, type_of

    for field in top_fields(kind):
        name = str(field.path[-1])
        if name not in WITHOUT:
            several = type_of(field.schema) == "list"
            inner = inner_names(kind, field.path)
            takes = f" Takes {', '.join(inner)}; see 'alleged explain {kind}.{name}'." if inner else ""
            help = f"{field.schema.get('description', '')}{REMARKS.get((kind, name), '')}{takes}"
            metavar = type_of(field.schema).upper() if not several else "ITEM"
            yield click.Option([option(name), name], multiple=several, help=help, metavar=metavar)


def _page_options() -> Iterator[click.Option]:
    """Yield the options of a claim that are not fields of it: about its pages, and who records it."""
    from alleged.editing.drafts import of_page

    yield click.Option(["--url"], metavar="ADDRESS", help="The page, new or recorded: its address, or its id.")
    for name, help in OF_PAGE.items():
        is_flag = name == "translated"
        yield click.Option([option(name), name], help=help, is_flag=is_flag, metavar=None if is_flag else "TEXT")
    yield click.Option(
        ["--also"],
        metavar="PAGE",
        multiple=True,
        help="Another page that carries it, with what is known, as 'https://… published=2024-06-18 quote=\"…\"'. "
        f"After the address or id, it takes {', '.join(name for name in of_page() if name != 'id')}.",
    )
    yield click.Option(["--undated"], is_flag=True, help="The page does not say when: by the day of publication.")
    yield click.Option(["--by"], metavar="HANDLE", help="Who records it; by default as in the bundle, or as in git.")


def option(name: str) -> str:
    """Return the option of a field, as `--on-behalf-of`."""
    return f"--{NAMES.get(name, name).replace('_', '-')}"


def add_record(kind: str, options: Mapping[str, Any], common: Common) -> int:
    """Write a new record, check it, and print what to do next; return the exit code."""
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project, read_records
    from alleged.editing import adding
    from alleged.editing.drafts import Setting, draft

    project = find_project()
    setting = Setting(read_records(project), project, common.into, common.id)
    made = draft(kind, options, setting)
    if made.problems and sys.stdin.isatty() and sys.stderr.isatty():
        options = _asked(kind, options, setting)
        made = draft(kind, options, setting)
    else:
        echo(*made.notes, err=True)
    if made.problems:
        raise _refused(made)
    name = made.file(kind, setting)
    bundle = made.bundle or adding.open_bundle(project.root / name, project)
    lists = {"sources": made.sources, kind: [made.record]} if made.sources else {kind: [made.record]}
    content = adding.content(bundle, lists, project)
    if kind == "claims" and (supplied := [name for name in bundle.defaults if name not in (*made.record, "source")]):
        echo(f"the defaults of {bundle.name} supply {', '.join(supplied)}", err=True)
    if common.dry_run:
        echo(f"would write {bundle.name}:", *adding.rendered(lists).decode().splitlines())
        return 0
    adding.save(bundle, content, project)
    return _report(kind, made, bundle.name, setting)


def _asked(kind: str, options: Mapping[str, Any], setting: "Setting") -> Mapping[str, Any]:
    from alleged.cli import asking
    from alleged.editing.drafts import draft

    asked = asking.questions(lambda made: bool(_foreign(made, setting))) if kind == "claims" else ()
    return asking.ask(kind, options, lambda entered: draft(kind, entered, setting), asked)


def _refused(made: "Draft") -> "AllegedError":
    from alleged.cli import asking
    from alleged.errors import AllegedError

    rank = {question.option: number for number, question in enumerate(asking.questions())}
    problems = sorted(made.problems, key=lambda problem: rank.get(problem.field.partition(".")[0], len(rank)))
    lines = [line for problem in problems for line in (_line(problem), *(f"    {h}" for h in problem.help))]
    return AllegedError("nothing was written:", *lines)


def _line(problem: "Problem") -> str:
    shown = [candidate for candidate in problem.candidates if repr(candidate) not in problem.message]
    codes = f"; one of: {', '.join(shown)}" if len(shown) > 1 and not problem.help else ""
    return f"  {option(problem.field.partition('.')[0])}: {problem.message}{codes}"


def _report(kind: str, made: "Draft", file: str, setting: "Setting") -> int:
    """Check the file that was written, and print the findings and what to do next; return the exit code."""
    from alleged import report
    from alleged.cli.printing import echo
    from alleged.render import findings

    new = [made.record["id"], *(source["id"] for source in made.sources)]
    echo(f"wrote {' and '.join(map(repr, new))} into {file}")  # before the check, which may fail
    checked = report.check(setting.project, [setting.project.root / file])
    kept = tuple(issue for issue in checked.issues if issue.rule != "unused-record")  # using it is the next step
    for issue, found in zip(kept, findings.plain(replace(checked, issues=kept)), strict=True):
        echo(found, *([f"  {issue.help}"] if issue.help else []))
    if lang := _foreign(made, setting):
        echo(f"hint: the quote is in {lang!r}; add its English sense as gloss, so that others can review it")
    echo(*_next(kind, made.record, file, checked.sound, setting.project.folder))
    return 0 if checked.sound else 1


def _foreign(made: "Draft", setting: "Setting") -> str:
    """Return the language of a quote of a claim that is not English and has no gloss; empty if there is none."""
    from alleged.editing.pages import foreign_quotes

    default = made.bundle.defaults.get("source", "") if made.bundle else ""
    appearances = [{"id": default, **appearance} for appearance in made.record.get("sources", ())]
    recorded = {id: source["lang"] for id, source in setting.corpus.sources.items()}
    new = {source["id"]: source["lang"] for source in made.sources if "lang" in source}
    return next(iter(foreign_quotes(appearances, recorded | new)), "")


def _next(kind: str, record: Mapping[str, Any], file: str, sound: bool, folder: str) -> Sequence[str]:
    """Return what to do next; `folder` holds all records, also the new actors and topics of a claim."""
    id = record["id"]
    if not sound:
        return [f"next: correct {file}, then run  alleged check {file}"]
    match kind:
        case "sources":
            return [f"next: alleged new claim --url {id} --claimant … --topic … --act … --said … --summary …"]
        case "claims":
            return [f"next: alleged show {id}; then git add {folder} and git commit"]
        case "actors" if record["kind"] == "outlet":
            return [f"next: alleged new claim --url … --publisher {id} --kind … --lang …"]
        case "actors":
            return [f"next: alleged new claim --url … --claimant {id} …"]
    return [f"next: alleged new claim --url … --topic {id} …"]
