"""From what is held to what a forecast may rest on: which records, for which cells and periods.

Every choice that leaves records out is counted, so that it can be printed: police-generated
classes, indoor, domestic and custody records, other forces, places outside, cancelled records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from rightplace.core.time import Month, months_between
from rightplace.crime.counting import (
    STREET_SETTINGS,
    Counts,
    count,
    degrees_of,
    name_counts,
    places_of,
)
from rightplace.crime.holdings import Entry, Holdings, entries_of, holdings
from rightplace.crime.offences import demand_classes
from rightplace.crime.publication import published_by_borough, published_over_time
from rightplace.crime.standing import standing
from rightplace.errors import StaleDataError, UnsupportedByDataError, UsageError
from rightplace.forecast.history import History

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.crime.harm import HarmIndex
    from rightplace.places.study_area import StudyArea

Grain = Literal["month", "day", "shift"]
GRAINS: tuple[Grain, ...] = ("month", "day", "shift")
APART = "british-transport"
SYNTHETIC = "demo/"
UNION_OF_FORCES = "data.police.uk"
# The newest record may be so old, in days, before a forecast is refused as stale.
STALE_AFTER_DAYS: dict[str, int] = {"month": 124, "week": 35}
TIMED_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What evidence is asked for.

    Parameters
    ----------
    as_of
        The last day whose events may be used.
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
    """

    as_of: date
    known_at: date | None = None
    classes: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    grain: Grain | None = None
    published_cells_share: float = 0.5


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
    unknown_setting_share: float
    excluded_months: tuple[str, ...] = field(default=())

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

    Raises
    ------
    StaleDataError
        If nothing is held that may be used.
    """
    held = holdings(
        entries_of(workspace.store.manifest()), kind="crimes", known_at=question.known_at
    )
    rows = standing(workspace.engine, workspace.store, held)
    if rows is None:
        msg = "No crime file is held that was known then."
        remedy = "Take files in (`rightplace ingest crimes`), with --release for --known-at."
        raise StaleDataError(msg, remedy=remedy)
    cut = area.clock.midnight(question.as_of + timedelta(days=1))
    rows = rows.filter(rows.occurred_to <= cut)
    counts, names = _located(workspace, area, rows)
    used = counts.where(_of_sources(counts, question.sources))
    if used.n.size == 0:
        msg = f"No record up to {question.as_of} is held in this area."
        raise StaleDataError(msg, remedy="Check --as-of, --area and what `status` shows.")
    return _evidence(area, question, used, held=held, names=names, harm_index=harm_index)


def _located(workspace: Workspace, area: StudyArea, rows: ibis.Table) -> tuple[Counts, pa.Table]:
    """Return the rows counted by cell, and the names of places in each cell."""
    from rightplace.places import locate

    places = places_of(workspace.engine, rows)
    lon, lat = degrees_of(places)
    cells = locate(area, lon, lat, codes=places["lsoa_key"])
    counts = count(workspace.engine, rows, places=places, cells=cells, clock=area.clock)
    return counts, name_counts(workspace.engine, rows, places=places, cells=cells)


def family(population: str) -> str:
    """Return what a population may be added up with: all forces of one publisher of them all."""
    publisher, force = population.split("/")[:2]
    return publisher if publisher == UNION_OF_FORCES else f"{publisher}/{force}"


def _of_sources(counts: Counts, sources: Sequence[str] | None) -> NDArray[np.bool_]:
    """Return which counts are of the populations asked for.

    Raises
    ------
    UsageError
        If none is named and several publishers would be added up, or one is not held.
    """
    populations = sorted(set(counts.population.tolist()))
    if sources is None:
        families = sorted({family(p) for p in populations})
        if len(families) > 1:
            msg = f"Records of several publishers are held: {', '.join(families)}."
            remedy = "They may be the same crimes: name one with --source."
            raise UsageError(msg, value=", ".join(families), remedy=remedy)
        chosen = [p for p in populations if f"/{APART}/" not in p]
    else:
        missing = [s for s in sources if not any(p.startswith(s) for p in populations)]
        if missing:
            msg = f"No records of {missing[0]!r} are held."
            raise UsageError(msg, value=missing[0], remedy=f"Held: {', '.join(populations)}.")
        chosen = [p for p in populations if p.startswith(tuple(sources))]
    return np.isin(counts.population, chosen)


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
    classes = demand_classes(question.classes)
    of_demand = np.isin(used.offence, classes)
    grain = _grain(question, grain_supported(used.where(of_demand)))
    inside, street = used.cell >= 0, np.isin(used.setting, STREET_SETTINGS)
    chosen = of_demand & inside & street & used.current
    demand = used.where(chosen)
    if demand.n.size == 0:
        msg = f"None of the records up to {question.as_of} is of {', '.join(classes)}."
        raise StaleDataError(msg, remedy="Name other classes with --classes.")
    axis = _time_axis(used, question)
    observed = _observed(
        area, used.where(inside), axis, held=held, cells_share=question.published_cells_share
    )
    weights = harm_index.weigh(demand.offence.tolist())
    in_demand = used.where(of_demand & inside & street & used.current)
    total = int(in_demand.n.sum())
    unknown = int(in_demand.n[in_demand.setting == "unknown"].sum())
    return Evidence(
        area=area,
        question=question,
        grain=grain,
        classes=tuple(c for c in classes if c in set(demand.offence.tolist())),
        history=_history(area, demand, axis, observed),
        harm=_by_cell(area, demand, axis, demand.n * weights),
        shift_counts=demand,
        left_out=_left_out(used, of_demand=of_demand, inside=inside, street=street),
        names=names,
        entries=held.entries,
        releases=tuple(held.releases),
        unreleased=sum(1 for e in held.entries if e.release is None),
        unknown_setting_share=unknown / total,
    )


def _left_out(
    used: Counts,
    *,
    of_demand: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    street: NDArray[np.bool_],
) -> dict[str, int]:
    """Return how many records of demand classes were kept out of it, by reason."""
    reasons = {
        "no place in the study area": of_demand & ~inside,
        "indoor, domestic or custody": of_demand & inside & ~street,
        "cancelled": of_demand & inside & street & ~used.current,
    }
    return {reason: int(used.n[rows].sum()) for reason, rows in reasons.items() if rows.any()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeAxis:
    """Periods of a history: calendar months, or weeks that end with the as-of day.

    Parameters
    ----------
    starts, ends
        Shape (n_periods,). First day of each period, and first day after it.
    """

    kind: Literal["month", "week"]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]

    def period_of(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """Return the period of each day, -1 before the first and after the last."""
        period = np.searchsorted(self.starts, days, side="right") - 1
        late = days >= self.ends[np.maximum(period, 0)]
        return np.where((period < 0) | late, -1, period)


def _time_axis(used: Counts, question: Question) -> TimeAxis:
    """Return the periods from the first record to the as-of day.

    Raises
    ------
    StaleDataError
        If the newest record is too old for a forecast from that day, or less than one period
        is held.
    """
    first, last = used.day.min().astype(date), used.day.max().astype(date)
    if used.monthly.any():
        months = months_between(Month.of(first), Month.of(last))
        axis = TimeAxis(
            kind="month",
            starts=np.array([m.first for m in months], dtype="datetime64[D]"),
            ends=np.array([m.plus(1).first for m in months], dtype="datetime64[D]"),
        )
        newest = months[-1].last
    else:
        after = question.as_of + timedelta(days=1)
        weeks = (after - first).days // 7
        ends = [after - timedelta(days=7 * back) for back in range(weeks)][::-1]
        axis = TimeAxis(
            kind="week",
            starts=np.array([end - timedelta(days=7) for end in ends], dtype="datetime64[D]"),
            ends=np.array(ends, dtype="datetime64[D]"),
        )
        newest = last
    if len(axis.ends) == 0 or (question.as_of - newest).days > STALE_AFTER_DAYS[axis.kind]:
        msg = f"The records end on {newest:%d %B %Y}; a forecast from {question.as_of:%d %B %Y} "
        msg += f"needs some within {STALE_AFTER_DAYS[axis.kind]} days before it."
        remedy = "Take newer files in (`rightplace ingest crimes`), or choose an earlier --as-of."
        raise StaleDataError(msg, remedy=remedy)
    return axis


def _by_cell(
    area: StudyArea, counts: Counts, axis: TimeAxis, values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return values summed by cell and period, shape (n_cells, n_periods)."""
    total = np.zeros((area.n_cells, len(axis.ends)))
    period = axis.period_of(counts.day)
    held = period >= 0
    np.add.at(total, (counts.cell[held], period[held]), values[held])
    return total


