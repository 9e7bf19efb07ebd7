"""`alleged show` prints a record of any kind with the records that name it."""

import json
import shutil

import pytest

from alleged.project import Project
from inside import run_inside
from paths import ROOT

MORE = """\
sources:
  - id: gazette
    kind: document
    publisher: [daily]
    published: 2024-05-02
    lang: en
    url: https://gazette.example/
    title: Gazette of May
    seen: consulted
instruments:
  - id: us-list-2024
    kind: designation
    title: Listing of two firms
    issuer: [treasury]
    adopted: 2024-05-02
    targets: [line, lab]
    measures: [Asset freeze]
    source: gazette
    listings: [{target: line, ref: R-7, delisted: 2024-07}]
evidence:
  - {id: images, kind: image-set, title: Images of a pier, held_by: us, released: 2024-05}
actors:
  - {id: treasury, name: Treasury, kind: organ, part_of: [{of: us}]}
  - id: line
    name: Shipping Line
    short_name: SL
    kind: organisation
    country: RU
    names: [{text: Линия, lang: ru, source: gazette}]
    ids: {ofac: '40001', lei: 5493001KJTIIGC8Y1R12}
    id_sources: {ofac: gazette}
  - id: spokeswoman
    name: Ann Example
    kind: person
    public_role: Spokeswoman
    memberships: [{of: treasury, role: spokeswoman, from: 2023-01}]
claims:
  - id: lists
    claimant: spokeswoman
    on_behalf_of: treasury
    act: announce
    stance: "yes"
    topic: listings
    object: [line]
    instrument: [us-list-2024]
    said: 2024-05-02
    summary: Two firms are listed.
    evidence: [images]
    sources: [{id: gazette, quote: two firms}]
    recorded: {by: c-1, on: 2026-11-24}
"""


@pytest.fixture
def scheme(project: Project) -> Project:
    shutil.copy(ROOT / "tests" / "scheme" / "claims" / "scheme.yaml", project.claims)
    (project.claims / "more.yaml").write_text(MORE, encoding="utf-8")
    return project


def shown(project: Project, id: str) -> list[str]:
    done = run_inside(project.root, "show", id)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_claim_has_its_stance_and_the_listings_of_its_act(scheme: Project) -> None:
    lines = shown(scheme, "lists")

    assert "  act       announce, which answers the question with yes" in lines
    assert "  listing   Shipping Line (line): listed by Treasury on 2024-05-02 as R-7 taken off on 2024-07" in lines
    assert "            listings are recorded up to 2024-05-02; check the official list" in lines


def test_a_claim_has_how_its_day_is_known_its_hedge_in_words_and_an_unusual_attribution(scheme: Project) -> None:
    def lines_with(basis: str, attribution: str) -> list[str]:
        fields = (
            *(f"said_basis: {basis}", f"attribution: {attribution}", "mode: past"),
            *("hedge: likelihood-word", "hedge_text: probably", "summary: Two"),
        )
        text = MORE.replace("summary: Two", "\n    ".join(fields))
        (scheme.claims / "more.yaml").write_text(text, encoding="utf-8")
        return shown(scheme, "lists")

    unusual = lines_with("inferred", "document")
    assert "  said      2024-05-02 (inferred)" in unusual
    assert '  mode      past, likelihood-word, "probably"' in unusual
    assert "  claimant  Ann Example (spokeswoman), for Treasury (treasury), attribution document" in unusual
    usual = lines_with("stated", "named-person")
    assert "  said      2024-05-02" in usual
    assert "  claimant  Ann Example (spokeswoman), for Treasury (treasury)" in usual


def test_a_claim_has_the_searches_that_found_no_answer(scheme: Project) -> None:
    searches = (
        "{on: 2026-11-27, by: c-1, queries: [Kremlin denies]}",
        "{on: 2026-11-28, by: c-2, queries: [МИД отвергает, Pyongyang rejects], note: In two engines.}",
    )
    text = MORE.replace("summary: Two", f"response_sought: [{', '.join(searches)}]\n    summary: Two")
    (scheme.claims / "more.yaml").write_text(text, encoding="utf-8")

    lines = shown(scheme, "lists")

    at = lines.index("  sought    no answer found on 2026-11-27 with 1 query: Kremlin denies (c-1)")
    assert lines[at + 1 : at + 3] == [
        "  sought    no answer found on 2026-11-28 with 2 queries: МИД отвергает; Pyongyang rejects (c-2)",
        "            In two engines.",
    ]


def test_an_actor_has_its_offices_its_claims_and_its_listings(scheme: Project) -> None:
    spokeswoman, line, treasury = (shown(scheme, id) for id in ("spokeswoman", "line", "treasury"))

    assert "  belongs   spokeswoman, Treasury (treasury) from 2023-01" in spokeswoman
    assert "  says      2024-05-02  announce, yes  lists: Two firms are listed." in spokeswoman
    assert "  also      Линия" in line
    assert [row for row in line if row.startswith("  listing")] == [
        "  listing   Shipping Line (line): listed by Treasury on 2024-05-02 as R-7 taken off on 2024-07 (us-list-2024)"
    ]
    assert "  about it  2024-05-02  announce, yes  lists: Two firms are listed." in line
    assert "  has       Ann Example (spokeswoman)" in treasury


