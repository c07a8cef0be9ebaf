"""How a whole-period expectation is split over slots: declared by the user, never forecast.

Monthly sources give place and month only. A profile file says which share falls into each shift;
without one the expectation is spread evenly over the minutes, and the output says so.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.core import Slot

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NO_PROFILE = "no shift evidence: minutes spread evenly"
NOT_SUPPORTED = "not supported by the data"
_SUM_TOLERANCE = 0.005  # shares are often printed to whole percents
_KEYS = frozenset({"shift", "weekday", "share"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftProfile:
    """Share of the violence that falls into each shift, as declared in a file.

    Parameters
    ----------
    file
        Name of the file, printed wherever the profile was used.
    shares
        Share (0 to 1) by shift and weekday of the policing day (0 is Monday); the weekday is
        None throughout if days are alike. Sums to 1 within 0.005: over the shifts of a day
        where days are alike, else over the week.
    """

    file: str
    shares: Mapping[tuple[str, int | None], float]

    def __post_init__(self) -> None:
        """Check that the shares can be shares of one whole.

        Raises
        ------
        BadInputError
            If one is negative or no number, they do not sum to 1, or only some name a weekday.
        """
        remedy = "Give shares from 0 to 1 that sum to 1."
        for key, share in self.shares.items():
            if not (math.isfinite(share) and 0 <= share <= 1):
                msg = f"The share {share:g} of {_named(key)} does not lie between 0 and 1."
                raise BadInputError(msg, file=self.file, value=share, remedy=remedy)
        total = math.fsum(self.shares.values())
        if abs(total - 1) > _SUM_TOLERANCE:
            msg = f"The shares sum to {total:.4g}, not to 1."
            raise BadInputError(msg, file=self.file, value=f"{total:.6g}", remedy=remedy)
        if len({weekday is None for _, weekday in self.shares}) > 1:
            msg = "Some shares name a weekday and some do not."
            raise BadInputError(msg, file=self.file, remedy="Name it in every row, or in none.")

    @property
    def by_weekday(self) -> bool:
        """Whether the shares differ by weekday."""
        return any(weekday is not None for _, weekday in self.shares)

    def share(self, slot: Slot) -> float:
        """Return the share declared for a slot's shift, on its weekday if they differ."""
        weekday = slot.policing_day.weekday() if self.by_weekday else None
        return self.shares[slot.shift, weekday]


def profile_label(profile: ShiftProfile | None) -> str:
    """Return what plan and brief print about the profile."""
    return NO_PROFILE if profile is None else f"profile from {profile.file}, not forecast"


def shift_column(profile: ShiftProfile | None) -> str:
    """Return what a column of figures by shift says where its source gives months only."""
    return NOT_SUPPORTED if profile is None else profile_label(profile)


def split(
    expected: NDArray[np.float64], slots: Sequence[Slot], *, profile: ShiftProfile | None
) -> NDArray[np.float64]:
    """Return each cell's expectation split over slots, shape (n_cells, n_slots).

    Each row sums to what went in: the profile says how the period's expectation is spread over
    its slots, never how much there is. A profile by weekday is scaled to the days of the period.

    Parameters
    ----------
    expected
        Shape (n_cells,). Expected count or harm over all slots together; NaN stays NaN.
    slots
        Slots of the period, in order.
    profile
        Declared shares, or None to spread by elapsed minutes.

    Raises
    ------
    BadInputError
        If the profile gives no share to a slot's shift, or none to any slot of the period.
    """
    if profile is None:
        weights = np.array([slot.hours for slot in slots])
    else:
        check_covers(profile, {slot.shift for slot in slots})
        weights = np.array([profile.share(slot) for slot in slots])
    if not weights.sum() > 0:
        msg = "The profile gives no share to any slot of the period."
        file = None if profile is None else profile.file
        raise BadInputError(msg, file=file, remedy="Choose other days or another profile.")
    shares: NDArray[np.float64] = weights / weights.sum()
    return expected[:, None] * shares[None, :]


