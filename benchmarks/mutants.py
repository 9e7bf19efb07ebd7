"""Changes of a Python module in one place, each a mistake that its tests should notice.

Edited are comparisons, conditions, integers, texts that are compared, flags, options, guards, and calls that are made
for their effect. Docstrings, annotations, decorators, f-strings and what is raised or logged stay as they are.
"""

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise, zip_longest
from types import CodeType
from typing import NamedTuple

_PAIRS = [("<", "<="), (">", ">="), ("==", "!="), ("is", "is not"), ("in", "not in"), ("and", "or"), ("&", "|")]
_PAIRS += [("min", "max"), ("any", "all"), ("any_horizontal", "all_horizontal")]
SWAPPED = dict(chain.from_iterable((pair, pair[::-1]) for pair in _PAIRS))
"""Operators and functions, and what each is replaced by."""

OPERATORS: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
    ast.BitAnd: "&",
    ast.BitOr: "|",
}
EQUALITIES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
EXITS = (ast.Raise, ast.Return, ast.Continue, ast.Break)
OPTION = re.compile(r"O_(?!RDONLY)[A-Z]+|--?[A-Za-z][^ ]*")
"""Texts that switch something on: `O_NOFOLLOW`, `-z`, `--no-renames`; O_RDONLY is 0."""

UNCHANGED_FIELDS = ("annotation", "returns", "decorator_list")


class Edit(NamedTuple):
    """Bytes from `start` to `end` replaced by `text`; `kind` is what sort of mistake that is."""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Mutant:
    """A module with one edit.

    `before` and `after` are the edited lines, single-spaced; `nth` distinguishes equal edits within a function.
    """

    file: str
    original: bytes
    edit: Edit
    function: str
    before: str
    after: str
    nth: int = 1

    @property
    def source(self) -> bytes:
        """The edited module."""
        return self.original[: self.edit.start] + self.edit.text.encode() + self.original[self.edit.end :]

    @property
    def line(self) -> int:
        """The number of the line that the edit starts in."""
        return self.original.count(b"\n", 0, self.edit.start) + 1

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What identifies the mutant as long as the edited lines and the function's name stay the same."""
        return self.file, self.function, self.before, self.after, self.nth


def mutants(file: str, source: bytes) -> list[Mutant]:
    """Return all mutants of a module, in the order of the lines."""
    tree = ast.parse(source)
    module = _Module(source, tree)
    edits = [(edit, function) for node, function in _nodes(tree, "") for edit in module.edits(node)]
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for edit, function in sorted(edits, key=lambda pair: pair[0].start):
        first = source.rfind(b"\n", 0, edit.start) + 1
        last = source.find(b"\n", edit.end)
        before = _single_spaced(source[first:last])
        after = _single_spaced(source[first : edit.start] + edit.text.encode() + source[edit.end : last])
        seen[function, before, after] += 1
        found.append(Mutant(file, source, edit, function, before, after, seen[function, before, after]))
    return found


def named(file: str, source: bytes, before: str, after: str) -> Mutant:
    """Return the mutant in which a text that the module contains once is replaced by another.

    Raises:
        LookupError: The module does not contain the text exactly once.
    """
    if (times := source.count(before.encode())) != 1:
        raise LookupError(f"{file} contains {before!r} {times} times, not once")
    start = source.index(before.encode())
    edit = Edit("named", start, start + len(before.encode()), after)
    return Mutant(file, source, edit, "", _single_spaced(before.encode()), _single_spaced(after.encode()))


