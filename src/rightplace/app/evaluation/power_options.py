"""Use cases of power: from counts given by hand, from placebos, and from a table of the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.power import Sized, Until, power_answer
from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError
from rightplace.evaluate.designs.finding import RANDOMISED, Design
from rightplace.evaluate.power.noise import LONGEST_WEEKS, power_of, weeks_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rightplace.app.answer import Answer
    from rightplace.app.evaluation.power import PowerResult
    from rightplace.evaluate.designs.panel import Panel
    from rightplace.evaluate.power.noise import Asked, Noise

FACTORS: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
LENGTHS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
WEEK_DAYS: Final = 7
WEIGHED: Final = 99
MOST_EXPECTED: Final = 1_000_000_000
"""Incidents beyond which a count is a slip; ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerOptions:
    """Counts given by hand; which of them a design needs, it says.

    Parameters
    ----------
    design
        Which.
    counts
        One expected count, or one for each part: see the help of the verb.
    units
        Places treated and places left.
    periods
        Before and during.
    days
        Days, or blocks of weeks, of which each has a lot of its own.
    dispersion
        Variance by mean of a count, 1 or more.
    intra_area
        Correlation, 0 to 1, between counts that belong together.
    places
        Places drawn together.
    """

    design: Design
    counts: tuple[float, ...]
    units: tuple[int, int] | None = None
    periods: tuple[float, float] = (1.0, 1.0)
    days: int = 1
    dispersion: float = 1.0
    intra_area: float = 0.0
    places: int = 1


def noise_of(options: PowerOptions) -> Callable[[float], Noise]:
    """Return the noise of a design as a function of how many times its size an operation has.

    Raises
    ------
    UsageError
        If the design has no such calculation, or a number that it needs is missing.
    """
    from rightplace.evaluate.power import designs

    design, dispersion = options.design, options.dispersion
    if design is Design.DISPLACEMENT_DIFFERENCE:
        four = _counts(options, 4)
        return lambda f: designs.displacement_difference(
            (four[0] * f, four[1] * f, four[2] * f, four[3] * f), dispersion=dispersion
        )
    if design is Design.BEFORE_AFTER:
        before, during = _counts(options, 2)
        return lambda f: designs.before_after(before * f, during * f, dispersion=dispersion)
    if design is Design.DIFFERENCE:
        mean, units = _counts(options, 1)[0], _units(options)
        before, during = options.periods
        return lambda f: designs.difference(
            mean,
            units=units,
            periods=(before * f, during * f),
            dispersion=dispersion,
            intra_area=options.intra_area,
        )
    if design in RANDOMISED:
        return _randomised(options)
    msg = f"{design.value} has no calculation from counts alone."
    raise UsageError(
        msg,
        value=design.value,
        remedy="Give --placebos, or another --design.",
    )


def _randomised(options: PowerOptions) -> Callable[[float], Noise]:
    from rightplace.evaluate.power.designs import randomised

    mean, units, design = _counts(options, 1)[0], _units(options), options.design
    every_day = design in {Design.PLACE_DAY, Design.WEEK_BLOCK}
    extra = (options.dispersion - 1) / mean

    def times(f: float) -> Noise:
        # Longer trials have more place-days or blocks; places drawn once have higher counts,
        # whose scatter between places is the same share of them.
        many = options.days * f if every_day else 1.0
        of_one = mean if every_day else mean * f
        return randomised(
            of_one,
            draws=(max(units[0] * many, 2.0), max(units[1] * many, 2.0)),
            design=design,
            dispersion=1 + extra * of_one,
            places=options.places,
            intra_area=options.intra_area,
        )

    return times


def _counts(options: PowerOptions, number: int) -> tuple[float, ...]:
    """Return as many counts as a design takes; one stands for each.

    Raises
    ------
    BadInputError
        If one cannot be.
    UsageError
        If there are neither one nor as many.
    """
    given = options.counts
    wrong = [each for each in given if not 0 <= each <= MOST_EXPECTED]
    if wrong:
        msg = f"{wrong[0]:g} incidents cannot be expected."
        raise BadInputError(msg, value=wrong[0], remedy=f"Give 0 to {MOST_EXPECTED:,}.")
    if len(given) == 1:
        return given * number
    if len(given) != number:
        msg = f"{options.design.value} takes 1 count or {number}, not {len(given)}."
        raise UsageError(msg, value=given, remedy="Correct --count.")
    return given


def _units(options: PowerOptions) -> tuple[int, int]:
    if options.units is None:
        msg = f"{options.design.value} needs the places treated and the places left."
        raise UsageError(msg, remedy="Give them as --units 10,10.")
    return options.units


