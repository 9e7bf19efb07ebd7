"""The YAML profile: values, places, and the messages of what is refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import MAX_BYTES, MAX_ISSUES, MAX_LINE, Document, read_document
from alleged.reader.messages import PAGES
from alleged.reader.values import MAX_EVENTS


def put(project: Project, content: str | bytes, name: str = "example.yaml") -> Path:
    path = project.claims / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(project: Project, content: str | bytes) -> Document:
    document = read_document(put(project, content), project)
    assert isinstance(document, Document), document
    return document


def refused(project: Project, content: str | bytes) -> list[Issue]:
    issues = read_document(put(project, content), project)
    assert isinstance(issues, list), issues.data
    assert issues
    return issues


def the_issue(project: Project, content: str | bytes) -> Issue:
    (issue,) = refused(project, content)
    return issue


# What is read.


def test_country_code_no_stays_a_word(project: Project) -> None:
    path = project.root / "claims" / "norway.yaml"
    path.write_text("id: NO\nsince: 1905-06\n")

    document = read_document(path, project)

    assert isinstance(document, Document)
    assert document.data == {"id": "NO", "since": "1905-06"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("off", "off"),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("~", None),
        ("", None),
        ("nULL", "nULL"),
        ("0", 0),
        ("12", 12),
        ("-7", -7),
        ("+7", 7),
        ("012", 12),
        ("999999999999999999", 999999999999999999),
        ("1.5", 1.5),
        ("1.10", 1.1),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("2E-2", 0.02),
        (".", "."),
        ("-", None),
        ("+", "+"),
        ("1e", "1e"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("0x1F", "0x1F"),
        ("0o14", "0o14"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2024-06-17", "2024-06-17"),
        ("2024-02-30", "2024-02-30"),
        ("2023-08~/2023-11-01", "2023-08~/2023-11-01"),
        ("٣", "٣"),
        ("<<", "<<"),
        ('"2024"', "2024"),
        ("'true'", "true"),
        ("''", ""),
        ('"북한 🚀"', "북한 🚀"),
        ('"a\\tb\\nc"', "a\tb\nc"),
        ("|\n  12\n", "12\n"),
        (">-\n  true\n", "true"),
        ("one\n  two", "one two"),
        ("“A” and “B”", "“A” and “B”"),
        ("می‌خواهم", "می‌خواهم"),
        ("[]", []),
        ("{a: 1}", {"a": 1}),
    ],
)
def test_scalars_mean_what_a_yaml_1_2_editor_shows(project: Project, written: str, meant: object) -> None:
    if written == "-":  # a dash alone begins a list, whose item is empty
        written, meant = "\n  -", [None]

    value = read(project, f"a: {written}").data["a"]

    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize("key", ["on", "NO", "yes", '"1"', "'null'", '"<<"', "2024-06", "북한"])
def test_keys_that_look_like_words_of_yaml_1_1_are_text(project: Project, key: str) -> None:
    assert read(project, f"{key}: x").data == {key.strip("\"'"): "x"}


def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing(project: Project) -> None:
    plain = read(project, "é: x\nb:\n  - y\n")
    place = plain.place(("b", 0))
    windows = read(project, b"\xef\xbb\xbf" + "é: x\r\nb:\r\n  - y\r\n".encode())

    assert windows.data == plain.data == {"é": "x", "b": ["y"]}
    assert windows.place(("b", 0)) == place
    assert windows.place(("é",), key=True).column == 1


def test_path_bytes_and_digest_are_those_of_the_file(project: Project) -> None:
    document = read_document(put(project, "a: 1\n", "2024/june.yaml"), project)

    assert isinstance(document, Document)
    assert document.file.path == "claims/2024/june.yaml"
    assert document.file.text.content == b"a: 1\n"
    assert document.file.sha256 == "37b128c59f1f5097f73f82691cb519f1f568667faab5ced1b4ab979d36837eae"


def test_a_path_given_from_the_working_directory_is_read(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    put(project, "a: 1\n")
    monkeypatch.chdir(project.claims)

    document = read_document(Path("example.yaml"), project)

    assert isinstance(document, Document)
    assert document.file.path == "claims/example.yaml"


# Where it stands.

PLACES = """\
# a remark
defaults: {source: tv5monde, recorded: {by: "some-handle", on: 2024-07-01}}
claims:
  - id: first
    summary: Über 북한 und
      mehr
    sources:
      - quote: "viole les sanctions"  # as printed
        lang:
      - {id: b}
  -
    id: second
    text: |
      lines
