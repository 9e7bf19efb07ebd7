"""Formatting changes neither values nor comments, is idempotent, and gives one style whoever wrote the file."""

import json
import os
import random
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from alleged.cli import group
from alleged.editing.formatter import format_content
from alleged.editing.syntax_tree import comments
from alleged.errors import EnvironmentFailure, StyleError
from alleged.project import Project
from alleged.reader import Document, read_document, rewrite
from alleged.reader.values import compose
from alleged.records import corpus
from alleged.tables import all_tables
from paths import TESTS

OWN = ("record_path", "record_line")
"""Columns that say where a record stands."""


def formatted(text: str, project: Project) -> str:
    path = project.claims / "bundle.yaml"
    path.write_bytes(text.encode())
    document = read_document(path, project)
    assert isinstance(document, Document), document
    once = format_content(document.file.text.content, document.file.path)
    assert format_content(once, "claims/bundle.yaml") == once
    return once.decode()


CASES = {
    "kinds-and-fields-in-order": (
        "claims:\n- said: 2024-06-17\n  colour: red\n  id: x\nsources:\n- {seen: a, id: s}\ndefaults: {source: s}\n",
        (
            "defaults: {source: s}\n\nsources:\n  - {id: s, seen: a}\n\n"
            "claims:\n  - id: x\n    said: 2024-06-17\n    colour: red\n"
        ),
    ),
    "fields-of-fields-in-order": (
        "claims:\n  - sources:\n      - quote: a\n        id: s\n    recorded: {on: 2024-07-01, by: me}\n",
        "claims:\n  - sources:\n      - id: s\n        quote: a\n    recorded: {by: me, on: 2024-07-01}\n",
    ),
    "defaults-in-the-order-of-claims": (
        "defaults:\n  recorded: {on: 2024-07-01, by: me}\n  act: deny\n  source: s\n",
        "defaults:\n  source: s\n  act: deny\n  recorded: {by: me, on: 2024-07-01}\n",
    ),
    "quotes-only-where-needed": (
        "claims:\n  - {id: 'x', said: \"2024\", when: '2024-06', summary: 'a: b', note: \"it's, so\", place: NO}\n",
        'claims:\n  - {id: x, summary: "a: b", said: "2024", place: "NO", when: 2024-06, note: "it\'s, so"}\n',
    ),
    "quotes-that-hold-quotes": (
        'claims:\n  - note: "\\"Void\\", it\'s said"\n    summary: "say \\"void\\""\n',
        "claims:\n  - summary: say \"void\"\n    note: '\"Void\", it''s said'\n",
    ),
    "long-brackets-become-lines": (
        f"claims:\n  - id: x\n    basis: [{'a' * 60}, {'b' * 60}]\n    via: [  a,b  ]\n",
        f"claims:\n  - id: x\n    via: [a, b]\n    basis:\n      - {'a' * 60}\n      - {'b' * 60}\n",
    ),
    "comments-travel-with-their-field": (
        (
            "# head\n\n# claims\nclaims: # why\n  # of x\n  - summary: s # beside\n    # of id\n    id: x\n    # foot\n"
            "  # of y\n  - id: z\n\n\n# sources\nsources:\n  - id: s\n# end\n"
        ),
        (
            "# head\n\n# sources\nsources:\n  - id: s\n\n# claims\nclaims:  # why\n  # of x\n  # of id\n  - id: x\n"
            "    summary: s  # beside\n    # foot\n  # of y\n  - id: z\n# end\n"
        ),
    ),
    "comments-between-brackets": (
        "claims:\n  - id: x\n    basis: [\n      a, # one\n      # two\n      b\n    ] # all\n",
        "claims:\n  - id: x\n    basis:  # all\n      - a  # one\n      # two\n      - b\n",
    ),
    "comments-far-in": (
        "claims:\n  - via: [a, b]\n          # far in\n    id: x\n",
        "claims:\n  # far in\n  - id: x\n    via: [a, b]\n",
    ),
    "modeline-stays-first": (
        "# yaml-language-server: $schema=x\n# About.\nclaims: []\nsources: []\n",
        "# yaml-language-server: $schema=x\n# About.\nsources: []\n\nclaims: []\n",
    ),
    "texts-of-several-lines": (
        "claims:\n- note: |  # kept\n   one # not one\n     two\n\n   three\n  summary: goes\n   on # so\n  id: x\n",
        (
            "claims:\n  - id: x\n    summary: goes\n      on  # so\n    note: |  # kept\n      one # not one\n"
            "        two\n\n      three\n"
        ),
    ),
    "blank-lines": (
        "\n\nclaims:\n\n  - id: x\n\n\n\n    act: deny\n\n  - id: z   \n\n",
        "claims:\n  - id: x\n\n    act: deny\n\n  - id: z\n",
    ),
    "line-ends-and-byte-order-mark": ("\ufeffclaims:\r\n- id: x\r\n", "\ufeffclaims:\r\n  - id: x\r\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_written_in_one_order_and_style(name: str, project: Project) -> None:
    before, after = CASES[name]

    assert formatted(before, project) == after


class Hand:
    """Writes records in any order and style that YAML allows, with comments everywhere."""

    def __init__(self, seed: int, comments: bool, brackets: bool) -> None:
        self.random = random.Random(seed)
        self.numbers = count()
        self.comments, self.brackets = comments, brackets

    def chance(self, odds: float) -> bool:
        return self.random.random() < odds

    def above(self, indent: int) -> Iterator[str]:
        while self.comments and self.chance(0.15):
            yield "" if self.chance(0.3) else " " * indent + f"# comment {next(self.numbers)}: 'x'"

    def beside(self) -> str:
        return f" # beside {next(self.numbers)}" if self.comments and self.chance(0.1) else ""

    def text(self, value: Any) -> str:
        if not isinstance(value, str):
            return json.dumps(value)
        quoted = [json.dumps(value, ensure_ascii=False)]
        if "\\" not in value and value.isprintable():
            quoted.append("'" + value.replace("'", "''") + "'")
        faults: list = []
        if compose(f"[{value}]".encode(), faults)[0] == [[value]] and not faults:
            quoted.append(value)
        return self.random.choice(quoted)

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k}: {self.flow(v)}" for k, v in self.shuffled(value)) + "}"
        return f"[{', '.join(map(self.flow, value))}]" if isinstance(value, list) else self.text(value)

    def shuffled(self, value: dict) -> list[tuple[str, Any]]:
        return self.random.sample(list(value.items()), len(value))

    def lines(self, value: Any, indent: int) -> Iterator[str]:
        pairs = self.shuffled(value) if isinstance(value, dict) else [(None, item) for item in value]
        for key, inner in pairs:
            yield from self.above(indent)
            lead = " " * indent + (f"{key}:" if key else "-")
            if not isinstance(inner, dict | list) or not inner or (self.brackets and indent and self.chance(0.3)):
                yield f"{lead} {self.flow(inner)}{self.beside()}"
            elif key:
                yield lead + self.beside()
                further = self.random.randint(0 if isinstance(inner, list) else 1, 4)
                yield from self.lines(inner, indent + further)
            else:
                first, *rest = [line for line in self.lines(inner, indent + 2) if line]
                while first.lstrip().startswith("#"):
                    yield first
                    first, *rest = rest
                yield from (lead + first[indent + 1 :], *rest)
        yield from self.above(indent)


