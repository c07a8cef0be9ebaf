"""From files and settings to the limits of a plan: cover, fairness, places, specialists."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.core.time import Month
from rightplace.deploy.crews import slots_of_crews
from rightplace.deploy.weekly.conflicts import PlanInfeasibleError
from rightplace.deploy.weekly.limit_files import (
    PER_RESIDENTS,
    Fairness,
    cover_minutes,
    read_cover,
    read_fairness,
    read_place_limits,
    read_residents,
)
from rightplace.deploy.weekly.limits import UNLIMITED, CarryOver, neighbourhoods, no_limits
from rightplace.deploy.weekly.problem import visit_capacity
from rightplace.errors import BadInputError, RefusedError, UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.plan.settings import PlanSettings
    from rightplace.deploy import Crew, EffectSize, PlanProblem
    from rightplace.deploy.weekly.limits import PlanLimits

FOUR_WEEKS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOptions:
    """Files that state limits.

    Parameters
    ----------
    cover_file
        Crew minutes kept for response, by BCU, weekday and shift.
    without_cover
        Why a plan is made without that file; empty if it is not.
    fairness_file
        Floors and ceilings of boroughs.
    residents_file
        Residents by cell, for fairness by residents.
    places_file
        Floors, caps and specialists of single places.
    """

    cover_file: Path | None = None
    without_cover: str = ""
    fairness_file: Path | None = None
    residents_file: Path | None = None
    places_file: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files named."""
        named = (self.cover_file, self.fairness_file, self.residents_file, self.places_file)
        return tuple(path for path in named if path is not None)


def check_cover(
    options: LimitOptions, *, settings: PlanSettings, crews: Sequence[Crew], outlook: Outlook
) -> None:
    """Check that somebody is left for response, or that a file says how many minutes are.

    Crew minutes are those free for visits, so a crew's other minutes are left for response. Where
    all crews of a BCU in a slot offer their whole duty nobody is left, and only a file, or a
    stated reason, can allow that. ``plan.cover_required`` asks for the file always.

    Raises
    ------
    RefusedError
        If a file is needed and there is none.
    """
    if options.cover_file is not None or options.without_cover.strip():
        return
    remedy = "Give --cover FILE, or --without-cover with the reason."
    if settings.cover_required:
        msg = "The minimum response cover of each BCU and slot is not stated."
        raise RefusedError(msg, remedy=remedy)
    columns = (outlook.area.cells[name].to_pylist() for name in ("borough", "bcu"))
    bcu_of = dict(zip(*columns, strict=True))
    whole: dict[tuple[str, int], bool] = {}
    for crew, slot in zip(crews, slots_of_crews(crews, outlook.slots), strict=True):
        if slot >= 0:
            key = (bcu_of.get(crew.borough) or crew.borough, int(slot))
            whole[key] = whole.get(key, True) and crew.minutes >= crew.duty_minutes
    for (bcu, slot), nobody in sorted(whole.items()):
        if nobody:
            when = f"{outlook.slots[slot].policing_day} {outlook.slots[slot].shift}"
            msg = (
                f"Every crew of {bcu} offers its whole duty on {when}, and no file says what must "
                f"be kept for response."
            )
            raise RefusedError(msg, value=bcu, remedy=remedy)


def limited(
    problem: PlanProblem,
    options: LimitOptions,
    *,
    settings: PlanSettings,
    outlook: Outlook,
    crews: Sequence[Crew],
    effect: EffectSize,
) -> PlanProblem:
    """Return the problem with the limits that files and settings state, if any does."""
    n_boroughs, n_slots = problem.capacity.shape
    limits = none = no_limits(n_cells=problem.borough.size, n_boroughs=n_boroughs, n_slots=n_slots)
    if options.places_file is not None:
        problem, limits = _with_places(
            problem, limits, path=options.places_file, outlook=outlook, crews=crews
        )
    if options.cover_file is not None:
        limits = _with_cover(problem, limits, path=options.cover_file, outlook=outlook, crews=crews)
    if options.fairness_file is not None:
        limits = _with_fairness(problem, limits, options=options, outlook=outlook)
    limits = _with_settings(problem, limits, settings=settings, outlook=outlook)
    carry = None
    if settings.carry_over:
        carry = CarryOver(
            share=settings.carry_over,
            origin=settings.carry_over_origin,
            effect=effect,
            slot_hours=np.array([slot.hours for slot in outlook.slots]),
        )
    return replace(problem, limits=None if limits is none else limits, carry_over=carry)


