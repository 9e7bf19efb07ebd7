"""The tables of the dataset, in the order in which the codebook shows them."""

from collections.abc import Mapping

import polars as pl

from alleged.execution import gc_disabled
from alleged.records.corpus import Corpus
from alleged.tables.actor_ids import ACTOR_IDS
from alleged.tables.actors import ACTORS
from alleged.tables.affiliations import AFFILIATIONS
from alleged.tables.appearances import APPEARANCES
from alleged.tables.assessments import ASSESSMENTS
from alleged.tables.claim_actors import CLAIM_ACTORS
from alleged.tables.claims import CLAIMS
from alleged.tables.evidence import EVIDENCE
from alleged.tables.graph import AsOf, lazy_graph
from alleged.tables.instruments import INSTRUMENTS
from alleged.tables.origins import ORIGINS
from alleged.tables.quantities import QUANTITIES
from alleged.tables.quantity_quarters import QUANTITY_QUARTERS
from alleged.tables.relations import RELATIONS
from alleged.tables.responses import RESPONSES
from alleged.tables.sources import SOURCES
from alleged.tables.table import ALL_PUBLIC, Table, canary
from alleged.tables.topic_timeline import TOPIC_TIMELINE
from alleged.tables.topics import TOPICS
from alleged.tables.vocabulary import VOCABULARY

__all__ = ["TABLES", "AsOf", "Table", "canary", "dangling", "derived", "made"]

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        *(CLAIMS, CLAIM_ACTORS, APPEARANCES, SOURCES, QUANTITIES, RELATIONS, TOPICS),
        *(ACTORS, ACTOR_IDS, AFFILIATIONS, INSTRUMENTS, EVIDENCE, ASSESSMENTS, VOCABULARY),
        *(ORIGINS, RESPONSES, TOPIC_TIMELINE, QUANTITY_QUARTERS),
    )
}


def made(corpus: Corpus) -> dict[str, pl.DataFrame]:
    """Return every table by name: the core ones from the records, the derived ones from these."""
    core = {name: table.frame(corpus) for name, table in TABLES.items() if table.derive is None}
    return {**core, **derived(core)}


def derived(core: Mapping[str, pl.DataFrame], look: AsOf = ALL_PUBLIC) -> dict[str, pl.DataFrame]:
    """Return the derived tables by name, from the core ones."""
    gathered = lazy_graph(core, look)
    with gc_disabled():
        return {name: table.derived(core, look, gathered) for name, table in TABLES.items() if table.derive is not None}


def dangling(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return, for each column of identifiers, what is not in the table it refers to; an empty list if all is well."""
    faults = []
    for name, frame in frames.items():
        for column, target in TABLES[name].references.items():
            table, key = target.split(".")
            lost = _lost(frame[column], frames[table][key])
            faults += [f"{name}.{column}: {found!r} is not in {target}" for found in lost]
    return faults


def _lost(used: pl.Series, known: pl.Series) -> list[str]:
    flat = used.explode() if isinstance(used.dtype, pl.List) else used
    wanted = flat.drop_nulls().unique(maintain_order=True).to_frame("id")
    return wanted.join(known.to_frame("id"), on="id", how="anti", maintain_order="left")["id"].to_list()
