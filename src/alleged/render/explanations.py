"""What a name means: a rule, a field of a record, a code list, a code, a table or a column, as text."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from alleged import rule_docs
from alleged.errors import UnknownNameError
from alleged.schemas.definitions import KINDS, Field, fields, required
from alleged.schemas.vocabularies import Code, about, closest, extendable, names, vocabulary

if TYPE_CHECKING:
    from alleged.tables import Table

MOST_CODES, MOST_INNER, MOST_MEANINGS = 60, 12, 8
"""Codes of a list that are shown with a field, and with each field within it; codes whose meaning is shown too."""

OPENING = """\
'alleged explain NAME' explains a rule, a field, a code list, a code, a table or a column:

  alleged explain unknown-reference   a rule: what is wrong, why it matters, an example, the fix
  alleged explain claim.said          a field of a record
  alleged explain act                 a code list, with its codes
  alleged explain allege              a code
  alleged explain claims              a table, with its columns
  alleged explain claims.known_hi     a column of a table
"""


def listing() -> Iterator[str]:
    """Yield every name that can be explained: rules by subject, code lists, fields by kind of record, and tables."""
    yield from OPENING.split("\n")
    yield from rule_docs.listing()
    yield "Code lists:"
    yield f"  {', '.join(names())}"
    for kind, record in KINDS.items():
        yield f"Fields of {kind}:"
        yield f"  {', '.join(f'{record}.{_dotted(field)}' for field in fields(kind) if field.path[-1] != '*')}"
    yield "Tables:"
    yield f"  {', '.join(_tables())}"


def explanation(name: str) -> list[str]:
    """Return the lines that explain a name, one section for each thing that has it.

    Raises:
        UnknownNameError: Nothing has this name; the message proposes a near one.
    """
    sections = [*_rules(name), *_code_lists(name), *_codes(name), *_fields(name)]
    if not sections or "." in name or name in KINDS:  # only these load polars and pandera, which takes longer
        sections += _columns(name)
    if not sections:
        close = closest(name, _names())
        hint = f"; did you mean {close[0]!r}?" if close else "; 'alleged explain' lists all names"
        raise UnknownNameError(f"no rule, field, code or table is called {name!r}{hint}")
    return "\n\n".join("\n".join(section) for section in sections).split("\n")


def _rules(name: str) -> Iterator[list[str]]:
    page = rule_docs.pages().get(name)
    if page is not None:
        yield [f"rule {name} ({page.severity})", "", *page.text.split("\n")]


def _code_lists(name: str) -> Iterator[list[str]]:
    if name in names():
        yield [f"code list {name}", "", f"  {about(name)}", *_own(name), "", *_listed(name)]


def _own(name: str) -> Iterator[str]:
    """Yield how a dataset adds codes to a list, if it may."""
    if name in extendable():
        fields = ", ".join(["code", "label", "definition", *extendable()[name]["needs"]])
        yield f"  A dataset adds codes of its own in vocabularies/{name}.yaml; each needs {fields}."


def _listed(name: str) -> Iterator[str]:
    """Yield a line for each code of a list; those of a decision tree have their question and examples below it."""
    codes = vocabulary(name).values()
    width = max(len(code.code) for code in codes)
    for n, code in enumerate(codes, start=1):
        if code.test:
            yield from (f"  {n}. {code.test}  ->  {code.code}", f"     {_meaning(code)}")
            yield from (f"     - {example}" for example in code.examples)
        else:
            yield f"  {code.code:<{width}}  {_meaning(code)}"


def _codes(name: str) -> Iterator[list[str]]:
    for listed in names():
        if name in vocabulary(listed):
            code = vocabulary(listed)[name]
            test = [f"  Question: {code.test}"] if code.test else []
            examples = (f"  - {example}" for example in code.examples)
            yield [f"code {name} of the code list {listed}", "", f"  {_meaning(code)}", *test, *examples]


def _meaning(code: Code) -> str:
    broader = f" Narrower than {code.broader}." if code.broader else ""
    return f"{code.label}: {code.definition}{broader}"


def _fields(name: str) -> Iterator[list[str]]:
    for kind, record in KINDS.items():
        for field in fields(kind):
            dotted = _dotted(field)
            if field.path[-1] != "*" and name in (field.path[-1], dotted, f"{record}.{dotted}", f"{kind}.{dotted}"):
                yield [f"field {dotted} of {kind}", "", *_described(field, kind)]


def _described(field: Field, kind: str) -> Iterator[str]:
    """Yield what a field means, what it may contain, the fields within it, and an example."""
    yield f"  {field.schema.get('description', '')}"
    if field.path[-1] in required(kind, field.path[:-1]):
        yield "  Required."
    within = (*field.path, "*") if "items" in field.schema else field.path
    content = next(f.schema for f in fields(kind) if f.path == within)
    opening = "A list; each entry is" if within != field.path else "It is"
    if allowed := _allowed(content, MOST_CODES):
        yield f"  {opening} {allowed}."
        yield from _meanings(content)
    if inner := [part for part in fields(kind) if part.path[:-1] == within and part.path[-1] != "*"]:
        yield f"  {opening} a mapping of these fields:"
        yield from _inner(inner, required(kind, within))
        yield from _choices(content)
    if field.schema.get("examples"):
        yield f"  For example:  {field.path[-1]}: {_flow(field.schema['examples'][0])}"


def _inner(inner: Sequence[Field], must: frozenset[str]) -> Iterator[str]:
    """Yield a line for each field within another one: what it means, whether it is required, what it may contain."""
    width = max(len(str(part.path[-1])) for part in inner)
    for part in inner:
        name = str(part.path[-1])
        limits = "; ".join(filter(None, ("required" if name in must else "", _allowed(part.schema, MOST_INNER))))
        yield f"    {name:<{width}}  {part.schema.get('description', '')}{f' [{limits}]' if limits else ''}"


def _choices(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield which fields of a mapping must be there one for another."""
    for rule, words in (("oneOf", "Exactly one of these is given"), ("anyOf", "At least one of these is given")):
        choices = [" with ".join(choice["required"]) for choice in schema.get(rule, ()) if "required" in choice]
        if choices:
            yield f"  {words}: {', '.join(choices)}."


