"""Topics: the neutral questions that claims answer."""

from collections.abc import Iterator

from alleged.records.corpus import Corpus
from alleged.tables.columns import NOT_STATED, Row, code, contract, link, links, record_columns, record_values, text
from alleged.tables.table import Table, records

schema = contract(
    "topics",
    ["topic_id"],
    "One row for each neutral question.",
    {
        "topic_id": text("Id of the topic."),
        "question": text("The question that claims of this topic answer."),
        "predicate": code("predicate", "What the topic asks about: what its subject is said to do."),
        "subject_ids": links("actors.actor_id", "Actors of whom the topic asks whether they act."),
        "object_ids": links(
            "actors.actor_id", "Actors toward whom they act.", "the predicate takes none, or none is stated"
        ),
        "item": code("item", "What is at issue.", NOT_STATED),
        "instrument_ids": links(
            "instruments.instrument_id", "Treaties, resolutions or programmes at issue.", NOT_STATED
        ),
        "broader_id": link(
            "topics.topic_id", "Wider topic that this one belongs to; its counts leave out claims of this one.", "none"
        ),
        "scope_note": text("What belongs here and what does not.", NOT_STATED),
        **record_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each topic."""
    for topic in corpus.topics.values():
        yield {
            "topic_id": topic.id,
            "question": topic["question"],
            "predicate": topic["predicate"],
            "subject_ids": topic["subject"],
            "object_ids": topic.get("object"),
            "item": topic.get("item"),
            "instrument_ids": topic.get("instrument"),
            "broader_id": topic.get("broader"),
            "scope_note": topic.get("scope_note"),
            **record_values(topic),
        }


TOPICS = Table(schema, rows, count=records("topics"))
