"""Text: escaping for display, comparison of words, URLs, notices."""
