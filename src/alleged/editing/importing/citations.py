"""Bibliographies of sources, as Zotero exports them: CSL-JSON, BibTeX (also BibLaTeX) and RIS."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from alleged.editing.importing.entries import Entries, Entry, UnreadableImport, decode, limited, without_empty
from alleged.editing.known import Problem
from alleged.schemas.vocabularies import vocabulary

CSL_FIELDS = {"title": "title", "URL": "url", "DOI": "doi", "language": "lang"}
CSL_PUBLISHERS = ("container-title", "publisher")
CSL_NUMBERS = frozenset({"id", "type", "issued", "accessed", "citation-key"})

BIBTEX_KINDS = {"online": "webpage", "report": "report", "techreport": "report", "dataset": "dataset"}
BIBTEX_SUBTYPES = {"newspaper": "article-newspaper", "magazine": "article-magazine"}
BIBTEX_FIELDS = {"title": "title", "url": "url", "doi": "doi", "urldate": "retrieved"}
BIBTEX_PUBLISHERS = ("journaltitle", "journal", "newspaper", "organization", "institution", "publisher")
BIBTEX_USED = frozenset({"date", "year", "month", "day", "langid", "language", "entrysubtype"})
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

RIS_KINDS = {
    "NEWS": "article-newspaper",
    "MGZN": "article-magazine",
    "JOUR": "article-journal",
    "RPRT": "report",
    "ELEC": "webpage",
    "HEAR": "hearing",
    "DATA": "dataset",
    "STAT": "legislation",
    "LEGAL": "regulation",
}
RIS_FIELDS = {"TI": "title", "T1": "title", "UR": "url", "DO": "doi", "LA": "lang"}
RIS_PUBLISHERS = ("T2", "JO", "JF", "PB")
RIS_USED = frozenset({"TY", "DA", "PY", "Y1", "Y2", "ER", "ID"})

LANGUAGES = {
    "english": "en",
    "american": "en-US",
    "british": "en-GB",
    "french": "fr",
    "german": "de",
    "ngerman": "de",
    "spanish": "es",
    "italian": "it",
    "russian": "ru",
    "ukrainian": "uk",
    "korean": "ko",
    "japanese": "ja",
    "polish": "pl",
    "dutch": "nl",
    "portuguese": "pt",
    "chinese": "zh",
    "arabic": "ar",
    "turkish": "tr",
}
"""Names of languages in bibliographies (those of LaTeX's babel), with their tags."""

ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304"}
ACCENTS |= {".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "r": "\u030a", "k": "\u0328"}
LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å"}
LETTERS |= {"AA": "Å", "i": "i", "j": "j", "textendash": "–", "textemdash": "—", "textquoteright": "’", "ldots": "…"}
LETTERS |= {"textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”"}
LETTERS |= {"textbraceleft": "\ue000", "textbraceright": "\ue001", "textbackslash": "\ue002"}
LETTERS |= {"textasciitilde": "\ue003", "textasciicircum": "^"}


# CSL-JSON.


def read_csl(content: bytes, name: str) -> Entries:
    """Return the items of a CSL-JSON file (https://citationstyles.org).

    Raises:
        UnreadableImport: The file is not a JSON list of items.
    """
    try:
        data = json.loads(decode(content, name))
    except json.JSONDecodeError as error:
        raise UnreadableImport(f"{name}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}") from None
    except RecursionError:
        raise UnreadableImport(f"{name} is nested too deeply to be CSL-JSON") from None
    except ValueError:
        raise UnreadableImport(f"{name} has a number of thousands of digits, which no item has") from None
    if not isinstance(data, list):
        raise UnreadableImport(f"{name} is not a list of items; export it as 'CSL JSON'")
    kinds = {code.mappings["csl"]: code.code for code in vocabulary("source-kind").values() if "csl" in code.mappings}
    left: set[str] = set()
    entries = [_csl_entry(number, item, kinds, left) for number, item in enumerate(limited(data, name), 1)]
    return Entries("sources", "item", entries, _left_out(left))


def _csl_entry(number: int, item: Any, kinds: Mapping[str, str], left: set[str]) -> Entry:
    if not isinstance(item, dict):
        return Entry(number, {}, [Problem("entry", "this is not a mapping of fields")])
    faults: list[Problem] = []
    texts = [(field, str(item[key])) for key, field in CSL_FIELDS.items() if isinstance(item.get(key), str | int)]
    kind = str(item.get("type", ""))
    texts.append(("kind", kinds.get(kind, "")))
    if kind not in kinds:
        faults.append(_unclear_kind(f"the type {kind!r}"))
    texts.append(("publisher", next((str(item[key]) for key in CSL_PUBLISHERS if item.get(key)), "")))
    for key, field in (("issued", "published"), ("accessed", "retrieved")):
        date = _csl_date(item.get(key))
        if key in item and not date:
            faults.append(Problem(field, f"{key!r} is no date: {json.dumps(item[key], ensure_ascii=False)[:60]}"))
        texts.append((field, date if field == "published" or len(date) == 10 else ""))
    left |= item.keys() - CSL_FIELDS.keys() - CSL_NUMBERS - set(CSL_PUBLISHERS)
    return Entry(number, _sound(texts), faults)


def _csl_date(value: Any) -> str:
    """Return the date of a CSL date variable in EDTF; empty if it has none."""
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("raw"), str):
        return value["raw"].strip()
    parts = value.get("date-parts")
    if not isinstance(parts, list) or not 0 < len(parts) < 3 or not all(isinstance(p, list) and p for p in parts):
        return ""
    dates = [_date_of(part) for part in parts]
    return "/".join(dates) + ("~" if value.get("circa") else "") if all(dates) else ""


def _date_of(parts: Iterable[Any]) -> str:
    """Return year, month and day as `2024-06-18`; empty if they are no numbers."""
    numbers = [str(part).strip() for part in parts]
    if not 0 < len(numbers) < 4 or not all(re.fullmatch("[0-9]{1,4}", number) for number in numbers):
        return ""
    return "-".join([f"{int(numbers[0]):04}", *(f"{int(number):02}" for number in numbers[1:])])


# BibTeX.


def read_bibtex(content: bytes, name: str) -> Entries:
    """Return the entries of a BibTeX or BibLaTeX file.

    Raises:
        UnreadableImport: A brace or quotation mark is not closed, or something else is no BibTeX; with line and column.
    """
    left: set[str] = set()
    parsed = limited(list(_Bibtex(decode(content, name), name).entries()), name)
    entries = [_bibtex_entry(n, kind, fields, left) for n, (kind, fields) in enumerate(parsed, 1)]
    return Entries("sources", "item", entries, _left_out(left))


def _bibtex_entry(number: int, kind: str, fields: Mapping[str, str], left: set[str]) -> Entry:
    faults: list[Problem] = []
    plain: dict[str, str] = {}
    for name, text in fields.items():
        try:
            plain[name] = text if name in ("url", "doi") else _without_latex(text)
        except ValueError as error:
            if name in BIBTEX_FIELDS or name in BIBTEX_PUBLISHERS:
                target = BIBTEX_FIELDS.get(name, "publisher")
                faults.append(Problem(target, f"{name!r} has LaTeX that is not known: {error}"))
    code = BIBTEX_KINDS.get(kind) or BIBTEX_SUBTYPES.get(plain.get("entrysubtype", ""), "")
    if not code:
        faults.append(_unclear_kind(f"@{kind}"))
    texts = [(field, plain.get(name, "")) for name, field in BIBTEX_FIELDS.items()]
    texts += [("kind", code), ("published", _bibtex_date(plain))]
    texts.append(("publisher", next((plain[name] for name in BIBTEX_PUBLISHERS if plain.get(name)), "")))
    texts.append(("lang", plain.get("langid") or plain.get("language", "")))
    left |= fields.keys() - BIBTEX_FIELDS.keys() - set(BIBTEX_PUBLISHERS) - BIBTEX_USED
    return Entry(number, _sound(texts), faults)


def _bibtex_date(fields: Mapping[str, str]) -> str:
    if "date" in fields or "year" not in fields:
        return fields.get("date", "")
    month = fields.get("month", "").casefold()
    number = str(MONTHS.index(month[:3]) + 1) if month[:3] in MONTHS else month
    parts = [part for part in (fields["year"], number, fields.get("day", "") if number else "") if part]
    return _date_of(parts) or " ".join(parts)


def _without_latex(text: str) -> str:
    """Return a text with the letters that LaTeX commands stand for.

    Raises:
        ValueError: A command is not known.
    """
    from alleged.text.words import composed

    def accent(match: re.Match[str]) -> str:
        return match[2].replace("\\i", "i") + ACCENTS[match[1]]

    plain = re.sub(r"\\([&%$#_{}])", lambda m: {"{": "\ue000", "}": "\ue001"}.get(m[1], m[1]), text)
    plain = re.sub(r"""\{?\\(['`^"~=.]|[cvuHrk](?![A-Za-z]))\s*\{?(\\?[A-Za-z])\}?\}?""", accent, plain)
    plain = re.sub(
        r"\\(" + "|".join(sorted(LETTERS, key=len, reverse=True)) + r")(?![A-Za-z])(\{\}|\s)?",
        lambda match: LETTERS[match[1]],
        plain,
    )
    if unknown := re.search(r"\\.[A-Za-z]*", plain.replace("\\\\", "")):
        raise ValueError(unknown[0])
    plain = plain.replace("---", "—").replace("--", "–").replace("~", " ")
    plain = re.sub("[{}]", "", plain).translate({0xE000: "{", 0xE001: "}", 0xE002: "\\", 0xE003: "~"})
    return composed(" ".join(plain.split()))


class _Bibtex:
    """A reader of BibTeX; `at` is the place of the next character."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name, self.at = text, name, 0
        self.macros = {month: month for month in MONTHS}

    def entries(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the type and the fields of each entry; text between entries is a comment."""
        while self._find_entry():
            kind = self._word().casefold()
            if kind == "comment" and not re.match(r"\s*\{", self.text[self.at : self.at + 80]):
                continue
            opening = self._expect("{(")
            closing = "}" if opening == "{" else ")"
            if kind in ("comment", "preamble"):
                self.at -= 1
                self._braced()
            elif kind == "string":
                self.macros |= self._fields(closing)
            else:
                self._key()
                yield kind, self._fields(closing)

    def _find_entry(self) -> bool:
        found = self.text.find("@", self.at)
        self.at = found + 1
        return found >= 0

    def _fields(self, closing: str) -> dict[str, str]:
        fields: dict[str, str] = {}
        while self._skip() != closing:
            name = self._word().casefold()
            if name in fields:
                self._fail(f"the field {name!r} is there twice")
            self._expect("=")
            parts = [self._value()]
            while self._skip() == "#":
                self.at += 1
                parts.append(self._value())
            fields[name] = "".join(parts)
            if self._skip() != closing:
                self._expect(",")
        self.at += 1
        return fields

    def _value(self) -> str:
        match self._skip():
            case "{":
                return self._braced()
            case '"':
                return self._quoted()
        word = self._word()
        if not word.isdigit() and word.casefold() not in self.macros:
            self._fail(f"{word!r} is neither a number nor a name of @string; put the text in braces")
        return self.macros.get(word.casefold(), word)

    def _braced(self) -> str:
        start, depth = self.at, 0
        for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self.text, start):
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            if not depth:
                self.at = match.end()
                return self.text[start + 1 : match.start()]
        return self._fail("this brace is not closed")

    def _quoted(self) -> str:
        start, depth = self.at, 0
        for match in re.compile(r'\\.|[{}"]', re.DOTALL).finditer(self.text, start + 1):
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            if match[0] == '"' and not depth:
                self.at = match.end()
                return self.text[start + 1 : match.start()]
        return self._fail("this quotation mark is not closed")

    def _key(self) -> None:
        self._skip()
        end = re.compile(r"[^,}\s]*\s*(,|(?=\}))").match(self.text, self.at)
        if not end:
            self._fail("an entry begins with its key and a comma")
        self.at = end.end() if end else self.at

    def _word(self) -> str:
        self._skip()
        match = re.compile(r"[A-Za-z0-9_:.+/-]+").match(self.text, self.at)
        if not match:
            return self._fail("a name is missing here")
        self.at = match.end()
        return match[0]

    def _expect(self, characters: str) -> str:
        found = self._skip()
        if not found or found not in characters:
            self._fail(f"{' or '.join(characters)!r} is missing here")
        self.at += 1
        return found

    def _skip(self) -> str:
        """Move to the next character that is no space, and return it; empty at the end."""
        match = re.compile(r"\s*").match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def _fail(self, message: str) -> Any:
        before = self.text[: self.at]
        place = f"{self.name}:{before.count(chr(10)) + 1}:{self.at - before.rfind(chr(10))}"
        raise UnreadableImport(f"{place}: {message}")


