"""Kinds of day that a user dates in a file: school holidays, events, whatever changes a day."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

COLUMNS = ("first_day", "last_day", "kind")
LONGEST_KIND = 60
MOST_KINDS = 12
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedKind:
    """Days of one kind, in the whole study area.

    Parameters
    ----------
    first_day, last_day
        Policing days, both included.
    kind
        Name of the kind, as it is printed.
    """

    first_day: date
    last_day: date
    kind: str

    def __post_init__(self) -> None:
        """Check that the days follow each other and the name can be printed.

        Raises
        ------
        BadInputError
            If they do not, or it cannot.
        """
        if self.last_day < self.first_day:
            msg = f"The last day {self.last_day} is before the first, {self.first_day}."
            raise BadInputError(msg, value=self.last_day, remedy="Swap them.")
        if not self.kind or len(self.kind) > LONGEST_KIND:
            msg = f"A kind of day has a name of 1 to {LONGEST_KIND} characters."
            raise BadInputError(msg, value=self.kind, remedy="Name it shortly.")
        if any(unicodedata.category(letter).startswith("C") for letter in self.kind):
            msg = f"The kind {self.kind!r} holds characters that cannot be printed."
            raise BadInputError(msg, value=self.kind, remedy="Write it anew.")

    def days(self, first: date, last: date) -> Iterator[date]:
        """Yield its days from one day to another, both included."""
        start, end = max(first, self.first_day), min(last, self.last_day)
        for offset in range((end - start).days + 1):
            yield start + timedelta(days=offset)


def read_day_kinds(path: Path) -> tuple[DatedKind, ...]:
    """Return the kinds of day of a CSV file with the columns first_day, last_day and kind.

    Days are written YYYY-MM-DD; an empty last day is the first. A day may stand in several rows
    of different kinds; rows of one kind may overlap.

    Parameters
    ----------
    path
        The file, UTF-8.

    Raises
    ------
    BadInputError
        If the file cannot be read, lacks a column or has another, or a row is not a kind of day.
    """
    rows = []
    for number, row in _rows(path):
        try:
            rows.append(_dated(row))
        except BadInputError as error:
            fault = error.fault
            raise BadInputError(
                fault.message, file=path, row=number, value=fault.value, remedy=fault.remedy
            ) from error
    named = kind_names(rows)
    if len(named) > MOST_KINDS:
        msg = f"The file names {len(named)} kinds of day; at most {MOST_KINDS} can be told apart."
        raise BadInputError(msg, file=path, value=named[MOST_KINDS], remedy="Join some of them.")
    return tuple(rows)


def kind_names(dated: Iterable[DatedKind]) -> tuple[str, ...]:
    """Return each kind once, sorted."""
    return tuple(sorted({each.kind for each in dated}))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of the file as text, with their numbers; those without any text are skipped.

    Raises
    ------
    BadInputError
        If it cannot be read, or its columns are not those that are needed.
    """
    remedy = f"Give a CSV file in UTF-8 with the columns {','.join(COLUMNS)}."
    try:
        if path.stat().st_size > MOST_BYTES:
            msg = f"The file is larger than {MOST_BYTES // 1000:,} kB: it is no list of days."
            raise BadInputError(msg, file=path, remedy=remedy)
        text = path.read_bytes().decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        lines = [[cell.strip() for cell in line] for line in reader if line]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        msg = f"The kinds of day cannot be read: {why}."
        raise BadInputError(msg, file=path, remedy=remedy) from error
    header = lines[0] if lines else []
    _check_header(header, path, remedy=remedy)
    return [
        (number, _row(header, line, file=path, number=number))
        for number, line in enumerate(lines[1:], 1)
        if any(line)
    ]


def _check_header(header: Sequence[str], path: Path, *, remedy: str) -> None:
    """Check that each column stands once.

    Raises
    ------
    BadInputError
        If one is missing, unknown, or stands twice.
    """
    for name in dict.fromkeys((*COLUMNS, *header)):
        if header.count(name) != 1 or name not in COLUMNS:
            msg = f"The column {name[:LONGEST_KIND]!r} stands {header.count(name)} times."
            if name not in COLUMNS:
                remedy = did_you_mean(name, COLUMNS)
            raise BadInputError(msg, file=path, row=0, value=name, remedy=remedy)


def _row(header: Sequence[str], line: Sequence[str], *, file: Path, number: int) -> dict[str, str]:
    """Return a row by column.

    Raises
    ------
    BadInputError
        If it has more or fewer values than the header.
    """
    if len(line) != len(header):
        msg = f"The row has {len(line)} values, the header {len(header)}."
        remedy = "Quote a value that holds a comma."
        raise BadInputError(msg, file=file, row=number, value=",".join(line), remedy=remedy)
    return dict(zip(header, line, strict=True))


def _dated(row: Mapping[str, str]) -> DatedKind:
    first = _day(row["first_day"])
    last = _day(row["last_day"]) if row["last_day"] else first
    return DatedKind(first_day=first, last_day=last, kind=row["kind"])


def _day(text: str) -> date:
    """Return a day written YYYY-MM-DD.

    Raises
    ------
    BadInputError
        If it is none.
    """
    written = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
    try:
        return date.fromisoformat(text if written else "")
    except ValueError as error:
        msg = f"{text[:LONGEST_KIND]!r} is not a day."
        raise BadInputError(msg, value=text, remedy="Write it as YYYY-MM-DD.") from error
