"""The site in a browser: each kind of page, light and dark, on a phone, printed, without scripts; nothing leaks.

Skipped where Chromium or the packages that drive it are missing.
"""

import random
import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import alleged
from alleged import site
from alleged.api import Release
from alleged.origins.intervals import origins_of_topic
from alleged.origins.utterances import gather
from alleged.records.settings import Settings
from alleged.restored import records_of_release
from alleged.schemas.vocabularies import using
from alleged.site import about, writing
from inside import run_inside
from paths import ROOT
from site_of import read

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("no Chromium is installed; on Debian: apt-get install chromium", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
TOPIC = "topic/dprk-troops-to-russia.html"
CLAIM = "claim/nis-2024-special-forces.html"
ARABIC = "claim/lukashenko-2022-03-no-part-again.html"
SMALL = "topic/belarus-ground-for-invasion.html"
LIGHT = (
    *(SMALL, CLAIM, ARABIC, "actor/kim-jong-un.html", "source/tv5monde-2024-06-18.html"),
    *("instrument/unsc-res-2397.html", "claims.html?q=kursk", "instruments.html", "tables.html", "table/evidence.html"),
    *("docs.html", "docs/method.html", "reference.html", "404.html"),
)
DARK = (SMALL, "claim/kirby-2023-containers.html", "claims.html?q=shells", "table/evidence.html", "docs/using.html")
LONG = ("index.html", "actors.html", "codebook.html", "releases.html")
"""Pages with hundreds of like elements, of which the first stand for all."""

FIRST = {
    "include": [
        ["header"],
        ["h1"],
        ["main > section:nth-of-type(-n+2) :is(h2, tr:nth-child(-n+3), li:nth-child(-n+3))"],
    ]
}

RULES = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

Page = Any


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()


@contextmanager
def opened(browser: Any, start: str, **options: Any) -> Iterator[Page]:
    """Open an empty page; whatever it complains of, and whatever it asks of others than `start`, is an error."""
    context = browser.new_context(viewport={"width": options.pop("width", 1180), "height": 900}, **options)
    page, faults = context.new_page(), []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith(start) else None)
    try:
        yield page
        assert faults == []
    finally:
        context.close()


def visit(page: Page, folder: Path, path: str) -> None:
    name, mark, query = path.partition("?")
    page.goto((folder / name).as_uri() + mark + query)


def require_accessible(page: Page, within: Any = None) -> None:
    found = axe.Axe().run(page, context=within, options=RULES).response["violations"]
    faults = [(fault["id"], fault["nodes"][0]["html"], fault["nodes"][0]["failureSummary"]) for fault in found]
    assert faults == [], page.url


@pytest.mark.parametrize(("scheme", "width", "paths"), [("light", 1180, LIGHT), ("dark", 390, DARK)])
def test_every_kind_of_page_is_accessible(
    scheme: str, width: int, paths: tuple[str, ...], browser: Any, folder: Path
) -> None:
    with opened(browser, folder.as_uri(), color_scheme=scheme, width=width) as page:
        for path in paths:
            visit(page, folder, path)
            require_accessible(page)
        for path in LONG:
            visit(page, folder, path)
            require_accessible(page, FIRST)


