"""Read the documents that `alleged export` writes with one foreign library, and compare them with what was written.

    python reader.py LIBRARY FOLDER EXPECTED

It runs in an environment of its own, so it imports nothing of this project. It prints what was read on the first line,
and then a line for each difference.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Facts = dict[str, Any]


PLACES = ("journaltitle", "institution", "organization", "publisher")
"""Fields of BibTeX that say who publishes."""


def plain(text: str) -> str:
    """Return a text without the braces that keep BibTeX from changing its capitals, in one Unicode form."""
    return unicodedata.normalize("NFC", text.removeprefix("{").removesuffix("}"))


def wrong_citations(titles: list[str], facts: Facts) -> Iterator[str]:
    """Yield a difference if cited claims do not have their summaries as titles."""
    if titles != list(facts["cited"].values()):
        yield f"the citations of claims have other titles: {titles}"


def with_citeproc(folder: Path, facts: Facts) -> Iterator[str]:
    """Compare CSL-JSON: known types and variables only, and every item is printed in a bibliography."""
    import citeproc
    from citeproc.source.json import CiteProcJSON

    data = json.loads((folder / "sources.json").read_text(encoding="utf-8"))
    styles = Path(citeproc.__file__).parent / "data" / "schema" / "schemas" / "styles"
    known = {"id", "type"}
    for file in ("csl-variables.rnc", "csl-types.rnc"):
        known |= set(re.findall(r'"([A-Za-z_-]+)"', (styles / file).read_text(encoding="utf-8")))
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    # citeproc-py 0.11 cannot print two days of one year (`render_date_range` calls the `join` of an element).
    plainer = [item | {"issued": {"date-parts": item["issued"]["date-parts"][:1]}} for item in data]
    printed = citeproc.CitationStylesBibliography(style, CiteProcJSON(plainer), citeproc.formatter.plain)
    for item in data:
        printed.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
    lines = {key: str(line) for key, line in zip(printed.keys, printed.bibliography(), strict=True)}
    yield f"{len(lines)} of {len(facts['items'])} items printed by a style"
    cited = json.loads((folder / "cited.json").read_text(encoding="utf-8"))
    yield from wrong_citations([item["title"] for item in cited], facts)
    for item, expected in zip([*data, *cited], [*facts["items"], *cited], strict=True):
        if unknown := (item.keys() | {item["type"]}) - known:
            yield f"{item['id']}: CSL has no {unknown}"
        if (item["id"], item["title"]) != (expected["id"], expected["title"]):
            yield f"{expected['id']}: the title is {item['title']!r}"
        if (
            plain(expected["title"])[:10].casefold()
            not in plain(lines.get(item["id"].lower(), item["title"])).casefold()
        ):
            yield f"{item['id']}: printed as {lines[item['id'].lower()]!r}"


def with_bibtexparser(folder: Path, facts: Facts) -> Iterator[str]:
    """Compare BibTeX: title, publishers, address and date of every entry, decoded from TeX."""
    import bibtexparser
    from bibtexparser.middlewares import LatexDecodingMiddleware

    # Addresses and dates are no TeX; the decoder would take their signs for commands.
    raw = bibtexparser.parse_file(str(folder / "sources.bib"), encoding="utf-8")
    verbatim = {entry.key: {field.key: str(field.value) for field in entry.fields} for entry in raw.entries}
    decoder = LatexDecodingMiddleware(keep_math_mode=False)
    library = bibtexparser.parse_file(str(folder / "sources.bib"), append_middleware=[decoder], encoding="utf-8")
    entries = {entry.key: {field.key: str(field.value) for field in entry.fields} for entry in library.entries}
    yield f"{len(entries)} of {len(facts['items'])} entries, {len(library.failed_blocks)} failed"
    cited = bibtexparser.parse_file(str(folder / "cited.bib"), append_middleware=[decoder], encoding="utf-8")
    yield from wrong_citations([plain(entry.fields_dict["title"].value) for entry in cited.entries], facts)
    for item in facts["items"]:
        fields, raw_fields = entries.get(item["id"], {}), verbatim.get(item["id"], {})
        place = next((fields[name] for name in PLACES if name in fields), "")
        exact = (raw_fields.get("url", ""), raw_fields.get("date", ""))
        found = (plain(fields.get("title", "")), plain(place), *exact)
        if found != (plain(item["title"]), plain(item["container"]), item["url"], item["issued"]):
            yield f"{item['id']}: {found}"


def with_pybtex(folder: Path, facts: Facts) -> Iterator[str]:
    """Compare BibTeX: keys, titles and authors."""
    import latexcodec  # noqa: F401 - registers the codec
    from pybtex.database import parse_file

    entries = parse_file(str(folder / "sources.bib"), bib_format="bibtex", encoding="utf-8").entries
    yield f"{len(entries)} of {len(facts['items'])} entries"
    for item in facts["items"]:
        entry = entries[item["id"]]
        title = plain(entry.fields["title"].encode().decode("utf-8"))
        if re.sub(r"\\([#$%&_])", r"\1", title) != plain(item["title"]) and "\\" not in item["title"]:
            yield f"{item['id']}: {title!r}"
        names = [plain(str(person)) for person in entry.persons.get("author", ())]
        if names != item["authors"]:
            yield f"{item['id']}: authors {names}"


def with_rispy(folder: Path, facts: Facts) -> Iterator[str]:
    """Compare RIS: title, publishers, address, language and year of every entry."""
    import rispy

    with (folder / "sources.ris").open(encoding="utf-8") as file:
        entries = {entry["id"]: entry for entry in rispy.load(file)}
    yield f"{len(entries)} of {len(facts['items'])} entries"
    with (folder / "cited.ris").open(encoding="utf-8") as file:
        yield from wrong_citations([entry["title"] for entry in rispy.load(file)], facts)
    for item in facts["items"]:
        entry = entries.get(item["id"], {})
        place = entry.get("secondary_title") or entry.get("publisher") or ""
        url = "".join(entry.get("urls", []))
        found = (entry.get("title"), place, url, entry.get("language", ""))
        if found != (item["title"], item["container"], item["url"], item["language"]):
            yield f"{item['id']}: {found}"
        if entry.get("year") not in item["issued"]:
            yield f"{item['id']}: year {entry.get('year')!r} of {item['issued']!r}"


def with_followthemoney(folder: Path, facts: Facts) -> Iterator[str]:
    """Compare entities: every value that was given is kept, and every reference leads to an entity that fits."""
    from followthemoney import model

    lines = (folder / "claims.ftm.json").read_text(encoding="utf-8").splitlines()
    entities = {entity["id"]: entity for entity in map(json.loads, lines)}
    differences, given = [], 0
    for entity in entities.values():
        made = model.make_entity(entity["schema"])
        made.id = entity["id"]
        for name, values in entity["properties"].items():
            property = made.schema.get(name)
            given += len(values)
            made.add(name, values)
            differences += [f"{made.id}: {name} lost {value!r}" for value in values if value not in made.get(name)]
            for value in values if property.type.name == "entity" else ():
                target = entities.get(value)
                if target is None or not model.get(target["schema"]).is_a(property.range):
                    differences.append(f"{made.id}: {name} leads to {value!r}, which does not fit")
        differences += [f"{made.id}: {name} is missing" for name in made.schema.required if not made.get(name)]
    events = [entity for entity in entities.values() if entity["schema"] == "Event"]
    summaries = sorted(entity["properties"]["summary"][0] for entity in events)
    if summaries != sorted(facts["summaries"]):
        differences.append("the summaries are not those of the claims")
    yield f"{len(lines)} entities, {len(entities)} ids, {given} values given, {given - len(differences)} kept"
    yield from differences


def with_rdflib(folder: Path, facts: Facts) -> Iterator[str]:
    """Compare JSON-LD: a Claim with its text for each claim, sound IRIs, and no rating."""
    import rdflib

    graph = rdflib.Graph().parse(folder / "claims.jsonld", format="json-ld")
    schema = rdflib.Namespace("https://schema.org/")
    claims = list(graph.subjects(rdflib.RDF.type, schema.Claim))
    yield f"{len(graph)} triples, {len(claims)} claims"
    if sorted(str(graph.value(claim, schema.text)) for claim in claims) != sorted(facts["summaries"]):
        yield "the texts are not the summaries of the claims"
    terms = {term for triple in graph for term in triple if isinstance(term, rdflib.URIRef)}
    yield from (f"{term!r} is no sound IRI" for term in terms if not re.fullmatch("[!-~]+", term))
    words = {*graph.predicates(), *graph.objects(None, rdflib.RDF.type)}
    yield from (
        f"{word!r} rates claims" for word in sorted(words) if re.search("rating|review|truth", word, re.IGNORECASE)
    )


def with_mlcroissant(folder: Path, facts: Facts) -> Iterator[str]:
    """Read every table by its description: as many records as rows, with the same keys."""
    import mlcroissant

    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    differences, count = [], 0
    for table, keys in facts["keys"].items():
        found = [record[f"{table}/{keys['column']}"] for record in dataset.records(record_set=table)]
        count += len(found)
        if sorted(value.decode() for value in found) != sorted(keys["values"]):
            differences.append(f"{table}: {len(found)} records of {len(keys['values'])} rows, or other keys")
    yield f"{count} records of {len(facts['keys'])} tables"
    yield from differences


LIBRARIES: dict[str, Callable[[Path, Facts], Iterator[str]]] = {
    "citeproc": with_citeproc,
    "bibtexparser": with_bibtexparser,
    "pybtex": with_pybtex,
    "rispy": with_rispy,
    "followthemoney": with_followthemoney,
    "rdflib": with_rdflib,
    "mlcroissant": with_mlcroissant,
}


if __name__ == "__main__":
    library, folder, expected = sys.argv[1:]
    for line in LIBRARIES[library](Path(folder), json.loads(Path(expected).read_text(encoding="utf-8"))):
        print(line)
