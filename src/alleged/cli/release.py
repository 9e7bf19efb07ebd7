"""`alleged release`: cut a release of the tables, which never changes afterwards."""

from pathlib import Path

import click


@click.command("release")
@click.option("--notes", default="", help="Text for CHANGELOG.md.")
@click.option("--name", hidden=True, help="With --into: the name of the release to rebuild.")
@click.option("--into", type=click.Path(path_type=Path), hidden=True, help="Only build a release, in a new folder.")
def command(notes: str, name: str | None, into: Path | None) -> int:
    """Cut the next release.

    Builds the tables from the records of the checked-out commit, reads them back, and compares contract and records
    with the last release; datasets/index.json is updated last. Prints the git commands to run next.

    \b
    Example:
      alleged release --notes "First release of the records of June 2024"
    """
    from alleged import changes, files
    from alleged.cli.printing import echo
    from alleged.cli.progress import execution, find_project
    from alleged.release import cutting, source_of

    project = find_project()
    if into and name:
        files.make_folder(into)
        cutting.produce(project, name, into, source_of(project), cutting.read_index(project))
        return 0
    with execution() as settings:  # without the cache: a release depends on the commit alone
        cut = cutting.cut(project, notes, settings, lambda line: echo(line, err=True))
    rows = sum(entry["rows"] for entry in cut.manifest["tables"].values())
    echo(
        f"released {cut.name}: {changes.headline(cut.comparison)}",
        f"  {len(cut.manifest['tables'])} tables, {rows:,} rows, contract {cut.manifest['schema_version']}",
        f"  content {cut.manifest['content_sha256']}",
        "now commit it:",
        f"  git add {' '.join(cut.commit)}",
        f"  git commit -m 'Release {cut.name}'",
        f"  git tag {cut.name}",
    )
    return 0
