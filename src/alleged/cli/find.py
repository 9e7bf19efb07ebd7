"""`alleged find`: search actors, sources, topics, claims, codes and fields."""

from typing import TYPE_CHECKING

import click

from alleged.cli.reading import RELEASE, records

if TYPE_CHECKING:
    from alleged.records.corpus import Corpus

KINDS = {
    "actor": "actors",
    "source": "sources",
    "topic": "topics",
    "claim": "claims",
    "instrument": "instruments",
    "evidence": "evidence",
    "code": "codes",
    "field": "fields",
}
"""Kinds by their singular; the plural is understood too."""


class KindType(click.Choice[str]):
    """A kind of entry, in the singular or the plural."""

    def __init__(self) -> None:
        super().__init__([*KINDS, *KINDS.values()])

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        word = super().convert(value, param, ctx)
        return KINDS.get(word, word)


@click.command("find")
@click.argument("text", nargs=-1)
@click.option(
    "--kind",
    type=KindType(),
    metavar="KIND",
    help=f"Search only this kind: {', '.join(KINDS)}; without TEXT, lists all.",
)
@click.option("--claimant", metavar="ACTOR", help="Only claims of an actor, by id or name, or on its behalf.")
@click.option("--topic", metavar="TOPIC", help="Only claims on a topic, by id or words that fit only one.")
@click.option("--said", metavar="DATE", help="Only claims said in a period, as 2025-06 or 2024-05-01/2024-06-30.")
@click.option("--most", type=click.IntRange(1), help="Matches shown of each kind: 8 by default, all with only --kind.")
@RELEASE
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with all matches.")
def command(
    text: tuple[str, ...],
    kind: str | None,
    claimant: str | None,
    topic: str | None,
    said: str | None,
    most: int | None,
    release: str | None,
    as_json: bool,
) -> int:
    """Find actors, sources, topics, claims, codes and fields.

    Every word of TEXT must occur, in any order. Accents, case, script-specific marks, British or American spelling, and
    spaces, dots or hyphens in names do not matter. An address finds its source, however it is spelt. --claimant and
    --topic take names as `alleged new` does, and print the id that was taken. With --said come first the claims of that
    time, last those of open intervals. Says what to type next. Exits with 1 if nothing is found.

    \b
    Examples:
      alleged find zelensky
      alleged find containers rajin --said 2024
      alleged find --claimant budanov --topic dprk-troops-to-russia
      alleged find 김정은
      alleged find --kind topic
      alleged find https://www.reuters.com/world/some-article
    """
    from alleged.cli.printing import echo, echo_json
    from alleged.find import Query, of_records, search
    from alleged.render import matches as render

    query = Query(" ".join(text).strip(), kind, claimant, topic, said)
    if not any(query):
        raise click.UsageError("say what to find: a word, an address, --kind, --claimant, --topic or --said")
    corpus = records(release)
    query = query._replace(claimant=_id_of(claimant, "actors", corpus), topic=_id_of(topic, "topics", corpus))
    entries = [*of_records(corpus)]
    found = search(entries, query)
    if as_json:
        echo_json(render.data(found))
    else:
        only_kind = query == Query(kind=query.kind)
        echo(*render.text(found, entries, query, most or (None if only_kind else 8)))
    return 0 if found else 1


def _id_of(text: str | None, kind: str, corpus: "Corpus") -> str | None:
    """Return the id of the record that a text means, and print which was taken; the text itself if it means none.

    Raises:
        UnknownNameError: It fits several.
    """
    from alleged.cli.printing import echo
    from alleged.editing.naming import meaning, title, unknown
    from alleged.errors import UnknownNameError

    if text is None or text in corpus.of_kind(kind):
        return text
    meant = meaning(text, [kind], corpus)
    if len(meant.candidates) > 1:
        raise UnknownNameError(unknown(text, [kind], corpus)[0])
    if meant.id:
        option = "claimant" if kind == "actors" else "topic"
        echo(f"{option}: {meant.id} ({title(meant.id, corpus)}), for {text!r}", err=True)
    return meant.id or text
