"""What became of the research leads, as a Markdown table."""

from collections.abc import Mapping, Sequence
from typing import Any

from alleged.render.pages import table
from alleged.text import escape


def markdown(leads: Sequence[Mapping[str, Any]]) -> str:
    """Return a table: leads recorded in claims, and each lead or source that was not used, with the reason."""
    recorded = [lead for lead in leads if lead.get("claims")]
    unused = [(lead["lead"], gap) for lead in leads for gap in lead.get("unused_sources", ())]
    rows = [
        ("leads", f"{len(leads):,}"),
        ("leads recorded in claims", f"{len(recorded):,}"),
        ("claims that they are recorded in", f"{len({claim for lead in recorded for claim in lead['claims']}):,}"),
        ("leads not recorded", f"{len(leads) - len(recorded):,}"),
        ("sources of leads that were not used", f"{len({gap['source'] for _, gap in unused}):,}"),
    ]
    lines = [_line(escape.code(lead["lead"]), lead["why"]) for lead in leads if "why" in lead]
    lines += [_line(f"{escape.code(gap['source'])}, of {escape.code(name)}", gap["why"]) for name, gap in unused]
    return table(("what", "number"), rows) + ("\nNot recorded, and why:\n\n" + "".join(lines) if lines else "")


def _line(what: str, why: str) -> str:
    return f"- {what}: {escape.markdown(why)}\n"
