"""Rules on independence: several apparent origins may be one, and a single origin may have no name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from alleged.errors import LimitError
from alleged.graphs import NAMED, circles, format_circle, topological_order
from alleged.origins import principal
from alleged.origins.limits import NAMES, STEPS, WAYS, pairs
from alleged.origins.roots import find
from alleged.origins.utterances import attribution, gather, is_dependence, stance
from alleged.records.corpus import Corpus, Record
from alleged.rules import keys
from alleged.rules.relations import depends_on, one_way_dependences, relation_types, relations
from alleged.rules.rule import Finding, Findings, rule

CIRCLES = 1_000
"""Most circles that are reported at a time."""

UNNAMED = frozenset({"unnamed-role", "unnamed"})
"""Attributions to a claimant whose name is not known."""

RELATED = 20
"""Most related claims that a finding shows."""


def _ends(claim: Record, _: Corpus) -> Iterator[str | tuple[str, str]]:
    """Yield the claims that a claim depends on or that may share its origin, and whether it is active."""
    if claim.kind != "claims":
        return
    if not claim.active:
        yield claim.id, claim["status"]
    for relation in claim.get("relations", ()):
        if is_dependence(relation["type"], claim):
            yield relation["to"]
            yield relation["to"], relation["type"]


@rule(severity="error", over=_ends)
def circular_dependence(corpus: Corpus) -> Findings:
    """Claims depend on each other in a circle.

    Each would be the source of the other and none the origin, so independent origins could not be counted. Either this
    is circular reporting, or a relation has the wrong direction; a person has to decide. The finding is reported once,
    at the claim whose id comes first.

    Example:
        claims:
          - id: nis-2023-shells
            relations:
              - {type: repeats, to: stoltenberg-2024-shells, basis: curator}
          - id: stoltenberg-2024-shells
            relations:
              - {type: repeats, to: nis-2023-shells, basis: curator}

    Fix: delete the relation of the claim that was said first. If two outlets really cite each other, find who told
    them, and let both depend on that claim.
    """
    edges, _ = dependences(corpus)
    for circle in circles(sorted(edges), lambda id: sorted(edges.get(id, ())), CIRCLES):
        first, second = circle[0], [*circle, circle[0]][1]
        yield Finding(
            corpus.claims[first].at("relations", edges[first][second], "to"),
            f"claims depend on each other in a circle: {format_circle(circle)}",
            "delete the relation with the wrong direction: the claim said first depends on none of the others",
            related=tuple(corpus.claims[name].at("id") for name in circle[1:NAMED]),
        )


@lru_cache(maxsize=1)
def dependences(corpus: Corpus) -> tuple[Mapping[str, Mapping[str, int]], list[tuple[str, str]]]:
    """Return what each claim depends on, with the index of the relation, and the pairs of symmetric dependences."""
    follows = {claim.id: ends for claim in corpus.claims.values() if (ends := depends_on(claim))}
    symmetric = relation_types("dependence") - one_way_dependences()
    ties = [(claim.id, to) for claim, _, to, kind in relations(corpus) if kind.code in symmetric]
    return follows, ties


@rule(severity="warning", by=keys.topic, all_records=True)
def lone_unnamed_origin(corpus: Corpus) -> Findings:
    """All claims on a topic go back to one claimant without a name.

    Nobody can ask an unnamed official, and a dozen outlets that quote one are not a dozen witnesses. The topic may be
    right, but a reader must know what it rests on. Claims that depend on another, plurals such as "Western officials",
    background and denials are not counted as origins.

    Example:
        claims:
          - id: official-2023-shells
            claimant: us-official
            attribution: unnamed-role

    Fix: look for someone else who said it from own knowledge, and record that claim; if there is nobody, allow this
    with a reason.
    """
    origins: dict[str, list[Record]] = defaultdict(list)
    for claim in corpus.claims.values():
        asserts = stance(claim) == "yes" and not claim.get("background") and claim.active
        if asserts and not depends_on(claim) and attribution(claim, corpus) != "collective":
            origins[claim["topic"]].append(claim)
    for topic, claims in origins.items():
        if len({claim["claimant"] for claim in claims}) == 1 and all(attribution(c, corpus) in UNNAMED for c in claims):
            yield Finding(
                claims[0].at("claimant"),
                f"the topic {topic!r} rests on one origin without a name, {claims[0]['claimant']!r}",
                "record a claim of someone who can be named, or allow lone-unnamed-origin here with a reason",
                related=tuple(claim.at("claimant") for claim in claims[1:4]),
            )


@rule(severity="warning", by=keys.evidence)
def states_sharing_evidence(corpus: Corpus) -> Findings:
    """Claims of two states rest on the same item of evidence.

    If both only looked at the same satellite images, they are one origin; if each also had knowledge of its own, they
    are two. Counts of independent origins use the lower number until the records say which. Claims that depend on
    another are not origins and are ignored.

    Example:
        claims:
          - {id: kirby-2023-shells, claimant: us-nsc, evidence: [angara-images-2023]}
          - {id: mod-2023-shells, claimant: uk-mod, evidence: [angara-images-2023]}

    Fix: on the later claim, add the relation `same-evidence` to the earlier one, or `relies-on` if it depends on it; if
    each has grounds of its own, allow this with a reason.
    """
    first: dict[str, dict[str, Record]] = defaultdict(dict)  # the first claim of each state, by item
    ids: dict[str, set[str]] = defaultdict(set)
    for claim in corpus.claims.values():
        if "evidence" not in claim.data or not claim.active or depends_on(claim):
            continue
        state = principal(claim, corpus)
        if corpus.actors[state]["kind"] != "state":
            continue
        for i, item in enumerate(claim["evidence"]):
            if state in first[item]:
                continue
            if first[item] and ids[item].isdisjoint(_tied(corpus).get(claim.id, ())):
                speaker, other = next(iter(first[item].items()))
                yield Finding(
                    claim.at("evidence", i),
                    f"{item!r} is evidence of {state!r} here and of {speaker!r} in {other.id!r}; "
                    "the two may be one origin",
                    f"add  {{type: same-evidence, to: {other.id}, basis: curator}}  to the relations of the later",
                    related=tuple(other.at("evidence") for other in islice(first[item].values(), RELATED)),
                )
            first[item][state] = claim
            ids[item].add(claim.id)


@rule(severity="error", over=_ends)
def excessive_dependence(corpus: Corpus) -> Findings:
    """Claims depend on each other in more ways than the tables can contain.

    The table `origins` lists each claim with every root it rests on, and the claims in between. On average over all
    claims, there may be 100 such roots for each claim and 500 names for each claim. Real reporting stays far below
    these limits; only a faulty script or an attack exceeds them.

    Example:
        claims:
          - {id: day-2, basis: [own-observation], relations: [{type: relies-on, to: day-1, basis: curator}]}
          - {id: day-3, basis: [own-observation], relations: [{type: relies-on, to: day-2, basis: curator}]}
          # and so on, up to day-60

    Fix: let a claim depend only on those that its words really come from, and delete `basis` if it has no ground of its
    own.
    """
    if not _may_exceed(corpus):
        return
    try:
        graph = gather(corpus)
        roots = find(graph)
        roots.require_writable_paths()
        roots.tied(graph.ties)
    except LimitError as error:
        yield (
            corpus.claims[error.record].at("relations"),
            f"{error.what}, most of them from this claim",
            "keep only the relations to claims that its words come from",
        )


def _may_exceed(corpus: Corpus) -> bool:
    """Whether the limits may be exceeded, by upper bounds of the numbers of ways that are quick to compute.

    If no component of the graph may exceed them, neither does the whole: the limits are averages over claims.
    """
    follows, ties = dependences(corpus)
    leads = {id: list(ends) for id, ends in follows.items()}
    claims = sum(1 for _ in corpus.active("claims"))
    types = len(one_way_dependences()) + 1  # a claim may depend on the same other one by each of these, and `confirms`
    ways: dict[str, int] = defaultdict(lambda: 1)
    longest: dict[str, int] = defaultdict(int)
    steps = 0
    for id in topological_order(leads):
        onward = sum([ways[end] for end in leads[id]])
        steps += onward * types
        ways[id] = min(1 + onward, claims)
        longest[id] = 1 + max([longest[end] for end in leads[id]])
    return (
        sum(ways.values()) > (WAYS - 1) * claims
        or steps > WAYS * claims + STEPS * sum(map(len, leads.values()))
        or sum(number * (longest[id] + 1) for id, number in ways.items()) > (NAMES - 1) * claims
        or sum(ways[one] * ways[other] for one, other in ties) > (WAYS * claims if corpus.parent else pairs(claims))
    )


@lru_cache(maxsize=1)
def _tied(corpus: Corpus) -> Mapping[str, set[str]]:
    """Return for each claim those that it depends on and those that depend on it."""
    follows, ties = dependences(corpus)
    tied: dict[str, set[str]] = defaultdict(set)
    for one, other in (*ties, *((id, end) for id, ends in follows.items() for end in ends)):
        tied[one].add(other)
        tied[other].add(one)
    return tied
