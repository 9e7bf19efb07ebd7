import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from jsonschema import Draft7Validator

from alleged.errors import UnknownNameError
from alleged.project import schemas_folder
from alleged.schemas.vocabularies import _code, closest, names, vocabulary

CURRENCY = re.compile("[A-Z]{3}")
SLUG = re.compile("[a-z0-9]+([-_][a-z0-9]+)*")
FIELDS = {"low", "high", "from"}
TIMES = {"x-from", "x-to", "x-formerly", "x-reused"}
"""What the list of countries says of those that began or ended, and of no others."""


def schema_of(name: str) -> dict:
    path = schemas_folder() / "vocabularies" / f"{name}.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


def codes_with(name: str, note: str) -> set[str]:
    """Return every entry that codes of a list name under a note, such as all kinds of actor in signatures."""
    return {entry for code in vocabulary(name).values() for entry in code.notes[note]}  # pyrefly: ignore


every_list = pytest.mark.parametrize("name", names())


def test_the_lists_of_the_record_model_are_there() -> None:
    wanted = """
        access act actor-kind assessment-scheme attribution basis bound country denial-scope evidence-kind hedge
        identifier-scheme instrument-kind item measure mode obligation page-state predicate published-basis
        quantity-basis relation-basis relation-type said-basis seen source-kind stance status
        syndication-basis unit whose
    """
    assert list(names()) == wanted.split()


@every_list
def test_each_list_is_a_draft_07_schema_named_after_its_file(name: str) -> None:
    schema = schema_of(name)

    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"https://alleged.example/schemas/vocabularies/{name}.schema.json"
    assert schema["title"]
    assert schema["description"]


@every_list
def test_each_list_accepts_its_codes_and_nothing_else(name: str) -> None:
    validator = Draft7Validator(schema_of(name))

    assert all(validator.is_valid(code) for code in vocabulary(name))
    assert not any(validator.is_valid(other) for other in ("", "no-such-code", None, 1))


@every_list
def test_no_code_stands_twice_in_a_list(name: str) -> None:
    written = [entry["const"] for entry in schema_of(name)["oneOf"]]

    assert [code for code, times in Counter(written).items() if times > 1] == []
    assert list(vocabulary(name)) == written, "codes are read in the order of the file"


@every_list
def test_each_code_has_a_label_and_a_definition_of_one_sentence(name: str) -> None:
    for code in vocabulary(name).values():
        assert (code.list, code.label.strip()) == (name, code.label)
        assert code.label
        assert re.fullmatch(r"[^.](?:[^.]|\.(?! ))+\.", code.definition), code
        assert re.fullmatch("[0-9]+[.][0-9]+", code.since or ""), code


@every_list
def test_no_label_or_definition_stands_for_two_codes(name: str) -> None:
    codes = vocabulary(name).values()

    assert len({code.label for code in codes}) == len(codes)
    assert len({code.definition for code in codes}) == len(codes)


@every_list
def test_annotations_are_spelt_in_one_way_throughout_a_list(name: str) -> None:
    optional = {"x-mappings", "x-broader", "x-deprecated-by", "x-requires", "x-stance", *TIMES}
    shapes = {frozenset(entry) - optional for entry in schema_of(name)["oneOf"]}

    assert len(shapes) == 1, shapes


@every_list
def test_words_in_backquotes_are_codes_lists_or_fields(name: str) -> None:
    known = {code for other in names() for code in vocabulary(other)} | {*names()} | FIELDS
    families = ("transfers-",)

    for code in vocabulary(name).values():
        for word in re.findall("`([^`]*)`", code.definition):
            assert word in known or word in families, (code.code, word)


@every_list
def test_broader_and_newer_codes_are_of_the_list_and_never_lead_back(name: str) -> None:
    codes = vocabulary(name)

    for code in codes.values():
        for step in ("broader", "deprecated_by"):
            passed = [code.code]
            while following := getattr(codes[passed[-1]], step):
                assert following in codes, (passed, step)
                assert following not in passed, (passed, step)
                passed.append(following)


