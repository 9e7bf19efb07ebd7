"""Who spoke, and when: one lane for each principal, the parties named in the question apart."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import polars as pl

from alleged.charts import words
from alleged.charts.axes import Days, Span
from alleged.charts.chart import Chart, Key
from alleged.charts.frames import NEVER, Frames, Row
from alleged.charts.svg import anchored, cut, mark, num, path, tag, title, wrapped
from alleged.charts.svg import words as text

Link = Callable[[str, str], str | None]
"""Returns the address of a record, from its kind (`claim` or `actor`) and id; None for no link."""

NAMES = 150
"""Width of the column of names."""

RIGHT = 14
GAP = 10.4
"""Distance of marks that would cover each other."""

NARROW = 560
"""Width from which names stand above their lanes instead of beside them."""

LARGE, SMALL = 4.4, 3.0
TAIL = 16
"""Length of the dotted line of a claim whose first day is open."""

WEEKS = timedelta(days=42)
BUSY, FEW, LONG = 0.4, 8, 180
"""The busiest six weeks are worth a chart of their own from this share of the marks, marks and days in all."""

ORDER = ("speakers", "retelling", "parties")


class Mark(NamedTuple):
    """A claim in a lane. `day` is its place; `known` the day by which it was public; `root` a claim of other topics."""

    claim: Row
    day: date
    known: date
    kind: str
    extra: str
    echo: bool
    root: bool


@dataclass(frozen=True)
class Lane:
    """The claims of one principal, or those in which it admits something."""

    principal: str
    section: str
    admits: bool
    marks: tuple[Mark, ...]

    @property
    def known(self) -> date:
        return min(mark.known for mark in self.marks)


def kind_of(claim: Row) -> tuple[str, str]:
    """Return the shape of the mark of a claim, and class names that say more."""
    open_ = claim["stance"] == "open"
    if claim["act"] == "acknowledge":
        return "admits", "other" if open_ else ""
    if claim["stance"] == "no" or (open_ and claim["act"] == "deny"):
        return "no", "other" if open_ else ""
    return ("other", "") if open_ else ("yes", "")


def day_of_mark(claim: Row) -> date | None:
    """Return where a claim stands on the axis: the last day on which it can have been said."""
    days = [d for d in (claim["said_hi"], claim["known_hi"]) if d]
    return min(days) if days else claim["said_lo"]


def marks_of(frames: Frames, topic: str) -> list[Mark]:
    """Return the marks of a topic, by day and id: its claims, and the roots that were recorded under other topics."""
    claims = frames.claims_of(topic)
    roots = {claim["claim_id"]: frames.roots.get(claim["claim_id"], {}) for claim in claims}
    found = [_mark(claim, claim["principal_id"] not in roots[claim["claim_id"]].values()) for claim in claims]
    placed = [m for m in (*found, *_roots_elsewhere(frames, topic, roots)) if m is not None]
    return sorted(placed, key=lambda m: (m.day, m.known, m.claim["claim_id"]))


def _roots_elsewhere(frames: Frames, topic: str, roots: Mapping[str, Mapping[str, str]]) -> Iterator[Mark]:
    """Yield the roots of claims of a topic that were recorded under other topics, from the day on which they count."""
    since = _first_days(frames, topic)
    for id in sorted({root for of in roots.values() for root in of if root not in roots}):
        if id in since and id in frames.claims and (made := _mark(frames.claims[id], echo=False)):
            yield made._replace(root=True, known=max(since[id], made.known))


def _mark(claim: Row, echo: bool) -> Mark | None:
    day = day_of_mark(claim)
    if day is None:
        return None
    kind, extra = kind_of(claim)
    return Mark(claim, day, claim["known_hi"] or NEVER, kind, extra, echo, root=False)


def _first_days(frames: Frames, topic: str) -> dict[str, date]:
    """Return the day from which each root counts for a topic."""
    since: dict[str, date] = {}
    for row in frames.days_of(topic):
        for root in row["root_ids"] or ():
            since.setdefault(root, row["date"])
    return since


def lanes_of(marks: list[Mark]) -> list[Lane]:
    """Return the lanes in their order: those with most marks first, then those of retellers, then the parties."""
    of: dict[str, list[Mark]] = defaultdict(list)
    for one in marks:
        of[one.claim["principal_id"]].append(one)
    parties = {p for p, ms in of.items() if any(m.claim["is_party"] and not m.root for m in ms)}
    section = {
        p: "parties" if p in parties else "retelling" if all(m.echo for m in ms) else "speakers" for p, ms in of.items()
    }

    def rank(principal: str) -> tuple[int, int, date, str]:
        ms = of[principal]
        number = 0 if principal in parties else -len(ms)
        return ORDER.index(section[principal]), number, ms[0].day, principal

    split = [
        Lane(principal, section[principal], admits, tuple(m for m in of[principal] if (m.kind == "admits") == admits))
        for principal in sorted(of, key=rank)
        for admits in (False, True)
    ]
    return [lane for lane in split if lane.marks]


def span_of(frames: Frames, topic: str) -> Span | None:
    """Return the days that the charts of a topic share; None if nothing has a day."""
    days = [d for m in marks_of(frames, topic) for d in (m.day, m.known) if d < NEVER]
    intervals = groupby(frames.days_of(topic), key=lambda row: (row["lo"], row["hi"]))
    days += [next(rows)["date"] for _, rows in intervals]
    if not days:
        return None
    span = Span(min(days), max(days)).padded()
    return span.until(frames.day) if frames.day and frames.day < NEVER else span


def busiest(frames: Frames, topic: str) -> Span | None:
    """Return the six weeks with most claims, where a chart of them shows more: they hold 40 % of the claims."""
    days = [m.day for m in marks_of(frames, topic)]
    if len(days) < FEW or (days[-1] - days[0]).days < LONG:
        return None
    counts = [sum(first <= d <= first + WEEKS for d in days) for first in days]
    most = max(counts)
    first = days[counts.index(most)]
    return Span(first - timedelta(days=2), first + WEEKS + timedelta(days=2)) if most >= BUSY * len(days) else None


def timeline(frames: Frames, topic: str, link: Link, wide: float, span: Span | None) -> Chart:
    """Draw who spoke when."""
    asked, days = frames.topic(topic), span or span_of(frames, topic)
    marks = [m for m in marks_of(frames, topic) if days and days.lo <= m.day <= days.hi]
    about: dict[str, str | float | None] = {}
    body, height = text(0, 20, words.NOTHING, "small"), 24.0
    if days and marks:
        drawing = _Drawing(frames, link, wide, days)
        body, height = drawing.lanes(lanes_of(marks))
        about = chart_about(drawing.place, frames.day)
        about["data-focus"] = num(drawing.place(marks[len(marks) // 2].day))
    return Chart(
        "timeline",
        asked["question"],
        subtitle(words.TIMELINE if span is None else f"{words.TIMELINE}: {_between(span)}", frames),
        _description(marks, frames),
        words.NO_VERDICT,
        [_row(m) for m in marks],
        COLUMNS,
        wide,
        height,
        body,
        tuple(_keys(marks)),
        about,
    )


def _between(span: Span) -> str:
    return f"{words.day(span.lo)} – {words.day(span.hi)}"


def subtitle(what: str, frames: Frames) -> str:
    """Return what is drawn, as of which day, of which release."""
    parts = [what]
    if frames.day:
        parts.append(f"as known on {words.day(frames.day)}")
    if frames.release:
        parts.append(f"release {frames.release}")
    return " · ".join(parts)


def chart_about(place: Days, on: date | None) -> dict[str, str | float | None]:
    """Return what a script needs to place a day in a chart; `data-focus` is the middle of its marks."""
    return {
        "data-lo": place.span.lo.isoformat(),
        "data-hi": place.span.hi.isoformat(),
        "data-left": num(place.left),
        "data-right": num(place.right),
        "data-asof": on.isoformat() if on else None,
    }


def _description(marks: list[Mark], frames: Frames) -> str:
    own = [m for m in marks if not m.root]
    if not own:
        return words.NOTHING
    first, last = (f"{words.day(m.day)}, by {frames.names[m.claim['claimant_id']]}" for m in (own[0], own[-1]))
    return f"{words.counts(Counter(m.kind for m in own))}. The first is of {first}; the last of {last}."


def _keys(marks: list[Mark]) -> Iterator[Key]:
    kinds = {m.kind for m in marks}
    for kind in ("yes", "no", "admits"):
        if kind in kinds:
            yield Key(mark(kind, 0, 0), words.MARKS[kind])
    if any(m.kind == "other" or m.extra for m in marks):
        yield Key(mark("other", 0, 0), words.MARKS["other"])
    if any(m.echo for m in marks):
        yield Key(mark("yes", 0, 0, SMALL), words.MARKS["echo"])
    if any(m.root for m in marks):
        yield Key(mark("yes", 0, 0, SMALL) + tag("circle", class_="ring", r=7), words.MARKS["root"])
    if any(_said_within(m) for m in marks):
        yield Key(path("M-16 0H8", "when") + mark("yes", 10, 0), words.MARKS["when"], 36)


def _said_within(m: Mark) -> bool:
    return m.claim["said_lo"] != m.claim["said_hi"]


TEXTS = ("claim_id", "topic_id", "claimant_id", "claimant", "principal_id", "principal")
CODES = ("act", "stance")
DAYS = ("said_lo", "said_hi")

COLUMNS = {
    **dict.fromkeys((*TEXTS, *CODES, "said_edtf"), pl.String),
    **dict.fromkeys((*DAYS, "known_hi", "day"), pl.Date),
    "mark": pl.String,
    "echo": pl.Boolean,
    "root": pl.Boolean,
    "summary": pl.String,
}
"""Columns of the data of a timeline."""


def _row(m: Mark) -> tuple[Any, ...]:
    claim = m.claim
    codes, known = (str(claim[c]) for c in CODES), None if m.known == NEVER else m.known
    said = (claim["said_edtf"], *(claim[c] for c in DAYS))
    return *(claim[c] for c in TEXTS), *codes, *said, known, m.day, m.kind, m.echo, m.root, claim["summary"]


class _Level(NamedTuple):
    x: float
    level: int
    mark: Mark


def _spread(marks: tuple[Mark, ...], place: Days) -> list[_Level]:
    """Return places in which marks of a lane do not cover each other: on the line, then above and below it in turn."""
    last: dict[int, float] = {}
    spread = []
    for one in marks:
        x, n = place(one.day), 0
        while x - last.get(level := (n + 1) // 2 * (1 if n % 2 else -1), -1e9) < GAP:
            n += 1
        last[level] = x
        spread.append(_Level(x, level, one))
    return spread


@dataclass(frozen=True)
class _Drawing:
    frames: Frames
    link: Link
    wide: float
    days: Span

    @property
    def narrow(self) -> bool:
        return self.wide < NARROW

    @property
    def place(self) -> Days:
        return Days(self.days, 8 if self.narrow else NAMES, self.wide - RIGHT)

    def lanes(self, lanes: list[Lane]) -> tuple[str, float]:
        """Return the drawing and its height."""
        place = self.place
        y, parts, tags, section = 14.0, [], [], "speakers"
        for above, lane in zip([None, *lanes], lanes, strict=False):
            if lane.section != section:
                section = lane.section
                known = min(other.known for other in lanes if other.section == section)
                kicker = words.PARTIES if section == "parties" else words.RETELLING
                side = text(0, y + 19, kicker, "kicker")
                if above is not None:
                    rule = path(f"M0 {num(y + 4)}H{num(self.wide)}", "rule")
                    parts.append(tag("g", rule, data_known=known.isoformat()))
                    side += path(f"M0 {num(y + 4)}H{num(place.left)}", "rule")
                tags.append(tag("g", side, data_known=known.isoformat()))
                y += 26
            spread = _spread(lane.marks, place)
            up, down = -min(p.level for p in spread), max(p.level for p in spread)
            label = self._label(lane, above)
            if self.narrow:
                y += 16 * len(label)
            line = y + max(up * GAP, (len(label) - 1) * 7 if not self.narrow else 0) + 9
            parts.append(self._lane(lane, spread, line, place))
            tags.append(self._name(lane, label, line - up * GAP - 9 if self.narrow else line))
            y = line + max(down * GAP, (len(label) - 1) * 7 if not self.narrow else 0) + 9
        bottom = y + 4
        back = "" if self.narrow else tag("rect", class_="back", x=-40, width=place.left + 30, height=bottom)
        names = tag("g", back + "".join(tags), class_="names")
        line = asof(place, bottom, self.frames.day)
        return place.drawn(6, bottom) + line + "".join(parts) + names, bottom + 34

    def _label(self, lane: Lane, above: Lane | None) -> list[str]:
        """Return the lines of the name of a lane; admissions without other claims above them repeat the name."""
        name = self.frames.names[lane.principal]
        space = self.wide - 20 if self.narrow else NAMES - 14
        if not lane.admits:
            return wrapped(name, space, 12, 2)
        if self.narrow:
            return [cut(f"{name}: {words.ADMISSIONS}", space, 12)]
        has_name = above is not None and above.principal == lane.principal
        return [words.ADMISSIONS] if has_name else [cut(name, space, 12), words.ADMISSIONS]

    def _name(self, lane: Lane, label: list[str], y: float) -> str:
        x, anchor = (0, "start") if self.narrow else (NAMES - 12, "end")
        start = y + 4 - (len(label) - 1) * 7 if not self.narrow else y - 2 - (len(label) - 1) * 15
        lines = "".join(
            text(
                x,
                start + n * (15 if self.narrow else 14),
                line,
                "small" if words.ADMISSIONS in line else "who halo",
                anchor,
            )
            for n, line in enumerate(label)
        )
        full = title(str(lane.marks[0].claim["principal"]))
        return anchored(
            self.link("actor", lane.principal), full + lines, class_="name", data_known=lane.known.isoformat()
        )

    def _lane(self, lane: Lane, spread: list[_Level], line: float, place: Days) -> str:
        base = path(f"M{num(place.left)} {num(line)}H{num(place.right)}", "base")
        marks = "".join(self._mark(p, line + p.level * GAP, place) for p in spread)
        return tag("g", base + marks, class_="lane", data_known=lane.known.isoformat(), data_principal=lane.principal)

    def _mark(self, placed: _Level, y: float, place: Days) -> str:
        x, m = placed.x, placed.mark
        shape = mark(m.kind, x, y, SMALL if m.echo or m.root else LARGE, m.extra)
        ring = tag("circle", class_="ring", cx=x, cy=y, r=7) if m.root else ""
        return anchored(
            self.link("claim", m.claim["claim_id"]),
            title(self._words(m)) + _when(m, x, y, place) + shape + ring,
            class_=f"claim {m.claim['act']} {m.claim['stance']}",
            data_known=m.known.isoformat(),
        )

    def _words(self, m: Mark) -> str:
        """Return what a mark says: the act first, so that no denial reads as its opposite."""
        claim = m.claim
        speaker = claim["claimant"]
        if claim["claimant_id"] != claim["principal_id"]:
            speaker += f", {self.frames.names[claim['principal_id']]}"
        act = words.act(str(claim["act"]), self.frames.label("act", str(claim["act"])))
        said = f"{act} · {speaker}, {words.period(claim['said_edtf'])}: "
        where = f" ({words.MARKS['root'].partition(': ')[2]}: {claim['topic_question']})" if m.root else ""
        return f"{said}{claim['summary']}{where}"


def _when(m: Mark, x: float, y: float, place: Days) -> str:
    """Return the line of the days on which a claim may have been said: open ends are dotted and of one length."""
    lo = m.claim["said_lo"]
    if lo is None:
        return path(f"M{num(max(x - TAIL, place.left))} {num(y)}H{num(x)}", "when open")
    if lo < m.day:
        return path(f"M{num(max(place(max(lo, place.span.lo)), place.left))} {num(y)}H{num(x)}", "when")
    return ""


def asof(place: Days, bottom: float, on: date | None, top: float = 0) -> str:
    """Return the line of the day as of which a chart is seen; a script may show and move it."""
    on = on if on and place.span.lo <= on <= place.span.hi else None
    content = path(f"M0 {num(top)}V{num(bottom)}", "day")
    x = (place.right if place.span.ends == on else place(on)) if on else 0
    label = text(-4, 9, words.day(on) if on else "", "halo", "end")
    return tag("g", content + label, class_="asof" if on else "asof off", transform=f"translate({num(x)} 0)")
