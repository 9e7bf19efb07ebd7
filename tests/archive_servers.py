"""Servers that behave as the real services do: an archive with its index and Save Page Now, an aggregator, sites."""

import gzip
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from internet import Request

STORY = [
    "The ministry said on Friday that ten thousand shells had been sent by ship since early September.",
    "“We have seen the ships and the trains,” a spokesman told reporters, who asked for pictures of the harbour.",
    "The other side denied the report, and called it a rumour that nobody should repeat without any proof.",
    "Analysts had counted the containers in the harbour, and found that they would fit as many shells as that.",
]


def html(paragraphs: list[str], title: str = "Ten thousand shells", head: str = "") -> str:
    """Return a page with an article, a menu and a footer."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f"<nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article><h1>{title}</h1>{body}</article>"
        f"<footer>Imprint</footer></body></html>"
    )


def pdf(request: Request) -> None:
    request.answer(200, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf")


def slow(request: Request) -> None:
    """Send a byte from time to time."""
    request.send_response(200)
    request.send_header("Content-Type", "text/html")
    request.end_headers()
    try:
        for _ in range(1000):
            request.wfile.write(b"<p>")
            time.sleep(0.02)
    except OSError:
        pass


def large(request: Request) -> None:
    """Send 50 MB, packed."""
    request.answer(200, gzip.compress(bytes(50_000_000), 1), Content_Encoding="gzip")


@dataclass
class Archive:
    """The Wayback Machine: what it has (`copies`, times by address), and how it answers requests to save.

    The behaviour of a page is part of its address: `/pending/`, `/busy/`, `/ghost/` (523, but saved), `/limited/`
    (throttled inside 200), `/blocked/`, `/fresh/` (the same snapshot), `/lost/` (500, and not saved), `/elsewhere/`
    (redirects to another page).
    """

    copies: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, Callable[[Request], None]] = field(default_factory=dict)
    saved: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    mementos: dict[str, str] = field(default_factory=dict)
    index_status: int = 200
    now: str = time.strftime("%Y%m%d120000", time.gmtime())
    polls: Counter[str] = field(default_factory=Counter)
    jobs: dict[str, str] = field(default_factory=dict)

    def __call__(self, request: Request) -> None:
        parts = urlsplit(request.path)
        if parts.path == "/cdx/search/cdx":
            self.index(request, {name: values[0] for name, values in parse_qs(parts.query).items()})
        elif parts.path == "/save":
            self.save(request, parse_qs(request.body)["url"][0])
        elif parts.path.startswith("/save/status/"):
            self.status(request, parts.path.rpartition("/")[2])
        elif parts.path.startswith("/timemap/link/"):
            self.timemap(request, request.path.removeprefix("/timemap/link/"))
        else:
            self.snapshot(request)

    def index(self, request: Request, query: dict[str, str]) -> None:
        url = query["url"]
        self.looked[url] += 1
        if self.index_status != 200:
            return request.answer(self.index_status, Retry_After="0")
        times = sorted(t for t in self.copies.get(url, ()) if t[:8] >= query.get("from", ""))
        limit = int(query["limit"])
        rows = [[t, url, "200"] for t in (times[:limit] if limit > 0 else times[limit:])]
        answer = json.dumps([["timestamp", "original", "statuscode"], *rows]) if rows else "[]"
        return request.answer(200, answer, "application/json")

    def save(self, request: Request, url: str) -> None:
        self.saved[url] += 1
        if request.headers.get("Authorization") != "LOW key:secret":
            return self.json(request, 401, message="You need to be logged in to use Save Page Now.")
        if "/busy/" in url and self.saved[url] < 3:
            return self.json(request, 429, retry_after="0", message="Too Many Requests")
        if "/ghost/" in url:
            self.copies[url] = [self.now]
            return request.answer(523)
        if "/lost/" in url:
            return request.answer(500)
        if "/fresh/" in url:
            self.copies[url] = [self.now]
            return self.json(request, 200, url=url, job_id=None, message="The same snapshot had been made 3 hours ago.")
        job = f"spn2-{len(self.jobs)}"
        self.jobs[job] = url
        return self.json(request, 200, url=url, job_id=job)

    def status(self, request: Request, job: str) -> None:
        url = self.jobs[job]
        self.polls[url] += 1
        if self.polls[url] < 2 or "/pending/" in url:
            return self.json(request, 200, status="pending", resources=[])
        if "/limited/" in url:
            return self.json(request, 200, status="error", status_ext="error:too-many-requests", message="429")
        if "/blocked/" in url:
            return self.json(request, 200, status="error", status_ext="error:blocked-url", message="by robots")
        original = url.replace("/elsewhere/", "/login/")
        self.copies[original] = [self.now]
        return self.json(request, 200, status="success", timestamp=self.now, original_url=original)

    def timemap(self, request: Request, url: str) -> None:
        found = self.mementos.get(unquote(url))
        return request.answer(200, found, "application/link-format") if found else request.answer(404)

    def snapshot(self, request: Request) -> None:
        page = request.path.split("id_/", 1)[-1]
        if page in self.pages:
            return self.pages[page](request)
        return request.answer(200, html(STORY), "text/html; charset=utf-8")

    def json(self, request: Request, code: int, retry_after: str = "", **answer: object) -> None:
        headers = {"Retry-After": retry_after} if retry_after else {}
        request.answer(code, json.dumps(answer), "application/json", **headers)
