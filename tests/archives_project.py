"""Records of sources with addresses, for tests of archives."""

from collections.abc import Callable
from subprocess import CompletedProcess

Run = Callable[..., CompletedProcess[str]]

HEAD = """defaults:
  claimant: ministry
  act: allege
  topic: shells
  said: 2023-10-13
  recorded: {by: curator-1, on: 2026-11-24}

"""
REST = """actors:
  - {id: gazette, name: Gazette, kind: outlet}
  - {id: ministry, name: Ministry, kind: organ, part_of: [{of: us}]}
  - {id: us, name: United States, kind: state, ids: {iso3166: US}}
topics:
  - {id: shells, question: Were shells sent?, predicate: transfers-munitions, subject: [us], item: artillery-shell}
"""


def records(sources: dict[str, str], quotes: dict[str, list[str]] | None = None, more: str = "") -> str:
    """Return records of sources by id, each with its address, and of claims with quotes from them."""
    lines = [HEAD, "sources:\n"]
    for name, url in sources.items():
        lines.append(
            f"  - id: {name}\n    kind: webpage\n    publisher: [gazette]\n    published: 2023-10-13\n    lang: en\n"
            f"    url: {url}\n{more}    seen: consulted\n"
        )
    lines.append("claims:\n")
    for number, name in enumerate(sources):
        for n, quote in enumerate((quotes or {}).get(name, [""])):
            words = f", quote: {quote!r}" if quote else ""
            lines.append(f"  - {{id: c{number}-{n}, summary: Shells went., sources: [{{id: {name}{words}}}]}}\n")
    return "".join([*lines, REST])
