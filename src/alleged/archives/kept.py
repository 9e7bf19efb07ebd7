"""Texts of pages in `.texts/`, each with the page it was found in and what found it; git ignores them."""

import json
from typing import Any, NamedTuple

from alleged import files
from alleged.archives.extraction import Reading, read_page
from alleged.project import Project
from alleged.records.articles import MAX_TEXT_BYTES
from alleged.text.paragraphs import VERSION, digest

MOST_NOTE = 1 << 16


class Kept(NamedTuple):
    """A text as it was read: from which address, on which day, and by which program.

    `extractor` is empty for a text that a curator has put there.
    """

    text: str
    address: str = ""
    read_on: str = ""
    extractor: str = ""
    kind: str = ""


def keep(project: Project, source_id: str, reading: Reading, address: str, day: str, page: bytes, kind: str) -> None:
    """Write the text of a source, the page it was found in, and what found it.

    Raises:
        EnvironmentFailure: A file cannot be written.
    """
    note = {
        "address": address,
        "read_on": day,
        "extractor": reading.extractor,
        "kind": kind,
        "normal": VERSION,
        "text_sha256": digest(reading.text),
    }
    with files.translate_oserror(f"the text of {source_id} cannot be kept"):
        files.make_folder(project.root, project.texts.name)
        if len(page) <= MAX_TEXT_BYTES:
            files.write(project.root, _name(project, source_id, "html"), page)
        files.write(project.root, _name(project, source_id, "json"), json.dumps(note, indent=1).encode())
        files.write(project.root, _name(project, source_id, "txt"), reading.text.encode()[:MAX_TEXT_BYTES])


def kept(project: Project, source_id: str) -> Kept | None:
    """Return the text of a source and what is known of it; None if there is none."""
    try:
        text = files.read(project.root, _name(project, source_id, "txt"), MAX_TEXT_BYTES).decode(errors="replace")
    except OSError:
        return None
    note = _note(project, source_id)
    fields = {name: str(note.get(name, "")) for name in ("address", "read_on", "extractor", "kind")}
    if note.get("text_sha256") not in ("", None, digest(text)) and note.get("normal") == VERSION:
        return Kept(text)  # somebody has changed the text since, so no program has found it
    return Kept(text, **fields)


def read_again(project: Project, source_id: str) -> Reading | None:
    """Return what this version of the program finds in the page that a text is from; None if the page was not kept."""
    try:
        page = files.read(project.root, _name(project, source_id, "html"), MAX_TEXT_BYTES)
    except OSError:
        return None
    note = _note(project, source_id)
    return read_page(page, str(note.get("kind", "")), str(note.get("address", "")))


def _note(project: Project, source_id: str) -> dict[str, Any]:
    try:
        note = json.loads(files.read(project.root, _name(project, source_id, "json"), MOST_NOTE))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _name(project: Project, source_id: str, ending: str) -> str:
    return f"{project.texts.name}/{source_id}.{ending}"
