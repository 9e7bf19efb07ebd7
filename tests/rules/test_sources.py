"""Rules on sources, texts, independence and characters apply within the bounds of their pages."""

import unicodedata
from collections.abc import Mapping
from hashlib import sha256
from itertools import cycle, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

import judging
from alleged.project import Project
from alleged.records import corpus
from alleged.rules import RULES
from alleged.rules.rule import Finding
from alleged.rules.sources import LANGUAGES
from alleged.rules.urls import ADDRESSES
from alleged.schemas.definitions import KINDS, fields, schema
from alleged.text.paragraphs import digest
from alleged.text.urls import flaw, is_plain, normal_url, page_of
from alleged.text.words import count_words, words

CAST = """
actors:
  - {id: gazette, name: Daily Gazette, kind: outlet}
  - {id: courier, name: Morning Courier, kind: outlet}
  - {id: afp, name: Agence France-Presse, kind: outlet, names: [{text: AFP}]}
  - {id: us-nsc, name: National Security Council, kind: organ, part_of: [{of: us}]}
  - {id: uk-mod, name: Ministry of Defence, kind: organ, part_of: [{of: uk}]}
  - {id: us, name: United States, kind: state, ids: {iso3166: US}}
  - {id: uk, name: United Kingdom, kind: state, ids: {iso3166: GB}}
  - {id: nato, name: NATO, kind: igo}
  - {id: official, name: An official, kind: unnamed}
  - {id: many, name: Western officials, kind: collective}
topics:
  - {id: shells, question: Were shells sent?, predicate: transfers-munitions, subject: [us], item: artillery-shell}
evidence:
  - {id: images, kind: image-set, title: Images of a ship, held_by: us}
"""
DEFAULTS = """
defaults:
  claimant: us-nsc
  act: allege
  topic: shells
  said: 2023-10-13
  source: s1
  recorded: {by: curator-1, on: 2026-11-24}
"""


