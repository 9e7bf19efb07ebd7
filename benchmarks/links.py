"""Open the link to each quote of the dataset in Chromium, on a made-up page, and count how many land at the words.

Each page has 300 paragraphs with the quote in one of them, in curly quote marks, as news sites print it; for Korean a
second page has a particle right after the quote. A link has landed if the page is scrolled to that paragraph.
"""

import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from alleged.project import Project
from alleged.records import corpus
from alleged.text.fragments import GAP, link

PARAGRAPHS, PLACE = 300, 217
"""Paragraphs of a page, and the one that has the quote."""

FILLER = "Nothing of what was said that day is printed in this paragraph, which is here to make the page long."
LEFT_OUT = " which nobody has quoted so far "
PARTICLE = "라고"

ENDED = "({ready: document.readyState, top: document.getElementById('here')?.getBoundingClientRect().top, y: scrollY})"


class Quote(NamedTuple):
    """A quote as recorded, its language, and what follows it on the page."""

    words: str
    lang: str
    after: str


def quotes() -> list[Quote]:
    """Return every quote of the dataset once for each language; Korean ones also with a particle after them."""
    read = corpus.read(Project(Path(__file__).parents[1])).corpus
    found: dict[Quote, None] = {}
    for claim in read.claims.values():
        for shown in claim["sources"]:
            if "quote" in shown:
                lang = shown.get("lang", read.sources[shown["id"]]["lang"])
                found[Quote(shown["quote"], lang, " ")] = None
                if lang.startswith("ko"):
                    found[Quote(shown["quote"], lang, PARTICLE)] = None
    return list(found)


def page(quote: Quote) -> bytes:
    """Return a page that prints a quote; what the quote leaves out stands in its gaps."""
    printed = LEFT_OUT.join(GAP.split(quote.words)).replace("'", "\u2019")
    shown = f"\u201c{printed}\u201d {quote.after}" if quote.after == " " else f"{printed}{quote.after} 말했다"
    paragraphs = [f"<p>{FILLER}</p>"] * PARAGRAPHS
    paragraphs[PLACE] = f'<p id="here">The official told reporters: {html.escape(shown)} and left.</p>'
    text = f'<!doctype html><html lang="{quote.lang}"><meta charset="utf-8"><title>A page</title>{"".join(paragraphs)}'
    return text.encode()


class Browser:
    """Chromium without a window, spoken to through two pipes (DevTools protocol)."""

    def __init__(self, folder: str) -> None:
        program = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("needs Chromium")
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        options = ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}")
        command = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        words = ["sh", "-c", command, program, *options, "--remote-debugging-pipe", "about:blank"]
        self._process = subprocess.Popen(words, pass_fds=(theirs_in, theirs_out), stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self._in, self._out = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb")
        self._count, self._rest = 0, b""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        """Return the result of a method of the protocol."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        self._out.write(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        self._out.flush()
        for answer in self._answers():
            if answer.get("id") == self._count:
                return answer["result"]
        raise EOFError("Chromium has ended")

    def _answers(self) -> Iterator[Any]:
        while True:
            while b"\0" not in self._rest:
                chunk = os.read(self._in.fileno(), 65_536)
                if not chunk:
                    return
                self._rest += chunk
            answer, self._rest = self._rest.split(b"\0", 1)
            yield json.loads(answer)

    def lands(self, url: str) -> bool:
        """Whether a page opens at the paragraph `here`."""
        self.call("Page.navigate", self._session, url=url)
        until = time.monotonic() + 2
        while time.monotonic() < until:
            found = self.call("Runtime.evaluate", self._session, expression=ENDED, returnByValue=True)
            state = found.get("result", {}).get("value") or {}
            if state.get("y") and state.get("ready") == "complete":
                return -5 < state["top"] < 900
            time.sleep(0.01)
        return False

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def main() -> int:
    """Open all links, print the counts by language, and return 1 if one misses."""
    every = quotes()
    pages = {f"/{n}": page(quote) for n, quote in enumerate(every)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = pages.get(self.path, b"")
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    counted: Counter[tuple[str, bool]] = Counter()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(folder)
        for n, quote in enumerate(every):
            fragment = link("https://news.example/page", quote.words, quote.lang).partition("#")[2]
            landed = browser.lands(f"http://127.0.0.1:{server.server_port}/{n}#{fragment}")
            kind = f"{quote.lang}, particle after it" if quote.after == PARTICLE else quote.lang
            counted[kind, landed] += 1
            if not landed:
                print(f"missed [{kind}] {quote.words}  #{fragment}")
        browser.close()
    for kind in sorted({kind for kind, _ in counted}):
        print(f"{kind}: {counted[kind, True]} of {counted[kind, True] + counted[kind, False]}")
    missed = sum(count for (_, landed), count in counted.items() if not landed)
    print(f"{len(every) - missed} of {len(every)} links land at the words")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
