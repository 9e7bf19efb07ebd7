"""Where the package touches the file system, other programs and the network: in few modules, each listed here."""

import ast
from collections.abc import Iterator

import pytest

from paths import ROOT

PACKAGE = ROOT / "src" / "alleged"

ALLOWED = {
    "files": {
        "*": "the module that reads, lists, writes and deletes",
    },
    "git": {
        "import subprocess": "the module that starts git",
    },
    "release/rebuilding": {
        "os.pathsep": "the sign between the folders that Python looks in",
        "import subprocess": "the Python that builds a release again",
    },
    "execution": {
        "import concurrent.futures": "workers",
        "import multiprocessing": "workers",
        "os._exit": "workers end with their parent",
        "os.cpu_count": "the number of workers",
        "os.sched_getaffinity": "the number of workers",
    },
    "archives/warc": {
        ".write_record": "to memory",
    },
    "project": {
        ".is_dir": "whether a folder of the user, or of the package, is there; nothing in it is read",
        ".home": "the user's own folder, for the cache",
    },
    "schemas/definitions": {
        ".read_bytes": "schemas of the package",
        ".rglob": "schemas of the package",
    },
    "schemas/vocabularies": {
        ".glob": "schemas of the package",
        ".read_text": "schemas of the package",
    },
    "cache": {
        ".resolve": "one name for a project in the cache, whatever links lead to it",
    },
    "api": {
        "open": "its own function of this name",
    },
    "editing/importing/templates": {
        "import zipfile": "an XLSX file, in memory",
    },
    "editing/importing/workbooks": {
        "import zipfile": "an XLSX file, in memory",
    },
    "datasets/catalogues": {
        ".expanduser": "the folder that a user names",
    },
    "web/servers": {
        "import http.client": "downloads",
        "import urllib.request": "downloads",
        ".open": "an address, by an opener that knows http and https only",
    },
    "web/addresses": {
        "import socket": "the addresses of a host",
    },
    "web/connections": {
        "import http.client": "requests to one address",
        "import socket": "connections to one address",
        "import ssl": "connections to one address",
    },
    "web/fetch": {
        "import http.client": "its exceptions",
    },
    "datasets/parquet": {
        "read_parquet": "from memory",
        "read_parquet_metadata": "from memory",
        "scan_parquet": "from an open file or from memory",
    },
    "tables/table": {
        ".write_stream": "an Arrow schema, to memory",
    },
    "exports/archive": {
        "import zipfile": "an archive in memory",
    },
    "exports/csv": {
        ".write_csv": "to memory",
    },
    "exports/labelled": {
        ".write_csv": "to memory",
    },
    "exports/spss": {
        ".write_sav": "to a folder that only this user can read, since the library writes files only",
    },
    "index": {
        "import sqlite3": "a database in memory, and one in the folder of the cache",
    },
    "exports/sqlite": {
        "import sqlite3": "a database in memory",
    },
    "exports/stata": {
        ".write_dta": "to a folder that only this user can read, since the library writes files only",
    },
    "exports/xlsx": {
        ".write_boolean": "a cell of a workbook in memory",
        ".write_number": "a cell of a workbook in memory",
        ".write_string": "a cell of a workbook in memory",
    },
    "site/__init__": {
        ".is_dir": "files of the package",
        ".is_file": "files of the package",
        ".iterdir": "files of the package",
        ".read_bytes": "files of the package",
    },
    "site/documents": {
        ".read_text": "the code of the public interface, which is described",
    },
    "site/statics": {
        ".iterdir": "files of the package",
        ".read_bytes": "files of the package",
    },
    "site/tables": {
        ".write_csv": "to memory",
    },
    "site/texts": {
        ".read_text": "texts of the package",
    },
    "release/reuse": {
        "read_parquet": "from memory",
    },
    "release/tables": {
        "read_parquet": "from memory",
        ".write_parquet": "to memory",
    },
    "cli/__init__": {
        ".write_dl": "a list in the text of --help",
        "os._exit": "end without freeing memory value by value",
    },
    "cli/printing": {
        "os.fdopen": "a stream that the caller has closed becomes the null device",
        "os.open": "a stream that the caller has closed becomes the null device",
    },
    "__main__": {
        "os._exit": "end quietly when interrupted while loading",
    },
    "cli/output": {
        ".resolve": "where the project is in the checkout of a CI service",
    },
}
"""What a module may do that `findings` finds, with the reason. All of it must be needed."""

# fmt: off
MODULES = frozenset(
    [
        "asyncio", "concurrent.futures", "ctypes", "dbm", "fcntl", "fileinput", "filelock", "ftplib", "glob", "http",
        "http.client", "http.server", "io", "logging.handlers", "mmap", "msvcrt", "multiprocessing", "posix", "pty",
        "runpy", "shelve", "shutil", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tarfile",
        "tempfile", "urllib.request", "webbrowser", "zipfile",
    ]
)
# fmt: on
"""Modules that open, write, list or delete files, start programs, or open connections."""

# fmt: off
HARMLESS_OS = frozenset(
    [
        "PathLike", "devnull", "environ", "fsdecode", "fsencode", "fspath", "getpid", "geteuid", "linesep", "name",
        "path", "sep", "stat_result", "strerror", "supports_dir_fd", "urandom",
    ]
)
# fmt: on
"""What `os` offers that touches no file."""

# fmt: off
HARMLESS_PATHS = frozenset(
    [
        "abspath", "basename", "commonpath", "dirname", "isabs", "join", "normpath", "relpath", "sep", "split",
        "splitext",
    ]
)
# fmt: on
"""What `os.path` offers that touches no file."""

