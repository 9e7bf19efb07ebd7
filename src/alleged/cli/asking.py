"""Questions of `alleged new` at a terminal: one after the other, each answer checked before the next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from alleged.cli import printing

if TYPE_CHECKING:
    from alleged.editing.drafts import Draft
    from alleged.editing.known import Problem

Options = Mapping[str, Any]

UNDATED = "undated"
"""The answer for words of which the page does not say when they were spoken."""


class Question(NamedTuple):
    """A question about an option, in plain words.

    An optional one may be left out by Enter; one that is `repeated` is asked until then. `fits` says
    for a draft if an optional question makes sense.
    """

    option: str
    words: str
    optional: bool = False
    repeated: bool = False
    fits: Callable[["Draft"], bool] = lambda _: True


def _is_quoted(draft: "Draft") -> bool:
    return any("quote" in appearance for appearance in draft.record.get("sources", ()))


def _recorder(draft: "Draft") -> str:
    return str(draft.record.get("recorded", {}).get("by", ""))


def questions(is_foreign: Callable[["Draft"], bool] = _is_quoted) -> tuple[Question, ...]:
    """Return the questions about a claim in their order; `is_foreign` says if its quote needs a gloss."""
    return (
        Question("url", "Address of the page, or the id of a recorded source"),
        Question("published", "Day of publication, as 2024-06-18; if the page shows none, since when, as 2024-06-18.."),
        Question("publisher", "Outlet or body that publishes the page"),
        Question("kind", "Kind of document"),
        Question("lang", "Language of the page, as en, ru, ko"),
        Question("also", "Another page that carries these words: its address or id (Enter: none)", True, True),
        Question("claimant", "Who says it? Name or id, never the paper that prints it"),
        Question("said", f"When was it said? As 2024-06-17, 2024-06 or ../2024-06-18 (by then); or {UNDATED!r}"),
        Question("said_basis", "Does the page print that day? Enter: yes; else how is it known", True),
        Question("on_behalf_of", "For which body or country do they speak?"),
        Question("topic", "Which question does it answer? Words of it, or the id of a topic"),
        Question("act", "What do the words do? Go through the questions from the top; the first yes decides"),
        Question("stance", "If it is believed, how does it answer the question?"),
        Question("denial_scope", "How much is denied?"),
        Question("mode", "How does the event stand to the words?"),
        Question("summary", "One English sentence in your own words, with one proposition"),
        Question("quote", "The words as printed, at most 8 (Enter: none)", True),
        Question("gloss", "What the quote says in English, in your own words", True, fits=is_foreign),
        Question("translated", "Is the quote a translation of what was said? y, or Enter: no", True, fits=_is_quoted),
        Question(
            "quantities",
            "Does the sentence give a figure that answers the question? As 'low=1000 bound=gt unit=container' "
            "(Enter: none, or no more)",
            True,
            True,
        ),
        Question("via", "Did somebody else pass the words on? Name or id (Enter: nobody)", True, True),
        Question("by", "Who records it? Enter: as shown", True, fits=lambda draft: bool(_recorder(draft))),
    )


def ask(kind: str, options: Options, draft_of: Callable[[Options], "Draft"], asked: Sequence[Question]) -> Options:
    """Ask for what a record lacks and may have, and return the options with the answers.

    Each answer is entered and checked at once; if it does not fit, the reason is printed and it is asked for again.
    """
    given = {name for name, value in options.items() if value}
    shown = {*draft_of(options).notes}
    for question in asked:
        while question.option not in given or _problem(draft_of(options), question.option):
            draft = draft_of(options)
            if not _wanted(question, draft):
                break
            options, answered = _answered(kind, question, options, draft, draft_of, shown)
            if not answered or not question.repeated:
                break
    while problem := next(iter(draft_of(options).problems), None):
        words = f"{problem.field.partition('.')[0].replace('_', ' ')}: {problem.message}"
        question = Question(problem.field.partition(".")[0], words)
        options, _ = _answered(kind, question, options, draft_of(options), draft_of, shown)
    return options


def _wanted(question: Question, draft: "Draft") -> bool:
    return bool(_problem(draft, question.option)) or (question.optional and question.fits(draft))


def _problem(draft: "Draft", option: str) -> "Problem | None":
    return next((p for p in draft.problems if p.field.partition(".")[0] == option), None)


def _answered(
    kind: str,
    question: Question,
    options: Options,
    draft: "Draft",
    draft_of: Callable[[Options], "Draft"],
    shown: set[str],
) -> tuple[Options, bool]:
    """Return the options with an answer that fits, and whether there was any."""
    problem = _problem(draft, question.option)
    if problem:
        options = {name: value for name, value in options.items() if name != question.option}  # it is replaced
    choices = _choices(kind, question.option) or _candidates(problem)
    text = question.words.replace("as shown", f"{_recorder(draft)!r}")
    while True:
        printing.echo("", *_listed(choices), *(problem.help if problem else ()), err=True)
        answer = printing.ask_text(text, "" if question.optional else None).strip()
        if not answer and question.optional:
            return options, False
        answer = choices[int(answer) - 1][0] if _is_number(answer, len(choices)) else answer
        entered = {**options, **_entry(kind, question, answer, options)}
        draft = draft_of(entered)
        problem = _problem(draft, question.option)
        if problem is None:
            printing.echo(*(f"  {note}" for note in draft.notes if note not in shown), err=True)
            shown.update(draft.notes)
            return entered, True
        printing.echo(f"  {problem.message}", err=True)
        choices = _choices(kind, question.option) or _candidates(problem)


def _is_number(answer: str, most: int) -> bool:
    return answer.isascii() and answer.isdigit() and 0 < int(answer[:4]) <= most


def _entry(kind: str, question: Question, answer: str, options: Options) -> dict[str, Any]:
    """Return the options that an answer sets."""
    name = question.option
    if name == "said" and answer.casefold() == UNDATED:
        return {"undated": True}
    if name == "translated":
        return {name: answer.casefold() in ("y", "yes", "true")}
    if name == "said":
        return {name: answer, "undated": False}
    earlier = tuple(options.get(name) or ()) if question.repeated else ()
    return {name: (*earlier, answer) if _is_list(kind, name) else answer}


def _is_list(kind: str, name: str) -> bool:
    from alleged.editing.typed import type_of

    return name == "also" or type_of(_schema(kind, name)) == "list"


def _schema(kind: str, name: str) -> Mapping[str, Any]:
    """Return the schema of an option: of a field of the record, or of the page of a claim."""
    from alleged.schemas.definitions import field

    return field(kind, (name,)) or field("sources", (name,))


def _choices(kind: str, name: str) -> list[tuple[str, str]]:
    """Return the codes that an option takes, each with the question that decides, or with its meaning."""
    schema = _schema(kind, name)
    codes = [option for option in schema.get("oneOf", ()) if "const" in option]
    return [(code["const"], code.get("x-test") or code["description"]) for code in codes]


def _candidates(problem: "Problem | None") -> list[tuple[str, str]]:
    return [(candidate, "") for candidate in problem.candidates] if problem else []


def _listed(choices: Sequence[tuple[str, str]]) -> Iterator[str]:
    width = max((len(code) for code, _ in choices), default=0)
    for number, (code, meaning) in enumerate(choices, 1):
        yield f"  {number:>2}  {code:<{width}}  {meaning}".rstrip()
