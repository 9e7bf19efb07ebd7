"""`alleged import`: claims from a table, or sources from a bibliography."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alleged.editing.importing.entries import Entries
    from alleged.editing.importing.judging import Row
    from alleged.editing.importing.writing import Planned
    from alleged.execution import Progress
    from alleged.project import Project


@click.command("import")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Write what is ready; without it, nothing is written.")
@click.option("--map", "map_file", metavar="FILE", type=click.Path(path_type=Path), help="YAML: `column title: field`.")
@click.option("--sheet", metavar="NAME", default="", help="Sheet of an XLSX file; by default the first one.")
@click.option("--set", "common", metavar="FIELD=TEXT", multiple=True, help="Text of a field where an entry has none.")
@click.option("--by", metavar="HANDLE", help="Who records the claims; by default the name that git knows.")
@click.option("--review", metavar="FILE", type=click.Path(path_type=Path), help="Write what is open into FILE.")
@click.option("--review-from", metavar="FILE", type=click.Path(path_type=Path), help="Read the answers of a review.")
@click.option("--template", metavar="FILE", type=click.Path(path_type=Path), help="Write an empty table and stop.")
def command(
    file: Path | None,
    write: bool,
    map_file: Path | None,
    sheet: str,
    common: tuple[str, ...],
    by: str | None,
    review: Path | None,
    review_from: Path | None,
    template: Path | None,
) -> int:
    """Import claims from a table, or sources from a bibliography.

    FILE is a table of claims (.csv, or .xlsx with openpyxl), the form of an issue (.md), or a Zotero export of
    sources (.json as CSL JSON, .bib, .ris). Every row is listed: ready, recorded already, a duplicate, or what it
    needs. With --write, those that are ready go into claims/import/, one bundle for each article; the others stay in
    the list. Running it again changes nothing. Exits with 1 if a row is open.

    \b
    Examples:
      alleged import --template claims.xlsx
      alleged import claims.xlsx --sheet claims
      alleged import claims.csv --review open.yaml
      alleged import claims.csv --review-from open.yaml --write
      alleged import zotero.json --set seen=consulted --write
    """
    from alleged.cli.printing import echo
    from alleged.cli.progress import execution, find_project, read_records
    from alleged.editing import known
    from alleged.editing.importing import reviews, writing
    from alleged.editing.importing.judging import Judge
    from alleged.render import imports

    if template is not None:
        _refuse_existing(template)
        echo(_save_template(template))
        return 0
    if review is not None:
        _refuse_existing(review)
    if file is None:
        raise click.UsageError("name the file to import, or --template FILE for an empty table")
    project = find_project()
    corpus = read_records(project)
    entries = _read(file, _mapping(map_file, project), sheet)
    answers, notes = reviews.read_review(review_from, project, entries) if review_from else ({}, [])
    handle = by or known.curator({}, project)
    if entries.kind == "claims" and not handle:
        raise click.UsageError("say who records the claims: --by HANDLE")
    recorded = {"by": handle, "on": known.today()} if handle else {}
    judge = Judge(corpus, _common(common, entries), recorded)
    with execution() as settings:
        with settings.progress.stage(f"reading {entries.word}s", len(entries.entries)) as stage:
            rows = list(_counted(judge.rows(entries, answers), stage))
        with settings.progress.stage("preparing bundles"):
            planned = writing.plan(rows, recorded, project)
    echo(*imports.lines(entries, rows, _files(planned), [*entries.notes, *notes]))
    if review is not None:
        content, others = reviews.review(rows, str(file))
        _save_review(review, content, others)
    still_open = any(row.state == "open" for row in rows)
    if write:
        writing.write(planned, project)
        return max(_check(planned, project), still_open)
    echo(f"nothing was written; --write writes {_bundles(planned)}" if planned else "nothing was written", err=True)
    return int(still_open)


def _read(file: Path, mapping: Mapping[str, str], sheet: str) -> "Entries":
    """Return the entries of a file, by its suffix."""
    from alleged import files
    from alleged.editing.importing import citations, forms, sheets
    from alleged.editing.importing.entries import MAX_FILE_BYTES
    from alleged.errors import UnknownNameError

    if not files.exists(*files.split(file)):
        raise UnknownNameError(f"there is no file {str(file)!r}")
    readers = {".json": citations.read_csl, ".bib": citations.read_bibtex, ".ris": citations.read_ris}
    readers[".md"] = forms.read_form
    suffix = file.suffix.casefold()
    if suffix not in (".csv", ".tsv", ".xlsx", *readers):
        raise click.UsageError(f"{file.name!r} is none of .csv, .tsv, .xlsx, .json (CSL), .bib, .ris and .md (form)")
    if sheet and suffix != ".xlsx":
        raise click.UsageError(f"{file.name!r} has no sheets; --sheet is for .xlsx")
    with files.translate_oserror(f"{file} cannot be read"):
        content = files.read(*files.split(file), MAX_FILE_BYTES)
    if suffix in readers:
        return readers[suffix](content, file.name)
    if suffix == ".xlsx":
        return sheets.read_xlsx(content, file.name, mapping, sheet)
    return sheets.read_csv(content, file.name, mapping)


def _mapping(path: Path | None, project: "Project") -> dict[str, str]:
    """Return the field of each column title that a map file gives; an empty text leaves a column out."""
    from alleged import files
    from alleged.editing.importing.entries import MAX_FILE_BYTES, UnreadableImport
    from alleged.reader import Document, FileText, parse_text

    if path is None:
        return {}
    with files.translate_oserror(f"{path} cannot be read"):
        content = files.read(*files.split(path), MAX_FILE_BYTES)
    document = parse_text(FileText(path.name, content), project)
    if not isinstance(document, Document):
        raise UnreadableImport(f"{path.name}:{document[0].place.line}: {document[0].message}")
    if not all(isinstance(target, str) for target in document.data.values()):
        raise UnreadableImport(
            f'{path.name}: a map has lines of the form `Column title: field`; `""` leaves a column out'
        )
    return document.data


def _common(pairs: Sequence[str], entries: "Entries") -> dict[str, str]:
    """Return the texts of --set by field."""
    from alleged.editing.importing.sheets import columns
    from alleged.editing.typed import top_fields
    from alleged.schemas.vocabularies import closest

    known = columns() if entries.kind == "claims" else {str(f.path[0]) for f in top_fields("sources")}
    common: dict[str, str] = {}
    for pair in pairs:
        name, _, text = pair.partition("=")
        if name not in known or not text:
            close = closest(name, known)
            hint = f"; did you mean {close[0]!r}?" if close and name not in known else ""
            raise click.UsageError(f"--set takes FIELD=TEXT with a field of {entries.kind}, not {pair!r}{hint}")
        common[name] = text
    return common


def _counted(rows: "Iterable[Row]", stage: "Progress") -> "Iterator[Row]":
    """Yield rows, and report how many there were."""
    for number, row in enumerate(rows, 1):
        stage.advance(number, 0)
        yield row


def _files(planned: "Sequence[Planned]") -> dict[str, str]:
    """Return the file of each new record by its id."""
    return {id: plan.bundle.name for plan in planned for id in plan.ids}


def _bundles(planned: "Sequence[Planned]") -> str:
    return f"{len(planned)} bundle{'' if len(planned) == 1 else 's'}"


def _refuse_existing(path: Path) -> None:
    from contextlib import suppress

    from alleged import files
    from alleged.errors import AllegedError, UnknownNameError
    from alleged.project import Project

    with suppress(UnknownNameError):
        if path.absolute().is_relative_to(Project.find().claims):
            raise AllegedError(f"{str(path)!r} would be taken for a record file; choose a place outside claims/")
    if files.exists(*files.split(path)):
        raise AllegedError(f"{str(path)!r} exists already; name another file, so that nothing is overwritten")


def _save_template(path: Path) -> str:
    """Write an empty table by the suffix of the file, and return a line that says how it is filled in."""
    from alleged import files
    from alleged.cli.output import save
    from alleged.cli.progress import find_project, read_records, use_own_codes
    from alleged.editing.importing import templates

    match path.suffix.casefold():
        case ".csv":
            use_own_codes()
            save(path, templates.csv_template())
            return f"wrote {path}; its second line explains the columns"
        case ".xlsx":
            content = templates.xlsx_template(read_records(find_project()), path.name)
            with files.translate_oserror(f"{path} cannot be written"):
                files.write(*files.split(path), content)
            return f"wrote {path}; the sheets 'lists' and 'help' explain codes, ids and acts"
    raise click.UsageError(f"{path.name!r} ends in neither .csv nor .xlsx")


def _save_review(path: Path, content: bytes, others: int) -> None:
    from alleged import files
    from alleged.cli.printing import echo

    with files.translate_oserror(f"{path} cannot be written"):
        files.write(*files.split(path), content)
    echo(f"wrote {path}; fill it in, then give it to --review-from", err=True)
    if others:
        echo(f"{others} more would be too many for one file; write a review again after --write", err=True)


def _check(planned: "Sequence[Planned]", project: "Project") -> int:
    """Check the bundles that were written, print the findings, and return the exit code."""
    from alleged import report
    from alleged.cli.printing import echo
    from alleged.render import findings

    echo(f"wrote {_bundles(planned)}" if planned else "there was nothing to write", err=True)
    if not planned:
        return 0
    checked = report.check(project, [project.root / plan.bundle.name for plan in planned])
    echo(*findings.plain(checked))
    return 0 if checked.sound else 1
