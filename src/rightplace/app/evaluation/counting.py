"""The table of counts of a registered operation, from records by place and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - a field's type
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.app.evaluation.counted import CountedPanel, Tally, panel_from, rows_of
from rightplace.app.evaluation.outcome import outcome_classes
from rightplace.app.evaluation.series import series_of
from rightplace.app.evaluation.vintages import recording_of
from rightplace.app.evaluation.windows import DAY, periods_of
from rightplace.app.periods import TimeAxis, by_cell, observed
from rightplace.core.time import Month, months_between
from rightplace.crime.counting import STREET_SETTINGS
from rightplace.crime.coverage import missing_categories
from rightplace.crime.offences import offence_classes
from rightplace.errors import UnsupportedByDataError
from rightplace.evaluate.operations.plan import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.evaluation.settings import EvaluationSettings
    from rightplace.app.evaluation.windows import Periods
    from rightplace.app.records_found import FoundRecords
    from rightplace.app.workspace import Workspace
    from rightplace.crime.counting import Counts
    from rightplace.crime.harm import HarmIndex
    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.places.study_area import StudyArea

NOT_STREET: Final = "indoor, domestic or custody"
CANCELLED: Final = "cancelled"
VAGUE: Final = "dated only to within more than four weeks"
NO_PLACE: Final = "without a place in the study area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """From what a plan's table is counted, beside the plan.

    Parameters
    ----------
    as_of
        The day on which it is judged; no later record is used.
    source
        Populations to use, by the start of their name; None for all of one publisher.
    """

    as_of: date
    source: str | None = None


def panel_of(
    workspace: Workspace,
    plan: OperationPlan,
    asked: Asked,
    *,
    settings: EvaluationSettings,
    harm: HarmIndex,
) -> CountedPanel:
    """Return the counts of a plan's cells in its windows, from records or published counts.

    What may not be an outcome is refused as ``outcome_classes`` does, what is not held as
    ``found_records``; what has no data, or only in part, as ``panel_from``.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.evaluation.published_counts import counts_asked, published_panel

    if counts_asked(workspace, asked.source):
        return published_panel(workspace, plan, asked, harm=harm)
    classes = outcome_classes(plan.outcome.classes)
    area = find_area(workspace, plan.where.area_id)
    rows, periods = rows_of(area, plan.where), periods_of(plan.when)
    found = _found(workspace, area, plan, asked)
    reported = _reported(found.used)
    outcome = reported.where(np.isin(reported.offence, classes))
    _check_step(plan.when.step, outcome)
    known, data_to = _known(area, reported, found, periods=periods, settings=settings)
    known[:, _without_category(reported, classes, periods)] = False
    counted, left_out = _counted(outcome, periods, street_only=settings.street_only)
    populations = tuple(sorted(set(reported.population.tolist())))
    weights = harm.weigh(counted.offence.tolist())
    axis = TimeAxis(kind="week", starts=periods.starts, ends=periods.ends)
    tally = Tally(
        counts=by_cell(area, counted, axis, counted.n.astype(np.float64))[rows],
        harm=by_cell(area, counted, axis, counted.n * weights)[rows],
        known=known[rows],
        data_to=data_to,
        populations=populations,
        entries=found.held.entries,
        left_out=left_out,
        recording=recording_of(
            found.held, periods, series_of(area, periods.span, populations, classes=classes)
        ),
    )
    return panel_from(plan, area, classes, periods=periods, tally=tally)


def _found(
    workspace: Workspace, area: StudyArea, plan: OperationPlan, asked: Asked
) -> FoundRecords:
    from rightplace.app.evidence import Question
    from rightplace.app.records_found import found_records

    question = Question(
        as_of=min(asked.as_of, plan.when.ends),
        known_at=plan.known_at,
        sources=None if asked.source is None else (asked.source,),
    )
    return found_records(workspace, area, question)


