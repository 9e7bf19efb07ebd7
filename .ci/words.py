"""Look for metaphors, old turns and names that hide the plan: `make lint` allows none of them.

    python .ci/words.py [FOLDER]

Names are searched in the identifiers of Python code, split at underscores and capitals; phrases in docstrings,
comments, messages, pages, schemas and workflows. Ordinary words such as "found" are in neither list. Records and
released files are not searched.
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

NAMES = {
    "told": "what it holds, such as message, lines or fields",
    "hall|house|rooms?|workshop": "corpus, modules, staging folder",
    "surroundings": "environment",
    "heal|healed": "recover",
    "settled|unsettled": "decided",
    "mend|mends|mended|mender|mending": "fix",
    "anew": "again",
    "standing": "active",
    "holdings": "settings, articles",
}
PHRASES = {
    r"the hall|the house|our house|workshop|neighbours leave": "corpus, modules, staging folder",
    r"surroundings": "environment",
    r"heals?|healed": "recover",
    r"settle[sd]? (?:on|down)|unsettled": "decide, choose, pin",
    r"mend(?:s|ed|ing)?": "fix",
    r"anew": "again",
    r"nought|naught": "zero, 0",
    r"(?:is|are|be|was|were|been) laid to|lays? (?:it|them|that) to": "attributed to",
    r"(?:is|are|be|was|were|been|being) told|tells? (?:how|what|which|whether)|that tells": "say, report, print",
    r"(?:is|are|be|was|were) heard of|hears? of": "receive, report",
    r"stands? twice|stood twice|stands? there twice": "duplicate",
    r"by (?:what|which) means": "settings, how",
    r"held against|holds? (?:\w+ ){0,3}against": "check against, compare with",
    r"nod of|'s nod|by whatever hand|hand that wrote": "consent, author",
    r"half there|pass(?:es|ed)? over": "partial, ignored, skipped",
    r"(?:stands?|stood) in the way": "prevents",
    r"hangs? together": "is related",
    r"left alone|leaves? (?:\w+ )?alone": "does not change",
    r"whereof|thereof|henceforth|forthwith|hitherto|wherein|therein|whence|thence|thereby": "a modern word",
}
WHERE = (
    "src",
    "docs",
    "schemas",
    "tests",
    "benchmarks",
    ".github",
    ".ci",
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
)
ENDINGS = (".py", ".md", ".json", ".yml", ".toml")
EXEMPT = (".ci/words.py", "tests/cast", "tests/examples", "tests/fixture", "tests/mistakes", "benchmarks/invention")
"""This list, and records of tests and of benchmarks."""

NAME = re.compile("|".join(rf"(?P<w{n}>\b(?:{old})\b)" for n, old in enumerate(NAMES)), re.IGNORECASE)
PHRASE = re.compile("|".join(rf"(?P<w{n}>\b(?:{old})\b)" for n, old in enumerate(PHRASES)), re.IGNORECASE)


def findings(root: Path) -> Iterator[str]:
    """Yield `path:line: what it says; write ...` for each place."""
    for path in sorted(path for where in WHERE for path in files(root / where)):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        for line, old, new in (
            () if name.startswith(EXEMPT) else in_python(text) if path.suffix == ".py" else in_text(text)
        ):
            yield f"{name}:{line}: {old!r}; write: {new}"


def files(where: Path) -> Iterator[Path]:
    """Yield a file, or the files below a folder whose text is searched."""
    if where.is_dir():
        found = (path for path in where.rglob("*") if path.suffix in ENDINGS)
        yield from (path for path in found if not {"__pycache__", "node_modules"} & {*path.parts})
    elif where.is_file():
        yield where


def in_python(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line of each place in code, what it says, and what to write."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", token.string)
            for match in NAME.finditer(words):
                yield token.start[0], token.string, list(NAMES.values())[int((match.lastgroup or "w0")[1:])]
        elif token.type in (tokenize.STRING, tokenize.COMMENT):
            yield from ((line + token.start[0] - 1, old, new) for line, old, new in in_text(token.string))


def in_text(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line of each place in a text, what it says, and what to write; a phrase may go over a line's end."""
    for match in PHRASE.finditer(re.sub(r"\s", " ", text)):
        yield (
            text.count("\n", 0, match.start()) + 1,
            match[0],
            list(PHRASES.values())[int((match.lastgroup or "w0")[1:])],
        )


if __name__ == "__main__":
    lines = list(findings(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    print("\n".join(lines) or "no old words")  # noqa: T201
    sys.exit(bool(lines))
