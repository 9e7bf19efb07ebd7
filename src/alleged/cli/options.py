"""Options that several commands have."""

from collections.abc import Callable

import click


def sharing(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that say by what means it works: `no_cache`, `jobs` and `stats`."""
    cache = click.option("--no-cache", is_flag=True, help="Use nothing that was kept earlier, and keep nothing.")
    jobs = click.option("--jobs", metavar="N", type=click.IntRange(1), help="Processes that share the work.")
    stats = click.option("--stats", is_flag=True, help="Tell at the end what each stage took.")
    return cache(jobs(stats(command)))
