"""The table of counts of a registered operation, from what a publisher counted by ward or borough.

Such counts are held beside records and are never forecast from. An area with no row for a class
and month had none of it (quirk 31 of the London tables); a month without any row was not
published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rightplace.app.evaluation.counted import PUBLISHED, CountedPanel, Tally, panel_from, rows_of
from rightplace.app.evaluation.outcome import outcome_classes
from rightplace.app.evaluation.series import series_of
from rightplace.app.evaluation.vintages import recording_of
from rightplace.app.evaluation.windows import periods_of
from rightplace.core.time import Month
from rightplace.crime.coverage import missing_categories
from rightplace.crime.holdings import entries_of, holdings
from rightplace.crime.standing import standing
from rightplace.errors import StaleDataError, UnsupportedByDataError, UsageError
from rightplace.evaluate.operations.plan import Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

    from rightplace.app.evaluation.counting import Asked
    from rightplace.app.evaluation.windows import Periods
    from rightplace.app.workspace import Workspace
    from rightplace.crime.harm import HarmIndex
    from rightplace.crime.holdings import Holdings
    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.places.study_area import StudyArea

KIND: Final = "area_counts"
APART: Final = "of no area of the force's own"
Row = dict[str, Any]


def counts_asked(workspace: Workspace, source: str | None) -> bool:
    """Return whether a source asks for published counts, or nothing else is held."""
    held = [each for each in entries_of(workspace.store.manifest()) if each.is_held]
    if source is None:
        return not any(each.kind == "crimes" for each in held) and any(
            each.kind == KIND for each in held
        )
    return any(
        partition.population.startswith(source)
        for each in held
        if each.kind == KIND
        for partition in each.partitions
    )


def published_panel(
    workspace: Workspace, plan: OperationPlan, asked: Asked, *, harm: HarmIndex
) -> CountedPanel:
    """Return the counts of a plan's wards or boroughs in its windows, as they were published.

    What may not be an outcome is refused as ``outcome_classes`` does; what has no data, or only
    in part, as ``panel_from``.

    Raises
    ------
    UnsupportedByDataError
        If the plan counts days or weeks.
    """
    from rightplace.app.areas import find_area

    classes = outcome_classes(plan.outcome.classes)
    area = find_area(workspace, plan.where.area_id)
    places, periods = rows_of(area, plan.where), periods_of(plan.when)
    if plan.when.step is not Step.MONTH:
        msg = (
            f"A step of a {plan.when.step.value} is not supported by the data: counts are monthly."
        )
        remedy = "Register a plan by months, or take dated records in."
        raise UnsupportedByDataError(msg, value=plan.when.step.value, remedy=remedy)
    held = holdings(entries_of(workspace.store.manifest()), kind=KIND, known_at=plan.known_at)
    last = min(asked.as_of, plan.when.ends)
    population, rows = _rows(workspace, held, area, asked=asked, last=last)
    apart = sum(row["n"] for row in rows if row["cell"] is None and row["offence"] in classes)
    recorded, known = _by_cell(area, rows, classes, periods, harm=harm)
    populations = (population,)
    months = [row["month"] for row in rows]
    tally = Tally(
        counts=recorded[0][places],
        harm=recorded[1][places],
        known=known[places],
        data_to=Month.of(max(months)).last,
        populations=populations,
        entries=tuple(e for e in held.entries if _is_of(e.partitions, population)),
        left_out={APART: int(apart)} if apart else {},
        recording=recording_of(
            held, periods, series_of(area, periods.span, populations, classes=classes)
        ),
        kind=PUBLISHED,
    )
    return panel_from(plan, area, classes, periods=periods, tally=tally)


def _is_of(partitions: Any, population: str) -> bool:  # noqa: ANN401 - the entry's partitions
    return any(each.population == population for each in partitions)


def _rows(
    workspace: Workspace, held: Holdings, area: StudyArea, *, asked: Asked, last: date
) -> tuple[str, list[Row]]:
    """Return the one population whose areas are the study area's cells, and its numbers.

    Raises
    ------
    StaleDataError
        If no month of them is over on the last day.
    UsageError
        If several populations would do, or none does.
    """
    table = standing(workspace.engine, workspace.store, held)
    if table is None:
        msg = "No published counts are held that may be used."
        raise StaleDataError(msg, remedy="Take them in with `rightplace ingest crimes`.")
    keys = ["population", "area_code", "borough", "month", "offence", "apart"]
    summed = table.group_by(keys).agg(n=table.recorded.sum())
    cell_of = cell_of_row(area)
    by_population: dict[str, list[Row]] = {}
    for row in workspace.engine.run(summed).to_pylist():
        wanted = asked.source is None or row["population"].startswith(asked.source)
        if wanted and Month.of(row["month"]).last <= last:
            by_population.setdefault(row["population"], []).append(row | {"cell": cell_of(row)})
    fit = {
        name: rows
        for name, rows in by_population.items()
        if any(row["cell"] is not None for row in rows)
    }
    if len(fit) != 1:
        named = ", ".join(sorted(fit or by_population)) or "none"
        msg = f"{len(fit)} publications count in the cells of this study area (held: {named})."
        raise UsageError(msg, value=named, remedy="Name one with --source, or the right area.")
    return next(iter(fit.items()))


def cell_of_row(area: StudyArea) -> Callable[[Row], str | None]:
    """Return what tells the cell of an area in which a published row counts; None for none.

    A row names its ward by code, its borough by code or, where it has none, by name.
    """
    names = _cell_names(area)

    def cell(row: Row) -> str | None:
        code = row["area_code"] or (row["borough"] or "").casefold()
        return None if row["apart"] else names.get(code)

    return cell


def _cell_names(area: StudyArea) -> dict[str, str]:
    """Return each cell by its code and, of boroughs, by its name."""
    ids = area.cells["cell_id"].to_pylist()
    names = [str(name).casefold() for name in area.cells["name"].to_pylist()]
    unique = {name: cell for name, cell in zip(names, ids, strict=True) if names.count(name) == 1}
    return unique | {cell: cell for cell in ids}


def _by_cell(
    area: StudyArea,
    rows: list[Row],
    classes: tuple[str, ...],
    periods: Periods,
    *,
    harm: HarmIndex,
) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]]:
    """Return counts and harm, each of shape (n_cells, n_periods), and where they are known."""
    place = {cell: row for row, cell in enumerate(area.cells["cell_id"].to_pylist())}
    at = {day: column for column, day in enumerate(periods.starts.tolist())}
    weight = dict(zip(classes, harm.weigh(list(classes)).tolist(), strict=True))
    counts = np.zeros((area.n_cells, periods.starts.size))
    harmed, known = np.zeros_like(counts), np.zeros(counts.shape, dtype=np.bool_)
    for row in rows:
        if row["cell"] in place and row["month"] in at and row["offence"] in weight:
            index = place[row["cell"]], at[row["month"]]
            counts[index] += row["n"]
            harmed[index] += row["n"] * weight[row["offence"]]
    held = {place[row["cell"]] for row in rows if row["cell"] in place}
    columns = {at[row["month"]] for row in rows if row["month"] in at} - _vanished(
        rows, classes, at
    )
    known[np.ix_(sorted(held), sorted(columns))] = True
    return (counts, harmed), known


def _vanished(rows: list[Row], classes: tuple[str, ...], at: dict[date, int]) -> set[int]:
    """Return the periods in which a class of the outcome is missing though usual around it."""
    sums: dict[tuple[Month, str], int] = {(Month.of(row["month"]), ""): 1 for row in rows}
    for row in rows:
        if row["offence"] in classes:
            key = (Month.of(row["month"]), row["offence"])
            sums[key] = sums.get(key, 0) + row["n"]
    counted = {key: n for key, n in sums.items() if n}
    gone = [month.first for month, _ in missing_categories(counted)]
    return {at[day] for day in gone if day in at}
