"""`alleged redact`: remove the texts of a record, to protect somebody."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alleged.editing.redaction import Redaction
    from alleged.project import Project

SHOWN = 10
"""Places that are listed; of the others the number is given."""


@click.command("redact")
@click.argument("record_id", metavar="ID")
@click.option("--reason", metavar="TEXT", required=True, help="Why, for readers; it is published.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def command(record_id: str, reason: str, dry_run: bool) -> int:
    """Remove the texts of a record.

    Removes names, summaries, quotes, notes, titles and addresses of a claim, an actor, a source or another record, and
    keeps its id, links and codes. The record is withdrawn, unless active records refer to it. Releases that hold it are
    withdrawn too. Then says where the texts still are: git history, released tables, other files.

    docs/policy.md says when this is done, and how to clean the history.

    \b
    Examples:
      alleged redact john-doe --reason "Named without a public role" --dry-run
      alleged redact john-doe --reason "Named without a public role"
    """
    from datetime import UTC, datetime

    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project, read_records
    from alleged.editing import redaction

    project = find_project()
    today = datetime.now(UTC).date().isoformat()
    planned = redaction.plan(project, read_records(project), record_id, reason, today)
    if not dry_run:
        redaction.apply(project, planned)
    echo(*_changes(planned, dry_run), *_remains(project, planned))
    if dry_run:
        echo("nothing was changed; leave out --dry-run to change it", err=True)
    return 0


def _changes(planned: "Redaction", dry_run: bool) -> "Iterator[str]":
    yield f"{planned.path}:{planned.record.line}: {'would redact' if dry_run else 'redacted'} {planned.record.id}"
    yield from (f"  {field}: {what}" for field, what in planned.fields.items())
    if not planned.withdrawn:
        yield f"  it stays active, since these refer to it: {_listed(planned.users)}"
    for release in planned.releases:
        yield f"datasets/index.json: {'would withdraw' if dry_run else 'withdrew'} release {release}"


def _remains(project: "Project", planned: "Redaction") -> "Iterator[str]":
    """Yield where the texts still are, and what to do about it."""
    from alleged import files, git
    from alleged.editing.redaction import leftovers

    yield "look at these by hand:"
    yield f"  the id {planned.record.id!r} stays; if it is the name itself, clean the history (docs/policy.md)"
    if planned.comments:
        yield f"  comments inside the record: {planned.path}:{_listed(map(str, planned.comments))}"
    if places := [f"{name}:{line}" for name, line in leftovers(project, planned)]:
        yield f"  the same words elsewhere: {_listed(places)}"
    if commits := git.commits_of(project.root, planned.path):
        number = f"{len(commits)} commit{'' if len(commits) == 1 else 's'}"
        yield f"  git history: {number} of {planned.path}, {commits[-1][:12]} to {commits[0][:12]}, hold the texts"
    if planned.releases:
        yield "  Parquet files and changes.ndjson of the withdrawn releases are still in the repository"
    texts = (f"{project.texts.name}/{planned.record.id}.{ending}" for ending in ("txt", "html", "json", "warc.gz"))
    for name in (*texts, f"{project.texts.name}/archive.jsonl", f"{project.datasets.name}/dev"):
        if files.exists(project.root, name):
            yield f"  {name}, which only you have: delete it, or build again"
    yield "next:"
    changed = [planned.path, *(["datasets/index.json"] if planned.releases else [])]
    yield f"  alleged check && git commit -m 'Redact {planned.record.id}' {' '.join(changed)}"
    if planned.releases:
        yield "  alleged release    # the channel points at a withdrawn release until a new one is cut"
    yield "  docs/policy.md, 'What stays in git', says how to remove the texts from history and releases"


def _listed(names: "Iterator[str] | list[str] | tuple[str, ...]") -> str:
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