def _with_settings(
    problem: PlanProblem, limits: PlanLimits, *, settings: PlanSettings, outlook: Outlook
) -> PlanLimits:
    """Return limits with those that settings state.

    Raises
    ------
    BadInputError
        If the share of a place is none.
    """
    if settings.specialist_visits:
        limits = replace(limits, specialist_total=settings.specialist_visits)
    if settings.place_share_most:
        if not 0 < settings.place_share_most <= 1:
            msg = f"plan.place_share_most is {settings.place_share_most:g}, no share from 0 to 1."
            raise BadInputError(msg, remedy="Correct it.")
        whole = settings.place_share_most * problem.capacity.sum(axis=1)
        most = np.where(problem.borough < 0, 0, np.floor(whole + 1e-9)[problem.borough])
        limits = replace(limits, plan_most=np.minimum(limits.plan_most, most.astype(np.int64)))
    if settings.separation_m:
        cells = np.flatnonzero(problem.visitable)
        xy = np.column_stack([outlook.area.cells[axis].to_numpy() for axis in ("x", "y")])
        near = neighbourhoods(xy[cells], metres=settings.separation_m)
        limits = replace(limits, apart=tuple(cells[group] for group in near))
    return limits


def _last_day(outlook: Outlook) -> date:
    return outlook.first_day + timedelta(days=outlook.days - 1)


def _with_places(
    problem: PlanProblem,
    limits: PlanLimits,
    *,
    path: Path,
    outlook: Outlook,
    crews: Sequence[Crew],
) -> tuple[PlanProblem, PlanLimits]:
    """Return problem and limits with those of single places; specialists come from the crews."""
    last = _last_day(outlook)
    rows = read_place_limits(path, cell_ids=problem.cell_ids, last_day=last)
    index = {cell_id: i for i, cell_id in enumerate(problem.cell_ids)}
    at = np.array([index[row.cell_id] for row in rows], dtype=np.int64)

    def put(before: NDArray[np.int64], values: list[float | None]) -> NDArray[np.int64]:
        after = before.copy()
        for place, value in zip(at.tolist(), values, strict=True):
            if value is not None:
                after[place] = math.ceil(value)
        return after

    share = limits.specialist_share.copy()
    share[at] = [row.specialist_share or 0.0 for row in rows]
    capacity = (
        visit_capacity(
            [crew for crew in crews if crew.specialist],
            slots=outlook.slots,
            boroughs=problem.borough_names,
            rules=problem.rules,
        )
        if any(crew.specialist for crew in crews)
        else limits.specialist_capacity
    )
    return replace(problem, minimum=put(problem.minimum, [r.plan_least for r in rows])), replace(
        limits,
        day_least=put(limits.day_least, [row.day_least for row in rows]),
        day_most=put(limits.day_most, [row.day_most for row in rows]),
        plan_most=put(limits.plan_most, [row.plan_most for row in rows]),
        specialist_share=share,
        specialist_capacity=capacity,
    )


def _with_cover(
    problem: PlanProblem,
    limits: PlanLimits,
    *,
    path: Path,
    outlook: Outlook,
    crews: Sequence[Crew],
) -> PlanLimits:
    """Return limits with the visits that response leaves to each BCU in each slot.

    Raises
    ------
    RefusedError
        If the file lacks a BCU that has crews, or one of its slots: no row is not 0 minutes.
    PlanInfeasibleError
        If more minutes are to be kept than crews have.
    """
    last = _last_day(outlook)
    cover = read_cover(path, shifts=[s.name for s in outlook.area.clock.shifts], last_day=last)
    columns = (outlook.area.cells[name].to_pylist() for name in ("borough", "bcu"))
    bcu_of = {b: bcu for b, bcu in zip(*columns, strict=True) if b is not None and bcu is not None}
    names = tuple(sorted(set(bcu_of.values())))
    minutes = np.zeros((len(names), problem.n_slots))
    for crew, slot in zip(crews, slots_of_crews(crews, outlook.slots), strict=True):
        if slot >= 0 and crew.borough in bcu_of:
            minutes[names.index(bcu_of[crew.borough]), slot] += crew.minutes
    kept = np.zeros_like(minutes)
    absent, beyond = [], []
    for number, slot in np.argwhere(minutes > 0).tolist():
        asked = cover_minutes(cover, bcu=names[number], slot=outlook.slots[slot])
        where = f"{names[number]}, {problem.slot_names[slot]}"
        if asked is None:
            absent.append(where)
        elif asked > minutes[number, slot]:
            beyond.append(f"{where}: {asked:g} of {minutes[number, slot]:g}")
        kept[number, slot] = asked or 0.0
    if absent:
        msg = f"The file states no response cover for {'; '.join(absent[:8])}."
        remedy = "Add the rows; write 0 minutes where none must be kept."
        raise RefusedError(msg, file=path, value=absent[0], remedy=remedy)
    if beyond:
        raise PlanInfeasibleError(
            [f"Response cover asks for more minutes than crews have in {each}." for each in beyond]
        )
    left = (minutes - kept) // problem.rules.minutes_per_visit
    return replace(
        limits,
        bcu=np.array(
            [names.index(bcu_of[b]) if b in bcu_of else -1 for b in problem.borough_names]
        ),
        bcu_names=names,
        bcu_most=left.astype(np.int64),
    )


