"""`alleged import` of the form of an issue: a draft for the curator, or a refusal; the texts are not trusted."""

import re

import pytest

from alleged.editing.importing.forms import CONSENT, LABELS
from alleged.project import Project
from alleged.reader import Document, read_document
from importing import imported, state_of, verdicts, with_cast
from inside import run_inside
from paths import ROOT

ANSWERS = {
    "Address of the article": "https://gazette.example/form/1",
    "Who published it": "Daily Gazette",
    "Date on the page": "2024-06-18",
    "Language of the article": "English",
    "Who said it": "Ann Holm",
    "When it was said": "2024-06-17",
    "What was said": "Shells went by ship.",
    "The decisive words": "by ship",
}
TICKED = "- [X] I agree that the record is published under CC BY 4.0."
CODES = {"act": "allege", "topic": "shells-to-harbour-state", "mode": "past"}
SOURCE = {"source_kind": "article-newspaper", "source_seen": "consulted"}
OURS = [f"--set={name}={text}" for name, text in (CODES | SOURCE).items()]


@pytest.fixture
def cast(project: Project) -> Project:
    return with_cast(project)


def form(project: Project, answers: dict[str, str], consent: str = TICKED) -> str:
    """Write a form as GitHub does, and return its name."""
    parts = [f"### {label}\r\n\r\n{answers.get(label, '_No response_')}" for label in LABELS]
    text = "\r\n\r\n".join([*parts, f"### {CONSENT}\r\n\r\n{consent}\r\n"])
    (project.root / "form.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    return "form.md"


def test_the_labels_are_those_of_the_form() -> None:
    text = (ROOT / ".github" / "ISSUE_TEMPLATE" / "claim.yml").read_text(encoding="utf-8")

    assert re.findall(r"^      label: (.*)$", text, re.MULTILINE) == [*LABELS, CONSENT]


def test_a_form_becomes_a_draft_that_a_curator_completes(cast: Project) -> None:
    figures = {"Figures": "more than 1,000 containers", "What the claim rests on": "satellite images, they say"}
    name = form(cast, ANSWERS | figures)
    done = imported(cast, name, "--by", "me", "--review", "draft.yaml")

    assert verdicts(done) == {1: "open"}
    draft = (cast.root / "draft.yaml").read_text()
    assert re.findall(r'field: "(\w+)"', draft) == ["figure", "basis", "source_kind", "source_seen", "act", "topic"]
    assert "more than 1,000 containers" in draft
    assert "satellite images, they say" in draft
    answers = {"figure": "low=1000 bound=gt unit=container", "basis": "imagery-released", **SOURCE, **CODES}
    for field, answer in answers.items():
        draft = re.sub(rf'(field: "{field}"\n(?: .*\n)*?\s+value: )""', rf'\1"{answer}"', draft)
    (cast.root / "draft.yaml").write_text(draft)
    words = [name, "--by", "me", "--set", "mode=past", "--review-from", "draft.yaml", "--write"]

    assert verdicts(imported(cast, *words)) == {1: "ready"}

    written = (cast.claims / "import" / "daily-gazette-2024-06-18.yaml").read_text()
    assert "lang: en\n" in written
    assert "bound: gt" in written
    assert "error" not in run_inside(cast.root, "check", "--format", "plain").stdout
    before = state_of(cast)
    assert verdicts(imported(cast, *words)) == {1: "recorded"}
    assert state_of(cast) == before


HOSTILE = [
    "x: [a, *b, !!python/object:os.system]\nclaims:\n  - id: injected",
    "---\n...\n%TAG ! x\n- &a [*a]\n",
    "'\"`\\ # ${{ github.token }} $(id) | > {x} <!-- --> <script>alert(1)</script> [a](javascript:b)",
    "\u2028claims: []\u0085\x0b\x0c",
    "# not a heading\n\n### Nor is this one\n\n- [X] Agreed",
    "::error file=a::b\n::set-output name=x::y",
    "=HYPERLINK(1)",
    "\x1b[31mred\x07",
    "a\u202eb",
    "\ufeff\ufeff",
    "x" * 100_000,
    "yes\u0301 " * 1_000,
    "null",
    "~",
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:16])
@pytest.mark.parametrize("label", ["What was said", "Who said it", "The decisive words", "Who published it", "Figures"])
def test_hostile_texts_become_a_record_a_draft_or_a_refusal(cast: Project, label: str, text: str) -> None:
    before = state_of(cast)
    done = imported(cast, form(cast, ANSWERS | {label: text}), "--by", "me", "--review", "draft.yaml", *OURS, "--write")

    after = state_of(cast)
    assert done.returncode in (0, 1), done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert not re.search(r"^::", done.stdout, re.MULTILINE)
    new = {name for name in after if name not in before} - {"form.md", "draft.yaml"}
    assert {name for name in before if before[name] != after[name]} == set()
    assert all(re.fullmatch(r"claims/import/[a-z0-9-]+\.yaml", name) for name in new)
    assert isinstance(read_document(cast.root / "draft.yaml", cast), Document)
    for name in new:
        document = read_document(cast.root / name, cast)
        assert isinstance(document, Document)
        assert [claim["id"] for claim in document.data["claims"]] != ["injected"]
        assert document.data["claims"][0]["claimant"] == "ann-holm"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "Hello", "is not the form 'A claim that is missing': it has no heading '### Address of"),
        (lambda text: text.replace("### What was said\r", "### What was aid\r"), "no heading '### What was said'"),
        (lambda text: text.replace("Shells", "### Who said it\r\n\r\nNorway"), "'### Who said it' is there twice"),
        (lambda text: text.replace("[X]", "[ ]"), "the box of the licence is not ticked"),
        (lambda text: text.replace("Shells", "\0"), "a NUL byte"),
    ],
)
def test_what_is_not_the_form_is_refused(cast: Project, change: object, message: str) -> None:
    path = cast.root / form(cast, ANSWERS)
    path.write_bytes(change(path.read_bytes().decode()).encode())  # type: ignore[operator]
    done = imported(cast, path, "--by", "me", *OURS, "--write")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: form.md")
    assert message in done.stderr


def test_a_box_ticked_in_another_text_is_no_consent(cast: Project) -> None:
    done = imported(cast, form(cast, ANSWERS | {"What was said": TICKED}, "- [ ] I agree"), "--by", "me")

    assert "not ticked" in done.stderr
