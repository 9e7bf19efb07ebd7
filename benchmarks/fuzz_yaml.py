"""Compare the reader with libfyaml: what ours reads, a reader of YAML 1.2 reads as well, and to the same values.

    python benchmarks/fuzz_yaml.py [SECONDS [SEED]]

`make fuzz` calls this with an environment of its own. Inputs are the cases of yaml-test-suite where it lies beside the
project, the examples of rules, the test mistakes, and real claims, all of them altered at random. An input on which the
two differ is kept in `.cache/fuzz/`. The same seed alters in the same way.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
KEPT = ROOT / ".cache" / "fuzz"
MOST = 20  # differing inputs that are kept
LONGEST = 1500  # characters of an example; longer ones teach little and cost much

PIECES = (
    *("-", ":", "?", "[", "]", "{", "}", ",", "#", "&", "*", "!", "|", ">", "'", '"', "%", "@", "`", "\\", "~", "."),
    *(" ", "  ", "\t", " \t", "\n", "\n\n", "\n ", "\n  ", "\n\t", "\r\n", "\\\n", ": ", "- ", "? ", " #", "# c\n"),
    *("[ ", " ]", "{a: ", '"x', "''", "|-\n", ">+\n", "|2\n", "---\n", "...\n", "\\/", "\\x41", "\\'", "é", "\ufeff"),
    *("0", "a", "=", "<<", "null", "true", "NO", "0x1F", "0o7", "1e3", "-.5", ".inf", "012", "2024-06-17"),
)
WRAPS = ('"{}"', "'{}'", "[{}]", "{{{}}}", "|\n {}", ">\n  {}")

EXEMPT = {
    # What libfyaml 1.0.0b2 refuses or reads otherwise, against YAML 1.2.2.
    r"^[ \t-]*[|>][-+0-9]*[ \t]*(#.*)?$": "It measures a block text by the column of its '|' where that begins a line; "
    "by § 8.1.1.1 and example 8.21 the column of the field counts.",
    r"^ *-[ \t]*(#.*)?$": "It wants a value for the last item of a list at the column of its field; "
    "by § 8.2.1 and example 8.15 an item may be empty.",
    r"^[ -]*:\S": "It does not end a text of several lines at a name that begins with ':'; "
    "by § 7.3.3 (ns-plain-first) a name may begin so.",
    r"[|>][-+]?[1-9][-+]?[ \t]*(#.*)?\n([ \t]*\n)* +#": "It refuses an empty block text before an indented comment; "
    "by § 8.1.1.2 (l-trail-comments) the comment needs only fewer spaces than the text would.",
    r"\\\\[ \t]+$": "It keeps the spaces between an escaped backslash and the end of a line; "
    "by § 6.5 (s-flow-folded) they are no part of the text.",
    # What our reader allows although YAML 1.2 does not.
    r"^ *[]}]": "A closing bracket may stand below the field it belongs to; every reader takes it alike.",
}
"""Patterns of inputs that are not compared, with the reason."""

TEXT_BY_PROFILE = re.compile(r"[-+]?(0x[0-9a-fA-F]+|0o[0-7]+|\.(inf|Inf|INF|nan|NaN|NAN))")
"""Our profile takes these for text; libfyaml for numbers, and some of them with a sign, against § 10.3.2."""

NUMBER_TO_US = re.compile(r"[-+]\.[0-9]+([eE][-+]?[0-9]+)?")
"""libfyaml takes these for text, against § 10.3.2."""


def main(seconds: float, seed: int) -> int:
    """Compare for so many seconds, and say what came of it."""
    found: list[str] = []
    runs = read = known = 0
    end = time.monotonic() + seconds
    for text in inputs(Random(seed)):  # noqa: S311 - repeatable
        if time.monotonic() > end:
            break
        runs += 1
        values = ours(text)
        if values is None:
            continue
        read += 1
        if same(values, theirs(text)):
            continue
        if exempt(text):
            known += 1
        else:
            found.append(text)
    print(f"{runs} runs (seed {seed}), {read} read and compared: {known} differ for a known reason, {len(found)} more")
    KEPT.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(sorted(found, key=len)[:MOST]):
        path = KEPT / f"differs-{seed}-{number:02}.yaml"
        path.write_bytes(text.encode())
        print(path.relative_to(ROOT), repr(text[:80]))
    return 1 if found else 0


def inputs(draw: Random) -> Iterator[str]:
    """Yield the texts to begin with, then altered ones without end."""
    begin = list(seeds())
    yield from begin
    while True:
        text = draw.choice(begin)
        for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 4, 6))):
            text = altered(text, draw, begin)
        yield text


def seeds() -> Iterator[str]:
    """Yield texts that are small, and each records or cases of their own."""
    from yaml_suite import as_field, cases, text_of

    for case in cases().values():
        text = text_of(case)
        yield from (text, as_field(text), "a:\n- " + text.replace("\n", "\n  "))
    for path in sorted([*ROOT.glob("tests/examples/*/claims/*.yaml"), *ROOT.glob("tests/mistakes/*.yaml")]):
        text = path.read_bytes().decode(errors="replace")
        if len(text) <= LONGEST:
            yield text
    for path in sorted(ROOT.glob("claims/**/*.yaml")):
        records = path.read_text(encoding="utf-8").split("\n  - id: ")[1:]
        yield from (f"claims:\n  - id: {record}\n" for record in records[::9])


def altered(text: str, draw: Random, others: list[str]) -> str:
    """Return a text with one change: a piece put in or taken out, a line moved, a stretch wrapped or replaced."""
    at, to = sorted((draw.randrange(len(text) + 1), draw.randrange(len(text) + 1)))
    match draw.randrange(8):
        case 0 | 1 | 2:
            return text[:at] + draw.choice(PIECES) + text[at:]
        case 3:
            return text[:at] + text[at + draw.choice((1, 1, 1, 2, 3, 8)) :]
        case 4:
            return text[:at] + draw.choice(PIECES) + text[at + 1 :]
        case 5:
            lines = text.split("\n")
            number = draw.randrange(len(lines))
            line = lines[number]
            spaced = (f" {line}", f"  {line}", f"\t{line}", line[1:], line.lstrip(" "), f"{line} ", f"\n{line}")
            lines[number] = draw.choice((*spaced, f"# c\n{line}", f" # c\n{line}", f"{line}\n{line}", f" \n{line}"))
            return "\n".join(lines)
        case 6:
            other = draw.choice(others)
            begin = draw.randrange(len(other) + 1)
            return text[:at] + other[begin : begin + draw.randrange(1, 30)] + text[at:]
        case _:
            return text[:at] + draw.choice(WRAPS).format(text[at:to]) + text[to:]


def ours(text: str) -> dict[str, Any] | None:
    """Return what our reader reads, or None where it refuses."""
    from alleged.project import Project
    from alleged.reader import Document, FileText, parse_text

    document = parse_text(FileText("claims/input.yaml", text.encode()), Project(ROOT))
    return document.data if isinstance(document, Document) else None


def theirs(text: str) -> Any:
    """Return what libfyaml reads; an exception, which equals no value, where it refuses."""
    import libfyaml

    silence, errors = os.open(os.devnull, os.O_WRONLY), os.dup(2)
    os.dup2(silence, 2)  # it writes there what it refuses
    try:
        return json.loads(libfyaml.json_dumps(libfyaml.loads(text.removeprefix("\ufeff"))))
    except ValueError as refusal:
        return refusal
    finally:
        os.dup2(errors, 2)
        os.close(silence)
        os.close(errors)


def exempt(text: str) -> bool:
    """Whether a text holds what libfyaml is known to take otherwise."""
    return any(re.search(pattern, text.replace("\r\n", "\n"), re.MULTILINE) for pattern in EXEMPT)


def same(our: Any, their: Any) -> bool:
    """Whether two values are equal and of one type, but for the numbers that our profile takes for text."""
    if isinstance(our, dict):
        return isinstance(their, dict) and all(map(same_name, our, their)) and same([*our.values()], [*their.values()])
    if isinstance(our, list):
        return isinstance(their, list) and len(our) == len(their) and all(map(same, our, their))
    if isinstance(our, str) and isinstance(their, str):
        return folded(our) == folded(their)
    if isinstance(our, str):
        return isinstance(their, int | float) and bool(TEXT_BY_PROFILE.fullmatch(our))
    if isinstance(our, float) and isinstance(their, str):
        return bool(NUMBER_TO_US.fullmatch(their)) and float(their) == our
    return our == their and isinstance(our, bool) == isinstance(their, bool)


def same_name(our: str, their: str) -> bool:
    """Whether two names of fields are equal; JSON writes a number as text."""
    return our == their or bool(TEXT_BY_PROFILE.fullmatch(our))


def folded(text: str) -> str:
    """Return a text without what libfyaml leaves out, against § 8.1.3 (l-nb-diff-lines).

    Where a folded text has blank lines before one that is indented further, it gives one line break too few.
    """
    return re.sub(r"\n+(?=[ \t])", "\n", text)


if __name__ == "__main__":
    options = [float(word) for word in sys.argv[1:]]
    sys.exit(main(options[0] if options else 60, int(options[1]) if options[1:] else 1))
