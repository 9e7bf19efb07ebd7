"""`alleged new`: a record is written where it belongs, with what is known, and nothing else changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alleged import report
from alleged.errors import EnvironmentFailure
from alleged.project import Project
from inside import run_inside
from paths import TESTS

BUNDLE = """\
# Kept: a comment at the top.
defaults:
  source: gazette-2023-10-20
  recorded: {by: newcomer, on: 2023-10-20}

sources:
  - id: gazette-2023-10-20
    kind: article-newspaper
    publisher: [daily-gazette]
    published: 2023-10-20
    lang: en
    url: https://gazette.example/second?b=2&a=1
    seen: consulted  # beside a value

claims:
  # above a claim
  - id: ministry-2023-shells
    claimant: defence-ministry
    act: allege
    topic: shells-to-harbour-state
    summary: Shells went by ship.
    said: 2023-10-13
    mode: past
  # below the claims

topics:  # a list after the claims
  - id: trains-to-harbour-state
    question: Did the North Kingdom send trains to the Harbour State?
    predicate: transfers-arms
    subject: [north-kingdom]
    object: [harbour-state]
    item: arms
"""

PEOPLE = """\
actors:
  - id: ann-holm
    name: Ann Holm
    kind: person
    memberships:
      - {of: defence-ministry, role: minister, to: 2023-06}
      - {of: navy-office, role: head, from: 2023-07}
    public_role: Minister, then head of the navy office
  - id: two-hats
    name: Bo Two-hats
    kind: person
    memberships: [{of: defence-ministry}, {of: navy-office}]
    public_role: Holder of two offices
  - id: navy-office
    name: Navy Office
    kind: organ
    part_of: [{of: norway}]