def _observed(
    area: StudyArea, used: Counts, axis: TimeAxis, *, held: Holdings, cells_share: float
) -> NDArray[np.bool_]:
    """Return which cells have data in which period: no data is not zero."""
    dense = {p.population for e in held.entries if e.dense for p in e.partitions}
    is_dense = np.isin(used.population, sorted(dense))
    if is_dense.any():
        own = used.where(_of_own_force(area, used))
        records = _by_cell(area, own, axis, own.n.astype(np.float64)).astype(np.int64)
        boroughs = area.cells["borough"].to_pylist()
        return published_by_borough(records, boroughs, cells_share=cells_share)
    return np.broadcast_to(_months_published(used, axis), (area.n_cells, len(axis.ends))).copy()


def _of_own_force(area: StudyArea, used: Counts) -> NDArray[np.bool_]:
    """Return which counts are of the force whose ground the cell is.

    A neighbour's records spill over the border; they do not show that a borough was published.
    Known for London: the City has its own force, the other boroughs the Metropolitan Police.
    """
    from rightplace.places import london_borough

    cells = area.cells["borough"].to_pylist()
    known = {b: london_borough(b) for b in set(cells) if b is not None}
    own_force = {
        name: "metropolitan" if borough.bcu is not None else "city-of-london"
        for name, borough in known.items()
        if borough is not None
    }
    expected = np.array([own_force.get(b or "", "") for b in cells])[used.cell]
    force = np.array([p.split("/")[1] for p in used.population.tolist()])
    union = np.char.startswith(used.population, UNION_OF_FORCES)
    return np.asarray(~union | (expected == "") | (force == expected))


