"""The texts of the interface, in one file for each language: `texts/en.toml`.

Templates read them as attributes (`t.claim.words`); code that knows only a code looks it up (`texts.named`).
"""

import tomllib
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

DEFAULT = "en"


class Texts:
    """The texts of one language: `t` has them as attributes, group by group."""

    def __init__(self, language: str, groups: dict[str, Any]) -> None:
        self.language = language
        self.groups = groups
        self.t = _attributes(groups)

    def named(self, group: str, code: str | None, otherwise: str = "") -> str:
        """Return the text of a group for a code, such as the noun of an act; `otherwise` if there is none."""
        return self.groups.get(group, {}).get(code, otherwise)

    def count(self, number: int, what: str) -> str:
        """Return a number with its noun: "1 claim", "12 claims"."""
        forms = self.groups["counts"][what]
        return forms[0 if number == 1 else -1].format(n=f"{number:,}")


@cache
def texts(language: str = DEFAULT) -> Texts:
    """Return the texts of a language."""
    content = files("alleged.site").joinpath("texts", f"{language}.toml").read_text("utf-8")
    return Texts(language, tomllib.loads(content))


def _attributes(value: Any) -> Any:
    if isinstance(value, dict):
        return SimpleNamespace(**{key.replace("-", "_"): _attributes(entry) for key, entry in value.items()})
    return value
