"""Who and what the utterances are about: actors, instruments and topics, each of them used."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from invention import words

Entry = dict[str, Any]
Card = TypeVar("Card")

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
SHARES = {"organ": 0.18, "outlet": 0.22, "organisation": 0.08, "person": 0.4, "vessel": 0.02, "unit": 0.015}
SHARES |= {"collective": 0.01, "unnamed": 0.05}
"""Parts of the actors; states make up the rest, as far as there are that many."""

OFFICES = (
    ("mod", "Ministry of Defence"),
    ("mfa", "Ministry of Foreign Affairs"),
    ("intelligence", "Intelligence Service"),
    ("customs", "Customs Service"),
    ("un-mission", "Permanent Mission to the United Nations"),
    ("presidency", "Office of the President"),
    ("finance", "Ministry of Finance"),
    ("general-staff", "General Staff"),
    ("coast-guard", "Coast Guard"),
    ("parliament", "Parliament"),
)
POSTS = ("Spokesman", "Minister", "Deputy Minister", "Director", "Ambassador", "Chief of Staff", "Adviser", "Inspector")
PAPERS = ("Times", "Post", "Herald", "Daily", "Courier", "Gazette", "Observer", "Wire", "Agency", "Tribune", "Mail")
GROUPS = ("Institute", "Monitor", "Research Group", "Shipping Company", "Observatory", "Trading House", "Archive")

QUESTIONS = (
    ("transfers-munitions", "munitions", "Did {a} hand munitions over to {b}?", ("round", "container", "tonne")),
    ("breaches-sanctions", None, "Does {a} breach the measures of {i}?", ()),
    ("allied-with", None, "Are {a} and {b} allied under {i}?", ()),
    ("port-call", None, "Did the {v} call at ports of {b}?", ()),
    ("transfers-arms", "arms", "Did {a} hand arms over to {b}?", ("system", "container", "railcar")),
    ("deploys-personnel", "personnel", "Did the {u} serve in {b}?", ("person",)),
    ("evades-sanctions", None, "Does {a} get round {i}?", ()),
    ("provides-energy", "refined-petroleum", "Does {a} supply oil products to {b}?", ("barrel", "tonne", "USD")),
    ("transfers-dual-use", "electronics", "Did {a} hand electronics over to {b}?", ("component", "shipment", "EUR")),
    ("breaches-sanctions", None, "Does {a} keep to the measures of {i}?", ()),
    ("sends-labour", "labour", "Does {a} send workers to {b}?", ("person",)),
    ("ships-cargo", None, "Did the {v} carry cargo to {b}?", ()),
    ("provides-food", "food", "Does {a} supply food to {b}?", ("tonne", "shipment")),
    ("uses-weapon", "artillery-shell", "Did the {u} fire shells at {b}?", ("round",)),
    ("evades-sanctions", None, "Does {a} use front firms to get round {i}?", ()),
    ("transfers-missiles", "ballistic-missile", "Did {a} hand missiles over to {b}?", ("missile", "system")),
)
"""What topics ask, in turns: predicate, item, question and the units in which figures of it come."""

UNCONTESTED = frozenset({"allied-with", "port-call"})
"""The predicates among them that nobody contests."""

NARROWER = {"munitions": ("artillery-shell", "rocket", "mortar-round"), "arms": ("battle-tank", "self-propelled-gun")}


class Deck(Sequence[Card]):
    """Cards that are dealt in shuffled rounds, so that each has its turn before any has a second one."""

    def __init__(self, cards: Sequence[Card], draw: Random) -> None:
        self.cards, self.draw = list(cards), draw
        self.left: list[Card] = []

    def __getitem__(self, at: Any) -> Any:
        return self.cards[at]

    def __len__(self) -> int:
        return len(self.cards)

    def deal(self) -> Card:
        """Return the next card."""
        if not self.left:
            self.left = self.draw.sample(self.cards, len(self.cards))
        return self.left.pop()


@dataclass
class Topic:
    """A topic, the actors that speak on it in turns, and what they said so far."""

    entry: Entry
    who: str
    accused: Entry | None
    units: tuple[str, ...]
    start: int
    speakers: Deck[Entry]
    said: list[Entry] = field(default_factory=list)
    last: dict[tuple[str, str], Entry] = field(default_factory=dict)


class Cast:
    """Actors, instruments and topics for so many claims: an actor for 20 claims, a topic for 100."""

    def __init__(self, claims: int, draw: Random) -> None:
        self.draw = draw
        self.names: set[str] = set()
        numbers = {kind: max(1, round(max(24, claims // 20) * share)) for kind, share in SHARES.items()}
        self.states = self._states(max(8, round(claims / 20 * 0.1)))
        self.actors: list[Entry] = [*self._igos(), *self.states]
        self.of: dict[str, Deck[Entry]] = {"state": Deck(self.states, draw)}
        for kind, number in numbers.items():
            entries = [getattr(self, f"_{kind}")(n) for n in range(number)]
            self.actors += entries
            self.of[kind] = Deck(entries, draw)
        self.above = {actor["id"]: actor["part_of"][-1]["of"] for actor in self.actors if "part_of" in actor}
        self.sources: list[Entry] = []
        self.instruments = [self._instrument(n) for n in range(max(2, claims // 1000))]
        programmes = [i for i in self.instruments if i["kind"] != "treaty"]
        self.programmes = Deck(programmes, draw)
        self.treaties = Deck([i for i in self.instruments if i["kind"] == "treaty"], draw)
        self.voices = Deck([e for k in ("person", "organisation", "unnamed", "collective") for e in self.of[k]], draw)
        self.asked: set[tuple[Any, ...]] = set()
        self.topics = [self._topic(n) for n in range(max(6, claims // 100))]

    def new_name(self, language: str, parts: tuple[int, ...], form: str = "{}") -> str:
        """Return a name that no actor has yet."""
        for length in count(parts[-1]):
            for _ in range(20):
                found = form.format(words.name(language, self.draw, (*parts[:-1], length)))
                key = "".join(found.casefold().split())
                if key not in self.names:
                    self.names.add(key)
                    return found
        raise AssertionError

    def _others(self, parts: tuple[int, ...], most: int = 2) -> list[Entry]:
        """Return names in other scripts."""
        languages = self.draw.sample([lang for lang, script in words.SCRIPTS.items() if script != "Latn"], most)
        found = []
        for lang in languages[: self.draw.randrange(most + 1)]:
            script = words.SCRIPTS[lang]
            found.append({"text": self.new_name(lang, parts), "lang": lang, "script": script})
        return found

    def _igos(self) -> Iterator[Entry]:
        for id, title in (("un", "United Nations"), ("treaty-league", "League of the Treaty")):
            yield {"id": id, "name": title, "kind": "igo"}

    def _states(self, number: int) -> list[Entry]:
        listed = json.loads((SCHEMAS / "vocabularies" / "country.schema.json").read_text(encoding="utf-8"))["oneOf"]
        today = [country for country in listed if "x-to" not in country]
        chosen = self.draw.sample(today, min(number, len(today)))
        return [self._state(country) for country in sorted(chosen, key=lambda c: c["const"])]

    def _state(self, country: Entry) -> Entry:
        self.names.add("".join(country["title"].casefold().split()))
        names = self._others((3,))
        return {
            "id": "-".join(re.findall("[a-z]+", country["title"].lower())),
            "name": country["title"],
            "kind": "state",
            **({"names": names} if names else {}),
            "memberships": [{"of": self.draw.choice(("un", "treaty-league")), "role": "member"}],
            "ids": {"iso3166": country["const"]},
        }

    def _organ(self, n: int) -> Entry:
        state = self.of["state"].deal()
        # Each state is dealt once in a round, so that the round tells which of its offices comes next.
        again, which = divmod(n // len(self.states), len(OFFICES))
        slug, office = OFFICES[which]
        if again:  # very large datasets have more bodies than states have offices
            slug, office = f"{slug}-{again + 1}", f"{office}, Department {again + 1},"
        names = self._others((3, 3), 1)
        return {
            "id": f"{state['id'][:50]}-{slug}",
            "name": f"{office} of {state['name']}",
            "kind": "organ",
            **({"names": names} if names else {}),
            "part_of": [{"of": state["id"]}],
        }

    def _outlet(self, n: int) -> Entry:
        lang = words.LANGUAGES[n % len(words.LANGUAGES)]
        title = self.new_name("en", (3,), f"{{}} {PAPERS[n % len(PAPERS)]}")
        entry: Entry = {"id": _slug(title, n), "name": title, "kind": "outlet"}
        if words.SCRIPTS[lang] != "Latn":
            entry["names"] = [{"text": self.new_name(lang, (3, 2)), "lang": lang, "script": words.SCRIPTS[lang]}]
        if n % 12 == 5:
            entry["part_of"] = [{"of": self.of["state"].deal()["id"]}]
        return entry

    def _organisation(self, n: int) -> Entry:
        title = self.new_name("en", (2, 2), f"{{}} {GROUPS[n % len(GROUPS)]}")
        entry: Entry = {"id": _slug(title, n), "name": title, "kind": "organisation"}
        if n % 5 == 0:
            entry |= _registered({"opensanctions": f"NK-{n:08x}"})
        return entry

    def _person(self, n: int) -> Entry:
        full, body = self.new_name("en", (2, 2)), self.of["organ"].deal()
        since, names = 2012 + n % 9, self._others((2, 2))
        former = {"of": self.of["organ"][n % len(self.of["organ"])]["id"], "from": str(since - 5), "to": f"{since}-02"}
        entry: Entry = {"id": _slug(full, n), "name": full, "kind": "person"}
        if names:
            entry["names"] = names
        before = [former] if n % 6 == 0 and former["of"] != body["id"] else []
        entry["part_of"] = [*before, {"of": body["id"], "role": POSTS[n % len(POSTS)].lower(), "from": f"{since}-05"}]
        if n % 9 == 0:
            entry |= _registered({"wikidata": f"Q{900_000_000 + n}"})
        entry["public_role"] = f"{POSTS[n % len(POSTS)]}, {body['name']}"
        if n % 14 == 0:
            entry["note"] = "The name follows the spelling of the ministry's own English page."
        return entry

    def _vessel(self, n: int) -> Entry:
        number = f"{900_000 + n:06}"
        check = sum(int(digit) * (7 - i) for i, digit in enumerate(number)) % 10
        full = self.new_name("en", (2, 2))
        return {
            "id": _slug(full, n),
            "name": full,
            "kind": "vessel",
            "names": [{"text": self.new_name("en", (3,)), "from": "2014", "to": "2019-06"}, *self._others((3,), 1)],
            **_registered({"imo": f"{number}{check}", "mmsi": f"{273_000_000 + n}"}),
        }

    def _unit(self, n: int) -> Entry:
        full = f"Brigade {n + 1}"
        return {"id": f"brigade-{n + 1}", "name": full, "kind": "unit", "part_of": [{"of": self._state_id()}]}

    def _collective(self, n: int) -> Entry:
        title = self.new_name("en", (3,), "{} and Western officials")
        return {"id": f"officials-{n}", "name": title, "kind": "collective"}

    def _unnamed(self, n: int) -> Entry:
        state = self.of["state"].deal()
        name = f"A senior official of {state['name']}"
        return {"id": f"senior-official-{n}", "name": name, "kind": "unnamed", "part_of": [{"of": state["id"]}]}

    def _state_id(self) -> str:
        return self.of["state"].deal()["id"]

    def _instrument(self, n: int) -> Entry:
        year, a, b = 2006 + n % 14, self._state_id(), self._state_id()
        source = {
            "id": f"un-press-{n}",
            "kind": "webpage",
            "title": f"Text and dates of measure {n} ({year})",
            "publisher": ["un"],
            "published": f"{year}-10-14",
            "published_basis": "stated",
            "lang": "en",
            "url": f"https://press.example.org/{year}/{n}",
            "seen": "consulted",
        }
        self.sources.append(source)
        if n % 3 == 1:
            return {
                "id": f"treaty-{n}",
                "kind": "treaty",
                "title": f"Treaty on partnership, number {n}",
                "signed": f"{year}-04-19",
                "ratified": [{"by": a, "on": f"{year}-06-09"}, *([{"by": b, "on": f"{year}-07-11"}] if a != b else [])],
                "in_force": f"{year}-12-04",
                "parties": [a, b] if a != b else [a],
                "provisions": [{"para": "4", "summary": "A party under attack is given help by the other at once."}],
                "obligations": ["defence", "consultation"],
                "source": source["id"],
            }
        return {
            "id": f"measures-{n}",
            "kind": ("sanctions-programme", "unsc-resolution", "regulation")[n % 3],
            "title": f"Measures on {a} under decision {n} ({year})",
            "issuer": ["un"],
            "symbol": f"S/RES/{1000 + n}({year})",
            "adopted": f"{year}-10-14",
            "targets": [a],
            "measures": ["Arms embargo", "Asset freeze", "Travel ban"][: 1 + n % 3],
            "provisions": [{"para": "8(a)", "summary": "No arms, nor what goes with them, go to or from the target."}],
            "source": source["id"],
        }

    def _topic(self, n: int) -> Topic:
        predicate, item, question, units = QUESTIONS[n % len(QUESTIONS)]
        while True:
            a, b = self.of["state"].deal(), self.of["state"].deal()
            subject = [a]
            if "{v}" in question:
                subject = [self.of["vessel"].deal()]
            elif "{u}" in question:
                subject = [self.of["unit"].deal()]
            treaty = "{i}" in question and "{b}" in question
            instrument = (self.treaties if treaty else self.programmes).deal() if "{i}" in question else {}
            key = (predicate, subject[0]["id"], "{b}" in question and b["id"], instrument.get("id"))
            if a is not b and key not in self.asked:
                break
        self.asked.add(key)
        named = {"a": a["name"], "b": b["name"], "v": subject[0]["name"], "u": subject[0]["name"]}
        entry: Entry = {
            "id": f"topic-{n}-{predicate}",
            "question": question.format(i=instrument.get("title", ""), **named),
            "predicate": predicate,
            "subject": [subject[0]["id"]],
            **({"object": [b["id"]]} if "{b}" in question else {}),
            **({"item": item} if item else {}),
            **({"instrument": [instrument["id"]]} if instrument else {}),
        }
        if n % 5 == 4:
            entry["broader"] = f"topic-{n - 1}-{QUESTIONS[(n - 1) % len(QUESTIONS)][0]}"
        if n % 2:
            entry["scope_note"] = "Deeds as such, also where the goods are not named; words of praise do not count."
        speakers = Deck([self.voices.deal() for _ in range(12)], self.draw)
        accused = subject[0] if subject[0]["kind"] == "state" else None
        return Topic(entry, subject[0]["name"].partition(",")[0], accused, units, self.draw.randrange(60), speakers)


def _registered(ids: dict[str, str]) -> Entry:
    """Return identifiers with the source that gives them: the first, which every corpus has."""
    return {"ids": ids, "id_sources": dict.fromkeys(ids, "un-press-0")}


def _slug(name: str, n: int) -> str:
    return f"{'-'.join(name.lower().split())}-{n}"
