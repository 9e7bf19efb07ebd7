"""`alleged new`: a record is written where it belongs, with what is known, and nothing else changes."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from contextlib import suppress

import pytest

from alleged import report
from alleged.errors import EnvironmentFailure
from alleged.project import Project
from inside import run_inside
from paths import ROOT, TESTS

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
    begin = lines.index("  - id: holm-2023-10-shells")
    assert lines[:begin] + lines[begin + 11 :] == BUNDLE.splitlines()
    assert lines[begin - 1] == "  # below the claims"
    assert lines[begin : begin + 9] == [
        "  - id: holm-2023-10-shells",
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
    assert "alleged show holm-2023-10-shells" in done.stdout


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
        "--by", "--claimant", "--mode", "--said", "--stance", "--summary", "--topic", "--url"
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


def test_of_a_source_that_is_recorded_nothing_else_is_asked(cast: Project) -> None:
    done = new(cast, "source", "--url", "http://gazette.example/shells/")

    assert done.returncode == 2
    assert re.findall("^  --([a-z_]+):", done.stderr, re.MULTILINE) == ["url"]


def test_the_publisher_of_an_unknown_host_or_a_platform_is_not_guessed(cast: Project) -> None:
    new(cast, "source", *SOURCE, "--url", "https://t.me/gazette/1", "--publisher", "daily-gazette")
    reasons = {
        "https://other.example/x": "no outlet with the host 'other.example' is recorded",
        "https://t.me/gazette/2": "the address does not say who publishes it",
    }
    for url, reason in reasons.items():
        done = new(cast, "source", *SOURCE, "--url", url)
        assert f"--publisher: {reason}" in done.stderr
        assert "alleged new actor --kind outlet --name NAME" in done.stderr
        assert done.stderr.count("--publisher:") == 1, "one cause is one message"


def test_a_host_of_several_publishers_is_one_question(cast: Project) -> None:
    new(cast, "actor", "--name", "Gazette Two", "--kind", "outlet")
    new(cast, "source", *SOURCE, "--url", "https://gazette.example/two", "--publisher", "gazette-two")
    done = new(cast, "source", *SOURCE, "--url", "https://gazette.example/three")

    assert done.returncode == 2
    assert "several publishers" in done.stderr
    assert done.stderr.count("--publisher:") == 1


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
    assert done.stdout == "wrote 'norway-2023-10-shells' into claims/second.yaml\n"


def test_what_is_wrong_within_a_field_is_named_by_its_option(cast: Project) -> None:
    place = ("--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20")
    wrong = ("--figure", "low=1 unit=banana", "--quote", "x" * 500, "--relation", "type=denies", "--evidence", "photo")

    done = claim(cast, *place, *wrong)

    named = [line.split()[0] for line in done.stderr.splitlines() if line.startswith("  --")]
    assert sorted(named) == ["--evidence:", "--figure:", "--quote:", "--relation:"]
    assert "look for it:  alleged find --kind evidence …  or add it under 'evidence' in a bundle" in done.stderr


# A page and a claim in one step.

ARTICLE = "https://gazette.example/2024/06/18/vessels"
SAID = ("--claimant", "norway", "--said", "2024-06-17", "--by", "me")


def test_a_claim_on_a_new_page_of_a_known_outlet_takes_few_options(cast: Project) -> None:
    short = ("--url", ARTICLE, "--claimant", "norway", "--said", "2024-06-17", "--quote", "by sea", *CLAIM, *WORDS)
    done = new(cast, "claim", *short, "--by", "me")

    assert done.returncode == 0, done.stderr + done.stdout
    assert sum(word.startswith("--") for word in short) == 8, "within the twelve answers of a claim"
    assert (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text() == (
        f"defaults:\n  source: daily-gazette-2024-06-18\n  recorded: {{by: me, on: {today()}}}\n\n"
        "sources:\n  - id: daily-gazette-2024-06-18\n    kind: article-newspaper\n    publisher: [daily-gazette]\n"
        f"    published: 2024-06-18\n    published_basis: inferred\n    lang: en\n    url: {ARTICLE}\n"
        "    seen: consulted\n\n"
        "claims:\n  - id: norway-2024-06-shells\n    claimant: norway\n    act: allege\n"
        "    topic: shells-to-harbour-state\n    summary: Vessels carried ammunition eastwards.\n    said: 2024-06-17\n"
        "    mode: past\n    sources:\n      - quote: by sea\n"
    )
    for filled in (
        "publisher: daily-gazette (from the host)",
        "kind: article-newspaper, lang: en (as in the other sources of gazette.example: 2)",
        "from the address",
    ):
        assert filled in done.stderr
    assert "unused-record" not in done.stdout
    assert_in_order(cast, "claims/2024")


def test_kind_and_language_are_filled_only_if_the_other_articles_agree(cast: Project) -> None:
    new(cast, "source", "--url", "https://gazette.example/fr", "--lang", "fr", *SOURCE[:4], "--seen", "consulted")
    done = claim(cast, *SAID, "--url", ARTICLE)

    assert done.returncode == 2
    assert "--lang: 'lang' is missing" in done.stderr
    assert "en (2), fr (1)" in done.stderr
    assert "--kind" not in done.stderr
    assert (
        not (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").exists()
        or "vessels" not in (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text()
    )


def test_an_address_without_one_day_leaves_the_day_open(cast: Project) -> None:
    for url in (
        "https://gazette.example/vessels",
        "https://gazette.example/2024-06-18/on-2024-06-17",
        ARTICLE + "9" * 9,
    ):
        done = claim(cast, *SAID, "--url", url.replace("/18/", "/41/"))
        assert done.returncode == 2, url
        assert "--published: the day of publication is not in the address" in done.stderr


EARLY = ("--claimant", "norway", "--said", "2023-10-12", "--by", "me")


def test_other_pages_go_into_the_bundle_and_the_claim(cast: Project) -> None:
    other = "https://gazette.example/2024/06/19/again quote='by ship' gloss=x"
    third = "https://www.gazette.example/shells?utm_source=x"
    done = claim(cast, *EARLY, "--url", ARTICLE, "--quote", "by sea", "--also", other, "--also", third)

    assert done.returncode == 0, done.stderr
    assert [path.name for path in (cast.claims / "2024").iterdir()] == ["daily-gazette-2024-06-18.yaml"]
    written = (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text()
    assert written.count("    url: ") == 2, "the third page is recorded"
    assert written.endswith(
        "    sources:\n      - quote: by sea\n      - id: daily-gazette-2024-06-19\n        quote: by ship\n"
        "        gloss: x\n      - id: gazette-2023-10-14\n"
    )


def test_a_page_is_named_once(cast: Project) -> None:
    for first, again in (
        (ARTICLE, f"{ARTICLE}?utm_source=x"),
        ("gazette-2023-10-14", "https://gazette.example/shells"),
    ):
        done = claim(cast, *EARLY, "--url", first, "--also", again)
        assert done.returncode == 2
        assert f"--also: {again}: this page is named twice" in done.stderr


def test_an_address_may_have_a_quotation_mark(cast: Project) -> None:
    done = claim(cast, *SAID, "--url", "https://gazette.example/2024/06/18/norway's-ships")
    assert done.returncode == 0, done.stderr


def test_a_page_by_words_that_mean_none_is_refused_with_what_to_type(cast: Project) -> None:
    done = claim(cast, *SAID, "--url", "other.example/page")
    assert "--url: there is no source 'other.example/page'; type its whole address, as https://…" in done.stderr


def test_what_another_page_lacks_is_typed_with_it(cast: Project) -> None:
    done = claim(cast, *SAID, "--url", ARTICLE, "--also", "https://gazette.example/again")
    assert "--also: https://gazette.example/again: 1 to add or correct" in done.stderr
    assert "    published: the day of publication is not in the address" in done.stderr
    assert "    write  --also 'https://gazette.example/again published=…'" in done.stderr
    done = claim(cast, *SAID, "--url", ARTICLE, "--also", "https://gazette.example/again published=2024-06-20")
    assert done.returncode == 0, done.stderr


def test_all_that_another_page_lacks_is_named_at_once_with_the_whole_option(cast: Project) -> None:
    assert new(cast, "actor", "--name", "Evening Post", "--kind", "outlet").returncode == 0
    other = "https://post.example/again quote='by ship'"
    done = claim(cast, *SAID, "--url", ARTICLE, "--also", other)

    assert done.returncode == 2
    assert f"--also: {other}: 4 to add or correct" in done.stderr
    lines = [line.strip() for line in done.stderr.splitlines()]
    named = [line.partition(": ")[0] for line in lines if line.partition(": ")[0] in {*PAGE}]
    assert sorted(named) == ["kind", "lang", "published", "publisher"]
    typed = next(shlex.split(line.removeprefix("write  "))[1] for line in lines if line.startswith("write  --also "))
    assert typed.startswith(other)
    for name in named:
        assert f"{name}=…" in typed
        typed = typed.replace(f"{name}=…", f"{name}={PAGE[name]}")
    done = claim(cast, *SAID, "--url", ARTICLE, "--also", typed)
    assert done.returncode == 0, done.stderr


PAGE = {"published": "2024-06-20", "publisher": "evening-post", "kind": "article-newspaper", "lang": "en"}


def test_where_other_articles_do_not_agree_the_usual_value_stands_in_the_option(cast: Project) -> None:
    for number, lang in enumerate(("en", "en", "fr")):
        words = ("--url", f"https://gazette.example/2024/06/0{number + 1}/x", "--lang", lang, "--seen", "cited-only")
        assert new(cast, "source", *words).returncode == 0
    done = claim(cast, *SAID, "--url", ARTICLE, "--lang", "en", "--also", "https://gazette.example/2024/06/19/again")

    assert "lang: 'lang' is missing" in done.stderr
    assert "write  --also 'https://gazette.example/2024/06/19/again lang=en'" in done.stderr


def test_copies_of_an_agency_or_of_a_page_are_typed_with_the_claim(cast: Project) -> None:
    copy = "https://gazette.example/2024/06/19/again copy_of=https://gazette.example/shells copy_basis=stated"
    agency = ("--agency", "Daily Gazette", "--copy-basis", "byline")
    done = claim(cast, *SAID, "--url", ARTICLE, *agency, "--also", copy)

    assert done.returncode == 0, done.stderr
    written = (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text()
    assert "    syndicated_from:\n      agency: daily-gazette\n      basis: byline\n" in written
    assert "    syndicated_from:\n      source: gazette-2023-10-14\n      basis: stated\n" in written
    assert_in_order(cast, "claims/2024/daily-gazette-2024-06-18.yaml")


@pytest.mark.parametrize(
    ("copy", "message"),
    [
        (("--agency", "daily-gazette"), "--copy-basis: 'basis' is missing"),
        (("--copy-basis", "byline"), "--agency: "),
        (("--agency", "nobody", "--copy-basis", "byline"), "--agency: there is no actor 'nobody'"),
        (("--copy-of", "nowhere", "--copy-basis", "byline"), "--copy-of: there is no source 'nowhere'"),
        (("--agency", "daily-gazette", "--copy-basis", "heard"), "--copy-basis: 'heard'"),
    ],
)
def test_a_copy_that_lacks_something_is_refused_at_its_option(
    cast: Project, copy: tuple[str, ...], message: str
) -> None:
    done = claim(cast, *SAID, "--url", ARTICLE, *copy)

    assert done.returncode == 2
    assert message in done.stderr


def test_a_recorded_page_is_not_made_a_copy(cast: Project) -> None:
    page = ("--url", "gazette-2023-10-20", "--agency", "daily-gazette", "--copy-basis", "byline")
    done = claim(cast, *EARLY, *page)

    assert "--agency: 'gazette-2023-10-20' is recorded with another agency: None" in done.stderr


def test_a_relation_names_a_new_page_by_its_address(cast: Project) -> None:
    other = "https://gazette.example/2024/06/19/again"
    relation = f"type=repeats to=ministry-2023-shells basis=stated-by-source source={other}?utm_source=x"
    done = claim(cast, *SAID, "--url", ARTICLE, "--also", other, "--relation", relation)

    assert done.returncode == 0, done.stderr
    assert "relation-without-its-source" not in done.stdout
    written = (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text()
    assert "        source: daily-gazette-2024-06-19\n" in written


def test_the_relation_of_the_instructions_makes_no_warning(cast: Project) -> None:
    """As in CONTRIBUTING, with a claim that has two pages."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    relation = re.search(r'--relation "(.*?)"', text, re.DOTALL)
    assert relation
    typed = " ".join(relation[1].split()).replace("kirby-2023-containers", "ministry-2023-shells")
    typed = typed.replace("type=denies", "type=repeats").replace("https://example.com/2024/06/18/envoy", ARTICLE)
    done = claim(cast, *SAID, "--url", ARTICLE, "--also", f"{ARTICLE}-2", "--relation", typed)

    assert done.returncode == 0, done.stderr + done.stdout
    assert "relation-without-its-source" not in done.stdout