# RIS.


def read_ris(content: bytes, name: str) -> Entries:
    """Return the entries of a RIS file.

    Raises:
        UnreadableImport: A line is not of the form `TY  - NEWS`, or an entry has no end; with its line.
    """
    parsed: list[dict[str, list[str]]] = []
    current: dict[str, list[str]] | None = None
    number = 0
    for number, line in enumerate(re.split(r"\r\n|\r|\n", decode(content, name)), 1):
        match = re.fullmatch(r"([A-Z][A-Z0-9])  ?-(?: (.*))?", line.rstrip())
        if not line.strip():
            continue
        if not match or (current is None) != (match[1] == "TY"):
            expected = "TY  - NEWS" if current is None else "TI  - …"
            raise UnreadableImport(f"{name}:{number}: expected a line such as {expected!r}")
        if match[1] == "ER":
            current = None
            continue
        if match[1] == "TY":
            parsed.append(current := {})
        if current is not None:
            current.setdefault(match[1], []).append((match[2] or "").strip())
    if current is not None:
        raise UnreadableImport(f"{name}:{number}: the last entry has no end, a line 'ER  - '")
    left: set[str] = set()
    entries = [_ris_entry(n, fields, left) for n, fields in enumerate(limited(parsed, name), 1)]
    return Entries("sources", "item", entries, _left_out(left))


