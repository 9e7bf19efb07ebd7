"""Redaction: the texts of a record are gone from the file and from everything made of it; all else stays."""

import json
import shlex

import pytest

from alleged import release
from alleged.datasets import manifests
from alleged.editing.single_fields import with_field, with_value, without
from alleged.project import Project
from alleged.reader.values import compose
from alleged.records.corpus import read
from inside import run_inside
from paths import TESTS
from repositories import git_in

WHY = ("--reason", "Named without a public role")

PERSON = """\
actors:
  # Checked against the page of the ministry.
  - id: secret-person
    name: Ivan Hidden  # as on the page
    kind: person
    names:
      - {text: Иван Скрытый, lang: ru}
      - text: Hidden Ivan
    part_of: [{of: defence-ministry, role: hidden envoy, from: "2020"}]
    ids: {wikidata: Q987654321}
    public_role: >
      Envoy of the
      hidden kind

    note: Met Ivan Hidden.
  - {id: other-person, name: Other Person, kind: person, public_role: Minister, note: stays}
"""
CLAIM = """\
defaults:
  source: gazette-2023-10-14
  recorded: {by: newcomer, on: 2023-10-20}
  hedge_text: perhaps Ivan
claims:
  - id: hidden-claim
    claimant: secret-person
    on_behalf_of: defence-ministry
    act: allege
    topic: shells-to-harbour-state
    said: 2023-10-13
    mode: past
    summary: Ivan Hidden sent shells.
    quantities:
      - {low: 1000, bound: gt, unit: round, verbatim: over a thousand of Ivan}
    sources:
      - quote: Ivan Hidden shells
      - {id: gazette-2023-10-14, quote: "shells, hidden ones", locator: page 2}
    response_sought:
      - {on: 2023-10-20, by: newcomer, queries: [Ivan Hidden denies], note: Ivan Hidden has no page.}
    note: Ask Ivan Hidden.
  - id: open-claim
    claimant: defence-ministry
    act: allege
    topic: shells-to-harbour-state
    said: 2023-10-14
    mode: past
    summary: Shells went by train.
"""
WORDS = ("Hidden", "hidden envoy", "hidden kind", "Скрытый", "Q987654321", "of Ivan", "hidden ones", "page 2")


@pytest.fixture
def hidden(project: Project) -> Project:
    """Return a project with a person who should not be named, and a claim of this person."""
    cast = (TESTS / "cast" / "cast.yaml").read_text(encoding="utf-8")
    for name, text in (("cast", cast), ("person", PERSON), ("claim", CLAIM)):
        (project.claims / f"{name}.yaml").write_text(text, encoding="utf-8")
    return project


def redact(project: Project, *ids: str) -> None:
    for id in ids:
        done = run_inside(project.root, "redact", id, *WHY)
        assert done.returncode == 0, done.stderr
        assert not any(word in done.stdout + done.stderr for word in WORDS)


def test_the_texts_of_a_claim_are_removed_and_the_rest_of_the_file_is_the_same(hidden: Project) -> None:
    redact(hidden, "hidden-claim")

    text = (hidden.claims / "claim.yaml").read_text(encoding="utf-8")
    head, found, tail = text.partition("  - id: open-claim\n")
    assert head.partition("claims:\n")[0] + found + tail == (
        CLAIM.partition("claims:\n")[0] + "  - id: open-claim\n" + CLAIM.partition("  - id: open-claim\n")[2]
    )
    assert head.partition("claims:\n")[2].splitlines()[:12] == [
        "  - id: hidden-claim",
        "    claimant: secret-person",
        "    on_behalf_of: defence-ministry",
        "    act: allege",
        "    topic: shells-to-harbour-state",
        "    said: 2023-10-13",
        "    mode: past",
        '    summary: "[redacted]"',
        '    hedge_text: "[redacted]"',
        "    quantities:",
        "      - {low: 1000, bound: gt, unit: round}",
        "    sources:",
    ]
    assert "      - {}\n      - {id: gazette-2023-10-14}\n    status: withdrawn\n" in head
    assert '    status_reason: "[redacted] Named without a public role"\n    status_on: ' in head


