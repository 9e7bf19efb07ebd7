"""All that is printed goes through one module of the commands, and one of the library."""

import ast
import re
from pathlib import Path

import alleged

CODE = Path(alleged.__file__).parent

PRINTS = re.compile(
    r"print|pprint(\..*)?|click\.(echo\w*|secho|prompt|confirm|pause|progressbar|edit|get_text_stream|get_binary_stream)"
    r"|sys\.(__)?std(out|err)(__)?\.(write\w*|buffer.*)|traceback\.print_\w+|warnings\.(warn\w*|showwarning)"
    r"|(logging|logger)\.(log|debug|info|warning|error|critical|exception)|os\.writev?|\w*error\.show"
)

ALLOWED = {
    "cli/printing.py": {"click.echo", "click.prompt"},
    "cli/__init__.py": {"warnings.showwarning"},  # set to the function of cli/printing.py
    "text/notices.py": {"sys.stderr.write", "warnings.warn", "logger.info"},
}


def dotted(node: ast.expr) -> str:
    """Return a name such as `sys.stdout.write` as it is written; empty for anything else."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{before}.{node.attr}" if (before := dotted(node.value)) else ""
    return ""


def printing(code: str) -> set[str]:
    """Return the names in a module by which something can be printed, those that it imports among them."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.expr) and PRINTS.fullmatch(name := dotted(node)):
            found.add(name)
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name for name in names if PRINTS.fullmatch(name) or name in ("sys.stdout", "sys.stderr")}
    return found


def test_nothing_else_prints() -> None:
    found = {path.relative_to(CODE).as_posix(): printing(path.read_text()) for path in CODE.rglob("*.py")}

    assert {name: names for name, names in found.items() if names} == ALLOWED


def test_what_would_print_is_found() -> None:
    code = """
from sys import stdout
from click import echo
import click, sys, warnings
def run(say=print):
    sys.stderr.write("x")
    sys.stdout.buffer.write(b"x")
    click.secho("x")
    warnings.warn("x")
    sys.stdout.flush()
"""

    assert printing(code) == {
        *("sys.stdout", "click.echo", "print", "sys.stderr.write", "sys.stdout.buffer", "sys.stdout.buffer.write"),
        *("click.secho", "warnings.warn"),
    }
