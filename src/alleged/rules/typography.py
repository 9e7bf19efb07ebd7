"""Rules on characters: letters are what they look like, and no text lost a part to YAML syntax."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain, groupby
from typing import Any
from unicodedata import combining, name

from alleged.issues import Suggestion
from alleged.reader import FileText
from alleged.reader.characters import character_name
from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.definitions import ValuePath
from alleged.text.words import LOOK_ALIKES, composed, is_composed

FIRST_CYRILLIC, LAST_CYRILLIC = "\u0400", "\u052f"
LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff"
OTHERS = (
    "\u0370-\u03ff\u0531-\u0587\u0b20\u0d20\u101d\u10a0-\u10ff\u1200\u12d0\u13a0-\u16ff\u18b0-\u18ff\u1c80-\u1cbf"
    "\u1f00-\u1fff\u2102-\u2188\u2c80-\u2dff\ua4d0-\ua4ff\ua640-\ua69f\uab70-\uabbf\uff21-\uff5a"
    "\U00010000-\U0010ffff"
)
"""Ranges of other letters that look Latin or Cyrillic, to skip texts without them; `_script` decides."""

BEYOND_LATIN = re.compile(f"[{FIRST_CYRILLIC}-{LAST_CYRILLIC}{OTHERS}]")
BEYOND_CYRILLIC = f"[{LATIN}{OTHERS}]"
WRITTEN_WITH_LATIN = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
"""Letters of Chinese, Japanese and Korean, which write Latin words in fullwidth letters."""

WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")

ALPHABETS = (
    "LATIN|GREEK|COPTIC|CYRILLIC|ARMENIAN|GEORGIAN|CHEROKEE|LISU|CANADIAN SYLLABICS|RUNIC|TIFINAGH|OLD ITALIC|DESERET|"
    "OSAGE|CARIAN|LYCIAN|ELBASAN|WARANG CITI|MIAO|AHOM"
)
"""Scripts with several letters that look like those of another, by the first words of their letters' names.

From confusables.txt of Unicode Technical Standard 39. Other scripts are often mixed with Latin words on purpose, as in
Korean and Japanese.
"""

STYLES = {"fullwidth": "[\uff21-\uff5a]", "mathematical": "[\u2102-\u2149\U0001d400-\U0001d7ff]"}
"""Variants of Latin letters, which a search for the usual ones does not find."""

HASH = re.compile(r"(?<=\S)\s+#[^\s#]")
END, START = 4, 10
"""Characters by which the rules preselect texts that may end before a #, or continue after a dash."""

LIKE_LATIN = frozenset("".join(LOOK_ALIKES.values()))


@rule(severity="warning")
def not_normalised(corpus: Corpus) -> Findings:
    """A text has letters made of several characters for which there is a single one.

    An é can be one character, or an e followed by an accent. Both look the same, but a search for one does not find the
    other, and neither does the comparison of a quote with its article. Texts are stored in the composed form that
    Unicode calls NFC.

    Example:
        actors:
          - id: kim-yo-jong
            names: [{text: 김여정}]

    Fix: let `alleged check --fix` compose them; nothing visible changes. They often come from file names or PDFs of a
    Mac.
    """
    for record, text in _unusual_texts(corpus):
        if is_composed(text):
            continue
        for path in _paths(text, record):
            where = record.at(*path)
            place = where.place
            raw = place.text[place.column - 1 : place.column - 1 + place.length]
            yield Finding(
                where,
                f"the text {shorten(text)!r} is not in the composed form NFC",
                "type it again, or let  alleged check --fix  compose it",
                Suggestion(composed(raw), "safe"),
            )


@rule(severity="warning")
def mixed_scripts(corpus: Corpus) -> Findings:
    """A word mixes scripts that look alike, or looks Latin but has only letters of another script.

    A Cyrillic "\u0430" in a Latin name is invisible, but nobody will find the name again, and two records of one person
    look like one. It comes from a keyboard set to another language, or from someone who wants to deceive. The rule
    knows Latin, Greek, Cyrillic, Armenian, Cherokee and other alphabets with similar letters, and letters for formulas
    (mathematical) or for columns of Chinese and Japanese (fullwidth).

    Example:
        actors:
          - id: vladimir-putin
            name: Vl\u0430dimir Putin

    Fix: type the word again on one keyboard. If it is spelled so on purpose, allow this with a reason.
    """
    for record, text in _unusual_texts(corpus):
        if BEYOND_LATIN.search(text) and re.search(BEYOND_CYRILLIC, text) and (message := _describe_mixture(text)):
            for path in _paths(text, record):
                yield record.at(*path), message, "type the word again on one keyboard"


