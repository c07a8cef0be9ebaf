"""The noise of a design from the real past: operations that never were, placed at random in it.

Season, spells, trend and places of different size are those of the records; no model of chance is
needed, and none can flatter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.designs.finding import RANDOMISED, Design
from rightplace.evaluate.designs.panel import NEVER, Part
from rightplace.evaluate.power.noise import Noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.panel import Panel

    Floats = NDArray[np.float64]

LIKE_UNITS: Final = 10
"""Stand-ins of a treated unit are drawn among so many with the nearest counts."""
_FEWEST: Final = 20
COMPARED: Final = frozenset(
    {
        Design.DISPLACEMENT_DIFFERENCE,
        Design.DIFFERENCE,
        Design.BEFORE_AFTER,
        Design.SYNTHETIC_CONTROL,
    }
)


def past_of(
    panel: Panel, named: tuple[str, ...] = ()
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Return counts before any treatment, and the rows treated later and never, among them.

    Parameters
    ----------
    panel
        Counts.
    named
        Units to be treated, where the table does not say it or the operation is still to come.

    Returns
    -------
    tuple
        Counts, shape (n_units, n_periods), of units wholly known then; rows of the treated; rows
        of the others. Rings are left out.

    Raises
    ------
    BadInputError
        If the table has no unit of a name.
    UnsupportedByDataError
        If no unit is known in every period before.
    """
    if missing := [name for name in named if name not in panel.units]:
        msg = f"The table has no unit {missing[0]!r}."
        raise BadInputError(msg, value=missing[0], remedy="Name units as the table does.")
    end = panel.first_treated() if (panel.treated_from != NEVER).any() else panel.shape[1]
    rows = panel.rows(Part.TREATED, Part.CONTROL)
    rows = rows[panel.known[rows, :end].all(axis=1)]
    treated = np.array(
        [panel.units[row] in named if named else panel.parts[row] is Part.TREATED for row in rows],
        dtype=np.bool_,
    )
    if end == 0 or rows.size == 0:
        msg = "The table has no time before the operation in which its units are known."
        raise UnsupportedByDataError(msg, remedy="Give counts of periods before it began.")
    return panel.counts[rows, :end], np.flatnonzero(treated), np.flatnonzero(~treated)


def fake_starts(
    panel: Panel,
    design: Design,
    *,
    treated: tuple[str, ...] = (),
    periods: tuple[int, int],
    draws: int,
    rng: np.random.Generator,
) -> Noise:
    """Return the noise of a comparison from operations that never were.

    Each has a start drawn in the past and treats, for every treated unit, one drawn among those
    of like counts. What the design then finds is chance; as a share of what is usual in those
    places it is set to the size of the operation.

    Parameters
    ----------
    panel
        Counts, with the treated units and when they began.
    design
        Displacement difference (changes subtracted), difference-in-differences (change of the
        others as a factor), synthetic control (others weighted to match every period before), or
        before and after.
    treated
        Names of the units to be treated; those that the table calls so where empty.
    periods
        How many before and during, 1 or more each.
    draws
        How many fake operations, 20 or more.
    rng
        Source of chance.

    Raises
    ------
    UnsupportedByDataError
        If no unit is to be treated, the past is shorter than before and during together, or no
        unit is left to compare.
    """
    counts, real, others = past_of(panel, treated)
    before, during = periods
    last = counts.shape[1] - during
    needs_others = design is not Design.BEFORE_AFTER
    if real.size == 0:
        msg = "Nobody says which units of the table are to be treated."
        raise UnsupportedByDataError(msg, remedy="Name them (--treated), as the table does.")
    if last < before or (needs_others and others.size == 0):
        msg = (
            f"{counts.shape[1]} periods before, {real.size} treated units and {others.size} "
            f"others are too few for fake operations of {before} and {during} periods."
        )
        raise UnsupportedByDataError(msg, remedy="Give a longer past, or ask for less time.")
    levels = counts.mean(axis=1)
    found = []
    for _ in range(max(draws, _FEWEST)):
        start = int(rng.integers(before, last + 1))
        chosen = _stand_ins(levels, real, rng) if needs_others else real
        rest = np.setdiff1d(np.arange(levels.size), chosen)
        spans = (counts[:, start - before : start], counts[:, start : start + during])
        usual = float(levels[chosen].sum() * during)
        found.append(_found(design, spans, chosen, rest) / usual if usual > 0 else np.nan)
    windows = counts.shape[1] // (before + during)
    sets = levels.size // real.size if needs_others else 1
    expected = float(levels[real].sum() * during)
    return _noise(design, np.array(found), expected=expected, independent=windows * sets)


