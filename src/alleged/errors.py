"""Misuse of the tool, and surroundings that stop it: what is raised, never what is found in the data."""

from alleged.text import escape


class AllegedError(Exception):
    """Any error that `alleged` raises on purpose; its text says what to do next.

    Each argument is a line of the text. They may quote files, indexes and arguments of others; `str` escapes them, so
    that a traceback can be printed too.
    """

    exit_code = 2

    def __str__(self) -> str:
        return "\n".join(escape.line(str(line)) for line in self.args or (type(self).__name__,))


class UnknownNameError(AllegedError, LookupError):
    """A table, claim, rule or release of this name does not exist."""


class DateError(AllegedError, ValueError):
    """A text is not a date of EDTF level 0 or 1, or no such day exists.

    `help` says what to type instead; it is empty where nothing can be proposed.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class UnsoundCodingError(AllegedError, ValueError):
    """A file of `coding/` cannot be read, misses its schema, or names a record that does not exist."""

    exit_code = 1


class LimitError(AllegedError, ValueError):
    """Dependences between claims lead to more than a table or a page can hold.

    `what` says of what there is too much, `record` is the id of the claim or actor where most of it is.
    """

    exit_code = 1

    def __init__(self, what: str, record: str) -> None:
        super().__init__(f"{what}, most of them at {record!r}")
        self.what, self.record = what, record


class SurroundingsError(AllegedError, OSError):
    """The disk, a permission or another running build stands in the way."""

    exit_code = 3


class FileRefusedError(SurroundingsError):
    """A file or folder that is not used: a link, no regular file, too large, or outside its folder.

    `rule` says which: `symbolic-link`, `not-a-regular-file`, `too-large` or `outside-project`.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class VerificationError(AllegedError):
    """A file of a dataset is not the one its manifest names."""

    exit_code = 4