"""

CLAIM = ("--act", "allege", "--topic", "shells-to-harbour-state", "--mode", "past")
WORDS = ("--summary", "Vessels carried ammunition eastwards.")


@pytest.fixture
def cast(project: Project) -> Project:
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    (project.claims / "second.yaml").write_text(BUNDLE)
    (project.claims / "people.yaml").write_text(PEOPLE)
    return project


def new(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    own = {"HOME": str(project.root), "XDG_CONFIG_HOME": str(project.root)}  # where git knows no name
    return run_inside(project.root, "new", *words, **own)


def claim(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return new(project, "claim", *CLAIM, *WORDS, *words)


def assert_in_order(project: Project, *files: str) -> None:
    """The records pass the check, and the files are as alleged fmt leaves them."""
    checked = run_inside(project.root, "check", "--format", "plain", "-q")
    assert "error" not in checked.stdout, checked.stdout
    assert checked.returncode == 0
    assert run_inside(project.root, "fmt", "--check", *files).returncode == 0


def test_a_claim_is_added_below_the_others_and_nothing_else_changes(cast: Project) -> None:
    done = claim(
        cast, "--claimant", "ann-holm", "--said", "2023-10-19", "--source", "gazette-2023-10-20", "--quote", "by sea"
    )

    assert done.returncode == 0, done.stderr + done.stdout
    path = cast.claims / "second.yaml"
    added = path.read_text()
    lines = added.splitlines()
    begin = lines.index("  - id: holm-2023-vessels-carried")
    assert lines[:begin] + lines[begin + 11 :] == BUNDLE.splitlines()
    assert lines[begin - 1] == "  # below the claims"
    assert lines[begin : begin + 9] == [
        "  - id: holm-2023-vessels-carried",
        "    claimant: ann-holm",
        "    on_behalf_of: navy-office",
        "    act: allege",
        "    topic: shells-to-harbour-state",
        "    summary: Vessels carried ammunition eastwards.",
        "    said: 2023-10-19",
        "    mode: past",
        "    sources:",
    ]
    assert lines[begin + 9 : begin + 11] == ["      - quote: by sea", f"    recorded: {{by: newcomer, on: {today()}}}"]
    assert_in_order(cast, "claims/second.yaml")
    assert "alleged show holm-2023-vessels-carried" in done.stdout


def today() -> str:
    from alleged.editing.known import today

    return today()


def test_the_body_is_that_of_the_day(cast: Project) -> None:
    done = claim(cast, "--claimant", "ann-holm", "--said", "2023-05", "--source", "gazette-2023-10-20", "--dry-run")

    assert "    on_behalf_of: defence-ministry" in done.stdout.splitlines()
    assert (cast.claims / "second.yaml").read_text() == BUNDLE


def test_several_bodies_are_a_question_and_nothing_is_written(cast: Project) -> None:
    done = claim(cast, "--claimant", "two-hats", "--said", "2023-10-19", "--source", "gazette-2023-10-20")

    assert done.returncode == 2
    assert "--on-behalf-of: 'two-hats' belonged to several bodies" in done.stderr
    assert "one of: defence-ministry, navy-office" in done.stderr
    assert (cast.claims / "second.yaml").read_text() == BUNDLE


def test_all_that_is_missing_is_named_at_once(cast: Project) -> None:
    done = new(cast, "claim", "--act", "state", "--claimant", "an-holm", "--said", "2023-10-40", "--source", "nowhere")

    assert done.returncode == 2
    named = [line.split(":")[0].strip() for line in done.stderr.splitlines()[1:]]
    assert sorted(named) == [
        "--by", "--claimant", "--mode", "--said", "--source", "--stance", "--summary", "--topic"
    ]  # fmt: skip
    assert "did you mean 'ann-holm'?" in done.stderr


def test_an_undated_claim_is_said_by_the_day_of_publication(cast: Project) -> None:
    done = claim(cast, "--claimant", "ann-holm", "--undated", "--source", "gazette-2023-10-20")

    assert done.returncode == 2, "her bodies differ over that time"
    assert "--on-behalf-of" in done.stderr
    done = claim(cast, "--claimant", "defence-ministry", "--undated", "--source", "gazette-2023-10-20")
    assert done.returncode == 0, done.stderr
    added = (cast.claims / "second.yaml").read_text()
    assert "    said: ../2023-10-20\n    said_basis: assumed\n" in added
    assert_in_order(cast, "claims/second.yaml")


def test_a_source_is_found_by_its_address_in_any_spelling(cast: Project) -> None:
    url = "http://www.gazette.example/second/?a=1&b=2&utm_source=x#top"
    done = claim(cast, "--claimant", "norway", "--said", "2023-10-19", "--source", url)

    assert done.returncode == 0, done.stderr
    assert "claims/second.yaml" in done.stdout


def test_into_names_the_bundle_which_may_be_new(cast: Project) -> None:
    into = ("--into", "claims/2023/third.yaml", "--by", "me")
    done = claim(cast, "--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20", *into)

    assert done.returncode == 0, done.stderr
    assert (cast.claims / "second.yaml").read_text() == BUNDLE
    assert f"recorded: {{by: me, on: {today()}}}" in (cast.claims / "2023" / "third.yaml").read_text()
    assert_in_order(cast, "claims/2023")
    done = claim(cast, "--claimant", "norway", "--into", "../elsewhere.yaml")
    assert "cannot be the name of a bundle" in done.stderr


SOURCE = ("--kind", "article-newspaper", "--published", "2024-06-18", "--lang", "en", "--seen", "consulted")


def test_a_source_gets_its_publisher_from_the_host_and_a_bundle_of_its_own(cast: Project) -> None:
    done = new(cast, "source", *SOURCE, "--url", "https://www.gazette.example/third?utm_source=x", "--title", "A: b")

    assert done.returncode == 0, done.stderr
    assert (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text() == (
        "defaults:\n  source: daily-gazette-2024-06-18\n\n"
        "sources:\n  - id: daily-gazette-2024-06-18\n    kind: article-newspaper\n"
        '    title: "A: b"\n    publisher: [daily-gazette]\n    published: 2024-06-18\n    lang: en\n'
        "    url: https://www.gazette.example/third\n    seen: consulted\n"
    )
    assert_in_order(cast, "claims/2024")


def test_a_source_that_is_recorded_is_not_added_again(cast: Project) -> None:
    done = new(cast, "source", *SOURCE, "--url", "http://gazette.example/shells/")

    assert done.returncode == 2
    assert "recorded already, as 'gazette-2023-10-14'" in done.stderr


def test_the_publisher_of_an_unknown_host_or_a_platform_is_not_guessed(cast: Project) -> None:
    new(cast, "source", *SOURCE, "--url", "https://t.me/gazette/1", "--publisher", "daily-gazette")
    for url in ("https://other.example/x", "https://t.me/gazette/2"):
        done = new(cast, "source", *SOURCE, "--url", url)
        assert "--publisher: 'publisher' is missing" in done.stderr


def test_an_actor_goes_where_those_of_its_kind_and_body_are(cast: Project) -> None:
    person = ("--kind", "person", "--public-role", "Envoy of Norway, 2024", "--memberships", "navy-office role=envoy")
    assert new(cast, "actor", "--name", "Åsa Öst", *person).returncode == 0
    assert new(cast, "actor", "--name", "Evening Post", "--kind", "outlet").returncode == 0

    assert (cast.claims / "people.yaml").read_text() == PEOPLE + (
        "  - id: asa-ost\n    name: Åsa Öst\n    kind: person\n    memberships:\n      - of: navy-office\n"
        "        role: envoy\n    public_role: Envoy of Norway, 2024\n"
    )
    cast_file = (cast.claims / "cast.yaml").read_text()
    assert "  - id: evening-post\n    name: Evening Post\n    kind: outlet\ntopics:\n" in cast_file
    assert cast_file.startswith((TESTS / "cast" / "cast.yaml").read_text().partition("topics:")[0])


def test_a_topic_goes_where_those_of_its_predicate_are(cast: Project) -> None:
    slots = ("--subject", "norway", "--object", "harbour-state", "--item", "drone")
    done = new(cast, "topic", "--question", "Did Norway send drones?", "--predicate", "transfers-arms", *slots)

    assert done.returncode == 0, done.stderr
    assert (cast.claims / "second.yaml").read_text() == BUNDLE + (
        "  - id: norway-drone-to-harbour-state\n    question: Did Norway send drones?\n    predicate: transfers-arms\n"
        "    subject: [norway]\n    object: [harbour-state]\n    item: drone\n"
    )


def test_the_curator_is_the_one_of_git_and_never_a_placeholder(cast: Project) -> None:
    path = cast.claims / "second.yaml"
    path.write_text(BUNDLE.replace("by: newcomer", "by: your-handle"))
    (cast.root / ".gitconfig").write_text("[user]\n\tname = Ann Øster\n")
    done = claim(cast, "--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20", "--dry-run")

    assert "    recorded: {by: ann-ster, on: " in done.stdout


def test_figures_and_relations_are_typed_as_pairs(cast: Project) -> None:
    figure = 'low=1000 bound=gt unit=container verbatim="more than 1,000"'
    relation = "repeats to=ministry-2023-shells basis=curator"
    words = ("--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20")
    done = claim(cast, *words, "--figure", figure, "--relation", relation)

    assert done.returncode == 0, done.stderr
    added = (cast.claims / "second.yaml").read_text()
    assert "      - low: 1000\n        bound: gt\n        unit: container\n        verbatim: more than 1,000\n" in added
    wrong = claim(cast, *words, "--figure", "low=many unit=container")
    assert "--figure: 'low' takes a number in digits, such as 1000, not 'many'" in wrong.stderr


def test_what_the_defaults_of_the_bundle_supply_is_not_repeated_but_named(cast: Project) -> None:
    path = cast.claims / "second.yaml"
    path.write_text(BUNDLE.replace("  recorded", "  mode: past\n  recorded", 1))
    done = claim(cast, "--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20", "--dry-run")
    assert "supply" not in done.stderr
    words = ("--claimant", "norway", "--act", "allege", "--topic", "shells-to-harbour-state", "--said", "2023-10-19")
    done = new(cast, "claim", *words, *WORDS, "--source", "gazette-2023-10-20")

    assert done.returncode == 0, done.stderr
    assert "the defaults of claims/second.yaml supply mode" in done.stderr
    assert path.read_text().count("mode: past") == 2


def test_a_list_in_brackets_is_left_as_it_is(cast: Project) -> None:
    path = cast.claims / "second.yaml"
    path.write_text(
        BUNDLE.partition("claims:")[0] + "claims: [{id: a-claim, claimant: norway, act: allege, "
        "topic: shells-to-harbour-state, summary: Shells went., said: 2023-10-13, mode: past}]\n"
    )
    before = path.read_text()
    done = claim(cast, "--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20")

    assert done.returncode == 2
    assert "is in brackets" in done.stderr
    assert path.read_text() == before


def test_spaces_and_line_breaks_of_a_pasted_text_become_one_space(cast: Project) -> None:
    place = ("--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20")
    done = claim(cast, *place, "--note", " one\n  two ", "--quote", "by\tsea ")
    blank = new(cast, "actor", "--name", " ", "--kind", "outlet")

    assert done.returncode == 0, done.stdout
    text = (cast.claims / "second.yaml").read_text()
    assert "note: one two\n" in text
    assert "quote: by sea\n" in text
    assert "--name: 'name' is missing" in blank.stderr


@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[31mb", "a\u202eb", "\udcff"])
def test_a_text_that_could_not_be_read_back_is_not_written(cast: Project, text: str) -> None:
    done = claim(cast, "--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20", "--note", text)

    assert done.returncode == 2, done.stdout
    assert (cast.claims / "second.yaml").read_text() == BUNDLE


def test_a_file_that_cannot_be_written_stays_as_it_was(cast: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = claim(cast, "--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20")

    assert done.returncode == 3, done.stderr
    assert (cast.claims / "second.yaml").read_text() == BUNDLE
    assert not list(cast.claims.glob(".*"))


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_what_was_written_is_said_although_the_check_fails(cast: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the command again would record it twice."""

    def fail(*_: object) -> None:
        raise EnvironmentFailure("second.yaml was changed by another program while it was being checked")

    monkeypatch.setattr(report, "check", fail)
    done = claim(cast, "--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20")

    assert done.returncode == 3
    assert done.stdout == "wrote 'norway-2023-vessels-carried' into claims/second.yaml\n"


