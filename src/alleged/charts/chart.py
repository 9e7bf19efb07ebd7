"""A chart: SVG for a page, for a file, for a notebook, as a picture, and the data behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from alleged.charts.style import DARK, LIGHT, STYLE, resolved
from alleged.charts.svg import attributes, clean, num, physical, tag, width, words, wrapped
from alleged.errors import EnvironmentFailure

if TYPE_CHECKING:
    import polars as pl


class Key(NamedTuple):
    """An entry of a legend: a mark drawn around 0 0, what it means, and its width."""

    mark: str
    meaning: str
    width: float = 20


EDGE = 28
"""Space around a chart that stands alone, in pixels."""

NAMESPACE = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, repr=False)
class Chart:
    """A chart of a topic. A notebook shows it; `svg` is for a page, `standalone` for a file.

    `title` is the question of the topic, `subtitle` says what is drawn, `description` says in words what can be seen.
    `note` is what a reader must know to read it right. `keys` are the entries of its legend. `rows` are those of
    `data`, with their `columns`.
    """

    kind: str
    title: str
    subtitle: str
    description: str
    note: str
    rows: Sequence[tuple[Any, ...]]
    columns: Mapping[str, Any]
    width: float
    height: float
    body: str
    keys: tuple[Key, ...] = ()
    about: Mapping[str, str | float | None] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.kind} of {clean(self.title)}: {len(self.rows)} rows>"

    @property
    def data(self) -> "pl.DataFrame":
        """The rows behind the chart: one for each mark, or for each step of a band."""
        import polars as pl

        return pl.DataFrame(self.rows, dict(self.columns), orient="row")

    @property
    def svg(self) -> str:
        """The chart as SVG for a page that has the style sheet `STYLE`: no styles, no script, no ids.

        The root has `data-lo`, `data-hi` (days) and `data-left`, `data-right` (their places), so that a script can draw
        the line `g.asof` for a day. What was not public before a day has it as `data-known`.
        """
        return self._root(self.body, self.width, self.height)

    @property
    def legend(self) -> str:
        """The legend as an HTML list for a page: `<ul class="chart-legend">`."""
        items = "".join(
            f'<li><svg class="chart chart-key" width="{num(key.width)}" height="20" '
            f'viewBox="{num(-key.width / 2)} -10 {num(key.width)} 20" aria-hidden="true">{key.mark}</svg> '
            f"{clean(key.meaning)}</li>"
            for key in self.keys
        )
        return f'<ul class="chart-legend">{items}</ul>' if items else ""

    def standalone(self) -> str:
        """Return the chart as an SVG file: with heading, legend, note and style, light or dark as the reader has it."""
        return self._alone(STYLE)

    def png(self, scale: float = 2, dark: bool = False) -> bytes:
        """Return the chart as a PNG picture.

        Raises:
            EnvironmentFailure: The package resvg-py is not installed.
        """
        try:
            from resvg_py import svg_to_bytes
        except ModuleNotFoundError:
            raise EnvironmentFailure(
                "a PNG needs the package resvg-py, which is not installed: pip install 'alleged[site]'; "
                "an SVG needs nothing"
            ) from None
        drawn = physical(self._alone(resolved(DARK if dark else LIGHT)))
        return bytes(svg_to_bytes(svg_string=drawn, zoom=scale))

    def _repr_svg_(self) -> str:
        return self.standalone()

    def _repr_html_(self) -> str:
        return self.standalone()

    def _alone(self, style: str) -> str:
        head, top = self._head()
        foot, below = self._foot(top + self.height + 14)
        whole = self.width + 2 * EDGE
        body = tag("g", self.body, transform=f"translate({EDGE} {num(top)})")
        paper = tag("rect", class_="paper", width=whole, height=below)
        return self._root(f"<style>\n{style}</style>{paper}{head}{body}{foot}", whole, below, sized=True)

    def _root(self, content: str, width: float, height: float, sized: bool = False) -> str:
        linked = "<a " in self.body
        size = f' width="{num(width)}" height="{num(height)}"' if sized else ""
        label = clean(f"{self.title} {self.subtitle}. {self.description}".strip())
        return (
            f'<svg xmlns="{NAMESPACE}" class="chart {self.kind}" viewBox="0 0 {num(width)} {num(height)}"{size} '
            f'role="{"group" if linked else "img"}" aria-label="{label}"{attributes(self.about)}>{content}</svg>'
        )

    def _head(self) -> tuple[str, float]:
        """Return question, subtitle and legend, and where the chart below them begins."""
        parts, y = [], EDGE + 14.0
        for line in wrapped(self.title, self.width, 23, 3):
            parts.append(words(EDGE, y, line, "question"))
            y += 28
        for line in wrapped(self.subtitle, self.width, 13, 2):
            parts.append(words(EDGE, y - 4, line, "subtitle"))
            y += 18
        y += 4
        x = float(EDGE)
        for mark, meaning, space in self.keys:
            needed = space + 5 + width(meaning, 11.5)
            if x + needed > self.width + EDGE and x > EDGE:
                x, y = float(EDGE), y + 20
            parts.append(tag("g", mark, transform=f"translate({num(x + space / 2)} {num(y)})"))
            parts.append(words(x + space + 5, y + 4, meaning, "key-text"))
            x += needed + 16
        return "".join(parts), y + (22 if self.keys else 6)

    def _foot(self, y: float) -> tuple[str, float]:
        parts = []
        for line in wrapped(self.note, self.width, 11.5, 3):
            parts.append(words(EDGE, y + 10, line, "note"))
            y += 16
        return "".join(parts), y + EDGE - 4
