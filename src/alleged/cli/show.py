"""`alleged show`: a record of any kind with what names it, or a code."""

import shlex

import click

from alleged.cli.reading import RELEASE, records
from alleged.cli.topics import JSON


@click.command("show")
@click.argument("id", metavar="ID")
@click.option("--all", "whole", is_flag=True, help="List all claims that name it, not only the last ten.")
@RELEASE
@JSON
def command(id: str, whole: bool, release: str | None, as_json: bool) -> int:
    """Show a claim, actor, source, topic, instrument or item of evidence.

    Prints what is recorded of it, the line of the record, and the records that name it: of a claim where it was printed
    and what answers it, of an actor its offices, claims and listings, of a source what it carries. For a code or a
    field it prints what `alleged explain` says. Claims that were withdrawn or superseded are marked. With --json, a
    claim has a row for each source, with a link that opens the page at the quote.

    \b
    Examples:
      alleged show stoltenberg-2024-breach
      alleged show kim-yong-bok
      alleged show dprk-munitions-to-russia --release 2026.11
    """
    from alleged.cli.printing import echo, echo_json
    from alleged.errors import UnknownNameError
    from alleged.render.records import data, record
    from alleged.schemas.vocabularies import closest, names, vocabulary

    corpus = records(release)
    if id in corpus.by_id:
        if as_json:
            echo_json(data(corpus.by_id[id], corpus))
        else:
            echo(*record(corpus.by_id[id], corpus, whole))
        return 0
    if any(id == name or id in vocabulary(name) for name in names()):
        from alleged.render.explanations import explanation

        echo(*explanation(id))
        return 0
    close = closest(id, corpus.by_id)
    hint = f"; did you mean {close[0]!r}?" if close else f"; look for it with  alleged find {shlex.quote(id)}"
    raise UnknownNameError(f"there is no record {id!r}{hint}")