def by_hand(
    options: PowerOptions, asked: Asked, *, changes: Sequence[float], weeks: float | None
) -> Answer[PowerResult]:
    """Return what an operation could show, from counts given by hand.

    Parameters
    ----------
    options
        Design and counts.
    asked
        How sure the answer must be.
    changes
        Falls as shares, each above 0, at most 1.
    weeks
        Weeks over which the counts are expected, above 0; None if that does not matter.
    """
    times = noise_of(options)
    until = None
    if weeks is not None:
        length = weeks

        def needed(change: float) -> int | None:
            return weeks_needed(lambda many: times(many / length), change, asked)

        until = Until(weeks=needed, longest=LONGEST_WEEKS)

    sizes = [
        Sized(times=f, weeks=None if weeks is None else f * weeks, noise=times(f)) for f in FACTORS
    ]
    return power_answer(times(1.0), asked, changes=changes, sizes=sizes, weeks=weeks, until=until)


def from_placebos(
    placebos: Sequence[float],
    asked: Asked,
    *,
    expected: float,
    changes: Sequence[float],
    design: Design = Design.SYNTHETIC_CONTROL,
) -> Answer[PowerResult]:
    """Return what an operation could show, from what a design found where there was none.

    Parameters
    ----------
    placebos
        Estimates in incidents, 3 or more.
    asked
        How sure the answer must be.
    expected
        Incidents expected in the treated places, above 0.
    changes
        Falls as shares, each above 0, at most 1.
    design
        That made the placebos.
    """
    import numpy as np

    from rightplace.evaluate.power.designs import by_placebos

    noise = by_placebos(np.array(placebos, dtype=np.float64), expected=expected, design=design)
    return power_answer(noise, asked, changes=changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOptions:
    """How fake operations are placed in the past of a table.

    Parameters
    ----------
    treated
        Names of the units to be treated; those that the table says where empty. A lot needs none.
    periods
        Before and during, in periods of the table.
    share
        Of the units, that a lot treats.
    strata
        Into how many strata of like counts the units are cut before a lot.
    draws
        How many fake operations; a synthetic control, which weighs anew in each, makes
        ``WEIGHED`` at most.
    seed
        Of all chance.
    """

    treated: tuple[str, ...] = ()
    periods: tuple[int, int] = (1, 1)
    share: float = 0.5
    strata: int = 1
    draws: int = 999
    seed: int = 0


def from_past(
    panel: Panel, design: Design, asked: Asked, *, changes: Sequence[float], options: PastOptions
) -> Answer[PowerResult]:
    """Return what an operation could show, from operations that never were in the real past.

    Parameters
    ----------
    panel
        Counts by unit and period; what came after a treatment began is not used.
    design
        A comparison, or a lot.
    asked
        How sure the answer must be.
    changes
        Falls as shares, each above 0, at most 1.
    options
        Where and how long.
    """
    before, during = options.periods
    days = (panel.ends - panel.starts).astype("timedelta64[D]").astype(int)
    weeks_each = float(days.mean()) / WEEK_DAYS
    noise = _of_past(panel, design, options, (before, during))
    sizes = []
    for factor in LENGTHS:
        length = round(during * factor)
        if length < 1 or length != during * factor:
            continue
        try:
            sized = _of_past(panel, design, options, (before, length))
        except UnsupportedByDataError:
            continue  # the past is too short for an operation of this length
        sizes.append(Sized(times=factor, weeks=round(length * weeks_each, 1), noise=sized))

    def needed(change: float) -> int | None:
        seen = [s for s in sizes if power_of(s.noise, change, asked) >= asked.power]
        return round(seen[0].weeks) if seen and seen[0].weeks is not None else None

    return power_answer(
        noise,
        asked,
        changes=changes,
        sizes=sizes,
        weeks=round(during * weeks_each, 1),
        until=Until(weeks=needed, longest=max(each.weeks or 0.0 for each in sizes)),
    )


def _of_past(panel: Panel, design: Design, options: PastOptions, periods: tuple[int, int]) -> Noise:
    import numpy as np

    from rightplace.evaluate.power.past import COMPARED, LotPlan, fake_lots, fake_starts

    rng = np.random.default_rng([options.seed, *periods])
    if design in RANDOMISED:
        plan = LotPlan(during=periods[1], share=options.share, strata=options.strata)
        return fake_lots(panel, design, plan, draws=options.draws, rng=rng)
    if design in COMPARED:
        few = min(options.draws, WEIGHED)
        return fake_starts(
            panel,
            design,
            treated=options.treated,
            periods=periods,
            draws=options.draws if design is not Design.SYNTHETIC_CONTROL else few,
            rng=rng,
        )
    msg = f"{design.value} is not made up in the past."
    raise UsageError(msg, value=design.value, remedy="Choose another --design.")