def test_an_actor_that_active_claims_name_stays_active_and_says_why_in_its_note(hidden: Project) -> None:
    done = run_inside(hidden.root, "redact", "secret-person", *WHY)

    assert "it stays active, since these refer to it: hidden-claim" in done.stdout
    assert (hidden.claims / "person.yaml").read_text(encoding="utf-8") == (
        "actors:\n"
        "  # Checked against the page of the ministry.\n"
        "  - id: secret-person\n"
        '    name: "[redacted]"  # as on the page\n'
        "    kind: person\n"
        '    part_of: [{of: defence-ministry, from: "2020"}]\n'
        '    public_role: "[redacted]"\n'
        '    note: "[redacted] Named without a public role"\n\n'
        "  - {id: other-person, name: Other Person, kind: person, public_role: Minister, note: stays}\n"
    )
    assert "comments inside the record: claims/person.yaml:4" in done.stdout
    assert "claims/claim.yaml:13" in done.stdout  # the claim still has the name


def test_an_actor_is_withdrawn_if_only_withdrawn_claims_name_it(hidden: Project) -> None:
    redact(hidden, "hidden-claim", "secret-person")

    assert read(hidden).corpus.actors["secret-person"]["status"] == "withdrawn"


def test_a_person_whom_nobody_refers_to_is_withdrawn_in_brackets_too(hidden: Project) -> None:
    redact(hidden, "other-person")

    line = (hidden.claims / "person.yaml").read_text(encoding="utf-8").splitlines()[-1]
    assert line.startswith(
        '  - {id: other-person, name: "[redacted]", kind: person, public_role: "[redacted]", status: w'
    )
    assert 'status_reason: "[redacted] Named without a public role", status_on: ' in line
    assert "stays" not in line


def test_the_address_of_a_source_leads_nowhere_afterwards(hidden: Project) -> None:
    redact(hidden, "gazette-2023-10-14")

    source = read(hidden).corpus.sources["gazette-2023-10-14"]
    assert source["url"] == "https://redacted.invalid/gazette-2023-10-14"


def test_redacted_texts_stand_in_no_table_and_no_output_and_the_check_passes(hidden: Project) -> None:
    git = git_in(hidden.root)
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "Before")

    redact(hidden, "hidden-claim", "secret-person")

    checked = run_inside(hidden.root, "check", "--no-cache")
    assert "error" not in checked.stdout
    assert checked.returncode == 0
    shown = [run_inside(hidden.root, "show", "hidden-claim")]
    shown += [run_inside(hidden.root, "diff", "HEAD", "--format", form) for form in ("text", "markdown", "ndjson")]
    shown += [run_inside(hidden.root, "check", "--format", form) for form in ("json", "html", "sarif")]
    assert release.build(hidden).published
    tables = [path.read_bytes() for path in sorted((hidden.datasets / "dev").iterdir())]
    # Parquet may compress: rows are read back too.
    import polars as pl

    rows = [pl.read_parquet(path).write_ndjson() for path in (hidden.datasets / "dev").glob("*.parquet")]
    git("add", ".")
    pages = run_inside(hidden.root, "explain", "--write")
    assert pages.returncode == 0
    texts = [path.read_text(encoding="utf-8") for path in hidden.root.rglob("*.md")]
    for word in ("Ivan Hidden", *WORDS[1:7]):
        assert not any(word.encode() in content for content in tables)
        assert not any(word in text for text in (*rows, *texts, *(done.stdout + done.stderr for done in shown)))
    assert '"change":"redacted"' in shown[3].stdout.replace(" ", "")
    assert "claim hidden-claim: redacted, Named without a public role" in shown[1].stdout


