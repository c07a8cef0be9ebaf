"""The comparisons of the feedback monitor: places held out by chance, or minutes and records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.app.feedback.records import POLICE, VICTIM
from rightplace.app.feedback.result import AssociationResult, ContrastResult
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.feedback.arms import PlanArms
    from rightplace.app.feedback.records import Watched
    from rightplace.app.feedback.settings import FeedbackSettings
    from rightplace.app.feedback.visits import MadeVisits

KINDS: Final = (POLICE, VICTIM)
# Numbers of units and strata of different plans lie so far apart.
_FAR: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """Records, visits and plans that are looked at.

    Parameters
    ----------
    kept_arm
        Whether a place keeps its arm from plan to plan, so that it was drawn once.
    """

    watched: Watched
    visits: MadeVisits
    arms: tuple[PlanArms, ...]
    settings: FeedbackSettings
    kept_arm: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """Places by plan, as a lot drew them; arrays of shape (n_units,).

    Parameters
    ----------
    plan, cell
        Position of the plan among those compared, and row of the area's cells.
    treated, probability
        Arm, and chance of treatment.
    lot, stratum
        Number of the unit that was drawn with the place, and of its stratum; -1 for no stratum.
    minutes
        Minutes delivered in the days of the plan.
    records
        By kind: records from the first day that is compared until some days after the plan.
    plans
        Ids of the plans compared.
    """

    plan: NDArray[np.int64]
    cell: NDArray[np.int64]
    treated: NDArray[np.bool_]
    probability: NDArray[np.float64]
    lot: NDArray[np.int64]
    stratum: NDArray[np.int64]
    minutes: NDArray[np.float64]
    records: dict[str, NDArray[np.int64]]
    plans: tuple[str, ...]

    def mean_minutes(self, *, treated: bool) -> float:
        """Return minutes delivered for each place and plan of an arm."""
        return float(self.minutes[self.treated == treated].mean())


def units_of(case: Case) -> Units:
    """Return the places that can be compared.

    Raises
    ------
    UnsupportedByDataError
        If no plan held places out, the records give months only, or there are too few.
    """
    if not case.arms:
        msg = "No kept plan held places out by chance."
        raise UnsupportedByDataError(msg)
    if case.watched.evidence.history.kind == "month":
        msg = "The records give months only: they cannot be set against the days of a plan."
        raise UnsupportedByDataError(msg)
    later = timedelta(days=case.settings.later_days)
    end = case.watched.evidence.history.period_ends[-1]
    whole = [arms for arms in case.arms if np.datetime64(arms.after + later) <= end]
    parts = [_units_of_plan(case, arms, number) for number, arms in enumerate(whole)]
    if not parts:
        days = case.settings.later_days
        msg = f"The records do not reach to {days} days after any plan that held places out."
        raise UnsupportedByDataError(msg)
    names = ("plan", "cell", "treated", "probability", "lot", "stratum", "minutes")
    units = Units(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names},
        records={kind: np.concatenate([part.records[kind] for part in parts]) for kind in KINDS},
        plans=tuple(arms.plan_id for arms in whole),
    )
    least, fewest = case.settings.least_places, min(units.treated.sum(), (~units.treated).sum())
    if fewest < least:
        msg = f"One arm has {fewest} places in all plans together; {least} are needed."
        raise UnsupportedByDataError(msg)
    return units


def _units_of_plan(case: Case, arms: PlanArms, number: int) -> Units:
    """Return one plan's places that have data throughout."""
    first, after = np.datetime64(arms.first), np.datetime64(arms.after)
    compared = np.datetime64(arms.analysed_from)
    until = after + np.timedelta64(case.settings.later_days, "D")
    watched = case.watched
    n_cells = watched.evidence.area.n_cells
    known = watched.published(first, until)[arms.cell]
    cell = arms.cell[known]
    return Units(
        plan=np.full(cell.size, number),
        cell=cell,
        treated=arms.treated[known],
        probability=arms.probability[known],
        lot=number * _FAR + arms.unit[known],
        stratum=np.where(arms.stratum[known] < 0, -1, number * _FAR + arms.stratum[known]),
        minutes=case.visits.minutes_by_cell(first, after, n_cells=n_cells)[cell],
        records={kind: watched.between(kind, compared, until)[cell] for kind in KINDS},
        plans=(arms.plan_id,),
    )


def contrasts_of(units: Units, case: Case, rng: np.random.Generator) -> tuple[ContrastResult, ...]:
    """Return the hold-out contrast of each kind of records."""
    from rightplace.forecast.feedback.monitor import HoldOut, hold_out_contrast

    lot = HoldOut(
        treated=units.treated,
        probability=units.probability,
        drawn_together=units.cell if case.kept_arm else units.lot,
        stratum=None if case.kept_arm else units.stratum,
    )
    alert_p = case.settings.alert_p
    found = []
    for kind in KINDS:
        seen = hold_out_contrast(units.records[kind], lot, alert_p=alert_p, rng=rng)
        found.append(
            ContrastResult(
                records=kind,
                **{name: getattr(seen, name) for name in seen.__dataclass_fields__},
                level=1 - 2 * alert_p,
                alert=seen.lo > 0,
            )
        )
    return tuple(found)


def associations_of(
    case: Case, *, method: str, rng: np.random.Generator
) -> tuple[AssociationResult, ...]:
    """Return how minutes go with the next period's records, for each kind that can be told.

    Parameters
    ----------
    case
        Records and visits.
    method
        Whose forecasts say which places were alike.
    rng
        Draws places anew.
    """
    from rightplace.forecast.feedback.monitor import association

    watched = case.watched
    minutes = _minutes(case)
    patrolled = np.flatnonzero(minutes[:, :-1].any(axis=0))
    expected = _expected(watched, method, patrolled)
    alert_p = case.settings.alert_p
    found = []
    for kind in KINDS:
        later = watched.by_period(kind)[:, patrolled + 1]
        try:
            seen = association(minutes[:, patrolled], later, expected, alert_p=alert_p, rng=rng)
        except UnsupportedByDataError:
            continue
        found.append(
            AssociationResult(
                records=kind,
                **{name: getattr(seen, name) for name in seen.__dataclass_fields__},
                level=1 - 2 * alert_p,
                alert=seen.lo > 0,
            )
        )
    return tuple(found)


def _minutes(case: Case) -> NDArray[np.float64]:
    """Return minutes by cell and period of the history."""
    axis, n_cells = case.watched.axis, case.watched.evidence.area.n_cells
    found = np.zeros((n_cells, len(axis.ends)))
    period = axis.period_of(case.visits.day)
    held = period >= 0
    np.add.at(found, (case.visits.cell[held], period[held]), case.visits.minutes[held])
    return found


def _expected(watched: Watched, method: str, periods: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what was forecast for some periods from what came before; NaN where nothing was."""
    from rightplace.forecast.judging.trial import those_possible

    history = watched.evidence.history
    foretold = those_possible(history, method, periods=[int(p) for p in periods if p > 0])
    nothing = np.full(history.n_cells, np.nan)
    columns = [foretold.get(int(period), nothing) for period in periods]
    return np.column_stack(columns) if columns else np.zeros((history.n_cells, 0))
