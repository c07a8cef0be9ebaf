"""From what is held to what a forecast may rest on: which records, for which cells and periods.

Every choice that leaves records out is counted, so that it can be printed: police-generated
classes, indoor, domestic and custody records, other forces, places outside, cancelled records.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from rightplace.app.exact_points import exact_points
from rightplace.app.forecast.delay import UNKNOWN, ReportingDelay, with_delay
from rightplace.app.periods import (
    STALE_AFTER_DAYS,
    TimeAxis,
    by_cell,
    observed,
    time_axis,
)
from rightplace.app.records_found import found_records
from rightplace.core.time import Month
from rightplace.crime.counting import (
    STREET_SETTINGS,
    Counts,
)
from rightplace.crime.offences import demand_classes, offence_classes
from rightplace.crime.spreading import LONGEST_DAYS
from rightplace.errors import StaleDataError, UnsupportedByDataError
from rightplace.forecast.history import History

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.crime.harm import HarmIndex
    from rightplace.crime.holdings import Entry, Holdings
    from rightplace.places.study_area import StudyArea

Grain = Literal["month", "day", "shift"]
GRAINS: tuple[Grain, ...] = ("month", "day", "shift")
SYNTHETIC = "demo/"
TIMED_SHARE = 0.9
# Why records of demand classes are not counted.
NO_PLACE = "no place in the study area"
NOT_STREET = "indoor, domestic or custody"
CANCELLED = "cancelled"
VAGUE = f"dated only to within more than {LONGEST_DAYS} days"
PART_WEEKS = "outside the whole weeks looked at"
NOT_PUBLISHED = "in boroughs or months that are not published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What evidence is asked for.

    Parameters
    ----------
    as_of
        The last day whose events may be used; of records with an hour the last policing day.
    known_at
        The last release that may be used; None for all.
    classes
        Offence classes of demand; None for the defaults.
    sources
        Populations to use, by the start of their name; None for all of one publisher.
    grain
        How finely time is asked for; None for the finest the data support.
    published_cells_share
        Smallest share of a borough's cells with a record for its month to count as published.
    weeks_start_on
        A day on which a week of the history starts; None lets the last end with ``as_of``.
    """

    as_of: date
    known_at: date | None = None
    classes: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    grain: Grain | None = None
    published_cells_share: float = 0.5
    weeks_start_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """Records counted by cell and period, with what was left out and why.

    Parameters
    ----------
    history
        Demand by cell and period; masked where nothing was published.
    harm
        Shape (n_cells, n_periods). Harm of the same records.
    shift_counts
        Demand by cell, policing day and, where it is known, shift.
    left_out
        Records left out of demand, by reason.
    names
        Place names and how often they stand in each cell.
    unreleased, unreleased_left_out
        Files without a declared release among those used, and those left out because of it.
    delay
        How late records come to be held; the history's exposure has it in it.
    """

    area: StudyArea
    question: Question
    grain: Grain
    classes: tuple[str, ...]
    history: History
    harm: NDArray[np.float64]
    shift_counts: Counts
    left_out: dict[str, int]
    names: pa.Table
    entries: tuple[Entry, ...]
    releases: tuple[str, ...]
    unreleased: int
    unreleased_left_out: int
    unknown_setting_share: float
    delay: ReportingDelay

    @property
    def synthetic(self) -> bool:
        """Whether any record counted is invented (the demo's are)."""
        populations = self.shift_counts.population.tolist()
        return any(population.startswith(SYNTHETIC) for population in populations)

    @property
    def counted(self) -> int:
        """Demand records counted."""
        return int(self.history.events.sum())


def gather(
    workspace: Workspace, area: StudyArea, question: Question, *, harm_index: HarmIndex
) -> Evidence:
    """Return the evidence that a question may rest on.

    What may not be used, or is not held, raises as ``found_records``.
    """
    found = found_records(workspace, area, question)
    rested = _evidence(
        area, question, found.used, held=found.held, names=found.names, harm_index=harm_index
    )
    history, delay = with_delay(
        workspace,
        found.held,
        until=question.as_of,
        demand=rested.shift_counts,
        history=rested.history,
    )
    points = exact_points(
        workspace, area, found.rows, located=found.located, demand=rested.shift_counts
    )
    return replace(rested, history=replace(history, points=points), delay=delay)


def grain_supported(counts: Counts) -> Grain:
    """Return the finest grain of time that some counts support, by their own dates.

    A month that stands among them makes all of them monthly: no step invents precision.
    """
    if counts.n.size == 0 or counts.monthly.any():
        return "month"
    timed = counts.n[counts.timed].sum() / counts.n.sum()
    return "shift" if timed >= TIMED_SHARE else "day"


def _grain(question: Question, supported: Grain) -> Grain:
    """Return the grain to use.

    Raises
    ------
    UnsupportedByDataError
        If a finer one is asked for than the data support.
    """
    asked = question.grain or supported
    if GRAINS.index(asked) > GRAINS.index(supported):
        gives = "place and month only" if supported == "month" else "day but no hour"
        msg = f"--by {asked} is not supported by the data: the records give {gives}."
        remedy = (
            f"Use --by {supported}; a plan can spread it over shifts by a profile that you "
            f"declare (--profile FILE), printed as such."
        )
        raise UnsupportedByDataError(msg, value=asked, remedy=remedy)
    return asked


