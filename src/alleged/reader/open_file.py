"""Opening: only regular files of the project are read, and nothing of any other is ever shown."""

import re
from collections.abc import Iterator
from pathlib import Path

from alleged import files
from alleged.errors import EnvironmentFailure, FileRefused
from alleged.issues import Issue, Place
from alleged.project import SUFFIXES, Project
from alleged.reader.messages import words
from alleged.text import escape

MAX_BYTES = 1 << 20
MAX_PATH = 1024
"""Characters of the longest path of a record file; Windows and some tools allow fewer still."""

NAME = re.compile(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]")


def record_files(project: Project, folder: str | None = None) -> Iterator[Path]:
    """Yield the path of every `.yaml` or `.yml` entry under `claims/`, or another `folder`, in the order of names.

    Links and other odd entries are yielded too (reading them is refused, by name); hidden ones are left out. A `folder`
    that does not exist has none.

    Raises:
        EnvironmentFailure: A folder cannot be listed, or the folder itself is a link.
    """
    if folder is not None and not files.is_folder(project.root, folder):
        return
    try:
        for entry in files.walk(project.root, folder or project.folder, lambda name: name.endswith(SUFFIXES)):
            yield project.root / entry.name
    except FileRefused:
        raise
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise EnvironmentFailure(f"{escape.file_name(str(error.filename))} cannot be listed: {reason}") from None


def content_of(name: str, project: Project) -> bytes | Issue:
    """Return the bytes of a record file, named by its path from the project's folder, or why there are none."""
    if issue := odd_name(name, project):
        return issue
    try:
        return files.read(project.root, name, MAX_BYTES)
    except FileRefused as error:
        return of_file(error.rule, name)
    except OSError as error:
        return of_file("unreadable-file", name, (error.strerror or type(error).__name__).lower())


def odd_name(name: str, project: Project) -> Issue | None:
    """Return why a record file must have another name; None if it need not."""
    *folders, file = name.split("/")
    if len(name) > MAX_PATH or len(folders) > files.DEEPEST:
        return of_file("odd-file-name", name, f"of {len(name)} characters in {len(folders)} folders")
    for segment in (*folders, file) if folders[:1] == [project.claims.name] else ():
        if not NAME.fullmatch(segment) or files.DEVICE.fullmatch(segment):
            return of_file("odd-file-name", name, repr(segment))
    return None


def rewrite(name: str, project: Project, before: bytes, after: bytes) -> None:
    """Put new content in place of a record file's old content; the file keeps its mode.

    Raises:
        EnvironmentFailure: The file or a folder on the way is a link, the file is not below `claims/`, another program
            has just changed it, or the disk or a permission refuses.
    """
    if project.folder != "." and not name.startswith(f"{project.folder}/"):
        raise EnvironmentFailure(f"{name} is not below {project.folder}/, so it is not written to")
    with files.translate_oserror(f"{name} cannot be written"):
        files.write(project.root, name, after, before=before)


def of_file(rule: str, name: str, said: str = "") -> Issue:
    """Return a refusal of a file as a whole."""
    return Issue(rule, "error", Place(name), *words(rule, said))
