"""The cases of yaml-test-suite: every error is refused, and whatever is read means what the suite says.

Each case is tried as a file, and as the value of a field, where lists and bare texts are read as well. No case that the
reader accepts is exempt. (It takes hexadecimal and octal numbers, infinities and NaN for text, where YAML 1.2 core has
numbers; they occur only in cases that it refuses for something else.)
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from alleged.documents import Document, Page, parsed
from alleged.layout import Layout

ROOT = Path(__file__).parents[2]
SUITE = ROOT.parent / "shared" / "yaml-test-suite" / "src"
MARKERS = {"←": "\r", "⇔": "\ufeff", "␣": " ", "↵": ""}


def cases() -> dict[str, dict[str, str]]:
    """Return the cases by id, with a number behind it where a file holds several; none where there is no suite."""
    found = {}
    for path in sorted(SUITE.glob("*.yaml")):
        group = yaml.load(path.read_bytes(), yaml.CBaseLoader)  # noqa: S506 - it makes texts and collections only
        for number, case in enumerate(group):
            found[f"{path.stem}/{number}" if len(group) > 1 else path.stem] = case
    return found


def text_of(case: dict[str, str]) -> str:
    """Return the text of a case, with the characters that the suite shows by markers."""
    text = re.sub("—*»", "\t", case["yaml"])
    for marker, character in MARKERS.items():
        text = text.replace(marker, character)
    return re.sub("∎\n$", "", text)


def as_field(text: str) -> str:
    """Return a document as the value of a field."""
    lines = text.splitlines(keepends=True)
    return "a:\n" + "".join(f"  {line}" if line.strip("\r\n") else line for line in lines)


def documents(text: str) -> list[Any]:
    """Return the values of a stream of JSON."""
    found, decoder = [], json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


def read(text: str) -> dict[str, Any] | None:
    """Return what is read, or None where the text is refused."""
    document = parsed(Page("claims/case.yaml", text.encode()), Layout(ROOT))
    return document.data if isinstance(document, Document) else None


def trials(error: bool) -> Iterator[Any]:
    """Yield the text of each case and its values, as a file and as a field."""
    for name, case in CASES.items():
        if ("fail" in case) != error:
            continue
        text, values = text_of(case), [] if error else documents(case.get("json", ""))
        yield pytest.param(text, values, id=name)
        if not re.search(r"^(---|\.\.\.|%)|\ufeff", text, re.MULTILINE):  # these may not be indented
            fields = [] if error else [{"a": value} for value in values or [None]]
            yield pytest.param(as_field(text), fields, id=f"{name} as a field")


CASES = cases()
ERRORS, DOCUMENTS = list(trials(error=True)), list(trials(error=False))


@pytest.mark.parametrize(("text", "values"), ERRORS)
def test_every_error_of_the_suite_is_refused(text: str, values: list[Any]) -> None:
    assert values == []
    assert read(text) is None


@pytest.mark.parametrize(("text", "values"), DOCUMENTS)
def test_a_document_of_the_suite_is_refused_or_read_as_its_json(text: str, values: list[Any]) -> None:
    found = read(text)

    assert found is None or json.dumps([found], sort_keys=True) == json.dumps(values, sort_keys=True)


@pytest.mark.skipif(not CASES, reason="yaml-test-suite is not here")
def test_the_suite_is_whole_and_much_of_it_is_read() -> None:
    assert len(CASES) > 400
    assert sum(read(text) is not None for text, _ in (trial.values for trial in DOCUMENTS)) > 190
