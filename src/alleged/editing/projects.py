"""Start a new dataset: its settings, an example, and what editors, git and GitHub need."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

from alleged import files
from alleged.errors import ExistsError, UnknownNameError
from alleged.graphs import reachable
from alleged.project import PACKAGE, Project
from alleged.records.own_codes import read_own_codes
from alleged.schemas.definitions import contents_in_use
from alleged.schemas.validate import findings
from alleged.schemas.vocabularies import using
from alleged.text.escape import file_name

TEMPLATES = "editing/new_project"
"""Folder in the package with the files of a new project; `dot-` begins names that begin with a dot in the project."""

LARGEST = 1 << 20

FOR_EDITORS = ("bundle", "dataset", "vocabulary")
"""Schemas of files that people write; editors need these, and those that they refer to."""

OPTIONAL = {
    "address": "# Where the dataset can be found:\n# address: https://example.org/claims\n",
    "contact": "# For questions, corrections and complaints:\n# contact: corrections@example.org\n",
}
"""What stands in `dataset.yaml` in place of a setting that is not known yet."""


def fault(field: str, value: Any) -> str:
    """Return what is wrong with the value of a setting, and what to write; empty if nothing is."""
    found = findings("dataset", {field: value})
    return f"{found[0].message}; {found[0].help}".rstrip("; ") if found else ""


def start(folder: Path, settings: Mapping[str, Any]) -> list[str]:
    """Write the files of a new project with these settings, and return their names; the folder need not exist.

    Raises:
        ExistsError: The folder is in a project, or one of the files exists; nothing was written.
        EnvironmentFailure: A file cannot be written (disk, permission), or a link is on the way; nothing is left.
    """
    try:
        raise ExistsError(f"{Project.find(folder).root} is a project already; choose a folder outside it")
    except UnknownNameError:
        content = {**_files(settings), **_schemas()}
    if here := [file_name(name) for name in content if files.exists(folder, name)]:
        raise ExistsError(
            f"nothing was written, since these exist in {folder}: {', '.join(here)}; move them away first"
        )
    parents = {str(parent) for name in content for parent in PurePosixPath(name).parents[:-1]}
    written: list[str] = []
    made = [parent for parent in sorted(parents, reverse=True) if not files.exists(folder, parent)]
    with files.translate_oserror(f"the project cannot be written to {folder}"):
        try:
            for name in content:
                files.make_folder(folder, name.rpartition("/")[0])
                files.create(folder, name, content[name], durable=False)
                written.append(name)
        except BaseException:  # otherwise it would be a project, in which nothing is started again
            _remove(folder, written, made)
            raise
    return written


def _remove(folder: Path, names: list[str], folders: list[str]) -> None:
    """Delete the files of a project that could not be written, and the folders that were made for them."""
    for name in names:
        with suppress(OSError):
            files.remove(folder, name)
    for name in folders:
        with suppress(OSError):
            files.remove_folder(folder, name, lambda _: False)


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


def _files(settings: Mapping[str, Any]) -> dict[str, bytes]:
    content = {"dataset.yaml": _settings(settings).encode()}
    for entry in files.walk(PACKAGE, TEMPLATES, lambda _: True):
        name = "/".join(part.replace("dot-", ".", 1) for part in entry.name.removeprefix(f"{TEMPLATES}/").split("/"))
        content[name] = files.read(PACKAGE, entry.name, LARGEST).replace(b"@version@", version("alleged").encode())
    return content


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
    """Return the schemas that editors need, by name, with the own codes in use."""
    known = contents_in_use()
    starts = [address for address in known if address.endswith(tuple(f"/{name}.schema.json" for name in FOR_EDITORS))]
    needed = reachable(starts, lambda address: _references(known[address], address))
    texts = {address: json.dumps(known[address], indent=2, ensure_ascii=False) for address in sorted(needed)}
    return {f"schemas/{address.partition('/schemas/')[2]}": f"{text}\n".encode() for address, text in texts.items()}


def _references(part: Any, base: str) -> Iterator[str]:
    """Yield the addresses of the schemas that a part of a schema refers to."""
    for name, value in part.items() if isinstance(part, dict) else enumerate(part):
        if name == "$ref":
            yield urljoin(base, value).partition("#")[0]
        elif isinstance(value, dict | list):
            yield from _references(value, base)
