"""What pages share: the dataset, what is said about it, and the templates."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from alleged.charts import words
from alleged.site import addresses, phrases
from alleged.site.about import About
from alleged.site.dataset import Dataset, Row, counts, known, steps
from alleged.site.texts import texts

File = tuple[str, bytes]
"""A file of the site: its path from the root, and its content."""

Files = Iterator[File]


class Site:
    """A site in the making: `render` makes a page of a template."""

    def __init__(self, data: Dataset, about: About) -> None:
        self.data = data
        self.about = about

    def render(self, template: str, up: str, path: str = "", **values: Any) -> bytes:
        """Return a page; `up` leads from it to the root, and `path` is its own address below it."""
        text = self._environment.get_template(template).render(up=up, path=path, **values)
        return text.encode("utf-8", "xmlcharrefreplace")

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("alleged.site"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            auto_reload=False,
        )
        environment.globals.update(self._globals())
        return environment

    def _globals(self) -> Mapping[str, Any]:
        data, own = self.data, texts()
        return {
            "t": own.t,
            "lang": own.language,
            "about": self.about,
            "release": self.release_name,
            "first_day": data.first_day,
            "last_day": data.last_day,
            "count": own.count,
            "named": own.named,
            "at": addresses.page,
            "outside": addresses.outside,
            "record_line": self.record_line,
            "label": data.label,
            "definition": data.definition,
            "name": data.name,
            "names": data.names,
            "known": known,
            "counts": counts,
            "steps": steps,
            "steps_of": lambda claims: steps(map(known, claims)),
            "mark": mark,
            "act": self.act,
            "day": lambda on: words.day(on) if on else "",
            "short": data.short,
            "edtf": phrases.edtf,
            "plain_day": phrases.plain_day,
            "amount": phrases.amount,
            "unit": lambda figure: phrases.unit(figure["unit"], data.label("unit", figure["unit"]), figure),
            "coded": phrases.coded,
            "lag": phrases.lag,
            "language": phrases.language,
            "is_rtl": phrases.is_right_to_left,
            "quote_marks": phrases.quote_marks,
            "instrument": lambda id: data.by_id("instruments")[id]["title"],
            "source_name": self.source_name,
            "first_public": lambda sources: min(data.public_sources[row["source_id"]] for row in sources),
            "public_steps": lambda sources: steps(data.public_sources[row["source_id"]] for row in sources),
            "public_source": lambda id: data.public_sources[id],
        }

    @property
    def release_name(self) -> str:
        return texts().t.page.dev if self.about.release == "dev" else self.about.release

    def act(self, code: str) -> str:
        """Return an act as a noun: Denial."""
        return words.ACTS.get(code) or self.data.label("act", code)

    def headline(self, claim: Row) -> str:
        """Return a claim on one line, the act first: a denial is never read as its opposite."""
        return f"{self.act(claim['act'])} · {self.data.short(claim['claimant_id'])}: {claim['summary']}"

    def record_line(self, row: Row) -> str | None:
        """Return the page that shows the line of a record in the repository."""
        about = self.about
        return addresses.line_of_record(about.repository, about.commit, row["record_path"], row["record_line"])

    def source_name(self, source: Row) -> str:
        """Return what a source is called: its title, or else its host, or else its id."""
        if source["title"]:
            return str(source["title"])
        if url := addresses.outside(source["url"]):
            return url.partition("://")[2].partition("/")[0].removeprefix("www.")
        return str(source["symbol"] or source["source_id"])


def mark(claim: Row) -> str:
    """Return the class of the mark of a claim, as charts have it: what it says, or that it admits."""
    return "admits" if claim["act"] == "acknowledge" else str(claim["stance"])