def test_at_a_terminal_it_asks_for_what_is_missing(cast: Project, tmp_path: Path) -> None:
    import pty

    master, slave = pty.openpty()
    figure = ("--figure", "low=1 unit=banana", "--quote", "x" * 500)
    command = [sys.executable, "-m", "alleged", "new", "claim", "--source", "gazette-2023-10-20", *WORDS, *figure]
    with subprocess.Popen(command, cwd=cast.root, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        answers = b"low=1 unit=round\nby sea\n"
        answers += b"two-hats\nallege\nshells-to-harbour-state\n2023-10-19\nnavy-office\npast\n"
        os.write(master, answers)
        assert process.wait(timeout=60) == 0, os.read(master, 10_000)
    added = (cast.claims / "second.yaml").read_text()
    assert "    claimant: two-hats\n    on_behalf_of: navy-office\n" in added
    assert "mode: past" in added
    assert "- low: 1\n        unit: round\n" in added
    assert "quote: by sea\n" in added


def test_what_is_wrong_within_a_field_is_named_by_its_option(cast: Project) -> None:
    place = ("--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20")
    wrong = ("--figure", "low=1 unit=banana", "--quote", "x" * 500, "--relation", "type=denies", "--evidence", "photo")

    done = claim(cast, *place, *wrong)

    named = [line.split()[0] for line in done.stderr.splitlines() if line.startswith("  --")]
    assert sorted(named) == ["--evidence:", "--figure:", "--quote:", "--relation:", "--relation:"]
    assert "there is no evidence 'photo'; add it under 'evidence' in a bundle" in done.stderr