def written(data: dict, seed: int, comments: bool = False, brackets: bool = False) -> str:
    return "\n".join(Hand(seed, comments, brackets).lines(data, 0)) + "\n"


def values(content: bytes) -> str:
    return json.dumps(compose(content, [])[0], sort_keys=True)


CAST = compose((TESTS / "cast" / "cast.yaml").read_bytes(), [])[0][0]
CLAIM = compose((TESTS / "mistakes" / "no-mistake.yaml").read_bytes(), [])[0][0]
TEXT = st.text(st.sampled_from("ab :#-?'\"\\[]{},&*!|>%@`~\t“”é0x. \n"), max_size=12).filter(str.strip)
TREE = st.dictionaries(
    st.sampled_from(["defaults", "sources", "claims", "actors"]),
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "summary", "note", "said", "basis", "odd field", "quote"]),
            st.recursive(
                TEXT | st.integers(-9, 9) | st.booleans() | st.none() | st.sampled_from(["NO", "2024", "1e3", "06:26"]),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["by", "on", "id", "from"]), inner, max_size=3)
                ),
                max_leaves=4,
            ),
            min_size=1,
            max_size=4,
        ),
        max_size=3,
    ),
    min_size=1,
)


@settings(max_examples=150)
@given(TREE, st.integers(0, 1 << 30))
@example({"claims": [{"basis": [[["a"], []], {}]}]}, 3)
def test_values_and_comments_stay_whatever_the_hand(tree: dict, seed: int) -> None:
    content = written(tree, seed, comments=True, brackets=True).encode()
    faults: list = []
    compose(content, faults)
    if faults:
        return

    once = format_content(content, "claims/bundle.yaml")

    assert values(once) == values(content)
    assert sorted(comments(once)) == sorted(comments(content))
    assert format_content(once, "claims/bundle.yaml") == once


@pytest.mark.parametrize("seed", range(20))
def test_two_hands_are_written_as_one(seed: int, project: Project) -> None:
    data = {**CAST, **CLAIM}

    assert formatted(written(data, seed), project) == formatted(written(data, seed + 1000), project)


