"""Keep the local schema of a project up to date, so that editors complete the ids of its records.

It is one file in `.alleged/`, a folder that git ignores. A check writes it only if the folder is there: nobody wants
files of their own in a repository that they only look at, or in a workflow. `alleged check --editor` makes the folder.
The file begins with the state of the project that it was made from; while that is the same, nothing is read.
"""

import json
from typing import TYPE_CHECKING

from alleged import files, report
from alleged.execution import Execution
from alleged.project import Project

if TYPE_CHECKING:  # if nothing has changed, no record is read
    from alleged.records.corpus import Corpus

FOLDER = ".alleged"
SCHEMA = f"{FOLDER}/bundle.schema.json"

IGNORED = b"# Made by 'alleged check --editor' for editors; nothing here is part of the dataset.\n*\n"
"""Content of the folder's own `.gitignore`."""


def create_folder(project: Project) -> None:
    """Make the folder, so that this check and later ones write the local schema.

    Raises:
        OSError: It is a link or no folder, or cannot be written (disk, permission).
    """
    files.make_folder(project.root, FOLDER)
    files.write(project.root, f"{FOLDER}/.gitignore", IGNORED)


def refresh(project: Project, checked: report.Checked, execution: Execution) -> None:
    """Write the local schema if the folder is there and the project has changed since.

    It stays as it is while a file cannot be read, since the ids of that file would be missing.

    Raises:
        OSError: It is reached through a link, or cannot be written (disk, permission).
    """
    if not files.is_folder(project.root, FOLDER):
        return
    head = f'{{"$comment":"state {checked.state.key if checked.state else ""}",\n'.encode()
    if (checked.state and _begins(project, head)) or (corpus := _corpus(project, checked, execution)) is None:
        return
    from alleged.editing.completion import local_schema
    from alleged.schemas.vocabularies import using

    with using(corpus.codes):
        schema = local_schema(corpus)
    body = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    files.write(project.root, SCHEMA, head + body.removeprefix("{").encode() + b"\n")


def _begins(project: Project, head: bytes) -> bool:
    """Whether the local schema was made from this state."""
    try:
        with files.open_file(project.root, SCHEMA) as file:
            return file.read(len(head)) == head
    except FileNotFoundError:
        return False


def _corpus(project: Project, checked: report.Checked, execution: Execution) -> "Corpus | None":
    """Return the records; None if some cannot be read."""
    read = checked.read
    if read is None:  # the report was cached
        if not checked.report.sound and files.exists(project.root, SCHEMA):
            return None
        from alleged.records import corpus

        read = corpus.read(project, execution=execution)
    return None if read.issues else read.corpus
