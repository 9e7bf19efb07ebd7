"""What a name means: a rule, a field of a record, a code list, a code, a table or a column, as text."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from alleged import rule_docs
from alleged.errors import UnknownNameError
from alleged.schemas.definitions import KINDS, Field, fields
from alleged.schemas.vocabularies import Code, about, closest, extendable, names, vocabulary

if TYPE_CHECKING:
    from alleged.tables import Table

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
                yield [f"field {dotted} of {kind}", "", *_described(field.schema)]


def _described(schema: dict[str, Any] | Any) -> Iterator[str]:
    yield f"  {schema.get('description', '')}"
    if "/vocabularies/" in schema.get("$id", ""):
        listed = schema["$id"].rpartition("/")[2].removesuffix(".schema.json")
        yield f"  A code of the list {listed}: {', '.join(vocabulary(listed))}"
    if schema.get("examples"):
        yield f"  For example: {schema['examples'][0]}"


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
