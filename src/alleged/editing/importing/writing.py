"""Write imported records: one bundle for each article, below `claims/import/`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import NamedTuple

from alleged.editing import adding
from alleged.editing.adding import Bundle, Fields
from alleged.editing.importing.judging import Row
from alleged.project import Project
from alleged.schemas.definitions import KINDS

MOST_CLAIMS = 250
"""Claims of one bundle; with figures, 300 have more values than a record file may have."""


class Planned(NamedTuple):
    """A bundle that will be written: as it is now, its new content, and the ids of its new records."""

    bundle: Bundle
    content: bytes
    ids: Sequence[str]


def plan(rows: Iterable[Row], recorded: Fields, project: Project) -> list[Planned]:
    """Return the bundles of all rows that are ready; nothing is written.

    Raises:
        AllegedError: A bundle would not be readable.
    """
    lists: dict[str, dict[str, list[Fields]]] = defaultdict(lambda: {kind: [] for kind in KINDS})
    for row in rows:
        if row.state != "ready":
            continue
        source_id = row.source.get("id") or row.record["sources"][0]["id"]
        if row.source and row.source not in lists[source_id]["sources"]:
            lists[source_id]["sources"].append(row.source)
        if row.record:
            lists[source_id]["claims"].append(row.record)
    return [
        planned
        for source_id, records in sorted(lists.items())
        for planned in _of_article(source_id, records, recorded, project)
    ]


def _of_article(
    source_id: str, records: Mapping[str, list[Fields]], recorded: Fields, project: Project
) -> Iterator[Planned]:
    """Yield the bundles of an article: those that are not full, without defaults that would say more than the rows."""
    names = chain([source_id], (f"{source_id}-{n}" for n in count(2)))
    left = dict(records)
    while any(left.values()):
        bundle = adding.open_bundle(project.claims / "import" / f"{next(names)}.yaml", project)
        free = MOST_CLAIMS - len(bundle.data.get("claims", ()))
        if bundle.defaults.keys() <= {"source", "recorded"} and free > 0:
            here = {**left, "claims": left["claims"][:free]}
            ids = [record["id"] for new in here.values() for record in new]
            yield Planned(bundle, _content(bundle, source_id, here, recorded, project), ids)
            left = {"claims": left["claims"][free:]}


def _content(
    bundle: Bundle, source_id: str, records: Mapping[str, list[Fields]], recorded: Fields, project: Project
) -> bytes:
    if bundle.content is None:
        defaults = {"source": source_id, **({"recorded": recorded} if recorded else {})}
        return adding.new_bundle(bundle.name, defaults, records, project)
    return adding.add_lists(bundle, records, project)


def write(planned: Iterable[Planned], project: Project) -> None:
    """Write all planned bundles; after a failure, running the import again writes the rest.

    Raises:
        EnvironmentFailure: One cannot be written (disk, permission, a link), or another program has changed it.
    """
    for bundle, content, _ in planned:
        adding.save(bundle, content, project)