def judged(
    project: Project,
    name: str,
    claims: tuple[str, ...] = ("",),
    sources: tuple[str, ...] = ("",),
    texts: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Return the findings of one rule on claims c1, c2, ... and sources s1, s2, ..., given as flow mappings."""
    records = [
        f"  - {{id: s{n}, kind: webpage, published: 2023-10-13{more}{_unless_given(more, n)}}}"
        for n, more in enumerate(sources, start=1)
    ]
    said = [
        f"  - {{id: c{n}{more}{'' if 'summary:' in more else ', summary: Shells went by rail'}}}"
        for n, more in enumerate(claims, start=1)
    ]
    text = "\n".join([DEFAULTS, "sources:", *records, "claims:", *said])
    project.texts.mkdir(exist_ok=True)
    for source, copy in (texts or {}).items():
        (project.texts / f"{source}.txt").write_text(copy, encoding="utf-8")
    return judging.judged(project, name, {"cast": CAST, "claims": text})


def _unless_given(more: str, number: int) -> str:
    usual = {"publisher": "[gazette]", "lang": "en", "seen": "consulted"}
    if "url:" not in more:
        usual["doi"] = f"10.5555/{number}"
    return "".join(f", {field}: {value}" for field, value in usual.items() if f"{field}:" not in more)


# Row 14 of the threats: a schema's "format: uri" lets nearly everything through.
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://www.un.org/securitycouncil/sanctions/1718", ""),
        ("http://world.kbs.co.kr/service/news_view.htm?lang=e&Seq_Code=181077", ""),
        ("https://example.org:8443/", ""),
        ("https://example.org.", ""),
        ("https://203.0.113.7/a", ""),
        ("https://[2001:db8::1]:8080/a", ""),
        ("https://조선.example/기사", ""),
        ("https://xn--p1ai.example/a%20b", ""),
        ("https://twitter.com/@kcna/status/1", ""),
        ("https://a_b.example/", ""),
        ("no spaces allowed here", "contains the character U+0020"),
        ("https://example.org/a b", "contains the character U+0020"),
        ("https://example.org/a\nb", "contains the character U+000A"),
        ("https://example.org/\x00", "contains the character U+0000"),
        ("https://example.org/\u202egpj.exe", "contains the character U+202E"),
        ("https://example\u200b.org/", "contains the character U+200B"),
        ("https://example.org/\u00a0", "contains the character U+00A0"),
        ("https://example.org/%0d%0aSet-Cookie:x", "contains an encoded control character, '%0d'"),
        ("https://example.org/%00", "contains an encoded control character, '%00'"),
        ("javascript:alert(1)", "begins with neither"),
        ("data:text/html,x", "begins with neither"),
        ("file:///etc/passwd", "begins with neither"),
        ("ftp://example.org/", "begins with neither"),
        ("//example.org/", "begins with neither"),
        ("https:/example.org", "begins with neither"),
        ("", "begins with neither"),
        ("https://", "names no host"),
        ("https:///article", "names no host"),
        ("https://?q=1", "names no host"),
        ("https://:443/", "names no host"),
        ("https://localhost/", "names 'localhost', which is not a host"),
        ("https://-a.example/", "names '-a.example', which is not a host"),
        ("https://a..example/", "names 'a..example', which is not a host"),
        ("https://300.1.1.1/", "names '300.1.1.1', which is not a host"),
        ("https://example.org:0/", "names the port '0'"),
        ("https://example.org:65536/", "names the port '65536'"),
        ("https://example.org:x/", "names the port 'x'"),
        ("https://apnews.com@pages.example/", "names a login, 'apnews.com@', before its host 'pages.example'"),
        ("https://user:secret@example.org/", "names a login, 'user:secret@', before its host 'example.org'"),
        ("https://@example.org/", "names a login, '@', before its host 'example.org'"),
    ],
)
def test_threat_14_addresses_are_http_with_a_host_and_nothing_hidden(url: str, why: str) -> None:
    assert flaw(url).startswith(why)
    assert bool(flaw(url)) == bool(why)


@pytest.mark.parametrize(
    ("url", "tidy"),
    [
        ("HTTPS://Gazette.Example/A", "https://gazette.example/A"),
        ("https://gazette.example", "https://gazette.example/"),
        ("http://gazette.example:80/a", "http://gazette.example/a"),
        ("https://gazette.example:80/a", "https://gazette.example:80/a"),
        ("https://gazette.example/a?utm_source=x&id=2&fbclid=y", "https://gazette.example/a?id=2"),
        ("https://gazette.example/a?UTM_Source=x", "https://gazette.example/a"),
        ("https://gazette.example/a?source=x&ref=1", "https://gazette.example/a?source=x&ref=1"),
        ("https://gazette.example/a?#", "https://gazette.example/a"),
        ("https://gazette.example/a#:~:text=shells", "https://gazette.example/a"),
        ("https://gazette.example/a#part:~:text=shells", "https://gazette.example/a#part"),
        ("https://gazette.example/%7eb%ed%95%9c%2f", "https://gazette.example/~b%ED%95%9C%2F"),
        ("no address", "no address"),
    ],
)
def test_normal_form_of_an_address_leads_to_the_same_page_and_stays(url: str, tidy: str) -> None:
    assert normal_url(url) == tidy
    assert normal_url(tidy) == tidy


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://gazette.example/a", "http://www.gazette.example/a/", True),
        ("https://gazette.example/a#top", "https://gazette.example/a", True),
        ("https://gazette.example/a?x=1&y=2", "https://gazette.example/a?y=2&x=1", True),
        ("https://gazette.example/기사", "https://gazette.example/%EA%B8%B0%EC%82%AC", True),
        ("https://gazette.example/#!/a", "https://gazette.example/#!/b", False),
        ("https://gazette.example/a?id=1", "https://gazette.example/a?id=2", False),
        ("https://gazette.example/A", "https://gazette.example/a", False),
        ("https://en.gazette.example/a", "https://gazette.example/a", False),
        ("https://gazette.example:8080/a", "https://gazette.example/a", False),
    ],
)
def test_addresses_of_one_page_are_recognised(project: Project, *, one: str, other: str, same: bool) -> None:
    assert (page_of(one) == page_of(other)) == same
    found = judged(project, "source-recorded-twice", sources=(f', url: "{one}"', f', url: "{other}"'))
    assert len(found) == same


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (", doi: 10.5555/AB", ", doi: 10.5555/ab", 1),
        (
            ", doi: 10.5555/AB",
            ", doi: 10.5555/ab, status: withdrawn, status_reason: A slip of the pen., status_on: 2026-11-24",
            0,
        ),
        (f", text_sha256: {'a' * 64}", f", text_sha256: {'a' * 64}", 1),
        (
            f", text_sha256: {'a' * 64}",
            f", text_sha256: {'a' * 64}, syndicated_from: {{agency: afp, basis: byline}}",
            0,
        ),
        (f", file_sha256: {'a' * 64}", f", file_sha256: {'a' * 64}", 1),
        (f", file_sha256: {'a' * 64}", f", text_sha256: {'a' * 64}", 0),
    ],
)
def test_a_copy_may_have_the_text_of_its_original_but_no_document_two_records(
    project: Project, one: str, other: str, found: int
) -> None:
    assert len(judged(project, "source-recorded-twice", sources=(one, other))) == found


@pytest.mark.parametrize(("table", "definition"), [(ADDRESSES, "url"), (LANGUAGES, "language")])
def test_every_address_and_language_that_the_schemas_allow_is_checked(table: Mapping, definition: str) -> None:
    pattern = schema("common")["definitions"][definition]["pattern"]
    allowed = {kind: {f.path for f in fields(kind) if f.schema.get("pattern") == pattern} for kind in KINDS}

    assert {kind: set(paths) for kind, paths in table.items()} == {k: paths for k, paths in allowed.items() if paths}


@pytest.mark.parametrize(
    ("source", "recorded", "found"),
    [
        ("", "2026-12-01", 0),
        ("", "2026-12-02", 1),
        (", retrieved: 2026-11-17", "2026-11-24", 0),
        (", retrieved: 2026-11-16", "2026-11-24", 1),
        (", archived: [{uri: https://archive.example/a}]", "2026-12-24", 0),
        (", doi: 10.5555/1", "2026-12-24", 0),
    ],
)
def test_a_page_used_for_more_than_a_week_needs_a_snapshot(
    project: Project, source: str, recorded: str, found: int
) -> None:
    later = f", recorded: {{by: curator-1, on: {recorded}}}"

    findings = judged(project, "unarchived-page", ("", later), (f", url: https://gazette.example/a{source}",))

    assert len(findings) == found


def copied(source: int) -> str:
    return f", syndicated_from: {{source: s{source}, basis: stated}}"


@pytest.mark.parametrize(
    ("sources", "circles"),
    [
        ((copied(1),), ["s1 → s1"]),
        (("", copied(1), copied(2), copied(2)), []),
        ((copied(2), copied(3), copied(2)), ["s2 → s3 → s2"]),
        ((copied(2), copied(1), copied(4), copied(3)), ["s1 → s2 → s1", "s3 → s4 → s3"]),
    ],
)
def test_each_circle_of_copies_is_reported_once(project: Project, sources: tuple[str, ...], circles: list[str]) -> None:
    found = judged(project, "circular-syndication", sources=sources)

    assert [finding.message.partition(": ")[2] for finding in found] == circles


def test_a_circle_of_copies_longer_than_python_recurses_is_found(project: Project) -> None:
    # Two files, since the events of one are limited.
    length, usual = 1100, "kind: webpage, publisher: [gazette], published: 2023-10-13, lang: en, seen: cited-only"
    lines = [f"  - {{id: s{n}, {usual}{copied((n + 1) % length)}}}\n" for n in range(length)]
    for half in range(2):
        path = project.claims / f"sources{half}.yaml"
        path.write_text("sources:\n" + "".join(lines[half::2]), encoding="utf-8")
    read = corpus.read(project)
    assert read.issues == ()

    (found,) = RULES["circular-syndication"].findings(read.corpus)

    assert found.message.endswith("s18 → (1081 more) → s0")


@pytest.mark.parametrize(
    ("seen", "found"), [(("cited-only",), 1), (("cited-only", "consulted"), 0), (("cited-only", "cited-only"), 1)]
)
def test_one_source_that_was_read_is_enough(project: Project, seen: tuple[str, ...], found: int) -> None:
    appearances = ", ".join(f"{{id: s{n}}}" for n in range(1, len(seen) + 1))
    sources = tuple(f", seen: {word}" for word in seen)

    assert len(judged(project, "only-cited-sources", (f", sources: [{appearances}]",), sources)) == found


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_digest_of_a_text_does_not_depend_on_its_line_breaks(project: Project, ending: str) -> None:
    digest = sha256("Une dépêche.\nFin.\n".encode()).hexdigest()
    sources = (f", text_sha256: {digest}",)
    project.texts.mkdir()
    (project.texts / "s1.txt").write_bytes(f"Une dépêche.{ending}Fin.{ending}".encode())

    assert judged(project, "changed-text", sources=sources) == []
    assert len(judged(project, "changed-text", sources=sources, texts={"s1": "Une dépêche.\nFin\n"})) == 1


@pytest.mark.parametrize(
    ("tag", "known"),
    [
        ("ko", True),
        ("zh-Hans", True),
        ("sr-Latn-RS", True),
        ("grc", True),
        ("jp", False),
        ("xx", False),
        ("zzq", False),
        ("ko-Kore-Kore", False),
        ("en-Xyzw", False),
    ],
)
def test_languages_are_those_of_the_registry(project: Project, *, tag: str, known: bool) -> None:
    assert len(judged(project, "unknown-language", sources=(f", lang: {tag}",))) == (not known)


STORY = " ".join(f"word{n}" for n in range(60))


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("", "", 1),
        ("", copied(1), 0),
        (", syndicated_from: {agency: afp, basis: byline}", ", syndicated_from: {agency: afp, basis: byline}", 0),
        (", syndicated_from: {agency: afp, basis: byline}", ", publisher: [afp]", 0),
        (", syndicated_from: {agency: afp, basis: byline}", "", 1),
    ],
)
def test_near_identical_texts_are_reported_unless_one_is_a_copy(
    project: Project, one: str, other: str, found: int
) -> None:
    texts = {"s1": STORY, "s2": f"{STORY.upper()} - and a little more."}

    assert len(judged(project, "near-identical-texts", sources=(one, other), texts=texts)) == found


@pytest.mark.parametrize(("shared", "found"), [(42, 1), (41, 0)])
def test_texts_with_half_of_their_runs_in_common_are_near_identical(project: Project, shared: int, found: int) -> None:
    # Each text has 56 runs of five words. With 42 words in common, 38 of the 74 runs are in both; with 41, 37 of 75.
    own = [f"other{n}" for n in range(60 - shared)]
    texts = {"s1": STORY, "s2": " ".join([*STORY.split()[:shared], *own])}

    assert len(judged(project, "near-identical-texts", sources=("", ""), texts=texts)) == found


def test_many_copies_of_one_story_are_each_reported_once(project: Project) -> None:
    texts = {f"s{n}": f"{STORY} outlet{n}" for n in range(1, 41)}

    assert len(judged(project, "near-identical-texts", sources=("",) * 40, texts=texts)) == 39


ARTICLE = """The White House said “more than 1,000
containers” had gone by ship – “mili\u00adtary\u00a0equipment” among them. L’accord est signé.
The containers went on by rail. 북한은 컨테이너를 보냈다."""


@pytest.mark.parametrize(
    ("quote", "is_in_text"),
    [
        ("more than 1,000 containers", True),
        ("by ship - 'military equipment'", True),
        ("L'accord est signe\u0301", True),
        ("more than 1,000 [...] military equipment", True),
        ("military equipment … more than 1,000", False),
        ("[some] containers", True),
        ("컨테이너", True),
        ("more than 1000 containers", False),
        ("More than", False),
        ("containers.", False),
    ],
)
def test_a_quote_is_found_in_the_text_whatever_its_typography(
    project: Project, *, quote: str, is_in_text: bool
) -> None:
    found = judged(project, "quote-not-in-text", (f', sources: [{{quote: "{quote}"}}]',), texts={"s1": ARTICLE})

    assert (found == []) == is_in_text


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("tainers", "containers"),
        ("000 containers", "1,000 containers"),
        ("000 … rail", "1,000 containers"),
        ("ontaine [...] rai", "containers"),
        ("containers", None),
        ("북한", None),
    ],
)
def test_a_quote_ends_at_whole_words(project: Project, quote: str, words: str | None) -> None:
    found = judged(project, "quote-splits-a-word", (f', sources: [{{quote: "{quote}"}}]',), texts={"s1": ARTICLE})

    assert [finding.help.partition(" are: ")[2][: len(words or "")] for finding in found] == ([words] if words else [])


SNAPSHOT = "https://web.archive.org/web"


@pytest.mark.parametrize(
    ("uri", "other", "early"),
    [
        (f"{SNAPSHOT}/20231014000000/https://gazette.example/a1", False, False),
        (f"{SNAPSHOT}/20231012000000id_/http://www.gazette.example/a1/?utm_source=x", False, False),
        (f"{SNAPSHOT}/20231011235959/https://gazette.example/a1", False, True),
        (f"{SNAPSHOT}/20231014000000/https://gazette.example/a2", True, False),
        (f"{SNAPSHOT}/2023/https://gazette.example/a1", False, False),
        (f"{SNAPSHOT}/20239914000000/https://gazette.example/a1", False, False),
        ("https://archive.ph/AbCd1", False, False),
        ("https://archive.ph/20231011/https://gazette.example/a1", False, True),
        ("https://perma.cc/ABCD-1234", False, False),
    ],
)
def test_snapshots_are_of_the_page_and_not_older(project: Project, *, uri: str, other: bool, early: bool) -> None:
    sources = (f", url: https://gazette.example/a, archived: [{{uri: '{uri}'}}]".replace("example/a,", "example/a1,"),)

    assert len(judged(project, "snapshot-of-another-page", sources=sources)) == other
    assert len(judged(project, "snapshot-before-publication", sources=sources)) == early


@pytest.mark.parametrize(("version", "other"), [("n1:", False), ("n2:", True), ("", False)])
def test_digests_of_other_versions_are_reported_and_not_compared(
    project: Project, version: str, *, other: bool
) -> None:
    sources = (f", text_sha256: {version}{'a' * 64}",)
    texts = {"s1": ARTICLE}

    assert len(judged(project, "text-hash-of-another-version", sources=sources, texts=texts)) == other
    assert len(judged(project, "changed-text", sources=sources, texts=texts)) == (not other)


def test_a_digest_of_paragraphs_does_not_depend_on_typography(project: Project) -> None:
    sources = (f", text_sha256: {digest(ARTICLE)}",)
    plain = "The White House said 'more than 1,000\n\n containers' had gone by ship - 'military equipment' among them. "

    texts = {"s1": plain + "L'accord est signé.\nThe containers went on by rail. 북한은 컨테이너를 보냈다.\n"}
    assert judged(project, "changed-text", sources=sources, texts=texts) == []
    assert (
        len(judged(project, "changed-text", sources=sources, texts={"s1": texts["s1"].replace("1,000", "1000")})) == 1
    )


@pytest.mark.parametrize(
    ("quote", "help"),
    [
        ("more than 1000 containers", "the text reads: more than [-1000-] {+1,000+} containers"),
        ("containers had left by ship", "the text reads: containers {+'+} had [-left-] {+gone+} by ship"),
        ("The White House has said", "the text reads: The White House [-has-] said"),
        ("More than 1,000 containers", "the text reads: [-More-] {+more+} than 1,000 containers"),
        ("had gone by train", "the text reads: had gone by [-train-] {+ship+}"),
        (
            "nothing of the kind was meant",
            "the text has nothing similar; quote the words as printed, or look for them in another source",
        ),
    ],
)
def test_a_near_match_is_shown_word_by_word_and_not_accepted(project: Project, quote: str, help: str) -> None:
    (found,) = judged(project, "quote-not-in-text", (f', sources: [{{quote: "{quote}"}}]',), texts={"s1": ARTICLE})

    assert found.help == help


@pytest.mark.parametrize(
    ("appearance", "found"),
    [
        ("quote: containers", 1),
        ("quote: containers, locator: para 2", 0),
        ("quote: The containers", 0),
        ("quote: ship", 0),
        ('quote: "containers [...] rail"', 0),
    ],
)
def test_a_quote_that_occurs_twice_needs_a_locator(project: Project, appearance: str, found: int) -> None:
    claims = (f", sources: [{{{appearance}}}]",)

    assert len(judged(project, "ambiguous-quote", claims, texts={"s1": ARTICLE})) == found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("more than 1,000 containers", 4),
        ("l'obus n’est pas", 3),
        ("a state-of-the-art U.S. missile -- or two/three", 7),
        ("북한이 컨테이너 1만개를 보냈다", 4),
        ("более тысячи контейнеров", 3),
        ("朝鲜否认提供武器", 4),
        ("朝鲜否认向俄罗斯提供武器。", 6),
        ("北朝鮮", 2),
        ("ロシアに10万発", 4),
        ("हिन्दी में", 2),
        ("e\u0301change", 1),
    ],
)
def test_words_are_counted_in_every_script(text: str, count: int) -> None:
    assert count_words(text) == count


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert words("“L’Obus,” dit-il…") == words("l'obus dit-il") == ["l'obus", "dit-il"]
    assert words("北朝鮮 sent") == ["北", "朝", "鮮", "sent"]


def of_length(count: int) -> str:
    return " ".join(islice(cycle(["shells", "by", "rail"]), count))


@pytest.mark.parametrize(
    ("count", "limit", "warnings", "errors"),
    [(8, 8, 0, 0), (9, 8, 1, 0), (9, 12, 0, 0), (25, 8, 1, 0), (26, 8, 0, 1), (26, 40, 0, 1)],
)
def test_quotes_have_a_limit_set_by_the_dataset_and_a_fixed_one(
    project: Project, count: int, limit: int, warnings: int, errors: int
) -> None:
    (project.root / "dataset.yaml").write_text(f"quote_words: {min(limit, 25)}\n", encoding="utf-8")
    claims = (f", sources: [{{quote: {of_length(count)}}}]",)

    assert len(judged(project, "long-quote", claims)) == warnings
    assert len(judged(project, "overlong-quote", claims)) == errors


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("The White House said more than 1,000 containers", ["8"]),
        ("the white house said more than 1,000 containers had gone", ["10"]),
        ("White House said more than 1,000 containers", []),
        ("The White House told of more than 1,000 containers", []),
    ],
)
def test_a_summary_may_share_seven_consecutive_words(project: Project, summary: str, found: list[str]) -> None:
    findings = judged(project, "summary-copies-text", (f', summary: "{summary}"',), texts={"s1": ARTICLE})

    assert [finding.message.split()[0] for finding in findings] == found


@pytest.mark.parametrize(
    ("appearance", "found"),
    [
        ("quote: shells, utterance_lang: ko", 1),
        ("quote: shells, utterance_lang: ko, translated: true", 0),
        ("quote: 포탄, utterance_lang: ko, lang: ko", 0),
        ("quote: shells, utterance_lang: en-GB", 0),
        ("quote: shells", 0),
        ("utterance_lang: ko", 0),
    ],
)
def test_translated_quotes_are_marked(project: Project, appearance: str, found: int) -> None:
    assert len(judged(project, "unmarked-translation", (f", sources: [{{{appearance}}}]",))) == found


UNNAMED = ", claimant: official"


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ((UNNAMED,), 1),
        ((UNNAMED, UNNAMED), 1),
        ((UNNAMED, ""), 0),
        ((UNNAMED, ", relations: [{type: repeats, to: c1, basis: curator}]"), 1),
        ((UNNAMED, ", relations: [{type: confirms, to: c1, basis: curator}]"), 0),
        ((UNNAMED, ", basis: [other-claim], relations: [{type: confirms, to: c1, basis: curator}]"), 1),
        ((UNNAMED, ", act: deny, denial_scope: blanket"), 1),
        ((UNNAMED, ", background: true"), 1),
        ((UNNAMED, ", claimant: many"), 1),
        ((", claimant: many",), 0),
        ((", attribution: unnamed-role",), 1),
        ((f"{UNNAMED}, attribution: named-person",), 0),
        (("",), 0),
    ],
)
def test_a_topic_needs_more_than_one_unnamed_origin(project: Project, claims: tuple[str, ...], found: int) -> None:
    assert len(judged(project, "lone-unnamed-origin", claims)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WASHINGTON (AFP) - It was said.", 1),
        ("Par la rédaction avec AFP", 1),
        ("Text.\nAFP\n", 1),
        ("© AFP", 1),
        ("(AFP, Reuters)", 1),
        ("It was said. (mit AFP/dpa)", 1),
        ("AFP — It was said.", 1),
        ("He told AFP that it was so.", 0),
        ("He told Agence France-Presse (AFP) so.", 0),
        ("A picture (AP Photo/Somebody)", 0),
        ("TheAFP) it", 0),
    ],
)
def test_credits_of_agencies_are_distinguished_from_mentions(project: Project, text: str, found: int) -> None:
    findings = judged(project, "uncredited-agency", texts={"s1": text})

    assert len(findings) == found
    assert all("agency: afp" in finding.help for finding in findings)
    for source in (", publisher: [afp]", ", syndicated_from: {agency: afp, basis: byline}"):
        assert [
            f
            for f in judged(project, "uncredited-agency", sources=(source,), texts={"s1": text})
            if "France" in f.message
        ] == []


SHOWN = ", evidence: [images]"


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (f"{SHOWN}, claimant: uk-mod", 1),
        (SHOWN, 0),
        (f"{SHOWN}, claimant: nato", 0),
        (f"{SHOWN}, claimant: uk-mod, relations: [{{type: same-evidence, to: c1, basis: curator}}]", 0),
        (f"{SHOWN}, claimant: uk-mod, relations: [{{type: relies-on, to: c1, basis: curator}}]", 0),
        (f"{SHOWN}, claimant: uk-mod, relations: [{{type: confirms, to: c1, basis: curator}}]", 1),
        (", claimant: uk-mod", 0),
    ],
)
def test_two_states_with_the_same_images_may_be_one_origin(project: Project, second: str, found: int) -> None:
    assert len(judged(project, "states-sharing-evidence", (SHOWN, second))) == found


def test_a_claim_that_depends_on_another_has_no_evidence_of_its_own(project: Project) -> None:
    follower = f"{SHOWN}, claimant: uk-mod, relations: [{{type: repeats, to: c3, basis: curator}}]"

    assert judged(project, "states-sharing-evidence", (SHOWN, follower, ", claimant: nato")) == []


@pytest.mark.parametrize("quote", ["a日" * 5, "日é" * 5, " ".join("abcdefghi")])
def test_a_short_quote_of_many_words_is_long(project: Project, quote: str) -> None:
    assert len(judged(project, "long-quote", (f", sources: [{{quote: {quote}}}]",))) == 1


def test_a_text_that_occurs_twice_in_a_record_is_found_twice(project: Project) -> None:
    twice = ', note: "e\u0301", place: "XX", hedge_text: "e\u0301"'

    assert len(judged(project, "not-normalised", (twice,))) == 2


PLAIN = r"https?://([a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?\.){1,4}[a-z]{2,9}/[A-Za-z0-9._~/,;=!*()-]{0,60}"


@given(st.from_regex(PLAIN, fullmatch=True))
def test_plain_addresses_have_the_same_result_as_the_full_check(url: str) -> None:
    other = f"{url}?"  # which is not plain, so that the long way is gone

    assert (is_plain(url), is_plain(other)) == (True, False)
    assert flaw(url) == flaw(other) == ""
    assert normal_url(url) == normal_url(other) == url
    assert page_of(url) == page_of(other)


@pytest.mark.parametrize("text", ["e\u0301change", "김여정"])
def test_composing_a_text_is_safe_and_suggested_only_if_it_changes(project: Project, text: str) -> None:
    decomposed, composed = (unicodedata.normalize(form, text) for form in ("NFD", "NFC"))
    (found,) = judged(project, "not-normalised", (f', note: "{decomposed}"',))

    assert found.suggestion == (f'"{composed}"', "safe")
    assert judged(project, "not-normalised", (f', note: "{composed}"',)) == []


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("Vl\u0430dimir", "U+0430"),
        ("\u041futin", "U+041F"),
        ("\u041coskau", "U+041C"),
        ("R\u03bfdong", "U+03BF"),
        ("Владимир Putin", None),
        ("Poutine félicité", None),
        ("Tシャツ K팝", None),
        ("\u03b2-decay, 5\u00b5", None),
    ],
)
def test_letters_of_two_alphabets_in_one_word_are_reported(project: Project, text: str, odd: str | None) -> None:
    found = judged(project, "mixed-scripts", (f', note: "{text}"',))

    assert len(found) == bool(odd)
    assert all(odd in finding.message for finding in found if odd)


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("Shipment #3", 1),
        ("Shipment  #3 of many", 1),
        ('"Shipment #3"', 0),
        ("Shipment # 3", 0),
        ("Shipment  # a comment #3", 0),
        ("Shipment#3", 0),
        ('"Shipment" #3', 0),
        # Behind the escape, a slice as long as the text ends before the hash inside the quotes.
        ('"\\x41x #yz"  # Ax #yz', 0),
    ],
)
def test_text_cut_off_by_a_hash_is_distinguished_from_a_comment(project: Project, note: str, found: int) -> None:
    assert len(written(project, "text-cut-by-hash", f"note: {note}")) == found


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("note: Two ships\n        - Angara", 1),
        ("note: Two\n      ships\n        - Angara", 0),
        ("note:\n      Two ships\n        - Angara", 1),
        ("note: Two ships - Angara", 0),
        ('note: "Two ships\n        - Angara"', 0),
        ("note: |\n      Two ships\n       - Angara", 0),
        ("object:\n      - us\n      - uk", 0),
    ],
)
def test_a_dash_that_became_text_is_reported(project: Project, field: str, found: int) -> None:
    assert len(written(project, "dash-inside-text", field)) == found


def test_an_item_indented_more_than_its_list_is_reported_at_its_line(project: Project) -> None:
    (found,) = written(project, "dash-inside-text", "object:\n      - us\n        - uk")

    assert found.where.path == ("object", 0)
    assert "'- uk', became part of the text 'us'" in found.message


def written(project: Project, name: str, field: str) -> list[Finding]:
    """Return the findings of one rule on a claim with a field as it is written in block style."""
    judged(project, name)
    path = project.claims / "claims.yaml"
    claim = f"  - id: c2\n    summary: Shells went by sea\n    {field}\n"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{claim}", encoding="utf-8")
    read = corpus.read(project)
    assert read.issues == ()
    return list(RULES[name].findings(read.corpus))


@pytest.mark.parametrize(
    ("id", "found"),
    [("no", 1), ("2024-06", 1), ("0123", 1), ("1e5", 1), ("norway", 0), ("nis-2024-06", 0), ("no-1", 0)],
)
def test_ids_that_other_programs_do_not_read_as_text_are_reported(project: Project, id: str, found: int) -> None:
    (project.claims / "more.yaml").write_text(
        f'actors:\n  - {{id: "{id}", name: Somewhere, kind: organisation}}\n', encoding="utf-8"
    )

    assert len(judged(project, "id-read-otherwise")) == found
