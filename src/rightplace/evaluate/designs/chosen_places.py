"""Places that were treated, and those they were chosen from: counts before, expected after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError
from rightplace.evaluate.designs.panel import Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.panel import Panel
    from rightplace.evaluate.designs.place_rates import PlaceRates

    Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChosenPlaces:
    """Counts before and after of each place with both, and the days they were counted over."""

    before: Values
    after: Values
    days_before: Values
    days_after: Values
    treated: NDArray[np.bool_]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExpectedCounts:
    """Counts expected after the start without treatment, of a group of places together.

    Parameters
    ----------
    each
        Shape (n_places,). Of each place.
    variance
        Of the sum, as it would be counted: chance, unknown rates, unknown spread.
    """

    each: Values
    variance: float

    @property
    def total(self) -> float:
        """Of all of them."""
        return float(self.each.sum())


def chosen_places(panel: Panel) -> ChosenPlaces:
    """Return the counts of treated places and of those they were chosen from.

    Raises
    ------
    BadInputError
        If units began at different times, or no treated one has counts before and after.
    """
    rows = panel.rows(Part.TREATED, Part.CONTROL)
    begun = {int(each) for each in panel.treated_from[panel.rows(Part.TREATED)]}
    if len(begun) > 1:
        when = ", ".join(str(panel.starts[each]) for each in sorted(begun))
        msg = f"The treated units began at different times ({when})."
        raise BadInputError(msg, remedy="Judge staggered starts by difference-in-differences.")
    first = panel.first_treated()
    days = (panel.ends - panel.starts).astype(np.float64)
    known, counts = panel.known[rows], np.where(panel.known[rows], panel.counts[rows], 0.0)
    before, after = days * known * (np.arange(days.size) < first), days * known
    after = after - before
    held = (before.sum(axis=1) > 0) & (after.sum(axis=1) > 0)
    treated = np.array([panel.parts[row] is Part.TREATED for row in rows], dtype=np.bool_)
    if not (held & treated).any():
        msg = f"No treated unit has counts both before and after {panel.starts[first]}."
        raise BadInputError(msg, remedy="Give periods before and after the start.")
    return ChosenPlaces(
        before=(counts * (before > 0)).sum(axis=1)[held],
        after=(counts * (after > 0)).sum(axis=1)[held],
        days_before=before.sum(axis=1)[held],
        days_after=after.sum(axis=1)[held],
        treated=treated[held],
        left_out=tuple(panel.units[row] for row in rows[~held]),
    )


def expected_counts(
    rates: PlaceRates, places: ChosenPlaces, group: NDArray[np.bool_], *, drift: float
) -> ExpectedCounts:
    """Return what a group would have had after the start without treatment."""
    counts, time, later = (
        each[group] for each in (places.before, places.days_before, places.days_after)
    )
    rate, doubt = rates.expected(counts, time)
    each = rate * later
    # Chance of the later counts, doubt of each place's rate, its own drift, doubt of the spread.
    noise = float((each + doubt * later**2 + drift**2 * each**2).sum())
    return ExpectedCounts(each=each, variance=noise + rates.doubt(counts, time, later=later))


def own_drift(
    rates: PlaceRates, places: ChosenPlaces, others: NDArray[np.bool_], *, fewest: int
) -> float:
    """Return by which share other places' own rates moved, beyond chance and what moved all.

    With mean m and variance v of each by chance, sum m^2/v^2 (r^2 - v - d^2 m^2) = 0 gives d.

    Parameters
    ----------
    fewest
        Of such places; 0 is returned with fewer.
    """
    rate, doubt = rates.expected(places.before[others], places.days_before[others])
    later = places.days_after[others]
    mean = rate * later
    moved = float(places.after[others].sum() / mean.sum()) if int(others.sum()) >= fewest else 0.0
    if moved == 0:
        return 0.0
    mean = mean * moved
    chance = mean + doubt * (later * moved) ** 2
    beyond = (places.after[others] - mean) ** 2 - chance
    weight = (mean / chance) ** 2
    squared = float((weight * beyond).sum() / (weight * mean**2).sum())
    return float(np.sqrt(max(0.0, squared)))
