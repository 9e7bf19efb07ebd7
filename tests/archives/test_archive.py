"""`alleged archive` finds snapshots, has them made where there are none, and writes what it found into the records."""

import io
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from alleged.archives import wayback
from alleged.text.paragraphs import digest
from archive_servers import STORY, Archive, html, large, pdf
from archives_project import Run, records
from inside import run_inside
from internet import Site

A = "https://gazette.example/a"
TODAY = datetime.now(UTC).date().isoformat()


def test_the_first_copy_since_publication_is_proposed_and_written(
    folder: Path, archive: Archive, server: Site, run: Run
) -> None:
    path = folder / "claims" / "a.yaml"
    path.write_text(records({"s1": A}, {"s1": ["ten thousand shells"]}))
    before = path.read_text()
    archive.copies[A] = ["20221001000000", "20231012000000", "20231014101500", "20260101000000"]
    copy = f"{server.address}/web/20231012000000/{A}"

    done = run("s1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"s1: already  {copy}  (1 of 1 quotes in it)"
    assert path.read_text() == before
    assert "1 sources would change; write it with --write" in done.stderr

    assert "changed s1" in run("--missing", "--write").stderr
    text = (folder / ".texts" / "s1.txt").read_text()
    assert path.read_text() == before.replace(
        f"    url: {A}\n",
        f"    url: {A}\n    archived: [{{uri: {copy}, at: 2023-10-12}}]\n    text_sha256: {digest(text)}\n",
    )
    assert archive.looked[A] == 1  # the answer was known from the first run
    assert STORY[1].strip("“") in text
    assert "Imprint" not in text
    assert run("--missing").stderr.startswith("0 sources to ask for")


def test_written_records_pass_the_check(folder: Path, archive: Archive, run: Run) -> None:
    path = folder / "claims" / "a.yaml"
    path.write_text(records({"s1": A}, {"s1": ["ten thousand shells"]}))
    archive.copies[A] = ["20231014101500"]
    run("s1", "--write")
    written = path.read_text().replace("http://127.0.0.1", "https://web.archive.example")
    path.write_text(written)

    done = run_inside(folder, "check", "--format", "plain")

    assert "text_sha256" in written
    assert "archived" in written
    assert [line for line in done.stdout.splitlines() if "s1" in line and "unused" not in line] == []
    assert run_inside(folder, "check", "--quotes").returncode == 0


@pytest.mark.parametrize(
    ("page", "state", "saves", "note"),
    [
        ("plain", "saved", 1, ""),
        ("busy", "saved", 3, ""),
        ("ghost", "saved", 1, "although: the archive answered 523"),
        ("fresh", "already", 1, "same snapshot"),
        ("limited", "later", 1, "error:too-many-requests"),
        ("blocked", "refused", 1, "error:blocked-url"),
        ("lost", "later", 1, "the archive answered 500"),
        ("pending", "later", 1, "still working on it"),
        ("elsewhere", "refused", 1, "redirects to https://gazette.example/login/a"),
    ],
)
def test_what_the_archive_answers_to_a_request_to_save(
    page: str, state: str, saves: int, note: str, folder: Path, archive: Archive, run: Run
) -> None:
    url = f"https://gazette.example/{page}/a"
    (folder / "claims" / "a.yaml").write_text(records({"s1": url}))

    (result,) = json.loads(run("s1", "--json").stdout)

    assert (result["state"], archive.saved[url]) == (state, saves)
    assert note in result["note"]
    assert bool(result["copy"]) == (state in ("saved", "already"))


def test_without_keys_nothing_is_sent_to_be_saved(folder: Path, archive: Archive, run: Run) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))

    assert "s1: needs keys" in run("s1", keys=False).stdout
    assert "s1: needs keys" in run("s1", keys=False).stdout
    assert archive.saved.total() == 0
    assert "s1: saved" in run("s1").stdout


def test_wrong_keys(folder: Path, run: Run) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))

    done = run("s1", keys=False, ALLEGED_ARCHIVE_KEY="a", ALLEGED_ARCHIVE_SECRET="b")  # noqa: S106
    assert "the archive does not accept the keys" in done.stdout
    assert "set both" in run("s1", keys=False, ALLEGED_ARCHIVE_KEY="a").stderr


