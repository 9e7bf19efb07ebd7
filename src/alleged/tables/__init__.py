"""The tables of the dataset, in the order in which the codebook shows them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from operator import attrgetter

import polars as pl

from alleged.execution import SERIAL, Execution, gc_disabled
from alleged.origins.roots import Edges
from alleged.origins.utterances import Known
from alleged.records.corpus import Corpus
from alleged.schemas.vocabularies import own_codes_of, using
from alleged.tables.actor_ids import ACTOR_IDS
from alleged.tables.actors import ACTORS
from alleged.tables.affiliations import AFFILIATIONS
from alleged.tables.appearances import APPEARANCES
from alleged.tables.assessments import ASSESSMENTS
from alleged.tables.claim_actors import CLAIM_ACTORS
from alleged.tables.claims import CLAIMS
from alleged.tables.evidence import EVIDENCE
from alleged.tables.flat_claims import FLAT_CLAIMS
from alleged.tables.flat_quantities import FLAT_QUANTITIES
from alleged.tables.graph import Frames, Inputs, WithoutDescriptive
from alleged.tables.instruments import INSTRUMENTS
from alleged.tables.listings import LISTINGS
from alleged.tables.origins import ORIGINS
from alleged.tables.quantities import QUANTITIES
from alleged.tables.quantity_quarters import QUANTITY_QUARTERS
from alleged.tables.relations import RELATIONS
from alleged.tables.response_searches import RESPONSE_SEARCHES
from alleged.tables.responses import RESPONSES
from alleged.tables.source_health import SOURCE_HEALTH
from alleged.tables.sources import SOURCES
from alleged.tables.table import Table
from alleged.tables.topic_timeline import TOPIC_TIMELINE
from alleged.tables.topics import TOPICS
from alleged.tables.vocabulary import VOCABULARY

__all__ = [
    "TABLES",
    "Table",
    "all_tables",
    "broken_references",
    "by_record",
    "derived_tables",
    "each_derived",
]

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        *(CLAIMS, CLAIM_ACTORS, APPEARANCES, SOURCES, QUANTITIES, RELATIONS, RESPONSE_SEARCHES, TOPICS),
        *(ACTORS, ACTOR_IDS, AFFILIATIONS, INSTRUMENTS, LISTINGS, EVIDENCE, ASSESSMENTS, VOCABULARY),
        *(ORIGINS, RESPONSES, TOPIC_TIMELINE, QUANTITY_QUARTERS, FLAT_CLAIMS, FLAT_QUANTITIES, SOURCE_HEALTH),
    )
}


PART = 4000
"""Records whose rows are made together where several processes make them."""


def by_record() -> list[Table]:
    """Return the core tables whose rows come from records."""
    return [table for name, table in TABLES.items() if table.rows and name != "vocabulary"]


def all_tables(corpus: Corpus, execution: Execution = SERIAL) -> dict[str, pl.DataFrame]:
    """Return every table by name: the core tables from the records, and the derived tables from these."""
    tasks = corpus.slices(PART) if execution.is_shared else [slice(None)]
    with using(corpus.codes):
        parts = [*execution.spread(_frames, corpus, tasks)]
        core = {table.name: table.merged([part[table.name] for part in parts]) for table in by_record()}
        core["vocabulary"] = TABLES["vocabulary"].frame(corpus)
    return {**core, **derived_tables(core)}


def _frames(corpus: Corpus, rows: slice) -> dict[str, pl.DataFrame]:
    """Return the rows of each core table that come from some of the records."""
    part = corpus if rows == slice(None) else corpus.part_of(corpus.records[rows])
    return {table.name: table.frame(part) for table in by_record()}


def derived_tables(core: Frames, known: Known = "certain", edges: Edges = "then") -> dict[str, pl.DataFrame]:
    """Return the derived tables by name, as `each_derived` makes them."""
    made = dict(each_derived(core, known, edges))
    return {name: made[name] for name in TABLES if name in made}


def each_derived(
    core: Frames, known: Known = "certain", edges: Edges = "then", only_flat: bool = False
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield each derived table with its name, from the core tables; the codes are those of their table `vocabulary`.

    Those of the graph come last, so that it is in memory for them only. Where core tables differ from others only in
    their `DESCRIPTIVE` columns, the flat tables are the only ones that differ.

    Raises:
        LimitError: The dependences between claims lead to more rows than `origins.limits` allows.
    """
    codes = own_codes_of(core["vocabulary"].iter_rows(named=True))
    whole, inputs = Inputs(core, known, edges), Inputs(WithoutDescriptive(core), known, edges)
    derived = [table for table in TABLES.values() if table.derive is not None and table.flat >= only_flat]
    for table in sorted(derived, key=attrgetter("of_graph")):
        with gc_disabled(), using(codes):
            frame = table.derived_frame(whole if table.flat else inputs)
        yield table.name, frame


def broken_references(column_of: Callable[[str, str], pl.Series]) -> list[str]:
    """Return a message for each id that is not in the table that its column refers to.

    `column_of` returns the column of a table, both given by name.
    """
    messages = []
    ids_of = cache(column_of)
    for name, table in TABLES.items():
        for column, target in table.references.items():
            missing = _missing(column_of(name, column), ids_of(*target.split(".")))
            messages += [f"{name}.{column}: {id!r} is not in {target}" for id in missing]
    return messages


def _missing(references: pl.Series, ids: pl.Series) -> list[str]:
    flat = references.explode() if isinstance(references.dtype, pl.List) else references
    used = flat.drop_nulls().unique(maintain_order=True).to_frame("id")
    return used.join(ids.to_frame("id"), on="id", how="anti", maintain_order="left")["id"].to_list()
