"""The cases of yaml-test-suite, where it lies beside the project: for tests and for `make fuzz`."""

import re
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "shared" / "yaml-test-suite" / "src"
MARKERS = {"←": "\r", "⇔": "\ufeff", "␣": " ", "↵": ""}


def cases() -> dict[str, dict[str, str]]:
    """Return the cases by id, with a number behind it where a file holds several; none where there is no suite."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
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
    """Return a document as the value of a field; one with markers or directives may not be indented so."""
    lines = text.splitlines(keepends=True)
    return "a:\n" + "".join(f"  {line}" if line.strip("\r\n") else line for line in lines)
