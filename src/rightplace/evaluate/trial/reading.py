"""What the hold-outs of weekly plans found: by the lot's word, by what was done, by patrol-hour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.finding import Check, Design, Diagnostic, Refutation
from rightplace.evaluate.designs.lot.checks import carry_over_days
from rightplace.evaluate.designs.lot.designs import week_blocks
from rightplace.evaluate.designs.lot.protocol import per_protocol
from rightplace.evaluate.designs.lot.rows import TrialRows
from rightplace.evaluate.designs.lot.trial import (
    intention_to_treat,
    relative_change,
    trial_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.finding import Estimate, Finding
    from rightplace.evaluate.designs.lot.rows import LotSettings

FEWEST_PLANS: Final = 3
"""With fewer plans, leaving one out leaves no trial."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weeks:
    """Places of plans on which a lot decided; arrays of shape (n_rows,), a row a place and plan.

    Parameters
    ----------
    rows
        Counts, arms, units, strata, minutes; ``block`` and ``period`` are the number of the plan.
    starts
        First day of each plan, by its number.
    place
        Number of the place, the same in all plans.
    by_place
        Whether the minutes were measured place by place; else they are means of the arms.
    planned_minutes
        Minutes of visits planned in the days compared, 0 where held out.
    expected
        Incidents expected in the days compared, without visits.
    dose
        Planned dose relative to the anchor of the effect record, 0 or more, the mean over the
        days compared weighted by what was expected in each slot.
    """

    rows: TrialRows
    starts: tuple[str, ...]
    place: NDArray[np.int64]
    by_place: bool
    planned_minutes: NDArray[np.float64]
    expected: NDArray[np.float64]
    dose: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that all speak of the same rows.

        Raises
        ------
        BadInputError
            If they do not.
        """
        shapes = {self.place.shape, self.planned_minutes.shape, self.expected.shape}
        if shapes | {self.dose.shape} != {self.rows.count.shape}:
            msg = f"The columns speak of different rows: {sorted(shapes)}."
            raise BadInputError(msg, remedy="Correct the table.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """The arms compared where they got what the lot said; chance no longer decides who is in it.

    Parameters
    ----------
    treated, held_out
        Rows of each arm that got it.
    estimate, relative
        As of intention to treat; None where nothing can be compared.
    """

    treated: int
    held_out: int
    estimate: Estimate | None
    relative: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How far the arms were apart.

    Parameters
    ----------
    treated_minutes, held_out_minutes
        Mean patrol-minutes of a place and plan in each arm; None where nobody measured.
    planned_minutes
        Mean minutes planned for a treated place and plan.
    planned_dose
        Mean planned dose of a treated place relative to the anchor of the effect record.
    dose
        The same times the share of the planned minutes that the arms differed by; the planned
        one where nobody measured.
    """

    treated_minutes: float | None
    held_out_minutes: float | None
    planned_minutes: float
    planned_dose: float
    dose: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """What plans with a hold-out found.

    Parameters
    ----------
    finding
        By intention to treat.
    per_hour
        Incidents more (fewer) for each patrol-hour that the lot brought; None where nobody
        measured, or the arms got the same.
    protocol
        None where minutes were not measured place by place.
    """

    finding: Finding
    per_hour: Estimate | None
    protocol: Protocol | None
    given: Given


def read_weeks(
    weeks: Weeks,
    *,
    outcome: str,
    settings: LotSettings,
    dose_share: float,
    rng: np.random.Generator,
) -> Reading:
    """Return what the lots of weekly plans found, each week's lot drawn anew by itself.

    Parameters
    ----------
    weeks
        The places.
    outcome
        What was counted, in words.
    settings
        How lots are judged.
    dose_share
        Share of its planned minutes that a treated place must have got to count as treated per
        protocol, 0 to 1.
    rng
        Source of chance of the redraws.
    """
    main, hours, protocol, carried, fewer = rng.spawn(5)
    finding = week_blocks(weeks.rows, outcome=outcome, settings=settings, rng=main)
    lasting = _carry_over(weeks, settings, carried)
    series = finding.series
    finding = replace(
        finding,
        diagnostics=(*finding.diagnostics, lasting),
        refutations=(*finding.refutations, *_one_plan_less(weeks, settings, fewer)),
        series=None if series is None else replace(series, starts=_starts(weeks)),
    )
    return Reading(
        finding=finding,
        per_hour=_per_hour(weeks, settings, hours),
        protocol=_protocol(weeks, settings, dose_share, protocol),
        given=_given(weeks),
    )