def test_an_index_in_trouble_is_asked_later_and_nothing_is_saved(folder: Path, archive: Archive, run: Run) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))
    archive.index_status = 503

    assert "s1: later" in run("s1").stdout
    assert archive.saved.total() == 0


def test_other_archives_are_asked_before_a_page_is_saved(folder: Path, archive: Archive, run: Run) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))
    there = "https://arquivo.example/wayback"
    archive.mementos[A] = (
        f'<{A}>; rel="original",\n'
        f'<{there}/20200101000000/{A}>; rel="first memento"; datetime="Wed, 01 Jan 2020 00:00:00 GMT",\n'
        f'<{there}/20240102000000/{A}b>; rel="memento"; datetime="Sun, 31 Dec 2023 00:00:00 GMT",\n'
        f'<{there}/20240101000000/{A}>; rel="memento"; datetime="Mon, 01 Jan 2024 00:00:00 GMT",\n'
        f'<{there}/20250101000000/{A}>; rel="last memento"; datetime="Wed, 01 Jan 2025 00:00:00 GMT",\n'
        '<javascript:alert(1)>; rel="memento"; datetime="Sun, 31 Dec 2023 00:00:00 GMT"'
    )

    (result,) = json.loads(run("s1", "--json").stdout)

    assert (result["state"], result["day"]) == ("already", "2024-01-01")
    assert result["copy"] == f"https://arquivo.example/wayback/20240101000000/{A}"
    assert archive.saved.total() == 0


def test_titles_and_addresses_are_written_as_records_may_hold_them(folder: Path, archive: Archive, run: Run) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": "https://gazette.example/a%7Cb"}))
    archive.copies["https://gazette.example/a%7Cb"] = ["20231399101500", "20231014101500"]
    title = "Nu\x01me\u202ero e\u0301  1"
    archive.pages["https://gazette.example/a%7Cb"] = lambda request: request.answer(200, html(STORY, title))

    run("s1", "--write", "--titles")

    written = (folder / "claims" / "a.yaml").read_text()
    assert "    title: Numero \u00e9 1\n" in written
    assert "/web/20231014101500/https://gazette.example/a%7Cb" in written


def test_a_copy_of_another_page_is_not_taken(folder: Path, archive: Archive, server: Site, run: Run) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))

    def index(request: object, query: dict[str, str]) -> None:
        rows = [["timestamp", "original", "statuscode"], ["20231014000000", f"{A}b", "200"], ["x", A, "200"], ["1"], 7]
        request.answer(200, json.dumps(rows))  # type: ignore[attr-defined]

    archive.index = index  # type: ignore[method-assign, assignment]

    assert "s1: needs keys" in run("s1", keys=False).stdout


@pytest.mark.parametrize(
    ("page", "note"),
    [
        (pdf, "it shows a PDF"),
        (large, "more than 10,485,760 bytes"),
        (lambda request: request.answer(200, html(["Short."])), "it shows no article"),
    ],
)
def test_copies_without_words_are_recorded_without_a_digest(
    page: object, note: str, folder: Path, archive: Archive, run: Run
) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))
    archive.copies[A] = ["20231014101500"]
    archive.pages[A] = page  # type: ignore[assignment]

    (result,) = json.loads(run("s1", "--json", "--write").stdout)

    assert (result["state"], result["text_sha256"]) == ("already", "")
    assert note in result["note"]
    assert not (folder / ".texts" / "s1.txt").exists()
    assert "archived:" in (folder / "claims" / "a.yaml").read_text()


@pytest.mark.parametrize(
    ("page", "note"),
    [
        (lambda request: request.answer(403), "it shows a login or subscription"),
        (lambda request: request.answer(404), "it shows the page is gone"),
        (lambda request: request.answer(302, Location="http://127.0.0.1:22/"), "has the port 22"),
        (lambda request: request.answer(302, Location="http://169.254.169.254/"), "is private or reserved"),
    ],
)
def test_copies_that_show_something_else_are_not_taken(
    page: object, note: str, folder: Path, archive: Archive, run: Run
) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))
    archive.copies[A] = ["20231014101500"]
    archive.pages[A] = page  # type: ignore[assignment]

    (result,) = json.loads(run("s1", "--json", "--write").stdout)

    assert (result["state"], result["copy"]) == ("refused", "")
    assert f"/web/20231014101500/{A} is no evidence: " in result["note"]
    assert note in result["note"]
    assert "archived:" not in (folder / "claims" / "a.yaml").read_text()