def test_no_page_is_wider_than_a_phone(browser: Any, folder: Path) -> None:
    with opened(browser, folder.as_uri(), width=390) as page:
        for path in (*LIGHT, *LONG, TOPIC, "sources.html", "docs/rules.html", "table/claims.html"):
            visit(page, folder, path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_page_can_be_printed_with_its_addresses(browser: Any, folder: Path) -> None:
    with opened(browser, folder.as_uri(), color_scheme="dark") as page:
        page.emulate_media(media="print")
        visit(page, folder, CLAIM)

        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.is_visible("nav")
        after = "getComputedStyle(document.querySelector('.go a'), '::after').content"
        assert "attr(href)" in page.evaluate(after) or "http" in page.evaluate(after)


def test_everything_can_be_read_without_scripts(browser: Any, folder: Path) -> None:
    with (
        opened(browser, folder.as_uri()) as with_scripts,
        opened(browser, folder.as_uri(), java_script_enabled=False) as without,
    ):
        for path in (TOPIC, CLAIM, "claims.html", "actor/kim-jong-un.html"):
            visit(with_scripts, folder, path)
            visit(without, folder, path)
            assert without.locator("main li").all_inner_texts() == with_scripts.locator("main li").all_inner_texts()
        visit(without, folder, TOPIC)
        assert without.is_visible(".wide.drawn svg.timeline")
        assert not without.is_visible("#slider")


def test_a_host_serves_the_same(browser: Any, server: str) -> None:
    with opened(browser, server) as page:
        for path in ("index.html", f"{TOPIC}?asof=2024-10-31", "claims.html?q=북한", "table/claims.html"):
            page.goto(server + path)
        assert page.locator("#cells tbody tr").count() == 100


def test_the_keyboard_leads_from_the_home_page_to_a_quote(browser: Any, folder: Path) -> None:
    with opened(browser, folder.as_uri()) as page:
        visit(page, folder, "index.html")
        for target in ("topic/", "claim/"):
            for _ in range(60):
                page.keyboard.press("Tab")
                href = page.evaluate("document.activeElement.getAttribute('href') || ''")
                if target in href:
                    break
            assert target in href
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/{target}**")
        for _ in range(60):
            page.keyboard.press("Tab")
            href = page.evaluate("document.activeElement.getAttribute('href') || ''")
            if href.startswith("http"):
                break
        assert href.startswith("http")


def test_counts_names_and_charts_follow_the_day(browser: Any, folder: Path, release: Release) -> None:
    corpus, picked = records_of_release(release), random.Random(3)
    with using(corpus.codes), opened(browser, folder.as_uri()) as page:
        graph = gather(corpus)
        for topic in ("dprk-troops-to-russia", "dprk-munitions-to-russia"):
            visit(page, folder, f"topic/{topic}.html")
            for day in (date(2022, 9, 1) + timedelta(days=picked.randrange(1300)) for _ in range(10)):
                page.evaluate("day => ALLEGED.go(day)", day.isoformat())
                at = origins_of_topic(graph, topic, day)
                facts = [int(text) for text in page.locator(".facts dd").all_inner_texts()]
                interval = tuple(int(text) for text in page.locator(".origins b[data-steps]").all_inner_texts())
                assert facts[1:3] == [len(at.claims), len(at.rejecting)]
                assert facts[0] == sum(facts[1:])
                assert interval == at.interval
                assert page.locator(".names li:visible").count() == at.interval.hi
                assert page.locator(".claims li:not(.aside):visible").count() == facts[0]
                late = page.locator(".wide.drawn [data-known]:visible").evaluate_all(
                    "(all, day) => all.filter(e => e.dataset.known > day).length", day.isoformat()
                )
                assert late == 0


def test_the_day_is_an_address_that_links_carry(browser: Any, folder: Path, release: Release) -> None:
    with opened(browser, folder.as_uri()) as page:
        visit(page, folder, f"{TOPIC}?asof=2024-10-31")
        assert page.inner_text("#rangeday") == "31 Oct 2024"
        page.click(".claims a >> nth=0")
        assert page.url.endswith("?asof=2024-10-31")
        page.click(".crumb a >> nth=0")
        assert "index.html?asof=2024-10-31" in page.url
        visit(page, folder, "claim/kirby-2023-containers.html?asof=2023-01-01")
        assert "was not public yet" in page.inner_text("#past")
        page.click("#now")
        assert "asof" not in page.url
        visit(page, folder, TOPIC)
        assert page.inner_text("#rangeday") == f"all, release {release.release}"
        page.focus("#range")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert "asof=" in page.url


def test_words_of_all_scripts_are_found(browser: Any, folder: Path) -> None:
    with opened(browser, folder.as_uri()) as page:
        visit(page, folder, "index.html")
        page.fill("#q", "снаряд")
        page.click("#go")
        page.wait_for_url("**/claims.html?q=**")
        for text in ("снаряд", "북한", "بيلاروس", "ロシア", "KURSK", "séoul", "seoul", "北朝鮮"):
            page.fill("#q", text)
            assert page.locator("#results li").count() + page.locator("#names li").count() > 0, text


def test_a_word_of_few_letters_is_found_only_where_a_word_begins(browser: Any, folder: Path) -> None:
    with opened(browser, folder.as_uri()) as page:
        visit(page, folder, "claims.html")
        for text, found in (("ongyang", True), ("pyo", True), ("ngy", False), ("군", True)):
            page.fill("#q", text)
            assert (page.locator("#results li").count() > 0) is found, text


def test_the_line_of_the_day_leaves_the_reading_of_the_band_free(browser: Any, folder: Path) -> None:
    with opened(browser, folder.as_uri()) as page:
        visit(page, folder, "topic/russia-use-of-dprk-missiles.html?asof=2024-01-31")
        band = page.locator("svg.origins >> visible=true")
        reading, line = (band.locator(part).bounding_box() for part in (".reading", ".asof"))

        assert reading["y"] + reading["height"] <= line["y"]


def test_figures_close_up_where_those_of_later_days_are_hidden(browser: Any, folder: Path) -> None:
    height = "document.querySelector('svg.quantities').viewBox.baseVal.height"
    with opened(browser, folder.as_uri()) as page:
        visit(page, folder, "topic/russia-use-of-dprk-missiles.html")
        drawn, panels = page.evaluate(height), page.locator("svg.quantities .panel >> visible=true")
        whole = panels.count()
        page.evaluate("ALLEGED.go('2024-01-31')")
        rows = page.locator("svg.quantities .figure >> visible=true").count()

        assert 0 < panels.count() < whole
        assert page.evaluate(height) == panels.count() * (48 + 26) - 20 + rows * 34
        assert page.locator("svg.quantities .panel >> visible=true").first.bounding_box()["height"] < page.evaluate(
            height
        )
        page.evaluate("ALLEGED.go('')")
        assert page.evaluate(height) == drawn


def test_facets_are_in_the_address(browser: Any, folder: Path, release: Release) -> None:
    claims = release.claims.filter(act="deny", principal_id="russia", status="active", background=False)
    with opened(browser, folder.as_uri()) as page:
        visit(page, folder, "claims.html")
        page.select_option("#f-act", "deny")
        page.select_option("#f-principal", "russia")
        assert "act=deny" in page.url
        assert "principal=russia" in page.url
        shown = page.inner_text("#count")
        page.reload()
        assert page.inner_text("#count") == shown == f"{claims.height} claims"
        assert page.locator("#results li").count() == claims.height


def test_a_table_is_filtered_and_sorted(browser: Any, folder: Path) -> None:
    with opened(browser, folder.as_uri()) as page:
        visit(page, folder, "table/quantities.html")
        page.click("#cells th button:text-is('low')")
        page.click("#cells th button:text-is('low')")
        column = page.locator("#cells th").all_inner_texts().index("low")
        cells = [float(row.split("\t")[column]) for row in page.locator("#cells tbody tr").all_inner_texts()[:20]]
        assert cells == sorted(cells, reverse=True)
        page.fill("#f", "container")
        assert 0 < int(re.findall(r"of (\d+)", page.inner_text("#count"))[0]) < 250


# A dataset that is hostile in every text.

PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    '"><img src=x onerror=alert(3)>',
    "'><svg onload=alert(4)>",
    "<svg><animate onbegin=alert(5) attributeName=x dur=1s>",
    "javascript:alert(6)",
    "JaVaScRiPt:alert(7)",
    "java\tscript:alert(8)",
    "data:text/html,<script>alert(9)</script>",
    "vbscript:alert(10)",
    "{{ 7 * 7 }}{% for x in range(9) %}x{% endfor %}",
    "${alert(11)}",
    "<iframe srcdoc='<script>alert(12)</script>'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(13)>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<!-- --><script>alert(14)</script>",
    "]]><script>alert(15)</script>",
    "\u2028alert(16)\u2029",
    "`-alert(17)-`",
    "\\u003cscript\\u003ealert(18)",
    "&lt;script&gt;alert(19)&lt;/script&gt;",
    "<a href=javascript:alert(20)>x</a>",
    "<form action=https://evil.example/><button>x</button></form>",
    "<object data=https://evil.example/x>",
    "' onmouseover='alert(21)' x='",
    '" autofocus onfocus="alert(22)" x="',
    "<details open ontoggle=alert(23)>",
)

