"""How pages are when they are read again."""

from typing import Literal, NamedTuple

State = Literal[
    "same",
    "added",
    "moved",
    "edited",
    "quote gone",
    "first reading",
    "not compared",
    "page gone",
    "unreadable",
    "later",
    "refused",
]
"""How a page is, compared with the text that was kept; or why it could not be compared."""


class Health(NamedTuple):
    """How the page of a source is today, compared with the text that was kept.

    `edits` shows the words of paragraphs that changed, `lost` the quotes that the page no longer has. `ask` says that a
    person must look: a quote is gone, or the paragraph of a quote was edited.
    """

    source: str
    state: State
    note: str = ""
    edits: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    ask: bool = False