def _meanings(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield what each code of a field means, or how to print it if they are many."""
    if listed := _code_list(schema):
        few = len(vocabulary(listed)) <= MOST_MEANINGS
        yield from map("  {}".format, _listed(listed)) if few else [f"  Their meanings:  alleged explain {listed}"]


def _code_list(schema: Mapping[str, Any]) -> str:
    """Return the name of the code list that a field is taken from; empty if it has none."""
    id = schema.get("$id", "")
    return id.rpartition("/")[2].removesuffix(".schema.json") if "/vocabularies/" in id else ""


def _allowed(schema: Mapping[str, Any], most: int) -> str:
    """Return what a field may contain: codes, or how to print their list if they are more than `most`; ids; dates."""
    if listed := _code_list(schema):
        codes = vocabulary(listed)
        few = f": {', '.join(codes)}" if len(codes) <= most else f", printed by 'alleged explain {listed}'"
        return f"a code of the list {listed}{few}"
    if kinds := schema.get("x-kinds"):
        return f"an id of {' or '.join(kinds)}"
    if "x-date" in schema:
        return "a date, as 2024-06-18, 2024-06 or ../2024-06-18"
    return {"boolean": "true or false", "integer": "a whole number", "number": "a number"}.get(
        schema.get("type", ""), ""
    )


def _flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_flow(inner)}' for name, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    plain = isinstance(value, str) and re.fullmatch(r"[^\W\d_][\w ./-]*|\d{4}-[\d/-]+", value)
    return (
        value
        if plain and value not in ("true", "false", "yes", "no", "null")
        else json.dumps(value, ensure_ascii=False)
    )


def _dotted(field: Field) -> str:
    return ".".join(str(step) for step in field.path if step != "*")


def _columns(name: str) -> Iterator[list[str]]:
    table, _, column = name.partition(".")
    tables = _tables()
    if table in tables and not column:
        schema = tables[table].schema
        key = ", ".join(tables[table].key)
        columns = (f"  {name}: {described.description}" for name, described in schema.columns.items())
        yield [f"table {table}, key {key}", "", f"  {schema.description}", "", *columns]
    for other, holder in tables.items():
        wanted = column if other == table else name
        if wanted in holder.schema.columns:
            described = holder.schema.columns[wanted]
            null = "may be null" if described.nullable else "never null"
            dtype = holder.dtypes[wanted]
            yield [f"column {wanted} of the table {other} ({dtype}, {null})", "", f"  {described.description}"]


def _tables() -> "Mapping[str, Table]":
    from alleged.tables import TABLES

    return TABLES


def _names() -> Iterator[str]:
    yield from rule_docs.pages()
    for listed in names():
        yield listed
        yield from vocabulary(listed)
    for kind, record in KINDS.items():
        yield from (f"{record}.{_dotted(field)}" for field in fields(kind))
    for name, table in _tables().items():
        yield name
        yield from (f"{name}.{column}" for column in table.schema.columns)