def _starts(weeks: Weeks) -> tuple[str, ...]:
    return tuple(weeks.starts[plan] for plan in np.unique(weeks.rows.period).tolist())


def _carry_over(weeks: Weeks, settings: LotSettings, rng: np.random.Generator) -> Diagnostic:
    """Return whether last week's lot shows in this week's counts of the same place."""
    rows = weeks.rows
    again = replace(rows, unit=weeks.place, probability=None)
    found = carry_over_days(again, replace(settings, carry_periods=1), rng)
    return found if found.passed is not None else _not_seen()


def _not_seen() -> Diagnostic:
    words = "Too few places were drawn in two weeks running to see whether an effect lasts."
    return Diagnostic(check=Check.CARRY_OVER, passed=None, words=words)


def _per_hour(weeks: Weeks, settings: LotSettings, rng: np.random.Generator) -> Estimate | None:
    given = _given(weeks)
    if (given.treated_minutes or 0) <= (given.held_out_minutes or 0):
        return None
    found = per_protocol(weeks.rows, design=Design.WEEK_BLOCK, settings=settings, rng=rng)
    return found.per_hour


def _one_plan_less(
    weeks: Weeks, settings: LotSettings, rng: np.random.Generator
) -> tuple[Refutation, ...]:
    """Return the estimate without the plan whose leaving moves it most; none of few plans."""
    rows, found = weeks.rows, []
    plans = np.unique(rows.block).tolist()
    if len(plans) < FEWEST_PLANS:
        return ()
    for plan in plans:
        try:
            trial = trial_of(part_of(rows, rows.block != plan), settings, rng)
        except UnsupportedByDataError:
            continue
        relative = relative_change(trial, settings)
        if relative is not None:
            found.append((plan, relative))
    if not found:
        return ()
    middle = float(np.median([relative.value for _, relative in found]))
    plan, relative = max(found, key=lambda each: abs(each[1].value - middle))
    words = "One plan should not make the result; this is the one whose leaving changes most."
    return (
        Refutation(
            name=f"without the plan of {weeks.starts[plan]}", estimate=relative, words=words
        ),
    )


def _protocol(
    weeks: Weeks, settings: LotSettings, share: float, rng: np.random.Generator
) -> Protocol | None:
    """Return the comparison of places that got what the lot said."""
    rows, minutes = weeks.rows, weeks.rows.minutes
    if minutes is None or not weeks.by_place:
        return None
    mean = float(minutes[rows.treated].mean())
    kept = np.where(
        rows.treated,
        minutes >= share * weeks.planned_minutes,
        minutes <= settings.background_share * mean,
    )
    numbers = {
        "treated": int((kept & rows.treated).sum()),
        "held_out": int((kept & ~rows.treated).sum()),
    }
    try:
        trial = trial_of(part_of(rows, kept), settings, rng)
        estimate = intention_to_treat(trial, settings)
    except (BadInputError, UnsupportedByDataError):
        return Protocol(**numbers, estimate=None, relative=None)
    return Protocol(**numbers, estimate=estimate, relative=relative_change(trial, settings))


def part_of(rows: TrialRows, kept: NDArray[np.bool_]) -> TrialRows:
    """Return some of the rows; ``kept`` has the shape (n_rows,)."""
    names = TrialRows.__dataclass_fields__
    columns: dict[str, Any] = {name: getattr(rows, name) for name in names}
    part: dict[str, Any] = {n: None if c is None else c[kept] for n, c in columns.items()}
    return TrialRows(**part)


def _given(weeks: Weeks) -> Given:
    treated, minutes = weeks.rows.treated, weeks.rows.minutes
    planned = float(weeks.planned_minutes[treated].mean())
    weight = weeks.expected[treated]
    level = weight if weight.sum() > 0 else np.ones(weight.size)
    dose = float(np.average(weeks.dose[treated], weights=level))
    if minutes is None:
        return Given(
            treated_minutes=None,
            held_out_minutes=None,
            planned_minutes=planned,
            planned_dose=dose,
            dose=dose,
        )
    there, left = float(minutes[treated].mean()), float(minutes[~treated].mean())
    share = (there - left) / planned if planned > 0 else 0.0
    return Given(
        treated_minutes=there,
        held_out_minutes=left,
        planned_minutes=planned,
        planned_dose=dose,
        dose=dose * share,
    )
