"""Open record files: only regular files of the project, never through a link."""

import re
from collections.abc import Iterator
from pathlib import Path

from alleged import files
from alleged.errors import EnvironmentFailure, FileRefused
from alleged.issues import Issue, Place
from alleged.project import SUFFIXES, Project
from alleged.reader.messages import message_and_help
from alleged.text import escape

MAX_BYTES = 1 << 20
MAX_PATH = 1024
"""Characters of the longest path of a record file; Windows and some tools allow fewer."""

NAME = re.compile(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]")


def record_files(project: Project, folder: str | None = None) -> Iterator[Path]:
    """Yield the path of every record file, as `record_entries` does."""
    return (project.root / entry.name for entry in record_entries(project, folder))


def record_entries(project: Project, folder: str | None = None) -> Iterator[files.FolderEntry]:
    """Yield every `.yaml` or `.yml` entry under `claims/`, or another `folder`, in the order of names.

    Links and other special entries are included, since reading them reports an issue; hidden ones are left out. A
    `folder` that does not exist has no entries.

    Raises:
        EnvironmentFailure: A folder cannot be listed, or the folder itself is a link.
    """
    if folder is not None and not files.is_folder(project.root, folder):
        return
    try:
        yield from files.walk(project.root, folder or project.folder, lambda name: name.endswith(SUFFIXES))
    except FileRefused:
        raise
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise EnvironmentFailure(f"{escape.file_name(str(error.filename))} cannot be listed: {reason}") from None


def read_content(name: str, project: Project) -> bytes | Issue:
    """Return the bytes of a record file, given by its path relative to the project, or why it cannot be read."""
    if issue := name_issue(name, project):
        return issue
    try:
        return files.read(project.root, name, MAX_BYTES)
    except FileRefused as error:
        return file_issue(error.rule, name)
    except OSError as error:
        return file_issue("unreadable-file", name, (error.strerror or type(error).__name__).lower())


def name_issue(name: str, project: Project) -> Issue | None:
    """Return why a record file must be renamed; None if its name is fine."""
    *folders, file = name.split("/")
    if len(name) > MAX_PATH or len(folders) > files.DEEPEST:
        return file_issue("odd-file-name", name, f"of {len(name)} characters in {len(folders)} folders")
    for segment in (*folders, file) if folders[:1] == [project.claims.name] else ():
        if not NAME.fullmatch(segment) or files.DEVICE.fullmatch(segment):
            return file_issue("odd-file-name", name, repr(segment))
    return None


def rewrite(name: str, project: Project, before: bytes, after: bytes) -> None:
    """Replace the content of a record file, a file of own codes or the settings; the file keeps its mode.

    Raises:
        EnvironmentFailure: The file or a folder on the way is a link, the file is none of these, another program has
            changed it, or it cannot be written (disk, permission).
    """
    folders = (f"{project.folder}/", f"{project.vocabularies.name}/")
    if project.folder != "." and not name.startswith(folders) and name != project.settings.name:
        raise EnvironmentFailure(f"{name} is not below {project.folder}/, so it is not written to")
    with files.translate_oserror(f"{name} cannot be written"):
        files.write(project.root, name, after, before=before)


def file_issue(rule: str, name: str, detail: str = "") -> Issue:
    """Return an issue of a file as a whole."""
    return Issue(rule, "error", Place(name), *message_and_help(rule, detail))