def _ris_entry(number: int, fields: Mapping[str, list[str]], left: set[str]) -> Entry:
    faults: list[Problem] = []
    texts = [(field, fields[tag][0]) for tag, field in RIS_FIELDS.items() if tag in fields]
    kind = fields["TY"][0]
    texts.append(("kind", RIS_KINDS.get(kind, "")))
    if kind not in RIS_KINDS:
        faults.append(_unclear_kind(f"the type {kind!r}"))
    published = next((fields[tag][0] for tag in ("DA", "PY", "Y1") if tag in fields), "")
    texts.append(("published", _ris_date(published)))
    texts.append(("retrieved", _ris_date(fields.get("Y2", [""])[0])))
    texts.append(("publisher", next((fields[tag][0] for tag in RIS_PUBLISHERS if tag in fields), "")))
    left |= fields.keys() - RIS_FIELDS.keys() - set(RIS_PUBLISHERS) - RIS_USED
    return Entry(number, _sound(texts), faults)


def _ris_date(text: str) -> str:
    """Return a date such as `2024/06/18/` in EDTF; a text of another form as it is."""
    return _date_of(part for part in text.split("/")[:3] if part) or text


# Of all formats.


def _sound(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the texts by field, with names of languages as tags."""
    found = without_empty((field, text) for field, text in dict(reversed(list(texts))).items())
    if "lang" in found:
        found["lang"] = LANGUAGES.get(found["lang"].casefold(), found["lang"])
    return found


def _unclear_kind(kind: str) -> Problem:
    return Problem("kind", f"{kind} does not say which kind of source this is", [*vocabulary("source-kind")])


def _left_out(names: Iterable[str]) -> list[str]:
    """Return a note on the fields that are not taken over."""
    listed = ", ".join(sorted(names))
    return [f"not taken over, since sources have no such field: {listed}"] if listed else []
