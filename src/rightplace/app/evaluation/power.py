"""Use case: what an operation could show, before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.answer import Answer
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.power.designs import CHANCE
from rightplace.evaluate.power.noise import power_of, smallest_change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rightplace.evaluate.power.noise import Asked, Noise

SMALL: Final = (
    "Small operations cannot show small effects: a result that chance could make will then be no "
    "proof that nothing worked, and no proof that it did."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeen:
    """What becomes of a fall of a stated size.

    Parameters
    ----------
    change
        The fall as a share of what is expected, 0 to 1.
    incidents
        How many fewer that is in the treated places while the operation runs.
    power
        Chance, 0 to 1, of telling it from none.
    weeks
        Weeks of operation until that chance is the one asked for; null where more than
        ``longest_weeks`` are needed, or the weeks of the operation were not given.
    """

    change: float
    incidents: float
    power: float
    weeks: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeShown:
    """What an operation of another size could show.

    Parameters
    ----------
    times
        Its size as a multiple of the one asked about: longer, or more place-days.
    weeks
        Its length; null where the weeks of the operation were not given.
    expected
        Incidents expected in the treated places.
    smallest_change, smallest_incidents
        Smallest fall that is seen with the power asked for; null where not even an end to all
        incidents is.
    """

    times: float
    weeks: float | None
    expected: float
    smallest_change: float | None
    smallest_incidents: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerResult:
    """What an operation could show.

    Parameters
    ----------
    level, power, one_sided
        How sure the answer must be: level of the interval, chance of seeing the change, and
        whether only a fall is looked for.
    how
        Where the scatter of the estimate comes from.
    expected
        Incidents expected in the treated places while the operation runs, without it.
    standard_error
        Of the estimated number of incidents prevented, if none is.
    smallest_change, smallest_incidents
        Smallest fall that is seen; null where not even an end to all incidents is.
    changes
        Power and weeks for stated falls.
    sizes
        The same for operations of other sizes; empty where they cannot be had.
    longest_weeks
        Longest operation looked at; null where the weeks of the operation were not given.
    cautions
        What these numbers leave out.
    verdict
        In plain sentences.
    """

    design: str
    level: float
    power: float
    one_sided: bool
    how: str
    expected: float
    standard_error: float
    smallest_change: float | None
    smallest_incidents: float | None
    changes: tuple[ChangeSeen, ...]
    sizes: tuple[SizeShown, ...]
    longest_weeks: float | None
    cautions: tuple[str, ...]
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """An operation of another size: how many times, how many weeks if known, and its noise."""

    times: float
    weeks: float | None
    noise: Noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """After how many weeks a fall is seen; None if not within the longest looked at."""

    weeks: Callable[[float], int | None]
    longest: float


def power_answer(
    noise: Noise,
    asked: Asked,
    *,
    changes: Sequence[float],
    sizes: Sequence[Sized] = (),
    weeks: float | None = None,
    until: Until | None = None,
) -> Answer[PowerResult]:
    """Return what an operation could show.

    Parameters
    ----------
    noise
        What chance does to its estimate.
    asked
        How sure the answer must be.
    changes
        Falls as shares, each above 0, at most 1.
    sizes
        The same operation in other sizes.
    weeks
        Its length, above 0; None where not given.
    until
        Says after how many weeks a fall is seen; None where nobody knows.
    """
    smallest = smallest_change(noise, asked)
    result = PowerResult(
        design=noise.design.value,
        level=asked.level,
        power=asked.power,
        one_sided=asked.one_sided,
        how=noise.how,
        expected=noise.expected,
        standard_error=noise.standard_error(),
        smallest_change=smallest,
        smallest_incidents=None if smallest is None else smallest * noise.expected,
        changes=tuple(
            ChangeSeen(
                change=change,
                incidents=change * noise.expected,
                power=power_of(noise, change, asked),
                weeks=None if until is None else until.weeks(change),
            )
            for change in changes
        ),
        sizes=tuple(_size(each, asked) for each in sizes),
        longest_weeks=None if until is None else until.longest,
        cautions=_cautions(noise),
        verdict=_verdict(noise, smallest, asked, weeks),
    )
    return Answer(verb="evaluate-power", result=result)


def _size(each: Sized, asked: Asked) -> SizeShown:
    smallest = smallest_change(each.noise, asked)
    return SizeShown(
        times=each.times,
        weeks=each.weeks,
        expected=each.noise.expected,
        smallest_change=smallest,
        smallest_incidents=None if smallest is None else smallest * each.noise.expected,
    )


def _cautions(noise: Noise) -> tuple[str, ...]:
    told = []
    if noise.design is Design.BEFORE_AFTER:
        told.append(
            "Chance is the least trouble of before and after: trend, season and the return of "
            "chosen places to their usual level can look like an effect however long it runs."
        )
    if noise.how.startswith(CHANCE):
        told.append(
            "Violence comes in spells: where counts scatter more than Poisson these falls are too "
            "small. Give --dispersion, or a table of the past with --panel."
        )
    return tuple(told)


def _verdict(noise: Noise, smallest: float | None, asked: Asked, weeks: float | None) -> str:
    long = "" if weeks is None else f" in {weeks:g} weeks"
    if smallest is None:
        first = (
            f"With {noise.expected:,.0f} incidents expected{long}, not even an end to all of them "
            f"would be told from chance {asked.power:.0%} of the time: this operation can show "
            "nothing by this design."
        )
        return f"{first} {SMALL}"
    return (
        f"With {noise.expected:,.0f} incidents expected{long}, a fall of {smallest:.1%} "
        f"({smallest * noise.expected:,.0f} incidents) or more is told from chance "
        f"{asked.power:.0%} of the time; a smaller one is missed more often. {SMALL}"
    )
