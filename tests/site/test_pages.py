"""Pages of the site, without a browser: links, safety, words, sizes, and the same numbers as the commands."""

import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

import pytest

import alleged
from alleged import site
from alleged.api import Release
from alleged.datasets.manifests import digest
from alleged.errors import VerificationError
from alleged.origins.intervals import origins_of_topic
from alleged.origins.utterances import gather
from alleged.records.settings import Settings
from alleged.restored import records_of_release
from alleged.schemas.vocabularies import using
from alleged.site import about, addresses, documents, phrases
from alleged.site.dataset import Dataset
from alleged.site.history import CHANGES, Change, History, history
from alleged.site.lists import script
from alleged.site.rendering import Site
from alleged.text.urls import flaw
from paths import ROOT
from site_of import Contents, Found, pages, read, text_of

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
KINDS = ("claim", "topic", "actor", "source", "instrument", "table", "docs")


def test_every_link_of_the_site_leads_somewhere(contents: Contents, found: dict[str, Found]) -> None:
    ids = {name: set(of.ids) for name, of in found.items()}
    broken = []
    for name, of in found.items():
        for link in of.links:
            if re.match(r"(https?|mailto):", link):
                continue
            path, _, anchor = link.partition("#")
            path = path.partition("?")[0]
            target = os.path.normpath(PurePosixPath(name).parent / path) if path else name
            if target not in contents or (anchor and anchor not in ids[target]):
                broken.append((name, link))

    assert broken == []


def test_each_record_has_a_page(contents: Contents, release: Release) -> None:
    for table, key in (
        ("claims", "claim_id"),
        ("topics", "topic_id"),
        ("actors", "actor_id"),
        ("sources", "source_id"),
    ):
        assert all(f"{table[:-1]}/{id}.html" in contents for id in release.load(table)[key])


def test_addresses_outside_are_safe_and_tell_them_nothing(found: dict[str, Found]) -> None:
    for name, of in found.items():
        for tag, values in of.elements:
            href = values.get("href") or ""
            if tag == "a" and re.match(r"[a-z]+:", href, re.IGNORECASE):
                assert flaw(href) == "" or href.startswith("mailto:"), (name, href)