def _stand_ins(
    levels: Floats, treated: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return a unit of like counts for each treated one, itself included, each once."""
    free = np.ones(levels.size, dtype=np.bool_)
    chosen = []
    for unit in rng.permutation(treated).tolist():
        away = np.where(free, np.abs(levels - levels[unit]), np.inf)
        near = np.argsort(away, kind="stable")[: min(LIKE_UNITS, int(free.sum()))]
        one = int(rng.choice(near))
        free[one] = False
        chosen.append(one)
    return np.array(chosen, dtype=np.int64)


def _found(
    design: Design,
    spans: tuple[Floats, Floats],
    chosen: NDArray[np.int64],
    rest: NDArray[np.int64],
) -> float:
    """Return what a design finds in a fake operation, in incidents; NaN where undefined."""
    before, during = spans
    longer = during.shape[1] / before.shape[1]
    was, is_now = before[chosen].sum() * longer, during[chosen].sum()
    if design is Design.BEFORE_AFTER:
        expected = was
    elif design is Design.SYNTHETIC_CONTROL:
        expected = _weighted(before, during, chosen)
    else:
        other_was, other_now = before[rest].sum() * longer, during[rest].sum()
        if design is Design.DIFFERENCE:
            expected = was * other_now / other_was if other_was > 0 else np.nan
        else:
            expected = was + (other_now - other_was) * chosen.size / rest.size
    return float(is_now - expected)


def _weighted(before: Floats, during: Floats, chosen: NDArray[np.int64]) -> float:
    """Return what units weighted to match the chosen ones in every period before had later."""
    from rightplace.evaluate.designs.synthetic.calibrate import calibrate  # noqa: PLC0415 - heavy
    from rightplace.evaluate.designs.synthetic.matching import (  # noqa: PLC0415 - as above
        Matching,
        UnitTable,
        constraints,
    )

    treated = np.zeros(before.shape[0], dtype=np.bool_)
    treated[chosen] = True
    counts = np.hstack([before, during])
    table = UnitTable(
        units=tuple(str(number) for number in range(treated.size)),
        treated=treated,
        outcomes={"count": counts},
        covariates={},
        periods=tuple(str(number) for number in range(counts.shape[1])),
        first_treated=before.shape[1],
    )
    wanted = constraints(table, Matching.each_period(table, ("count",)))
    weights = calibrate(wanted, treated).weights
    return float((weights[~treated] @ during[~treated]).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPlan:
    """A lot that is to be drawn among the units of a table.

    Parameters
    ----------
    during
        Periods of the trial, 1 or more; of a crossover 2 or more, half of them in either arm.
    share
        Of the units of each stratum that the lot treats (first, in a crossover), above 0 and
        below 1.
    strata
        Into how many strata of units with like counts before they are cut, 1 or more.
    """

    during: int
    share: float = 0.5
    strata: int = 1


def fake_lots(
    panel: Panel, design: Design, plan: LotPlan, *, draws: int, rng: np.random.Generator
) -> Noise:
    """Return the noise of a lot among the units of a table, from lots drawn over its real past.

    Parameters
    ----------
    panel
        Counts of the places among which the lot is to be drawn, all of them; rings are left out.
    design
        Places drawn once, place-days (each period a lot of its own), blocks, or a crossover.
    plan
        Of the lot.
    draws
        How many fake trials, 20 or more.
    rng
        Source of chance.

    Raises
    ------
    UnsupportedByDataError
        If the past is too short, or too few units are there for a lot.
    """
    counts, _, _ = past_of(panel)
    units, length = counts.shape
    during = plan.during - plan.during % 2 if design is Design.CROSSOVER else plan.during
    smallest = units // max(plan.strata, 1)
    number = round(smallest * plan.share)
    drawable = plan.strata >= 1 and 0 < number < smallest and units > 3  # noqa: PLR2004 - 2 and 2
    if not (drawable and 0 < during <= length) or design not in RANDOMISED:
        msg = f"{units} units over {length} periods allow no lot of {plan.share:.0%} for {during}."
        raise UnsupportedByDataError(msg, remedy="Give more units, a longer past, or less time.")
    found = []
    for _ in range(max(draws, _FEWEST)):
        start = int(rng.integers(0, length - during + 1))
        rest = np.delete(counts, np.s_[start : start + during], axis=1)
        levels = rest.mean(axis=1) if rest.size else np.zeros(units)
        now = counts[:, start : start + during]
        usual = float(now.mean())
        found.append(_of_lot(design, now, levels, plan, rng) / usual if usual > 0 else np.nan)
    rows = units * (during // 2) if design is Design.CROSSOVER else units * during * plan.share
    free = (length // during) * (units - plan.strata)
    return _noise(design, np.array(found), expected=float(counts.mean() * rows), independent=free)


def _of_lot(
    design: Design, now: Floats, levels: Floats, plan: LotPlan, rng: np.random.Generator
) -> float:
    """Return what a lot finds in incidents for each treated unit and period."""
    if design is Design.CROSSOVER:
        half = now.shape[1] // 2
        lots = (now[:, :half].sum(axis=1) - now[:, half:].sum(axis=1))[:, np.newaxis] / 2
        spans = half
    elif design is Design.RANDOMISED_UNITS:
        lots, spans = now.sum(axis=1, keepdims=True), now.shape[1]
    else:
        lots, spans = now, now.shape[1]
    told = weight = 0.0
    for members in np.array_split(np.argsort(levels, kind="stable"), plan.strata):
        number = round(members.size * plan.share)
        ranks = rng.random((members.size, lots.shape[1])).argsort(axis=0).argsort(axis=0)
        treated = ranks < number
        part = lots[members]
        was = np.where(treated, part, 0).sum() / number
        left = np.where(treated, 0, part).sum() / (members.size - number)
        told += number * float(was - left)
        weight += number
    return float(told / (weight * spans))


def _noise(design: Design, found: Floats, *, expected: float, independent: int) -> Noise:
    """Return the noise of what fake operations found, as shares of what is usual.

    Raises
    ------
    UnsupportedByDataError
        If one of them had nothing expected.
    """
    finite = found[np.isfinite(found)]
    if finite.size < found.size or expected <= 0:
        msg = f"{found.size - finite.size} of {found.size} fake operations had nothing expected."
        raise UnsupportedByDataError(msg, remedy="Take longer periods, or larger places.")
    spread = float(np.mean(finite**2)) * expected**2
    return Noise(
        design=design,
        expected=expected,
        variance=lambda _: spread,
        freedom=max(1, independent - 1),
        how=f"{finite.size:,} operations that never were, in the real past; about "
        f"{max(1, independent):,} of them share no records",
    )
