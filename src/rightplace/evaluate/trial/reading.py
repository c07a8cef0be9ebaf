"""What the hold-outs of weekly plans found: by the lot's word, by what was done, by patrol-hour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.finding import Check, Design, Diagnostic, Refutation
from rightplace.evaluate.designs.lot.checks import carry_over_days
from rightplace.evaluate.designs.lot.designs import week_blocks
from rightplace.evaluate.designs.lot.protocol import ASSUMED, per_protocol
from rightplace.evaluate.designs.lot.rows import TrialRows
from rightplace.evaluate.designs.lot.trial import (
    relative_change,
    trial_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.finding import Finding
    from rightplace.evaluate.designs.lot.protocol import PerProtocol
    from rightplace.evaluate.designs.lot.settings import LotSettings

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
    protocol
        Effects of the minutes given, by the patrol-hour; None where nobody measured, or the arms
        got the same.
    """

    finding: Finding
    protocol: PerProtocol | None
    given: Given


def read_weeks(
    weeks: Weeks,
    *,
    outcome: str,
    settings: LotSettings,
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
    rng
        Source of chance of the redraws.
    """
    main, hours, carried, fewer = rng.spawn(4)
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
        protocol=_protocol(weeks, settings, hours),
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


def _protocol(weeks: Weeks, settings: LotSettings, rng: np.random.Generator) -> PerProtocol | None:
    """Return the effect of the minutes given; None where the arms got the same, or none is known.

    Means of the arms say nothing of which place got a visit.
    """
    given = _given(weeks)
    if (given.treated_minutes or 0) <= (given.held_out_minutes or 0):
        return None
    found = per_protocol(weeks.rows, design=Design.WEEK_BLOCK, settings=settings, rng=rng)
    return found if weeks.by_place else replace(found, delivered=None, words=ASSUMED)


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
