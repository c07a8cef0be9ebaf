"""Rows of a backtest report's tables, as plain values that can be true."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date

BINS: Final = 10
"""Bars of a histogram of randomised PIT values, each a tenth of 0 to 1."""


def _require_finite(owner: str, **numbers: float | None) -> None:
    """Check that each number given is finite; None stands for one that is not known.

    Raises
    ------
    BadInputError
        If one is infinite or not a number.
    """
    for name, number in numbers.items():
        if number is not None and not math.isfinite(number):
            msg = f"{owner}: {name} is {number}."
            raise BadInputError(msg, value=number, remedy="Leave out what is not known.")


def _require_share(owner: str, **shares: float | None) -> None:
    """Check that each share given lies from 0 to 1.

    Raises
    ------
    BadInputError
        If one does not.
    """
    for name, share in shares.items():
        if share is not None and not 0 <= share <= 1:
            msg = f"{owner}: {name} is {share}, which is no share."
            raise BadInputError(msg, value=share, remedy="Give a number from 0 to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its interval, where one is known.

    Parameters
    ----------
    value
        The number itself.
    lo, hi
        Ends of its 95 % interval; both None where there is too little to tell.
    """

    value: float
    lo: float | None
    hi: float | None

    def __post_init__(self) -> None:
        """Check that the interval is one.

        Raises
        ------
        BadInputError
            If a number is not finite, one end is missing, or the ends are out of order.
        """
        _require_finite("An estimate", value=self.value, lo=self.lo, hi=self.hi)
        if (self.lo is None) != (self.hi is None):
            msg = f"An estimate of {self.value} has one end of an interval only."
            raise BadInputError(msg, remedy="Give both ends or none.")
        if self.lo is not None and self.hi is not None and self.lo > self.hi:
            msg = f"The interval of an estimate runs from {self.lo} to {self.hi}."
            raise BadInputError(msg, remedy="Exchange the ends.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaScore:
    """Accuracy of a method at one share of cells.

    Parameters
    ----------
    share
        Of the cells, above 0 and at most 1.
    hit_rate
        Share of all events that came in the flagged cells.
    pai
        Hit rate over the share of cells.
    hit_rate_ceiling, pai_ceiling
        What the method would reach if its own rates were true; None where not known.
    """

    share: float
    hit_rate: float
    pai: float
    hit_rate_ceiling: float | None = None
    pai_ceiling: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no share, and numbers that are not finite, with BadInputError."""
        owner = f"Accuracy at a share of {self.share}"
        _require_share(owner, share=self.share, hit_rate=self.hit_rate)
        _require_finite(owner, pai=self.pai, pai_ceiling=self.pai_ceiling)
        _require_share(owner, hit_rate_ceiling=self.hit_rate_ceiling)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodLine:
    """One row of the table of all methods.

    Parameters
    ----------
    key
        Letter that stands for the method in charts.
    name
        Specification, as written on the command line.
    is_reference
        Whether the others are measured against it.
    log_score, log_score_same_noise
        Mean over cells and periods, higher is better; the second with one family of noise
        for all, None where not known.
    log_score_ceiling
        The log score it would reach if its own rates were true.
    crps
        Incidents, lower is better.
    coverage80
        Share of randomised PIT values inside the central 80 %.
    areas
        Accuracy by share of cells, smallest first.
    standing
        Against the reference by log score, in words.
    """

    key: str
    name: str
    is_reference: bool
    log_score: float
    log_score_same_noise: float | None
    log_score_ceiling: float | None
    crps: float
    coverage80: float
    areas: tuple[AreaScore, ...]
    standing: str

    def __post_init__(self) -> None:
        """Refuse empty texts and impossible numbers with BadInputError."""
        require_words("A method", key=self.key, name=self.name, standing=self.standing)
        _require_finite(
            f"Method {self.name}",
            log_score=self.log_score,
            log_score_same_noise=self.log_score_same_noise,
            log_score_ceiling=self.log_score_ceiling,
            crps=self.crps,
        )
        _require_share(f"Method {self.name}", coverage80=self.coverage80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far a method lies from the reference in one measure.

    Parameters
    ----------
    key
        Letter of the method.
    measure
        Name of the measure, such as ``log score`` or ``PAI at 2 % of cells``.
    percent
        Difference in percent of the reference's size; above 0 the method is better.
    absolute
        The same in the measure's own unit.
    margin_percent
        How far below 0 the interval may reach and still be "no worse"; None where no margin
        was set.
    words
        What the interval says: better, worse, no worse, or that it cannot be told.
    """

    key: str
    measure: str
    percent: Estimate
    absolute: Estimate
    margin_percent: float | None
    words: str

    def __post_init__(self) -> None:
        """Refuse empty texts, and a margin that is not below 0.

        Raises
        ------
        BadInputError
            If the margin is 0 or more, or a text is empty.
        """
        require_words("A difference", key=self.key, measure=self.measure, words=self.words)
        if self.margin_percent is not None and not self.margin_percent < 0:
            msg = f"{self.measure}: a margin of {self.margin_percent} % allows no loss."
            raise BadInputError(msg, value=self.margin_percent, remedy="Give one below 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Hit rate and PAI of a method at one share.

    Parameters
    ----------
    key
        Letter of the method.
    by
        Of what it is a share: ``cells`` or ``ground``.
    share
        From 0 to 1.
    hit_rate
        Share of all events caught.
    pai
        Hit rate over the share.
    marked
        Whether it is one of the shares that all tables give.
    """

    key: str
    by: str
    share: float
    hit_rate: float
    pai: float
    marked: bool

    def __post_init__(self) -> None:
        """Refuse what is no share, and a PAI that is not finite, with BadInputError."""
        _require_share(f"The curve of {self.key}", share=self.share, hit_rate=self.hit_rate)
        _require_finite(f"The curve of {self.key}", pai=self.pai)


@dataclass(frozen=True, slots=True, kw_only=True)
class BestPoint:
    """The most that any choice of cells could have caught at one share, known only afterwards."""

    by: str
    share: float
    hit_rate: float
    pai: float

    def __post_init__(self) -> None:
        """Refuse what is no share, and a PAI that is not finite, with BadInputError."""
        _require_share("The best by hindsight", share=self.share, hit_rate=self.hit_rate)
        _require_finite("The best by hindsight", pai=self.pai)


@dataclass(frozen=True, slots=True, kw_only=True)
class PitBars:
    """Histogram of a method's randomised PIT values.

    Parameters
    ----------
    key
        Letter of the method.
    top
        Whether of the highest tenth of its forecasts alone.
    shares
        Ten shares that sum to 1.
    band
        Between which a bar lies in 95 of 100 cases if the forecasts are right.
    """

    key: str
    top: bool
    shares: tuple[float, ...]
    band: tuple[float, float]

    def __post_init__(self) -> None:
        """Check that the bars are a histogram.

        Raises
        ------
        BadInputError
            If there are not ten shares that sum to 1, or the band's ends are out of order.
        """
        low, high = self.band
        whole = math.isclose(sum(self.shares), 1.0, abs_tol=1e-6)
        if len(self.shares) != BINS or not whole or min(self.shares) < 0 or not low <= high:
            msg = f"{self.key}: {self.shares} with a band from {low} to {high} is no histogram."
            raise BadInputError(msg, remedy=f"Give {BINS} shares that sum to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TenthRow:
    """Expected and observed events in one tenth of a method's forecasts.

    Parameters
    ----------
    key
        Letter of the method.
    tenth
        1, the lowest forecasts, to 10.
    expected, observed
        Events, 0 or more, summed over cells and periods.
    ratio
        Observed over expected, with its interval; None where nothing was expected.
    coverage80
        Share of randomised PIT values inside the central 80 %.
    judged
        Whether the tenth expects enough events to be judged.
    """

    key: str
    tenth: int
    expected: float
    observed: int
    ratio: Estimate | None
    coverage80: float
    judged: bool

    def __post_init__(self) -> None:
        """Check that the row can be true.

        Raises
        ------
        BadInputError
            If the tenth is not 1 to 10, a count is below 0, or the coverage is no share.
        """
        _require_finite(f"A tenth of {self.key}", expected=self.expected)
        _require_share(f"A tenth of {self.key}", coverage80=self.coverage80)
        if not (1 <= self.tenth <= BINS and self.expected >= 0 and self.observed >= 0):
            msg = f"{self.key}: tenth {self.tenth}, {self.expected} expected, {self.observed} came."
            raise BadInputError(msg, remedy="Tenths run from 1 to 10, counts from 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRow:
    """A method's log score less the reference's in one period."""

    key: str
    origin: date
    events: int
    difference: float

    def __post_init__(self) -> None:
        """Refuse a difference that is not finite with BadInputError."""
        _require_finite(f"{self.key} at {self.origin}", difference=self.difference)


@dataclass(frozen=True, slots=True, kw_only=True)
class StableShare:
    """Share of a method's top places that are again top places in the next period."""

    key: str
    share: float
    kept: float

    def __post_init__(self) -> None:
        """Refuse what is no share with BadInputError."""
        _require_share(f"Stability of {self.key}", share=self.share, kept=self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldInterval:
    """How often plain intervals held what came, where several events were expected.

    Parameters
    ----------
    key
        Letter of the method.
    units
        What was forecast, in words.
    level
        Nominal share, above 0 and below 1.
    n
        How many intervals were judged.
    covered
        Share of them that held the count; None where there was none to judge.
    words
        Whether that is near enough to the level.
    """

    key: str
    units: str
    level: float
    n: int
    covered: Estimate | None
    words: str

    def __post_init__(self) -> None:
        """Check that the row can be true.

        Raises
        ------
        BadInputError
            If a share is none where there were intervals, or is given where there were none.
        """
        require_words("Plain intervals", units=self.units, words=self.words)
        held = None if self.covered is None else self.covered.value
        _require_share("Plain intervals", level=self.level, covered=held)
        if self.n < 0 or (self.n == 0) != (self.covered is None):
            msg = f"{self.n} plain intervals of {self.units} held {held} of what came."
            raise BadInputError(msg, remedy="Give the share where there are intervals.")
