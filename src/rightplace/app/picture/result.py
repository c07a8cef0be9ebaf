"""What ``picture`` answers with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCounted:
    """Records of violence that the picture does not hold, and why."""

    reason: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureResult:
    """Violence as it was recorded, by place and month.

    Parameters
    ----------
    title
        What was counted, in words.
    first_month, last_month
        Months that it holds, as YYYY-MM, both included.
    trained_to
        Last day of the last month with data: the cut-off.
    records
        Records counted; ``domestic_records`` of them are known to be domestic abuse.
    unknown_setting_share
        Share of records, 0 to 1, that do not say where they happened or whether they were
        domestic abuse.
    masked_boroughs
        Boroughs without data in any month: not known, and not 0.
    not_counted
        Records of violence left out, by reason.
    counts_path
        The table: one row for each place, month, class and setting with a record. Records that
        were not in the street have their borough and no place.
    """

    picture_id: str
    title: str
    area_id: str
    first_month: str
    last_month: str
    trained_to: str
    records: int
    harm: float
    harm_version: str
    domestic_records: int
    unknown_setting_share: float
    masked_boroughs: tuple[str, ...]
    not_counted: tuple[NotCounted, ...]
    classes: tuple[str, ...]
    synthetic: bool
    counts_path: str
