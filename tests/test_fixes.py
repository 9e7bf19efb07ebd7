"""Fixes resolve their issue, add none, change no table, and change no fact without asking."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from alleged import report
from alleged.cli import group
from alleged.editing.fixes import Fixed, apply_fixes, is_safe
from alleged.issues import Issue, Place, Suggestion
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import Corpus
from alleged.rules import RULES, Rule
from alleged.rules.rule import Finding, Findings
from alleged.tables import all_tables
from paths import TESTS

CAST = (TESTS / "cast" / "cast.yaml").read_text(encoding="utf-8")
CLAIM = (TESTS / "mistakes" / "no-mistake.yaml").read_text(encoding="utf-8")
EXAMPLES = sorted(p for p in (TESTS / "examples").iterdir() if p.is_dir())
MISTAKES = sorted((TESTS / "mistakes").glob("*.yaml"))
OWN = ("record_path", "record_line")


def claim(summary: str = "Shells went by ship.", quote: str = "by ship") -> str:
    head = CLAIM.replace("Shells went by ship.", summary)
    return f"{head}    sources:\n      - quote: {quote}\n"


def lay(project: Project, text: str) -> Path:
    path = project.claims / "claim.yaml"
    (project.claims / "cast.yaml").write_text(CAST, encoding="utf-8")
    path.write_bytes(text.encode())
    return path


def tables(project: Project) -> dict[str, pl.DataFrame]:
    read = corpus.read(project)
    assert read.issues == ()
    return {name: frame.drop(OWN, strict=False) for name, frame in all_tables(read.corpus).items()}


def likeness(found: report.Report) -> list[tuple[str, str]]:
    return sorted((i.place.path, i.rule) for i in found.issues)


def yes(issue: Issue, before: str, after: str) -> bool:
    return True


@pytest.mark.parametrize("source", [*EXAMPLES, *MISTAKES], ids=lambda p: p.stem)
def test_each_safe_suggestion_removes_its_finding_and_adds_none(source: Path, project: Project) -> None:
    before = checked(project, source)
    wanted = [(i.place.path, i.rule) for i in before.issues if is_safe(i)]

    done = apply_fixes(project)

    after = report.check(project)
    assert done.skipped == ()
    assert len(done.fixed) >= len(wanted)
    assert not any(is_safe(issue) for issue in after.issues)
    left = likeness(before)
    for gone in wanted:
        left.remove(gone)
    # Rules are silent while a file cannot be read, so only then may others speak up.
    if before.records == after.records:
        assert likeness(after) == left
    else:
        assert not {i.rule for i in after.issues} & {rule for _, rule in wanted}


def checked(project: Project, source: Path) -> report.Report:
    """Return the issues of an example, or of a mistake added to the cast."""
    if source.is_dir():
        shutil.copytree(source, project.root, dirs_exist_ok=True)
    else:
        lay(project, claim()).write_bytes(source.read_bytes())
    return report.check(project)


@pytest.mark.parametrize("name", ["colon-in-summary", "smart-quotes"])
def test_typography_is_safe(name: str, project: Project) -> None:
    found = checked(project, TESTS / "mistakes" / f"{name}.yaml")

    assert [is_safe(issue) for issue in found.issues if issue.severity == "error"] == [True]


def curly(text: str) -> str:
    return f"“{text}”"


def invisible(text: str) -> str:
    return text[:3] + "\u200b" + text[3:] + "\u200f"


def bare_colon(text: str) -> str:
    return text


UNTIDY = [curly, invisible, bare_colon]
SUMMARY = st.from_regex(r"[abc]([abc é’.,-]{0,28}[abc])?", fullmatch=True)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SUMMARY, st.lists(st.sampled_from(UNTIDY), min_size=1, max_size=2, unique=True), st.sampled_from(["\n", "\r\n"]))
def test_tables_are_those_of_the_text_as_it_was_meant(project: Project, words: str, hands: list, end: str) -> None:
    meant = f"Officials said: {words}" if bare_colon in hands else words
    lay(project, claim(summary=f'"{meant}"').replace("\n", end))
    wanted = tables(project)

    untidy = meant
    for hand in hands:
        untidy = hand(untidy)
    path = lay(project, claim(summary=untidy).replace("\n", end))
    assert report.check(project).count("error") == 1 + (invisible in hands)
    apply_fixes(project)

    for name, frame in tables(project).items():
        assert_frame_equal(frame, wanted[name])
    assert path.read_bytes().count(b"\r\n") == (path.read_bytes().count(b"\n") if end == "\r\n" else 0)


def test_a_fixed_line_reveals_the_next_fault_which_is_fixed_too(project: Project) -> None:
    path = lay(project, claim(summary="Said: no").replace("act: allege", "act: allege\n    note: Told: all"))

    done = apply_fixes(project)

    assert [fix.after for fix in done.fixed] == ['"Told: all"', '"Said: no"']
    assert 'note: "Told: all"' in path.read_text()
    assert report.check(project).sound


def test_a_byte_order_mark_stays_and_shifts_nothing(project: Project) -> None:
    path = lay(project, "\ufeffnote: Told: all\n")

    apply_fixes(project)

    assert path.read_bytes() == '\ufeffnote: "Told: all"\n'.encode()


@pytest.mark.parametrize(
    "line",
    ["      - quote: “by ship”", "      - quote: said: by ship", "      - quote: by\u200b ship"],
    ids=["curly", "colon", "hidden"],
)
def test_the_words_of_a_quote_are_only_offered(line: str, project: Project) -> None:
    text = claim().replace("      - quote: by ship", line)
    path = lay(project, text)

    assert apply_fixes(project).fixed == ()
    assert path.read_text(encoding="utf-8") == text
    assert len(apply_fixes(project, consent=yes).fixed) == 1
    assert report.check(project).sound


@pytest.mark.parametrize(
    ("field", "safe"),
    [
        ("claims[0].summary", True),
        ("sources[2].url", True),
        ("claims[0].basis[1]", True),
        ("claims[0].said", False),
        ("claims[0].recorded.on", False),
        ("claims[0].quantities[0].low", False),
        ("claims[0].quantities[0].verbatim", False),
        ("claims[0].sources[0].quote", False),
        ("sources[0].title", False),
        ("", False),
    ],
)
def test_dates_numbers_and_words_of_others_are_facts(field: str, safe: bool) -> None:
    issue = Issue("x", "warning", Place("claims/a.yaml", 1, 1, 1, field, "text"), "m", "", Suggestion("y", "safe"))

    assert is_safe(issue) is safe


def test_without_consent_nothing_but_safe_suggestions_is_followed(project: Project) -> None:
    text = claim().replace("act: allege", "act: alege")
    path = lay(project, text)

    assert apply_fixes(project) == Fixed((), ())
    assert path.read_text() == text


def test_a_curator_sees_the_line_before_and_after_and_is_asked_once(project: Project) -> None:
    path = lay(project, claim(summary="Said: no").replace("act: allege", "act: alege"))
    asked = []

    def no(issue: Issue, before: str, after: str) -> bool:
        asked.append((before.strip(), after.strip()))
        return False

    apply_fixes(project, consent=no)

    assert asked == [("act: alege", "act: allege")]
    assert "act: alege" in path.read_text()
    apply_fixes(project, consent=yes)
    assert "act: allege" in path.read_text()


def wish(monkeypatch: pytest.MonkeyPatch, name: str, wanted: str, over: Callable[[str], bool]) -> None:
    """Add a rule that suggests another summary for some claims."""

    def find(records: Corpus) -> Findings:
        for record in records.claims.values():
            if over(record["summary"]):
                yield Finding(record.at("summary"), "m", "", Suggestion(wanted, "safe"))

    monkeypatch.setitem(RULES, name, Rule(name, "warning", "judgements", "test", find))


def test_of_two_that_overlap_only_the_first_is_followed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lay(project, claim())
    wish(monkeypatch, "a", "Shells went by rail.", lambda summary: "ship" in summary)
    wish(monkeypatch, "b", "Rounds went by ship.", lambda summary: "Shells went by ship" in summary)

    done = apply_fixes(project)

    assert path.read_text() == claim(summary="Shells went by rail.")
    assert [fix.issue.rule for fix in done.fixed] == ["a"]


def test_two_rules_that_undo_each_other_come_to_an_end(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(project, claim())
    wish(monkeypatch, "a", "Shells went by rail.", lambda summary: "ship" in summary)
    wish(monkeypatch, "b", "Shells went by ship.", lambda summary: "rail" in summary)

    assert [fix.issue.rule for fix in apply_fixes(project).fixed] == list("ababa")


def test_a_fault_of_the_defaults_is_fixed_once(project: Project) -> None:
    text = claim().replace("defaults:", "defaults:\n  act: alege").replace("    act: allege\n", "")
    again = text + text.partition("claims:\n")[2].replace("ministry-shells", "ministry-shells-again")
    path = lay(project, again)

    done = apply_fixes(project, consent=yes)

    assert path.read_text() == again.replace("alege", "allege")
    assert [fix.after for fix in done.fixed] == ["allege"]


def test_a_text_that_goes_on_below_is_left_and_reported(project: Project) -> None:
    text = claim().replace("act: allege", 'act: "alege\n      "')
    path = lay(project, text)

    done = apply_fixes(project, consent=yes)

    assert path.read_text() == text
    assert [reason for _, reason in done.skipped] == ["the text continues on the next line"]


def test_a_file_outside_the_records_is_left_and_reported(project: Project) -> None:
    lay(project, claim())
    outside = project.root / "draft.yaml"
    outside.write_text(claim(summary="Said: no"))

    done = apply_fixes(project, [outside])

    assert outside.read_text() == claim(summary="Said: no")
    assert "below claims/" in done.skipped[0][1]


def run(project: Project, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    monkeypatch.chdir(project.root)
    result = CliRunner().invoke(group, ["check", *words], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


def test_what_was_fixed_is_reported_beside_the_report(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(project, claim(summary="Said: no").replace("act: allege", "act: alege"))

    code, out, err = run(project, monkeypatch, "--fix")

    assert code == 1
    assert [line.split(": ")[1] for line in out.splitlines() if "error" in line] == ["error[unknown-code]"]
    assert "colon-in-text: 'Said: no' -> '\"Said: no\"'\nfixed 1 in 1 file\n" in err


def test_all_is_well_once_all_is_fixed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(project, claim(summary="Said: no"))

    assert run(project, monkeypatch, "--fix")[0] == 0


def test_asking_needs_a_terminal(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lay(project, claim(summary="Said: no"))

    with pytest.raises(click.UsageError, match="needs a terminal"):
        run(project, monkeypatch, "--fix-ask")
    assert path.read_text() == claim(summary="Said: no")


@pytest.mark.parametrize("other", [("--since", "main"), ("--watch",)])
def test_fixing_goes_with_paths_only(other: tuple, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(project, claim())

    with pytest.raises(click.UsageError, match="go with PATHS"):
        run(project, monkeypatch, "--fix", *other)


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("answers", "acts"),
    [("y\nn\n", ["allege", "prase"]), ("a\n", ["allege", "praise"]), ("q\n", ["alege", "prase"])],
)
def test_a_curator_at_a_terminal_decides(answers: str, acts: list[str], project: Project) -> None:
    text = claim().replace("act: allege", "act: alege")
    again = text.partition("claims:\n")[2].replace("ministry-shells", "another").replace("alege", "prase")
    again = again.replace("ship", "rail")
    path = lay(project, text + again)
    ours, theirs = os.openpty()
    os.write(ours, answers.encode())

    done = subprocess.run(
        [sys.executable, "-m", "alleged", "check", "--fix-ask"],
        cwd=project.root,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    reported = os.read(ours, 1 << 16).decode()
    os.close(ours)

    assert "- act: alege" in reported
    assert "+ act: allege" in reported
    assert [line.split(": ")[1] for line in path.read_text().splitlines() if " act: " in line] == acts
    assert done.returncode == (0 if acts == ["allege", "praise"] else 1)
