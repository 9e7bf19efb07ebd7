"""Vocabulary: the codes of all code lists, with their labels and definitions.

The rows come from the code lists of the package and the own codes of the dataset, not from records; the table has no
columns that lead to a record.
"""

import json
from collections.abc import Iterator

import polars as pl

from alleged.records.corpus import Corpus
from alleged.schemas import definitions, vocabularies
from alleged.tables.columns import Row, choice, contract, number, text, texts
from alleged.tables.table import Table

schema = contract(
    "vocabulary",
    ["list", "code"],
    "One row for each code of each list. It comes from the schemas of the dataset and has no record behind it; "
    "`seq` gives the order of the list.",
    {
        "list": choice(vocabularies.names(), "Code list."),
        "code": text("Code, as it is used in the other tables."),
        "seq": number("Place in the list; the first is 1.", pl.UInt16),
        "label": text("Name of the code for people."),
        "definition": text("What the code means, and how it differs from similar ones."),
        "broader": text("Wider code of the same list, of which this one is a case.", "none"),
        "since": text("Version of the schemas that introduced the code.", "not recorded"),
        "deprecated_by": text("Code of the same list to use instead.", "the code is in use"),
        "mappings": texts(
            "Equivalent codes of other schemes, as `scheme:code`, sorted by scheme.",
            "none is recorded",
        ),
        "test": text(
            "Question whose answer yes leads to this code; the list is gone through in order.", "no such question"
        ),
        "examples": texts("Sentences to which the code applies.", "none is given"),
        "notes": text("Further properties of the code, as a JSON object with sorted keys.", "none"),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each code of each list, with the own codes of the corpus."""
    for name in vocabularies.names():
        for n, code in enumerate(vocabularies.vocabulary(name).values(), start=1):
            yield {
                "list": name,
                "code": code.code,
                "seq": n,
                "label": code.label,
                "definition": code.definition,
                "broader": code.broader,
                "since": code.since,
                "deprecated_by": code.deprecated_by,
                "mappings": [f"{scheme}:{equivalent}" for scheme, equivalent in sorted(code.mappings.items())] or None,
                "test": code.test,
                "examples": list(code.examples) or None,
                "notes": json.dumps(dict(code.notes), ensure_ascii=False, sort_keys=True) if code.notes else None,
            }


def count(corpus: Corpus) -> int:
    """Return how many codes the files of the lists have, and how many are own codes."""
    lists = [content for address, content in definitions.contents().items() if "/vocabularies/" in address]
    return sum(len(content["oneOf"]) for content in lists) + sum(map(len, corpus.codes.entries.values()))


VOCABULARY = Table(schema, rows, count)
