"""Snapshots of a source in web archives."""

from datetime import date

from alleged.dates import parse
from alleged.records.record import Record


def archive_url(source: Record) -> str | None:
    """Return the address of the latest snapshot; among those of one day, or without a day, the last in the record."""
    snapshots = enumerate(source.get("archived", ()))
    latest = max(snapshots, key=lambda entry: (taken(entry[1].get("at")), entry[0]), default=None)
    return latest[1]["uri"] if latest else None


def taken(edtf: str | None) -> date:
    """Return the last day on which a snapshot may have been taken; the first day of the calendar if none is given."""
    return (parse(edtf).hi if edtf else None) or date.min
