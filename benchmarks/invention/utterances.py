"""Bundles of claims: an article or two, what was said there, and how it bears on what was said before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from invention import words
from invention.cast import NARROWER, UNCONTESTED, Cast, Entry, Topic

START = date(2022, 3, 1)
DAYS = 1_680
"""Days from the first article to the last; bundles are spread evenly over them."""

CLAIMS = (5, 6, 6, 7)
"""Claims of a bundle, each number as often as the others."""

ACTS = {"allege": 42, "state": 22, "deny": 9, "announce": 7, "decline": 5, "criticise": 4, "warn": 3}
ACTS |= {"confirm": 3, "dispute": 2, "pledge": 2, "acknowledge": 2, "praise": 1, "request": 1, "doubt": 1}
ACTS |= {"correct": 2, "retract": 1}
ASSERTING = frozenset({"state", "allege", "acknowledge", "confirm"})
STATED = {"state": "yes", "acknowledge": "yes", "confirm": "yes", "dispute": "no"}
"""The stance of acts that do not settle it."""

ANSWERS = {"confirm": "confirms", "deny": "denies", "decline": "declines", "dispute": "disputes", "doubt": "doubts"}
LINEAGE = {"correct": "corrects", "retract": "retracts"}
DEPENDENCE = ("repeats", "repeats", "relies-on", "relies-on", "estimates-from", "possibly-same-origin")

WEIGHTS = (1, 1, 1, 1, 2, 2, 3, 4, 6, 10)
"""How often topics come, in turns, so that some have ten times the claims of others at any size of the corpus."""

ATTRIBUTION = {
    "person": "named-person",
    "organisation": "document",
    "unnamed": "unnamed-role",
    "collective": "collective",
    "state": "named-institution",
    "outlet": "narrator",
}
BASES = ("imagery-released", "photo-video", "ais", "trade-records", "document", "intelligence-undisclosed")
BASES += ("own-observation", "inference", "unstated", "intelligence-undisclosed", "unstated")

SUMMARIES = {
    "allege": (
        "{goods} went from {a} through {place} in {week}.",
        "{a} let {goods} pass through {place} in {week} against its word.",
        "Trains with {goods} left {place} for the border in {week}.",
        "Ships under the flag of {a} carried {goods} out of {place} in {week}.",
        "About {n} loads of {goods} went through {place} up to {week}.",
        "The stock of {goods} at {place} came to {n} loads by {week}.",
    ),
    "deny": (
        "The report of {goods} by way of {place} in {week} has no ground.",
        "No {goods} from {a} ever passed {place}, in {week} or later.",
        "What is told of {place} in {week} never happened.",
    ),
    "decline": (
        "The office will not speak about {goods} seen at {place} in {week}.",
        "There is nothing to add to the reports on {place} of {week}.",
    ),
    "": (
        "{a} keeps its {place} line open for {goods} since {week}.",
        "The traffic in {goods} at {place} grew through {week}.",
        "Inspectors may look at {goods} in {place} from {week} on.",
        "The dealings of {a} at {place} in {week} concern {goods}.",
        "Neighbours of {a} watch the yard of {place} closely since {week}.",
    ),
}
QUALITIES = ("unmarked", "crated", "older", "refitted", "undeclared", "sealed", "surplus", "newly made", "stored")
QUALITIES += ("repainted", "tested", "untested", "imported", "leased", "packed", "bartered", "reserve", "spare")
NOTES = (
    "A live page; the part read names no agency, and the day follows from the visit that it still awaits.",
    "He names no claim; what he answers is the report that the other ministry had given out two days before.",
    "Every source relays one report; guns or shells is left open there, hence the wider item. The scale was unknown.",
    "The page gives only the month; the day follows from the weekday in the text and the date of the next item.",
    "Said in answer to a question at the daily briefing; the transcript has the same words in another order.",
    "The outlet shortens the sentence, and the agency's own item has it in full, with the place named.",
    "Two other outlets print the figure without the bound; the bound stands in the statement itself.",
    "Relayed by a third party; whether the office itself put it so cannot be seen from the article.",
    "The headline says more than the text; the record follows the text, which leaves the number open.",
    "Given out with a paper of two pages, which the article quotes; the paper itself was not at hand.",
)
WHY = (
    "The article sets the two statements side by side.",
    "Same speaker on the same matter, with a newer figure.",
    "The speaker names the earlier statement and its date.",
    "Follows from the order of the items on the page.",
)


@dataclass
class Bundle:
    """A file: its records by kind, what its claims share, and the day of its article."""

    name: str
    day: int
    remark: str
    records: dict[str, list[Entry]] = field(default_factory=dict)
    defaults: Entry = field(default_factory=dict)

    def add(self, kind: str, entry: Entry) -> Entry:
        """Put a record into the bundle and return it."""
        self.records.setdefault(kind, []).append(entry)
        return entry


def day(number: int) -> str:
    """Return a day by its number from the first."""
    return (START + timedelta(days=number)).isoformat()


class Teller:
    """Tells bundle after bundle, in the order of time."""

    def __init__(self, cast: Cast, claims: int, draw: Random) -> None:
        self.cast, self.claims, self.draw = cast, claims, draw
        self.reported = 0
        self.places = [words.name("en", draw, (3,)) for _ in range(4_000)]
        self.topics = cast.topics
        self.weights = [WEIGHTS[n % len(WEIGHTS)] for n in range(len(self.topics))]
        self.unsaid = list(self.topics)
        self.wires: list[Entry] = []

    def bundles(self) -> Iterator[Bundle]:
        """Yield all bundles."""
        number, expected = 0, self.claims / (sum(CLAIMS) / len(CLAIMS))
        while self.reported < self.claims:
            when = min(DAYS, int(number * DAYS / expected))
            yield self._bundle(number, when)
            number += 1

    def _bundle(self, number: int, when: int) -> Bundle:
        outlet = self.cast.of["outlet"].deal()
        name = f"{outlet['id']}-{day(when)}-{number}"
        bundle = Bundle(name, when, f"Claims in {outlet['name']} of {day(when)}.")
        sources = self._sources(bundle, outlet, number)
        topics = self._topics()
        self._defaults(bundle, sources[0], topics[0])
        evidence = self._evidence(bundle, sources[0], number) if number % 9 == 4 else None
        for n in range(min(self.draw.choice(CLAIMS), self.claims - self.reported)):
            topic = topics[0] if self.draw.random() < 0.7 else topics[-1]
            shown = [sources[n % len(sources)], *(s for s in sources if self.draw.random() < 0.6)]
            claim = self._claim(bundle, topic, list({s["id"]: s for s in shown}.values()))
            if evidence and claim["act"] in ("allege", "state"):
                self._show(claim, evidence, bundle)
            self.reported += 1
        self._name_sources(bundle, sources)
        if evidence and not any("evidence" in claim for claim in bundle.records["claims"]):
            del bundle.records["evidence"]
        if self.draw.random() < 0.35:
            self._assessment(bundle, number)
        for claim in bundle.records["claims"]:
            _shorten(claim, bundle.defaults)
        return bundle

    def _topics(self) -> list[Topic]:
        """Return the one or two topics of a bundle; each topic has its first turn before long."""
        found = self.draw.choices(self.topics, self.weights, k=2)
        if self.unsaid and (self.draw.random() < 0.5 or self.claims - self.reported < 12 * len(self.unsaid)):
            found[0] = self.unsaid.pop()
        return found

    def _sources(self, bundle: Bundle, outlet: Entry, number: int) -> list[Entry]:
        first = bundle.add("sources", self._source(outlet, bundle.day, f"{number}"))
        for n in range(self.draw.choice((0, 1, 2, 2))):
            other = self._source(self.cast.of["outlet"].deal(), bundle.day + self.draw.randrange(2), f"{number}-{n}")
            if self.draw.random() < 0.5:
                other["syndicated_from"] = self._copied(first, other)
            bundle.add("sources", other)
        if self.draw.random() < 0.2:
            self.wires.append(first)
        return list(bundle.records["sources"])

    def _copied(self, first: Entry, other: Entry) -> Entry:
        kind = self.draw.random()
        if kind < 0.5:
            return {"source": first["id"], "basis": self.draw.choice(("byline", "stated", "text-match"))}
        if kind < 0.7 and self.wires and self.wires[-1]["id"] != other["id"]:
            return {"source": self.wires[-1]["id"], "basis": "possible"}
        return {"agency": self.cast.of["outlet"].deal()["id"], "basis": "byline"}

    def _source(self, outlet: Entry, when: int, number: str) -> Entry:
        draw, lang = self.draw, _language(outlet, self.draw)
        entry: Entry = {"id": f"{outlet['id']}-{number}", "kind": "article-newspaper"}
        if draw.random() < 0.6:
            entry["title"] = words.title(lang, draw)
        entry |= {"publisher": [outlet["id"]], "published": day(when)}
        if draw.random() < 0.1:
            entry |= {"published": f"{day(when)}/{day(when + 1)}", "published_as_stated": day(when)[:7]}
        entry |= {"published_basis": draw.choice(("stated", "inferred", "inferred")), "lang": lang}
        host = f"https://www.{outlet['id']}.example.org/{lang}"
        entry["url"] = (
            f"{host}/{day(when).replace('-', '/')}/{'-'.join(draw.choices(words.SYLLABLES['Latn'], k=14))}-{number}"
        )
        if draw.random() < 0.15:
            entry["archived"] = [{"uri": f"https://archive.example.net/{number}/{outlet['id']}", "at": day(when + 1)}]
        if draw.random() < 0.1:
            entry["retrieved"] = "2026-11-20"
        if draw.random() < 0.05:
            entry["text_sha256"] = f"{draw.getrandbits(256):064x}"
        entry["seen"] = "consulted"
        if draw.random() < 0.15:
            entry["note"] = "The page shows no date; the day stands in the address."
        return entry

    def _name_sources(self, bundle: Bundle, sources: list[Entry]) -> None:
        """Let the first claim appear in the sources that no claim of the bundle names."""
        claims = bundle.records["claims"]
        named = {a["id"] for claim in claims for a in claim["sources"]}
        claims[0]["sources"] += [{"id": source["id"]} for source in sources if source["id"] not in named]

    def _defaults(self, bundle: Bundle, source: Entry, topic: Topic) -> None:
        kind = self.draw.random()
        recorded = {"by": f"curator-{self.draw.randrange(1, 6)}", "on": f"2026-11-{self.draw.randrange(20, 26)}"}
        if kind < 0.5:
            bundle.defaults = {"source": source["id"], "recorded": recorded}
        elif kind < 0.65:
            bundle.defaults = {"topic": topic.entry["id"], "recorded": recorded}
        elif kind < 0.85:
            bundle.defaults = {"source": source["id"], "topic": topic.entry["id"], "said_basis": "inferred"}
            bundle.defaults["recorded"] = recorded

    def _evidence(self, bundle: Bundle, source: Entry, number: int) -> Entry:
        place = self.draw.choice(self.places)
        entry = {
            "id": f"images-{place.lower()}-{number}",
            "kind": self.draw.choice(("image-set", "ais-track", "debris", "document")),
            "title": f"Images of the {self.draw.choice(words.PLACES)} at {place}",
            "held_by": self.cast.of["organ"].deal()["id"],
            "released": day(bundle.day),
            "source": source["id"],
        }
        return bundle.add("evidence", entry)

    def _show(self, claim: Entry, evidence: Entry, bundle: Bundle) -> None:
        """Lay an item of evidence to a claim; a second one is joined to the first, so that both are one origin."""
        users = [c for c in bundle.records["claims"] if "evidence" in c]
        if claim["attribution"] != "collective" and "status" not in claim and len(users) < 2:
            claim["evidence"] = [evidence["id"]]
            if users:
                relation = {"type": "same-evidence", "to": users[0]["id"], "basis": "curator"}
                claim["relations"] = [*claim.get("relations", []), relation]

    def _assessment(self, bundle: Bundle, number: int) -> None:
        claim = self.draw.choice([c for c in bundle.records["claims"] if "status" not in c])
        rated = (
            {"scheme": "admiralty", "reliability": self.draw.choice("ABCDF"), "credibility": self.draw.choice("23456")},
            {"scheme": "icd203-2015", "likelihood": "likely", "confidence": "moderate"},
            {"scheme": "phia", "likelihood": "realistic possibility"},
        )[number % 3]
        about = {"source": bundle.records["sources"][0]["id"]} if number % 4 == 0 else {"claim": claim["id"]}
        head = {
            "id": f"review-{number}",
            **about,
            "assessor": "reviewer-1",
            "scheme": rated["scheme"],
            "on": "2026-11-28",
        }
        rationale = "Two outlets place the pictures, and the figure fits the traffic of that month."
        bundle.add("assessments", {**head, **rated, "rationale": rationale})

    def _claim(self, bundle: Bundle, topic: Topic, shown: list[Entry]) -> Entry:
        draw = self.draw
        first = not topic.said
        act = draw.choice(("allege", "state")) if first else draw.choices(list(ACTS), list(ACTS.values()))[0]
        if act == "allege" and topic.entry["predicate"] in UNCONTESTED:
            act = "state"
        speaker = self._speaker(bundle, topic, act, first)
        if act in LINEAGE and not self._own(topic, speaker["id"], act):
            act = "state"
        said = bundle.day - draw.choice((0, 0, 0, 1))
        claim = self._head(bundle, topic, speaker, act, said)
        claim |= self._dated(said, shown)
        hedge = self._hedge(shown[0]["lang"]) if draw.random() < 0.1 else None
        if hedge:
            claim |= {"hedge": "possibility", "hedge_text": hedge[1]}
        if draw.random() < 0.8:
            claim["basis"] = sorted(set(draw.choices(BASES, k=draw.choice((1, 1, 2)))))
        if topic.units and act in ASSERTING and speaker["kind"] != "collective" and draw.random() < 0.55:
            claim["quantities"] = self._quantities(topic, claim, speaker, said)
        claim["sources"] = self._appearances(claim, shown, hedge)
        relations = [] if first else self._relations(topic, claim, shown[0])
        if relations:
            claim["relations"] = relations
        if draw.random() < 0.7:
            claim["note"] = " ".join(draw.sample(NOTES, draw.choice((1, 1, 1, 2))))
        claim["recorded"] = self._recorded(bundle)
        self._file(bundle, topic, claim, first)
        return claim

    def _file(self, bundle: Bundle, topic: Topic, claim: Entry, first: bool) -> None:
        """Put a claim into its bundle: now and then withdrawn, or as a better record of one that it supersedes."""
        kind = 1.0 if first or claim["act"] in LINEAGE else self.draw.random()
        if kind < 0.005:
            _close(claim, "withdrawn", "The outlet took the sentence out of the article.")
            bundle.add("claims", claim)
            return
        if kind < 0.01 and "relations" not in claim:
            older = {**claim, "id": f"{claim['id']}-first", "sources": [dict(shown) for shown in claim["sources"]]}
            _close(older, "superseded", "Read once more from the full page of the outlet.")
            bundle.add("claims", older)
            claim["relations"] = [{"type": "supersedes", "to": older["id"], "basis": "curator"}]
        bundle.add("claims", claim)
        topic.said.append(claim)
        topic.last[claim["claimant"], claim["act"]] = claim

    def _speaker(self, bundle: Bundle, topic: Topic, act: str, first: bool) -> Entry:
        """Return who speaks: often the accused state itself, where it denies, and never twice in a bundle."""
        taken = {claim["claimant"] for claim in bundle.records.get("claims", [])}
        accused = topic.accused
        may = accused is not None and accused["id"] not in taken and act in ("deny", "decline", "acknowledge")
        if may and self.draw.random() < 0.6:
            return accused
        for _ in range(40):
            speaker = topic.speakers.deal()
            if speaker["id"] not in taken and (not first or speaker["kind"] in ("person", "organisation")):
                return speaker
        return next(p for p in iter(self.cast.of["person"].deal, None) if p["id"] not in taken)

    def _head(self, bundle: Bundle, topic: Topic, speaker: Entry, act: str, said: int) -> Entry:
        draw, slots = self.draw, topic.entry
        slug = speaker["id"].rsplit("-", 1)[0][:30].rstrip("-")
        claim: Entry = {"id": f"{slug}-{day(said)[:4]}-{self.reported}", "claimant": speaker["id"]}
        if speaker["kind"] == "organisation" and draw.random() < 0.1:
            claim["co_claimants"] = [self.cast.of["state"].deal()["id"]]
        if speaker["kind"] in ("person", "unnamed"):
            claim["on_behalf_of"] = speaker["part_of"][-1]["of"]
        claim["attribution"] = ATTRIBUTION[speaker["kind"]]
        if draw.random() < 0.06:
            claim["via"] = [self.cast.of["outlet"].deal()["id"]]
        claim["act"] = act
        if act in STATED:
            claim["stance"] = STATED[act]
        if act == "deny":
            claim["denial_scope"] = draw.choice(("full", "full", "partial", "blanket"))
        claim["topic"] = slots["id"]
        if "object" in slots and draw.random() < 0.03:
            claim["object"] = [self._other(slots)]
        if slots.get("item") in NARROWER and draw.random() < 0.2:
            claim["item"] = draw.choice(NARROWER[slots["item"]])
        forms = SUMMARIES.get(act, SUMMARIES[""])
        goods = f"{draw.choice(QUALITIES)} {str(claim.get('item', slots.get('item', 'goods'))).replace('-', ' ')}"
        place = f"the {draw.choice(words.PLACES)} of {draw.choice(self.places)}"
        week = f"week {draw.randrange(1, 53)} of {2021 + draw.randrange(5)}"
        text = draw.choice(forms).format(goods=goods, a=topic.who, place=place, week=week, n=draw.randrange(20, 900))
        return claim | {"summary": text[0].upper() + text[1:]}

    def _other(self, slots: Entry) -> str:
        """Return a state that is neither subject nor object of a topic."""
        states = iter(self.cast.of["state"].deal, None)
        return next(s["id"] for s in states if s["id"] not in (*slots["subject"], *slots["object"]))

    def _dated(self, said: int, shown: list[Entry]) -> Entry:
        draw, kind = self.draw, self.draw.random()
        exact = kind >= 0.1
        text = (
            day(said)
            if exact
            else f"../{day(said)}"
            if kind < 0.05
            else f"{day(said)}~"
            if kind < 0.08
            else day(said)[:7]
        )
        found: Entry = {"said": text, "said_basis": draw.choice(("stated", "inferred")) if exact else "inferred"}
        if draw.random() < 0.4:
            found["place"] = draw.choice(self.cast.states)["ids"]["iso3166"]
        if draw.random() < 0.75:
            found["mode"] = draw.choice(("past", "past", "ongoing", "planned", "general"))
            if draw.random() < 0.6 and exact:
                found["when"] = self._when(found["mode"], said)
        return found

    def _when(self, mode: str, said: int) -> str:
        span = self.draw.randrange(3, 200)
        if mode == "planned":
            return f"{day(said + 2)}/{day(said + 2 + span)}"
        if mode == "past":
            return f"{day(said - span)[:7]}~/{day(said)}" if span > 70 else f"{day(said - span)}/{day(said - 1)}"
        return f"{day(said - span)}/.."

    def _hedge(self, lang: str) -> tuple[str, str] | None:
        return words.hedged(lang, self.draw) if lang in words.HEDGED else None

    def _quantities(self, topic: Topic, claim: Entry, speaker: Entry, said: int) -> list[Entry]:
        """Return one or two figures; running totals grow with the days, so that none falls."""
        draw, unit = self.draw, self.draw.choice(topic.units)
        rate = 3 + topic.start % 7
        total = (40 * (1 + topic.start) + rate * (said + 1)) * (10 + sum(map(ord, speaker["id"])) % 7)
        figure: Entry = draw.choice(
            (
                {"low": total, "bound": "gt"},
                {"low": total, "bound": "ge"},
                {"high": total, "bound": "le"},
                {"point": total, "bound": "about"},
                {"low": total, "high": total + total // 5},
                {"point": total},
            )
        )
        figure = {**figure, "unit": unit, "window": f"{day(-300 + topic.start)}/{day(said)}", "cumulative": True}
        figure["basis"] = draw.choice(("count", "undisclosed", "sample-estimate"))
        if unit in ("USD", "EUR"):
            figure["price_date"] = day(said)[:4]
        printed: Entry = {}
        if draw.random() < 0.6:
            printed["verbatim"] = f"{draw.choice(('more than', 'about', 'at least', 'up to'))} {total:,} {unit}s"
        if "container" not in topic.units or unit == "container" or draw.random() > 0.25:
            return [figure | printed]
        held = {"high": total // 8, "unit": "container", "window": figure["window"]}
        if draw.random() < 0.3:
            return [figure | {"either_or": "A"} | printed, held | {"either_or": "A"}]
        return [figure | printed, held | {"basis": "conversion", "from": {"quantity": 1}}]

    def _appearances(self, claim: Entry, shown: list[Entry], hedge: tuple[str, str] | None) -> list[Entry]:
        found = []
        for n, source in enumerate(shown):
            appearance: Entry = {"id": source["id"]}
            if n == 0 and hedge:
                appearance["quote"] = hedge[0]
            elif (n == 0 and claim["said_basis"] == "stated") or self.draw.random() < 0.55:
                appearance["quote"] = words.quote(source["lang"], self.draw)
            if self.draw.random() < 0.1:
                appearance["locator"] = f"para {self.draw.randrange(2, 30)}"
            if "quote" in appearance and self.draw.random() < 0.3:
                spoken = self.draw.choice([lang for lang in words.SCRIPTS if lang != source["lang"]])
                appearance |= {"utterance_lang": spoken, "translated": True}
            found.append(appearance)
        return found

    def _own(self, topic: Topic, speaker: str, act: str) -> Entry | None:
        """Return what the speaker said before: to be corrected, or to be retracted, where a note can tell of it."""
        before = [topic.last[key] for key in topic.last if key[0] == speaker and key[1] not in LINEAGE]
        return next((c for c in reversed(before) if act != "retract" or "note" in c), None)

    def _relations(self, topic: Topic, claim: Entry, source: Entry) -> list[Entry]:
        draw, act = self.draw, claim["act"]
        found: dict[tuple[str, str], Entry] = {}

        def relate(kind: str, to: str) -> None:
            entry: Entry = {"type": kind, "to": to, "basis": draw.choice(("curator", "curator", "stated-by-source"))}
            if entry["basis"] == "stated-by-source" and (draw.random() < 0.6 or len(claim.get("sources", ())) > 1):
                entry["source"] = source["id"]
            if draw.random() < 0.5:
                entry["note"] = draw.choice(WHY)
            found[kind, to] = entry

        recent = [c for c in topic.said[-60:] if c["claimant"] != claim["claimant"]]
        asserted = [c for c in recent if c["act"] in ASSERTING]
        if act in LINEAGE and (own := self._own(topic, claim["claimant"], act)):
            relate(LINEAGE[act], own["id"])
        if act in ANSWERS:
            at_large = act in ("deny", "decline") and (draw.random() < 0.2 or not asserted)
            relate(ANSWERS[act], claim["topic"] if at_large else draw.choice(asserted or topic.said)["id"])
        if before := topic.last.get((claim["claimant"], act)):
            relate(draw.choice(("updates", "updates", "repeats-own")), before["id"])
        if act not in ANSWERS and recent:
            for _ in range(draw.choice((0, 1, 1, 2))):
                kind, other = draw.choice(DEPENDENCE), draw.choice(recent)
                own = kind == "repeats" and self._principal(claim) == self._principal(other)
                relate("repeats-own" if own else kind, other["id"])
        if draw.random() < 0.12:
            relate(*self._context(topic, recent))
        return list(found.values())

    def _principal(self, claim: Entry) -> str:
        """Return the state or organisation for which the claimant speaks."""
        actor = claim.get("on_behalf_of", claim["claimant"])
        while above := self.cast.above.get(actor):
            actor = above
        return actor

    def _context(self, topic: Topic, recent: list[Entry]) -> tuple[str, str]:
        if recent and self.draw.random() < 0.6:
            return "part-of", self.draw.choice(recent)["id"]
        return "in-exchange-for", self.draw.choice(self.topics).entry["id"]

    def _recorded(self, bundle: Bundle) -> Entry:
        shared = bundle.defaults.get("recorded") or {"by": "curator-1", "on": "2026-11-24"}
        return {**shared, "coder2": "coder-7"} if self.draw.random() < 0.15 else shared


def _language(outlet: Entry, draw: Random) -> str:
    return outlet["names"][0]["lang"] if "names" in outlet else draw.choice(("en", "en", "fr", "de"))


def _close(claim: Entry, status: str, reason: str) -> None:
    recorded = claim.pop("recorded")
    claim |= {"status": status, "status_reason": reason, "status_on": "2026-11-26", "recorded": recorded}


def _shorten(claim: Entry, defaults: Entry) -> None:
    """Leave out of a claim what the defaults of its bundle say."""
    for name, value in defaults.items():
        if name == "source":
            sources = claim["sources"]
            if sources == [{"id": value}]:
                del claim["sources"]
            elif sources[0]["id"] == value and len(sources[0]) > 1:
                del sources[0]["id"]
        elif claim.get(name) == value:
            del claim[name]