def test_an_actor_has_its_short_name_its_country_and_its_ids_with_their_sources(scheme: Project) -> None:
    line, treasury = shown(scheme, "line"), shown(scheme, "treasury")

    assert line[1:5] == [
        "  Shipping Line",
        "  short     SL",
        "  kind      organisation",
        "  country   Russian Federation (RU)",
    ]
    assert [row for row in line if row.startswith("  id ")] == [
        "  id        ofac 40001, from gazette",
        "  id        lei 5493001KJTIIGC8Y1R12",
    ]
    assert "  country   United States (US)" in treasury  # it follows from `part_of`


def test_a_state_says_what_its_organs_say(scheme: Project) -> None:
    lines = shown(scheme, "us")

    assert any("lists: Two firms are listed." in row for row in lines)


def test_a_source_has_the_claims_that_it_carries(scheme: Project) -> None:
    lines = shown(scheme, "gazette")

    assert lines[1] == "  Gazette of May"
    assert '  carries   lists: "two firms"' in lines


def test_a_topic_has_its_parties_and_answers(scheme: Project) -> None:
    lines = shown(scheme, "use")

    assert lines[1] == "  Did Russia use shells of the DPRK?"
    assert "  subject   Russia (russia)" in lines
    assert "  answers   2 yes, 0 no, 4 open" in lines
    assert "            who is behind them: alleged origins use" in lines


def test_an_instrument_has_its_days_and_targets_and_evidence_its_claims(scheme: Project) -> None:
    act, item = shown(scheme, "us-list-2024"), shown(scheme, "images")

    assert "  adopted   2024-05-02" in act
    assert "  listing   Laboratory of Arms (lab): listed by Treasury on 2024-05-02" in act
    assert "  held by   United States (us)" in item
    assert "  claims    2024-05-02  announce, yes  lists: Two firms are listed." in item


WITHDRAWN = """
    status: withdrawn
    status_reason: The page does not say so.
    status_on: 2026-11-25
"""


def test_a_claim_that_was_withdrawn_is_marked_wherever_it_is_listed(scheme: Project) -> None:
    path = scheme.claims / "more.yaml"
    relation = "relations: [{type: denies, to: lists, basis: curator}]"
    answer = MORE[MORE.index("  - id: lists") :].replace("id: lists", "id: answers").replace("act: announce", relation)
    path.write_text(
        MORE.rstrip() + WITHDRAWN + answer.replace("relations", "act: deny\n    relations"), encoding="utf-8"
    )

    pages = {
        id: shown(scheme, id)
        for id in ("lists", "spokeswoman", "gazette", "listings", "us-list-2024", "images", "answers")
    }

    assert pages["lists"][0] == "lists [withdrawn]"
    assert "  says      2024-05-02  announce, yes  lists [withdrawn]: Two firms are listed." in pages["spokeswoman"]
    assert '  carries   lists [withdrawn]: "two firms"' in pages["gazette"]
    for id in ("listings", "us-list-2024", "images"):
        assert "  claims    2024-05-02  announce, yes  lists [withdrawn]: Two firms are listed." in pages[id]
    assert "  relation  denies lists [withdrawn] (curator)" in pages["answers"]
    assert not any("answers [" in line for page in pages.values() for line in page)


def test_all_claims_are_listed_on_request(scheme: Project) -> None:
    claim = MORE[MORE.index("  - id: lists") :]
    many = "".join(claim.replace("id: lists", f"id: lists-{n}") for n in range(20))
    (scheme.claims / "many.yaml").write_text(f"claims:\n{many}", encoding="utf-8")

    some = shown(scheme, "spokeswoman")
    whole = run_inside(scheme.root, "show", "spokeswoman", "--all").stdout.splitlines()

    assert sum("Two firms are listed." in line for line in some) == 10
    assert "  says      21 claims in all:  alleged show spokeswoman --all" in some
    assert sum("Two firms are listed." in line for line in whole) == 21
    assert not any("in all" in line for line in whole)


def test_a_code_is_explained(scheme: Project) -> None:
    assert shown(scheme, "allege")[0] == "code allege of the code list act"


def test_an_unknown_id_is_answered_with_a_near_one_or_with_find(scheme: Project) -> None:
    assert "did you mean 'spokeswoman'?" in run_inside(scheme.root, "show", "spokeswomen").stderr
    assert "look for it with  alleged find zzzz" in run_inside(scheme.root, "show", "zzzz").stderr


def test_json_of_a_claim_has_a_row_for_each_source_and_what_answers_it(scheme: Project) -> None:
    shown = json.loads(run_inside(scheme.root, "show", "allege-deed", "--json").stdout)

    assert (shown["kind"], shown["id"], shown["stance"], shown["principal"]) == ("claim", "allege-deed", "yes", "us")
    assert {"id": "deny-own", "type": "denies"} in shown["answers"]
    assert [row["source_id"] for row in shown["sources"]] == ["daily-2024"]
    assert (shown["path"], shown["commit"]) == ("claims/scheme.yaml", None)


@pytest.mark.parametrize(("id", "claim"), [("us", "allege-deed"), ("daily-2024", "deny-own"), ("shells", "warn")])
def test_json_of_other_records_names_their_claims(scheme: Project, id: str, claim: str) -> None:
    assert claim in json.loads(run_inside(scheme.root, "show", id, "--json").stdout)["claims"]
