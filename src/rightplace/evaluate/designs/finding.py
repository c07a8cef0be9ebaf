"""One form for what every design finds: estimate, diagnostics, refutations, flags, a series.

A design computes; it never says how strong its evidence is. That follows from the design and its
diagnostics by the table in ``evidence``, and the sentence by ``verdict``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Design(StrEnum):
    """How a comparison says what would have been without the operation."""

    CLAIM = "claim"
    """Two numbers somebody published."""
    BEFORE_AFTER = "before-after"
    INTERRUPTED_SERIES = "interrupted-series"
    DISPLACEMENT_DIFFERENCE = "displacement-difference"
    """Weighted displacement difference."""
    DIFFERENCE = "difference-in-differences"
    SYNTHETIC_CONTROL = "synthetic-control"
    PLACE_DAY = "randomised-place-day"
    WEEK_BLOCK = "randomised-week-block"
    CROSSOVER = "randomised-crossover"
    RANDOMISED_UNITS = "randomised-units"
    """Places drawn by lot once, as the hold-out of a plan and the raids trial do."""


RANDOMISED = frozenset(
    {Design.PLACE_DAY, Design.WEEK_BLOCK, Design.CROSSOVER, Design.RANDOMISED_UNITS}
)


class Scale(StrEnum):
    """What the number of an estimate means."""

    INCIDENTS = "incidents"
    """Incidents more (fewer where negative) than expected without the operation."""
    HARM = "harm"
    """The same in harm weights."""
    SHARE = "share"
    """Relative change: -0.12 is 12 % fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with what chance leaves open round it.

    Parameters
    ----------
    value
        The estimate, in the unit of ``scale``; negative is a reduction.
    lo, hi
        Ends of the interval; infinite where the data bound it on one side only, None where no
        interval can be had (and then a flag or diagnostic says why).
    level
        Chance, 0 to 1, with which such intervals hold the true value in the stated worlds.
    p
        Two-sided chance of a result so far from no effect without any, 0 to 1; None where it
        means nothing.
    method
        How interval and p were had, in a few words: "Poisson", "wild cluster bootstrap, 999".
    """

    value: float
    lo: float | None
    hi: float | None
    scale: Scale
    method: str
    level: float = 0.95
    p: float | None = None

    def __post_init__(self) -> None:
        """Check that the numbers can be an estimate.

        Raises
        ------
        BadInputError
            If the value is not finite, the ends do not enclose it or stand alone, or a chance
            lies outside 0 to 1.
        """
        one_end = (self.lo is None) != (self.hi is None)
        outside = (
            self.lo is not None and self.hi is not None and not self.lo <= self.value <= self.hi
        )
        chances = [self.level, *([] if self.p is None else [self.p])]
        if not math.isfinite(self.value) or one_end or outside:
            msg = f"{self.value} with ends {self.lo} and {self.hi} is no estimate."
            raise BadInputError(msg, value=self.value, remedy="Check the counts.")
        if not all(0 <= chance <= 1 for chance in chances):
            msg = f"Chances of {chances} lie outside 0 to 1."
            raise BadInputError(msg, remedy="Check level and p.")

    @property
    def excludes_none(self) -> bool:
        """Whether the interval leaves out no effect (0)."""
        return self.lo is not None and self.hi is not None and (self.lo > 0 or self.hi < 0)


class Check(StrEnum):
    """What a diagnostic looks at; the table in ``evidence`` says which a design must pass."""

    ENOUGH_COUNTS = "enough-counts"
    COMPARABLE = "comparable-counts"
    """Treated and control had similar counts before."""
    REGRESSION_TO_THE_MEAN = "regression-to-the-mean"
    PRE_TREND = "pre-trend"
    PLACEBO_TIME = "placebo-in-time"
    PLACEBO_SPACE = "placebo-in-space"
    FIT = "fit-before"
    LEAVE_ONE_OUT = "leave-one-out"
    SENSITIVITY = "sensitivity"
    CLUSTERS = "enough-clusters"
    RESIDUALS = "residuals"
    """What is left over is chance: no memory, no scatter unaccounted for."""
    BALANCE = "balance"
    """The lot's arms were alike before."""
    SEPARATION = "separation"
    """The arms really got different dosage, and neighbours were not treated too."""
    CARRY_OVER = "carry-over"
    POWER = "power"
    """An effect of the size that mattered could have been seen."""
    SAME_RECORDING = "same-recording"
    """No change of recording inside the windows."""
    NO_LOCKDOWN = "no-lockdown"
    """No window across the lockdowns of 2020 and 2021."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One check of whether a design's assumptions can be believed here.

    Parameters
    ----------
    passed
        Whether it held; None where these data do not allow the check, which counts as not
        passed where the design must pass it.
    value
        The number it was judged by, if any.
    words
        One sentence: what was looked at, what came out, what it means.
    """

    check: Check
    passed: bool | None
    words: str
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refutation:
    """The estimate made again where it should come out as nothing, or nearly the same.

    Parameters
    ----------
    name
        Short: "placebo start 2018-02", "without Camden".
    estimate
        What came out.
    words
        One sentence on what it should have been and was.
    """

    name: str
    estimate: Estimate
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something a reader must know beside the number.

    Parameters
    ----------
    code
        Short and fixed, in kebab-case, for scripts: "registered-after-results".
    words
        One sentence.
    """

    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """What was counted and what was expected without the operation, period by period.

    Parameters
    ----------
    starts
        Shape (n_periods,). First day of each period, or a running number as text where the data
        have no days.
    observed
        Shape (n_periods,). Counted in the treated places together.
    expected
        Shape (n_periods,). The counterfactual; NaN where the design has none.
    lo, hi
        Shape (n_periods,). Ends of its interval; NaN where there is none.
    first_treated
        Index of the first period of the operation.
    """

    starts: tuple[str, ...]
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]
    lo: NDArray[np.float64]
    hi: NDArray[np.float64]
    first_treated: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """What one design found.

    Parameters
    ----------
    design
        Which.
    outcome
        What was counted, in words: "robbery of the person, recorded".
    estimate
        The headline.
    observed, expected
        Counted in the treated places while the operation ran, and what the design expects
        without it; None where it has no such number.
    relative
        The same effect as a relative change, where the design gives one.
    displacement
        Change in the ring round the treated places, where one was given; positive is more there.
    replicated
        Whether several treated units stand against several controls.
    diagnostics, refutations, flags
        As above.
    series
        For the chart.
    """

    design: Design
    outcome: str
    estimate: Estimate
    observed: float | None = None
    expected: float | None = None
    relative: Estimate | None = None
    displacement: Estimate | None = None
    replicated: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    refutations: tuple[Refutation, ...] = ()
    flags: tuple[Flag, ...] = ()
    series: Series | None = None
