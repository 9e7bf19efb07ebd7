"""`alleged import`: every row is written or named; running it again changes nothing; no fact is guessed."""

import csv
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from alleged.project import Project
from importing import FILES, ROW, imported, lines_of, state_of, verdicts, with_cast
from inside import run_inside


@pytest.fixture
def cast(project: Project) -> Project:
    return with_cast(project)


def table(project: Project, *rows: dict[str, str]) -> Path:
    path = project.root / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*dict.fromkeys(name for row in rows for name in row)])
        writer.writeheader()
        writer.writerows(rows)
    return path


FAULTS = {
    22: "claimant: there is no actor 'Ann Hollm'; did you mean 'ann-holm'?",
    23: "act: 'aledge' is not in the list 'Act'; did you mean 'allege'?",
    24: "said: '15/01/2024' is not EDTF; did you mean '2024-01-15'?",
    25: "said: 30 February does not exist",
    26: "column L, summary: '=CONCAT(A1;\"x\")' is a formula",
    27: "column J, topic: '#REF!' is the error of a formula",
    28: "row: the row has 9 cells, the header 19",
    29: "row: the row has 20 cells, the header 19",
    31: "stance: 'state' needs a stance",
    32: "source_published: 'published' is missing",
    33: "low: 'low' takes a number in digits, such as 1000, not 'many'",
    34: "on_behalf_of: 'two-hats' belonged to several bodies on '2024-01-15'",
    38: "summary: 'summary' is missing",
    39: "source_title: row 6 has another title for this address: 'Cargo, part 2'",
    41: "source: 'ftp://gazette.example/x' is neither an address nor the id of a source",
}
OTHERS = {30: "duplicate", 35: "blank", 36: "blank", 37: "recorded", 40: "duplicate"}


def test_each_of_40_rows_is_ready_or_named_and_nothing_is_written_without_being_asked(cast: Project) -> None:
    before = state_of(cast)
    done = imported(cast, FILES / "claims.csv", "--by", "me")

    assert done.returncode == 1
    ready = dict.fromkeys(range(2, 22), "ready")
    assert verdicts(done) == ready | dict.fromkeys(FAULTS, "open") | OTHERS
    for number, fault in FAULTS.items():
        assert fault in lines_of(done, number)
    assert "40 rows: 20 can be written" in done.stdout
    assert state_of(cast) == before


def test_a_table_is_written_by_article_and_importing_it_again_changes_nothing(cast: Project) -> None:
    imported(cast, FILES / "claims.csv", "--by", "me", "--write")
    written = state_of(cast)

    assert len([name for name in written if name.startswith("claims/import/")]) == 5
    checked = run_inside(cast.root, "check", "--format", "plain")
    assert "error" not in checked.stdout
    assert run_inside(cast.root, "fmt", "--check", "claims/import").returncode == 0
    again = imported(cast, FILES / "claims.csv", "--by", "me", "--write")
    assert state_of(cast) == written
    recorded = dict.fromkeys([*range(2, 22), 40], "recorded")
    assert verdicts(again) == dict.fromkeys(FAULTS, "open") | OTHERS | recorded


def test_a_review_is_filled_in_and_read_back(cast: Project) -> None:
    review = cast.root / "open.yaml"
    assert imported(cast, FILES / "claims.csv", "--by", "me", "--review", review).returncode == 1
    text = review.read_text()
    answers = [("Ann Hollm", "ann-holm"), ("aledge", "allege"), ("15/01/2024", "2024-01-15")]
    for word, answer in answers:
        text = re.sub(rf"(problem: .*{word}.*\n(?: .*\n)*?\s+value: )\"\"", rf'\1"{answer}"', text, count=1)
    text = text.replace("    keep: false\n", "    keep: true\n").replace(
        "  - number: 28\n", "  - number: 28\n    skip: x\n"
    )
    review.write_text(text)

    done = imported(cast, FILES / "claims.csv", "--by", "me", "--review-from", review, "--write")

    found = verdicts(done)
    assert [found[n] for n in (22, 40, 28, 29)] == ["ready", "ready", "left out", "open"]
    again = imported(cast, FILES / "claims.csv", "--by", "me", "--review-from", review, "--write")
    assert {n for n, verdict in verdicts(again).items() if verdict == "ready"} == set()
    other = table(cast, ROW)
    assert (
        "the review has an entry for row 22, which has changed"
        in imported(cast, other, "--by", "me", "--review-from", review).stdout
    )


