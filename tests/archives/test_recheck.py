"""`alleged archive --recheck` reads pages again: it reports edits, and asks a person only if a quote is concerned."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alleged import report
from alleged.archives import extraction
from alleged.project import Project
from alleged.tables import all_tables
from archive_servers import STORY, html, pdf, slow
from archives_project import Run, records
from internet import Internet, Page, Request, Site, serving

A = "http://gazette.example/a"
QUOTE = "ten thousand shells"


@pytest.fixture
def site(internet: Internet) -> Iterator[Site]:
    with serving(lambda request: show(request, html(STORY))) as site:
        internet.add("gazette.example", site)
        yield site


def show(request: Request, page: str) -> None:
    """Answer with a page; there is no robots.txt."""
    if request.path == "/robots.txt":
        request.answer(404)
    else:
        request.answer(200, page)


def health(run: Run, *words: str) -> dict[str, object]:
    (row,) = json.loads(run("--recheck", "--json", *words).stdout)
    return row


@pytest.fixture
def read_once(folder: Path, site: Site, run: Run) -> Site:
    """Return the site of a page that was read once."""
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}, {"s1": [QUOTE]}))
    assert health(run)["state"] == "first reading"
    return site


@pytest.mark.parametrize(
    ("paragraphs", "state", "ask", "edit"),
    [
        (STORY, "same", False, ""),
        ([paragraph.replace("“", '"').replace(" ", "\u00a0", 1) for paragraph in STORY], "same", False, ""),
        ([*STORY, "More on this: the harbour, in ten pictures of today."], "added", False, ""),
        ([STORY[0], STORY[2], STORY[1], STORY[3]], "moved", False, ""),
        (
            [*STORY[:2], STORY[2].replace("denied", "did not deny"), STORY[3]],
            "edited",
            False,
            "The other side [-denied-] {+did not deny+} the report,",
        ),
        (
            [STORY[0].replace("September", "August"), *STORY[1:]],
            "edited",
            True,
            "since early [-September.-] {+August.+}",
        ),
        (
            [STORY[0].replace("ten thousand", "thirteen thousand"), *STORY[1:]],
            "quote gone",
            True,
            "[-ten-] {+thirteen+} thousand shells",
        ),
        (
            [*STORY[1:], "A new paragraph says something else, in few words."],
            "quote gone",
            True,
            "[-The ministry",
        ),
    ],
)
def test_what_was_edited(
    paragraphs: list[str], state: str, ask: bool, edit: str, folder: Path, read_once: Site, run: Run
) -> None:
    text = (folder / ".texts" / "s1.txt").read_text()
    read_once.page = lambda request: show(request, html(paragraphs))

    done = run("--recheck")

    assert done.stderr.startswith("1 pages to read: at least 1 minutes")
    assert done.stdout.splitlines()[0].split("  ")[0] == f"s1: {state}"
    assert ("look at it" in done.stdout, done.returncode) == (ask, int(ask))
    assert edit in done.stdout
    assert (folder / ".texts" / "s1.txt").read_text() == text  # what was read first stays


def test_a_page_that_changes_at_each_visit_is_not_edited(folder: Path, read_once: Site, run: Run) -> None:
    visits = iter(range(100))
    read_once.page = lambda request: show(
        request, html([*STORY, f"Advert number {next(visits)}: shoes for everybody, at half the price of last year."])
    )

    assert [health(run)["state"] for _ in range(3)] == ["added"] * 3


def walled(request: Request) -> None:
    """Lead to a page that asks for a name and a password."""
    if request.path == "/a":
        request.answer(302, Location="/login?next=/a")
    else:
        request.answer(200, html(STORY))


@pytest.mark.parametrize(
    ("page", "state", "note"),
    [
        (lambda request: request.answer(404), "page gone", "no archive has it"),
        (lambda request: request.answer(410), "page gone", "no archive has it"),
        (lambda request: request.answer(500), "later", "robots.txt of gazette.example cannot be read"),
        (pdf, "unreadable", "it shows a PDF"),
        (lambda request: request.answer(403), "unreadable", "a login or subscription"),
        (lambda request: walled(request), "unreadable", "a login or subscription"),
        (lambda request: request.answer(302, Location="http://127.0.0.1:22/"), "refused", "port 22"),
        (
            lambda request: request.answer(200, "User-agent: *\nDisallow: /", "text/plain"),
            "refused",
            "asks programs not",
        ),
        (lambda request: request.answer(200, b"\xff" * 100, "image/png"), "unreadable", "no web page"),
    ],
)
def test_pages_that_cannot_be_compared(page: Page, state: str, note: str, read_once: Site, run: Run) -> None:
    def answer(request: Request) -> None:
        robots = request.path == "/robots.txt"
        refusing = "robots" in note or "programs" in note
        page(request) if robots == refusing else request.answer(404)

    read_once.page = answer

    row = health(run)
    assert row["state"] == state
    assert note in str(row["note"])


def test_a_site_that_is_slow_is_read_later(read_once: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alleged.web.fetch.MOST_SECONDS", 0.2)
    read_once.page = lambda request: slow(request) if request.path == "/a" else request.answer(404)

    assert health(run)["state"] == "later"


def test_a_new_version_of_the_extractor_is_no_edit(
    folder: Path, read_once: Site, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = folder / ".texts" / "s1.json"
    older = {**json.loads(note.read_text()), "extractor": "trafilatura 1.0"}
    text = folder / ".texts" / "s1.txt"
    text.write_text("An older version found only this, and ten thousand shells.")
    older["text_sha256"] = ""
    note.write_text(json.dumps(older))

    assert health(run)["state"] == "same"  # the kept page was read again by this version
    read_once.page = lambda request: show(
        request, html([*STORY[:2], STORY[2].replace("denied", "confirmed"), STORY[3]])
    )
    assert health(run)["state"] == "edited"
    (folder / ".texts" / "s1.html").unlink()
    row = health(run)
    assert (row["state"], row["ask"]) == ("not compared", False)
    assert "was found by trafilatura 1.0, and its page was not kept" in str(row["note"])


def test_of_a_text_by_a_curator_only_the_quotes_are_compared(folder: Path, read_once: Site, run: Run) -> None:
    (folder / ".texts" / "s1.txt").write_text("Typed by hand: ten thousand shells")

    assert health(run)["state"] == "not compared"
    read_once.page = lambda request: show(request, html([STORY[0].replace("ten", "two"), *STORY[1:]]))
    assert health(run)["state"] == "quote gone"


def test_what_was_found_is_recorded_and_replaced_later(folder: Path, read_once: Site, run: Run) -> None:
    path = folder / "claims" / "a.yaml"
    before = path.read_text()
    today = datetime.now(UTC).date().isoformat()

    assert "changed s1" in run("--recheck", "--write").stderr
    recorded = f"    checked: {{on: {today}, state: same}}\n"
    assert path.read_text() == before.replace("    seen: consulted\n", f"{recorded}    seen: consulted\n")
    read_once.page = lambda request: request.answer(404)
    run("--recheck", "--write")
    assert "state: page-gone}\n" in path.read_text()
    read_once.page = lambda request: request.answer(503, Retry_After="0")
    run("--recheck", "--write")
    frame = all_tables(report.records(Project(folder)).corpus)["source_health"]
    # The site did not answer, so nothing new is known.
    assert frame.select("source_id", "page_state", "archive_url").rows() == [("s1", "page-gone", None)]


def test_without_the_extractor_it_says_what_to_install(
    read_once: Site, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise extraction.PackageNotFoundError(name)

    monkeypatch.setattr(extraction, "version", missing)

    done = run("--recheck")
    assert (done.returncode, "pip install 'alleged[web]'" in done.stderr) == (3, True)
