"""`alleged check --fix` and `--fix-ask`: apply suggestions; what they print goes to standard error."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from alleged.cli import printing
from alleged.cli.printing import echo
from alleged.editing import fixes
from alleged.editing.fixes import Consent
from alleged.issues import Issue
from alleged.project import Project


def apply_fixes(project: Project, paths: Sequence[Path], ask: bool) -> None:
    """Apply suggestions to the files, and print each.

    Raises:
        click.UsageError: `ask` needs a terminal, and there is none.
    """
    if ask and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("--fix-ask needs a terminal; --fix applies what needs no question")
    done = fixes.apply_fixes(project, paths, _asking() if ask else fixes.decline)
    for fix in done.fixed:
        echo(f"{_where(fix.issue)}: {fix.issue.rule}: {fix.before!r} -> {fix.after!r}", err=True)
    for issue, reason in done.skipped:
        echo(f"{_where(issue)}: {issue.rule}: not fixed, {reason}", err=True)
    files = len({fix.issue.place.path for fix in done.fixed})
    echo(f"fixed {len(done.fixed)} in {files} {'file' if files == 1 else 'files'}", err=True)


def _asking() -> Consent:
    """Return a function that asks about each change, until the answer is 'all' or 'quit'."""
    decided: list[bool] = []

    def consent(issue: Issue, before: str, after: str) -> bool:
        if not decided:
            line = f"{_where(issue)}: {issue.rule}: {issue.message}"
            echo(line, f"  - {before.strip()}", f"  + {after.strip()}", err=True)
            answer = printing.ask("  change it? y(es), n(o), a(ll), q(uit)", ["y", "n", "a", "q"])
            if answer in ("y", "n"):
                return answer == "y"
            decided.append(answer == "a")
        return decided[0]

    return consent


def _where(issue: Issue) -> str:
    return f"{issue.place.path}:{issue.place.line}:{issue.place.column}"