@pytest.mark.parametrize("figure", [{"low": "1", "window": "2023-13", "unit": "banana"}, {"figure": "low=1"}])
def test_a_review_asks_about_columns(cast: Project, figure: dict[str, str]) -> None:
    review = cast.root / "open.yaml"
    path = table(cast, {**ROW, **figure, "quote": "x" * 500})
    imported(cast, path, "--by", "me", "--review", review)
    answers = {"unit": "round", "window": "2023-09", "quote": "by sea", "figure": "low=1 unit=round"}
    text = review.read_text()
    for column, answer in answers.items():
        text = re.sub(rf"(field: \"{column}\"\n(?: .*\n)*?\s+value: )\"\"", rf'\1"{answer}"', text, count=1)
    review.write_text(text)

    done = imported(cast, path, "--by", "me", "--review-from", review)

    assert verdicts(done) == {2: "ready"}, done.stdout


def test_a_review_has_as_many_rows_as_can_be_read_back(cast: Project) -> None:
    review = cast.root / "open.yaml"
    path = table(cast, *({**ROW, "claimant": f"nobody-{n}", "act": ""} for n in range(900)))

    done = imported(cast, path, "--by", "me", "--review", review)

    [left_out] = map(int, re.findall(r"^([0-9]+) more would be too many", done.stderr, re.MULTILINE))
    assert 0 < left_out < 900
    assert review.read_text().count("- number: ") == 900 - left_out
    again = imported(cast, path, "--by", "me", "--review-from", review)
    assert set(verdicts(again).values()) == {"open"}, again.stderr


def test_a_review_that_is_something_else_is_refused(cast: Project) -> None:
    review = cast.root / "open.yaml"
    for text in ("rows: []\n", "entries: 1\n", "entries:\n  - number: 1\n", "entries: [x]\n", "a: &b 1\n"):
        review.write_text(text)
        done = imported(cast, table(cast, ROW), "--by", "me", "--review-from", review)
        assert done.returncode == 1, text
        assert done.stderr.startswith("error: open.yaml"), done.stderr


def test_neither_template_nor_review_overwrites_a_file_or_becomes_a_record_file(cast: Project) -> None:
    path = table(cast, ROW)
    assert "exists already" in imported(cast, "--template", path).stderr
    assert "exists already" in imported(cast, path, "--by", "me", "--review", path).stderr
    assert "outside claims/" in imported(cast, path, "--by", "me", "--review", "claims/open.yaml").stderr


def test_the_template_is_an_empty_table(cast: Project) -> None:
    assert imported(cast, "--template", "new.csv").returncode == 0
    assert "response_sought" not in (cast.root / "new.csv").read_text(encoding="utf-8"), "it is recorded later"

    header, notes = csv.reader((cast.root / "new.csv").read_text(encoding="utf-8").splitlines())
    assert {*ROW, "quote", "low", "source_published"} <= {*header}
    assert "One of: deny, dispute" in notes[header.index("act")]
    done = imported(cast, "new.csv", "--by", "me")
    assert done.returncode == 0
    assert verdicts(done) == {2: "blank"}


def test_titles_of_columns_are_mapped_and_unknown_ones_named(cast: Project) -> None:
    titles = {"claimant": "Who", "said": "On", "summary": "Summary"}
    path = table(cast, {titles.get(name, name): text for name, text in ROW.items()} | {"Mood": "bad"})
    done = imported(cast, path, "--by", "me")
    assert done.returncode == 1
    assert "column B ('Who') is no field" in done.stderr
    assert "column H ('Mood') is no field" in done.stderr
    assert "fields: source, claimant," in done.stderr

    (cast.root / "map.yaml").write_text('Who: claimant\n"On": said\nMood: ""\n')
    done = imported(cast, path, "--by", "me", "--map", "map.yaml")
    assert verdicts(done) == {2: "ready"}
    assert "left out by the map: 'Mood'\n" in done.stdout
    (cast.root / "map.yaml").write_text('Who: claimant\n"On": said\nMood: ""\nWhere: place\n')
    assert "the map names a column 'where'" in imported(cast, path, "--by", "me", "--map", "map.yaml").stderr


