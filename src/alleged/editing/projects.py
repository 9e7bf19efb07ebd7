"""Start a new dataset: its settings, an example, and what editors, git and GitHub need."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from alleged import files, report
from alleged.editing import local_schema
from alleged.editing.completion import in_one_piece
from alleged.editing.known import curator, today
from alleged.errors import ExistsError, UnknownNameError
from alleged.execution import SERIAL
from alleged.project import PACKAGE, Project
from alleged.reader import record_files
from alleged.records.own_codes import read_own_codes
from alleged.schemas.validate import findings
from alleged.schemas.vocabularies import using
from alleged.text.escape import file_name
from alleged.text.words import slug

TEMPLATES = "editing/new_project"
"""Folder in the package with the files of a new project; `dot-` begins names that begin with a dot in the project.

The files of `dot-github/` are the workflows and forms of this repository too; a test compares them.
"""

EXAMPLE = "claims/example.yaml"

LARGEST = 1 << 20

FOR_EDITORS = ("bundle", "dataset", "vocabulary")
"""Schemas of files that people write."""

OPTIONAL = {
    "address": "# Where the dataset can be found:\n# address: https://example.org/claims\n",
    "catalogue": "# Where its releases are published, as a folder with index.json:\n"
    "# catalogue: https://example.org/claims/datasets\n",
    "contact": "# For questions, corrections and complaints:\n# contact: corrections@example.org\n",
}
"""What stands in `dataset.yaml` in place of a setting that is not known yet."""


def fault(field: str, value: Any) -> str:
    """Return what is wrong with the value of a setting, and what to write; empty if nothing is."""
    found = findings("dataset", {field: value})
    return f"{found[0].message}; {found[0].help}".rstrip("; ") if found else ""


class Started(NamedTuple):
    """Names of the files that were written for a new project, and of those that were there and are kept."""

    written: list[str]
    kept: list[str]


def start(folder: Path, settings: Mapping[str, Any], keep: bool = False) -> Started:
    """Write the files of a new project with these settings; the folder need not exist.

    With `keep`, files that exist stay as they are. Where there are records, no example is written.

    Raises:
        ExistsError: The folder is in a project, or without `keep`, one of the files exists; nothing was written.
        EnvironmentFailure: A file cannot be written (disk, permission), or a link is on the way; nothing is left.
    """
    _refuse_projects(folder)
    content = {**_files(folder, settings), **_schemas()}
    if files.is_folder(folder, "claims") and next(iter(record_files(Project(folder))), None):
        del content[EXAMPLE]
    kept = [name for name in content if files.exists(folder, name)]
    if kept and not keep:
        here = ", ".join(map(file_name, kept))
        raise ExistsError(
            f"nothing was written, since these exist in {folder}: {here}; move them away first, or add  --keep  "
            "to leave them as they are"
        )
    written = [name for name in content if name not in kept]
    parents = {str(parent) for name in written for parent in PurePosixPath(name).parents[:-1]}
    made = [parent for parent in sorted(parents, reverse=True) if not files.exists(folder, parent)]
    done: list[str] = []
    with files.translate_oserror(f"the project cannot be written to {folder}"):
        try:
            for name in written:
                files.make_folder(folder, name.rpartition("/")[0])
                files.create(folder, name, content[name], durable=False)
                done.append(name)
        except BaseException:  # otherwise it would be a project, in which nothing is started again
            _remove(folder, done, made)
            raise
    project = Project(folder)
    local_schema.create_folder(project)
    local_schema.refresh(project, report.check_project(project), SERIAL)
    return Started(written, kept)


def _remove(folder: Path, names: list[str], folders: list[str]) -> None:
    """Delete the files of a project that could not be written, and the folders that were made for them."""
    for name in names:
        with suppress(OSError):
            files.remove(folder, name)
    for name in folders:
        with suppress(OSError):
            files.remove_folder(folder, name, lambda _: False)


def _refuse_projects(folder: Path) -> None:
    """Raise an error if a folder has the settings of a project, or is inside a project; records may be there.

    Raises:
        ExistsError: It has, or is.
    """
    try:
        project = Project.find(folder)
    except UnknownNameError:
        return
    if project.root != folder or files.exists(folder, "dataset.yaml"):
        raise ExistsError(f"{project.root} is a project already; choose a folder outside it")


def refresh_schemas(project: Project) -> list[str]:
    """Write the schemas for editors, with the own codes of the project, and return their names.

    Raises:
        EnvironmentFailure: A file cannot be written (disk, permission), or a link is on the way.
        UnknownNameError: The files of own codes have mistakes.
    """
    codes, issues = read_own_codes(project)
    if issues:
        raise UnknownNameError(f"{issues[0].place.path} has mistakes; run 'alleged check'")
    with using(codes):
        content = _schemas()
    with files.translate_oserror("the schemas cannot be written"):
        for name in content:
            files.make_folder(project.root, name.rpartition("/")[0])
            files.write(project.root, name, content[name])
    return list(content)


def _files(folder: Path, settings: Mapping[str, Any]) -> dict[str, bytes]:
    existing = next(path for path in (folder, *folder.parents) if files.is_folder(path))  # git is asked there
    content = {"dataset.yaml": _settings(settings).encode()}
    values = {
        "version": version("alleged"),
        "licence": settings["licence"],
        "curator": curator({}, Project(existing)) or slug(settings["authors"][0]["name"]) or "curator",
        "today": today(),
    }
    for entry in files.walk(PACKAGE, TEMPLATES, lambda _: True):
        name = "/".join(part.replace("dot-", ".", 1) for part in entry.name.removeprefix(f"{TEMPLATES}/").split("/"))
        content[name] = filled(files.read(PACKAGE, entry.name, LARGEST), values)
    return content


def filled(content: bytes, values: Mapping[str, str]) -> bytes:
    """Return the content of a template with values in place of `@licence@` and the like."""
    return re.sub(rb"@(\w+)@", lambda match: values[match[1].decode()].encode(), content)


def _settings(settings: Mapping[str, Any]) -> str:
    """Return the content of `dataset.yaml`; its values are JSON, which YAML includes."""
    authors = "".join(f"  - name: {_json(author['name'])}\n" for author in settings["authors"])
    more = "    # orcid: 0000-0002-1825-0097\n    # affiliation: University of Example\n"
    stated = (f"{name}: {_json(settings[name])}\n" if name in settings else OPTIONAL[name] for name in OPTIONAL)
    return (
        "# Settings of the dataset; the schema is schemas/dataset.schema.json.\n"
        f"title: {_json(settings['title'])}\nauthors:\n{authors}{more}"
        f"licence: {settings['licence']}\n{''.join(stated)}"
        "# Most words that a quote may have; longer ones may infringe copyright.\nquote_words: 8\n"
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _schemas() -> dict[str, bytes]:
    """Return the schemas that editors need, each in one piece, by name, with the own codes in use."""
    texts = {name: json.dumps(in_one_piece(name), indent=2, ensure_ascii=False) for name in FOR_EDITORS}
    return {f"schemas/{name}.schema.json": f"{text}\n".encode() for name, text in texts.items()}