def _with_fairness(
    problem: PlanProblem, limits: PlanLimits, *, options: LimitOptions, outlook: Outlook
) -> PlanLimits:
    """Return limits with the floors and ceilings of boroughs, in visits."""
    if options.fairness_file is None:
        return limits
    last = _last_day(outlook)
    rows = read_fairness(options.fairness_file, boroughs=problem.borough_names, last_day=last)
    per = fairness_units(problem, options, outlook=outlook)
    least, most = limits.borough_least.copy(), limits.borough_most.copy()
    for number, name in enumerate(problem.borough_names):
        crewed = problem.capacity[number].any()
        for row in rows:
            if row.borough not in {None, name} or (row.borough is None and not crewed):
                continue
            units = _units(row, per, number=number, name=name)
            scale = units * outlook.days / FOUR_WEEKS / problem.rules.visit_minutes
            if row.least is not None:
                least[number] = max(least[number], math.ceil(row.least * scale - 1e-9))
            if row.most is not None:
                most[number] = min(most[number], math.floor(row.most * scale + 1e-9))
    return replace(limits, borough_least=least, borough_most=np.minimum(most, UNLIMITED))


def _units(row: Fairness, per: dict[str, NDArray[np.float64]], *, number: int, name: str) -> float:
    """Return how many units of a fairness row a borough has.

    Raises
    ------
    UnsupportedByDataError
        If that is not known.
    """
    units = float(per[row.per][number]) if row.per in per else math.nan
    if not math.isfinite(units):
        msg = f"Fairness is stated per {row.per}, and that of {name} is not known."
        raise UnsupportedByDataError(msg, value=name, remedy="Give --residents, or drop the row.")
    return units


def fairness_units(
    problem: PlanProblem, options: LimitOptions, *, outlook: Outlook
) -> dict[str, NDArray[np.float64]]:
    """Return residents in thousands and violent crimes over four weeks by borough, if known.

    Crimes are those that the forecast counts, recorded in its last 28 days; where it counts by
    month, those of its last month, scaled to 28 days by its length.
    """
    inside = problem.borough >= 0

    def by_borough(values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.bincount(
            problem.borough[inside],
            weights=np.nan_to_num(values[inside]),
            minlength=len(problem.borough_names),
        )
        return total.astype(np.float64)

    recent = outlook.places["last_28_days"].to_numpy().astype(np.float64)
    found = {"violent_crime": by_borough(recent) * FOUR_WEEKS / _recent_days(outlook)}
    if options.residents_file is not None:
        residents = read_residents(options.residents_file)
        values = np.array([residents.get(cell_id, 0.0) for cell_id in problem.cell_ids])
        total = by_borough(values) / 1000
        found[PER_RESIDENTS] = np.where(total > 0, total, np.nan)
    return found


def _recent_days(outlook: Outlook) -> int:
    """Return the days that the forecast's recent count is of."""
    label = str(outlook.places["recent_label"][0].as_py())
    if label.startswith("last"):
        return FOUR_WEEKS
    months = {m: n for n, m in enumerate(_MONTHS, 1)}
    name, _, year = label.partition(" ")
    return Month(int(year), months[name]).days if name in months else FOUR_WEEKS


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
