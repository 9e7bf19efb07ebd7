"""The formats of a report: each complete, each valid, and none in which foreign text acts."""

import json
import os
import posixpath
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

from alleged import report as checking
from alleged.cli.check import FORMATS
from alleged.cli.output import formatted
from alleged.cli.printing import shown as as_shown
from alleged.issues import Issue, Place, Severity, Suggestion, Waived
from alleged.project import Project
from alleged.records.corpus import read
from alleged.render import claims, findings, github
from alleged.report import Report
from alleged.schemas.definitions import KINDS, fields, gate, schema
from alleged.text import escape
from inside import run_inside
from logs import fired
from paths import TESTS

NOWHERE = Project(Path())
PATH = "claims/first.yaml"

INJECTIONS = [
    setting.format(command)
    for command in (
        "::add-mask::a",
        "::ERROR file=a,line=1::b",
        "::stop-commands::a",
        "::set-output name=a::b",
        "##[error]a",
        "##[set-env name=A;]b",
    )
    for setting in (
        "{}",
        " \t{}",
        "\u00a0{}",
        "\u3000{}",
        "a\n{}",
        "a\r{}",
        "\u2028{}",
        "\x85{}",
        "a ## {}",
        "\ufeff{}",
    )
]
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></pre><svg/onload=alert(1)>",
    "[click](javascript:alert(1)) ![](http://a.example/b.png)",
    "| `a` | **b** | &lt;b&gt; &#60;i&#62;",
    "[bold red]a[/] [link=http://a.example]b[/link]",
    "\x1b[31mred\x1b]8;;http://a.example\x07link\x1b[2J",
    "\x9b31m \x07 \x08 \x7f",
    "denied \u202edetroper\u202c \u2066a\u2069",
    "##vso[task.setvariable variable=a]b ##teamcity[message text='a']",
    "half \ud83d and \udcff",
    "%0A::error::a%0D%25",
    "a,endLine=99,title=b::c",
]
HOSTILE = INJECTIONS + MARKUP


def made(issues: Iterable[Issue], waived: Iterable[Waived], files: Iterable[str], title: str = "") -> Report:
    return Report(tuple(issues), tuple(waived), tuple(files), {}, {}, {}, title)


def report_of(text: str, severity: Severity = "error") -> Report:
    """Return a report with this text wherever one can stand."""
    place = Place(text, 3, 2, 5, text, text)
    issue = Issue("unknown-code", severity, place, text, text, Suggestion(text), (place, Place(text)))
    waived = Waived(text, 3, "unused-record", text, text, text)
    return made((issue,), (waived,), (text,), text)


def plenty(**numbers: int) -> Report:
    severities: dict[str, Severity] = {"errors": "error", "warnings": "warning", "infos": "info"}
    issues = [
        Issue("unknown-code", severities[word], Place(PATH, n + 1, 1, 3, "act", "act: x"), f"the {n}th")
        for word, number in numbers.items()
        for n in range(number)
    ]
    return made(tuple(issues), (), (PATH,))


@pytest.fixture
def mistaken(project: Project) -> Project:
    """Return a project with many mistakes, a mistake that its record allows, and rules that must be silent."""
    for path in [TESTS / "cast" / "cast.yaml", *(TESTS / "mistakes").glob("*.yaml")]:
        (project.claims / path.name).write_bytes(path.read_bytes())
    return project


@pytest.fixture
def allowed(project: Project) -> Project:
    """Return a project with a warning that its record allows, and one that it does not."""
    spare = "  - id: {0}-gazette\n    name: {0} Gazette\n    kind: outlet\n"
    allow = "    allow: [{rule: unused-record, reason: kept for later}]\n"
    text = "actors:\n" + spare.format("spare") + allow + spare.format("other")
    (project.claims / "spare.yaml").write_text(text, encoding="utf-8")
    return project