def test_the_help_names_the_fields_within_an_option(cast: Project) -> None:
    help = " ".join(new(cast, "claim", "--help").stdout.split())

    for option, names in (
        ("--also PAGE", ("quote", "utterance_lang", "published_basis", "publisher", "copy_of", "copy_basis")),
        ("--figure ITEM", ("low", "point", "high", "bound", "either_or", "verbatim")),
        ("--relation ITEM", ("type", "to", "basis", "source")),
    ):
        takes = help.partition(option)[2].partition("akes ")[2].partition(" --")[0]
        assert {*names} <= {*re.findall(r"[a-z_]+", takes)}, option
    assert "--response-sought" not in help, "it is recorded later, on a claim that is there"


def test_the_body_of_unnamed_officials_is_filled_in_like_that_of_named_ones(cast: Project) -> None:
    officials = ("--name", "Officials of Norway (June 2024)", "--kind", "unnamed", "--part-of", "norway")
    assert new(cast, "actor", *officials).returncode == 0
    done = claim(cast, "--claimant", "officials of norway", *SAID[2:], "--url", ARTICLE)

    assert done.returncode == 0, done.stderr
    assert "on_behalf_of: norway (to which officials-of-norway-june-2024 belonged then)" in done.stderr
    assert "    on_behalf_of: norway\n" in (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text()


def test_an_id_that_was_proposed_is_named_before_it_is_permanent(cast: Project) -> None:
    proposed = "id: norway-2024-06-shells (proposed; --id names another, and once merged it stays)"
    assert proposed in claim(cast, *SAID, "--url", ARTICLE, "--dry-run").stderr
    assert "proposed" not in claim(cast, *SAID, "--url", ARTICLE, "--id", "norway-2024-word", "--dry-run").stderr


def test_a_recorded_page_takes_the_claim_into_its_bundle_with_the_new_ones(cast: Project) -> None:
    done = claim(cast, *EARLY, "--url", "https://gazette.example/second?a=1&b=2", "--also", ARTICLE)

    assert done.returncode == 0, done.stderr
    written = (cast.claims / "second.yaml").read_text()
    assert f"    url: {ARTICLE}\n" in written
    assert "    sources:\n      - id: gazette-2023-10-20\n      - id: daily-gazette-2024-06-18\n" in written


@pytest.mark.parametrize(
    ("options", "most"),
    [
        (("--url", ARTICLE), 8),  # a known outlet, with the day in the address
        (("--url", "https://gazette.example/x", "--published", "2024-06-18"), 9),
        (("--url", ARTICLE, "--also", f"{ARTICLE}-2", "--also", "https://gazette.example/y published=2024-06-18"), 11),
        (
            (
                *("--url", "https://post.example/x", "--published", "2024-06-18", "--publisher", "Evening Post"),
                *("--kind", "article-newspaper", "--lang", "en"),
            ),
            12,
        ),
    ],
    ids=["known", "without-a-day", "three-pages", "unknown-outlet"],
)
def test_no_claim_takes_more_than_twelve_answers(cast: Project, options: tuple[str, ...], most: int) -> None:
    (cast.root / ".gitconfig").write_text("[user]\n\tname = Newcomer\n")
    new(cast, "actor", "--name", "Evening Post", "--kind", "outlet")
    words = (*options, "--claimant", "Norway", "--said", "2024-06-17", "--quote", "by sea", *CLAIM, *WORDS)
    done = new(cast, "claim", *words)

    assert done.returncode == 0, done.stderr
    typed = sum(word.startswith("--") for word in words) + sum(word.count("=") for word in words if "/y" in word)
    assert typed == most <= 12


# Names.


@pytest.mark.parametrize("text", ["Ann Holm", "ann HOLM", "Holm", "holm ann"])
def test_a_name_or_words_that_fit_one_actor_are_taken_and_named(cast: Project, text: str) -> None:
    done = claim(cast, "--claimant", text, "--said", "2023-10-19", "--source", "gazette-2023-10-20")

    assert done.returncode == 0, done.stderr
    assert f"claimant: ann-holm (Ann Holm), for '{text}'" in done.stderr
    assert "    claimant: ann-holm\n" in (cast.claims / "second.yaml").read_text()


def test_words_that_fit_several_or_none_are_refused_with_what_to_type(cast: Project) -> None:
    several = claim(cast, "--topic", "harbour", "--claimant", "nor")
    assert "'shells-to-harbour-state' (Did the North Kingdom send shells" in several.stderr
    assert "'trains-to-harbour-state'" in several.stderr
    assert "--claimant: 'nor' fits several" in several.stderr
    digits = claim(cast, "--claimant", "2")
    assert "there is no actor '2'" in digits.stderr, "a figure is no name"
    near = claim(cast, "--claimant", "Anne Holm")
    assert "did you mean 'ann-holm'? If not, add it:  alleged new actor --name 'Anne Holm'" in near.stderr
    none = claim(cast, "--claimant", "Xavier Quill")
    assert "there is no actor 'Xavier Quill'; add it:  alleged new actor --name 'Xavier Quill' --kind …" in none.stderr


def test_several_ids_or_names_of_a_list_are_separated_by_commas(cast: Project) -> None:
    words = ("--claimant", "norway", "--said", "2023-10-19", "--source", "gazette-2023-10-20")
    done = claim(cast, *words, "--co-claimants", "North Kingdom, harbour-state", "--co-claimants", "navy-office")

    assert done.returncode == 0, done.stderr
    written = (cast.claims / "second.yaml").read_text()
    assert "    co_claimants: [north-kingdom, harbour-state, navy-office]\n" in written


def test_names_inside_lists_are_resolved_too(cast: Project) -> None:
    person = ("--name", "Cy Lund", "--kind", "person", "--public-role", "Envoy of Norway, 2024")
    done = new(cast, "actor", *person, "--memberships", "Navy Office role=deputy head", "--names", "Си Лунд lang=ru")

    assert done.returncode == 0, done.stderr
    written = (cast.claims / "people.yaml").read_text()
    assert "      - of: navy-office\n        role: deputy head\n" in written
    assert "text: Си Лунд" in written
    assert "lang: ru" in written
    wrong = new(cast, "actor", *person, "--names", "lang=ru Си Лунд")
    assert "as 'text=\"two words\" lang=…'" in wrong.stderr


# What is not known.


def test_a_page_without_a_day_has_a_lower_bound_and_its_id_only_the_year(cast: Project) -> None:
    page = ("--url", "https://gazette.example/undated", "--published", "2024-06-03..")
    done = claim(cast, "--claimant", "norway", "--by", "me", *page, "--undated")
    assert done.returncode == 2
    assert "--said: the page has no day of its own" in done.stderr
    done = claim(cast, "--claimant", "norway", "--by", "me", *page, "--said", "2024-06-03/2024-06-10")

    assert done.returncode == 0, done.stderr
    written = (cast.claims / "2024" / "daily-gazette-2024.yaml").read_text()
    assert f"    published: 2024-06-03/{today()}\n    published_basis: assumed\n" in written


@pytest.mark.parametrize(
    ("published", "file"),
    [
        ("2024-06-18~", "2024/daily-gazette-2024-06-18.yaml"),
        ("2024-06-03/2024-06-18", "2024/daily-gazette-2024-06.yaml"),
        ("2024-06", "2024/daily-gazette-2024-06.yaml"),
        ("2024-06-18/2024-07-18", "2024/daily-gazette-2024.yaml"),
        ("2023-12-31/2024-01-02", "2023/daily-gazette-2023.yaml"),
        ("../2024-06-18", "2024/daily-gazette-2024.yaml"),
        ("2024-06-18/..", "2024/daily-gazette-2024.yaml"),
    ],
)
def test_an_id_of_a_page_has_no_day_that_is_only_a_bound(cast: Project, published: str, file: str) -> None:
    page = ("--kind", "report", "--lang", "en", "--seen", "consulted", "--url", "https://gazette.example/a")
    done = new(cast, "source", *page, "--published", published)

    assert f"into claims/{file}" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("2023-10-19", "2023-10"),
        ("2023-10-01/2023-10-19", "2023-10"),
        ("2023-09-30/2023-10-01", "2023"),
        ("../2023-10-19", "2023"),
        ("2022-12-31/2023-01-01", "2022"),
    ],
)
def test_an_id_of_a_claim_has_the_claimant_the_year_and_the_question(cast: Project, said: str, period: str) -> None:
    """Neither names nor figures nor other words of the summary, which may be corrected, are in it."""
    summary = "In three days 28,000 Norwegian crews have sailed."
    words = ("--claimant", "norway", "--said", said, "--source", "gazette-2023-10-20", "--summary", summary)
    done = new(cast, "claim", *CLAIM, *words, "--figure", "point=28000 unit=person", "--dry-run")
    assert f"  - id: norway-{period}-shells" in done.stdout.splitlines(), done.stderr


