"""From a kept forecast and crews to the best plan, as arrays: nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import untold
from rightplace.app.plan.inputs import bounds_of_bases, declared_profile, places_of
from rightplace.app.plan.limits import LimitOptions, check_cover, limited
from rightplace.app.plan.places import KeptPlaces, PlaceOptions, kept_places
from rightplace.errors import NotHeldError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.holdout.options import HoldOutOptions
    from rightplace.app.plan.settings import PlanSettings
    from rightplace.deploy import (
        Crew,
        CrewMinutes,
        EffectSize,
        Places,
        PlanProblem,
        PlanSolution,
        Prospect,
        ShiftProfile,
        VisitRules,
    )

DRAWS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """How a plan is made.

    Parameters
    ----------
    crews_file
        Who is on duty where and when.
    profile_file
        The user's own shift profile, for forecasts that give no shifts.
    effects_file
        The user's own effect-size records; None takes those in force here.
    effects
        Records in force: the one that ships and those approved; found when the plan is made.
    limits
        Files that state cover, fairness and limits of single places.
    what_if
        Whether to plan also with other crews, another measure and other floors.
    holdout
        Share of near-equal places that a lot leaves without visits; None holds none out.
    places
        Places that people nominated, hot spots of a term, and who lives where.
    progress
        Told each step before it is begun.
    """

    crews_file: Path
    profile_file: Path | None = None
    effects_file: Path | None = None
    effects: tuple[EffectSize, ...] = ()
    limits: LimitOptions = field(default_factory=LimitOptions)
    what_if: bool = False
    holdout: HoldOutOptions | None = None
    places: PlaceOptions = field(default_factory=PlaceOptions)
    seed: int = 0
    dry_run: bool = False
    progress: Callable[[str], None] = untold

    @property
    def files(self) -> tuple[Path, ...]:
        """The files named, crews first."""
        named = (self.crews_file, self.profile_file, self.effects_file)
        given = tuple(path for path in named if path is not None) + self.limits.files
        given += self.places.files
        return given if self.holdout is None else given + self.holdout.files


def check_files(options: PlanOptions) -> None:
    """Check that the files named are there.

    Raises
    ------
    NotHeldError
        If one is not.
    """
    for path in options.files:
        if not path.is_file():
            msg = "There is no such file."
            raise NotHeldError(msg, file=path, remedy="Check the files named.")


def check_span(outlook: Outlook, *, as_of: date, days: int) -> None:
    """Check that a forecast is of the days to be planned.

    Raises
    ------
    UsageError
        If it is not.
    """
    if outlook.record["as_of"] != as_of.isoformat() or outlook.days != days:
        msg = (
            f"{outlook.id} forecasts {outlook.days} days as of {outlook.record['as_of']}; the "
            f"plan is for {days} days as of {as_of}."
        )
        raise UsageError(msg, remedy="Give the same --as-of and --days, or another --forecast.")


def demand_by_slot(outlook: Outlook, profile: ShiftProfile | None) -> NDArray[np.float64]:
    """Return expected counts by cell and slot, (n_cells, n_slots).

    A forecast by shift is taken as it is. One by month or day is split over the slots by the
    declared profile, or evenly by duration: that is no forecast, and every output says so.

    Raises
    ------
    UsageError
        If a profile is given for a forecast that tells shifts apart itself.
    """
    from rightplace.deploy import split

    slots = outlook.slots
    if outlook.grain == "shift":
        if profile is not None:
            msg = f"{outlook.id} forecasts shifts itself; a declared profile would overrule it."
            raise UsageError(msg, value=profile.file, remedy="Leave out --profile.")
        return outlook.expected
    if outlook.grain == "month":
        return split(outlook.expected.sum(axis=1), slots, profile=profile)
    shifts = len(outlook.area.clock.shifts)
    days = [
        split(outlook.expected[:, day], slots[day * shifts : (day + 1) * shifts], profile=profile)
        for day in range(outlook.days)
    ]
    return np.concatenate(days, axis=1)


def shift_evidence(outlook: Outlook, profile: ShiftProfile | None) -> str:
    """Return what figures by shift rest on, in the words that every output prints."""
    from rightplace.deploy import profile_label

    return (
        "forecast from the hours of past events"
        if outlook.grain == "shift"
        else (profile_label(profile))
    )


def rate_draws(
    outlook: Outlook,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    cells: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """Return draws of each cell's expected count over the whole plan, (draws, n_cells).

    From the forecast's own noise, learned from past forecasts. Where that found none, the count
    of the last 12 months stands for what the rate rests on (gamma with that shape).

    Parameters
    ----------
    outlook
        The forecast.
    rng
        Source of chance.
    draws
        How many.
    cells
        Indices of the cells drawn; None for all.
    """
    from rightplace.forecast import ForecastDistribution, Noise

    result = outlook.record["result"]
    noise = Noise(**result["noise"])
    chosen = slice(None) if cells is None else cells
    mean = outlook.expected.sum(axis=1)[chosen]
    drawn = ForecastDistribution(mean=mean, noise=noise).rate_draws(draws, rng)
    if not any(result["noise"].values()):
        records = outlook.places["last_12_months"].to_numpy().astype(np.float64)[chosen]
        shape = np.nan_to_num(records) + 1
        drawn = drawn * rng.gamma(shape, 1 / shape, size=drawn.shape)
    return drawn


def rules_of(settings: PlanSettings) -> VisitRules:
    """Return the settings as rules of a plan; 0 visits in the whole plan sets no limit."""
    from rightplace.deploy import VisitRules

    return VisitRules(
        visit_minutes=settings.visit_minutes,
        travel_minutes=settings.travel_minutes,
        cap_per_slot=settings.visits_per_place_slot,
        cap_per_day=settings.visits_per_place_day or None,
        cap_per_plan=settings.visits_per_place_plan or None,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planned:
    """A plan as arrays, before it is written."""

    outlook: Outlook
    crews: tuple[Crew, ...]
    places: Places
    problem: PlanProblem
    solution: PlanSolution
    greedy: PlanSolution
    counts: NDArray[np.float64]
    effect: EffectSize
    profile: ShiftProfile | None
    settings: PlanSettings
    kept: KeptPlaces | None = None

    @property
    def account(self) -> tuple[CrewMinutes, ...]:
        """What becomes of every crew minute."""
        from rightplace.deploy import account_for_minutes

        return account_for_minutes(
            self.problem,
            self.solution,
            crews=self.crews,
            slots=self.outlook.slots,
            places=self.places,
        )

    @property
    def harm(self) -> NDArray[np.float64]:
        """Shape (n_cells, n_slots). Expected harm."""
        return np.asarray(self.counts * self.outlook.harm_each[:, None])


def make_plan(outlook: Outlook, options: PlanOptions, settings: PlanSettings) -> Planned:
    """Return the best plan for a forecast and crews.

    Raises
    ------
    UsageError
        If the objective is neither count nor harm.
    """
    from rightplace.deploy import (
        effect_size_on,
        plan_problem,
        read_crews,
        read_effect_sizes,
        solve,
    )

    if settings.objective not in {"count", "harm"}:
        msg = f"The objective is {settings.objective!r}; it can be count or harm."
        raise UsageError(msg, value=settings.objective, remedy="Mend plan.objective.")
    places = places_of(outlook)
    crews = read_crews(
        options.crews_file, boroughs=places.borough_names, bounds=bounds_of_bases(outlook.area)
    )
    check_cover(options.limits, settings=settings, crews=crews, outlook=outlook)
    profile = declared_profile(outlook, options.profile_file)
    counts = demand_by_slot(outlook, profile)
    effects = options.effects or read_effect_sizes(options.effects_file)
    effect = effect_size_on(effects, outlook.first_day)
    by_harm = settings.objective == "harm"
    problem = plan_problem(
        counts * outlook.harm_each[:, None] if by_harm else counts,
        places=places,
        slots=outlook.slots,
        crews=crews,
        rules=rules_of(settings),
        effect=effect,
    )
    problem = limited(
        problem, options.limits, settings=settings, outlook=outlook, crews=crews, effect=effect
    )
    kept = kept_places(problem, options.places, settings=settings, outlook=outlook)
    problem = problem if kept is None else kept.problem
    return Planned(
        outlook=outlook,
        crews=crews,
        places=places,
        problem=problem,
        solution=solve(problem),
        greedy=_preview(problem),
        counts=counts,
        effect=effect,
        profile=profile,
        settings=settings,
        kept=kept,
    )


def _preview(problem: PlanProblem) -> PlanSolution:
    """Return the quick preview; where boroughs share nothing it promises no required visit."""
    from rightplace.deploy import greedy

    if problem.is_separable:
        problem = replace(problem, minimum=np.zeros_like(problem.minimum))
    return greedy(problem)


def check_visits(planned: Planned) -> None:
    """Check that the plan sends somebody somewhere.

    Raises
    ------
    UnsupportedByDataError
        If it does not; every crew minute is named with why it is of no use.
    """
    if planned.solution.visits.any():
        return
    why = "; ".join(f"{r.minutes:,.0f} of {r.borough}: {r.reason}" for r in planned.account)
    msg = f"No visit can be planned. Crew minutes: {why}."
    raise UnsupportedByDataError(msg, remedy="Correct --crews, or take in what is missing.")


def visits_of(planned: Planned) -> pa.Table:
    """Return the plan's visits as a table, one row each, in the order crews make them."""
    from rightplace.deploy import PlaceFacts, place_reasons, visits_table
    from rightplace.places import to_metres

    outlook = planned.outlook
    cells = outlook.area.cells
    columns = {name: outlook.places[name].to_pylist() for name in outlook.places.column_names}
    reasons = place_reasons(
        columns,
        areas=["the study area"] * cells.num_rows,
        area_unit=f"a place in {outlook.days} days",
    )
    facts = PlaceFacts(
        expected_count=planned.counts,
        expected_harm=planned.harm,
        bcu=tuple(cells["bcu"].to_pylist()),
        xy=np.column_stack([cells["x"].to_numpy(), cells["y"].to_numpy()]),
        reasons=reasons,
    )
    lon = np.array([crew.base_lon for crew in planned.crews])
    lat = np.array([crew.base_lat for crew in planned.crews])
    return visits_table(
        planned.problem,
        planned.solution,
        facts=facts,
        slots=outlook.slots,
        crews=planned.crews,
        bases=np.column_stack(to_metres(outlook.area.crs, lon, lat)),
    )


