"""What the records of single days teach a forecast: weekdays, shifts, and days of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Notice
from rightplace.app.evidence import TIMED_SHARE
from rightplace.app.forecast.day_calendar import DayCalendar, day_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from rightplace.app.evidence import Evidence
    from rightplace.core.time import Shift
    from rightplace.forecast.distribution import Noise
    from rightplace.forecast.shifts.days import DayTable
    from rightplace.forecast.shifts.slots import SlotForecaster

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayParts:
    """Factors of days and shifts, learned, and the coming days they are for.

    Parameters
    ----------
    learned
        Fitted on all whole weeks up to the as-of day.
    coming
        The coming days, in shifts where nearly all records give their hour.
    named
        Days of each kind among the coming ones.
    seen
        How many days of each kind the records hold.
    without_hour
        Records that give a day and no hour, where shifts are learned from the others.
    """

    evidence: Evidence
    learned: SlotForecaster
    coming: DayTable
    named: Mapping[str, Mapping[date, str]]
    seen: tuple[int, ...]
    without_hour: int

    @property
    def days_alike(self) -> NDArray[np.float64]:
        """Shape (n_cells,). How many mean days of each cell's past the coming days are worth."""
        return self.learned.days_alike(self.coming)

    def spread(self, expected: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the period's expected counts spread over its slots, (n_cells, n_slots).

        Parameters
        ----------
        expected
            Shape (n_cells,). Over the whole period.
        """
        if self.evidence.grain == "month":
            return expected[:, None]
        slots = self.learned.split(expected, self.coming)
        if self.evidence.grain == "day":
            return np.asarray(slots.sum(axis=2))
        return np.asarray(slots.reshape(len(expected), -1))

    def noise(self, of_weeks: Noise) -> tuple[Noise, Noise]:
        """Return the noise of the whole period, and that of one slot of it.

        Parameters
        ----------
        of_weeks
            Learned from whole weeks.
        """
        from rightplace.forecast.shifts.slots import part_noise

        factors, days = self.learned.factors_, self.coming.n_days
        whole = of_weeks
        if days < WEEK:
            whole = part_noise(of_weeks, swing=factors.day_swing, parts=days)
        if self.evidence.grain == "month":
            return whole, whole
        swing = factors.day_swing if self.evidence.grain == "day" else factors.slot_swing
        return whole, part_noise(of_weeks, swing=swing)

    def notices(self) -> tuple[Notice, ...]:
        """Return what a user should know of the coming days."""
        return (*self._of_kinds(), *self._of_clocks(), *self._of_hours())

    def _of_kinds(self) -> list[Notice]:
        """Return what is said of days of a kind, the first of them first."""
        found = [
            (run[0], f"{_span(run)}: {kind}{f' ({name})' if name else ''}; ", position, run)
            for position, (kind, days) in enumerate(self.named.items())
            for run, name in _runs(days)
        ]
        return [
            Notice(code="day-kind", message=words + self._effect(position, run))
            for _, words, position, run in sorted(found)
        ]

    def _effect(self, kind: int, run: list[date]) -> str:
        """Return what a kind does to what is expected on some of the coming days, in words."""
        if not self.seen[kind]:
            return "the records hold no such day, so it is taken as an ordinary one."
        first = self.evidence.question.as_of + timedelta(days=1)
        rows = slice((run[0] - first).days, (run[-1] - first).days + 1)
        factors = self.learned.factors_
        usual = self.coming.hours[rows] * factors.weekday[self.coming.weekdays[rows]]
        change = float((usual * factors.kind[kind]).sum() / usual.sum()) - 1
        before = f"{self.seen[kind]} such days" if self.seen[kind] > 1 else "one such day"
        return f"{_changed(change)}, as on {before} before."

    def _of_clocks(self) -> Iterator[Notice]:
        first, clock = self.evidence.question.as_of + timedelta(days=1), self.evidence.area.clock
        for slot in clock.slots(first, self.coming.n_days):
            ordinary = _clock_hours(next(s for s in clock.shifts if s.name == slot.shift))
            if slot.hours != ordinary:
                message = (
                    f"The clocks change: the {slot.shift} shift of {_day(slot.policing_day)} lasts "
                    f"{slot.hours:g} hours, not {ordinary:g}, and holds "
                    f"{'more' if slot.hours > ordinary else 'less'} in proportion."
                )
                yield Notice(code="clock-change", message=message)

    def _of_hours(self) -> Iterator[Notice]:
        if self.without_hour and self.coming.n_shifts > 1:
            message = (
                f"{self.without_hour:,} records give a day and no hour: shifts are learned from "
                f"the others."
            )
            yield Notice(code="hour-unknown", message=message)


def day_parts(evidence: Evidence, *, days: int, calendar: DayCalendar) -> DayParts:
    """Return what single days teach about so many days after the as-of day.

    Parameters
    ----------
    evidence
        Of records that give their day.
    days
        Days ahead.
    calendar
        Kinds of day.
    """
    from rightplace.forecast.shifts.slots import SlotForecaster, SlotHistory

    area, counts, history = evidence.area, evidence.shift_counts, evidence.history
    ends = history.period_ends
    start = ends[0] - np.timedelta64(WEEK if history.kind == "week" else 1, "D")
    past = int((ends[-1] - start).astype(np.int64))
    day = (counts.day - start).astype(np.int64)
    within = (day >= 0) & (day < past)
    hour = counts.shift >= 0
    total = counts.n[within].sum()
    by_shift = bool(counts.n[within & hour].sum() >= TIMED_SHARE * total)
    used = within & hour if by_shift else within
    begins: date = start.astype(date)
    known = calendar.named(begins, past)
    learned = SlotForecaster().fit(
        SlotHistory(
            cell=counts.cell[used],
            day=day[used],
            shift=counts.shift[used] if by_shift else np.zeros(int(used.sum()), dtype=np.int64),
            n=counts.n[used],
            days=day_table(area, begins, past, named=known, by_shift=by_shift),
            observed=history.observed,
            span=np.searchsorted(ends, start + np.arange(past), side="right"),
        )
    )
    first = evidence.question.as_of + timedelta(days=1)
    named = calendar.named(first, days)
    return DayParts(
        evidence=evidence,
        learned=learned,
        coming=day_table(area, first, days, named=named, by_shift=by_shift),
        named=named,
        seen=tuple(len(on) for on in known.values()),
        without_hour=int(counts.n[within & ~hour].sum()),
    )


def _clock_hours(shift: Shift) -> float:
    """Return the hours of a shift on the clock face."""
    minutes = (shift.ends.hour - shift.starts.hour) * 60 + shift.ends.minute - shift.starts.minute
    return ((minutes - 1) % (24 * 60) + 1) / 60


def _runs(days: Mapping[date, str]) -> Iterator[tuple[list[date], str]]:
    """Yield days that follow each other under one name, with it."""
    numbered = enumerate(days.items())
    for (_, name), run in groupby(
        numbered, key=lambda each: (each[1][0].toordinal() - each[0], each[1][1])
    ):
        yield [day for _, (day, _) in run], name


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _span(run: list[date]) -> str:
    return _day(run[0]) if len(run) == 1 else f"{_day(run[0])} to {_day(run[-1])}"


def _changed(change: float) -> str:
    """Return "12% more than usual is expected"."""
    percent = round(100 * change)
    if percent == 0:
        return "as much as usual is expected"
    return f"{abs(percent)}% {'more' if percent > 0 else 'less'} than usual is expected"
