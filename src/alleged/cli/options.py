"""Options that several commands have."""

from collections.abc import Callable

import click


def execution_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of execution settings to a command: `no_cache`, `jobs` and `stats`."""
    cache = click.option("--no-cache", is_flag=True, help="Do not use or write the cache.")
    jobs = click.option("--jobs", metavar="N", type=click.IntRange(1), help="Number of worker processes.")
    stats = click.option("--stats", is_flag=True, help="Print time and memory of each stage at the end.")
    return cache(jobs(stats(command)))


cluster_option = click.option(
    "--cluster", metavar="ADDRESS", help="Let the workers of a Dask cluster do it; see docs/scale.md."
)