def _describe_mixture(text: str) -> str:
    """Return a message on the first word of a text with misleading letters; empty if there is none.

    Words in capitals of another script count as abbreviations, and single Greek letters as symbols.
    """
    words = [word for word in WORD.findall(text) if not word.isascii() and BEYOND_LATIN.search(word)]
    for word in words:
        if not (min(word) >= FIRST_CYRILLIC and max(word) <= LAST_CYRILLIC) and (message := _mixed_scripts_of(word)):
            return message
    if not (all(map(_looks_latin, chain(*words))) and re.search("[A-Za-z]", text)):
        return ""
    for word in words:
        script = _script(word[0])
        abbreviation = len(word) > 1 and word.isupper()
        symbol = len(word) == 1 and script == "Greek"
        if not (re.search(WRITTEN_WITH_LATIN, text) if script in STYLES else abbreviation or symbol):
            odd = word[0]
            latin = f"the word {shorten(word)!r} looks Latin, but its letters are {script}"
            return f"{latin}: {odd!r} is {character_name(odd)}"
    return ""


def _mixed_scripts_of(word: str) -> str:
    """Return a message on the scripts that a word mixes; empty if it has only one."""
    letters: dict[str, list[str]] = defaultdict(list)
    for letter in word:
        letters[_script(letter)].append(letter)
    scripts = sorted(letters.keys() - {""}, key=lambda script: (-len(letters[script]), script))
    if len(scripts) < 2:
        return ""
    rare = letters[scripts[-1]][0]
    return f"the word {shorten(word)!r} mixes {' and '.join(scripts)} letters: {rare!r} is {character_name(rare)}"


@cache
def _script(letter: str) -> str:
    """Return the script of a letter, or its style if it is a variant of a Latin one; empty if it is unmistakable."""
    if style := next((style for style, letters in STYLES.items() if re.match(letters, letter)), ""):
        return style
    named = name(letter, "")
    if script := re.match(ALPHABETS, named):
        return script[0].capitalize()
    return named.partition(" ")[0].capitalize() if letter in LIKE_LATIN else ""


def _looks_latin(letter: str) -> bool:
    return bool(combining(letter)) or letter in LIKE_LATIN or _script(letter) in STYLES


@rule(severity="warning")
def text_cut_by_hash(corpus: Corpus) -> Findings:
    """A text without quotes ends before a # sign, and the rest of the line is lost.

    In YAML a # after a space starts a comment. `Resolution #1718` becomes `Resolution` without any other warning. A
    comment that is meant as one has a space after its sign too.

    Example:
        sources:
          - id: ap-2023-10-13
            title: Report on shipment #3

    Fix: put the whole text in straight quotes, `"Report on shipment #3"`; if it is a comment, write a space after the
    #.
    """
    for file, records in groupby(corpus.records, lambda record: record.file):
        ends = _ends_before_hash(file.hash_lines)
        # Looking up places reads the file again, so only texts that may end on such a line are.
        for record, text in ((r, text) for r in records for text in _texts(r)) if ends else ():
            if text[-END:] not in ends:
                continue
            for path in _paths(text, record):
                where = record.at(*path)
                place = where.place
                start, end = place.column - 1, place.column - 1 + len(text)
                if place.text[start:end] == text and HASH.match(place.text, end):
                    cut = place.text[end:]
                    quoted = "'" + place.text[start:].rstrip().replace("'", "''") + "'"
                    yield (
                        where,
                        f"the text ends at {shorten(text)!r}; {shorten(cut.strip())!r} after it is read as a comment",
                        f"write the whole text in quotes:  {shorten(quoted)}  (or a space after #, if it is a comment)",
                    )


