"""`alleged cite`: the citation of a release or of a claim, and the sources of a selection as a bibliography."""

import click

from alleged.cli.reading import records

STYLES = ("text", "apa", "bibtex", "csl-json", "ris")


@click.command("cite")
@click.argument("claim", metavar="[CLAIM]", required=False)
@click.option("--style", type=click.Choice(STYLES), help="Default: text, and bibtex with --sources.")
@click.option("--accessed", metavar="DATE", help="Day on which you read it, such as 2026-11-28.")
@click.option("--release", metavar="RELEASE", help="Release to cite; default: that of alleged.lock, or the stable one.")
@click.option("--sources", is_flag=True, help="Print the sources of claims instead: all, or those of a selection.")
@click.option("--topic", metavar="TOPIC", help="With --sources: only of claims on a topic.")
@click.option("--claimant", metavar="ACTOR", help="With --sources: only of claims of an actor, or on its behalf.")
def command(
    claim: str | None,
    style: str | None,
    accessed: str | None,
    release: str | None,
    sources: bool,
    topic: str | None,
    claimant: str | None,
) -> int:
    """Print how to cite the dataset, or one of its claims.

    A citation names a release, so that others find the same rows: --release, else that of alleged.lock, else the stable
    one. Without it, --sources lists the sources as the records of the project have them, if there is one; it exits with
    1 if a selection has none.

    \b
    Examples:
      alleged cite
      alleged cite stoltenberg-2024-breach --style apa --accessed 2026-11-28
      alleged cite --sources --topic dprk-munitions-to-russia --style ris > munitions.ris
      alleged cite stoltenberg-2024-breach --sources --style csl-json
    """
    from alleged.cli.printing import echo, write_document

    if sources:
        if accessed:
            raise click.UsageError(
                "--accessed is the day on which you read the dataset; sources have days of their own"
            )
        found = _bibliography(style or "bibtex", release, claim, topic, claimant)
        if not found:
            echo("no active claim of this selection has a source", err=True)
            return 1
        write_document(found)
        return 0
    if topic or claimant:
        raise click.UsageError("--topic and --claimant choose sources; add --sources")
    from alleged.api import open as open_release

    cited = open_release(release).cite(style or "text", claim, accessed)
    if style in (None, "text", "apa"):
        echo(cited)
    else:
        write_document(cited)
    return 0


def _bibliography(style: str, release: str | None, claim: str | None, topic: str | None, claimant: str | None) -> str:
    """Return the sources of a selection of claims, or all of them, in a style for reference managers.

    The text is empty if there are none.
    """
    from alleged.datasets.bibliographies import bibtex, csl_json, ris
    from alleged.exports import bibliography
    from alleged.find import chosen

    writers = {"bibtex": bibtex, "csl-json": csl_json, "ris": ris}
    if style not in writers:
        raise click.UsageError(f"--sources needs a style for reference managers: {', '.join(writers)}")
    corpus = records(release)
    ids = None
    if claim or topic or claimant:
        ids = set(bibliography.sources_of(chosen(corpus, claim, topic, claimant)))
    found = bibliography.items(corpus, ids)
    return writers[style](found) if found else ""