topics: [one, two]
"""


@pytest.mark.parametrize(
    ("path", "line", "key", "value"),
    [
        (("defaults",), 2, "defaults", '{source: tv5monde, recorded: {by: "some-handle", on: 2024-07-01}}'),
        (("defaults", "source"), 2, "source", "tv5monde"),
        (("defaults", "recorded"), 2, "recorded", '{by: "some-handle", on: 2024-07-01}'),
        (("defaults", "recorded", "by"), 2, "by", '"some-handle"'),
        (("defaults", "recorded", "on"), 2, "on", "2024-07-01"),
        (("claims", 0, "id"), 4, "id", "first"),
        (("claims", 0, "summary"), 5, "summary", "Über 북한 und"),
        (("claims", 0, "sources", 0, "quote"), 8, "quote", '"viole les sanctions"'),
        (("claims", 0, "sources", 1, "id"), 10, "id", "b"),
        (("claims", 1, "id"), 12, "id", "second"),
        (("claims", 1, "text"), 13, "text", "|"),
        (("topics", 1), 15, "two", "two"),
    ],
)
def test_places_of_keys_and_values_are_counted_in_characters(
    project: Project, path: tuple[str | int, ...], line: int, key: str, value: str
) -> None:
    document = read(project, PLACES)
    text = PLACES.splitlines()[line - 1]

    for place, expected in ((document.place(path, key=True), key), (document.place(path), value)):
        assert (place.path, place.line, place.text) == ("claims/example.yaml", line, text)
        assert place.text[place.column - 1 :][: place.length] == expected


def test_an_empty_value_has_a_place_behind_its_colon(project: Project) -> None:
    place = read(project, PLACES).place(("claims", 0, "sources", 0, "lang"))

    assert (place.line, place.column, place.length) == (9, 14, 1)


def test_fields_are_named_in_the_words_of_a_curator(project: Project) -> None:
    document = read(project, PLACES)

    assert document.place(("claims", 0, "sources", 1, "id")).field == "claims[0].sources[1].id"
    assert document.place(()).field == ""


@pytest.mark.parametrize("key", [False, True])
def test_what_is_missing_is_placed_at_the_record_that_lacks_it(project: Project, key: bool) -> None:
    place = read(project, PLACES).place(("claims", 1, "act", "deeper"), key=key)

    assert (place.line, place.column, place.field) == (12, 5, "claims[1].act.deeper")


def test_lines_of_records_are_where_the_records_begin(project: Project) -> None:
    document = read(project, PLACES)

    assert document.file.lines == {"claims": [4, 12], "topics": [15, 15]}
    for kind, lines in document.file.lines.items():
        assert [document.place((kind, index)).line for index in range(len(lines))] == lines


@pytest.mark.parametrize(
    ("line", "suspect"), [("a: b #c", 1), ("a: b\t#c", 1), ("a: b # c", 0), ("a: b#c", 0), ("a: b #", 0)]
)
def test_lines_with_a_comment_that_may_be_text_are_known(project: Project, line: str, suspect: int) -> None:
    assert read(project, f"{line}\n").file.hash_lines == [line][:suspect]


# What is refused.

DEEPEST = "a: " + "[" * 15 + "]" * 15
REFUSED = [
    ("duplicate-key", "id: a\nact: x\nid: b\n", 3, 1),
    ("duplicate-key", "a: {b: 1, 'b': 2}\n", 1, 11),
    ("anchor", "a: &x 1\n", 1, 4),
    ("anchor", "a: &x [1]\n", 1, 4),
    ("anchor", "a: & x\n", 1, 4),
    ("alias", "a: *x\n", 1, 4),
    ("alias", "*x : a\n", 1, 1),
    ("alias", "a: * x\n", 1, 4),
    ("merge-key", "<<: {a: b}\n", 1, 1),
    ("tag", "a: !!str 1\n", 1, 4),
    ("tag", "a: ! 1\n", 1, 4),
    ("tag", "a: !\n", 1, 4),
    ("tag", "a: ! 'b'\n", 1, 4),
    ("tag", "a: !x {}\n", 1, 4),
    ("tag", "a: !<x\n", 1, 4),
    ("tag", "!!python/object/apply:os.system ['true']\n", 1, 1),
    ("several-documents", "a: 1\n---\nb: 2\n", 2, 1),
    ("several-documents", "---\n---\nb: 2\n", 2, 1),
    ("several-documents", "a: 1\n...\nb: 2\n", 3, 1),
    ("directive", "%YAML 1.1\n---\na: NO\n", 1, 1),
    ("directive", "%YAML 9.9\n---\na: NO\n", 1, 1),
    ("directive", "%FOO\n---\na: NO\n", 1, 1),
    ("key-not-text", "1: x\n", 1, 1),
    ("key-not-text", "1.5: x\n", 1, 1),
    ("key-not-text", "true: x\n", 1, 1),
    ("key-not-text", "a:\n  ~: x\n", 2, 3),
    ("key-not-text", "a: x\n: y\n", 2, 1),
    ("key-not-text", "[a, b]: x\n", 1, 1),
    ("key-not-text", "? {a: b}\n: x\n", 1, 3),
    ("control-character", 'a: "\\e[31m"\n', 1, 4),
    ("control-character", 'a: "\\0"\n', 1, 4),
    ("control-character", 'a: "\\x85"\n', 1, 4),
    ("control-character", 'a: "\\r"\n', 1, 4),
    ("control-character", '"\\P": a\n', 1, 1),
    ("control-character", "a: b\nc: d\x07e\n", 2, 5),
    ("control-character", "a: b\x00c\n", 1, 5),
    ("control-character", "a: b\x7fc\n", 1, 5),
    ("control-character", "a: b\x9bc\n", 1, 5),
    ("control-character", "é: b\u2028c\n", 1, 5),
    ("control-character", "a: b\uffffc\n", 1, 5),
    ("bare-carriage-return", "a: b\rc: d\n", 1, 5),
    ("hidden-direction", "a: b\u202ec\n", 1, 5),
    ("hidden-direction", "a: b\u2066c\n", 1, 5),
    ("hidden-direction", "a: b\u200fc\n", 1, 5),
    ("hidden-direction", "a: b\u061cc\n", 1, 5),
    ("hidden-direction", 'a: "\\u202e"\n', 1, 4),
    ("invisible-character", "a: b\u200bc\n", 1, 5),
    ("invisible-character", "a: b\ufeffc\n", 1, 5),
    ("invisible-character", "a: b\U000e0041c\n", 1, 5),
    ("stacked-marks", "a: b" + "\u0301" * 31 + "\n", 1, 5),
    ("wide-gap", "a: b\nc: d" + " " * 101 + "# e\n", 2, 5),
    ("long-line", "a: b\nc: " + "d" * MAX_LINE + "\n", 2, 1),
    ("lone-surrogate", 'a: "\\ud83d"\n', 1, 5),
    ("lone-surrogate", b"a: b\xed\xa0\xbd\n", 1, 5),
    ("not-utf-8", b"a: b\nc: caf\xe9\n", 2, 7),
    ("not-utf-8", "a: b\n".encode("utf-16"), 0, 0),
    ("not-utf-8", "a: b\n".encode("utf-16-le"), 0, 0),
    ("too-deep", DEEPEST.replace("[]", "[[]]"), 1, 19),
    ("too-large", b"#" * (MAX_BYTES + 1), 0, 0),
    ("too-many-values", "a: [" + "b," * MAX_EVENTS + "]\n", 1, None),
    ("huge-number", "a: 1234567890123456789\n", 1, 4),
    ("huge-number", "a: -1234567890.123456789\n", 1, 4),
    ("huge-number", "a: 1e999\n", 1, 4),
    ("empty-file", "", 0, 0),
    ("empty-file", "# later\n", 0, 0),
    ("empty-file", "---\n", 0, 0),
    ("not-a-mapping", "# a\n- id: x\n", 2, 1),
    ("not-a-mapping", "hello\n", 1, 1),
    ("curly-quotes", "a: “b c”\n", 1, 4),
    ("curly-quotes", "a: ‘it’s void’\n", 1, 4),
    ("curly-quotes", "a: [« b », c]\n", 1, 5),
    ("colon-in-text", "claims:\n  - id: x\n    summary: Officials said: no convoy\n", 3, 28),
    ("colon-in-text", "a: {b: c: d}\n", 1, 9),
    ("colon-in-text", "a: Officials said\n  that day: no\n", 2, 11),
    ("missing-colon", "claims:\n  - id:x\n    act: allege\n", 2, 5),
    ("missing-colon", "claims:\n  - id: x\n    summary\n    act: allege\n", 3, 5),
    ("tab-indent", "claims:\n\t- id: x\n", 2, 1),
    ("tab-indent", "claims:\n  - id: x\n  \tact: y\n", 3, 3),
    ("wrong-indent", "claims:\n  - id: x\n   act: y\n", 3, 4),
    ("wrong-indent", "claims:\n  - id: x\n      act: y\n", 3, 7),
    ("wrong-indent", "  a: 1\nb: 2\n", 2, 1),
    ("wrong-indent", "a: - b\n", 1, 4),
    ("unclosed-quote", 'a: "b\nc: d\n', 1, 4),
    ("unclosed-quote", 'a: "b\nc: "d"\n', 1, 4),
    ("text-after-quote", "a: 'It's void'\n", 1, 8),
    ("text-after-quote", 'a: "Sanctions" are void\n', 1, 16),
    ("text-after-quote", "a: [Update] void\n", 1, 13),
    ("unknown-escape", 'a: "C:\\photos"\n', 1, 7),
    ("unknown-escape", 'a: "\\u12"\n', 1, 5),
    ("unclosed-bracket", "a: [b, c\nd: e\n", 1, 4),
    ("unclosed-bracket", "a: {b: c\n", 1, 4),
    ("reserved-character", "a: @KCNA denies\n", 1, 4),
    ("reserved-character", "a: > 1000 shells\n", 1, 4),
    ("reserved-character", "a: `b`\n", 1, 4),
    ("hash-without-space", 'a: "b"# c\n', 1, 7),
    ("leading-question-mark", "a: [?b]\n", 1, 5),
    ("broken-yaml", "a: [b, , c]\n", 1, 8),
]


@pytest.mark.parametrize(("rule", "content", "line", "column"), REFUSED)
def test_each_refusal_has_its_own_rule_and_place(
    project: Project, rule: str, content: str | bytes, line: int, column: int | None
) -> None:
    issue = the_issue(project, content)

    assert (issue.rule, issue.severity) == (rule, "error")
    assert (issue.place.path, issue.place.line) == ("claims/example.yaml", line)
    assert column is None or issue.place.column == column
    assert issue.place.length >= 1
    assert issue.help
    assert "\n" not in issue.message
    assert issue.message[0] == issue.message[0].lower()


def test_the_limits_themselves_are_still_read(project: Project) -> None:
    assert read(project, DEEPEST).data
    assert read(project, b"a: b\n" + (b"#".ljust(MAX_LINE, b"-") + b"\n") * (MAX_BYTES // (MAX_LINE + 2))).data == {
        "a": "b"
    }
    assert read(project, b"#" + b"\n" * (MAX_BYTES - 5) + b"a: b").data == {"a": "b"}
    # Stream, document, mapping, key and list take 5 events, their ends 4.
    assert len(read(project, "a: [" + "b,\n " * (MAX_EVENTS - 9) + "]").data["a"]) == MAX_EVENTS - 9
    assert the_issue(project, "a: [" + "b," * (MAX_EVENTS - 8) + "]").rule == "too-many-values"


def test_the_second_of_two_equal_keys_names_the_first(project: Project) -> None:
    issue = the_issue(project, "claims:\n  - act: allege\n    id: x\n    act: deny\n")

    assert (issue.place.line, issue.place.column, issue.place.length) == (4, 5, 3)
    assert issue.place.field == "claims[0].act"
    assert [(p.line, p.column, p.length, p.text) for p in issue.related] == [(2, 5, 3, "  - act: allege")]


def test_refusals_of_one_file_are_reported_together_up_to_a_limit(project: Project) -> None:
    issues = refused(project, "a: 1\na: &x 2\nb: !!str *x\n")
    assert [issue.rule for issue in issues[:2]] == ["duplicate-key", "anchor"]

    assert [i.rule for i in refused(project, "a: ‘b’\nc: 1e999\n1: x\n")] == [
        "curly-quotes",
        "huge-number",
        "key-not-text",
    ]
    assert len(refused(project, "1: x\n" * 100)) == MAX_ISSUES
    assert len(refused(project, "\u202e" * 100)) == MAX_ISSUES


def test_hidden_characters_are_named(project: Project) -> None:
    assert "U+202E (right-to-left override)" in the_issue(project, "a: \u202eb\n").message
    assert "U+001B" in the_issue(project, 'a: "\\e"\n').message


def test_a_file_of_another_encoding_is_reported_by_its_byte_and_line(project: Project) -> None:
    issue = the_issue(project, "publisher: Le Monde\nsummary: démenti\n".encode("cp1252"))

    assert "byte 30 is 0xE9, 'é' in Windows-1252" in issue.message
    assert "save as UTF-8" in issue.help
    assert "UTF-16" in the_issue(project, "a: b\n".encode("utf-16")).message


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("summary: Officials said: no convoy  # sic", 'summary: "Officials said: no convoy"  # sic'),
        ("summary: Kim's word: no", 'summary: "Kim\'s word: no"'),
        ('summary: the "word": it\'s no', "summary: 'the \"word\": it''s no'"),
        ("summary: “Kim: no”", 'summary: "Kim: no"'),
        ("quote: “viole les sanctions”", 'quote: "viole les sanctions"'),
        ("quote: « viole »  # sic", 'quote: "viole"  # sic'),
        ("summary: @KCNA denies", 'summary: "@KCNA denies"'),
        ("- `a", '- "`a"'),
    ],
)
def test_a_safe_suggestion_put_in_its_place_fixes_the_line(project: Project, line: str, fixed: str) -> None:
    issue = the_issue(project, line)
    place = issue.related[0] if issue.related else issue.place

    assert issue.suggestion is not None
    assert issue.suggestion.confidence == "safe"
    before, after = line[: place.column - 1], line[place.column - 1 + place.length :]
    assert before + issue.suggestion.text + after == fixed
    read(project, f"x:\n  {fixed}")


def test_a_text_over_several_lines_gets_no_suggestion_for_one_of_them(project: Project) -> None:
    assert the_issue(project, "a: Officials said: no\n  convoy\n").suggestion is None
    assert the_issue(project, "a: “b\n  c”\n").suggestion is None


def test_the_help_for_a_colon_shows_the_line_as_it_should_be(project: Project) -> None:
    issue = the_issue(project, "claims:\n  - summary: Officials said: no\n")

    assert issue.help.endswith('summary: "Officials said: no"')
    assert issue.place.field == "claims[0].summary"
    assert issue.place.text == "  - summary: Officials said: no"


def test_long_values_are_not_repeated_in_messages(project: Project) -> None:
    for content in ("a: " + "1" * 900_000, "a: &" + "x" * 900_000 + " b", "!!" + "x" * 900_000 + " b: c"):
        assert all(len(issue.message) < 300 for issue in refused(project, content))


# Which files are opened.


def test_a_link_is_refused_and_nothing_of_its_target_shown(project: Project) -> None:
    secret = project.root / "secret"
    secret.write_text("token: hunter2 : : [\n")
    link = project.claims / "link.yaml"
    link.symlink_to(secret)

    issues = read_document(link, project)

    assert isinstance(issues, list)
    assert [issue.rule for issue in issues] == ["symbolic-link"]
    assert "hunter2" not in repr(issues)


def test_a_link_to_nowhere_is_a_link_all_the_same(project: Project) -> None:
    link = project.claims / "link.yaml"
    link.symlink_to("nowhere")

    assert rules_of(link, project) == ["symbolic-link"]


def rules_of(path: Path, project: Project) -> list[str]:
    issues = read_document(path, project)
    assert isinstance(issues, list)
    assert all(issue.place.text == "" and issue.place.line == 0 for issue in issues)
    return [issue.rule for issue in issues]


def test_pipes_and_folders_are_refused_without_waiting(project: Project) -> None:
    pipe = project.claims / "pipe.yaml"
    os.mkfifo(pipe)
    folder = project.claims / "folder.yaml"
    folder.mkdir()

    assert rules_of(pipe, project) == ["not-a-regular-file"]
    assert rules_of(folder, project) == ["not-a-regular-file"]
    assert rules_of(Path(os.devnull), Project(Path("/"))) == ["not-a-regular-file"]


def test_files_outside_the_project_are_refused(tmp_path: Path) -> None:
    inner = Project(tmp_path / "project")
    inner.claims.mkdir(parents=True)
    outer = tmp_path / "elsewhere"
    outer.mkdir()
    (outer / "x.yaml").write_text("token: hunter2\n")
    (inner.claims / "folder").symlink_to(outer)

    assert rules_of(outer / "x.yaml", inner) == ["outside-project"]
    assert rules_of(inner.claims / "folder" / "x.yaml", inner) == ["symbolic-link"]
    assert rules_of(inner.claims / ".." / ".." / "elsewhere" / "x.yaml", inner) == ["outside-project"]
    # For the system, 'folder/..' is the parent of the link's target; we open what the message names.
    (tmp_path / "y.yaml").write_text("token: hunter2\n")
    assert rules_of(inner.claims / "folder" / ".." / "y.yaml", inner) == ["unreadable-file"]


def test_a_project_that_lies_behind_a_link_is_read(tmp_path: Path) -> None:
    real = Project(tmp_path / "real")
    real.claims.mkdir(parents=True)
    put(real, "a: 1\n")
    (tmp_path / "link").symlink_to(real.root)
    linked = Project(tmp_path / "link")

    assert isinstance(read_document(linked.claims / "example.yaml", linked), Document)


@pytest.mark.skipif(os.name == "nt", reason="Windows makes no files of such names")
@pytest.mark.parametrize(
    "name",
    [
        "a b.yaml",
        "é.yaml",
        "con.yaml",
        "NUL.yaml",
        "2024/com1.x.yaml",
        "aux/a.yaml",
        "a;b.yaml",
        "dot./a.yaml",
    ],
)
def test_file_names_must_work_everywhere(project: Project, name: str) -> None:
    assert rules_of(put(project, "a: 1\n", name), project) == ["odd-file-name"]


@pytest.mark.parametrize("name", ["2024/june-18_b.v2.yaml", "console.yaml", "A.yml"])
def test_plain_file_names_are_welcome(project: Project, name: str) -> None:
    assert isinstance(read_document(put(project, "a: 1\n", name), project), Document)


def test_a_file_that_is_not_there_cannot_be_read(project: Project) -> None:
    assert rules_of(project.claims / "gone.yaml", project) == ["unreadable-file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_cannot_be_read(project: Project) -> None:
    path = put(project, "a: 1\n")
    path.chmod(0)

    assert rules_of(path, project) == ["unreadable-file"]


# What no input may do.

HOSTILE: dict[str, bytes] = {
    "alias bomb": b"a0: &a0 [x, x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10)),
    "merge bomb": b"a0: &a0 {x: 1}\n"
    + b"".join(b"a%d: &a%d {<<: [%s]}\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10)),
    "self reference": b"a: &a [*a]",
    "200,000 brackets": b"[" * 200_000,
    "200,000 brackets on lines of their own": b"[\n" * 200_000,
    "closed brackets": b"a: " + b"[" * 50_000 + b"]" * 50_000,
    "100 kB of braces": b"{" * 100_000,
    "deep flow mappings": b"{a: " * 50_000,
    "deep block mappings": b"".join(b" " * n + b"a:\n" for n in range(1400)),
    "1 MB of dashes": b"- " * 500_000,
    "1 MB of question marks": b"? " * 500_000,
    "1 MB of colons": b": " * 500_000,
    "2 MB integer": b"a: " + b"9" * 2_000_000,
    "1 MB integer": b"a: " + b"9" * 1_000_000,
    "1 MB decimal": b"a: 0." + b"9" * 1_000_000,
    "hexadecimal": b"a: 0x" + b"f" * 19_000,
    "sexagesimal": b"a: 1" + b":59" * 6_000,
    "20,000 integer keys": b"".join(b"%d: x\n" % n for n in range(20_000)),
    "20,000 equal keys": b"a: x\n" * 20_000,
    "tag": b"!!python/object/apply:os.system ['touch hacked']",
    "tag on a value": b"a: !!python/object/apply:os.system ['touch hacked']",
    "raw NUL": b"a: b\0c",
    "1 MB of hidden characters": "\u202e".encode() * 340_000,
    "1 MB of quotes": b"'" * 1_000_000,
    "1 MB of escapes": b'a: "' + b"\\e" * 500_000 + b'"',
    "1 MB of anchors": b"&a " * 340_000,
    "one long key": b"a" * 1_000_000 + b": x",
    "many empty documents": b"---\n" * 250_000,
    "random bytes": bytes((n * n * 7 + n * 13) % 251 for n in range(1_000_000)),
}

CHILD = """
import sys
from pathlib import Path
if sys.platform == "linux":  # no other system holds a process to a number of addresses
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
from alleged.reader import read_document
from alleged.project import Project
issues = read_document(Path(sys.argv[1]), Project(Path(sys.argv[2])))
assert isinstance(issues, list) and issues, "it was read"
assert all(issue.message and issue.help for issue in issues)
print(*{issue.rule for issue in issues})
"""


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("hexadecimal", "sexagesimal")])
def test_hostile_files_are_refused_within_little_memory(project: Project, name: str) -> None:
    path = put(project, HOSTILE[name])

    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(project.root)],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=project.root,
    )

    assert child.returncode == 0, child.stderr[-2000:]
    assert set(child.stdout.split()) <= set(PAGES)
    assert not (project.root / "hacked").exists()


def test_a_file_of_many_gigabytes_is_not_taken_into_memory(project: Project) -> None:
    path = put(project, "a: b")
    os.truncate(path, 4 << 30)

    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(project.root)],
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert child.stdout.split() == ["too-large"], child.stderr[-2000:]


@pytest.mark.parametrize("name", ["hexadecimal", "sexagesimal"])
def test_numbers_of_other_notations_are_just_text(project: Project, name: str) -> None:
    assert read(project, HOSTILE[name]).data == {"a": HOSTILE[name].decode().removeprefix("a: ")}


def only_plain_values(value: object) -> bool:
    if type(value) is dict:
        return all(type(key) is str and only_plain_values(item) for key, item in value.items())
    if type(value) is list:
        return all(map(only_plain_values, value))
    return value is None or type(value) in (str, int, float, bool)


BITS = st.sampled_from(
    [*(bytes([b]) for b in b"-:?[]{},#&*!|>'\"%@`\\ \n\t~0a<=."), b"\r\n", b"\xff", b"\xc3\xa9", b"---\n"]
)
MUTATIONS = st.lists(st.tuples(st.integers(0, len(PLACES)), st.integers(0, 3), BITS), max_size=6)


@settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    content=st.one_of(
        st.binary(max_size=60),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(str.encode),
        st.lists(BITS, max_size=40).map(b"".join),
        MUTATIONS,
    )
)
def test_any_bytes_give_a_document_or_issues(project: Project, content: bytes | list[tuple[int, int, bytes]]) -> None:
    if isinstance(content, list):
        text = PLACES.encode()
        for position, removed, added in content:
            text = text[:position] + added + text[position + removed :]
        content = text
    path = put(project, content)

    result = read_document(path, project)

    if isinstance(result, Document):
        assert only_plain_values(result.data)
        for key in result.data:
            assert result.place((key,), key=True).field == f"{key}"
            assert (
                1
                <= result.place((key,)).line
                <= result.file.text.content.count(b"\n") + result.file.text.content.count(b"\r") + 1
            )
    else:
        assert result
        assert {issue.rule for issue in result} <= set(PAGES)
        assert all(issue.message and issue.help for issue in result)


# The pages.


def test_every_refusal_has_a_page_in_fixed_parts() -> None:
    of_files = {"symbolic-link", "not-a-regular-file", "outside-project", "odd-file-name", "unreadable-file"}
    of_files.add("tracked-texts")
    assert set(PAGES) == {rule for rule, *_ in REFUSED} | of_files
    for rule, page in PAGES.items():
        wrong, why, example, fix = page.split("\n\n")
        assert wrong.endswith("."), rule
        assert why, rule
        assert example.startswith("Example:\n    "), rule
        assert fix.startswith("Fix: "), rule