# fmt: off
METHODS = frozenset(
    [
        "chmod", "cwd", "exists", "expanduser", "glob", "hardlink_to", "home", "is_block_device",
        "is_char_device", "is_dir", "is_fifo", "is_file", "is_junction", "is_mount", "is_socket", "is_symlink",
        "iterdir", "lchmod", "link_to", "lstat", "mkdir", "open", "owner", "read_bytes", "read_text", "readlink",
        "resolve", "rglob", "rmdir", "samefile", "scandir", "stat", "symlink_to", "touch", "unlink", "write_bytes",
        "write_text",
    ]
)
# fmt: on
"""Methods of paths that touch files. `rename` and `replace` are found by their arguments, as others have them too."""

FRAMES = ("read_", "scan_", "sink_", "write_")
"""Beginnings of the functions of polars that read and write files."""

IN_MEMORY = frozenset(f"io.{name}" for name in ("BytesIO", "StringIO", "BufferedReader", "RawIOBase", "SEEK_END"))


def findings(source: str) -> Iterator[str]:
    """Yield what a module does that touches files, programs or connections, as the keys of `ALLOWED` name it."""
    tree = ast.parse(source)
    polars = {"pl", "polars"}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (f"import {name.name}" for name in names if name.name in MODULES - {"io"})
            case ast.ImportFrom(module=str(module), names=names):
                full = [module, *(f"{module}.{name.name}" for name in names)]
                yield from (f"import {name}" for name in full if name in MODULES - {"io"})
                if module in ("os", "os.path", "io"):
                    yield from (f"{module}.{name.name}" for name in names if f"{module}.{name.name}" not in IN_MEMORY)
            case ast.Attribute(value=ast.Name(id="os"), attr=attr) if attr not in HARMLESS_OS and not attr.isupper():
                yield f"os.{attr}"
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="os"), attr="path"), attr=attr):
                if attr not in HARMLESS_PATHS:
                    yield f"os.path.{attr}"
            case ast.Attribute(value=ast.Name(id="io"), attr=attr) if f"io.{attr}" not in IN_MEMORY:
                yield f"io.{attr}"
            case ast.Call(func=ast.Name(id="open" | "exec" | "eval" | "compile" | "__import__" as name)):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attr)) if owner in polars:
                if attr.startswith(FRAMES):
                    yield f"{attr}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="files" | "git" | "io" | "os"))):
                pass
            case ast.Call(func=ast.Attribute(attr=attr), args=args, keywords=keywords):
                if (
                    attr in METHODS
                    or (attr in ("rename", "replace") and len(args) == 1 and not keywords and not _is_mapping(args[0]))
                    or attr.startswith(("sink_", "write_"))
                ):
                    yield f".{attr}"


def _is_mapping(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict | ast.DictComp | ast.Lambda) or (isinstance(node, ast.Name) and node.id.isupper())


def modules() -> dict[str, str]:
    return {
        path.relative_to(PACKAGE).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def test_only_listed_modules_touch_files_programs_and_connections() -> None:
    found = {name: set(findings(source)) for name, source in modules().items()}

    assert {
        name: sorted(touched - ALLOWED.get(name, {}).keys())
        for name, touched in found.items()
        if "*" not in ALLOWED.get(name, {}) and touched - ALLOWED.get(name, {}).keys()
    } == {}


def test_nothing_is_allowed_that_is_not_needed() -> None:
    source = modules()

    for name, allowed in ALLOWED.items():
        assert set(allowed) - {"*"} <= set(findings(source[name])), name


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("open('a')", {"open"}),
        ("import shutil", {"import shutil"}),
        ("from tempfile import mkstemp", {"import tempfile"}),
        ("from http.client import HTTPException", {"import http.client"}),
        ("from concurrent import futures", {"import concurrent.futures"}),
        ("from os import remove", {"os.remove"}),
        ("from os.path import exists", {"os.path.exists"}),
        ("os.unlink(a)", {"os.unlink"}),
        ("delete = os.unlink", {"os.unlink"}),
        ("os.environ['A']; os.sep; os.getpid()", set()),
        ("os.path.join(a, b)", set()),
        ("os.path.islink(a)", {"os.path.islink"}),
        ("io.open(a)", {"io.open"}),
        ("io.BytesIO(a)", set()),
        ("Path(a).read_bytes()", {".read_bytes"}),
        ("a.exists()", {".exists"}),
        ("a.rename(b)", {".rename"}),
        ("a.replace(b)", {".replace"}),
        ("a.replace('b', 'c'); frame.rename({'a': 'b'})", set()),
        ("pl.read_parquet(a)", {"read_parquet"}),
        ("frame.sink_parquet(a)", {".sink_parquet"}),
        ("frame.write_parquet(a)", {".write_parquet"}),
        ("files.open_file(root, name); files.is_file(root, name); git.tree(root, a, b)", set()),
        ("import sqlite3; sqlite3.connect(a)", {"import sqlite3"}),
        ("__import__('os').system('a')", {"__import__"}),
    ],
)
def test_what_touches_files_is_found(line: str, found: set[str]) -> None:
    assert set(findings(line)) == found


CONNECTIONS = ("asyncio", "ftplib", "http", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.request")
CONNECTIONS += ("requests", "httpx", "aiohttp", "urllib3", "xmlrpc", "webbrowser", "distributed")


def test_only_the_modules_of_the_web_and_of_a_cluster_import_what_opens_connections() -> None:
    importing = set()
    for name, source in modules().items():
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Import(names):
                    full = [name.name for name in names]
                case ast.ImportFrom(module=str(module), names=names):
                    full = [module, *(f"{module}.{name.name}" for name in names)]
                case _:
                    continue
            if any(one == banned or one.startswith(f"{banned}.") for one in full for banned in CONNECTIONS):
                importing.add(name)

    assert importing == {"cluster", "web/addresses", "web/connections", "web/fetch", "web/servers"}
