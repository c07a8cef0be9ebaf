"""What ``searches record`` answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResult:
    """What became of a file of search records.

    Parameters
    ----------
    path
        The file.
    read
        Rows.
    recorded
        Searches that are new.
    recorded_before
        Rows that stand recorded as they are here.
    """

    path: str
    read: int
    recorded: int
    recorded_before: int
