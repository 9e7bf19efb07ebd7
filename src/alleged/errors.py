"""Exceptions, and their exit codes. Problems in the data are `Issue`s, which are returned, not raised.

AllegedError                exit code 2
UnknownNameError          a table, claim, rule or release does not exist
UnknownTableError       a release has no table of this name
DateError                 a text is not a date
ReversedIntervalError   an interval ends before it starts
ExistsError               a file or project exists already
StyleError                a file cannot be formatted without changing what it says
InvalidCoding             1: a file of second readings or leads is invalid
LimitError                1: dependences lead to too many rows or values for a table
NotReleasable             1: the project cannot be released as it is
ContractError             1: the version of the tables' contract does not fit its changes
EnvironmentFailure        3: disk, permission, lock, network
FileRefused             a link, a device, too large, outside its folder
ServerError             the server of a catalogue is down, slow, or answers what no catalogue does
DownloadInterrupted   the connection ended before the file was complete
AddressRefused          an address that is never fetched
VerificationError         4: a file differs from its manifest
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alleged.text import escape

RECORDS = ("jsonschema", "langcodes", "nanoarrow", "pandera", "referencing", "yaml")
"""Packages of the extra `records`: whoever only reads tables needs none of them."""


class AllegedError(Exception):
    """Base of all errors that `alleged` raises; the message says what to do next.

    Each argument is a line of the message. They may quote untrusted text; `str` escapes it, so that a traceback is safe
    to print too.
    """

    exit_code = 2

    def __str__(self) -> str:
        return "\n".join(escape.line(str(line)) for line in self.args or (type(self).__name__,))


class UnknownNameError(AllegedError, LookupError):
    """A table, claim, rule or release of this name does not exist."""


class UnknownTableError(UnknownNameError):
    """A release has no table of this name."""


class DateError(AllegedError, ValueError):
    """A text is not a date of EDTF level 0 or 1, or no such day exists.

    `help` says what to type instead, or is empty.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class InvalidCoding(AllegedError, ValueError):
    """A file of `intercoder/` cannot be read, does not fit its schema, or names a record that does not exist."""

    exit_code = 1


class LimitError(AllegedError, ValueError):
    """Dependences between claims lead to more rows or values than a table or page may have.

    `what` says what exceeds the limit; `record` is the id of the claim or actor with most of it.
    """

    exit_code = 1

    def __init__(self, what: str, record: str) -> None:
        super().__init__(f"{what}, most of them at {record!r}")
        self.what, self.record = what, record


class EnvironmentFailure(AllegedError, OSError):
    """Environment error: disk, permissions, a lock or the network."""

    exit_code = 3


class FileRefused(EnvironmentFailure):
    """A file or folder is refused: a link, not a regular file, too large, or outside its folder.

    `rule` is one of `symbolic-link`, `not-a-regular-file`, `too-large` or `outside-project`.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class VerificationError(AllegedError):
    """A file of a dataset differs from its manifest."""

    exit_code = 4


class NotReleasable(AllegedError):
    """The project is not in a state that can be released; the message says what to do."""

    exit_code = 1


class ServerError(EnvironmentFailure):
    """The server of a catalogue cannot be reached, is too slow, or answers what no catalogue does."""


class DownloadInterrupted(ServerError):
    """The connection ended before the file was complete."""


class AddressRefused(EnvironmentFailure):
    """An address is never fetched: it may lead into a private network, or is none of a public web page."""


class ContractError(AllegedError):
    """The declared version of the tables' contract is too small for their changes."""


class StyleError(AllegedError):
    """A file cannot be formatted without changing a value or a comment; it is left unchanged."""


class ExistsError(AllegedError):
    """A file or project exists already; nothing was overwritten."""


class ReversedIntervalError(DateError):
    """An interval starts after it ends: every day of its start is after every day of its end."""


@contextmanager
def records_packages(what: str) -> Iterator[None]:
    """Say what to install where a package of the extra `records` is missing; `what` needs it.

    Raises:
        EnvironmentFailure: One is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in RECORDS:
            raise
        raise EnvironmentFailure(
            f"{what} needs {package}, which is not installed here: pip install 'alleged[records]'"
        ) from None