def test_pages_have_the_policy_and_nothing_inline(found: dict[str, Found]) -> None:
    for name, (_, _, elements) in found.items():
        assert ("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}) in elements, name
        for tag, values in elements:
            assert tag not in ("style", "iframe", "object", "base", "form", "img"), name
            assert tag != "script" or values.get("src"), name
            assert not [key for key in values if key == "style" or key.startswith("on")], (name, tag, values)


def test_ids_of_a_page_differ(found: dict[str, Found]) -> None:
    for name, (_, ids, _) in found.items():
        assert len(ids) == len(set(ids)), name


def test_pages_are_light(contents: Contents) -> None:
    sizes = {kind: [len(page) for name, page in pages(contents) if name.startswith(f"{kind}/")] for kind in KINDS}

    assert statistics.median(sizes["claim"]) <= 10_000
    assert max(sizes["topic"]) <= 150_000


def test_a_denial_is_named_before_its_words(contents: Contents, release: Release) -> None:
    denials = release.claims.filter(act="deny", status="active")
    for id, summary in denials.select("claim_id", "summary").iter_rows():
        page = text_of(contents[f"claim/{id}.html"])
        assert re.search(r"Denial · [^:]+:", page), id
        assert "denies " + summary not in page


def test_quotes_have_the_marks_and_the_direction_of_their_language(contents: Contents) -> None:
    quotes = re.findall(
        r'<blockquote lang="([a-z]+)[^"]*"( dir="rtl")?><p>(.)',
        "".join(page.decode() for name, page in pages(contents) if name.startswith("claim/")),
    )
    marks = {language: {mark for tag, _, mark in quotes if tag == language} for language, *_ in quotes}

    assert marks["en"] == {"“"}
    assert marks["fr"] == marks["ru"] == {"«"}
    assert marks["de"] == {"„"}
    assert marks["ja"] == {"「"}
    assert all((language == "ar") == bool(direction) for language, direction, _ in quotes)


def test_words_are_never_slanted(contents: Contents) -> None:
    style = contents["static/site.css"].decode().partition(".chart")[0]

    assert "italic" not in style


def test_a_topic_as_known_on_a_day_says_what_alleged_origins_says(contents: Contents, release: Release) -> None:
    corpus, picked = records_of_release(release), random.Random(7)
    with using(corpus.codes):
        graph = gather(corpus)
        for topic in corpus.topics:
            page = contents[f"topic/{topic}.html"].decode()
            for day in (date(2022, 9, 1) + timedelta(days=picked.randrange(1500)) for _ in range(20)):
                at = origins_of_topic(graph, topic, day)
                shown = _shown(page, day)
                assert shown == (len(at.claims), len(at.rejecting), *at.interval, sorted(at.origins)), (topic, day)


def _shown(page: str, day: date) -> tuple[int, int, int, int, list[str]]:
    """Return what the script of the site shows on a page of a topic: counts, the interval, the names."""
    facts = re.findall(r'<dd(?: class="\w+")? data-steps="([^"]*)"', page)
    interval = re.findall(r'<b data-steps="([^"]*)"', page)
    names = re.findall(
        r'<li data-known="([\d-]+)"(?: data-until="([\d-]+)" hidden)?><a href="\.\./actor/([a-z0-9-]+)\.html"',
        page.partition('<ul class="names">')[2].partition("</ul>")[0],
    )
    _, yes, no, _ = [_step(steps, day) for steps in facts] or [0] * 4
    lo, hi = [_step(steps, day) for steps in interval] or [0] * 2
    on = day.isoformat()
    return yes, no, lo, hi, sorted(id for since, until, id in names if since <= on and not (until and until <= on))


def _step(steps: str, day: date) -> int:
    reached = [number for since, number in map(str.split, filter(None, steps.split("|"))) if since <= day.isoformat()]
    return int(reached[-1]) if reached else 0


def test_the_site_of_one_release_has_the_same_bytes_whatever_the_order_of_sets(tmp_path: Path) -> None:
    """The release has no flat tables, and the small project that is built here has."""
    shutil.copytree(ROOT / "tests" / "fixture", tmp_path / "project")
    command = [sys.executable, "-c", "import alleged.cli; alleged.cli.main()", "site", "--out"]
    runs = []
    for seed in ("0", "1", "77"):
        words = [*command, str(tmp_path / seed), *(["--base-url", "https://example.org"] if seed == "0" else [])]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"Etc/GMT+{seed[0]}"}
        run = subprocess.Popen(words, cwd=tmp_path / "project", env=environment, stdout=subprocess.PIPE)
        run.communicate(timeout=60) if seed == "0" else None  # it builds the tables that the others read
        runs.append(run)
    assert [run.wait(timeout=60) for run in runs] == [0] * 3
    for run in runs:
        run.communicate()

    made = [json.loads((tmp_path / seed / ".alleged-site.json").read_bytes())["files"] for seed in ("1", "77")]
    assert made[0] == made[1]
    hosted = tmp_path / "0"
    assert 'href="https://example.org/static/site.css"' in (hosted / "404.html").read_text(encoding="utf-8")
    for page in hosted.glob("topic/*.html"):
        [picture] = re.findall(r'og:image" content="https://example\.org/([^"]+)"', page.read_text(encoding="utf-8"))
        assert (hosted / picture).read_bytes().startswith(b"\x89PNG")
    assert len([*hosted.glob("table/*.xlsx")]) == 1


def test_every_text_of_the_interface_is_used() -> None:
    package = ROOT / "src" / "alleged" / "site"
    sources = [*package.glob("*.py"), *package.glob("templates/*"), *package.glob("static/*.js")]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    groups = tomllib.loads((package / "texts" / "en.toml").read_text(encoding="utf-8"))
    looked_up = {"units", "languages", "relations_in", "relations_out", "evidence", "answers", "marks", "counts"}

    words = set(re.findall(r"\bt\.(\w+\.\w+)|\b(?=T\.)(T\.\w+)|([\"'][\w-]+[\"'])", code))
    words = {word for found in words for word in found}

    unused = [
        f"{group}.{key}"
        for group, entries in groups.items()
        if isinstance(entries, dict) and group not in looked_up
        for key in entries
        if not words & {f"{group}.{key}", f"T.{key}", f'"{key}"'}
    ]

    assert unused == []


def test_data_cannot_end_the_script_that_holds_it() -> None:
    made = script("table", ["</script><script>alert(1)</script>", "<!--", "\u2028", "\ud800"])

    assert b"<" not in made
    assert "\u2028".encode() not in made
    assert made.startswith(b"window.ALLEGED=")


@pytest.mark.parametrize("id", ["../index", "a/b", "A", "", "a.html", "con\x00", "ä", "a" * 300])
def test_an_id_that_is_none_gets_no_page(id: str) -> None:
    with pytest.raises(VerificationError):
        addresses.page("claim", id)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//example.org", "data:text/html,x", "http://a@b.org/", "", None]
)
def test_an_address_that_is_not_safe_is_no_link(url: str | None) -> None:
    assert addresses.outside(url) is None