HEADER = b"source,claimant,act,topic,said,summary,mode\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("source,claimant\n".encode("utf-16"), "is in UTF-16; save it as UTF-8"),
        (HEADER + "a,Jos\xe9,\n".encode("latin-1"), "t.csv:2:6: the byte 0xE9 is not UTF-8"),
        (HEADER + b"a,b\0c\n", "t.csv:2:4: a NUL byte"),
        (b"PK\x03\x04rest", "is not CSV but perhaps XLSX"),
        (b"source,said,Said \n", "row 1, column C ('Said ') means 'said', as column B does"),
        (b"source,,said\na,b,c\n", "column B has no name"),
        (b"source;clamant\n", "did you mean 'claimant'?"),
        (b"", "has no header"),
        (HEADER + b'a,"b\n\n', "t.csv:2: the row that begins here cannot be read"),
        (HEADER + b"x" * 200_000 + b"\n", "t.csv:2: the row that begins here cannot be read: field larger"),
        (HEADER + b"a\n" * 20_001, "t.csv has more than 20,000 entries"),
        (b" " * ((1 << 24) + 1), "16 MiB"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_a_table_that_cannot_be_read_is_named_with_the_place(cast: Project, content: bytes, message: str) -> None:
    (cast.root / "t.csv").write_bytes(content)
    done = imported(cast, "t.csv", "--by", "me")

    assert done.returncode in (1, 3)
    assert message in done.stderr


def test_an_address_without_a_scheme_and_the_name_of_a_language_are_understood(cast: Project) -> None:
    source = {"source_publisher": "Daily Gazette", "source_published": "2024", "source_kind": "report"}
    row = {**ROW, **source, "source_seen": "consulted", "source": "https://gazette.example/a", "source_lang": "French"}
    done = imported(cast, table(cast, row, {**ROW, "source": "www.gazette.example/b"}), "--by", "me", "--write")

    assert verdicts(done) == {2: "ready", 3: "open"}
    assert "one of: https://www.gazette.example/b" in lines_of(done, 3)
    assert "lang: fr\n" in (cast.claims / "import" / "daily-gazette-2024.yaml").read_text()


def test_every_column_reaches_the_record(cast: Project) -> None:
    row = {**ROW, "item": "munitions", "place": "NO", "locator": "p. 2", "quote": "par train", "gloss": "by train"}
    imported(cast, table(cast, row), "--by", "me", "--write")

    written = (cast.claims / "import" / "gazette-2023-10-20.yaml").read_text()
    assert [name for name in row if f"{name}: " not in written] == []


def test_a_byte_order_mark_and_semicolons_are_fine(cast: Project) -> None:
    text = "\ufeff" + table(cast, ROW).read_text().replace(",", ";")
    (cast.root / "t.csv").write_text(text, encoding="utf-8")

    assert verdicts(imported(cast, "t.csv", "--by", "me")) == {2: "ready"}


@pytest.mark.parametrize("odd", ["a\x1b[31mb", "a\u202eb", "x" * 6000])
def test_a_text_that_no_record_may_have_is_named_and_the_other_rows_are_written(cast: Project, odd: str) -> None:
    path = table(cast, {**ROW, "note": odd}, ROW)
    done = imported(cast, path, "--by", "me", "--write")

    assert verdicts(done) == {2: "open", 3: "ready"}
    assert "row 2: open: column H, note: the text has" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_row_says_no_more_than_before_in_a_bundle_with_defaults(cast: Project) -> None:
    imported(cast, table(cast, ROW), "--by", "me", "--write")
    path = cast.claims / "import" / "gazette-2023-10-20.yaml"
    path.write_text(path.read_text().replace("  recorded", "  place: NO\n  recorded", 1))
    imported(cast, table(cast, {**ROW, "said": "2023-10-18"}), "--by", "me", "--write")

    assert "said: 2023-10-18" in (cast.claims / "import" / "gazette-2023-10-20-2.yaml").read_text()


def test_very_many_rows_of_an_article_fill_several_bundles(cast: Project) -> None:
    figures = {
        "low": "1000",
        "bound": "gt",
        "unit": "round",
        "window": "2023-09/2023-10",
        "verbatim": "over a thousand",
    }
    rows = [{**ROW, **figures, "said": str(date(2021, 1, 1) + timedelta(n)), "note": "Of a table"} for n in range(600)]

    done = imported(cast, table(cast, *rows[:400]), "--by", "me", "--write")
    again = imported(cast, table(cast, *rows), "--by", "me", "--write")

    assert set(verdicts(done).values()) == {"ready"}, done.stderr
    assert list(verdicts(again).values()) == ["recorded"] * 400 + ["ready"] * 200, again.stderr
    counts = [path.read_text().count("- id: ") for path in sorted((cast.claims / "import").iterdir())]
    assert sorted(counts) == [100, 250, 250]


def test_rows_of_an_article_are_added_to_its_bundle(cast: Project) -> None:
    imported(cast, table(cast, ROW), "--by", "me", "--write")
    path = cast.claims / "import" / "gazette-2023-10-20.yaml"
    before = path.read_text() + "  # a comment of the curator\n"
    path.write_text(before)
    imported(cast, table(cast, ROW, {**ROW, "said": "2023-10-18"}), "--by", "me", "--write")

    assert path.read_text().startswith(before)
    assert path.read_text().count("  - id: ") == 2


def test_a_row_may_name_an_actor_by_a_name_that_only_one_has(cast: Project) -> None:
    path = cast.claims / "recorded.yaml"
    path.write_text(
        path.read_text() + "  - {id: two-hats-2, name: Bo Two-hats, kind: person, public_role: Another one}\n"
    )
    done = imported(
        cast, table(cast, {**ROW, "claimant": "ANN HOLM"}, {**ROW, "claimant": "Bo Two-hats"}), "--by", "me"
    )

    assert verdicts(done) == {2: "ready", 3: "open"}
    assert "type an id: 'two-hats' (Bo Two-hats), 'two-hats-2' (Bo Two-hats)" in lines_of(done, 3)


def test_xlsx_needs_openpyxl(cast: Project) -> None:
    try:
        import openpyxl  # type: ignore[import-not-found] # noqa: F401
    except ImportError:
        (cast.root / "t.xlsx").write_bytes(b"PK\x03\x04")
        assert "needs openpyxl: pip install 'alleged[export]'" in imported(cast, "t.xlsx", "--by", "me").stderr
    else:
        (cast.root / "t.xlsx").write_bytes(b"PK\x03\x04")
        assert "cannot be read as XLSX" in imported(cast, "t.xlsx", "--by", "me").stderr


def test_xlsx_is_read_as_csv_is(cast: Project) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in ([*ROW], [*ROW.values()]):
        book.active.append(row)
    book.save(cast.root / "t.xlsx")

    assert verdicts(imported(cast, "t.xlsx", "--by", "me")) == {2: "ready"}


def test_nobody_is_named_as_curator_by_default(cast: Project) -> None:
    done = imported(cast, table(cast, ROW))

    assert done.returncode == 2
    assert "--by HANDLE" in done.stderr


# Sources.


ITEMS = {
    4: "publisher: there is no actor 'Unheard Post'",
    5: "kind: the type 'motion_picture' does not say which kind",
    6: "published: 'issued' is no date",
    7: "lang: 'lang' is missing",
    13: "url: this source needs at least one of 'url', 'doi'",
}


def test_a_zotero_export_is_imported_and_again_without_a_change(cast: Project) -> None:
    done = imported(cast, FILES / "zotero.json", "--set", "seen=consulted", "--write")

    ready = dict.fromkeys(range(1, 31), "ready")
    assert verdicts(done) == ready | dict.fromkeys(ITEMS, "open") | {8: "duplicate", 9: "recorded"}
    for number, fault in ITEMS.items():
        assert fault in lines_of(done, number)
    assert "not taken over, since sources have no such field: abstract, author" in done.stdout
    written = state_of(cast)
    assert len([name for name in written if name.startswith("claims/import/")]) == 23
    assert b"url: https://gazette.example/zotero/1\n" in written["claims/import/daily-gazette-2024-02-02.yaml"]
    assert b"published: 2024-06-03/2024-06-04\n" in written["claims/import/daily-gazette-2024-06-2.yaml"]
    assert "error" not in run_inside(cast.root, "check", "--format", "plain").stdout
    assert run_inside(cast.root, "fmt", "--check", "claims/import").returncode == 0
    again = imported(cast, FILES / "zotero.json", "--set", "seen=consulted", "--write")
    assert state_of(cast) == written
    assert {verdict for n, verdict in verdicts(again).items() if n not in ITEMS} == {"recorded"}


def test_what_a_bibliography_does_not_say_is_not_guessed(cast: Project) -> None:
    done = imported(cast, FILES / "zotero.json")

    assert "ready" not in verdicts(done).values()
    assert "seen: 'seen' is missing" in lines_of(done, 1)


def test_bibtex_is_read_with_its_macros_and_letters(cast: Project) -> None:
    done = imported(cast, FILES / "zotero.bib", "--set", "seen=consulted", "--write")

    assert verdicts(done) == {1: "ready", 2: "ready", 3: "open", 4: "open"}
    assert "kind: @article does not say which kind" in lines_of(done, 3)
    assert r"title: 'title' has LaTeX that is not known: \foo" in lines_of(done, 4)
    assert (cast.claims / "import" / "daily-gazette-2024-03-05.yaml").read_text() == (
        "defaults:\n  source: daily-gazette-2024-03-05\n\nsources:\n  - id: daily-gazette-2024-03-05\n"
        '    kind: article-newspaper\n    title: "König & Norway: a Étude"\n    publisher: [daily-gazette]\n'
        "    published: 2024-03-05\n    lang: en\n    url: https://gazette.example/bib_1?x=50%25\n"
        "    retrieved: 2024-12-01\n    seen: consulted\n"
    )


def test_ris_is_read(cast: Project) -> None:
    done = imported(cast, FILES / "zotero.ris", "--set", "seen=consulted", "--write")

    assert verdicts(done) == {1: "ready", 2: "open"}
    written = (cast.claims / "import" / "daily-gazette-2024-03-05.yaml").read_text()
    assert "    published: 2024-03-05\n    lang: en\n" in written
    assert "    retrieved: 2024-12-01\n" in written


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "{", "a.json:1:2: this is not JSON"),
        ("a.json", "{}", "a.json is not a list of items"),
        ("a.json", "[" * 100_000, "a.json"),
        ("a.json", f"[{'1' * 5000}]", "a.json has a number of thousands of digits"),
        ("a.bib", "@article{a, title = {b {c}\n", "a.bib:1:21: this brace is not closed"),
        ("a.bib", '@article{a,\n title = "b }\n', "a.bib:2:10: this quotation mark is not closed"),
        ("a.bib", "@article{a, title = b}", "'b' is neither a number nor a name of @string"),
        ("a.bib", "@article{a, title = {b}, title = {c}}", "the field 'title' is there twice"),
        ("a.ris", "TI  - before\n", "a.ris:1: expected a line such as 'TY  - NEWS'"),
        ("a.ris", "TY  - NEWS\nTI  - x\n", "the last entry has no end"),
        ("a.ris", "TY  - NEWS\nfree text\nER  - \n", "a.ris:2: expected a line"),
        ("a.txt", "", "is none of .csv"),
    ],
)
def test_a_bibliography_that_cannot_be_read_is_named_with_the_place(
    cast: Project, name: str, text: str, message: str
) -> None:
    (cast.root / name).write_text(text)
    done = imported(cast, name)

    assert done.returncode in (1, 2)
    assert message in done.stderr


def test_a_page_break_in_a_text_of_ris_begins_no_line(cast: Project) -> None:
    text = "TY  - NEWS\r\nTI  - Shells\x0con ships\r\nER  - \r\nTY  - NEWS\nTI  - Ships\u2028sail\nER  - \n"
    (cast.root / "a.ris").write_bytes(text.encode())

    done = imported(cast, "a.ris")

    assert "the text has the character U+000C" in lines_of(done, 1)
    assert "the text has the character U+2028" in lines_of(done, 2)


def test_items_of_other_shapes_are_named(cast: Project) -> None:
    item = {"type": 1, "URL": ["x"], "issued": [], "title": "a\x00b\ud800", "container-title": {}}
    (cast.root / "a.json").write_text(json.dumps([1, None, [], {}, item]))
    done = imported(cast, "a.json", "--set", "seen=consulted")

    assert done.returncode == 1
    assert verdicts(done) == dict.fromkeys(range(1, 6), "open")
