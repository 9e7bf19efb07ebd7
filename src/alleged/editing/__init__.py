"""Change record files: apply fixes, format."""