def run(*words: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_inside(at, "check", *words, **environment)


# Foreign text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", FORMATS)
def test_no_foreign_text_is_a_command_to_the_runner(form: str, text: str) -> None:
    shown = formatted(report_of(text), NOWHERE, form)
    found = list(fired(shown))

    assert not re.search(r"##\w*\[", shown)
    if form != "github":
        assert found == []
    else:
        ((name, properties, data),) = found
        assert (name, properties["line"], properties["title"]) == ("error", "3", "unknown-code")
        assert set(properties) == {"file", "line", "col", "endColumn", "title"}
        assert properties["file"] == posixpath.normpath(escape.line(text))
        assert data == f"{escape.line(text)}\n{escape.line(text)}"


def test_the_ported_parser_sees_commands_where_the_runner_does() -> None:
    assert [name for text in INJECTIONS[:2] for name, _, _ in fired(text)] == ["add-mask"] * 2
    assert sum(1 for text in INJECTIONS for _ in fired(text)) >= 40
    assert list(fired("  \u3000::error title=a%3A%2C::b%0Ac")) == [("error", {"title": "a:,"}, "b\nc")]
    assert list(fired("words ##[warning]b")) == [("warning", {}, "b")]
    assert list(fired("a ::error::b\n9 | ::error::b\n::unknown::b")) == []


@given(st.text(st.characters()), st.sampled_from(FORMATS))
def test_any_text_comes_out_as_letters_blanks_and_line_ends(text: str, form: str) -> None:
    shown = formatted(report_of(text), NOWHERE, form)

    assert shown.encode("utf-8")
    assert {c for c in shown if not (c.isprintable() or escape.line(c) == c)} <= {"\n"}
    assert [name for name, _, _ in fired(shown)] == (["error"] if form == "github" else [])


@given(st.text(st.characters()))
def test_of_escapes_a_terminal_gets_our_colours_only(text: str) -> None:
    shown = "\n".join(as_shown(line, coloured=True) for line in findings.human(report_of(text)))
    plain = re.sub(r"\x1b\[(3[1-4]m|1m|0m)", "", shown)

    assert "\x1b[31m" in shown
    assert {c for c in plain if not (c.isprintable() or escape.line(c) == c)} <= {"\n"}
    assert list(fired(plain)) == []


def texts_of_all_kinds(text: str) -> Iterator[tuple[str, str]]:
    """Yield, for each kind, a bundle in which each field that takes a text has this one, a record for each."""
    for kind in KINDS:
        records = []
        for field in fields(kind):
            if field.schema.get("type") == "string":
                value: Any = text
                for step in reversed(field.path):
                    value = [value] if step == "*" else {step: value}
                records.append(json.dumps(value, ensure_ascii=False))
        yield kind, f"{kind}:\n" + "".join(f"  - {record}\n" for record in records)


ALL_AT_ONCE = (
    "  ::error::a ##[error]b \x1b[31mc \u202ed <script>alert(1)</script> \"' onload='e' [bold]f[/] | %0A::error::g"
)


@pytest.mark.parametrize("text", [ALL_AT_ONCE, re.sub(r"[\x1b\u202e]", "", ALL_AT_ONCE)], ids=["refused", "read"])
def test_hostile_text_in_every_field_of_every_kind_stays_text_in_every_format(text: str, project: Project) -> None:
    for kind, bundle in texts_of_all_kinds(text):
        (project.claims / f"{kind}.yaml").write_text(bundle, encoding="utf-8")
    report = checking.check(project)

    assert {issue.place.path for issue in report.issues} == {f"claims/{kind}.yaml" for kind in KINDS}
    assert any("<script>" in issue.place.text for issue in report.issues)
    for form in FORMATS:
        shown = formatted(report, project, form)
        names = {name for name, _, _ in fired(shown)}
        assert names == ({"error"} if form == "github" else set())
        assert not set("\x1b\x9b\u202e\r") & set(shown)
        assert form != "html" or acting(shown) == []
        assert form != "human" or "[bold]" in shown


def test_odd_names_of_files_are_no_commands(project: Project) -> None:
    names = [text.replace("/", "_") for text in HOSTILE if "\ud83d" not in text]
    for name in names:
        (project.claims / f"{name}.yaml").write_text("claims: 1\n", encoding="utf-8")
    loose = Project(project.claims, ".")  # so that paths begin with the names
    report = checking.check(loose)

    assert len({issue.place.path for issue in report.issues}) == len(set(names)) > 50
    for form in FORMATS:
        names_of_commands = {name for name, _, _ in fired(formatted(report, loose, form))}
        assert names_of_commands == ({"error"} if form == "github" else set())


def test_a_claim_that_is_shown_gives_no_command(project: Project) -> None:
    text = (
        (TESTS / "mistakes" / "no-mistake.yaml").read_text().replace("Shells went by ship.", '"::error::a ##[error]b"')
    )
    (project.claims / "claim.yaml").write_text((TESTS / "cast" / "cast.yaml").read_text() + text, encoding="utf-8")
    corpus = read(project).corpus

    shown = "\n".join(map(as_shown, claims.claim(corpus.claims["ministry-shells"], corpus)))

    assert "error" in shown
    assert list(fired(shown)) == []


# JSON


@pytest.mark.parametrize("which", ["mistaken", "allowed"])
def test_json_and_its_lines_are_as_the_published_schema_says(which: str, request: pytest.FixtureRequest) -> None:
    project = request.getfixturevalue(which)
    report = checking.check(project)

    whole = json.loads(formatted(report, project, "json"))
    *lines, closing = map(json.loads, formatted(report, project, "jsonl").splitlines())

    assert len(whole["issues"]) == len(report.issues) > 0
    assert [e.message for e in gate("report").iter_errors(whole)] == []
    assert [e.message for e in gate("report").iter_errors(closing)] == []
    assert lines == whole.pop("issues")
    assert closing == whole
    one = Draft7Validator({**schema("report"), "$ref": "#/definitions/issue"})
    assert [e.message for line in lines for e in one.iter_errors(line)] == []


def test_json_says_everything_that_a_report_holds(allowed: Project) -> None:
    report = checking.check(allowed)
    (finding,) = [issue for issue in report.issues if issue.rule == "unused-record"]
    (waived,) = report.waived

    reported = json.loads(formatted(report, allowed, "json"))

    (issue,) = [issue for issue in reported["issues"] if issue["rule"] == "unused-record"]
    assert issue == {
        "rule": "unused-record",
        "severity": "warning",
        "path": "claims/spare.yaml",
        "line": 6,
        "column": 9,
        "end_column": 22,
        "field": "actors[1].id",
        "text": "  - id: other-gazette",
        "message": finding.message,
        "help": finding.help,
        "suggestion": None,
        "related": [],
    }
    assert reported["waived"] == [
        {
            "rule": "unused-record",
            "path": "claims/spare.yaml",
            "line": 2,
            "record": "spare-gazette",
            "message": waived.message,
            "reason": "kept for later",
        }
    ]
    counts = {"files": 1, "records": {"actors": 2}, "errors": 0, "infos": 0, "waived": 1, "older": 0}
    assert reported["counts"] == {**counts, "warnings": report.count("warning")}
    assert reported["skipped"] == {missing: list(names) for missing, names in report.skipped.items()}
    assert reported["sound"] is True


@given(st.text())
def test_json_gives_back_the_very_text(text: str) -> None:
    (issue,) = json.loads(formatted(report_of(text), NOWHERE, "json"))["issues"]

    assert issue["message"] == issue["help"] == issue["field"] == issue["path"] == text
    assert issue["suggestion"] == {"text": text, "confidence": "ask"}


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif"])
def test_json_is_ascii_and_unicode_even_where_a_name_of_a_file_is_not(form: str) -> None:
    shown = formatted(report_of("half \ud83d, half \udcff, whole \U0001f600"), NOWHERE, form)

    read = json.loads(shown if form != "jsonl" else shown.splitlines()[0])
    assert shown.isascii()
    assert "half \ufffd, half \ufffd, whole \U0001f600" in json.dumps(read, ensure_ascii=False) or form == "sarif"
    assert json.dumps(read, ensure_ascii=False).encode("utf-8")


def test_every_field_of_the_schema_of_reports_is_described() -> None:
    whole = schema("report")
    groups = [whole, whole["properties"]["counts"], whole["properties"]["skipped"], *whole["definitions"].values()]

    assert [name for group in groups for name, f in group["properties"].items() if not f.get("description")] == []
    assert all(group["additionalProperties"] is False for group in groups)


# GitHub


def test_nine_errors_and_nine_warnings_are_annotated_and_one_line_says_how_many_more() -> None:
    found = list(fired("\n".join(github.lines(plenty(errors=12, warnings=40)))))

    assert [name for name, _, _ in found] == ["error"] * 9 + ["warning"] * 9 + ["error"]
    assert found[0][1] == {"file": PATH, "line": "1", "col": "1", "endColumn": "4", "title": "unknown-code"}
    assert found[-1][2].startswith("… and 3 more errors, 31 more warnings")


def test_nothing_is_rolled_up_where_everything_is_shown() -> None:
    assert len(list(github.lines(plenty(errors=9, warnings=9, infos=1)))) == 19


def test_annotations_name_files_from_the_root_of_the_repository(mistaken: Project) -> None:
    done = run("--format", "github", at=mistaken.root, GITHUB_WORKSPACE=str(mistaken.root.parent))

    files = {properties.get("file", "") for _, properties, _ in fired(done.stdout)} - {""}
    assert all(file.startswith(f"{mistaken.root.name}/claims/") for file in files)
    assert files


def test_the_table_of_the_run_is_added_to_what_is_there(mistaken: Project) -> None:
    page = mistaken.root / "page.md"
    page.write_text("before\n")

    done = run("--format", "github", at=mistaken.root, GITHUB_STEP_SUMMARY=str(page))

    assert done.returncode == 1
    assert page.read_text(encoding="utf-8") == "before\n" + github.table(checking.check(mistaken))


def test_without_a_page_to_write_to_the_check_holds(mistaken: Project) -> None:
    done = run("--format", "github", at=mistaken.root, GITHUB_STEP_SUMMARY=str(mistaken.root / "no" / "page.md"))

    assert done.returncode == 1
    assert "the step summary could not be written" in done.stderr


@pytest.mark.parametrize("text", HOSTILE)
def test_a_row_of_the_table_holds_no_syntax_but_its_own(text: str) -> None:
    page = MarkdownIt("commonmark").enable("table").render(github.table(report_of(text)))

    cells = re.findall("<td>(.*?)</td>", page)
    shown = unescape(cells[3]).replace("\u200b", "")
    assert len(cells) == 5
    assert not any("<" in cell for cell in cells)
    assert shown == escape.visible(text)


def test_the_table_stays_below_what_github_shows() -> None:
    long = report_of("<" * 5000).issues * 3000

    assert len(github.table(made(long, (), ())).encode()) < 1 << 20


def test_lines_for_people_are_kept_from_the_runner(mistaken: Project) -> None:
    shown = [run("--format", "human", at=mistaken.root, GITHUB_ACTIONS="true").stdout.splitlines() for _ in range(2)]

    (first, *lines, last), (other, *_) = shown
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"
    assert first != other
    assert "\n".join(lines) + "\n" == formatted(checking.check(mistaken), mistaken, "human")


# SARIF


@pytest.mark.parametrize("which", ["mistaken", "allowed"])
def test_sarif_has_what_the_standard_requires(which: str, request: pytest.FixtureRequest) -> None:
    project = request.getfixturevalue(which)
    report = checking.check(project)

    log = json.loads(formatted(report, project, "sarif"))

    assert log["version"] == "2.1.0"
    (run_,) = log["runs"]
    rules = {rule["id"]: rule for rule in run_["tool"]["driver"]["rules"]}
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules.values())
    assert len(run_["results"]) == len(report.issues) + len(report.waived)
    for result, issue in zip(run_["results"], report.issues, strict=False):
        assert result["ruleId"] == issue.rule
        assert rules[issue.rule]["defaultConfiguration"]["level"] == result["level"] == issue.severity
        assert result["message"]["text"].startswith(escape.line(issue.message))
        physical = result["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == issue.place.path
        if issue.place.line:
            region = physical["region"]
            assert (region["startLine"], region["startColumn"]) == (issue.place.line, issue.place.column)
            assert region["endColumn"] > region["startColumn"] >= 1
        assert len(result["fixes"]) == bool(issue.suggestion)
        assert len(result["relatedLocations"]) == len(issue.related)
    prints = [json.dumps(r["partialFingerprints"]) for r in run_["results"] if "suppressions" not in r]
    assert len(set(prints)) == len(prints)


def test_sarif_proposes_the_text_at_its_place() -> None:
    place = Place(PATH, 7, 10, 5, "act", "    act: alege")
    issue = Issue("unknown-code", "error", place, "'alege' is not in the list", "", Suggestion("allege"))

    log = json.loads(formatted(made((issue,), (), (PATH,)), NOWHERE, "sarif"))

    ((change,),) = [fix["artifactChanges"] for fix in log["runs"][0]["results"][0]["fixes"]]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 7, "startColumn": 10, "endColumn": 15},
            "insertedContent": {"text": "allege"},
        }
    ]


