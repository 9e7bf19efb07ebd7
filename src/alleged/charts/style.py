"""The style sheet of the charts: one palette in the light, one in the dark, colours by class.

The hues are those of Okabe and Ito (jfly.uni-koeln.de/color), darkened or lightened until text has a contrast of 4.5 to
1 and marks one of 3 to 1. Shape says the same as colour.
"""

import re
from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#fdfcf9",
    "ink": "#1d1d1b",
    "soft": "#5d5b55",
    "line": "#dcd8ce",
    "yes": "#0a62a4",
    "no": "#b8450a",
    "admits": "#8a2f7c",
    "other": "#6d6a64",
    "updated": "#6a90af",
    "band": "#cfdfea",
    "hover": "#efece4",
}
DARK: Mapping[str, str] = {
    "paper": "#16171a",
    "ink": "#ecebe6",
    "soft": "#a9a79f",
    "line": "#3a3b40",
    "yes": "#6cb6f2",
    "no": "#f39b62",
    "admits": "#e0a3d6",
    "other": "#a3a19a",
    "updated": "#4d7a9e",
    "band": "#22394b",
    "hover": "#26272c",
}
PRINT: Mapping[str, str] = {**LIGHT, "paper": "#ffffff", "ink": "#000000", "soft": "#444444", "line": "#bbbbbb"}

SANS = 'system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK KR", "Noto Sans Arabic", Helvetica, Arial, sans-serif'
SERIF = '"Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", "Noto Serif CJK KR", Georgia, serif'

RULES = f"""\
.chart {{ display: block; max-width: 100%; height: auto; font-family: {SANS}; font-size: 12px; }}
.chart text {{ fill: var(--chart-ink); }}
.chart .paper {{ fill: var(--chart-paper); }}
.chart .question {{ font-family: {SERIF}; font-size: 22px; font-weight: 600; }}
.chart .subtitle {{ fill: var(--chart-soft); font-size: 13px; }}
.chart .key-text, .chart .note {{ fill: var(--chart-soft); font-size: 11.5px; }}
.chart .kicker {{ fill: var(--chart-soft); font-size: 10px; letter-spacing: 0.08em; }}
.chart .tick {{ fill: var(--chart-soft); font-size: 11px; }}
.chart .year {{ font-weight: 600; }}
.chart .who {{ font-size: 12px; }}
.chart .small {{ fill: var(--chart-soft); font-size: 11px; }}
.chart .heading {{ font-size: 13px; font-weight: 600; }}
.chart .reading {{ font-size: 13px; font-weight: 600; }}
.chart .words {{ font-family: {SERIF}; font-size: 12.5px; font-style: italic; }}
.chart .upright {{ font-style: normal; }}
.chart .halo {{ paint-order: stroke; stroke: var(--chart-paper); stroke-width: 3px; stroke-linejoin: round; }}
.chart .joins {{ font-size: 11px; }}
.chart .halo.in-band {{ stroke: var(--chart-band); }}
.chart .grid {{ fill: none; stroke: var(--chart-line); stroke-width: 1; }}
.chart .base {{ fill: none; stroke: var(--chart-line); stroke-width: 1; }}
.chart .rule {{ fill: none; stroke: var(--chart-soft); stroke-width: 0.7; }}
.chart .back {{ fill: var(--chart-paper); }}
.chart .m {{ stroke: var(--chart-paper); stroke-width: 1.1; }}
.chart .m.yes {{ fill: var(--chart-yes); }}
.chart .m.no {{ fill: var(--chart-no); }}
.chart .m.admits {{ fill: var(--chart-admits); }}
.chart .m.other {{ fill: var(--chart-paper); stroke: var(--chart-other); stroke-width: 1.7; }}
.chart .m.other.admits {{ stroke: var(--chart-admits); }}
.chart .m.other.no {{ stroke: var(--chart-no); }}
.chart .ring {{ fill: none; stroke: var(--chart-soft); stroke-width: 1; }}
.chart .when {{ fill: none; stroke: var(--chart-soft); stroke-width: 1.3; }}
.chart .when.open {{ stroke-dasharray: 1.5 2.5; }}
.chart .fill {{ fill: var(--chart-band); }}
.chart .edge {{ fill: none; stroke: var(--chart-yes); stroke-width: 1.8; }}
.chart .edge.lo {{ stroke-dasharray: 4 3; }}
.chart .q {{ fill: none; stroke: var(--chart-yes); }}
.chart .q.bar {{ stroke-width: 5; stroke: var(--chart-updated); }}
.chart .q.open {{ stroke-width: 2.2; stroke-dasharray: 2.5 2.5; }}
.chart .q.arrow {{ stroke-width: 1.7; }}
.chart .q.cap {{ stroke-width: 2.2; }}
.chart .q.dot {{ fill: var(--chart-yes); stroke: var(--chart-paper); stroke-width: 1.1; }}
.chart .q.dot.planned {{ fill: var(--chart-paper); stroke: var(--chart-yes); stroke-width: 1.9; }}
.chart .q.about {{ fill: var(--chart-band); stroke: none; }}
.chart .updated .q {{ stroke: var(--chart-updated); }}
.chart .updated .q.dot {{ fill: var(--chart-updated); stroke: var(--chart-paper); }}
.chart .updated .q.dot.planned {{ fill: var(--chart-paper); stroke: var(--chart-updated); }}
.chart .updated .q.about {{ stroke: none; }}
.chart .hit {{ fill: none; pointer-events: all; }}
.chart .asof path {{ fill: none; stroke: var(--chart-ink); stroke-width: 1.3; stroke-dasharray: 5 3; }}
.chart .asof text {{ font-size: 11px; font-weight: 600; }}
.chart .veil {{ fill: var(--chart-paper); }}
.chart .s.yes {{ fill: var(--chart-yes); }}
.chart .s.no {{ fill: var(--chart-no); }}
.chart .s.admits {{ fill: var(--chart-admits); }}
.chart .s.other {{ fill: var(--chart-other); }}
.chart .off, .chart .later {{ display: none; }}
"""
"""Rules that every program understands that draws SVG."""

SCREEN = """\
.chart a:hover .m, .chart a:focus .m { stroke: var(--chart-ink); stroke-width: 2; }
.chart a:hover .hit { fill: var(--chart-hover); }
.chart a:hover .who { text-decoration: underline; }
"""


def _variables(palette: Mapping[str, str]) -> str:
    return " ".join(f"--chart-{name}: {colour};" for name, colour in palette.items())


STYLE = f"""\
.chart, .chart-key {{ {_variables(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ .chart, .chart-key {{ {_variables(DARK)} }} }}
@media print {{ .chart, .chart-key {{ {_variables(PRINT)} }} }}
{RULES}{SCREEN}"""
"""The style sheet of all charts. A page that has `Chart.svg` in it needs it once, in a file or a `<style>`."""


def resolved(palette: Mapping[str, str] = LIGHT) -> str:
    """Return the rules with the colours of a palette in place of variables, for programs that know none."""
    return re.sub(r"var\(--chart-([a-z]+)\)", lambda match: palette[match[1]], RULES)
