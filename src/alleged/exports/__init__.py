"""Formats in which a release can be taken away."""
