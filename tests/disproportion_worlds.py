"""Small tables of searches and residents whose ratios a person can work out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.powers.searches.columns import (
    SCHEMA,
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.powers.searches.denominators import ResidentCount, Residents

if TYPE_CHECKING:
    from collections.abc import Mapping

CAMDEN, LAMBETH, CITY = "E09000007", "E09000022", "E09000001"
YEAR = tuple(date(2018 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(4, 16))
"""Twelve months, April 2018 to March 2019."""

PLAIN: dict[str, Any] = {
    "entry": "searches.csv",
    "force": "metropolitan",
    "month": YEAR[0],
    "has_time": True,
    "type": SearchType.PERSON,
    "power": Power.PACE_1,
    "object": Object.WEAPONS,
    "outcome": Outcome.NO_FURTHER_ACTION,
    "age": Age.AGE_18_24,
    "sex": Sex.MALE,
    "self_defined": Ethnicity.WHITE,
    "officer_defined": Ethnicity.WHITE,
    "borough": CAMDEN,
}


def searches(*runs: tuple[int, Mapping[str, Any]]) -> pa.Table:
    """Return a table with so many searches of each kind; what is not said is as in ``PLAIN``."""
    rows = [PLAIN | dict(kind) for n, kind in runs for _ in range(n)]
    for number, row in enumerate(rows, 1):
        row["row_number"] = number
        month = row["month"]
        row.setdefault("started_at", datetime(month.year, month.month, 2, 12, tzinfo=UTC))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def of_group(group: Ethnicity | None, **more: object) -> dict[str, Any]:
    """Return searches of people whom they and officers describe alike."""
    return {"self_defined": group, "officer_defined": group} | more


def residents(
    counts: Mapping[str, Mapping[Ethnicity, int]], *, year: int = 2021, source: str = "a count"
) -> Residents:
    """Return residents of some authorities; groups that are not named have 1,000."""
    return Residents(
        counts=tuple(
            ResidentCount(
                area_code=code,
                year=year,
                group=group,
                residents=given.get(group, 1_000),
                source=source,
            )
            for code, given in counts.items()
            for group in Ethnicity
            if group not in {Ethnicity.NOT_STATED, Ethnicity.NOT_GIVEN}
        )
    )