def test_lines_of_records_are_linked_where_the_form_of_the_repository_is_known() -> None:
    line = addresses.line_of_record("https://github.com/a/b", "0" * 40, "claims/2024/ä b.yaml", 7)

    assert line == f"https://github.com/a/b/blob/{'0' * 40}/claims/2024/%C3%A4%20b.yaml#L7"
    assert addresses.line_of_record("https://github.com/a/b", None, "claims/a.yaml", 7) is None
    assert addresses.line_of_record("https://example.org/a", "0" * 40, "claims/a.yaml", 7) is None
    assert addresses.line_of_record("https://github.com/a/b", "0/../..", "claims/a.yaml", 7) is None


def test_the_feed_is_xml_with_the_changes(contents: Contents) -> None:
    feed = ET.fromstring(contents["feed.xml"])  # noqa: S314 - made here
    atom = "{http://www.w3.org/2005/Atom}"

    assert feed.find(f"{atom}updated") is not None
    ids = [entry.findtext(f"{atom}id") for entry in feed.findall(f"{atom}entry")]
    assert len(ids) == len(set(ids)) >= 1


def test_a_topic_leads_to_what_changed_in_its_claims(contents: Contents, release: Release) -> None:
    [place] = re.findall(
        r'releases\.html#(changes-dprk-munitions-to-russia)"', contents["topic/dprk-munitions-to-russia.html"].decode()
    )
    listed = contents["releases.html"].decode().partition(f'id="{place}"')[2].partition("<h3")[0]
    linked = re.findall(r'<span class="soft">(\w+)</span> <a href="claim/([^"]+)\.html"', listed)
    topic_of = dict(release.load("claims").select("claim_id", "topic_id").iter_rows())

    assert {topic_of[id] for _, id in linked} == {"dprk-munitions-to-russia"}
    assert [change for change, _ in linked] == sorted((change for change, _ in linked), key=CHANGES.index)
    assert "[" not in "".join(re.findall("changed: [^<]*", listed))


def test_changes_of_claims_that_are_no_more_are_listed_without_a_topic(release: Release) -> None:
    past = History({}, {}, {}, "2026.11.1", [Change("claims", "gone", "removed"), Change("sources", "s", "added")])

    assert past.by_topic(Dataset(release, records_of_release(release))) == {"": [Change("claims", "gone", "removed")]}


def test_lines_of_other_forms_are_no_changes(tmp_path: Path, publish: Callable[..., None]) -> None:
    folder = tmp_path / "2026.11.1"
    folder.mkdir()
    good = {"kind": "claims", "id": "a", "change": "edited", "fields": [{"path": "summary"}, 5, {}, {"path": 5}]}
    other = [5, [], {}, {**good, "kind": "answers"}, {**good, "change": "melted"}, {**good, "id": 5}]
    lines = [*other, good, {**good, "id": "b", "fields": 5}]
    changes = "\n".join(map(json.dumps, lines)).encode()
    (folder / "changes.ndjson").write_bytes(changes)
    manifest = json.loads((ROOT / "datasets" / "2026.11.3" / "manifest.json").read_bytes())
    manifest |= {"release": "2026.11.1"}
    manifest["files"]["changes.ndjson"] = {"bytes": len(changes), "sha256": digest(changes)}
    publish(folder, manifest, {})

    found = history(alleged.open("2026.11.1", catalogue=tmp_path))

    assert found.changes == [Change("claims", "a", "edited", ("summary",)), Change("claims", "b", "edited")]
    assert found.in_words() == "edited: 2 claims."


def test_markdown_of_strangers_is_shown_as_text(release: Release) -> None:
    hostile = (
        "# T\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](../../etc/passwd) ![z](http://x/y.png)\n"
    )
    stated = about.about_release(release, Settings(), "", {"page": hostile})
    assert site.key(release, stated, {"page": hostile}) != site.key(release, stated, {})
    page = dict(documents.pages(Site(Dataset(release, records_of_release(release)), stated), {"page": hostile}))[
        "docs/page.html"
    ]
    assert b"&lt;script&gt;" in page
    assert not [tag for tag, values in read(page).elements if tag == "script" and not values.get("src")]
    assert not [link for link in read(page).links if "javascript" in link or "passwd" in link]
    assert not [tag for tag, _ in read(page).elements if tag == "img"]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((0, 0), "Public on the same day."),
        ((1, 1), "Public a day later."),
        ((12, 12), "Public 12 days later."),
        ((3, 5), "Public 3 to 5 days later."),
        ((-2, 4), "Public at most 4 days later; the order of the two is not certain."),
        ((-1, 1), "Public at most a day later; the order of the two is not certain."),
        ((3, None), ""),
    ],
)
def test_the_days_until_an_answer_are_said_in_words(days: tuple[int, int | None], words: str) -> None:
    assert phrases.lag(*days) == words
