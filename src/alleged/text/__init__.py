"""Text as it is shown to people."""
