"""Parts of hand-written pages that are generated: what stands between `<!-- name -->` and `<!-- /name -->`."""

import re
from collections.abc import Sequence


def filled(page: str, parts: dict[str, str]) -> str:
    """Return a page with the parts that it marks filled in; parts that it does not mark are left out."""
    for name, text in parts.items():
        marked = rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)"
        page = re.sub(marked, lambda found, text=text: f"{found[1]}{text}{found[2]}", page, flags=re.DOTALL)
    return page


def marks(page: str, name: str) -> bool:
    """Whether a page has a place for a part."""
    return f"<!-- {name} -->\n" in page and f"<!-- /{name} -->" in page


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], numbers_from: int = 1) -> str:
    """Return a table in Markdown; columns from `numbers_from` on are aligned to the right."""
    rule = tuple("---" if i < numbers_from else "---:" for i in range(len(head)))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))