KEPT = re.compile(r"(.*_)?(id|ids|edtf|code|list|path|sha256|kind|by|key|scheme|type|class|seq)")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site of a release in which each text has a payload, in place of addresses and after other texts."""
    source = tmp_path_factory.mktemp("hostile")
    shutil.copytree(ROOT / "tests" / "fixture", source / "project")
    assert run_inside(source / "project", "build").returncode == 0
    opened_release = alleged.open("dev", project=source / "project")
    for name in opened_release.tables:
        opened_release._frames[name] = _poisoned(opened_release.load(name))
    bad = Settings(title=PAYLOADS[2], address="javascript:alert(1)", contact="javascript:alert(2)")
    documents = {"page": "\n\n".join(f"# {text}\n\n{text}\n\n[x]({text})" for text in PAYLOADS)}
    stated = about.about_release(opened_release, bad, "", documents)
    writing.write(source / "site", "key", site.files(opened_release, stated, documents))
    return source / "site"


def _poisoned(frame: pl.DataFrame) -> pl.DataFrame:
    columns = []
    for n, (name, dtype) in enumerate(frame.schema.items()):
        if KEPT.fullmatch(name) or dtype not in (pl.String, pl.List(pl.String)):
            continue
        texts = [PAYLOADS[(n * 7 + row) % len(PAYLOADS)] for row in range(frame.height)]
        values = [[text] for text in texts] if dtype == pl.List(pl.String) else texts
        columns.append(pl.Series(name, values, dtype))
    return frame.with_columns(columns)


def test_nothing_of_a_hostile_dataset_runs(hostile: Path, browser: Any) -> None:
    pages = {path.relative_to(hostile).as_posix(): read(path.read_bytes()) for path in hostile.rglob("*.html")}
    visited: Counter[str] = Counter()
    with opened(browser, hostile.as_uri()) as page:
        for path in sorted(pages):
            kind = path.rpartition("/")[0]
            visited[kind] += 1
            if not kind or visited[kind] <= 2:
                visit(page, hostile, path)
        visit(page, hostile, "claims.html?q=%3Cscript%3Ealert(1)%3C/script%3E&asof=%3Cimg%20src%20onerror=alert(2)%3E")
        for payload in PAYLOADS:
            page.fill("#q", payload)
    for path, found in pages.items():
        foreign = [link for link in found.links if re.match(r"\s*(?!https?:|mailto:)[a-z]+:", link, re.IGNORECASE)]
        assert foreign == [], path
        tags = {tag for tag, _ in found.elements}
        assert not tags & {"img", "iframe", "object", "form", "base", "style", "math", "animate"}, path