def test_redacted_records_raise_no_finding_that_only_their_marker_or_reason_causes(hidden: Project) -> None:
    for id in ("secret-person", "other-person", "daily-gazette", "norway"):
        done = run_inside(hidden.root, "redact", id, "--reason", "The record had a date of birth")
        assert done.returncode == 0, done.stderr

    issues = run_inside(hidden.root, "check", "--no-cache", "--format", "plain").stdout

    assert "shared-name" not in issues
    assert "private-detail" not in issues
    assert "error" not in issues


def test_local_copies_that_hold_the_texts_are_named(hidden: Project) -> None:
    (hidden.root / ".texts").mkdir()
    (hidden.root / ".texts" / "gazette-2023-10-14.txt").write_text("Ivan Hidden")
    (hidden.datasets / "dev").mkdir(parents=True)

    done = run_inside(hidden.root, "redact", "gazette-2023-10-14", *WHY)

    assert "  .texts/gazette-2023-10-14.txt, which only you have" in done.stdout
    assert "  datasets/dev, which only you have" in done.stdout


def test_the_releases_that_hold_the_record_are_withdrawn_and_the_others_are_not(copied: Project) -> None:
    folder = copied.datasets / "2026.10.0" / "manifest.json"
    manifest = json.loads(folder.read_bytes())
    manifest["ids"]["claims"] = ["another-claim"]
    folder.write_bytes(json.dumps(manifest).encode())

    done = run_inside(copied.root, "redact", "ministry-shells", *WHY)

    assert done.returncode == 0, done.stderr
    assert manifests.read_index(copied.root).yanked == {
        "2026.11.0": "ministry-shells was redacted: Named without a public role"
    }
    assert "datasets/index.json: withdrew release 2026.11.0" in done.stdout
    assert "are still in the repository" in done.stdout


def test_a_release_that_is_withdrawn_already_keeps_its_reason(copied: Project) -> None:
    path = copied.datasets / "index.json"
    index = json.loads(path.read_bytes())
    path.write_bytes(json.dumps({**index, "yanked": {"2026.10.0": "a wrong total"}}).encode())

    redact(copied, "ministry-shells")

    assert manifests.read_index(copied.root).yanked["2026.10.0"] == "a wrong total"
    assert set(manifests.read_index(copied.root).yanked) == {"2026.10.0", "2026.11.0"}


def test_what_to_type_next_commits_the_changed_files_alone(hidden: Project) -> None:
    git = git_in(hidden.root)
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "Record claims")

    done = run_inside(hidden.root, "redact", "other-person", *WHY)

    [line] = [line for line in done.stdout.splitlines() if "git commit" in line]
    git(*shlex.split(line.partition("&& git ")[2]))
    assert git("status", "--porcelain").strip() == ""


def test_a_dry_run_says_the_same_and_changes_nothing(copied: Project) -> None:
    before = {path: path.read_bytes() for path in copied.root.rglob("*") if path.is_file()}

    done = run_inside(copied.root, "redact", "ministry-shells", *WHY, "--dry-run")

    assert done.returncode == 0
    assert "  summary: [redacted]" in done.stdout
    assert "would withdraw release 2026.10.0" in done.stdout
    assert {path: path.read_bytes() for path in copied.root.rglob("*") if path.is_file()} == before


def test_the_history_that_holds_the_texts_is_named(hidden: Project) -> None:
    git = git_in(hidden.root)
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "Before")

    done = run_inside(hidden.root, "redact", "hidden-claim", *WHY)

    assert f"git history: 1 commit of claims/claim.yaml, {git('rev-parse', 'HEAD')[:12]}" in done.stdout


def test_an_unknown_id_gets_candidates_and_a_short_reason_is_refused(hidden: Project) -> None:
    unknown = run_inside(hidden.root, "redact", "secret-persn", *WHY)
    short = run_inside(hidden.root, "redact", "secret-person", "--reason", "gone")

    assert (unknown.returncode, unknown.stderr) == (
        2,
        "error: there is no record 'secret-persn'; did you mean 'secret-person'?\n",
    )
    assert short.returncode == 2
    assert "at least 10 characters" in short.stderr
    assert (hidden.claims / "person.yaml").read_text(encoding="utf-8") == PERSON