@rule(severity="warning")
def dash_inside_text(corpus: Corpus) -> Findings:
    """A line that begins with a dash became part of the text above it.

    It is indented further than that text, so YAML does not read it as the next item of a list but continues the text:
    `afp` and `- reuters` become one item, `afp - reuters`.

    Example:
        claims:
          - id: kirby-2023-containers
            basis:
              - intelligence-undisclosed
                - imagery-released

    Fix: put the dash directly below the dash of the item above; if the dash belongs to the text, put the text in
    quotes.
    """
    for record, text in _unusual_texts(corpus):
        _, dash, rest = text.partition(" - ")
        # Places are looked up only for texts that may continue in a line with a dash, since that reads the file again.
        if not dash or rest[:START] not in _starts_behind_dash(record.file.text, len(rest[:START])):
            continue
        for path in _paths(text, record):
            place = record.at(*path).place
            start = place.column - 1
            first = re.split(r"\s#", place.text[start : start + len(text) + 2], maxsplit=1)[0].rstrip()
            if first and text.startswith(f"{first} - "):
                yield (
                    record.at(*path, key=True),
                    f"the line below, {shorten(text[len(first) + 1 :])!r}, became part of the text {shorten(first)!r}",
                    "put its dash directly below the one above, or put the whole text in quotes",
                )


@rule(severity="info")
def id_read_otherwise(corpus: Corpus) -> Findings:
    """An id is a word that other programs read as a date, a number, or yes or no.

    Here it is text. But readers of YAML 1.1 read `no` as "false", and a spreadsheet reads `2024-06-18` as a day, so
    tables can no longer be joined.

    Example:
        actors:
          - id: "no"
            name: Norway

    Fix: before the first release, choose a more specific id, such as `norway`; later leave it.
    """
    for record in corpus.records:
        if re.fullmatch(r"no|on|off|yes|true|false|null|[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2})?|[0-9]+(e[0-9]+)?", record.id):
            yield record.at("id"), f"other programs do not read {record.id!r} as a word", "choose a more specific id"


def _ends_before_hash(lines: Iterable[str]) -> set[str]:
    """Return the endings, of up to `END` characters, of the text before each # in some lines."""
    before = {line[max(0, hash.start() - END) : hash.start()] for line in lines for hash in HASH.finditer(line)}
    return {text[n:] for text in before for n in range(len(text))}


@lru_cache(maxsize=START)
def _starts_behind_dash(text: FileText, length: int) -> set[str]:
    """Return the first characters, `length` of them, after the dash of each line of a file that begins with one."""
    return {match[1][:length] for match in re.finditer(rf"\n[ \t]+- +(.{{,{START}}})", text.content.decode())}


@lru_cache(maxsize=1)
def _unusual_texts(corpus: Corpus) -> list[tuple[Record, str]]:
    """Return the texts with characters beyond ASCII or a dash between spaces, each with its record."""
    return [
        (record, text) for record, texts in texts_of(corpus) for text in texts if not text.isascii() or " - " in text
    ]


@lru_cache(maxsize=1)
def texts_of(corpus: Corpus) -> list[tuple[Record, tuple[str, ...]]]:
    """Return the texts of each record, each text once per record."""
    return [(record, _texts(record)) for record in corpus.records]


def _texts(record: Record) -> tuple[str, ...]:
    texts: dict[str, None] = {}
    ahead: list[Any] = [record.data]
    for value in ahead:  # the list grows during the loop
        if type(value) is str:
            texts[value] = None
        elif type(value) is dict:
            ahead += value.values()
        elif type(value) is list:
            ahead += value
    return tuple(texts)


def _paths(text: str, record: Record) -> list[ValuePath]:
    """Return the paths of a text in a record."""
    return _paths_of_texts(record)[text]


@lru_cache(maxsize=1)  # each text of a record is looked up in turn
def _paths_of_texts(record: Record) -> dict[str, list[ValuePath]]:
    paths: dict[str, list[ValuePath]] = defaultdict(list)
    ahead: list[tuple[ValuePath, Any]] = [((), record.data)]
    while ahead:
        path, value = ahead.pop()
        if isinstance(value, str):
            paths[value].append(path)
        elif isinstance(value, list):
            ahead += [((*path, i), item) for i, item in reversed(list(enumerate(value)))]
        elif isinstance(value, dict):
            ahead += [((*path, field), item) for field, item in reversed(value.items())]
    return paths


def shorten(text: str) -> str:
    """Return at most 60 characters of a text, for a message."""
    return text if len(text) <= 60 else f"{text[:57]}..."
