"""Workforce of a force at the end of March by rank: heads beside full-time equivalents.

Of the Home Office's tables only day, rank, heads and full-time equivalents are kept. Other columns
(sex among them) are summed over and never held.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from rightplace.core.suggest import did_you_mean
from rightplace.core.time import Month
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

METROPOLITAN: Final = "Metropolitan Police"
OFFICER: Final = "police officer"
DAY, FORCE, RANK, WORKER = "date", "force_name", "rank_description", "worker_type"
HEADS, FULL_TIME = "total_headcount", "total_fte"
COLUMNS: Final = (DAY, FORCE, RANK, WORKER, HEADS, FULL_TIME)
RANKS: Final = (
    "Chief Officer",
    "Chief Superintendent",
    "Superintendent",
    "Chief Inspector",
    "Inspector",
    "Sergeant",
    "Constable",
)
_ROUNDING: Final = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class RankStrength:
    """Officers of one rank of a whole force.

    Parameters
    ----------
    headcount
        People.
    fte
        Full-time equivalents, no more than people.
    """

    rank: str
    headcount: int
    fte: float


@dataclass(frozen=True, slots=True, kw_only=True)
class YearStrength:
    """Officers of a force at the end of a month, all ranks; at least one officer."""

    month: Month
    ranks: tuple[RankStrength, ...]

    @property
    def headcount(self) -> int:
        """People."""
        return sum(each.headcount for each in self.ranks)

    @property
    def fte(self) -> float:
        """Full-time equivalents."""
        return sum(each.fte for each in self.ranks)

    @property
    def fte_ratio(self) -> float:
        """Full-time equivalents for each officer, 0 to 1."""
        return self.fte / self.headcount


def read_home_office(path: Path, *, force: str = METROPOLITAN) -> tuple[YearStrength, ...]:
    """Return a force's officers by year and rank, oldest first.

    Parameters
    ----------
    path
        CSV in UTF-8, perhaps gzipped, with ``COLUMNS``.
    force
        As the file writes it.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If a column or the force is missing, a row is doubled, or a number cannot be; the row is
        named.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check --home-office.")
    heads: dict[tuple[Month, str], int] = defaultdict(int)
    full_time: dict[tuple[Month, str], float] = defaultdict(float)
    forces: set[str] = set()
    seen: dict[tuple[str, ...], int] = {}
    for number, row in _rows(path):
        forces.add(row[FORCE])
        if row[FORCE] != force or row[WORKER].casefold() != OFFICER:
            continue
        _check_once(path, number, row, seen=seen)
        key = _month(path, number, row[DAY]), row[RANK]
        counted = _counts(path, number, row)
        heads[key] += int(counted[0])
        full_time[key] += counted[1]
    if not sum(heads.values()):
        msg = f"No officers of {force!r} stand in the file."
        raise BadInputError(msg, file=path, value=force, remedy=did_you_mean(force, sorted(forces)))
    return tuple(
        YearStrength(
            month=month,
            ranks=tuple(
                RankStrength(rank=rank, headcount=heads[month, rank], fte=full_time[month, rank])
                for rank in sorted((r for m, r in heads if m == month), key=_order)
            ),
        )
        for month in sorted({month for (month, _), number in heads.items() if number})
    )


def _order(rank: str) -> tuple[int, str]:
    return (RANKS.index(rank) if rank in RANKS else len(RANKS)), rank


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row with its number; the first row of data is 1.

    Raises
    ------
    BadInputError
        If the file cannot be read or a column is missing.
    """
    content = path.read_bytes()
    try:
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        msg = f"The file cannot be read as CSV in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy="Take it again from its publisher.") from error
    reader = csv.DictReader(io.StringIO(text), restval="")
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        msg = f"Columns are missing: {', '.join(missing)}."
        raise BadInputError(msg, file=path, row=0, remedy="Give the table by force and rank.")
    yield from enumerate(reader, start=1)


def _check_once(
    path: Path, number: int, row: Mapping[str, str], *, seen: dict[tuple[str, ...], int]
) -> None:
    """Check that no row of the same force, day, rank and further columns came before.

    Raises
    ------
    BadInputError
        If one did.
    """
    key = tuple(str(cell) for name, cell in row.items() if name not in {HEADS, FULL_TIME})
    before = seen.setdefault(key, number)
    if before != number:
        msg = f"{row[FORCE]}, {row[RANK]} on {row[DAY]} stands in row {before} too."
        raise BadInputError(msg, file=path, row=number, remedy="Keep one of the rows.")


def _month(path: Path, number: int, written: str) -> Month:
    """Return the month of a day.

    Raises
    ------
    BadInputError
        If it is no day.
    """
    try:
        return Month.of(date.fromisoformat(written))
    except ValueError as error:
        msg = f"{written!r} is not a day."
        remedy = "Write it as YYYY-MM-DD."
        raise BadInputError(msg, file=path, row=number, value=written, remedy=remedy) from error


def _counts(path: Path, number: int, row: Mapping[str, str]) -> tuple[float, float]:
    """Return heads and full-time equivalents of a row.

    Raises
    ------
    BadInputError
        If they are no numbers from 0, heads are no whole number, or there are fewer heads than
        full-time equivalents.
    """
    try:
        heads, full_time = float(row[HEADS]), float(row[FULL_TIME])
    except ValueError:
        heads = full_time = -1.0
    sound = 0 <= full_time <= heads + _ROUNDING and heads.is_integer()
    if not sound:
        value = f"{row[HEADS]}, {row[FULL_TIME]}"
        msg = f"{HEADS}, {FULL_TIME} {value} cannot be: whole heads from 0, and no more full time."
        raise BadInputError(msg, file=path, row=number, value=value, remedy="Correct the row.")
    return heads, full_time