def test_a_file_that_could_not_be_read_afterwards_is_not_changed(hidden: Project) -> None:
    path = hidden.claims / "person.yaml"
    path.write_text("actors:\n  - ? id\n    : other-person\n    ? name\n    : Ivan Hidden\n    ? kind\n    : unnamed\n")
    before = path.read_bytes()

    done = run_inside(hidden.root, "redact", "other-person", *WHY)

    assert (done.returncode, path.read_bytes()) == (2, before), done.stdout
    assert "run 'alleged fmt claims/person.yaml' first" in done.stderr
    assert run_inside(hidden.root, "fmt", "claims/person.yaml").returncode == 0
    redact(hidden, "other-person")


def test_a_record_file_behind_a_link_is_not_written(hidden: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "person.yaml"
    outside.write_text(PERSON, encoding="utf-8")
    (hidden.claims / "person.yaml").unlink()
    (hidden.claims / "person.yaml").symlink_to(outside)

    assert run_inside(hidden.root, "redact", "secret-person", *WHY).returncode != 0
    assert outside.read_text(encoding="utf-8") == PERSON


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("claims:\n- a: x\n  b: y\n", ("claims", 0, "a"), "claims:\n- b: y\n"),
        ("claims:\n- a: x # c\n  # d\n  b: y\n", ("claims", 0, "a"), "claims:\n-  # c\n  # d\n  b: y\n"),
        ("claims:\n- a: x\n  b: |\n    one\n\n    two\n\n# end\n", ("claims", 0, "b"), "claims:\n- a: x\n\n# end\n"),
        ("claims:\r\n- a: x\r\n  b: y\r\n", ("claims", 0, "b"), "claims:\r\n- a: x\r\n"),
        ("claims:\n- a: x\n  b: y", ("claims", 0, "b"), "claims:\n- a: x\n"),
        ("claims: [{a: x, b: y, c: z}]\n", ("claims", 0, "b"), "claims: [{a: x, c: z}]\n"),
        ("claims: [{a: x, b: y}]\n", ("claims", 0, "b"), "claims: [{a: x}]\n"),
        ("claims: [{a: x}]\n", ("claims", 0, "a"), "claims: [{}]\n"),
        ("claims:\n- b: y\n  a:\n  - {t: x}\n  - t: z  # t\n  c: w\n", ("claims", 0, "a"), "claims:\n- b: y\n  c: w\n"),
        ("\ufeffclaims:\n- a: é\n  b: y\n", ("claims", 0, "a"), "\ufeffclaims:\n- b: y\n"),
    ],
)
def test_a_field_is_removed_however_it_is_written(before: str, path: tuple[str | int, ...], after: str) -> None:
    found = without(before.encode(), path)

    assert found.decode() == after
    findings = []
    compose(found.removeprefix("\ufeff".encode()), findings)
    assert findings == []


def test_a_field_is_added_behind_its_predecessor_and_a_value_replaced_in_place() -> None:
    order = ["a", "b", "c"]

    assert with_field(b"claims:\n- a: x  # x\n  c: z\n", ("claims", 0, "b"), "w", order) == (
        b"claims:\n- a: x  # x\n  b: w\n  c: z\n"
    )
    assert with_field(b"claims:\n- a: x", ("claims", 0, "b"), "no", order) == b'claims:\n- a: x\n  b: "no"\n'
    assert with_field(b"claims: [{a: x, c: z}]\n", ("claims", 0, "b"), "y, y", order) == (
        b'claims: [{a: x, b: "y, y", c: z}]\n'
    )
    assert with_value(b"claims:\n- a: >\n    x\n    y\n\n  c: z\n", ("claims", 0, "a"), "w") == (
        b"claims:\n- a: w\n\n  c: z\n"
    )