def test_an_id_of_a_topic_that_is_all_names_or_taken_still_says_something(cast: Project) -> None:
    question = ("--question", "Did the North Kingdom arm the Harbour State?", "--predicate", "transfers-arms")
    who = (
        "--subject",
        "north-kingdom",
        "--object",
        "harbour-state",
        "--item",
        "arms",
        "--id",
        "north-kingdom-to-harbour-state",
    )
    assert new(cast, "topic", *question, *who).returncode == 0
    words = ("--act", "allege", "--mode", "past", *EARLY, "--source", "gazette-2023-10-20", *WORDS)

    for id in ("norway-2023-10-transfers-arms", "norway-2023-10-transfers-arms-2"):
        assert f"wrote '{id}'" in new(cast, "claim", "--topic", "north-kingdom-to-harbour-state", *words).stdout


def test_an_id_that_is_typed_holds_no_figure(cast: Project) -> None:
    words = (*EARLY, "--source", "gazette-2023-10-20", "--figure", "point=28000 unit=person")
    done = claim(cast, *words, "--id", "norway-28000-crews")
    assert done.returncode == 2
    assert "--id: the id 'norway-28000-crews' holds the figure 28000" in done.stderr


def test_a_name_in_another_script_needs_a_typed_id(cast: Project) -> None:
    words = ("--name", "Правительство", "--kind", "organ", "--part-of", "Norway")
    done = new(cast, "actor", *words)
    assert done.returncode == 2
    assert "--id: the name has no Latin letters" in done.stderr
    assert new(cast, "actor", *words, "--id", "government-of-norway").returncode == 0


