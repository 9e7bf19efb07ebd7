"""Where libyaml is laxer than YAML 1.2: what is refused, at which place, and what is accepted."""

import pytest

from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import Document, FileText, parse_text
from alleged.reader.messages import TextFinding
from alleged.reader.strictness import strict_findings
from alleged.reader.values import MAX_STRICT_FINDINGS, compose


def result(text: str, project: Project) -> Document | list[Issue]:
    return parse_text(FileText("claims/example.yaml", text.encode()), project)


REFUSED = {
    # Lines that go on with a value, at the margin of the collection around it or further left.
    "brackets": ("a: [b,\nc]\n", "wrong-indent", 2, 1),
    "brackets in a list": ("a:\n  - [b,\n  c]\n", "wrong-indent", 3, 3),
    "braces in a field of a list": ("a:\n  - b: {c: d,\n    e: f}\n", "wrong-indent", 3, 5),
    "brackets within brackets": ("a: [[b,\nc]]\n", "wrong-indent", 2, 1),
    "a text between brackets": ("a: [b\nc]\n", "wrong-indent", 2, 1),
    "a quoted text between brackets": ('a: ["b\nc"]\n', "wrong-indent", 2, 1),
    "a hash in a quoted text between brackets": ('a: ["b\n# c"]\n', "wrong-indent", 2, 1),
    "a bracket in a quoted text": ('a: "b\n]"\n', "wrong-indent", 2, 1),
    "a bracket that closes further left": ("a:\n  b: [c\n]\n", "wrong-indent", 3, 1),
    "double quotes": ('a: "b\nc"\n', "wrong-indent", 2, 1),
    "single quotes": ("a:\n  b: 'c\n  d'\n", "wrong-indent", 3, 3),
    "only the closing quote": ('a: "b\n"\n', "wrong-indent", 2, 1),
    "a block text on a line of its own": ("a:\n|\n b\n", "wrong-indent", 2, 1),
    "a block text further left than its field": ("a:\n  b:\n |\n   c\n", "wrong-indent", 3, 2),
    "a tab between quotes": ('a: "b\n\tc"\n', "tab-indent", 2, 1),
    "a tab behind too few spaces": ('a:\n  b: "c\n  \td"\n', "tab-indent", 3, 3),
    "a tab on a blank line between quotes": ('a: "b\n\t\n  c"\n', "tab-indent", 2, 1),
    "a tab between brackets": ("a: [b,\n\tc]\n", "tab-indent", 2, 1),
    "a tab before a closing bracket": ("a: [b\n\t]\n", "tab-indent", 2, 1),
    # Block texts.
    "blank lines with more spaces than a comment": ("a: >\n \n   \n # b\n", "wrong-indent", 4, 2),
    "blank lines with more spaces than the next field": ("a: |\n  \nb: c\n", "wrong-indent", 3, 1),
    "blank lines, one of them with more spaces": ("a: >\n   \n \n # b\n", "wrong-indent", 4, 2),
    "blank lines below a comment with a number": ("a: | # 1\n  \nb: c\n", "wrong-indent", 3, 1),
    "spaces at the end of the file": ("a: |+\n  b\n\n  ", "wrong-indent", 4, 1),
    # Signs.
    "a hash behind double quotes": ('a: "b"# c\n', "hash-without-space", 1, 7),
    "a hash behind single quotes": ("a: 'b'#\n", "hash-without-space", 1, 7),
    "a hash behind a bracket": ("a: [b]# c\n", "hash-without-space", 1, 7),
    "a hash behind an opening bracket": ("a: [# c\n b]\n", "hash-without-space", 1, 5),
    "a hash behind a brace": ("a: {}# c\n", "hash-without-space", 1, 6),
    "a hash behind an opening brace": ("a: {# c\n }\n", "hash-without-space", 1, 5),
    "a hash behind a comma": ("a: [b,# c\n d]\n", "hash-without-space", 1, 7),
    "a hash behind a colon": ('a: {"b":# c\n d}\n', "hash-without-space", 1, 9),
    "a hash behind the sign of a block text": ("a: |# b\n  c\n", "hash-without-space", 1, 5),
    "a hash behind the number of a block text": ("a: |2-# b\n  c\n", "hash-without-space", 1, 7),
    "a question mark in brackets": ("a: [?b]\n", "leading-question-mark", 1, 5),
    "a question mark in braces": ("a: {?b: c}\n", "leading-question-mark", 1, 5),
    "a question mark behind a comma": ("a: [b,?c]\n", "leading-question-mark", 1, 7),
    "a question mark behind a space": ("a: [b, ?c]\n", "leading-question-mark", 1, 8),
    "a question mark at the margin": ("{\n?a: b}\n", "leading-question-mark", 2, 1),
    "a question mark before quotes": ('a: [?"b"]\n', "leading-question-mark", 1, 5),
    "a dash in brackets": ("a: [-]\n", "reserved-character", 1, 5),
    "a dash in braces": ("a: {b: -}\n", "reserved-character", 1, 8),
    # Carriage returns.
    "a carriage return behind a comment": ("a: b # c\rd: e\n", "bare-carriage-return", 1, 9),
    "a carriage return in a text": ("a: b\n\n  c\r  d\n", "bare-carriage-return", 3, 4),
    "a carriage return between quotes": ('a: "b\r\n  c\r  d"\n', "bare-carriage-return", 2, 4),
    "two carriage returns before a line feed": ("a: b\r\r\n", "bare-carriage-return", 1, 5),
    "a carriage return at the end": ("a: b\r", "bare-carriage-return", 1, 5),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_yaml_1_2_forbids_is_refused_in_its_place(name: str, project: Project) -> None:
    text, rule, line, column = REFUSED[name]

    found = result(text, project)

    assert isinstance(found, list), found.data
    assert [(i.rule, i.place.line, i.place.column, i.place.length) for i in found] == [(rule, line, column, 1)]
    assert "\n" not in found[0].message


READ = {
    "brackets further in": ("a: [b,\n c]\n", ["b", "c"]),
    "a closing bracket below its field": ("a: [\n  b,\n]\n", ["b"]),
    "closing brackets below their field": ("a: [{\n  b: c\n}]\n", [{"b": "c"}]),
    "a text behind a bracket below its field": ('a: [{\n  b: c\n}, "d"]\n', [{"b": "c"}, "d"]),
    "a text of two lines below a deeper field": ('a:\n  b:\n    c: d\n  e: "f\n   g"\n', {"b": {"c": "d"}, "e": "f g"}),
    "a comment at the margin, between brackets": ("a: [b,\n# c\n d]\n", ["b", "d"]),
    "a blank line with a tab, between brackets": ("a: [b,\n\t\n c]\n", ["b", "c"]),
    "a comment below a text of two lines, between brackets": ('a: ["b\n c",\n# d\n e]\n', ["b c", "e"]),
    "a tab behind enough spaces": ('a: "b\n \tc"\n', "b c"),
    "blank lines between quotes": ('a: "b\n\n \n c"\n', "b\n\nc"),
    "quotes on a line of their own": ('a:\n  "b"\n', "b"),
    "a quoted name at the margin": ('"a": b\n', "b"),
    "a quoted name behind a question mark": ('? "a"\n: b\n', "b"),
    "a block text on a line of its own": ("a:\n |\n b\n", "b\n"),
    "blank lines with as many spaces": ("a: |\n  \n  b\n", "\nb\n"),
    "blank lines with fewer spaces": ("a: |\n\n \n  b\n", "\n\nb\n"),
    "blank lines of a text whose indentation is given": ("a: |1\n   \n b\n", "  \nb\n"),
    "nothing but blank lines": ("a: |+\n  \n   \n", "\n\n"),
    "a block text without a line break at its end": ("a: |\n  b", "b\n"),
    "a folded text without a line break at its end": ("a: >\n  b\n  c", "b c\n"),
    "spaces at the end of the file, behind another text": ("a: 'b\n c'\n  ", "b c"),
    "a hash behind a space": ('a: "b" # c\n', "b"),
    "a hash behind a tab": ('a: "b\n  c"\t# d\n', "b c"),
    "a hash behind the sign of a block text": ("a: | # b\n  c\n", "c\n"),
    "a hash in a comment": ('a: b # "c"#d\n', "b"),
    "a hash in quotes": ("""a: "b'#c"\n""", "b'#c"),
    "a hash in a text": ("a: b]#c\n", "b]#c"),
    "a hash in a block text": ("a: |\n  b,#c\n", "b,#c\n"),
    "a question mark in a text": ("a: b ?c\n", "b ?c"),
    "a question mark in quotes": ('a: ["?b"]\n', ["?b"]),
    "a question mark in a comment": ("a: [b, # ?c\n d]\n", ["b", "d"]),
    "a question mark at the end of a text between brackets": ("a: [b ?, c]\n", ["b ?", "c"]),
    "a question mark with a space": ("a: {? b : c}\n", {"b": "c"}),
    "a question mark at the beginning of a text": ("a: ?b\n", "?b"),
    "a dash in quotes": ('a: ["-"]\n', ["-"]),
    "a dash before a text between brackets": ("a: [-b]\n", ["-b"]),
    "line ends of Windows": ('a: "b\r\n c"\r\n', "b c"),
}


@pytest.mark.parametrize("name", READ)
def test_what_yaml_1_2_allows_is_read(name: str, project: Project) -> None:
    text, meant = READ[name]

    found = result(text, project)

    assert isinstance(found, Document), found
    assert found.data == {"a": meant}


@pytest.mark.parametrize(("text", "help"), [("a: [b,\nc]\n", "put 1 space"), ("- a: 'b\n  c'\n", "put 3 spaces")])
def test_the_help_names_the_spaces_that_a_line_needs(text: str, help: str) -> None:
    (fault,) = strict_findings(text.encode())

    assert fault.help.startswith(f"{help} before it;")


def test_of_half_a_million_wrong_lines_a_few_are_reported() -> None:
    faults: list[TextFinding] = []

    compose(b'a: "x\n' + b"\t\n" * 500_000 + b' y"\n', faults)

    assert [fault.rule for fault in faults] == ["tab-indent"] * MAX_STRICT_FINDINGS