def _reported(used: Counts) -> Counts:
    """Return counts without what police activity makes: it is no sign of publication either."""
    made = [slug for slug, each in offence_classes().items() if each.is_police_generated]
    return used.where(~np.isin(used.offence, made))


def _check_step(step: Step, outcome: Counts) -> None:
    """Check that the records are dated as finely as the plan counts.

    Raises
    ------
    UnsupportedByDataError
        If they give their month alone and the plan counts days or weeks.
    """
    if step is not Step.MONTH and outcome.monthly.any():
        msg = f"A step of a {step.value} is not supported by the data: records give their month."
        remedy = "Register a plan by months, or take dated records in."
        raise UnsupportedByDataError(msg, value=step.value, remedy=remedy)


def _known(
    area: StudyArea,
    reported: Counts,
    found: FoundRecords,
    *,
    periods: Periods,
    settings: EvaluationSettings,
) -> tuple[NDArray[np.bool_], date]:
    """Return in which cells and periods something was published, and the last day of records.

    Publication is told by calendar month; a period is known where all its months are, and where
    it ends no later than the records do.
    """
    months = months_between(
        Month.of(periods.starts[0].astype(object)),
        Month.of(periods.ends[-1].astype(object) - DAY),
    )
    axis = TimeAxis(
        kind="month",
        starts=np.array([month.first for month in months], dtype="datetime64[D]"),
        ends=np.array([month.plus(1).first for month in months], dtype="datetime64[D]"),
    )
    inside = reported.where(reported.cell >= 0)
    by_month = observed(
        area, inside, axis, held=found.held, cells_share=settings.published_cells_share
    )
    newest: date = reported.day.max().astype(object)
    data_to = Month.of(newest).last if reported.monthly.any() else newest
    touched = (axis.starts[:, None] < periods.ends) & (axis.ends[:, None] > periods.starts)
    whole = ~((~by_month).astype(np.int64) @ touched.astype(np.int64)).astype(np.bool_)
    reached = periods.ends <= np.datetime64(data_to + DAY, "D")
    begun = periods.starts >= reported.day.min()
    return whole & reached & begun, data_to


def _without_category(
    reported: Counts, classes: tuple[str, ...], periods: Periods
) -> NDArray[np.bool_]:
    """Return in which periods a class of the outcome vanished from what is published (quirk 15)."""
    of_class = reported.where(np.isin(reported.offence, classes))
    months = of_class.day.astype("datetime64[M]").astype("datetime64[D]")
    sums: dict[tuple[Month, str], int] = {}
    every = reported.day.astype("datetime64[M]").astype("datetime64[D]")
    for day in np.unique(every):
        sums[Month.of(day.astype(object)), ""] = 1
    for day, offence, n in zip(
        months.tolist(), of_class.offence.tolist(), of_class.n.tolist(), strict=True
    ):
        key = (Month.of(day), offence)
        sums[key] = sums.get(key, 0) + n
    gone = [month for month, _ in missing_categories(sums)]
    hit = np.zeros(periods.starts.shape, dtype=np.bool_)
    for month in gone:
        first, after = np.datetime64(month.first), np.datetime64(month.plus(1).first)
        hit |= (periods.starts < after) & (periods.ends > first)
    return hit


def _counted(
    outcome: Counts, periods: Periods, *, street_only: bool
) -> tuple[Counts, dict[str, int]]:
    """Return the records that count, and how many of the windows are left out by reason."""
    first, after = periods.starts[0], periods.ends[-1]
    left = (outcome.day >= first) & (outcome.day < after)
    left_out = {}
    for reason, rows in (
        (NO_PLACE, outcome.cell < 0),
        (NOT_STREET, ~np.isin(outcome.setting, STREET_SETTINGS) & street_only),
        (CANCELLED, ~outcome.current),
        (VAGUE, outcome.vague),
    ):
        n = int(outcome.n[left & rows].sum())
        left &= ~rows
        if n:
            left_out[reason] = n
    return outcome.where(left), left_out