def _months_published(used: Counts, axis: TimeAxis) -> NDArray[np.bool_]:
    """Return which periods of a feed of one kind lie in published months only."""
    first, last = axis.starts[0].astype(date), axis.ends[-1].astype(date) - timedelta(days=1)
    months = months_between(Month.of(first), Month.of(last))
    index = used.day.astype("datetime64[M]").astype(np.int64)
    base = np.datetime64(months[0].first, "M").astype(np.int64)
    within = (index >= base) & (index < base + len(months))
    records = np.zeros(len(months), dtype=np.int64)
    np.add.at(records, index[within] - base, used.n[within])
    published = published_over_time(records, months)
    edges = {0, len(months) - 1}  # months cut off by the first record or the as-of day
    published = np.array([p or i in edges for i, p in enumerate(published)])
    starts, ends = (
        d.astype("datetime64[M]").astype(np.int64) - base
        for d in (axis.starts, axis.ends - np.timedelta64(1, "D"))
    )
    return np.array([published[a : b + 1].all() for a, b in zip(starts, ends, strict=True)])


def _history(
    area: StudyArea, demand: Counts, axis: TimeAxis, observed: NDArray[np.bool_]
) -> History:
    events = _by_cell(area, demand, axis, demand.n.astype(np.float64)).astype(np.int32)
    return History(
        events=events,
        exposure=(axis.ends - axis.starts).astype(np.float64),
        observed=observed,
        period_ends=axis.ends,
        kind=axis.kind,
        area_km2=area.cells["area_km2"].to_numpy(),
        xy=np.column_stack([area.cells["x"].to_numpy(), area.cells["y"].to_numpy()]),
    )