def test_a_foreign_quote_without_gloss_is_a_hint_and_no_failure(cast: Project) -> None:
    page = ("--url", ARTICLE, "--lang", "fr", "--quote", "par mer")
    bare = claim(cast, *SAID, *page)
    assert bare.returncode == 0, bare.stderr
    assert "hint: the quote is in 'fr'" in bare.stdout
    page = ("--url", ARTICLE + "-2", "--lang", "fr", "--quote", "par mer", "--gloss", "by sea", "--translated")
    done = claim(cast, *SAID, *page, "--utterance-lang", "no")
    assert "hint" not in done.stdout
    assert "gloss: by sea\n        utterance_lang: no\n        translated: true\n" in "".join(
        path.read_text() for path in (cast.claims / "2024").iterdir()
    ).replace('"no"', "no")


def test_the_next_step_after_an_outlet_is_a_page_and_nothing_is_called_unused(cast: Project) -> None:
    done = new(cast, "actor", "--name", "Evening Post", "--kind", "outlet")

    assert "next: alleged new claim --url … --publisher evening-post" in done.stdout
    assert "unused-record" not in done.stdout
    assert "unused-record" in run_inside(cast.root, "check", "--format", "plain").stdout
    assert "fine until a claim names it" in run_inside(cast.root, "check", "--format", "human").stdout


