"""Codes as attributes: `codes.act.deny` is "deny", and a mistyped code is an error."""

import re
from collections.abc import Iterator

from alleged.schemas.vocabularies import closest, names, vocabulary


class CodeList:
    """The codes of a list as attributes, with `_` for hyphens and spaces; iterating gives the codes in their order."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> str:
        known = {_attribute(code): code for code in vocabulary(self._name)}
        if attribute not in known:
            raise AttributeError(f"the list {self._name!r} has no code {attribute!r}{_hint(attribute, known)}")
        return known[attribute]

    def __dir__(self) -> list[str]:
        return sorted(map(_attribute, self))

    def __iter__(self) -> Iterator[str]:
        return iter(vocabulary(self._name))

    def __repr__(self) -> str:
        return f"<codes of {self._name}: {', '.join(self)}>"


class Codes:
    """The code lists as attributes."""

    def __getattr__(self, attribute: str) -> CodeList:
        known = {_attribute(name): name for name in names()}
        if attribute not in known:
            raise AttributeError(f"there is no code list {attribute!r}{_hint(attribute, known)}")
        return CodeList(known[attribute])

    def __dir__(self) -> list[str]:
        return sorted(map(_attribute, names()))


def _attribute(code: str) -> str:
    """Return the name of a code as an attribute: `_` stands for hyphens and spaces."""
    return re.sub(r"\W", "_", code).lower()


def _hint(attribute: str, known: dict[str, str]) -> str:
    return "".join(f"; did you mean {near!r}?" for near in closest(attribute, known)[:1])
