"""Exceptions of `alleged`. Problems in the data are `Issue`s, which are returned, not raised.

AllegedError                exit code 2
UnknownNameError          a table, claim, rule or release does not exist
DateError                 a text is not a date
ReversedIntervalError   an interval ends before it starts
StyleError                a file cannot be formatted without changing what it says
InvalidCoding             1: a file of second readings or leads has faults
LimitError                1: dependences lead to more than a table can hold
NotReleasable             1: the project cannot be released as it is
ContractError             1: the version of the tables' contract does not fit its changes
EnvironmentFailure        3: disk, permission, lock, network
FileRefused             a link, a device, too large, outside its folder
DownloadInterrupted     the connection ended too early
VerificationError         4: a file is not the one its manifest names
"""

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


class InvalidCoding(AllegedError, ValueError):
    """A file of `intercoder/` cannot be read, misses its schema, or names a record that does not exist."""

    exit_code = 1


class LimitError(AllegedError, ValueError):
    """Dependences between claims lead to more than a table or a page can hold.

    `what` says of what there is too much, `record` is the id of the claim or actor where most of it is.
    """

    exit_code = 1

    def __init__(self, what: str, record: str) -> None:
        super().__init__(f"{what}, most of them at {record!r}")
        self.what, self.record = what, record


class EnvironmentFailure(AllegedError, OSError):
    """Environment error: disk, permissions, a lock or the network."""

    exit_code = 3


class FileRefused(EnvironmentFailure):
    """A file or folder that is not used: a link, no regular file, too large, or outside its folder.

    `rule` says which: `symbolic-link`, `not-a-regular-file`, `too-large` or `outside-project`.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class VerificationError(AllegedError):
    """A file of a dataset is not the one its manifest names."""

    exit_code = 4


class NotReleasable(AllegedError):
    """The project is not in a state from which a release can be cut; the message says what to do."""

    exit_code = 1


class DownloadInterrupted(EnvironmentFailure):
    """The connection ended before the whole file had come."""


class ContractError(AllegedError):
    """The declared version of the tables' contract is smaller than their change demands."""


class StyleError(AllegedError):
    """A file cannot be put in order without changing what it says; it is left as it is."""


class ReversedIntervalError(DateError):
    """An interval starts after it ends: no day of its start is on or before a day of its end."""
