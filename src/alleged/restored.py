"""Records as the tables of a release hold them.

What a reader sees of a release is computed from its tables and nothing else. Rows are turned back into records, so that
one piece of code shows both. A value that a table resolves, such as the stance of an act, stands in the record.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alleged.datasets.manifests import ADDED
from alleged.datasets.release import Release
from alleged.errors import UnknownTableError
from alleged.reader import File
from alleged.records.corpus import Corpus, Record
from alleged.schemas.definitions import KINDS
from alleged.schemas.vocabularies import own_codes_of

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]
Load = Callable[[str], "pl.DataFrame"]
"""Returns a table by its name."""


def records_of_release(release: Release) -> Corpus:
    """Return the records that the tables of a release hold; see `records_of`.

    Raises:
        UnknownNameError: Its tables are of another schema version, or a file is missing.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that the manifest names.
    """
    release.require_schema()
    return replace(records_of(release.load), commit=release.manifest.get("source", {}).get("commit"))


def records_of(load: Load) -> Corpus:
    """Return the records that tables hold, in the order of files and lines.

    What no table holds is missing: waivers, snapshots but the latest, languages, scripts and sources of names.
    """
    tables = _Tables(load)
    makers: Mapping[str, Callable[[Row, _Tables], Row]] = {
        "sources": _source,
        "claims": _claim,
        "actors": _actor,
        "topics": _topic,
        "instruments": _instrument,
        "evidence": _evidence,
        "assessments": _assessment,
    }
    found = [(kind, row, make(row, tables)) for kind, make in makers.items() for row in tables.rows(kind)]
    order = {kind: n for n, kind in enumerate(KINDS)}
    found.sort(key=lambda one: (one[1]["record_path"].split("/"), order[one[0]], one[1]["record_line"]))
    lines: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    records = []
    for kind, row, data in found:
        path = row["record_path"]
        at = lines[path][kind]
        record = Record(kind, len(at), data, File(Path(), path, "", lines[path]))
        at.append(row["record_line"])
        object.__setattr__(record, "_sha256", row["record_sha256"])
        records.append(record)
    return Corpus(tuple(records), codes=own_codes_of(tables.rows("vocabulary")))


class _Tables:
    """The rows of tables: all of one, or those of a record."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._of: dict[tuple[str, str], Mapping[str, list[Row]]] = {}

    def rows(self, table: str) -> Iterator[Row]:
        try:
            return self._load(table).iter_rows(named=True)
        except UnknownTableError:
            if table not in ADDED:
                raise
            return iter(())

    def of(self, id: str, table: str, column: str) -> list[Row]:
        """Return the rows of a table in which a column has this id, in the order of the record."""
        if (table, column) not in self._of:
            grouped: dict[str, list[Row]] = defaultdict(list)
            for row in sorted(self.rows(table), key=lambda row: row.get("seq", 0)):
                grouped[row[column]].append(row)
            self._of[table, column] = grouped
        return self._of[table, column].get(id, [])


def _stated(**fields: Any) -> dict[str, Any]:
    """Return the fields that are stated, days as text."""
    known = {name: value for name, value in fields.items() if value is not None}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


def _same(row: Row, *names: str) -> dict[str, Any]:
    """Return the fields that the table names as the record does; an older table may lack some."""
    return {name: row.get(name) for name in names}


def _common(row: Row) -> dict[str, Any]:
    return _same(row, "status", "status_reason", "status_on", "note")


def _pairs(row: Row, **columns: str) -> list[dict[str, Any]] | None:
    """Return the entries that lists of one length hold together, by field of the entry."""
    lists = [row[column] or () for column in columns.values()]
    return [_stated(**dict(zip(columns, values, strict=True))) for values in zip(*lists, strict=True)] or None


def _source(row: Row, tables: _Tables) -> Row:
    copied = _stated(
        source=row["syndicated_from_id"], agency=row["syndicated_agency_id"], basis=row["syndication_basis"]
    )
    return _stated(
        id=row["source_id"],
        author=row["author_ids"],
        publisher=row["publisher_ids"],
        published=row["published_edtf"],
        archived=[{"uri": row["archive_url"]}] if row["archive_url"] else None,
        retrieved=row["retrieved_on"],
        checked=_stated(on=row.get("checked_on"), state=row.get("page_state")) or None,
        syndicated_from=copied or None,
        **_same(row, "kind", "title", "published_as_stated", "published_basis", "lang", "url"),
        **_same(row, "doi", "symbol", "celex", "file_sha256", "text_sha256", "mime", "capture_method"),
        **_same(row, "seen", "access"),
        **_common(row),
    )


