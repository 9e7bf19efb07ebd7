"""Rules on writing: letters are what they seem, and no text lost a part to the signs of YAML."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any
from unicodedata import is_normalized, name, normalize

from alleged.corpus import Corpus, Record
from alleged.issues import Suggestion
from alleged.rules.rulebook import Finding, Findings, rule
from alleged.schemas import Path

SCRIPTS = {
    "Latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "Greek": "\u0370-\u0373\u0376-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f",
}
"""Scripts with letters that look alike; others are often mixed on purpose, as in Japanese."""

LATIN_OR_GREEK, GREEK_OR_CYRILLIC = (f"[{one}{other}]" for one, other in pairwise(SCRIPTS.values()))
"""A text without a letter of both has no mixed word; most texts have none of one of them."""

GREEK, CYRILLIC = "\u0370", "\u0400"
"""First letters of these scripts; a word that lies below the one, or above the other, is not mixed."""


@rule(severity="warning")
def not_normalised(corpus: Corpus) -> Findings:
    """A text has letters that are put together from several characters where one would do.

    An é can be one character or an e with an accent behind it. Both look the same, but a search for one
    misses the other, and so does the comparison of a quote with its article. Texts are kept in the
    composed form that Unicode calls NFC.

    Example:
        actors:
          - id: kim-yo-jong
            names: [{text: 김여정}]

    Mend: let `alleged check --fix` compose them; nothing that is seen changes. They often come from file
    names or PDFs of a Mac.
    """
    for record, text in _odd_texts(corpus):
        if text.isascii() or is_normalized("NFC", text):
            continue
        for path in _paths(text, record.data):
            spot = record.at(*path)
            place = spot.place
            raw = place.text[place.column - 1 : place.column - 1 + place.length]
            yield Finding(
                spot,
                f"the text {_short(text)!r} is not in the composed form NFC",
                "type it anew, or let  alleged check --fix  compose it",
                Suggestion(normalize("NFC", raw), "safe"),
            )


@rule(severity="warning")
def mixed_scripts(corpus: Corpus) -> Findings:
    """One word has letters of two scripts that look alike: Latin, Greek and Cyrillic.

    A Cyrillic "\u0430" in a Latin name cannot be seen, but nobody will find the name again, and two records of one
    person look like one. It comes from a keyboard left in the other language, or from someone who wants to
    deceive.

    Example:
        actors:
          - id: vladimir-putin
            name: Vl\u0430dimir Putin

    Mend: type the word again on one keyboard. Where it is spelled so on purpose, allow it with a reason.
    """
    for record, text in _odd_texts(corpus):
        if not (re.search(LATIN_OR_GREEK, text) and re.search(GREEK_OR_CYRILLIC, text)):
            continue
        for word in re.findall(r"[^\W\d_]+", text):
            if max(word) < GREEK or min(word) >= CYRILLIC:
                continue
            letters = {script: re.findall(f"[{span}]", word) for script, span in SCRIPTS.items()}
            found = sorted((s for s in letters if letters[s]), key=lambda s: -len(letters[s]))
            if len(found) > 1:
                odd = letters[found[-1]][0]
                named = f"U+{ord(odd):04X} ({name(odd, 'without a name').lower()})"
                for path in _paths(text, record.data):
                    yield (
                        record.at(*path),
                        f"the word {word!r} mixes {' and '.join(found)} letters: {odd!r} is {named}",
                        "type the word again on one keyboard",
                    )
                break


@rule(severity="warning")
def text_cut_by_hash(corpus: Corpus) -> Findings:
    """A text without quotes ends before a # sign, and what stands behind it is lost.

    In YAML a # with a space before it starts a comment. `Resolution #1718` becomes `Resolution`, and nothing
    else tells of it. A comment that is meant as one has a space behind its sign too.

    Example:
        sources:
          - id: ap-2023-10-13
            title: Report on shipment #3

    Mend: put the whole text in straight quotes, `"Report on shipment #3"`; if it is a comment, write a space
    behind the #.
    """
    for file, records in groupby(corpus.records, lambda record: record.file):
        suspects = "\n".join(file.suspects)
        # Looking up places reads the file again, so only texts that stand on such a line are.
        for record, text in _texts(records) if suspects else ():
            if text not in suspects:
                continue
            for path in _paths(text, record.data):
                spot = record.at(*path)
                place = spot.place
                start, end = place.column - 1, place.column - 1 + len(text)
                cut = place.text[end:]
                if place.text[start:end] == text and re.match(r"\s+#[^\s#]", cut):
                    quoted = "'" + place.text[start:].rstrip().replace("'", "''") + "'"
                    yield (
                        spot,
                        f"the text ends at {_short(text)!r}; {_short(cut.strip())!r} behind it is read as a comment",
                        f"put the whole text in quotes, {_short(quoted)}, or write a space behind the #",
                    )


@rule(severity="warning")
def dash_inside_text(corpus: Corpus) -> Findings:
    """A line that begins with a dash became part of the text above it.

    It stands further in than that text, so YAML does not read it as the next item of a list but goes on with
    the text: `afp` and `- reuters` become one item, `afp - reuters`.

    Example:
        claims:
          - id: kirby-2023-containers
            basis:
              - intelligence-undisclosed
                - imagery-released

    Mend: put the dash straight below the dash of the item above; if the dash belongs to the text, put the
    text in quotes.
    """
    for record, text in _odd_texts(corpus):
        _, dash, rest = text.partition(" - ")
        # Looking up places reads the file again, so only texts that go on in a line with a dash are.
        if not dash or not re.search(rb"\n[ \t]+- +" + re.escape(rest[:10].encode()), record.file.content):
            continue
        for path in _paths(text, record.data):
            place = record.at(*path).place
            first = re.split(r"\s+#", place.text[place.column - 1 :])[0].rstrip()
            if first and text.startswith(f"{first} - "):
                yield (
                    record.at(*path, key=True),
                    f"the line below, {_short(text[len(first) + 1 :])!r}, became part of the text {_short(first)!r}",
                    "put its dash straight below the one above, or put the whole text in quotes",
                )


@rule(severity="info")
def id_read_otherwise(corpus: Corpus) -> Findings:
    """An id is a word that other programs take for a date or for yes and no.

    Here it stays the word it is. But readers of YAML 1.1 make `no` a "false", and a spreadsheet makes a
    day of `2024-06-18`, so that tables no longer join.

    Example:
        actors:
          - id: "no"
            name: Norway

    Mend: before the first release, choose an id that says more, as `norway`; later leave it.
    """
    for record in corpus.records:
        if re.fullmatch(r"no|on|off|yes|true|false|null|[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2})?|[0-9]+(e[0-9]+)?", record.id):
            yield record.at("id"), f"other programs do not read {record.id!r} as a word", "choose an id that says more"


@lru_cache(maxsize=1)
def _odd_texts(corpus: Corpus) -> list[tuple[Record, str]]:
    """Return the texts that are more than ASCII or hold a dash between spaces, each with its record."""
    return [found for found in _texts(corpus.records) if " - " in found[1] or not found[1].isascii()]


def _texts(records: Iterable[Record]) -> Iterator[tuple[Record, str]]:
    """Yield every text of some records, once for each record."""
    for record in records:
        texts: dict[str, None] = {}
        ahead: list[Any] = [record.data]
        for value in ahead:  # which grows while it is gone through
            if type(value) is str:
                texts[value] = None
            elif type(value) is dict:
                ahead += value.values()
            elif type(value) is list:
                ahead += value
        yield from ((record, text) for text in texts)


def _paths(text: str, value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield where a text stands in the data of a record."""
    if value == text:
        yield path
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _paths(text, item, (*path, i))
    elif isinstance(value, dict):
        for field, item in value.items():
            yield from _paths(text, item, (*path, field))


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
