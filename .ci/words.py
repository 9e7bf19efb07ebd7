"""Look for metaphors and old turns in code, messages and pages: `make lint` allows none of them.

    python .ci/words.py [FOLDER]

Each line of the list is a pattern and what to write instead. Patterns are searched in the text of Python files (names
split at underscores and capitals), in pages, in schemas and in workflows. Ordinary words such as "found" are not in it.
Records, generated pages that quote records, and released files are not searched.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

INSTEAD = {
    r"the hall": "corpus",
    r"the house|our house|neighbours?": "modules, layers",
    r"workshop": "staging folder",
    r"surroundings": "environment",
    r"heals?|healed|healing": "recover",
    r"settle[sd]?|settling|settled on": "decide, choose, pin",
    r"mend(?:s|ed|ing)?|mender": "fix",
    r"anew": "again",
    r"nought|naught": "zero, 0",
    r"laid to|lays? to": "attributed to",
    r"hear(?:s|d)? of|unheard": "receive, report",
    r"told|untold|tells?(?: of)? (?:how|what|which|whether)": "say, report, print; name what is returned",
    r"stands? twice|stood twice": "duplicate",
    r"by (?:what|which|this) means|means are": "settings, how",
    r"hold(?:s|ing)? (?:\w+ )?against|held (?:\w+ )?against": "check against, compare with",
    r"(?:a|the|one|whatever) hand(?:s)? that|curator's nod|with a nod": "consent",
    r"half there|passed over|passes over": "ignored, skipped",
    r"made sure of": "synced, checked",
    r"stands? in the way": "prevents",
    r"hangs? together": "is related",
    r"goes? through them|go through them": "iterate",
    r"let nothing|leave(?:s)? (?:\w+ )?alone|left alone": "do not change",
    r"no more than one may|nobody else's word": "",
    r"whereof|thereof|henceforth|forthwith|hitherto|wherein|therein|whence|thence": "a modern word",
}
"""What no file may contain, as regular expressions, and the plain word."""

WHERE = ("src", "docs", "schemas", "tests", "benchmarks", ".github", ".ci", "README.md", "CONTRIBUTING.md", "SECURITY.md")
ENDINGS = (".py", ".md", ".json", ".yml", ".toml")
EXEMPT = (".ci/words.py",)
DATA = ("tests/cast", "tests/examples", "tests/fixture", "tests/mistakes", "benchmarks/peers", "benchmarks/invention")
"""Records of tests, and made-up ones."""


def words(text: str, python: bool) -> str:
    """Return a line with the names in it split into words, so that `told_before` and `ToldBefore` are found too."""
    if not python:
        return text
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text)


def findings(root: Path) -> Iterator[str]:
    """Yield `path:line: what it says; write ...` for each place."""
    pattern = re.compile("|".join(rf"(?P<w{n}>\b(?:{old})\b)" for n, old in enumerate(INSTEAD)), re.IGNORECASE)
    plain = list(INSTEAD.values())
    for path in sorted(path for where in WHERE for path in files(root / where)):
        name = path.relative_to(root).as_posix()
        if name in EXEMPT or name.startswith(DATA):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for match in pattern.finditer(words(line, path.suffix == ".py")):
                instead = plain[int((match.lastgroup or "w0")[1:])]
                yield f"{name}:{number}: {match[0]!r}; write: {instead}"


def files(where: Path) -> Iterator[Path]:
    """Yield a file, or the files below a folder whose text is searched."""
    if where.is_dir():
        yield from (path for path in where.rglob("*") if path.suffix in ENDINGS and "__pycache__" not in path.parts)
    elif where.is_file():
        yield where


if __name__ == "__main__":
    lines = list(findings(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    print("\n".join(lines))  # noqa: T201
    sys.exit(bool(lines))
