"""What the library says of its own accord: on standard error, as a warning, or in the log `alleged`; all escaped."""

import logging
import sys
import warnings

from alleged.text import escape

logger = logging.getLogger("alleged")


def tell(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"alleged: {escape.line(text)}\n")


def warn(text: str, stacklevel: int = 1) -> None:
    """Issue a warning; `stacklevel` is as for `warnings.warn` in the function that calls this one."""
    warnings.warn(escape.line(text), stacklevel=stacklevel + 1)


def log(text: str) -> None:
    """Write a line to the log, where it is shown only if the program asks for it."""
    logger.info("%s", escape.line(text))
