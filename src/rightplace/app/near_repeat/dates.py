"""Days written in a column of a file, in whatever order day, month and year stand."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAY = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ]+(.+))?|(\d{4})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(
    r"(0?0:00(:00(\.0+)?)?|12:00(:00)? ?AM)(Z|[-+]\d\d(:?\d\d)?)?", re.IGNORECASE
)
_MONTH = re.compile(r"\d{4}[-/]\d{1,2}|\d{1,2}/\d{4}|[A-Za-z]{3,9}[- ]\d{2,4}")
ORDERS = {"iso": "year-month-day", "dayfirst": "day/month/year", "monthfirst": "month/day/year"}
_FEWEST = 12  # events on the first of a month before they are called monthly
_FIRST_YEAR, _LAST_YEAR = 1901, 2100
_MONTHLY = "Near repeat cannot be tested on months: use records that hold the day of each event."


class DayReader:
    """Reads days of one column, all written the same way.

    Parameters
    ----------
    texts
        The column, without empty cells; row numbers count from 1.
    file
        The file, for messages.
    order
        ``iso``, ``dayfirst``, ``monthfirst``, a pattern such as ``%d.%m.%Y``, or None to find out.
    whole_days
        Whether a time of day is cut off rather than refused.
    """

    def __init__(
        self, texts: Sequence[tuple[int, str]], *, file: str, order: str | None, whole_days: bool
    ) -> None:
        self._texts = texts
        self._file = file
        self._whole_days = whole_days
        if order is not None and order not in ORDERS and "%" not in order:
            msg = f"--date-format {order!r} is not known."
            raise UsageError(
                msg, value=order, remedy=f"Write {', '.join(ORDERS)} or, say, %d.%m.%Y."
            )
        self._refuse_months()
        self.order = order or self._found_order()

    @property
    def words(self) -> str:
        """How the days are written, in words."""
        return ORDERS.get(self.order, self.order)

    def days(self) -> list[date]:
        """Return the day of each row.

        Raises
        ------
        UnsupportedByDataError
            If every event is on the first of a month.
        """
        known: dict[str, date] = {}
        found = []
        for row, text in self._texts:
            if text not in known:
                known[text] = self._day(text, row)
            found.append(known[text])
        months = {(day.year, day.month) for day in found}
        if len(found) >= _FEWEST and len(months) > 1 and all(day.day == 1 for day in found):
            msg = f"All {len(found):,} events are on the first of a month: these are months."
            raise UnsupportedByDataError(msg, file=self._file, remedy=_MONTHLY)
        return found

    def _refuse_months(self) -> None:
        """Check that the texts are more than months.

        Raises
        ------
        UnsupportedByDataError
            If the first is a month alone.
        """
        row, text = self._texts[0]
        if _MONTH.fullmatch(text):
            msg = "The dates are months, without a day."
            raise UnsupportedByDataError(msg, file=self._file, row=row, value=text, remedy=_MONTHLY)

    def _found_order(self) -> str:
        """Return in which order day, month and year stand in every row.

        Raises
        ------
        BadInputError
            If rows disagree, or none tells day from month.
        """
        day_first = month_first = None
        for row, text in self._texts:
            match = _DAY.fullmatch(text)
            if match is None or match[1] is None or len(match[1]) == 4:  # noqa: PLR2004 - a year
                continue
            day_first = day_first or (row if int(match[1]) > 12 else None)  # noqa: PLR2004 - months
            month_first = month_first or (row if int(match[3]) > 12 else None)  # noqa: PLR2004 - as above
            if day_first and month_first:
                first = min(day_first, month_first)
                msg = f"Day and month stand in another order here than in row {first}."
                raise BadInputError(
                    msg,
                    file=self._file,
                    row=max(day_first, month_first),
                    value=text,
                    remedy="Write all dates in one order, best as YYYY-MM-DD.",
                )
        if day_first or month_first:
            return "dayfirst" if day_first else "monthfirst"
        row, text = self._texts[0]
        match = _DAY.fullmatch(text)
        if match is not None and match[1] is not None and len(match[1]) < 4:  # noqa: PLR2004 - a year
            msg = "No date tells whether the day or the month stands first."
            raise BadInputError(
                msg,
                file=self._file,
                row=row,
                value=text,
                remedy="Say it with --date-format dayfirst or --date-format monthfirst.",
            )
        return "iso"

    def _day(self, text: str, row: int) -> date:
        """Return the day that a text says.

        Raises
        ------
        BadInputError
            If it says none, or a time of day too that was not to be cut off.
        """
        try:
            day, time = self._parts(text)
        except ValueError as error:
            msg = f"This is no day written as {self.words}."
            raise BadInputError(
                msg,
                file=self._file,
                row=row,
                value=text,
                remedy="Correct it, or say how dates are written with --date-format.",
            ) from error
        if time and not _MIDNIGHT.fullmatch(time) and not self._whole_days:
            msg = "The date holds a time of day; pairs are counted by whole days."
            raise BadInputError(
                msg,
                file=self._file,
                row=row,
                value=text,
                remedy="Give --whole-days to use the day as it is written.",
            )
        return day

    def _parts(self, text: str) -> tuple[date, str]:
        """Return the day and what stands after it.

        Raises
        ------
        ValueError
            If the text is no day, or its year cannot be meant.
        """
        if "%" in self.order:
            moment = datetime.strptime(text, self.order)  # noqa: DTZ007 - only its day is kept
            return _plausible(moment.date()), f"{moment:%H:%M:%S}"
        match = _DAY.fullmatch(text)
        if match is None:
            raise ValueError(text)
        if match[6] is not None:
            return _plausible(date(int(match[6]), int(match[7]), int(match[8]))), ""
        first, middle, last = int(match[1]), int(match[3]), int(match[4])
        if self.order == "iso" or len(match[1]) == 4:  # noqa: PLR2004 - a year
            day = date(first, middle, last)
        elif self.order == "dayfirst":
            day = date(last, middle, first)
        else:
            day = date(last, first, middle)
        return _plausible(day), match[5] or ""


def _plausible(day: date) -> date:
    """Return the day.

    Raises
    ------
    ValueError
        If its year lies outside 1901 to 2100.
    """
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(day)
    return day
