"""The issue form "A claim that is missing", as GitHub writes it into the issue: Markdown, a heading for each field."""

import re

from alleged.editing.importing.entries import Entries, Entry, UnreadableImport, decode, without_empty
from alleged.editing.importing.sheets import codes_of
from alleged.editing.known import Problem

LABELS = {
    "Address of the article": "source",
    "Who published it": "source_publisher",
    "Date on the page": "source_published",
    "Language of the article": "source_lang",
    "Who said it": "claimant",
    "For whom they speak": "on_behalf_of",
    "Who passed it on": "via",
    "When it was said": "said",
    "What was said": "summary",
    "The decisive words": "quote",
    "What these words mean in English": "gloss",
    "Figures": "figure",
    "What the claim rests on": "basis",
}
"""Labels of the form, with the columns of a table of claims that they stand for."""

CONSENT = "Licence"
EMPTY = "_No response_"

FREE = {
    "figure": "write these figures as pairs, such as low=1000 bound=gt unit=container: ",
    "basis": "name the codes for this, separated by commas: ",
}
"""Fields in free words, which a curator must code, with what to do."""

MAX_SHOWN = 300
"""Characters of a free text that a message shows."""


def read_form(content: bytes, name: str) -> Entries:
    """Return the one claim of a form that was filled in.

    Raises:
        UnreadableImport: A heading is missing or there twice, or the licence was not agreed to.
    """
    answers = _answers(decode(content, name), name)
    if not re.search(r"^- \[[xX]\] ", answers.pop(CONSENT), re.MULTILINE):
        raise UnreadableImport(f"{name}: the box of the licence is not ticked; ask who wrote it to tick it")
    texts = without_empty((LABELS[label], text) for label, text in answers.items() if text != EMPTY)
    faults = [
        Problem(column, f"{advice}{texts[column][:MAX_SHOWN]!r}", codes_of(column))
        for column, advice in FREE.items()
        if column in texts
    ]
    return Entries("claims", "form", [Entry(1, texts, faults)])


def _answers(text: str, name: str) -> dict[str, str]:
    """Return the text below each heading that is a label of the form; other headings are parts of a text."""
    labels = [*LABELS, CONSENT]
    pattern = rf"^### ({'|'.join(map(re.escape, labels))})[ \t]*\r?$"
    parts = re.split(pattern, text, flags=re.MULTILINE)
    found = parts[1::2]
    if missing := [label for label in labels if label not in found]:
        raise UnreadableImport(
            f"{name} is not the form 'A claim that is missing': it has no heading '### {missing[0]}'; "
            "save the text of the issue as it is, such as with gh issue view NUMBER --json body --jq .body"
        )
    if found != labels:
        twice = next((label for label in labels if found.count(label) > 1), "")
        why = f"the heading '### {twice}' is there twice" if twice else "its headings are in another order"
        raise UnreadableImport(f"{name}: {why}, so it is unclear where a text ends; delete what is not of the form")
    return dict(zip(found, map(str.strip, parts[2::2]), strict=True))