def test_sarif_lists_what_records_allow_as_suppressed_with_the_reason(allowed: Project) -> None:
    log = json.loads(formatted(checking.check(allowed), allowed, "sarif"))

    suppressed = [r["suppressions"] for r in log["runs"][0]["results"] if "suppressions" in r]
    assert suppressed == [[{"kind": "inSource", "justification": "kept for later"}]]


@pytest.mark.parametrize("text", HOSTILE)
def test_sarif_shows_hostile_text_as_screens_do_and_without_links(text: str) -> None:
    log = json.loads(formatted(report_of(text), NOWHERE, "sarif"))

    result = log["runs"][0]["results"][0]
    shown = escape.line(text).replace("](", "] (")
    assert result["message"]["text"] == f"{shown}\n{shown}"
    assert "](" not in result["message"]["text"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["region"]["snippet"]["text"] == escape.line(text)
    assert re.fullmatch(r"[\w./~%-]*", physical["artifactLocation"]["uri"], re.ASCII)


def test_sarif_tells_equal_findings_apart() -> None:
    report = report_of("word")
    log = json.loads(formatted(replace(report, issues=report.issues * 2), NOWHERE, "sarif"))

    first, second = [r["partialFingerprints"] for r in log["runs"][0]["results"] if "partialFingerprints" in r]
    assert first != second
    assert log == json.loads(formatted(replace(report, issues=report.issues * 2), NOWHERE, "sarif"))


# HTML


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


OWN = r"html|head|meta|title|style|body|h[123]|p|input|label|main|section|article|b|pre|mark|code|a|ul|li|br"


def acting(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements that a report has no need of, and those that do or load something."""
    return [
        (tag, attributes)
        for tag, attributes in Page(text).elements
        if not re.fullmatch(OWN, tag)
        or any(name.startswith("on") or name in ("src", "style", "action") for name in attributes)
        or not attributes.get("href", "#").startswith("#")
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_in_html_hostile_text_is_text(text: str) -> None:
    page = formatted(report_of(text), NOWHERE, "html")

    assert acting(page) == []
    assert "".join(Page(page).texts).count(escape.visible(text)) >= 4


@given(st.text(st.characters()))
def test_html_has_the_same_elements_whatever_the_text(text: str) -> None:
    bare = {tag for tag, _ in Page(formatted(report_of("word"), NOWHERE, "html")).elements}

    shown = formatted(report_of(text), NOWHERE, "html")

    assert {tag for tag, _ in Page(shown).elements} <= bare
    assert acting(shown) == []


def test_html_loads_nothing_and_marks_the_place(mistaken: Project) -> None:
    shown = formatted(checking.check(mistaken), mistaken, "html")
    page = Page(shown)

    policies = [a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a]
    assert [p.startswith("default-src 'none'; style-src 'sha256-") for p in policies] == [True]
    assert "<mark>alege</mark>" in shown
    assert ("html", {"lang": "en"}) in page.elements
    assert [tag for tag, _ in page.elements].count("h1") == 1
    inputs = {a["id"] for tag, a in page.elements if tag == "input"}
    assert inputs == {a["for"] for tag, a in page.elements if tag == "label"}
    targets = {a["id"] for _, a in page.elements if "id" in a}
    assert {a["href"][1:] for _, a in page.elements if "href" in a} <= targets


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("plain", "github")])
def test_what_records_allow_is_listed_with_its_reason(form: str, allowed: Project) -> None:
    shown = formatted(checking.check(allowed), allowed, form, allowed=True)

    assert "kept for later" in shown
    assert "unused-record" in shown


def test_on_a_terminal_what_records_allow_is_listed_on_request_only(allowed: Project) -> None:
    shown = formatted(checking.check(allowed), allowed, "human")

    assert "kept for later" not in shown
    assert "(1 allowed; --allowed lists them)" in shown


# Where it goes


@pytest.mark.parametrize("form", FORMATS)
def test_the_exit_code_is_that_of_the_findings_in_every_format(form: str, allowed: Project) -> None:
    assert run("--format", form, at=allowed.root).returncode == 0
    (allowed.claims / "wrong.yaml").write_text("claims: 1\n")
    done = run("--format", form, at=allowed.root)

    assert done.returncode == 1
    assert done.stdout == formatted(checking.check(allowed), allowed, form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_gets_what_would_be_printed(form: str, mistaken: Project) -> None:
    file = mistaken.root / "report.txt"
    file.write_text("an older report, " * 10_000)

    done = run("--format", form, "--output", "report.txt", at=mistaken.root)

    assert (done.returncode, done.stdout) == (1, "")
    assert file.read_bytes() == formatted(checking.check(mistaken), mistaken, form).encode()
    assert [path.name for path in mistaken.root.iterdir() if path.name.startswith(".")] == []


def test_a_file_is_replaced_and_never_half_written(allowed: Project) -> None:
    file, same = allowed.root / "report.txt", allowed.root / "same.txt"
    file.write_text("an older report")
    same.hardlink_to(file)

    run("--output", "report.txt", at=allowed.root)

    assert same.read_text() == "an older report"
    assert "unused-record" in file.read_text()


@pytest.mark.parametrize("form", ["human", "plain", "github"])
def test_the_closing_line_goes_where_it_disturbs_no_program_and_can_be_left_out(form: str, allowed: Project) -> None:
    closing = findings.summary(checking.check(allowed))

    loud, quiet = run("--format", form, at=allowed.root), run("--format", form, "--quiet", at=allowed.root)

    assert closing in (loud.stdout if form == "human" else loud.stderr)
    assert (closing in loud.stdout) is (form == "human")
    assert closing not in quiet.stdout + quiet.stderr + formatted(checking.check(allowed), allowed, form, quiet=True)
    assert "unused-record" in quiet.stdout


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
def test_nothing_is_written_through_a_link_nor_into_a_pipe_nor_over_a_record(allowed: Project) -> None:
    victim, link, pipe = (allowed.root / name for name in ("victim.txt", "link.txt", "pipe"))
    victim.write_text("untouched")
    link.symlink_to(victim)
    os.mkfifo(pipe)
    record = allowed.claims / "spare.yaml"
    before = record.read_bytes()

    for path in (link, pipe, record, allowed.claims):
        done = run("--output", str(path), at=allowed.root)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), path
        assert path.name in done.stderr

    assert (victim.read_text(), link.is_symlink(), pipe.is_fifo()) == ("untouched", True, True)
    assert record.read_bytes() == before


def test_a_file_that_cannot_be_written_exits_with_3(allowed: Project) -> None:
    done = run("--output", "no/such/folder.txt", at=allowed.root)

    assert done.returncode == 3
    assert "cannot be written" in done.stderr
