"""Texts that look like others are found, and no text of permitted size makes a command take more than seconds."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import judging
from alleged import report
from alleged.project import Project
from alleged.schemas.explain import MAX_FINDINGS

CAST = (Path(__file__).parents[1] / "cast" / "cast.yaml").read_text()
DEFAULTS = """\
defaults:
  source: gazette-2023-10-14
  claimant: defence-ministry
  act: allege
  topic: shells-to-harbour-state
  said: 2023-10-13
  recorded: {by: newcomer, on: 2023-10-20}
claims:
"""
TEXT = ".texts/gazette-2023-10-14.txt"
LONGEST_TEXT = 1 << 22


def claim(n: int, **fields: str) -> str:
    """Return a claim in YAML; the values of its fields are YAML too."""
    return f"  - id: c{n}\n" + "".join(f"    {name}: {value}\n" for name, value in {"summary": "S", **fields}.items())


def quoting(n: int, quote: str, summary: str = "") -> str:
    return claim(n, summary=json.dumps(summary or f"Summary {n}"), sources=f"[{{quote: {json.dumps(quote)}}}]")


def project_of(project: Project, files: dict[str, str]) -> Project:
    for name, content in {"claims/cast.yaml": CAST, **files}.items():
        path = project.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return project


def found(project: Project, rule: str) -> list[str]:
    """Return the messages of a rule on records that are sound but for it."""
    return [finding.message for finding in judging.findings(project, rule)]


# Duplicates.


@pytest.mark.parametrize(
    ("quote", "date", "same"),
    [
        ("delivered shells by rail", "2023-10-13", True),
        ("Delivered\u00a0shells \u2009 by rail", "2023-10-13", True),
        ("delivered sh\u0435lls by rail", "2023-10-13", True),  # Cyrillic
        ("\uff44elivered shells by rail", "2023-10-13", True),  # fullwidth
        ("\u201cdelivered shells by rail.\u201d", "2023-10-13", True),
        ("... delivered shells by rail [...]", "2023-10-13", True),
        ("delivered shells by rail", "2023-10-13~", True),
        ("delivered shells by rail", "2023-10-13/2023-10-13", True),
        ("delivered shells by rail", "2023-10", False),
        ("delivered shells by ship", "2023-10-13", False),
        ("delivered 2 shells by rail", "2023-10-13", False),
    ],
)
def test_a_duplicate_quote_in_look_alike_letters_is_found(project: Project, quote: str, date: str, same: bool) -> None:
    second = quoting(2, quote) + f"    said: {date}\n"
    project_of(project, {"claims/a.yaml": DEFAULTS + quoting(1, "delivered shells by rail") + second})

    assert found(project, "claim-recorded-twice") == (
        ["'c1' has the same quote, source, claimant, topic and date"] if same else []
    )


@pytest.mark.parametrize(
    ("summary", "near"),
    [
        ("The Kingdom sent more than 1,000 containers to the harbour.", True),
        ("The Kingdom s\u0435nt m\u043er\u0435 than 1,000 c\u043entain\u0435rs t\u043e th\u0435 harb\u043eur.", True),
        ("THE KINGDOM SENT MORE THAN \uff11,\uff10\uff10\uff10 CONTAINERS TO THE HARBOUR.", True),
        ("The Kingdom sent more than 1,001 containers to the harbour.", False),
        ("The Ministry denied that any containers went to the harbour.", False),
    ],
)
def test_a_near_equal_summary_in_look_alike_letters_is_found(project: Project, summary: str, near: bool) -> None:
    first = claim(1, summary="The Kingdom has sent more than 1,000 containers to the harbour.")
    project_of(project, {"claims/a.yaml": DEFAULTS + first + claim(2, summary=json.dumps(summary))})

    assert len(found(project, "near-equal-claims")) == near


def test_names_in_letters_that_look_alike_are_one_name(project: Project) -> None:
    names = ("Sea Line", "S\u0435a Lin\u0435", "\uff33\uff45\uff41 Line", "SEA\u00a0LINE", "Sea Lane")
    actors = "".join(f"  - {{id: line-{n}, name: {name}, kind: organisation}}\n" for n, name in enumerate(names))
    project_of(project, {"claims/a.yaml": f"actors:\n{actors}"})

    assert len(found(project, "shared-name")) == 3


# Scripts.


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("Russi\u0430", "Latin and Cyrillic letters: '\u0430' is U+0430 (cyrillic small letter a)"),
        ("Vl\u0327\u0430dimir", "Latin and Cyrillic"),  # a mark between them
        ("\u041f\u0443\u0442\u0438h", "Cyrillic and Latin"),
        ("S\u0578uth", "Latin and Armenian"),
        ("\u0421\u0578\u044e\u0437", "Cyrillic and Armenian"),
        ("\u13a2ank", "Latin and Cherokee"),
        ("\ua4dfoscow", "Latin and Lisu"),
        ("\u1587ail", "Latin and Canadian syllabics"),
        ("\u2c90bject", "Latin and Coptic"),
        ("sh\u0d20re", "Latin and Malayalam"),
        ("\uff2dinister", "Latin and fullwidth"),
        ("\U0001d40cinister", "Latin and mathematical"),
        ("\u2115ATO", "Latin and mathematical"),
        ("Office of \u0440\u0435\u0430\u0441\u0435", "looks Latin, but its letters are Cyrillic"),
        ("\u0430 shell", "looks Latin, but its letters are Cyrillic"),
        ("the \uff34\uff21\uff33\uff33 report", "looks Latin, but its letters are fullwidth"),
        ("\U0001d40a\U0001d422\U0001d426 said", "looks Latin, but its letters are mathematical"),
        ("\u13da\u13da\u13aa Line", None),  # capitals in a row, as an abbreviation
        ("\u0421\u0421\u0421\u0420 and \u0421\u0412\u041e", None),
        ("the \u03b1 version", None),
        ("\u043e\u043d\u0438 \u0438 peace", None),  # words that are Russian beyond doubt
        ("\u0430\u0441\u0435", None),  # nothing Latin beside it
        ("\uff21\uff30\u901a\u4fe1 of Tokyo", None),
        ("IAEA\ub294 T\u30b7\u30e3\u30c4 \u5317NATO", None),
        ("\u05d4NATO \u0627\u0644NATO", None),
        ("\u0927\u093eNATO \u0e44\u0e17\u0e22NATO", None),
        ("5 \u00b5m, n\u00ba 3, \u210316, \ufb01re", None),
        ("C\u00f4te d\u2019Ivoire, \u0130stanbul, Ti\u1ebfng Vi\u1ec7t", None),
    ],
)
def test_letters_of_other_scripts_that_look_latin_are_reported(project: Project, text: str, odd: str | None) -> None:
    project_of(project, {"claims/a.yaml": DEFAULTS + claim(1, note=json.dumps(text, ensure_ascii=False))})

    messages = found(project, "mixed-scripts")

    assert len(messages) == bool(odd)
    assert odd is None or odd in messages[0]


# Time.


def marks_in_a_note() -> dict[str, str]:
    return {"claims/a.yaml": DEFAULTS + claim(1, note="e" + "\u0301\u0323" * 220_000)}


def marks_in_an_article() -> dict[str, str]:
    return {"claims/a.yaml": DEFAULTS + quoting(1, "shells by rail"), TEXT: "e" + "\u0301\u0323" * 1_000_000}


def quotes_near_a_long_text() -> dict[str, str]:
    text = " ".join(f"w{n % 5000}" for n in range(700_000))[:LONGEST_TEXT]
    quotes = (quoting(n, f"w{n} w{n + 2} w{n + 1} x{n}") for n in range(250))
    return {"claims/a.yaml": DEFAULTS + "".join(quotes), TEXT: text}


def quotes_near_a_text_of_one_word() -> dict[str, str]:
    quotes = (quoting(n, f"a a a {'b' * (n % 50)} a{n}") for n in range(200))
    return {"claims/a.yaml": DEFAULTS + "".join(quotes), TEXT: "a " * (LONGEST_TEXT // 2)}


def summaries_beside_a_long_text() -> dict[str, str]:
    text = " ".join(f"w{n % 5000}" for n in range(700_000))[:LONGEST_TEXT]
    summaries = (claim(n, summary=" ".join(f"w{n + 2 * word}" for word in range(50))) for n in range(2000))
    return {"claims/a.yaml": DEFAULTS + "".join(summaries), TEXT: text}


def summaries_of_the_same_letters() -> dict[str, str]:
    random, letters = Random(1), list("ab" * 75)
    shuffled = (" ".join(random.sample(letters, len(letters))) for _ in range(2800))
    return {"claims/a.yaml": DEFAULTS + "".join(claim(n, summary=text) for n, text in enumerate(shuffled))}


def ids_of_the_same_letters() -> dict[str, str]:
    random = Random(1)
    ids = ["".join(random.choices("ab", k=76)) for _ in range(6000)]
    files = {
        f"claims/{start}.yaml": "actors:\n"
        + "".join(
            f"  - {{id: {name}{start + n}, name: N, kind: organisation}}\n"
            for n, name in enumerate(ids[start : start + 2000])
        )
        for start in range(0, len(ids), 2000)
    }
    claims = (claim(n, claimant="".join(random.choices("ab", k=80))) for n in range(12))
    return {**files, "claims/a.yaml": DEFAULTS + "".join(claims)}


def dots_in_a_note_on_a_person() -> dict[str, str]:
    line = "." * 15_000 + "\\\n      "
    note = f'"{line * 60}"'
    person = "  - {id: persona, name: P, kind: person, public_role: Minister}\n"
    return {"claims/a.yaml": f"actors:\n{person}".replace("}\n", f",\n    note: {note}}}\n")}


def names_that_are_not_composed() -> dict[str, str]:
    names = "".join(f"      - text: e\u0301{n}\n" for n in range(4900))
    actor = "actors:\n  - id: a{}\n    name: A{}\n    kind: organisation\n    names:\n"
    return {f"claims/{n}.yaml": actor.format(n, n) + names for n in range(4)}


def texts_before_a_hash() -> dict[str, str]:
    names = "".join(f"      - text: e{n} #x\n" for n in range(4900))
    actor = "actors:\n  - id: a{}\n    name: A{}\n    kind: organisation\n    names:\n"
    return {f"claims/{n}.yaml": actor.format(n, n) + names for n in range(6)}


def texts_with_dashes() -> dict[str, str]:
    names = "".join(f"      - text: e{n} - x\n" for n in range(4900))
    lines = "    note: |\n" + "      - q\n" * 80_000
    actor = "actors:\n  - id: a{}\n    name: A{}\n    kind: organisation\n    names:\n"
    return {f"claims/{n}.yaml": actor.format(n, n) + names + lines for n in range(6)}


def spaces_behind_texts() -> dict[str, str]:
    claims = (claim(n, note=f"a{' ' * 18_000}\n      - b") for n in range(50))
    return {"claims/a.yaml": DEFAULTS + "".join(claims)}


def lines_of_comments() -> dict[str, str]:
    actors = "".join(f"  # c\n  - {{id: p{n}, name: N, kind: organisation}}\n" for n in range(2400))
    return {"claims/a.yaml": f"actors:\n{actors}" + "# x\n" * 200_000}


CHECK = ("check", "--no-cache", "--format", "plain")
SLOW: list[tuple[Callable[[], dict[str, str]], tuple[str, ...], int, str]] = [
    (marks_in_a_note, CHECK, 1, "error[stacked-marks]: 440000 marks on one letter"),
    (marks_in_an_article, CHECK, 1, "error[quote-not-in-text]"),
    (quotes_near_a_long_text, CHECK, 1, "error[quote-not-in-text]"),
    (quotes_near_a_text_of_one_word, CHECK, 1, "error[quote-not-in-text]"),
    (summaries_beside_a_long_text, CHECK, 0, ""),
    (summaries_of_the_same_letters, CHECK, 0, ""),
    (ids_of_the_same_letters, CHECK, 1, "error[unknown-reference]"),
    (dots_in_a_note_on_a_person, CHECK, 0, ""),
    (names_that_are_not_composed, ("check", "--fix", "--no-cache", "--quiet"), 0, ""),
    (texts_before_a_hash, CHECK, 0, "warning[text-cut-by-hash]"),
    (texts_with_dashes, CHECK, 0, ""),
    (spaces_behind_texts, CHECK, 0, "warning[dash-inside-text]"),
    (lines_of_comments, ("fmt", "--check"), 1, ""),
]


@pytest.mark.parametrize(
    ("files", "command", "code", "expected"), SLOW, ids=[f"{files.__name__}, {words[0]}" for files, words, *_ in SLOW]
)
def test_no_text_of_permitted_size_stops_a_command(
    project: Project, files: Callable[[], dict[str, str]], command: tuple[str, ...], code: int, expected: str
) -> None:
    """Each of these once took from half a minute to hours; the limit leaves a slow machine room."""
    project_of(project, files())

    done = subprocess.run(
        [sys.executable, "-m", "alleged", *command],
        cwd=project.root,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
    )

    assert done.returncode == code, done.stderr[-500:]
    assert expected in done.stdout


def test_the_first_of_thousands_of_unknown_fields_are_reported(project: Project) -> None:
    fields = {f"field-{n}": "1" for n in range(8000)}
    project_of(project, {"claims/a.yaml": DEFAULTS + claim(1, **fields)})

    assert [issue.rule for issue in report.check(project).issues] == ["unknown-field"] * MAX_FINDINGS


def test_a_hint_on_a_quote_is_found_among_many_other_words(project: Project) -> None:
    """The rarest words of the quote say where to look, however often the others stand in the text."""
    text = "the " * 200_000 + "convoy of the eleven trucks went by the harbour " + "the " * 200_000
    quote = "convoy of the twelve trucks went by the harbour"
    project_of(project, {"claims/a.yaml": DEFAULTS + quoting(1, quote), TEXT: text})

    (issue,) = [issue for issue in report.check(project).issues if issue.rule == "quote-not-in-text"]

    assert issue.help == "the text reads: convoy of the [-twelve-] {+eleven+} trucks went by the harbour"


def test_the_longest_run_of_words_that_a_summary_shares_is_reported(project: Project) -> None:
    run = "nine trucks left the harbour late on the third day"
    text = f"{' '.join(run.split()[:8])} of May. {run.capitalize()} of May. {' '.join(run.split()[:9])}."
    project_of(project, {"claims/a.yaml": DEFAULTS + claim(1, summary=f"Its {run}s"), TEXT: text})

    assert found(project, "summary-copies-text") == [
        f"9 consecutive words are in 'gazette-2023-10-14' too: {' '.join(run.split()[:9])!r}"
    ]
