"""Adding a record changes no other byte, whatever the layout of the file."""

import pytest

from alleged.editing.adding import Bundle, add, new_bundle, open_bundle, save
from alleged.editing.formatter import format_content
from alleged.editing.proposals import registry_file
from alleged.errors import AllegedError, EnvironmentFailure, StyleError
from alleged.project import Project
from alleged.records.corpus import read
from alleged.text.words import slug

RECORD = {"id": "new", "name": "A: b", "kind": "outlet"}
LINES = ["  - id: new", '    name: "A: b"', "    kind: outlet"]
ADDED = "\n".join(LINES) + "\n"


def with_record(text: str, project: Project, kind: str = "actors") -> str:
    path = project.claims / "bundle.yaml"
    path.write_bytes(text.encode())
    return add(open_bundle(path, project), kind, [RECORD], project).decode()


CASES = {
    "after-the-last": ("actors:\n  - id: a\n", "actors:\n  - id: a\n" + ADDED),
    "without-a-last-line-break": ("actors:\n  - id: a", "actors:\n  - id: a\n" + ADDED),
    "before-the-next-list": (
        "actors:\n  - id: a\n\n# of topics\ntopics:\n  - id: t\n",
        f"actors:\n  - id: a\n{ADDED}\n# of topics\ntopics:\n  - id: t\n",
    ),
    "after-comments-of-the-list": (
        "actors:\n  - id: a  # beside\n    # within\n  # below\n# of the file\n",
        f"actors:\n  - id: a  # beside\n    # within\n  # below\n{ADDED}# of the file\n",
    ),
    "with-blank-lines-between": (
        "actors:\n  - id: a\n\n  - id: b\n",
        f"actors:\n  - id: a\n\n  - id: b\n\n{ADDED}",
    ),
    "as-far-to-the-left": (
        "actors:\n- id: a\n# of topics\ntopics:\n- id: t\n",
        'actors:\n- id: a\n- id: new\n  name: "A: b"\n  kind: outlet\n# of topics\ntopics:\n- id: t\n',
    ),
    "below-a-text-of-several-lines": (
        "actors:\n  - id: a\n    note: |\n      one\n\n      # two\n",
        f"actors:\n  - id: a\n    note: |\n      one\n\n      # two\n{ADDED}",
    ),
    "a-new-list-between-others": (
        "claims:\n  - id: c\n\n# of topics\ntopics:\n  - id: t\n",
        f"claims:\n  - id: c\n\nactors:\n{ADDED}\n# of topics\ntopics:\n  - id: t\n",
    ),
    "a-new-list-before-all-others": (
        "# of the file\n\n# of topics\ntopics:\n  - id: t\n",
        f"# of the file\n\nactors:\n{ADDED}\n# of topics\ntopics:\n  - id: t\n",
    ),
    "a-new-list-below-the-head": (
        "# of the file\ntopics:\n  - id: t\n",
        f"# of the file\n\nactors:\n{ADDED}\ntopics:\n  - id: t\n",
    ),
    "a-new-list-at-the-end": ("claims:\n  - id: c\n", f"claims:\n  - id: c\n\nactors:\n{ADDED}"),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_a_record_is_added_in_its_place(before: str, after: str, project: Project) -> None:
    assert with_record(before, project) == after
    if format_content(before.encode(), "x") == before.encode():
        assert format_content(after.encode(), "x") == after.encode()


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_byte_order_mark_and_line_endings_stay(before: str, after: str, project: Project) -> None:
    windows = "\ufeff" + before.replace("\n", "\r\n")
    if windows.endswith("\n"):
        assert with_record(windows, project) == "\ufeff" + after.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text", ["actors: [{id: a}]\n", "{actors: [{id: a}]}\n", "actors:\n  - id: a\n    note: |+\n      one\n\n\n"]
)
def test_a_file_in_which_something_else_would_change_is_refused(text: str, project: Project) -> None:
    with pytest.raises(StyleError, match=r"bundle\.yaml"):
        with_record(text, project)


@pytest.mark.parametrize(
    "name", ["../x.yaml", "x.yaml", "claims/x.txt", "claims/nul.yaml", "claims/a b.yaml", "claims/.a/x.yaml"]
)
def test_only_record_files_are_opened(name: str, project: Project) -> None:
    with pytest.raises(AllegedError, match="cannot be the name of a bundle"):
        open_bundle(project.root / name, project)


def test_a_link_is_not_followed(project: Project) -> None:
    (project.root / "target.yaml").write_text("actors:\n  - id: a\n")
    (project.claims / "link.yaml").symlink_to(project.root / "target.yaml")

    with pytest.raises(AllegedError, match="cannot be read"):
        open_bundle(project.claims / "link.yaml", project)


def test_a_file_that_has_changed_meanwhile_is_not_overwritten(project: Project) -> None:
    path = project.claims / "bundle.yaml"
    path.write_text("actors:\n  - id: a\n")
    bundle = open_bundle(path, project)
    new = open_bundle(project.claims / "new.yaml", project)
    path.write_text("actors:\n  - id: b\n")
    (project.claims / "new.yaml").write_text("actors:\n  - id: c\n")

    for changed in (bundle, new):
        with pytest.raises(EnvironmentFailure):
            save(changed, add(changed, "actors", [RECORD], project), project)
    assert [p.read_text() for p in sorted(project.claims.iterdir())] == [
        "actors:\n  - id: b\n",
        "actors:\n  - id: c\n",
    ]


def test_a_new_bundle_has_only_its_records(project: Project) -> None:
    assert add(Bundle("claims/2024/x.yaml", None, {}), "actors", [RECORD], project).decode() == "actors:\n" + ADDED
    claims = new_bundle("claims/y.yaml", {"source": "s"}, {"claims": [{"id": "c", "sources": [{"id": "s"}]}]}, project)
    assert claims == b"defaults:\n  source: s\n\nclaims:\n  - id: c\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kim Jong-un's \u201cÉté\u201d", "kim-jong-uns-ete"),
        ("북한", ""),
        ("a" * 90, "a" * 80),
        (f"{'a' * 78} bcd", "a" * 78),
        (f"{'a' * 77} bc", f"{'a' * 77}-bc"),
    ],
)
def test_a_slug_has_plain_letters_and_whole_words(text: str, expected: str) -> None:
    assert slug(text) == expected


def person(id: str, body: str) -> str:
    return f"  - {{id: {id}, name: {id.upper()}, kind: person, part_of: [{{of: {body}}}], public_role: Minister}}\n"


def test_an_actor_is_put_with_those_who_speak_for_the_same_state(project: Project) -> None:
    bundles = {
        "many.yaml": "actors:\n" + "".join(person(f"other-{n}", "other") for n in range(5)),
        "few.yaml": f"actors:\n{person('minister', 'ministry')}",
        "states.yaml": "actors:\n  - {id: land, name: Land, kind: state, ids: {iso3166: JP}}\n"
        "  - {id: other, name: Other, kind: state, ids: {iso3166: FR}}\n"
        "  - {id: ministry, name: Ministry, kind: organ, part_of: [{of: land}]}\n"
        "  - {id: office, name: Office, kind: organ, part_of: [{of: land}]}\n",
    }
    for name, text in bundles.items():
        (project.claims / name).write_text(text, encoding="utf-8")

    record = {"kind": "person", "part_of": [{"of": "office"}]}

    assert registry_file("actors", record, read(project).corpus, project) == "claims/few.yaml"