@pytest.mark.parametrize("seed", range(5))
def test_tables_are_equal_before_and_after(seed: int, project: Project) -> None:
    (project.claims / "cast.yaml").write_text(written({**CAST, **CLAIM}, seed, comments=True, brackets=True))
    before = corpus.read(project)
    assert before.issues == ()
    assert len(before.corpus.claims) == 1

    formatted((project.claims / "cast.yaml").read_text(), project)
    document = read_document(project.claims / "bundle.yaml", project)
    assert isinstance(document, Document)
    (project.claims / "cast.yaml").write_bytes(format_content(document.file.text.content, document.file.path))
    (project.claims / "bundle.yaml").unlink()
    after = corpus.read(project)

    expected = all_tables(before.corpus)
    for name, frame in all_tables(after.corpus).items():
        assert_frame_equal(frame.drop(OWN, strict=False), expected[name].drop(OWN, strict=False))


def test_a_comment_stays_at_its_field_in_a_file_of_many(project: Project) -> None:
    data = {"claims": [{"id": f"c{n}", "summary": "s", "said": "2024-06-17"} for n in range(30)]}
    lines = [
        f"{line}  # {number}: {line.strip(' -')}" for number, line in enumerate(written(data, 7).splitlines()) if number
    ]

    for line in formatted("\n".join(["claims:", *lines]), project).splitlines()[1:]:
        field, said = line.split("  # ")
        assert values(said.partition(": ")[2].encode()) == values(field.strip(" -").encode())


def test_a_file_that_would_say_something_else_is_left_alone(project: Project) -> None:
    path = project.claims / "bundle.yaml"
    path.write_text("claims:\n  - id: x\n    ? a\n      b\n    : 1\n")
    document = read_document(path, project)
    assert isinstance(document, Document)

    with pytest.raises(StyleError, match="is not changed"):
        format_content(document.file.text.content, document.file.path)


def run(project: Project, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    monkeypatch.chdir(project.root)
    result = CliRunner().invoke(group, ["fmt", *words], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


UNTIDY = "claims:\n- id: x\n"


def test_check_lists_what_would_change_and_changes_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.claims / "a.yaml").write_text(UNTIDY)
    (project.claims / "b.yaml").write_text("claims:\n  - id: z\n")

    assert run(project, monkeypatch, "--check") == (1, "claims/a.yaml\n", "would change 1 of 2 files\n")
    assert (project.claims / "a.yaml").read_text() == UNTIDY
    assert run(project, monkeypatch) == (0, "claims/a.yaml\n", "changed 1 of 2 files\n")
    assert run(project, monkeypatch, "--check") == (0, "", "would change 0 of 2 files\n")


def test_only_the_files_asked_for_are_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.claims / "2024").mkdir()
    (project.claims / "a.yaml").write_text(UNTIDY)
    (project.claims / "2024" / "b.yaml").write_text(UNTIDY)

    assert run(project, monkeypatch, "claims/2024")[1] == "claims/2024/b.yaml\n"
    assert (project.claims / "a.yaml").read_text() == UNTIDY


def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.claims / "a.yaml").write_text("claims:\n\t- id: x\n")
    (project.claims / "b.yaml").write_text(UNTIDY)

    code, out, err = run(project, monkeypatch)

    assert (code, out) == (1, "claims/b.yaml\n")
    assert "claims/a.yaml cannot be read" in err


def test_the_mode_of_a_file_is_kept_and_nothing_is_left_beside_it(project: Project) -> None:
    path = project.claims / "a.yaml"
    path.write_bytes(b"one")
    path.chmod(0o640)
    mode = path.stat().st_mode

    rewrite("claims/a.yaml", project, b"one", b"two")

    assert path.read_bytes() == b"two"
    assert not hasattr(os, "fchmod") or path.stat().st_mode == mode
    assert list(project.claims.iterdir()) == [path]


def test_nothing_is_written_through_a_link_or_outside_the_records(project: Project) -> None:
    outside = project.root / "outside"
    outside.mkdir()
    (outside / "a.yaml").write_bytes(b"one")
    (project.claims / "a.yaml").symlink_to(outside / "a.yaml")
    (project.claims / "folder").symlink_to(outside)

    for name, reason in (
        ("claims/a.yaml", "is a link"),
        ("claims/folder/a.yaml", "is a link"),
        ("claims/../outside/a.yaml", "not the name of a file below"),
        ("outside/a.yaml", "not below claims/"),
    ):
        with pytest.raises(EnvironmentFailure, match=reason):
            rewrite(name, project, b"one", b"two")
    assert (outside / "a.yaml").read_bytes() == b"one"


def test_what_another_program_wrote_meanwhile_is_not_lost(project: Project) -> None:
    path = project.claims / "a.yaml"
    path.write_bytes(b"newer")

    with pytest.raises(EnvironmentFailure, match="just been changed"):
        rewrite("claims/a.yaml", project, b"one", b"two")
    assert path.read_bytes() == b"newer"