def test_all_that_is_new_is_sent_not_only_the_file_of_the_claim(cast: Project) -> None:
    """The actors and topics that were added for the claim are in files of their own."""
    done = claim(cast, *SAID, "--url", ARTICLE)

    assert "; then git add claims and git commit" in done.stdout


def test_a_question_without_predicate_lists_those_near_it_and_how_to_add_one(cast: Project) -> None:
    done = new(cast, "topic", "--question", "Does Norway train soldiers of the Harbour State?", "--subject", "norway")

    assert done.returncode == 2
    listed = done.stderr.splitlines()
    assert any(line.startswith("    provides-training: ") for line in listed[:4]), listed
    assert "vocabularies/predicate.yaml" in done.stderr
    own = [line.removeprefix("    ") for line in listed if line.startswith("      ") or line == "      codes:"]
    (cast.root / "vocabularies").mkdir()
    (cast.root / "vocabularies" / "predicate.yaml").write_text("".join(f"{line[2:]}\n" for line in own))
    slots = ("--subject", "norway", "--object", "harbour-state", "--predicate", "leases-port")
    done = new(cast, "topic", "--question", "Does Norway lease a port to the Harbour State?", *slots)
    assert done.returncode == 0, done.stderr + "".join(own)


# Questions at a terminal.


