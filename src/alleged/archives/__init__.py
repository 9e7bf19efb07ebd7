"""Evidence behind addresses: snapshots in web archives, texts of pages, quotes in them, edits since."""
