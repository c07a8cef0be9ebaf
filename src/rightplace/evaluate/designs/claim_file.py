"""Published claims from a CSV file, every faulty row named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from rightplace.deploy.checked_rows import Row, read_rows
from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.designs.claim import Claim, Figure
from rightplace.evaluate.designs.claim_period import ClaimPeriod
from rightplace.evaluate.designs.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLAIM_COLUMNS: Final = {"before": "The earlier count, above 0."}
"""Columns that a file must have."""
MORE_CLAIM_COLUMNS: Final = {
    "after": "The later count; empty where ``fewer`` is given.",
    "fewer": "How many fewer; negative is more.",
    "said": "Published change in per cent: -38 or 38 % fewer; 38 alone is a size either way.",
    "earlier": "Count of the period before the earlier one.",
    "before_release": "Day or name of the release of the earlier figure.",
    "after_release": "The same of the later one.",
    "before_period": "2018, 2018-10 or 2018-01-01..2018-10-31.",
    "after_period": "The same of the later one.",
    "outcome": "What was counted, in words.",
}
"""Columns that a file may have."""
_Read = TypeVar("_Read")


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Return the claims of a CSV file with the columns of ``CLAIM_COLUMNS``.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If a row is no claim; every faulty one is named.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check --file.")
    found = read_rows(path, tuple(CLAIM_COLUMNS), _claim)
    claims = tuple(each for each in found if each is not None)
    if not claims:
        msg = "The file holds no claim."
        raise BadInputError(msg, file=path, row=0, remedy="Give one claim a row.")
    return claims


def later_count(before: int, *, after: int | None, fewer: int | None) -> int:
    """Return the later count, given itself or how many fewer it was.

    Raises
    ------
    BadInputError
        If neither or, with another result, both are given, or fewer than none are left.
    """
    if after is None and fewer is None:
        msg = "Nobody says how many there were afterwards."
        raise BadInputError(msg, remedy="Give the later count, or how many fewer.")
    if fewer is None:
        return after or 0
    left = before - fewer
    if left < 0 or (after is not None and after != left):
        what = "fewer than none" if left < 0 else f"{left:,}, not {after:,}"
        msg = f"{before:,} with {fewer:,} fewer leaves {what}."
        raise BadInputError(msg, value=fewer, remedy="Give one of the two, or correct them.")
    return left


def _claim(row: Row) -> Claim | None:
    before, after = _count(row, "before"), _count(row, "after")
    fewer, earlier = _count(row, "fewer", signed=True), _count(row, "earlier")
    said = _read(row, "said", Said.read)
    first = _read(row, "before_period", ClaimPeriod.read)
    second = _read(row, "after_period", ClaimPeriod.read)
    if not before:
        row.fault("before", "is no count above 0", "A percentage of nothing does not exist.")
        return None
    try:
        left = later_count(before, after=after, fewer=fewer)
        return Claim(
            before=Figure(count=before, period=first, release=row.given("before_release") or None),
            after=Figure(count=left, period=second, release=row.given("after_release") or None),
            said=said,
            earlier=earlier,
            outcome=row.given("outcome") or "Incidents",
        )
    except BadInputError as error:
        row.fault("after", f"cannot be: {error.fault.message}", error.fault.remedy or "")
        return None


def _count(row: Row, name: str, *, signed: bool = False) -> int | None:
    text = row.given(name).replace(",", "")
    if not text:
        return None
    digits = text.removeprefix("-") if signed else text
    if not (digits.isascii() and digits.isdigit()):
        if name != "before":
            row.fault(name, "is no whole number", "Correct it, or leave it empty.")
        return None
    return int(text)


def _read(row: Row, name: str, read: Callable[[str], _Read]) -> _Read | None:
    text = row.given(name)
    if not text:
        return None
    try:
        return read(text)
    except BadInputError as error:
        row.fault(name, "cannot be read", error.fault.remedy or "")
        return None
