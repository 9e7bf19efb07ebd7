"""What `alleged check --fix` and `--fix-ask` do and say; all of it on standard error, so that reports stay clean."""

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


def mend(project: Project, paths: Sequence[Path], ask: bool) -> None:
    """Put suggestions into the files, and tell which.

    Raises:
        click.UsageError: There is nobody to ask.
    """
    if ask and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("--fix-ask asks at a terminal, and this is none; --fix mends what needs no question")
    done = fixes.mend(project, paths, _asking() if ask else fixes.nobody)
    for fix in done.fixed:
        echo(f"{_where(fix.issue)}: {fix.issue.rule}: {fix.before!r} -> {fix.after!r}", err=True)
    for issue, reason in done.skipped:
        echo(f"{_where(issue)}: {issue.rule}: not fixed, {reason}", err=True)
    files = len({fix.issue.place.path for fix in done.fixed})
    echo(f"fixed {len(done.fixed)} in {files} {'file' if files == 1 else 'files'}", err=True)


def _asking() -> Consent:
    """Return someone who asks the curator, until the curator says 'all' or 'quit'."""
    settled: list[bool] = []

    def consent(issue: Issue, before: str, after: str) -> bool:
        if not settled:
            found = f"{_where(issue)}: {issue.rule}: {issue.message}"
            echo(found, f"  - {before.strip()}", f"  + {after.strip()}", err=True)
            answer = printing.ask("  change it? y(es), n(o), a(ll), q(uit)", ["y", "n", "a", "q"])
            if answer in ("y", "n"):
                return answer == "y"
            settled.append(answer == "a")
        return settled[0]

    return consent


def _where(issue: Issue) -> str:
    return f"{issue.place.path}:{issue.place.line}:{issue.place.column}"