def test_a_copy_that_lacks_a_quote_is_not_taken_for_its_text(folder: Path, archive: Archive, run: Run) -> None:
    quotes = ["ten thousand shells", "thirteen thousand shells", "Imprint"]
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}, {"s1": quotes}))
    archive.copies[A] = ["20231014101500"]

    done = run("s1", "--write")

    assert "(2 of 3 quotes in it)" in done.stdout  # the imprint is on the page, though not in the article
    assert "  not in it: 'thirteen thousand shells'; compare with  alleged check --quotes s1" in done.stdout
    written = (folder / "claims" / "a.yaml").read_text()
    assert "archived:" in written
    assert "text_sha256" not in written


def test_words_in_scripts_are_not_on_the_page(folder: Path, archive: Archive, run: Run) -> None:
    hidden = "<SCRIPT>var text = 'nine thousand guns'</SCRIPT><style>.ships{}</style>"
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}, {"s1": ["nine thousand guns", "Imprint"]}))
    archive.copies[A] = ["20231014101500"]
    archive.pages[A] = lambda request: request.answer(200, html(STORY).replace("</body>", f"{hidden}</body>"))

    assert "(1 of 2 quotes in it)" in run("s1").stdout


def test_a_text_that_two_sources_have_is_taken_for_neither(folder: Path, archive: Archive, run: Run) -> None:
    path = folder / "claims" / "a.yaml"
    path.write_text(records({"s1": A, "s2": f"{A}2"}))
    archive.copies |= {A: ["20231014101500"], f"{A}2": ["20231014101500"]}

    done = run("s1", "s2", "--write")

    assert "its text is that of s1 too: a notice, or a copy that the record should name" in done.stdout
    assert "changed s1, s2" in done.stderr
    assert path.read_text().count("archived:") == 2
    assert "text_sha256" not in path.read_text()


def test_a_text_of_a_curator_is_never_replaced(folder: Path, archive: Archive, run: Run) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))
    (folder / ".texts").mkdir()
    (folder / ".texts" / "s1.txt").write_text("My own notes.")
    archive.copies[A] = ["20231014101500"]

    run("s1", "--write")

    assert (folder / ".texts" / "s1.txt").read_text() == "My own notes."
    assert "text_sha256" not in (folder / "claims" / "a.yaml").read_text()


def test_the_page_is_kept_as_a_warc_with_the_same_bytes_each_time(folder: Path, archive: Archive, run: Run) -> None:
    path, kept = folder / "claims" / "a.yaml", folder / ".texts" / "s1.warc.gz"
    path.write_text(records({"s1": A}))
    archive.copies[A] = ["20231014101500"]
    archive.pages[A] = lambda request: request.answer(200, html(STORY), Set_Cookie="a=1", Date="Mon, 01 Jan 2024")

    run("s1", "--write", "--warc")

    content = kept.read_bytes()
    assert f"    file_sha256: {sha256(content).hexdigest()}\n" in path.read_text()
    for record in ArchiveIterator(io.BytesIO(content)):
        assert record.rec_headers.get_header("WARC-Target-URI").endswith(f"id_/{A}")
        assert record.content_stream().read().decode() == html(STORY)
        assert record.http_headers.get_header("Set-Cookie") is None
    (folder / ".texts" / "archive.jsonl").unlink()
    run("s1", "--warc")
    assert kept.read_bytes() == content


def test_what_a_page_states_is_proposed_and_only_titles_are_written(folder: Path, archive: Archive, run: Run) -> None:
    head = (
        '<meta property="og:title" content="Ten thousand: the shells"><link rel="canonical" href="/canonical">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2023-10-15T08:00"}</script>'
    )
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))
    archive.copies[A] = ["20231014101500"]
    page = html(STORY, "Shells | Gazette", head).replace('lang="en"', 'lang="fr-CH"')
    archive.pages[A] = lambda request: request.answer(200, page)

    lines = run("s1").stdout.splitlines()
    assert "  the page states title: Ten thousand: the shells" in lines
    assert "  the page states published: 2023-10-15 (recorded: 2023-10-13)" in lines
    assert "  the page states lang: fr-CH (recorded: en)" in lines
    assert any("canonical (recorded: https://gazette.example/a)" in line for line in lines)
    run("s1", "--write", "--titles")
    assert '    title: "Ten thousand: the shells"\n' in (folder / "claims" / "a.yaml").read_text()


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-8"])
def test_a_wrong_charset_is_not_believed(charset: str, folder: Path, archive: Archive, run: Run) -> None:
    story = ["Представитель министерства сообщил журналистам, что снаряды были отправлены морем в сентябре."] * 4
    story = [f"{paragraph} {n}" for n, paragraph in enumerate(story)]
    page = html(story).replace("utf-8", charset).encode(charset)
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}, {"s1": ["снаряды были отправлены"]}))
    archive.copies[A] = ["20231014101500"]
    archive.pages[A] = lambda request: request.answer(200, page, "text/html")

    assert "(1 of 1 quotes in it)" in run("s1").stdout