@every_list
def test_mappings_lead_from_a_scheme_to_a_text(name: str) -> None:
    for code in vocabulary(name).values():
        assert all(SLUG.fullmatch(scheme) and isinstance(there, str) for scheme, there in code.mappings.items())


@pytest.mark.parametrize("name", [n for n in names() if n not in ("measure", "country")])
def test_codes_are_slugs_that_yaml_reads_as_text(name: str) -> None:
    for code in vocabulary(name):
        assert SLUG.fullmatch(code) or (name == "unit" and CURRENCY.fullmatch(code)), code
        assert code not in {"null", "true", "false"}
        assert not code.isdigit()


def test_acts_assert_reject_or_do_neither() -> None:
    decided = {code.notes["stance"] for code in vocabulary("act").values() if "stance" in code.notes}

    assert decided == set(vocabulary("stance"))


def test_four_acts_settle_no_stance_since_their_words_decide() -> None:
    open_ended = {code.code for code in vocabulary("act").values() if "stance" not in code.notes}

    assert open_ended == {"state", "dispute", "acknowledge", "confirm"}
    for act in open_ended:
        assert vocabulary("act")[act].notes["stances"] == list(vocabulary("stance"))


@pytest.mark.parametrize("name", ["act", "mode", "hedge"])
def test_a_decision_tree_has_a_question_and_two_examples_for_each_code(name: str) -> None:
    for code in vocabulary(name).values():
        assert (code.test or "").endswith("?"), code
        assert len(set(code.examples)) == 2, code


def test_attributions_name_the_kinds_of_actor_they_fit_and_kinds_their_usual_attribution() -> None:
    assert codes_with("attribution", "claimants") <= set(vocabulary("actor-kind"))
    assert {code.notes["attribution"] for code in vocabulary("actor-kind").values()} <= set(vocabulary("attribution"))


def test_predicates_join_kinds_of_actor() -> None:
    kinds = set(vocabulary("actor-kind"))

    assert codes_with("predicate", "subject") <= kinds
    assert codes_with("predicate", "object") <= kinds
    for code in vocabulary("predicate").values():
        assert code.notes["subject"], code
        assert isinstance(code.notes["irreflexive"], bool), code
        assert code.notes.get("requires") in {None, "item", "instrument"}, code


def test_predicates_about_sanctions_need_an_instrument_and_transfers_an_item() -> None:
    needs = {code.code: code.notes.get("requires") for code in vocabulary("predicate").values()}

    assert {code for code, need in needs.items() if need == "instrument"} == {
        "breaches-sanctions",
        "evades-sanctions",
    }
    assert all(need == "item" for code, need in needs.items() if code.startswith("transfers-"))


def test_items_are_measured_in_dimensions_that_units_have() -> None:
    dimensions = {code.notes["dimension"] for code in vocabulary("unit").values()}

    assert codes_with("item", "dimensions") == dimensions
    assert all(code.notes["dimensions"] for code in vocabulary("item").values())


def test_a_narrower_item_is_measured_as_its_broader_one_or_in_fewer_ways() -> None:
    items = vocabulary("item")

    for code in items.values():
        if code.broader:
            wider = items[code.broader].notes["dimensions"]
            extra = set(code.notes["dimensions"]) - set(wider)  # pyrefly: ignore
            assert extra <= {"length"}, code


def test_the_seven_categories_of_the_un_register_are_there() -> None:
    categories = [code.mappings.get("unroca") for code in vocabulary("item").values()]

    assert {c for c in categories if c} == {"I", "II", "III", "IV", "V", "VI", "VII"}


def test_each_basis_says_whether_others_can_look_at_it() -> None:
    disclosed = {code.code for code in vocabulary("basis").values() if code.notes["disclosed"] is True}
    undisclosed = {code.code for code in vocabulary("basis").values() if code.notes["disclosed"] is False}

    assert disclosed | undisclosed == set(vocabulary("basis"))
    assert undisclosed == {
        "intelligence-undisclosed",
        "unnamed-source",
        "inference",
        "other-claim",
        "unstated",
    }