def demand_table(planned: Planned) -> pa.Table:
    """Return expected counts as the plan took them, one row per cell and slot."""
    import pyarrow as pa

    outlook = planned.outlook
    n_slots = len(outlook.slots)
    cells = outlook.area.cells["cell_id"].combine_chunks().dictionary_encode()
    starts = [slot.start for slot in outlook.slots] * outlook.area.n_cells
    counts = planned.counts.reshape(-1)
    return pa.table(
        {
            "cell_id": cells.take(pa.array(np.repeat(np.arange(len(cells)), n_slots))),
            "slot_start": pa.array(starts, pa.timestamp("us", "UTC")),
            "expected_count": pa.array(counts, mask=~np.isfinite(counts)),
        }
    )


def prospect_of(planned: Planned, *, rng: np.random.Generator) -> Prospect:
    """Return what the plan may prevent, joined from three sources of uncertainty."""
    from rightplace.deploy import PlannedVisits, prospect
    from rightplace.deploy.weekly.carried import standing_visits

    outlook = planned.outlook
    return prospect(
        rate_draws(outlook, rng=rng),
        planned=PlannedVisits(
            visits=planned.solution.visits,
            expected_count=planned.counts,
            expected_harm=planned.harm,
            slot_hours=np.array([slot.hours for slot in outlook.slots]),
            standing=standing_visits(planned.problem, planned.solution.visits),
        ),
        effect=planned.effect,
        rng=rng,
    )
