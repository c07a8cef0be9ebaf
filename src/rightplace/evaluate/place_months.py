"""Dosage of places by month, from counts of single plans; what is withheld stays withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from rightplace.core.time import Month
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COUNTED: Final = "counted"
WITHHELD: Final = "withheld"
NOT_GIVEN: Final = "not given"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPlan:
    """A plan's dosage, as it was kept.

    Parameters
    ----------
    id
        Of the count.
    first_day, days
        Of the plan.
    places
        Row of each place over the whole plan; its figures are None where ``withheld``.
    place_days
        Row of each place and policing day, likewise.
    """

    id: str
    first_day: date
    days: int
    places: Mapping[str, Mapping[str, Any]]
    place_days: Mapping[tuple[str, date], Mapping[str, Any]]

    @classmethod
    def of(
        cls, dosage_id: str, first_day: date, days: int, *, rows: Sequence[Mapping[str, Any]]
    ) -> CountedPlan:
        """Return a count from the rows of its table.

        Parameters
        ----------
        dosage_id
            Of the count.
        first_day, days
            Of the plan.
        rows
            With ``level``, ``cell_id``, ``policing_day``, ``withheld`` and figures.
        """
        return cls(
            id=dosage_id,
            first_day=first_day,
            days=days,
            places={row["cell_id"]: row for row in rows if row["level"] == "place"},
            place_days={
                (row["cell_id"], row["policing_day"]): row
                for row in rows
                if row["level"] == "place_day"
            },
        )

    @property
    def last_day(self) -> date:
        """The plan's last policing day."""
        return self.first_day + timedelta(days=self.days - 1)

    def days_in(self, month: Month) -> list[date]:
        """Return the plan's days in a month."""
        every = (self.first_day + timedelta(days=number) for number in range(self.days))
        return [day for day in every if Month.of(day) == month]

    def rows_in(self, cell_id: str, month: Month) -> Iterator[Mapping[str, Any]]:
        """Yield the rows that a place's figures of a month are the sum of.

        A plan wholly within the month has one for the place. Of a plan that reaches beyond, the
        days of the month are summed; a day without a row had no visit, planned or made.
        """
        days = self.days_in(month)
        if len(days) == self.days:
            yield self.places[cell_id]
        else:
            yield from (
                self.place_days[cell_id, day] for day in days if (cell_id, day) in self.place_days
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMonth:
    """What a place got in a month.

    Parameters
    ----------
    status
        ``counted``; ``withheld`` where any part is of fewer than five crews, or would give such a
        part away; ``not given`` where no count knows the place in the month.
    patrol_minutes, officer_minutes, visits
        None unless counted.
    days_counted
        Days of the month that the counts are of.
    """

    status: str
    patrol_minutes: float | None
    officer_minutes: float | None
    visits: int | None
    days_counted: int


def check_apart(plans: Sequence[CountedPlan]) -> None:
    """Check that no day is counted twice.

    Raises
    ------
    UsageError
        If two counts have a day in common.
    """
    ordered = sorted(plans, key=lambda each: each.first_day)
    for one, other in pairwise(ordered):
        if other.first_day <= one.last_day:
            msg = f"{one.id} and {other.id} both count {other.first_day}."
            raise UsageError(msg, value=other.id, remedy="Name one count for each day.")


def place_month(plans: Sequence[CountedPlan], cell_id: str, month: Month) -> PlaceMonth:
    """Return what a place got in a month, summed over plans.

    Parameters
    ----------
    plans
        Counts without a day in common.
    cell_id
        The place.
    month
        The month.
    """
    known = [each for each in plans if cell_id in each.places and each.days_in(month)]
    days = sum(len(each.days_in(month)) for each in known)
    rows = [row for each in known for row in each.rows_in(cell_id, month)]
    if not known or any(row["withheld"] for row in rows):
        return PlaceMonth(
            status=WITHHELD if known else NOT_GIVEN,
            patrol_minutes=None,
            officer_minutes=None,
            visits=None,
            days_counted=days,
        )
    return PlaceMonth(
        status=COUNTED,
        patrol_minutes=sum(row["patrol_minutes"] for row in rows),
        officer_minutes=sum(row["officer_minutes"] for row in rows),
        visits=sum(row["visits"] for row in rows),
        days_counted=days,
    )
