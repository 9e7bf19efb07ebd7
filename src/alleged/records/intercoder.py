"""Read the files in `intercoder/`: second readings of claims, and the account of research leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alleged.errors import InvalidCoding
from alleged.issues import Place
from alleged.project import Project
from alleged.reader import Document, read_document, record_files
from alleged.schemas.validate import intercoder_faults


@dataclass(frozen=True)
class Coding:
    """Second readings, each of one claim by one coder, and leads, each with its claims or the reason why it has none.

    The fields of both are those of `schemas/intercoder.schema.json`, in the order of files and lines.
    """

    readings: tuple[Mapping[str, Any], ...] = ()
    leads: tuple[Mapping[str, Any], ...] = ()


def read(project: Project) -> Coding:
    """Return what the files of `intercoder/` hold; nothing where there is no such folder.

    Raises:
        InvalidCoding: A file cannot be read, or misses the schema.
    """
    readings: list[Mapping[str, Any]] = []
    leads: list[Mapping[str, Any]] = []
    for path in record_files(project, "intercoder"):
        found = read_document(path, project)
        if not isinstance(found, Document):
            raise _unsound(found[0].place, found[0].message)
        for fault in intercoder_faults(found.data):
            raise _unsound(found.place(fault.path, fault.on_key), fault.message)
        readings += found.data.get("readings", ())
        leads += found.data.get("leads", ())
    return Coding(tuple(readings), tuple(leads))


def _unsound(place: Place, message: str) -> InvalidCoding:
    return InvalidCoding(f"{place.path}:{place.line}: {message}")