def _claim(row: Row, tables: _Tables) -> Row:
    id = row["claim_id"]
    own = [part for part in tables.of(id, "claim_actors", "claim_id") if not part["inherited"]]
    cast = {role: [part["actor_id"] for part in own if part["role"] == role] or None for role in ("subject", "object")}
    return _stated(
        id=id,
        topic=row["topic_id"],
        claimant=row["claimant_id"],
        co_claimants=row["co_claimant_ids"],
        on_behalf_of=row["on_behalf_of_id"],
        via=row["relay_ids"],
        said=row["said_edtf"],
        when=row["when_edtf"],
        place=row["said_place"],
        instrument=row["instrument_ids"],
        basis=row["claim_basis"],
        evidence=row["evidence_ids"],
        primary=row["primary_source_id"],
        recorded=_stated(by=row["recorded_by"], on=row["recorded_on"], coder2=row["second_coder"]),
        sources=[_appearance(shown) for shown in tables.of(id, "appearances", "claim_id")],
        quantities=[_figure(figure) for figure in tables.of(id, "quantities", "claim_id")] or None,
        relations=[_relation(relation) for relation in tables.of(id, "relations", "from_id")] or None,
        response_sought=_searches(tables.of(id, "response_searches", "claim_id")) or None,
        **cast,
        **_same(row, "attribution", "act", "stance", "mode", "hedge", "hedge_text", "denial_scope", "background"),
        **_same(row, "summary", "said_basis", "item"),
        **_common(row),
    )


def _appearance(row: Row) -> Row:
    names = ("quote", "gloss", "utterance_lang", "translated", "locator")
    return _stated(id=row["source_id"], lang=row["quote_lang"], **_same(row, *names))


def _figure(row: Row) -> Row:
    derived = _stated(claim=row["derived_from_claim_id"], quantity=row["derived_from_seq"])
    return _stated(
        window=row["window_edtf"],
        price_date=row["price_date_edtf"],
        basis=row["quantity_basis"],
        either_or=row["alternative_group"],
        **{"from": derived or None},
        **_same(row, "item", "unit", "low", "point", "high", "bound", "cumulative", "whose", "verbatim"),
    )


def _relation(row: Row) -> Row:
    return _stated(to=row["to_id"], basis=row["relation_basis"], source=row["source_id"], **_same(row, "type", "note"))


def _searches(rows: list[Row]) -> list[Row]:
    """Return the searches of a claim from their queries."""
    found: dict[int, Row] = {}
    for row in sorted(rows, key=lambda row: row["query_seq"]):
        search = _stated(on=row["searched_on"], by=row["searched_by"], queries=[], note=row["search_note"])
        found.setdefault(row["seq"], search)["queries"].append(row["query"])
    return [found[seq] for seq in sorted(found)]


def _actor(row: Row, tables: _Tables) -> Row:
    id = row["actor_id"]
    ties, ids = tables.of(id, "affiliations", "actor_id"), tables.of(id, "actor_ids", "actor_id")
    fields = {
        field: [_affiliation(tie) for tie in ties if tie["type"] == type] or None
        for field, type in (("part_of", "part-of"), ("memberships", "member"))
    }
    return _stated(
        id=id,
        names=[{"text": name} for name in row["other_names"] or ()] or None,
        ids={one["scheme"]: one["value"] for one in ids} or None,
        id_sources={one["scheme"]: one["source_id"] for one in ids if one.get("source_id")} or None,
        **fields,
        **_same(row, "name", "short_name", "kind", "country", "public_role"),
        **_common(row),
    )


def _affiliation(row: Row) -> Row:
    fields = {"of": row["parent_id"], "from": row["start_edtf"], "to": row["end_edtf"], "source": row["source_id"]}
    return _stated(role=row["role"], **fields)


def _topic(row: Row, tables: _Tables) -> Row:
    return _stated(
        id=row["topic_id"],
        subject=row["subject_ids"],
        object=row["object_ids"],
        instrument=row["instrument_ids"],
        broader=row["broader_id"],
        **_same(row, "question", "predicate", "item", "scope_note"),
        **_common(row),
    )


def _instrument(row: Row, tables: _Tables) -> Row:
    listed = tables.of(row["instrument_id"], "listings", "instrument_id")
    return _stated(
        id=row["instrument_id"],
        issuer=row["issuer_ids"],
        adopted=row["adopted_edtf"],
        signed=row["signed_edtf"],
        ratified=_pairs(row, by="ratified_by_ids", on="ratified_edtf"),
        in_force=row["in_force_edtf"],
        terminated=row["terminated_edtf"],
        parties=row["party_ids"],
        targets=row["target_ids"],
        listings=[_listing(entry) for entry in listed] or None,
        provisions=_pairs(row, para="provision_paras", summary="provision_summaries"),
        source=row["source_id"],
        **_same(row, "kind", "title", "symbol", "celex", "eli", "programme_key", "measures", "obligations"),
        **_same(row, "conditional"),
        **_common(row),
    )


def _listing(row: Row) -> Row:
    return _stated(
        target=row["target_id"],
        listed=row["listed_edtf"],
        delisted=row["delisted_edtf"],
        list=row["list"],
        ref=row["list_ref"],
        source=row["source_id"],
    )


def _evidence(row: Row, tables: _Tables) -> Row:
    return _stated(
        id=row["evidence_id"],
        held_by=row["held_by_id"],
        released=row["released_edtf"],
        source=row["source_id"],
        **_same(row, "kind", "title", "url", "sha256"),
        **_common(row),
    )


def _assessment(row: Row, tables: _Tables) -> Row:
    return _stated(
        id=row["assessment_id"],
        claim=row["claim_id"],
        source=row["source_id"],
        actor=row["actor_id"],
        on=row["assessed_on"],
        **_same(row, "assessor", "scheme", "reliability", "credibility", "likelihood", "confidence", "rationale"),
        **_common(row),
    )
