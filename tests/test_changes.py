"""Changes as shown to reviewers: records and fields in words, nothing left out, everything escaped."""

import json
import subprocess
from collections.abc import Callable

import pytest

from alleged.changes import Change, compare, headline
from alleged.errors import UnknownNameError
from alleged.project import Project
from alleged.records.corpus import Corpus, read, read_plain
from alleged.render import changes as shown
from alleged.review import Review
from inside import run_inside
from paths import TESTS

CAST = (TESTS / "cast" / "cast.yaml").read_text(encoding="utf-8")
CLAIM = (TESTS / "mistakes" / "no-mistake.yaml").read_text(encoding="utf-8") + (
    "    sources:\n      - quote: shells went by ship\n      - locator: page 2\n"
)

State = Callable[[str], Corpus]


@pytest.fixture
def state(project: Project) -> State:
    """Return what makes the records of a text for the claim, beside the cast."""

    def made(claim: str, cast: str = CAST) -> Corpus:
        (project.claims / "cast.yaml").write_text(cast, encoding="utf-8")
        (project.claims / "claim.yaml").write_text(claim, encoding="utf-8")
        found = read(project)
        assert found.issues == ()
        return found.corpus

    return made


def edits(change: Change) -> list[tuple[str, object, object]]:
    return [tuple(edit) for edit in change.edits]


def test_equal_records_in_other_files_have_not_changed(state: State, project: Project) -> None:
    before = state(CLAIM)
    (project.claims / "claim.yaml").unlink()
    (project.claims / "2023").mkdir()
    (project.claims / "2023" / "moved.yaml").write_text("# moved\n" + CLAIM, encoding="utf-8")

    found = compare(before, read(project).corpus)

    assert found.changes == ()
    assert headline(found) == "nothing changed"


def test_an_edited_field_is_reported_with_both_values(state: State) -> None:
    found = compare(state(CLAIM), state(CLAIM.replace("Shells went by ship.", "Shells went by train.")))

    assert [(c.kind, c.id, c.change, edits(c)) for c in found.changes] == [
        ("claims", "ministry-shells", "edited", [("summary", "Shells went by ship.", "Shells went by train.")])
    ]
    assert headline(found) == "1 summary edited"


def test_an_edited_quote_is_reported_at_its_entry(state: State) -> None:
    found = compare(state(CLAIM), state(CLAIM.replace("quote: shells went by ship", "quote: shells went by train")))

    assert [edits(c) for c in found.changes] == [[("sources[0].quote", "shells went by ship", "shells went by train")]]
    assert headline(found) == "1 quote edited"
    assert "sources[0].quote: shells went by [-ship-] {+train+}" in "\n".join(shown.text(Review(found, ())))
    assert "~~ship~~ **train**" in "\n".join(shown.markdown(Review(found, ())))


def test_an_appearance_more_is_re_sourcing(state: State) -> None:
    found = compare(state(CLAIM), state(CLAIM + "      - locator: page 3\n"))

    assert [(c.change, edits(c)) for c in found.changes] == [
        ("re-sourced", [("sources[2]", None, {"id": "gazette-2023-10-14", "locator": "page 3"})])
    ]


def test_an_edit_of_provenance_alone_is_reported(state: State) -> None:
    found = compare(state(CLAIM), state(CLAIM.replace("by: newcomer", "by: other")))

    assert headline(found) == "1 recording edited"


def test_a_withdrawal_is_reported_with_its_reason(state: State) -> None:
    gone = CLAIM + "    status: withdrawn\n    status_reason: The outlet took it back.\n    status_on: 2023-10-20\n"

    found = compare(state(CLAIM), state(gone))

    assert [(c.change, c.reason) for c in found.changes] == [("withdrawn", "The outlet took it back.")]
    assert headline(found) == "1 claim withdrawn"