def sample(found: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return `count` mutants, taking the kinds in turn. An edit elsewhere in the code hardly changes the choice."""
    by_kind: dict[str, list[Mutant]] = {}
    for mutant in sorted(found, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.key}".encode()).digest()):
        by_kind.setdefault(mutant.edit.kind, []).append(mutant)
    rounds = zip_longest(*(by_kind[kind] for kind in sorted(by_kind)))
    return distinct((mutant for each in rounds for mutant in each if mutant), count)


def distinct(found: Iterable[Mutant], count: int | None = None) -> list[Mutant]:
    """Return the first `count` mutants, or all, that compile to other code than the module and than each other."""
    codes: dict[str, set[CodeType]] = {}
    chosen: list[Mutant] = []
    for mutant in found:
        if len(chosen) == count:
            break
        if mutant.file not in codes:
            codes[mutant.file] = {_compiled(mutant.original)}
        seen = codes[mutant.file]
        if (code := _compiled(mutant.source)) not in seen:
            seen.add(code)
            chosen.append(mutant)
    return chosen


def _compiled(source: bytes) -> CodeType:
    """Return the code of a module, the same wherever its parts are in the file."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno = node.end_lineno = 1  # type: ignore[attr-defined]
            node.col_offset = node.end_col_offset = 0  # type: ignore[attr-defined]
    return compile(tree, "module", "exec")


def _single_spaced(lines: bytes) -> str:
    return " ".join(lines.decode().split())


def _nodes(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    """Yield a node and those below it that may be changed, each with the name of the function it is in."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".removeprefix(".")
    yield node, function
    if isinstance(node, ast.Raise):
        return
    for name, value in ast.iter_fields(node):
        if name not in UNCHANGED_FIELDS:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_unchanged(child):
                    yield from _nodes(child, function)


def _is_unchanged(node: ast.AST) -> bool:
    """Whether a node is a message, an f-string, or concerns the type checker only."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        return name.endswith(("Error", "Warning", "isinstance")) or name.startswith(("logger.", "warnings."))
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _is_unchanged(node.value)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")


class _Module:
    """The text of a module, and what may be edited in it."""

    def __init__(self, source: bytes, tree: ast.AST) -> None:
        self.source = source
        self.starts = [0, *accumulate(len(line) + 1 for line in source.split(b"\n"))]
        guards = [node for node in ast.walk(tree) if _is_guard(node)]
        self.guarding = {id(guard.body[0]) for guard in guards if len(guard.body) == 1}

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where the text of a node starts and ends."""
        start = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        return start, self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def edits(self, node: ast.AST) -> Iterator[Edit]:
        """Yield what may be changed in a node, without the nodes below it."""
        match node:
            case ast.Compare():
                operands = [node.left, *node.comparators]
                for (left, right), operator in zip(pairwise(operands), node.ops, strict=True):
                    yield self.operator("comparison", left, right, operator)
                yield from map(self.text, chain.from_iterable(map(_texts, operands)))
            case ast.BoolOp():
                for left, right in pairwise(node.values):
                    yield self.operator("logic", left, right, node.op)
                yield from (self.without(operand, node.op) for operand in node.values)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                flags = [operand for operand in (node.left, node.right) if _is_flag(operand)]
                yield from (self.replaced("flag", operand, "0") for operand in flags)
                if not flags and not isinstance(node.left, ast.Dict) and not isinstance(node.right, ast.Dict):
                    yield self.operator("logic", node.left, node.right, node.op)
            case ast.AugAssign(op=ast.BitOr()) if _is_flag(node.value):
                yield self.replaced("flag", node.value, "0")
            case ast.UnaryOp(op=ast.Not() | ast.Invert()):
                start, _ = self.span(node)
                yield Edit("logic", start, start + len("not " if isinstance(node.op, ast.Not) else "~"), "")
            case ast.Constant(value=bool()):
                yield self.replaced("flag", node, str(not node.value))
            case ast.Constant(value=int()):
                yield self.replaced("constant", node, str(node.value + 1))
                yield self.replaced("constant", node, str(node.value - 1))
            case ast.Call():
                yield from self.call(node)
            case ast.List() | ast.Tuple() | ast.Set():
                yield from self.options(node.elts)
            case ast.Dict():
                yield from self.entries(node)
            case ast.Expr(value=ast.Call()):
                yield self.replaced("call", node, "pass")
            case ast.Raise() if id(node) not in self.guarding:
                yield self.replaced("guard", node, "pass")
        if _is_guard(node):
            yield self.never(node.test)
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            yield from self.negated(node.test)
        if isinstance(node, ast.comprehension):
            yield from chain.from_iterable(map(self.negated, node.ifs))

    def replaced(self, kind: str, node: ast.AST, text: str) -> Edit:
        return Edit(kind, *self.span(node), text)

    def operator(self, kind: str, left: ast.AST, right: ast.AST, operator: ast.AST) -> Edit:
        """Return the edit of the operator that stands between two operands."""
        old = OPERATORS[type(operator)]
        gap_start, gap_end = self.span(left)[1], self.span(right)[0]
        gap = re.sub(rb"#.*", lambda comment: b" " * len(comment[0]), self.source[gap_start:gap_end])
        found = re.search(re.escape(old).replace(r"\ ", r"\s+").encode(), gap)
        assert found is not None  # noqa: S101 - an operator stands between its operands
        return Edit(kind, gap_start + found.start(), gap_start + found.end(), SWAPPED[old])

    def without(self, operand: ast.expr, operator: ast.boolop) -> Edit:
        """Return the edit that lets one part of a condition decide nothing."""
        neutral, way = ("True", "or") if isinstance(operator, ast.And) else ("False", "and")
        if any(isinstance(node, ast.NamedExpr) for node in ast.walk(operand)):
            start, end = self.span(operand)
            neutral = f"(({self.source[start:end].decode()}) {way} {neutral})"
        return self.replaced("logic", operand, neutral)

    def text(self, node: ast.Constant) -> Edit:
        """Return the edit of a text that something is compared with."""
        other = node.value + ("x" if isinstance(node.value, str) else b"x")
        return self.replaced("text", node, repr(other))

    def call(self, node: ast.Call) -> Iterator[Edit]:
        """Yield the edits of a call: another function, or an argument that decides something."""
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in SWAPPED:
            _, end = self.span(node.func)
            yield Edit("boundary", end - len(name), end, SWAPPED[name])
        if name in ("startswith", "endswith"):
            yield from map(self.text, chain.from_iterable(map(_texts, node.args)))
        if name not in ("hasattr", "getattr"):
            yield from self.options(node.args)
        yield from (self.replaced("flag", argument, "0") for argument in node.args if _is_flag(argument))

    def options(self, parts: Iterable[ast.expr]) -> Iterator[Edit]:
        """Yield the edits that leave out an option of a call or a list."""
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and OPTION.fullmatch(part.value):
                yield self.replaced("flag", part, "*()")

    def entries(self, node: ast.Dict) -> Iterator[Edit]:
        """Yield the edits that leave out an entry of a mapping of texts to texts."""
        for key, value in zip(node.keys, node.values, strict=True):
            if all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in (key, value)):
                yield Edit("flag", self.span(key)[0], self.span(value)[1], "**{}")  # type: ignore[arg-type]

    def never(self, test: ast.expr) -> Edit:
        """Return the edit that evaluates a condition and ignores it."""
        start, end = self.span(test)
        text = self.source[start:end].decode()
        loose = isinstance(test, ast.BoolOp | ast.NamedExpr | ast.IfExp | ast.Lambda)
        return Edit("guard", start, end, f"({text}) and False" if loose else f"{text} and False")

    def negated(self, test: ast.expr) -> Iterator[Edit]:
        """Yield the edit that negates a condition, unless it is one operator, whose own edit negates it."""
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], EQUALITIES):
            return
        if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
            start, end = self.span(test)
            yield Edit("logic", start, end, f"not ({self.source[start:end].decode()})")


def _is_guard(node: ast.AST) -> bool:
    """Whether a node is an `if` whose only purpose is to leave."""
    return isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], EXITS)


def _is_flag(node: ast.AST) -> bool:
    """Whether a node is named like a flag: `os.O_NOFOLLOW`, `re.IGNORECASE`."""
    return isinstance(node, ast.Attribute) and node.attr.isupper() and not node.attr.startswith("S_IS")


def _texts(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the texts that a node is or lists."""
    for part in node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str | bytes):
            yield part
