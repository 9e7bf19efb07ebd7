"""Import claims from tables and sources from bibliographies: every row is written, or named with the reason."""