def at_terminal(project: Project, *words: str, answers: str) -> tuple[int, str]:
    """Run a command at a terminal of POSIX, and return its exit code and what it showed."""
    import pty

    master, slave = pty.openpty()
    own = {"HOME": str(project.root), "XDG_CONFIG_HOME": str(project.root), "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, "-m", "alleged", "new", *words]
    shown = b""
    with subprocess.Popen(
        command, cwd=project.root, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **own}
    ) as process:
        os.close(slave)
        timer = threading.Timer(60, process.kill)
        timer.start()
        os.write(master, answers.encode() + b"\x04")  # the end of input, should more be asked for
        with suppress(OSError):  # Linux: the terminal is closed
            while part := os.read(master, 65536):
                shown += part
        process.wait()
        timer.cancel()
    os.close(master)
    return process.returncode, shown.decode().replace("\r\n", "\n")


terminal = pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")


@terminal
def test_at_a_terminal_it_asks_in_plain_words_and_checks_each_answer_at_once(cast: Project) -> None:
    lines = [
        *("https://gazette.example/vessels", "yesterday", "2024-06-18", ""),  # the page; no other page
        *("nobody known", "holm", "2024-06-40", "2024-06-17", ""),  # who, when, printed so
        *("harbour", "1", "allege", "past", "Vessels carried ammunition eastwards."),
        *("by sea", "", "low=1000 bound=gt unit=container", "", "", "me"),
    ]
    code, shown = at_terminal(cast, "claim", answers="\n".join([*lines, ""]))

    assert code == 0, shown
    written = (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text()
    for part in (
        "    published: 2024-06-18\n",
        "    claimant: ann-holm\n    on_behalf_of: navy-office\n",
        "    topic: shells-to-harbour-state\n",
        "    said: 2024-06-17\n    mode: past\n    quantities:\n      - low: 1000\n",
        "      - quote: by sea\n",
        "recorded: {by: me, on: ",
    ):
        assert part in written, shown
    for part in ("there is no actor 'nobody known'", "2024-06-40", "Does it say", "Did the North Kingdom send shells"):
        assert part in shown
    order = ["Address of the page", "Day of publication", "Who says it?", "When was it said?", "Which question"]
    order += [
        "What do the words do?",
        "One English sentence",
        "The words as printed",
        "give a figure",
        "pass the words",
    ]
    assert [shown.find(part) for part in order] == sorted(shown.find(part) for part in order)
    assert "is missing" not in shown


@terminal
def test_at_a_terminal_options_that_suffice_are_not_asked_about(cast: Project) -> None:
    code, shown = at_terminal(cast, "claim", "--url", ARTICLE, *SAID, *CLAIM, *WORDS, answers="")

    assert code == 0, shown
    assert "Who says it" not in shown


@terminal
def test_at_a_terminal_a_wrong_option_is_replaced_by_the_answer(cast: Project) -> None:
    words = ("--url", ARTICLE, *SAID, *CLAIM, *WORDS, "--figure", "low=many", "--co-claimants", "nobody")
    lines = ["", "", "", "low=1000 bound=gt unit=container", "", "", "harbour-state"]
    code, shown = at_terminal(cast, "claim", *words, answers="\n".join([*lines, ""]))

    assert code == 0, shown
    written = (cast.claims / "2024" / "daily-gazette-2024-06-18.yaml").read_text()
    assert "      - low: 1000\n" in written
    assert "    co_claimants: [harbour-state]\n" in written


@terminal
def test_at_a_terminal_the_end_of_input_writes_nothing(cast: Project) -> None:
    before = sorted(path.name for path in cast.claims.rglob("*"))
    code, shown = at_terminal(cast, "claim", "--url", ARTICLE, answers="")

    assert code != 0, shown
    assert sorted(path.name for path in cast.claims.rglob("*")) == before


@terminal
def test_at_a_terminal_an_actor_is_asked_for_by_its_fields(cast: Project) -> None:
    code, shown = at_terminal(cast, "actor", "--name", "Evening Post", answers="paper\noutlet\n")

    assert code == 0, shown
    assert "  - id: evening-post\n" in (cast.claims / "cast.yaml").read_text()