def test_relation_types_have_a_class_a_direction_and_a_target() -> None:
    types = vocabulary("relation-type").values()

    assert {t.notes["class"] for t in types} == {"dependence", "response", "lineage", "context", "curation"}
    assert {t.code for t in types if t.notes["symmetric"]} == {
        "same-evidence",
        "possibly-same-origin",
        "contradicts",
    }
    assert all(t.notes["target"] in (["claim"], ["claim", "topic"]) for t in types)


def test_a_code_tells_what_its_file_says() -> None:
    allege = vocabulary("act")["allege"]
    shell = vocabulary("item")["round-152mm"]

    assert (allege.label, allege.since, allege.broader, allege.deprecated_by) == ("Allege", "0.2", None, None)
    assert allege.mappings == {"cameo": "112", "plover": "ACCUSE", "plover-mode": "allege"}
    assert allege.notes == {"stance": "yes", "stances": ["yes"]}
    assert shell.broader == "artillery-shell"
    assert "dimensions" in shell.notes
    assert "since" not in shell.notes


def test_a_code_given_up_names_the_one_to_use_now() -> None:
    old = {"const": "hint", "title": "Hint", "description": "Suggests.", "x-deprecated-by": "state"}

    assert _code("act", old).deprecated_by == "state"
    assert _code("act", old).notes == {}


def test_an_unknown_list_is_named_with_close_matches() -> None:
    with pytest.raises(UnknownNameError, match="there is no code list 'predicates'; did you mean 'predicate'"):
        vocabulary("predicates")


def test_an_unknown_list_like_no_other_is_answered_with_all_names() -> None:
    with pytest.raises(UnknownNameError, match=r"there is no code list '\.\./claim'; there are access, act, "):
        vocabulary("../claim")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Alleges", "allege"),
        ("alleged", "allege"),
        ("denies", "deny"),
        ("denial", "deny"),
        ("warned", "warn"),
        ("ACKNOWLEDGE", "acknowledge"),
        ("declines-to-comment", "decline"),
    ],
)
def test_a_word_in_another_form_is_led_to_the_code(word: str, meant: str) -> None:
    assert closest(word, vocabulary("act"))[0] == meant


def test_spaces_and_underscores_count_as_hyphens() -> None:
    assert closest("Artillery shells", vocabulary("item"))[0] == "artillery-shell"
    assert closest("A_B_C", ["a-b-c", "a-b-d"]) == ["a-b-c", "a-b-d"]
    assert closest("un-ref", vocabulary("identifier-scheme"))[0] == "un_ref"
    assert closest("usd", vocabulary("unit"))[0] == "USD"


def test_at_most_three_are_proposed_best_first() -> None:
    shells = ["round-100mm", "round-122mm", "round-130mm", "round-152mm", "coal"]

    near = closest("round-152", shells)

    assert len(near) == 3
    assert near[0] == "round-152mm"
    assert near == closest("round-152", reversed(shells)), "the order of the candidates must not matter"


def test_equal_beginnings_count_for_more_than_equal_ends() -> None:
    assert closest("reporter", ["exporter", "reporters-a"]) == ["reporters-a", "exporter"]


def test_a_word_as_long_as_a_file_is_compared_by_its_beginning() -> None:
    assert closest("ab" * 500_000, ["ab" * 50]) == ["ab" * 50]


@pytest.mark.parametrize("word", ["accuse", "", "x", "x" * 1_000_000])
def test_nothing_is_proposed_for_a_word_like_no_other(word: str) -> None:
    assert closest(word, vocabulary("act")) == []


def test_reading_code_lists_needs_none_of_the_slow_libraries() -> None:
    slow = {"jsonschema", "jsonschema_rs", "polars", "pandera", "yaml", "click"}
    script = (
        "import sys; from alleged.schemas.vocabularies import names, vocabulary\n"
        "for name in names(): vocabulary(name)\n"
        f"print(sorted({slow} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
