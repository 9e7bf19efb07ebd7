"""Records made up for the benchmarks: a cast, its utterances, and mistakes to find."""
