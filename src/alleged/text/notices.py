"""Notices of the library, escaped: on standard error, as warnings, or in the log `alleged`."""

import logging
import sys
import warnings

from alleged.text import escape

logger = logging.getLogger("alleged")

_shown: set[str] = set()


def show(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"alleged: {escape.line(text)}\n")


def once(text: str) -> None:
    """Write a line to standard error, unless this process has written it before."""
    if text not in _shown:
        _shown.add(text)
        show(text)


def warn(text: str, stacklevel: int = 1) -> None:
    """Issue a warning; `stacklevel` is as for `warnings.warn` in the function that calls this one."""
    warnings.warn(escape.line(text), stacklevel=stacklevel + 1)


def log(text: str) -> None:
    """Write a line to the log `alleged`, at level INFO."""
    logger.info("%s", escape.line(text))
