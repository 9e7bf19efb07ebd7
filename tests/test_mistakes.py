"""The mistakes of people who write YAML for the first time.

Each is met with its place, a message, and advice; the advice resolves it if somebody types what it prints and nothing
else. `mistakes/mistakes.toml` lists, for each file of `mistakes/`, what is reported and what is then typed.
"""

import shlex
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from alleged import report
from alleged.cli import group
from alleged.editing.formatter import format_content
from alleged.issues import Issue
from alleged.project import Project
from inside import run_inside
from judging import corpus_of
from paths import TESTS

FOLDER = TESTS / "mistakes"

SOUND = ("no-mistake", "yes-without-quotes")
"""Files that have no mistake, although one of them looks as if it had."""

MOST_STEPS = 2
"""Most pieces of advice that must be followed until all is well."""


@dataclass(frozen=True)
class Step:
    """A finding that is reported, and what is then typed; where it is not an error, all of this is a warning.

    Of what is typed, `value` replaces the marked text, `line` the field from its name to the end of the line, and `add`
    is a line of its own below the marked one, in the same record. `run` is a command, with `given` in place of its
    last word or of the questions that it asks, and it prints `prints`. All four must be printed in the advice.
    `edits` are what only a person can know or do: pairs of a text and what it becomes.
    """

    rule: str
    place: str
    message: str
    advice: str
    severity: str = "error"
    also: tuple[str, ...] = ()
    value: str = ""
    line: str = ""
    add: tuple[str, ...] = ()
    run: str = ""
    given: tuple[str, ...] = ()
    prints: str = ""
    edits: tuple[tuple[str, str], ...] = ()
    saved_as: str = "utf-8"

    @property
    def printed(self) -> tuple[str, ...]:
        """What is typed as the advice prints it."""
        return tuple(filter(None, (self.value, self.line, *self.add, self.run)))


def steps_of(listed: list[dict[str, Any]]) -> list[Step]:
    return [Step(**step) for step in listed]


MISTAKES = {
    name: steps_of(listed)
    for name, listed in tomllib.loads((FOLDER / "mistakes.toml").read_text(encoding="utf-8")).items()
}


def lay(project: Project, name: str) -> Path:
    """Put the file of a mistake into a project, beside the actors, topics and sources that it needs."""
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    return Path(shutil.copy(FOLDER / f"{name}.yaml", project.claims))


def found_in(path: Path, project: Project) -> list[Issue]:
    """Return the findings in a file, and the errors in all others."""
    return [i for i in report.check(project).issues if i.severity == "error" or i.place.path.endswith(path.name)]


def indent(line: str) -> int:
    """Return how many characters stand before the field of a line."""
    return len(line) - len(line.lstrip(" -"))


def follow(step: Step, issue: Issue, path: Path, project: Project) -> None:
    """Type what the advice says."""
    if step.run:
        words = shlex.split(step.run)[1:]
        words = [*words[:-1], *step.given] if words[-1] == "NAME" else [*words, *step.given]
        done = run_inside(project.root, *words)
        assert step.prints in done.stdout, done.stdout + done.stderr
    text = path.read_bytes().decode(step.saved_as)
    lines = text.split("\n")
    at, start = issue.place.line - 1, issue.place.column - 1
    if step.value:
        lines[at] = lines[at][:start] + step.value + lines[at][start + issue.place.length :]
    if step.line:
        lines[at] = lines[at][: indent(lines[at])] + step.line
    if step.add:
        lines[at + 1 : at + 1] = [" " * indent(lines[at]) + line for line in step.add]
    text = "\n".join(lines)
    for before, after in step.edits:
        assert not before or text.count(before) == 1, before
        text = text.replace(before, after) if before else after + text
    path.write_bytes(text.encode())


def test_every_file_of_mistakes_is_in_the_list() -> None:
    assert {p.stem for p in FOLDER.glob("*.yaml")} == {*MISTAKES, *SOUND}
    assert all(1 <= len(steps) <= MOST_STEPS for steps in MISTAKES.values())


def test_a_claim_without_mistakes_passes(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(project, "no-mistake")
    monkeypatch.chdir(project.root)

    result = CliRunner().invoke(group, ["check", "--format", "plain"], standalone_mode=False)

    assert result.return_value == 0
    assert "error" not in result.output.replace("0 errors", "")


def test_yes_without_quotes_is_a_word_and_no_truth_value(project: Project) -> None:
    path = lay(project, "yes-without-quotes")

    assert found_in(path, project) == []
    assert corpus_of(project).claims["ministry-shells"]["stance"] == "yes"
    assert b'stance: "yes"\n' in format_content(path.read_bytes(), path.name)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_its_place_and_what_to_type(
    name: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = MISTAKES[name][0]
    lay(project, name)
    monkeypatch.chdir(project.root)

    result = CliRunner().invoke(group, ["check", "--format", "human"], standalone_mode=False)

    assert result.exception is None, result.exception
    assert result.return_value == (step.severity == "error")
    lines = result.output.splitlines()
    start = lines.index(f"{step.severity} {step.rule}: {step.message}")
    shown = lines[start : lines.index("", start)]
    at = f"  claims/{name}.yaml" + (f":{step.place}" if step.place else "")
    assert shown[1].split("  ")[1] == at.strip()
    assert f"  do    {step.advice}" in shown
    assert f"  more  alleged explain {step.rule}" in shown
    others = {line.split()[1].rstrip(":") for line in lines if line.startswith("error ")} - {step.rule}
    assert others == set(step.also)


@pytest.mark.parametrize(
    ("written", "rule", "advice"),
    [
        ("1,000", "wrong-type", "write  point: 1000"),
        ("1,234,567", "wrong-type", "write  point: 1234567"),
        ("12 500", "wrong-type", "write  point: 12500"),
        ("1.234.567", "wrong-type", "write  point: 1234567"),
        ("1.234", "thousands-with-a-dot", "for thousands write  point: 1234"),
        ("999.000", "thousands-with-a-dot", "for thousands write  point: 999000"),
        ("2,5", "wrong-type", "write digits only, as 2500 or 2.5"),
        ("1,00,000", "wrong-type", "write digits only, as 2500 or 2.5"),
        ("over 1,000", "wrong-type", "write digits only, as 2500 or 2.5"),
        ("1.5", "", ""),
        ("0.125", "", ""),
        ("1234.567", "", ""),
        ("2.5000", "", ""),
    ],
)
def test_no_advice_changes_how_much_a_figure_is(written: str, rule: str, advice: str, project: Project) -> None:
    path = lay(project, "no-mistake")
    figure = f"    quantities:\n      - point: {written}\n        unit: round\n"
    path.write_text(path.read_text(encoding="utf-8") + figure, encoding="utf-8")

    found = [(i.rule, i.help) for i in found_in(path, project)]

    assert found == ([(rule, advice)] if rule else [])


@pytest.mark.parametrize("name", MISTAKES)
def test_advice_typed_as_printed_resolves_the_mistake(name: str, project: Project) -> None:
    path = lay(project, name)

    for step in MISTAKES[name]:
        found = found_in(path, project)
        (issue,) = [i for i in found if i.rule == step.rule]
        assert {i.rule for i in found} == {step.rule, *step.also}
        assert (issue.severity, issue.message, issue.help) == (step.severity, step.message, step.advice)
        assert all(typed in issue.help for typed in step.printed)
        follow(step, issue, path, project)

    assert found_in(path, project) == []
