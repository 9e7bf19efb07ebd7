"""`alleged find`: search actors, sources, topics, claims, codes and fields."""

import click

from alleged.cli.reading import RELEASE, records

KINDS = ("actors", "sources", "topics", "claims", "instruments", "evidence", "codes", "fields")


@click.command("find")
@click.argument("text", nargs=-1)
@click.option("--kind", type=click.Choice(KINDS), help="Search only this kind.")
@click.option("--claimant", metavar="ACTOR", help="Only claims of an actor, or on its behalf.")
@click.option("--topic", metavar="TOPIC", help="Only claims on a topic.")
@click.option("--said", metavar="DATE", help="Only claims said in a period, as 2025-06 or 2024-05-01/2024-06-30.")
@click.option("--most", type=click.IntRange(1), default=8, show_default=True, help="Matches shown of each kind.")
@RELEASE
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with all matches.")
def command(
    text: tuple[str, ...],
    kind: str | None,
    claimant: str | None,
    topic: str | None,
    said: str | None,
    most: int,
    release: str | None,
    as_json: bool,
) -> int:
    """Find actors, sources, topics, claims, codes and fields.

    Every word of TEXT must occur, in any order; accents, case and script-specific marks do not matter. An address finds
    its source, however it is spelt. Says what to type next. Exits with 1 if nothing is found.

    \b
    Examples:
      alleged find zelensky
      alleged find containers rajin --said 2024
      alleged find --claimant rok-nis --topic dprk-troops-to-russia
      alleged find 김정은
      alleged find https://www.reuters.com/world/some-article
    """
    from alleged.cli.printing import echo, echo_json
    from alleged.find import Query, of_records, search
    from alleged.render import matches as render

    query = Query(" ".join(text).strip(), kind, claimant, topic, said)
    if not any(query[:1] + query[2:]):
        raise click.UsageError("say what to find: a word, an address, or --claimant, --topic or --said")
    entries = of_records(records(release))
    found = search(entries, query)
    if as_json:
        echo_json(render.data(found))
    else:
        echo(*render.text(found, query, most))
    return 0 if found else 1
