"""The schemas: every field has a description and an example, and references are closed; see test_schema_mutations."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from alleged.schemas.definitions import KINDS, contents, field, fields, marked
from alleged.schemas.docs import PAGES
from alleged.schemas.explain import explainer
from alleged.schemas.validate import bundle_findings, record_findings
from alleged.schemas.vocabularies import vocabulary

CLAIM = {
    "id": "stoltenberg-2024-breach",
    "claimant": "jens-stoltenberg",
    "act": "allege",
    "topic": "russia-compliance",
    "summary": "Russia breaks the measures.",
    "said": "2024-06-17",
    "sources": [{"id": "tv5monde-2024-06-18", "quote": "viole les sanctions"}],
    "quantities": [{"low": 1000, "bound": "gt", "unit": "container"}],
    "relations": [{"type": "repeats", "to": "nis-2023", "basis": "curator"}],
    "recorded": {"by": "curator-1", "on": "2026-11-24"},
}


def rules(kind: str, record: Any) -> list[str]:
    return [fault.rule for fault in record_findings(kind, record)]


def changed(**values: Any) -> dict[str, Any]:
    return {**CLAIM, **values}


@pytest.mark.parametrize("address", contents())
def test_every_schema_is_draft_7_and_says_what_it_is(address: str) -> None:
    schema = contents()[address]

    Draft7Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_description_and_an_example(kind: str) -> None:
    bare = [
        f.path
        for f in fields(kind)
        if f.path[-1] != "*" and not (f.schema.get("description") and f.schema.get("examples"))
    ]

    assert bare == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_every_field_is_valid(kind: str) -> None:
    wrong = []
    for path, schema in fields(kind):
        if path[-1] == "*" or kind == "assessments":
            continue
        found = list(explainer(KINDS[kind]).iter_errors(_nested(path, schema["examples"][0])))
        wrong += [(path, e.message) for e in found if _is_at(path, tuple(e.absolute_path))]
    assert wrong == []


def _nested(path: tuple[str | int, ...], value: Any) -> Any:
    for step in reversed(path):
        value = [value] if step == "*" else {step: value}
    return value


def _is_at(path: tuple[str | int, ...], found: tuple[str | int, ...]) -> bool:
    return tuple("*" if isinstance(step, int) else step for step in found)[: len(path)] == path


def test_a_sound_claim_has_no_faults() -> None:
    assert record_findings("claims", CLAIM) == []


@pytest.mark.parametrize(
    ("record", "rule", "path", "words"),
    [
        (changed(act="alege"), "unknown-code", ("act",), "did you mean 'allege'"),
        (changed(act="Allege"), "unknown-code", ("act",), "did you mean 'allege'"),
        (changed(act=None), "empty-field", ("act",), "empty"),
        (changed(act=True), "wrong-type", ("act",), "true"),
        (changed(claimant=None), "empty-field", ("claimant",), "is empty"),
        (changed(claimant=["a-b"]), "wrong-type", ("claimant",), "a list; it takes a text"),
        (changed(said=2024), "wrong-type", ("said",), "the number 2024; it takes a text"),
        (changed(summary=""), "empty-field", ("summary",), "is empty"),
        (changed(summary="x" * 301), "too-long", ("summary",), "301 characters; the most is 300"),
        (changed(sources=[]), "empty-field", ("sources",), "is empty"),
        (changed(sources=[{"quote": "x"}]), "missing-field", ("sources", 0), "lacks the field 'id'"),
        (changed(sources=["tv5monde"]), "wrong-type", ("sources", 0), "it takes a mapping of fields"),
        (changed(id="Two Words"), "wrong-form", ("id",), "did you mean 'two-words'"),
        (changed(id="line\n"), "wrong-form", ("id",), "did you mean 'line'"),
        (
            changed(quantities=[{"low": -1, "unit": "round"}]),
            "out-of-range",
            ("quantities", 0, "low"),
            "-1; the least is 0",
        ),
        (changed(quantities=[{"unit": "round"}]), "missing-field", ("quantities", 0), "'low', 'point' and 'high'"),
        (changed(status="withdrawn"), "missing-field", (), "lacks the field 'status_reason'"),
        (
            changed(recorded={"by": "a", "on": "2026-11-24", "at": "x"}),
            "unknown-field",
            ("recorded", "at"),
            "no field 'at'",
        ),
        ([1], "wrong-type", (), "a list; it takes a mapping"),
        (None, "empty-field", (), "empty"),
    ],
)
def test_a_fault_is_reported_at_its_place_in_plain_words(
    record: Any, rule: str, path: tuple[str | int, ...], words: str
) -> None:
    found = record_findings("claims", record)

    assert (found[0].rule, found[0].path) == (rule, path)
    assert words in found[0].message


def test_a_mistyped_field_is_not_called_missing_too() -> None:
    record = {("claiment" if k == "claimant" else k): v for k, v in CLAIM.items()}

    assert rules("claims", record) == ["unknown-field"]


def test_every_fault_is_reported_not_just_the_first() -> None:
    record = changed(act="alege", said=2024, extra=1)
    del record["claimant"]

    assert sorted(rules("claims", record)) == ["missing-field", "unknown-code", "unknown-field", "wrong-type"]


@pytest.mark.parametrize(
    ("data", "rule", "path"),
    [
        ({"claimz": []}, "unknown-field", ("claimz",)),
        ({"claims": {}}, "wrong-type", ("claims",)),
        ({"claims": None}, "empty-field", ("claims",)),
        ({"defaults": {"act": "alege"}, "claims": []}, "unknown-code", ("defaults", "act")),
        ({"defaults": {"summary": "x"}, "claims": []}, "unknown-field", ("defaults", "summary")),
    ],
)
def test_the_frame_of_a_bundle_is_judged_apart_from_its_records(
    data: dict[str, Any], rule: str, path: tuple[str | int, ...]
) -> None:
    found = bundle_findings(data)

    assert [(f.rule, f.path) for f in found] == [(rule, path)]


def test_a_source_that_was_read_needs_an_address() -> None:
    source = {
        "id": "afp-1",
        "kind": "article",
        "publisher": ["afp"],
        "published": "2024",
        "lang": "fr",
        "seen": "consulted",
    }
    source["kind"] = next(iter(vocabulary("source-kind")))

    assert rules("sources", source) == ["missing-field"]
    assert rules("sources", {**source, "seen": "cited-only"}) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://a.example/",
        "http://",
        "https://a b.example/",
        "https://a.example/\n",
        "//a.example",
    ],
)
def test_an_address_is_http_and_has_no_spaces(url: str) -> None:
    kind = next(iter(vocabulary("source-kind")))
    source = {"id": "afp-1", "kind": kind, "publisher": ["afp"], "published": "2024", "lang": "fr", "seen": "consulted"}

    assert rules("sources", {**source, "url": url}) == ["wrong-form"]


@pytest.mark.parametrize(
    ("kind", "name", "entry"),
    [
        *(("topics", name, "dprk") for name in ("subject", "object", "instrument")),
        *(("actors", name, {"of": "dprk"}) for name in ("part_of", "memberships")),
        ("sources", "publisher", "dprk"),
    ],
)
def test_a_list_that_every_claim_takes_in_has_at_most_100_entries(kind: str, name: str, entry: Any) -> None:
    assert [f.rule for f in record_findings(kind, {name: [entry] * 100}) if f.rule == "too-long"] == []
    assert [(f.path, f.message) for f in record_findings(kind, {name: [entry] * 101}) if f.rule == "too-long"] == [
        ((name,), f"{name!r} has 101 entries; the most is 100")
    ]


def test_references_and_dates_are_marked_in_the_schemas() -> None:
    references = {f.path for f in marked("claims", "x-kinds")}
    dates = {f.path for f in marked("claims", "x-date")}

    assert {("claimant",), ("via", "*"), ("sources", "*", "id"), ("relations", "*", "to")} <= references
    assert {("said",), ("when",), ("quantities", "*", "window"), ("recorded", "on")} <= dates
    assert field("claims", ("sources", 3, "id"))["x-kinds"] == ["sources"]


def test_every_rule_of_this_stage_has_a_page_with_an_example_and_the_fix() -> None:
    assert all("\nExample:\n" in page and "\nFix: " in page for page in PAGES.values())


def test_no_schema_leads_outside_the_package() -> None:
    references = list(_references(list(contents().values())))

    assert references
    assert [ref for ref in references if ":" in ref or ref.startswith("/")] == []


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _references(inner)
