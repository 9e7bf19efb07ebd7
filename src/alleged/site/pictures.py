"""Pictures for social media: the question, its numbers and its times, 1,200 by 630 pixels; made for a host only."""

import html
from collections.abc import Iterable

from resvg_py import svg_to_bytes

from alleged import charts
from alleged.charts.style import LIGHT, SANS, SERIF, resolved
from alleged.charts.svg import wrapped
from alleged.site.rendering import Files, Site
from alleged.site.texts import texts
from alleged.site.topics import Summary

WIDTH, HEIGHT, EDGE = 1200, 630, 72
SPACE = WIDTH - 2 * EDGE
SIZE = 62
"""Size of the question, in pixels."""

STYLE = f"""\
.question {{ font-family: {SERIF}; font-size: {SIZE}px; font-weight: 600; fill: {LIGHT["ink"]} }}
.number {{ font-family: {SERIF}; font-size: 48px; font-weight: 600 }}
.label {{ font-family: {SANS}; font-size: 26px; fill: {LIGHT["soft"]} }}
.foot {{ font-family: {SANS}; font-size: 22px; fill: {LIGHT["soft"]} }}
.brand {{ font-family: {SERIF}; font-size: 32px; font-weight: 600; fill: {LIGHT["ink"]} }}
"""


def pages(site: Site, found: Iterable[Summary]) -> Files:
    """Yield a picture for each topic, and one for all other pages."""
    t = texts().t
    yield "static/preview.png", _png(_words(t.home.title, 190) + _foot(site.about.title))
    for summary in found:
        id, numbers = summary.topic["topic_id"], summary.numbers
        parts = [_words(summary.topic["question"], 130), _foot(t.page.creed)]
        x = EDGE
        for answer, label in (("yes", t.topic.yes), ("no", t.topic.no), ("open", t.topic.open)):
            colour = LIGHT["other" if answer == "open" else answer]
            parts.append(f'<text class="number" x="{x}" y="400" fill="{colour}">{numbers[answer]}</text>')
            parts.append(f'<text class="label" x="{x}" y="434">{html.escape(label)}</text>')
            x += 240
        if summary.claims:
            chart = charts.sparkline(site.data.frames, id)
            scale = SPACE / chart.width
            parts.append(f'<g class="chart" transform="translate({EDGE} 455) scale({scale:.3f} 2.6)">{chart.body}</g>')
        yield f"picture/{id}.png", _png("".join(parts))


def _words(text: str, y: int) -> str:
    lines = wrapped(text, SPACE, SIZE * 1.08, 3)
    return "".join(
        f'<text class="question" x="{EDGE}" y="{y + n * (SIZE + 14)}">{html.escape(line)}</text>'
        for n, line in enumerate(lines)
    )


def _foot(text: str) -> str:
    brand = f'<text class="brand" x="{EDGE}" y="{HEIGHT - 36}">{texts().t.page.brand}</text>'
    [line] = wrapped(text, SPACE - 150, 22, 1)
    return f'{brand}<text class="foot" x="{EDGE + 150}" y="{HEIGHT - 37}">{html.escape(line)}</text>'


def _png(content: str) -> bytes:
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{LIGHT["paper"]}"/>'
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{resolved()}{STYLE}</style>{paper}{content}</svg>'
    return bytes(svg_to_bytes(svg_string=svg))
