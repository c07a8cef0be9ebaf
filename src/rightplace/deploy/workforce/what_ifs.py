"""What if: a workforce with a few numbers changed, beside the one as it stands."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.deploy.workforce.checks import check_number, check_whole
from rightplace.deploy.workforce.cohorts import Cohort
from rightplace.deploy.workforce.flows import Cause, Leaving
from rightplace.deploy.workforce.targets import NEVER
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.workforce.cohorts import Route
    from rightplace.deploy.workforce.growth import Growth
    from rightplace.deploy.workforce.stock import Projection
    from rightplace.deploy.workforce.targets import Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Numbers that a what-if changes; what is left at its default stays.

    Parameters
    ----------
    attrition_points
        Percentage points by which the annual share that leaves is higher, in every cohort; its
        causes grow in proportion, and none falls below 0.
    intake_factor
        What the planned intake is multiplied by.
    filled_points
        Percentage points by which more of the planned places are filled, to at most all.
    places_factor
        What training places, a month and at once, are multiplied by.
    places_a_month
        Training places that open each month instead; None leaves them.
    places_at_once
        Training places for all who are in training at the same time instead; None leaves them.
    tutors_factor
        What the tutors are multiplied by.
    training_months
        Months by which initial training is longer, on routes that have some; so is probation.
    leave_factor
        What the share that goes on leave is multiplied by.
    """

    attrition_points: float = 0.0
    intake_factor: float = 1.0
    filled_points: float = 0.0
    places_factor: float = 1.0
    places_a_month: int | None = None
    places_at_once: int | None = None
    tutors_factor: float = 1.0
    training_months: int = 0
    leave_factor: float = 1.0

    def __post_init__(self) -> None:
        """Check the numbers; what cannot be raises ``BadInputError``."""
        check_number("attrition_points", self.attrition_points, least=-100, most=100)
        check_number("filled_points", self.filled_points, least=-100, most=100)
        for name in ("intake_factor", "places_factor", "tutors_factor", "leave_factor"):
            check_number(name, getattr(self, name), most=100)
        check_whole("training_months", self.training_months, least=-24, most=24)
        for name in ("places_a_month", "places_at_once"):
            if getattr(self, name) is not None:
                check_whole(name, getattr(self, name))

    @property
    def words(self) -> str:
        """What is changed, as ``name=value`` with commas between; empty for nothing."""
        changed = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if getattr(self, each.name) != each.default
        }
        return ", ".join(f"{name}={value:g}" for name, value in changed.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A change with a name.

    Parameters
    ----------
    name
        What people call it.
    change
        What is changed.
    """

    name: str
    change: Change


def changed(growth: Growth, change: Change) -> Growth:
    """Return a workforce with a change made; what then cannot be raises ``BadInputError``."""
    tutors = growth.tutors
    factor = change.tutors_factor
    if factor != 1 and tutors.number is not None:
        tutors = replace(tutors, number=round(tutors.number * factor))
    elif factor != 1:
        share = (tutors.share_of_established or 0.0) * factor
        tutors = replace(tutors, share_of_established=min(share, 1.0))
    return replace(
        growth,
        tutors=tutors,
        places_a_month=_places(growth.places_a_month, change.places_a_month, change),
        places_at_once=_places(growth.places_at_once, change.places_at_once, change),
        leaving=_leaving(growth, change.attrition_points),
        routes=tuple(_longer(each, change.training_months) for each in growth.routes),
        intakes=tuple(
            replace(
                each,
                a_month=tuple(round(n * change.intake_factor) for n in each.a_month),
                **_filled(each.filled, each.filled_spread, change.filled_points),
            )
            for each in growth.intakes
        ),
        leaves=tuple(
            replace(each, annual_share=min(each.annual_share * change.leave_factor, 1.0))
            for each in growth.leaves
        ),
    )


def _places(now: int | None, instead: int | None, change: Change) -> int | None:
    """Return places that are left as they are or given instead, times the factor."""
    places = now if instead is None else instead
    return None if places is None else round(places * change.places_factor)


def _filled(filled: float, spread: float, points: float) -> dict[str, Any]:
    """Return the share filled and its spread with points more; at 0 or 1 nothing spreads."""
    if points == 0:
        return {}
    moved = min(max(filled + points / 100, 0.0), 1.0)
    room = (moved * (1 - moved)) ** 0.5
    before = (filled * (1 - filled)) ** 0.5
    return {"filled": moved, "filled_spread": spread * room / before if before else 0.0}


def _longer(route: Route, months: int) -> Route:
    """Return a route whose initial training, if it has some, takes so many months more."""
    if months == 0 or route.training_months == 0:
        return route
    training = max(route.training_months + months, 0)
    probation = route.probation_months + training - route.training_months
    return replace(route, training_months=training, probation_months=probation)


def _leaving(growth: Growth, points: float) -> tuple[Leaving, ...]:
    """Return the causes with points of a hundred more leaving, in proportion."""
    if points == 0:
        return growth.leaving
    names = (Cohort.TRAINING, Cohort.TUTORED, Cohort.PROBATION, Cohort.ESTABLISHED)
    causes = list(growth.leaving)
    if all(each.cause is not Cause.RESIGN for each in causes):
        nobody = dict.fromkeys((name.value for name in names), 0.0)
        causes.append(Leaving(cause=Cause.RESIGN, low=1.0, high=1.0, origin="a what-if", **nobody))
    for name in (cohort.value for cohort in names):
        total = sum(getattr(each, name) for each in causes)
        wanted = max(total + points / 100, 0.0)
        causes = [
            _with(each, name, _part(getattr(each, name), total, wanted, each.cause))
            for each in causes
        ]
    return tuple(causes)


def _with(leaving: Leaving, cohort: str, share: float) -> Leaving:
    shares: dict[str, Any] = {cohort: share}
    return replace(leaving, **shares)


def _part(share: float, total: float, wanted: float, cause: Cause) -> float:
    if total > 0:
        return share * wanted / total
    return wanted if cause is Cause.RESIGN else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a change makes of the strength by month, draw by draw with the same chance.

    Parameters
    ----------
    mean, lo80, hi80
        (months + 1,): of strength with the change less strength without.
    """

    mean: NDArray[np.float64]
    lo80: NDArray[np.float64]
    hi80: NDArray[np.float64]


def difference(base: Projection, other: Projection, measure: str) -> Difference:
    """Return what a change makes of a measure, of two projections with the same luck.

    Raises
    ------
    BadInputError
        If they do not have the same draws and months.
    """
    before, after = base.measured(measure), other.measured(measure)
    if before.shape != after.shape:
        msg = f"Projections of {before.shape} and {after.shape} draws and months do not pair."
        raise BadInputError(msg, remedy="Give both the same luck and horizon.")
    paired = after - before
    lo80, hi80 = np.quantile(paired, (0.1, 0.9), axis=0)
    return Difference(mean=paired.mean(axis=0), lo80=lo80, hi80=hi80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How a change moves the month in which a target is reached, draw by draw.

    Parameters
    ----------
    sooner, same, later, neither
        Shares of draws, that sum to 1; reaching it where the other does not is sooner, and
        neither are draws that never reach it, with or without the change.
    median_months
        Middle of the months later (below 0: sooner) among draws that reach it both times; None
        where none do.
    """

    sooner: float
    same: float
    later: float
    neither: float
    median_months: float | None


def moved(base: Reached, other: Reached) -> Moved:
    """Return how a change moves the month in which a target is reached."""
    before, after = base.first, other.first
    neither = (before == NEVER) & (after == NEVER)
    both = (before != NEVER) & (after != NEVER)
    months = (after - before)[both]
    return Moved(
        sooner=float(np.mean(after < before)),
        same=float(np.mean((after == before) & ~neither)),
        later=float(np.mean(after > before)),
        neither=float(np.mean(neither)),
        median_months=float(np.median(months)) if months.size else None,
    )
