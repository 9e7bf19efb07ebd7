"""Files of `intercoder/`: second readings of claims, how their disagreements were decided, and research leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alleged.errors import InvalidCoding
from alleged.issues import Place
from alleged.project import Project
from alleged.reader import Document, read_document, record_files
from alleged.schemas.validate import findings


@dataclass(frozen=True)
class Coding:
    """Second readings, leads, and the reasons by which disagreements of two coders were decided.

    A reading is of one claim by one coder; a lead has its claims or the reason for having none. The fields are those of
    `schemas/intercoder.schema.json`, in the order of files and lines.
    """

    readings: tuple[Mapping[str, Any], ...] = ()
    leads: tuple[Mapping[str, Any], ...] = ()
    decided: tuple[Mapping[str, Any], ...] = ()


def read(project: Project) -> Coding:
    """Return the second readings and leads in the files of `intercoder/`, none if there is no such folder.

    Raises:
        InvalidCoding: A file cannot be read, or does not fit the schema.
    """
    readings: list[Mapping[str, Any]] = []
    leads: list[Mapping[str, Any]] = []
    decided: list[Mapping[str, Any]] = []
    for path in record_files(project, "intercoder"):
        document = read_document(path, project)
        if not isinstance(document, Document):
            raise _invalid(document[0].place, document[0].message)
        for finding in findings("intercoder", document.data):
            raise _invalid(document.place(finding.path, finding.on_key), finding.message)
        readings += document.data.get("readings", ())
        leads += document.data.get("leads", ())
        decided += document.data.get("decided", ())
    return Coding(tuple(readings), tuple(leads), tuple(decided))


def _invalid(place: Place, message: str) -> InvalidCoding:
    return InvalidCoding(f"{place.path}:{place.line}: {message}")
