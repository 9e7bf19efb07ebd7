"""The program `alleged`, also as `python -m alleged`; an interruption while it loads ends it quietly."""

import gc
import os

TYPE_CHECKING = False  # as in the package itself: nothing is loaded before interruptions are seen to
if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130  # as in cli/__init__.py


def main() -> None:
    """Load the command line, run it and leave with its exit code."""
    gc.disable()  # neither the modules nor the data have reference cycles that are worth a search
    try:
        import signal

        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a job in the background ignores it
            signal.signal(signal.SIGINT, _interrupt)
        from alleged.cli import main as run

        run()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)


def _interrupt(_: int, frame: "FrameType | None") -> None:
    """Raise KeyboardInterrupt, but leave at once while a module is loaded: in compiled ones it would be a panic."""
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            os._exit(INTERRUPTED)
        frame = frame.f_back
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
