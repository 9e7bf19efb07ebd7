"""`alleged release`: a version of the tables that never changes."""

from pathlib import Path

import click


@click.command("release")
@click.option("--notes", default="", help="A few words for CHANGELOG.md.")
@click.option("--name", hidden=True, help="With --into: the name of the release that is built again.")
@click.option("--into", type=click.Path(path_type=Path), hidden=True, help="Only build a release, into a new folder.")
def command(notes: str, name: str | None, into: Path | None) -> int:
    """Cut the next release from the commit that is checked out.

    The records are checked, the tables built and read back, the contract and the records compared with the last
    release; datasets/index.json points at the new one last. What it prints at the end is to be committed.

    \b
    Example:
      alleged release --notes "First release of the records of June 2024"
    """
    from alleged import changes, files
    from alleged.cli.surroundings import means, project
    from alleged.release import cutting, source_of

    layout = project()
    if into and name:
        files.make_folder(into)
        cutting.produce(layout, name, into, source_of(layout), cutting.read_index(layout))
        return 0
    with means(layout) as by:  # what is published comes from the records alone
        cut = cutting.cut(layout, notes, by, lambda line: click.echo(line, err=True))
    rows = sum(entry["rows"] for entry in cut.manifest["tables"].values())
    click.echo(f"released {cut.name}: {changes.headline(cut.comparison)}")
    click.echo(f"  {len(cut.manifest['tables'])} tables, {rows:,} rows, contract {cut.manifest['schema_version']}")
    click.echo(f"  content {cut.manifest['content_sha256']}")
    click.echo(f"now commit it:\n  git add {' '.join(cut.commit)}\n  git commit -m 'Release {cut.name}'")
    click.echo(f"  git tag {cut.name}")
    return 0