def test_utf8_is_read_as_such_whatever_the_server_says(folder: Path, archive: Archive, run: Run) -> None:
    page = html([f"{paragraph} — ¿Què?" for paragraph in STORY])
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}, {"s1": ["— ¿Què?"]}))
    archive.copies[A] = ["20231014101500"]
    archive.pages[A] = lambda request: request.answer(200, page, "text/html; charset=iso-8859-1")

    assert "(1 of 1 quotes in it)" in run("s1").stdout


@pytest.mark.parametrize("copy", ["https://archive.ph/AbCd1", "https://perma.cc/AB12-CD34"])
def test_copies_given_by_hand_are_written_and_their_archives_never_asked(
    copy: str, folder: Path, server: Site, run: Run
) -> None:
    path = folder / "claims" / "a.yaml"
    path.write_text(records({"s1": A}))

    assert run("s1", "--copy", copy, "--at", "2023-10-14", "--write").returncode == 0

    assert f"    archived: [{{uri: {copy}, at: 2023-10-14}}]\n" in path.read_text()
    assert server.asked == []
    assert "has a snapshot already" in run("s1", "--copy", copy, "--write").stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name sources, or give --missing"),
        (("s1", "--missing"), "name sources, or give --missing"),
        (("s11",), "did you mean 's1'?"),
        (("s1", "--copy", "javascript:alert(1)"), "begins with neither http"),
        (("s1", "--copy", "https://archive.ph/AbCd1", "--at", "2023-99"), "month 99 does not exist"),
        (("s1", "--at", "2023-10-14"), "--at with --copy"),
        (("--recheck", "--missing"), "--recheck goes with names of sources"),
        (("s1", "--limit", "2"), "--limit goes with --missing"),
        (("s1", "--titles"), "--titles goes with --write"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], message: str, folder: Path, run: Run) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))

    done = run(*words)

    assert done.returncode == 2
    assert message in done.stderr


def test_addresses_of_servers_are_checked(folder: Path) -> None:
    (folder / "claims" / "a.yaml").write_text(records({"s1": A}))

    done = run_inside(folder, "archive", "s1", ALLEGED_WAYBACK="file:///etc")

    assert (done.returncode, "write the address of a server" in done.stderr) == (2, True)


def test_long_addresses_are_written_on_lines_of_their_own(folder: Path, archive: Archive, run: Run) -> None:
    url = f"https://gazette.example/{'long-' * 20}a"
    path = folder / "claims" / "a.yaml"
    path.write_text(records({"s1": url}).replace("\n", "\r\n"), newline="")
    run_inside(folder, "fmt")
    archive.copies[url] = ["20231014101500"]

    run("s1", "--write")

    written = path.read_bytes().decode()
    assert "    archived:\r\n      - uri: http://127.0.0.1:" in written
    assert f"/web/20231014101500/{url}\r\n        at: 2023-10-14\r\n" in written
    assert run_inside(folder, "fmt", "--check").returncode == 0


def test_the_first_reading_is_dated_only_if_no_claim_is_older(folder: Path, archive: Archive, run: Run) -> None:
    path = folder / "claims" / "a.yaml"
    path.write_text(records({"s1": A}).replace("2026-11-24", TODAY))
    archive.copies[A] = ["20231014101500"]

    run("s1", "--write")

    assert f"    retrieved: {TODAY}\n" in path.read_text()


def test_codes_of_failures_that_pass_are_those_of_the_notes() -> None:
    assert "error:too-many-requests" in wayback.NOT_YET
    assert "error:blocked-url" not in wayback.NOT_YET
