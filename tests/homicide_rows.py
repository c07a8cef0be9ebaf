"""Files of homicide victims for tests, in the publisher's columns."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEADER = [
    "Count of Victims",
    "Age Group",
    "Sex",
    "Method of Killing",
    "Domestic Abuse",
    "Recorded Date",
    "Homicide Offence Type",
    "Solved Status",
    "Borough",
    "Officer Observed Ethnicity",
]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def row(
    month: str,
    borough: str = "Camden",
    *,
    who: str = "AGE",
    count: str = "1",
    solved: str = "Solved",
) -> list[str]:
    """Return a row; ``who`` stands where a victim is described."""
    return [count, who, "SEX", "METHOD", "ABUSE", month, "KIND", solved, borough, "ETHNICITY"]


def write_homicides(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write a file of rows and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def a_year(counts: Sequence[int], *, year: int = 23) -> list[list[str]]:
    """Return rows of a year with so many victims, each a case of its own, in each month."""
    return [
        row(f"{MONTHS[index]}-{year:02d}", who=f"AGE {victim}")
        for index, number in enumerate(counts)
        for victim in range(number)
    ]
