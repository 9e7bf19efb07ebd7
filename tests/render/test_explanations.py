"""`alleged explain` says of a field what it may contain, and of the fields within it."""

import re
from pathlib import Path

import pytest
import yaml

from alleged.render.explanations import explanation
from alleged.schemas.definitions import KINDS, fields
from alleged.schemas.vocabularies import vocabulary
from inside import run_inside


def test_the_fields_within_a_field_are_explained_with_what_is_required_and_allowed() -> None:
    agency = "News agency whose item this copies, if the item itself is not a source of the dataset. [an id of actors]"
    basis = "required; a code of the list syndication-basis: byline, stated, text-match, possible"

    assert explanation("syndicated_from") == [
        "field syndicated_from of sources",
        "",
        "  The wire item or article of which this is a copy.",
        "  It is a mapping of these fields:",
        "    source  Source of which this is a copy; give this or agency. [an id of sources]",
        f"    agency  {agency}",
        f"    basis   Why it is considered a copy. [{basis}]",
        "  Exactly one of these is given: source, agency.",
        "  For example:  syndicated_from: {agency: afp, basis: byline}",
    ]


def test_the_entries_of_a_list_of_figures_are_explained() -> None:
    lines = explanation("quantities")

    assert lines[3] == "  A list; each entry is a mapping of these fields:"
    assert "  At least one of these is given: low, point, high." in lines
    (unit,) = (line for line in lines if line.startswith("    unit "))
    assert unit.endswith("[required; a code of the list unit, printed by 'alleged explain unit']")
    (window,) = (line for line in lines if line.startswith("    window "))
    assert "[a date, as 2024-06-18" in window
    assert not any("from.claim" in line or "    claim " in line for line in lines)  # these are within `from`


@pytest.mark.parametrize(("name", "listed"), [("claims.basis", "basis"), ("claim.act", "act")])
def test_a_field_with_codes_names_all_of_them(name: str, listed: str) -> None:
    line = next(line for line in explanation(name) if f"a code of the list {listed}: " in line)

    assert line.rstrip(".").rpartition(": ")[2].split(", ") == list(vocabulary(listed))


def test_a_short_list_of_codes_is_explained_with_its_field_and_a_long_one_is_named() -> None:
    lines = explanation("denial_scope")

    for code, listed in vocabulary("denial-scope").items():
        assert any(
            re.fullmatch(rf"    {code} +{re.escape(f'{listed.label}: {listed.definition}')}", at) for at in lines
        )
    assert "  Their meanings:  alleged explain item" in explanation("claim.item")


def test_a_field_that_every_record_needs_is_called_required() -> None:
    assert "  Required." in explanation("claim.said")
    assert "  Required." not in explanation("claim.when")


def test_every_example_can_be_copied_into_a_record() -> None:
    for kind, record in KINDS.items():
        for field in (f for f in fields(kind) if f.path[-1] != "*" and f.schema.get("examples")):
            dotted = ".".join(str(step) for step in field.path if step != "*")
            lines = explanation(f"{record}.{dotted}")
            example = "  For example:  "
            copied = next(line for line in lines if line.startswith(example)).removeprefix(example)
            assert as_text(yaml.safe_load(re.sub(r"\bon:", "'on':", copied))) == {
                field.path[-1]: as_text(field.schema["examples"][0])
            }


def as_text(value: object) -> object:
    """Return a value with numbers, days and truth values as text."""
    if isinstance(value, dict):
        return {name: as_text(inner) for name, inner in value.items()}
    return [as_text(inner) for inner in value] if isinstance(value, list) else str(value)


def test_a_list_that_a_field_names_can_be_printed(tmp_path: Path) -> None:
    assert run_inside(tmp_path, "explain", "unit").stdout.startswith("code list unit")
