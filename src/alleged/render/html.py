"""A report as one self-contained HTML page without scripts."""

import base64
import hashlib
import html
from collections.abc import Iterator
from itertools import groupby

from alleged.issues import Issue, Place, Severity
from alleged.render.findings import silences, summary
from alleged.render.screen import cut
from alleged.report import Report
from alleged.rule_docs import pages
from alleged.text import escape

STYLE = """
:root { --ink: #1b1b1b; --faint: #595959; --paper: #fff; --card: #f6f6f4; --mark: #ffe08a;
  --error: #b3261e; --warning: #7a4f00; --info: #0b57a4; color-scheme: light dark }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --faint: #b0b0b0; --paper: #16181c; --card: #22252b;
  --mark: #6b5600; --error: #ff8a80; --warning: #ffcc66; --info: #8ab4ff } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2.5rem; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere }
article { background: var(--card); border-left: .3rem solid; padding: .7rem 1rem; margin: .8rem 0 }
.error { border-color: var(--error) } .warning { border-color: var(--warning) } .info { border-color: var(--info) }
.error b { color: var(--error) } .warning b { color: var(--warning) } .info b { color: var(--info) }
p { margin: .4rem 0; overflow-wrap: anywhere } .where { color: var(--faint) }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; unicode-bidi: plaintext }
mark { background: var(--mark); color: inherit; padding: .1em 0 }
code { white-space: pre-wrap } a { color: inherit } label { margin-right: 1.2rem }
#error:not(:checked) ~ main .error, #warning:not(:checked) ~ main .warning, #info:not(:checked) ~ main .info
  { display: none }
"""

POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
"""Content security policy: nothing is loaded, run or sent; the only style is this one, by its digest."""

SIGNS: dict[Severity, str] = {"error": "✖ error", "warning": "▲ warning", "info": "● info"}
"""A sign beside the colour, for people who cannot distinguish the colours."""


def text(report: Report) -> str:
    """Return the page: issues by file, waived findings, and the pages of the rules."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    title = "alleged check" + (f": {report.title}" if report.title else "")
    page = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(digest)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_shown(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
        f"<h1>{_shown(title)}</h1>\n<p>{_shown(summary(report))}</p>",
        *_filters(report),
        "<main>",
        *_findings(report),
        *_waived(report),
        *_rules(report),
        *(f"<p>{_shown(line)}</p>" for line in silences(report)),
        "</main>\n</body>\n</html>\n",
    ]
    return escape.COMMAND.sub(r"\1&#91;", "\n".join(page))


def _shown(text: str) -> str:
    return html.escape(escape.visible(text))


def _filters(report: Report) -> Iterator[str]:
    """Yield a checkbox for each severity; the style hides unchecked ones."""
    for severity in SIGNS:
        if number := report.count(severity):
            yield f'<input type="checkbox" id="{severity}" checked>'
            yield f'<label for="{severity}">{SIGNS[severity]} ({number})</label>'


def _findings(report: Report) -> Iterator[str]:
    for path, issues in groupby(report.issues, key=lambda issue: issue.place.path):
        yield f"<section>\n<h2>{_shown(path)}</h2>"
        for issue in issues:
            yield from _finding(issue)
        yield "</section>"


def _finding(issue: Issue) -> Iterator[str]:
    yield f'<article class="{issue.severity}">'
    yield f"<h3><b>{SIGNS[issue.severity]}</b> {_shown(issue.message)}</h3>"
    yield from _place(issue.place)
    for place in issue.related:
        yield f"<p>see also {_shown(place.path)}</p>"
        yield from _place(place)
    if issue.help:
        yield f"<p>do: <code>{_shown(issue.help)}</code></p>"
    yield f'<p>more: <a href="#{_shown(issue.rule)}">{_shown(issue.rule)}</a></p>\n</article>'


def _place(place: Place) -> Iterator[str]:
    at = [f"{word} {number}" for word, number in (("line", place.line), ("column", place.column)) if number]
    if where := ", ".join([*at, *([place.field] if place.field else [])]):
        yield f'<p class="where">{_shown(where)}</p>'
    if place.line and place.text.strip():
        before, marked, after = map(_shown, cut(place.text, place.column, place.length))
        yield f"<pre>{before}<mark>{marked}</mark>{after}</pre>"


def _waived(report: Report) -> Iterator[str]:
    if report.waived:
        yield f"<section>\n<h2>Allowed by the records themselves ({len(report.waived)})</h2>\n<ul>"
        for waived in report.waived:
            finding = f"{waived.path}, line {waived.line}: {waived.message} ({waived.rule})"
            yield f"<li>{_shown(finding)}<br>reason: {_shown(waived.reason)}</li>"
        yield "</ul>\n</section>"


def _rules(report: Report) -> Iterator[str]:
    """Yield the pages of the rules that have issues."""
    named = {issue.rule for issue in report.issues}
    rules = [page for page in pages().values() if page.name in named]
    if rules:
        yield "<section>\n<h2>The rules</h2>"
        for page in rules:
            text = "\n".join(map(_shown, page.text.splitlines()))
            yield f'<h3 id="{_shown(page.name)}">{_shown(page.name)}</h3>\n<pre>{text}</pre>'
        yield "</section>"
