"""`alleged show`: a claim with its sources and relations."""

import click


@click.command("show")
@click.argument("claim_id", metavar="CLAIM")
def command(claim_id: str) -> int:
    """Show a claim with its sources.

    Prints what was said, where it was printed, the line of the record, and its relations in both directions.

    \b
    Example:
      alleged show stoltenberg-2024-breach
    """
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project, use_codes
    from alleged.errors import UnknownNameError
    from alleged.records import corpus
    from alleged.render.claims import claim
    from alleged.schemas.vocabularies import closest

    read = corpus.read(find_project())
    use_codes(read.corpus.codes)
    record = read.corpus.claims.get(claim_id)
    if record is None:
        close = closest(claim_id, read.corpus.claims)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        unread = "; some records could not be read: run 'alleged check'" if read.issues else ""
        raise UnknownNameError(f"there is no claim {claim_id!r}{hint}{unread}")
    echo(*claim(record, read.corpus))
    return 0
