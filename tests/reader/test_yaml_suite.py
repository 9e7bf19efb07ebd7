"""The cases of yaml-test-suite: every error is refused, and every value that is read is that of the suite.

Each case is tested as a file, and as the value of a field, where lists and texts are accepted too. No case that the
reader accepts is excluded. (It reads hexadecimal and octal numbers, infinities and NaN as text, where YAML 1.2 core has
numbers; they occur only in cases that it refuses for something else.)
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alleged.project import Project
from alleged.reader import Document, FileText, parse_text
from yaml_suite import as_field, cases, text_of

LAYOUT = Project(Path(__file__).parents[2])
CASES = cases()


def documents(text: str) -> list[Any]:
    """Return the values of a stream of JSON."""
    found, decoder = [], json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


def read(text: str) -> dict[str, Any] | None:
    """Return the values of a text, or None if it is refused."""
    document = parse_text(FileText("claims/case.yaml", text.encode()), LAYOUT)
    return document.data if isinstance(document, Document) else None


def trials(error: bool) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield the id of each case, its text and the values of its documents, as a file and as a field."""
    for name, case in CASES.items():
        if ("fail" in case) != error:
            continue
        text, values = text_of(case), documents(case.get("json", ""))
        yield name, text, values
        if not re.search(r"^(---|\.\.\.|%)|\ufeff", text, re.MULTILINE):
            yield f"{name} as a field", as_field(text), [{"a": value} for value in values or [None]]


ERRORS = {name: text for name, text, _ in trials(error=True)}
DOCUMENTS = {name: (text, values) for name, text, values in trials(error=False)}


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_of_the_suite_is_refused(name: str) -> None:
    assert read(ERRORS[name]) is None


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_the_suite_is_refused_or_read_as_its_json(name: str) -> None:
    text, values = DOCUMENTS[name]

    found = read(text)

    assert found is None or json.dumps([found], sort_keys=True) == json.dumps(values, sort_keys=True)


@pytest.mark.skipif(not CASES, reason="yaml-test-suite is not here")
def test_the_suite_is_whole_and_much_of_it_is_read() -> None:
    assert len(CASES) > 400
    assert sum(read(text) is not None for text, _ in DOCUMENTS.values()) > 190
