"""Generated parts of hand-written pages, between `<!-- name -->` and `<!-- /name -->`."""

import re
from collections.abc import Sequence


def filled(page: str, parts: dict[str, str]) -> str:
    """Return a page with its marked parts replaced; other parts are ignored."""
    for name, text in parts.items():
        marked = rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)"
        page = re.sub(marked, lambda match, text=text: f"{match[1]}{text}{match[2]}", page, flags=re.DOTALL)
    return page


def marks(page: str, name: str) -> bool:
    """Whether a page marks a place for a part."""
    return f"<!-- {name} -->\n" in page and f"<!-- /{name} -->" in page


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], numbers_from: int = 1) -> str:
    """Return a Markdown table; columns from `numbers_from` on are right-aligned."""
    rule = tuple("---" if i < numbers_from else "---:" for i in range(len(head)))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))