def test_a_new_denial_contradicts_the_claim_it_answers(state: State) -> None:
    denial = CLAIM + (
        "  - id: harbour-denial\n    claimant: harbour-state\n    act: deny\n    denial_scope: full\n"
        "    topic: shells-to-harbour-state\n    said: 2023-10-14\n    summary: No shells came.\n"
        "    relations: [{type: denies, to: ministry-shells, basis: curator}]\n"
    )

    found = compare(state(CLAIM), state(denial))

    assert [(c.id, c.change, c.by) for c in found.changes] == [
        ("harbour-denial", "added", ()),
        ("ministry-shells", "contradicted", ("harbour-denial",)),
    ]
    assert headline(found) == "1 claim on 1 article added, 1 claim contradicted"
    assert "records: claims 1 -> 2" in "\n".join(shown.text(Review(found, ())))


def test_the_headline_keeps_the_order_of_the_fields(state: State) -> None:
    edited = CLAIM.replace("by ship.", "by train.").replace("page 2", "page 3").replace("by: newcomer", "by: other")

    assert headline(compare(state(CLAIM), state(edited))) == "1 recording edited, 1 summary edited, 1 locator edited"


def test_lists_are_reported_in_words(state: State) -> None:
    allowed = CLAIM + "    allow: [{rule: unused-record, reason: kept for later}]\n"

    reported = "\n".join(shown.text(Review(compare(state(CLAIM), state(allowed)), ())))

    assert "allow: {+rule unused-record, reason kept for later+}" in reported


def test_a_record_that_is_gone_without_a_reason_is_reported(state: State) -> None:
    found = compare(state(CLAIM), state(CLAIM.replace("ministry-shells", "other-shells")))

    assert [c.id for c in found.removed] == ["ministry-shells"]


def test_every_change_is_a_line_of_json(state: State) -> None:
    found = compare(state(CLAIM), state(CLAIM.replace("by: newcomer", "by: other")))

    assert [json.loads(line) for line in shown.ndjson(Review(found, ()))] == [
        {
            "kind": "claims",
            "id": "ministry-shells",
            "change": "edited",
            "fields": [{"path": "recorded.by", "before": "newcomer", "after": "other"}],
        }
    ]


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "@everyone look", "[a](https://evil.example)", "**bold** `code`", "a | b", "![x](y)"],
)
def test_nothing_of_a_record_acts_in_a_comment(text: str, state: State) -> None:
    found = compare(state(CLAIM), state(CLAIM.replace("Shells went by ship.", json.dumps(text))))
    comment = "\n".join(shown.markdown(Review(found, ())))

    assert "<script" not in comment
    assert "@everyone" not in comment
    assert "://" not in comment
    for sign in "[]`|!":
        assert sign not in comment.replace(f"\\{sign}", "").replace("`ministry-shells`", "")


def test_diff_compares_branches_and_the_files_as_they_lie(project: Project) -> None:
    def git(*words: str) -> None:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *words], cwd=project.root, check=True, capture_output=True)

    def diff(*words: str) -> tuple[int, str]:
        done = run_inside(project.root, "diff", *words)
        return done.returncode, done.stdout.splitlines()[0] if done.stdout else done.stderr

    (project.claims / "cast.yaml").write_text(CAST, encoding="utf-8")
    (project.claims / "claim.yaml").write_text(CLAIM, encoding="utf-8")
    git("init", "-q", "-b", "main")
    git("add", "claims")
    git("commit", "-qm", "Record claims")
    (project.claims / "claim.yaml").write_text(CLAIM.replace("by ship.", "by train."), encoding="utf-8")
    assert diff("main") == (0, "1 summary edited")
    git("commit", "-qam", "Correct a summary")
    assert diff("HEAD~1..HEAD") == (0, "1 summary edited")
    assert diff("HEAD~1", "HEAD") == (0, "1 summary edited")
    assert diff("HEAD") == (0, "nothing changed")
    (project.claims / "claim.yaml").unlink()
    assert diff("HEAD") == (1, "1 claim removed")
    code, said = diff("nowhere")
    assert (code, "git knows no revision 'nowhere'" in said) == (2, True)


def test_records_that_cannot_be_read_are_not_compared(project: Project) -> None:
    (project.claims / "broken.yaml").write_text("claims:\n\t- id: x\n")

    with pytest.raises(UnknownNameError, match=r"claims/broken.yaml:2 cannot be read: a tab where"):
        read_plain(project)