def _evidence(
    area: StudyArea,
    question: Question,
    used: Counts,
    *,
    held: Holdings,
    names: pa.Table,
    harm_index: HarmIndex,
) -> Evidence:
    used = _reported(used)
    classes = demand_classes(question.classes)
    of_demand = used.where(np.isin(used.offence, classes))
    grain = _grain(question, grain_supported(of_demand))
    demand = of_demand.where(_in_demand(of_demand))
    if demand.n.size == 0:
        raise _no_demand(of_demand, question, classes)
    axis = time_axis(used, as_of=question.as_of, starts_on=question.weeks_start_on)
    _check_fresh(used, axis, question)
    seen = observed(
        area,
        used.where(used.cell >= 0),
        axis,
        held=held,
        cells_share=question.published_cells_share,
    )
    history = _history(area, demand, axis, seen)
    weights = harm_index.weigh(demand.offence.tolist())
    return Evidence(
        area=area,
        question=question,
        grain=grain,
        classes=tuple(c for c in classes if c in set(demand.offence.tolist())),
        history=history,
        harm=np.where(seen, by_cell(area, demand, axis, demand.n * weights), 0.0),
        shift_counts=demand,
        left_out=_left_out(of_demand, demand, axis, counted=int(history.events.sum())),
        names=names,
        entries=held.entries,
        releases=tuple(held.releases),
        unreleased=sum(1 for e in held.entries if e.release is None),
        unreleased_left_out=len(held.left_out),
        unknown_setting_share=float(demand.n[demand.setting == "unknown"].sum() / demand.n.sum()),
        delay=UNKNOWN,
    )


def _reported(used: Counts) -> Counts:
    """Return counts without what police activity makes.

    Not even what was published, and since when, is judged by such records: a flood of them would
    make the months before it look unpublished.
    """
    made = [slug for slug, each in offence_classes().items() if each.is_police_generated]
    return used.where(~np.isin(used.offence, made))


def _check_fresh(used: Counts, axis: TimeAxis, question: Question) -> None:
    """Check that the records reach close enough to the as-of day.

    Raises
    ------
    StaleDataError
        If the newest is too old for a forecast from that day, or not one period is whole.
    """
    first, last = used.day.min().astype(date), used.day.max().astype(date)
    newest = Month.of(last).last if axis.kind == "month" else last
    days, age = STALE_AFTER_DAYS[axis.kind], (question.as_of - newest).days
    if len(axis.ends) == 0 or age > days:
        msg = (
            f"The records are of {first:%d %B %Y} to {newest:%d %B %Y}; a forecast from "
            f"{question.as_of:%d %B %Y} needs a whole {axis.kind} of them, and some within "
            f"{days} days before it" + (f": the newest is {age:,} days old." if age > days else ".")
        )
        remedy = "Take newer files in (`rightplace ingest crimes`), or choose an earlier --as-of."
        raise StaleDataError(msg, remedy=remedy)


def _in_demand(counts: Counts) -> NDArray[np.bool_]:
    """Return which records of demand classes are demand: in a cell, the street, force and time."""
    street = np.isin(counts.setting, STREET_SETTINGS)
    return np.asarray((counts.cell >= 0) & street & counts.current & ~counts.vague)


def _not_demand(of_demand: Counts) -> dict[str, int]:
    """Return how many records of demand classes are no demand, by reason."""
    inside, street = of_demand.cell >= 0, np.isin(of_demand.setting, STREET_SETTINGS)
    reasons = {
        NO_PLACE: ~inside,
        NOT_STREET: inside & ~street,
        CANCELLED: inside & street & ~of_demand.current,
        VAGUE: inside & street & of_demand.current & of_demand.vague,
    }
    found = {reason: int(of_demand.n[rows].sum()) for reason, rows in reasons.items()}
    return {reason: n for reason, n in found.items() if n}


def _no_demand(of_demand: Counts, question: Question, classes: Sequence[str]) -> StaleDataError:
    """Return the refusal where no record is demand, with what became of those there are."""
    named = ", ".join(classes)
    if of_demand.n.size == 0:
        msg = f"None of the records up to {question.as_of} is of {named}."
        return StaleDataError(msg, remedy="Name other classes with --classes.")
    why = "; ".join(f"{n:,} {reason}" for reason, n in _not_demand(of_demand).items())
    msg = f"No record up to {question.as_of} of {named} can draw a patrol: {why}."
    return StaleDataError(msg, remedy="Check the study area and the mapping's settings.")


def _left_out(of_demand: Counts, demand: Counts, axis: TimeAxis, *, counted: int) -> dict[str, int]:
    """Return how many records of demand classes are not counted, by reason; they sum up."""
    early = int(demand.n[axis.period_of(demand.day) < 0].sum())
    unpublished = int(demand.n.sum()) - early - counted
    found = {**_not_demand(of_demand), PART_WEEKS: early, NOT_PUBLISHED: unpublished}
    return {reason: n for reason, n in found.items() if n}


def _history(
    area: StudyArea, demand: Counts, axis: TimeAxis, observed: NDArray[np.bool_]
) -> History:
    events = by_cell(area, demand, axis, demand.n.astype(np.float64)).astype(np.int32)
    return History(
        events=events,
        exposure=(axis.ends - axis.starts).astype(np.float64),
        observed=observed,
        period_ends=axis.ends,
        kind=axis.kind,
        area_km2=area.cells["area_km2"].to_numpy(),
        xy=np.column_stack([area.cells["x"].to_numpy(), area.cells["y"].to_numpy()]),
    )