def check_covers(profile: ShiftProfile, shifts: set[str]) -> None:
    """Check that a profile has a share, 0 perhaps, for every shift.

    Raises
    ------
    BadInputError
        If a shift, or a weekday of a shift, has none; all are named.
    """
    days = range(len(WEEKDAYS)) if profile.by_weekday else (None,)
    wanted = [(shift, day) for shift in sorted(shifts) for day in days]
    missing = [_named(key) for key in wanted if key not in profile.shares]
    if missing:
        msg = f"The profile has no share for {', '.join(missing)}."
        remedy = "Add a row for each; 0 is allowed."
        raise BadInputError(msg, file=profile.file, value=missing[0], remedy=remedy)


def read_profile(path: Path, *, shifts: Sequence[str]) -> ShiftProfile:
    """Return the shift profile of a CSV or TOML file.

    CSV has the columns shift, share and perhaps weekday (monday ... sunday); TOML has the same
    keys in ``[[share]]`` tables. The weekday is that of the policing day.

    Parameters
    ----------
    path
        File ending in .csv or .toml.
    shifts
        Names of the study area's shifts.

    Raises
    ------
    BadInputError
        If the file cannot be read, names an unknown shift or weekday, gives one twice, leaves
        one out, or its shares are not shares of one whole.
    """
    shown = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(_toml_rows(text) if path.suffix.lower() == ".toml" else _csv_rows(text))
    except (ValueError, csv.Error) as error:
        msg = f"The profile cannot be read: {error}."
        remedy = "Give CSV with shift,weekday,share or TOML with [[share]] tables, in UTF-8."
        raise BadInputError(msg, file=shown, remedy=remedy) from error
    shares: dict[tuple[str, int | None], float] = {}
    for number, row in enumerate(rows, 1):
        key, share = _entry(row, shifts, file=shown, number=number)
        if key in shares:
            msg = f"{_named(key)} has two shares."
            raise BadInputError(msg, file=shown, row=number, value=_named(key), remedy="Keep one.")
        shares[key] = share
    profile = ShiftProfile(file=shown, shares=shares)
    check_covers(profile, set(shifts))
    return profile


def _csv_rows(text: str) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip() for name in reader.fieldnames or ()]
    for name, count in Counter({"shift": 0, "share": 0, **Counter(header)}).items():
        if count != 1 or name not in _KEYS:
            msg = f"column {name!r} stands {count} times. {did_you_mean(name, _KEYS)}"
            raise ValueError(msg)
    reader.fieldnames = header
    yield from reader


def _toml_rows(text: str) -> Iterator[dict[str, Any]]:
    for row in tomllib.loads(text).get("share", []):
        unknown = sorted(set(row) - _KEYS)
        if unknown:
            msg = f"unknown key {unknown[0]!r}. {did_you_mean(unknown[0], _KEYS)}"
            raise ValueError(msg)
        yield row


def _entry(
    row: dict[str, Any], shifts: Sequence[str], *, file: str, number: int
) -> tuple[tuple[str, int | None], float]:
    """Return one row as key and share.

    Raises
    ------
    BadInputError
        If the shift or the weekday is unknown, or the share is no number.
    """
    shift, weekday = str(row.get("shift") or "").strip(), str(row.get("weekday") or "").strip()
    if shift not in shifts:
        msg = f"There is no shift {shift!r}."
        remedy = did_you_mean(shift, shifts)
        raise BadInputError(msg, file=file, row=number, value=shift, remedy=remedy)
    if weekday and weekday.lower() not in WEEKDAYS:
        msg = f"There is no weekday {weekday!r}."
        remedy = did_you_mean(weekday, WEEKDAYS)
        raise BadInputError(msg, file=file, row=number, value=weekday, remedy=remedy)
    try:
        share = float(row.get("share", ""))
    except (TypeError, ValueError) as error:
        msg = f"The share {row.get('share')!r} is no number."
        remedy = "Give a number from 0 to 1."
        raise BadInputError(
            msg, file=file, row=number, value=row.get("share"), remedy=remedy
        ) from error
    return (shift, WEEKDAYS.index(weekday.lower()) if weekday else None), share


def _named(key: tuple[str, int | None]) -> str:
    shift, weekday = key
    return shift if weekday is None else f"{shift} on {WEEKDAYS[weekday].capitalize()}"
