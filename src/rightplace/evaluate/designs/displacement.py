"""Weighted displacement difference: counts before and after, here and in comparable places.

Local is the change of the treated places less that of their control; displacement the same for
the ring round them and its own control; the total is their sum. Under Poisson chance the variance
of the total is the sum of the counts (Wheeler and Ratcliffe 2018, Crime Science 7:11). Recorded
incidents scatter more than that: where counts of several periods are at hand, take
``displacement_panel``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scipy.special import ndtr, ndtri

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.evaluate.designs.displacement_checks import alike, enough, nothing_counted
from rightplace.evaluate.designs.displacement_settings import DisplacementSettings
from rightplace.evaluate.designs.finding import Design, Estimate, Finding, Flag, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

POISSON: Final = "Poisson, normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Incidents of one area before and after.

    Parameters
    ----------
    before, after
        0 or more.
    weight
        What the area's counts are divided by, above 0: its size, where areas differ.
    """

    before: float
    after: float
    weight: float = 1.0

    def __post_init__(self) -> None:
        """Check that the counts can be.

        Raises
        ------
        BadInputError
            If a count is below 0 or no number, or the weight not above 0.
        """
        numbers = (self.before, self.after, self.weight)
        if not all(map(math.isfinite, numbers)) or min(numbers) < 0 or self.weight == 0:
            msg = f"Counts of {self.before} and {self.after} with weight {self.weight} are none."
            remedy = "Give counts of 0 or more, and weights above 0."
            raise BadInputError(msg, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference with its variance."""

    value: float
    variance: float

    @property
    def standard_error(self) -> float:
        """Root of the variance."""
        return math.sqrt(self.variance)

    @property
    def z(self) -> float:
        """The difference in standard errors.

        Raises
        ------
        UndefinedMetricError
            If nothing was counted anywhere, so that there is no variance.
        """
        if self.variance == 0:
            msg = "Nothing was counted in any of the areas; chance cannot be told from effect."
            raise UndefinedMetricError(msg, value=0, remedy="Take larger areas or longer periods.")
        return self.value / self.standard_error

    def estimate(self, *, level: float = 0.95, scale: Scale = Scale.INCIDENTS) -> Estimate:
        """Return it with the normal interval and p of Poisson chance."""
        reach = float(ndtri((1 + level) / 2)) * self.standard_error
        return Estimate(
            value=self.value,
            lo=self.value - reach,
            hi=self.value + reach,
            scale=scale,
            method=POISSON,
            level=level,
            p=float(2 * ndtr(-abs(self.z))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Displacement:
    """Local, displacement and their total.

    Parameters
    ----------
    local, total
        In incidents, or harm; negative is a reduction.
    ring
        Change in the ring less that of its control; None where no ring was given.
    """

    local: Difference
    ring: Difference | None
    total: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Counts of the treated places, of their control, and perhaps of a ring and its control.

    Parameters
    ----------
    treated, control
        The places of the operation and comparable ones far from it.
    ring, ring_control
        Round the treated places, and its comparison; both or neither.
    time_weights
        What counts before and after are divided by, above 0: (2, 1) where the time before was
        twice as long.
    """

    treated: Counts
    control: Counts
    ring: Counts | None = None
    ring_control: Counts | None = None
    time_weights: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        """Check that ring and its control stand together.

        Raises
        ------
        BadInputError
            If one stands alone, or a weight of time is not above 0.
        """
        if (self.ring is None) != (self.ring_control is None):
            msg = "A ring needs a control of its own, and a control of a ring the ring."
            remedy = "Give both, or neither; without, displacement stays unknown."
            raise BadInputError(msg, remedy=remedy)
        if not all(math.isfinite(each) and each > 0 for each in self.time_weights):
            msg = f"Weights of time of {self.time_weights} are none."
            raise BadInputError(msg, remedy="Give two numbers above 0, such as 2,1.")

    def difference(self) -> Displacement:
        """Return local, displacement and total with their Poisson variances."""
        local = self._pair(self.treated, self.control)
        if self.ring is None or self.ring_control is None:
            return Displacement(local=local, ring=None, total=local)
        ring = self._pair(self.ring, self.ring_control)
        return Displacement(local=local, ring=ring, total=_summed([local, ring]))

    def _pair(self, here: Counts, there: Counts) -> Difference:
        # (T1/a - T0/b)/w - (C1/a - C0/b)/v; each count's Poisson variance by its weight squared.
        value = variance = 0.0
        for sign, each in ((1, here), (-1, there)):
            for after, count in ((-1, each.before), (1, each.after)):
                weight = each.weight * self.time_weights[after == 1]
                value += sign * after * count / weight
                variance += count / weight**2
        return Difference(value=value, variance=variance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of offence in a harm-weighted comparison.

    Parameters
    ----------
    harm
        What one incident weighs, above 0.
    """

    name: str
    harm: float
    comparison: Comparison

    def __post_init__(self) -> None:
        """Check the weight.

        Raises
        ------
        BadInputError
            If it is not above 0.
        """
        if not (math.isfinite(self.harm) and self.harm > 0):
            msg = f"Harm of {self.harm} for one {self.name} is none."
            raise BadInputError(msg, value=self.harm, remedy="Give a weight above 0.")


def harm_difference(kinds: Sequence[Kind]) -> Displacement:
    """Return the differences of several kinds together, each weighed by its harm.

    Raises
    ------
    BadInputError
        If there is no kind, or a ring was given for some kinds only.
    """
    found = [(each.harm, each.comparison.difference()) for each in kinds]
    rings = [(harm, each.ring) for harm, each in found if each.ring is not None]
    if not found or len(rings) not in (0, len(found)):
        msg = "Each kind needs its counts, and a ring must be given for all kinds or none."
        raise BadInputError(msg, remedy="Fill in the columns of the ring, or leave all out.")
    local = _summed([_weighed(each.local, harm) for harm, each in found])
    if not rings:
        return Displacement(local=local, ring=None, total=local)
    ring = _summed([_weighed(each, harm) for harm, each in rings])
    return Displacement(local=local, ring=ring, total=_summed([local, ring]))


def _weighed(each: Difference, harm: float) -> Difference:
    return Difference(value=harm * each.value, variance=harm**2 * each.variance)


def _summed(several: Sequence[Difference]) -> Difference:
    return Difference(
        value=sum(each.value for each in several),
        variance=sum(each.variance for each in several),
    )


def counts_finding(
    kinds: Sequence[Kind] | Comparison,
    *,
    outcome: str = "Incidents",
    settings: DisplacementSettings | None = None,
) -> Finding:
    """Return what a comparison finds under Poisson chance, as every design answers.

    Parameters
    ----------
    kinds
        One comparison, or several kinds of offence with their harm.
    outcome
        What was counted, in words.
    settings
        Level of intervals and checks; the defaults where None.
    """
    rules = settings or DisplacementSettings()
    level = rules.level
    single = isinstance(kinds, Comparison)
    comparisons = [kinds] if isinstance(kinds, Comparison) else [each.comparison for each in kinds]
    found = kinds.difference() if isinstance(kinds, Comparison) else harm_difference(kinds)
    scale = Scale.INCIDENTS if single else Scale.HARM
    # Raises where nothing was counted, before words are made of it.
    headline = found.total.estimate(level=level, scale=scale)
    parts = counts_parts(comparisons)
    weights = [_harm(kinds, number) for number in range(len(comparisons))]
    observed = sum(w * each.treated.after for w, each in zip(weights, comparisons, strict=True))
    expected = sum(
        w * (each.treated.after - _local(each))
        for w, each in zip(weights, comparisons, strict=True)
    )
    return Finding(
        design=Design.DISPLACEMENT_DIFFERENCE,
        outcome=outcome,
        estimate=headline,
        observed=float(observed),
        expected=float(expected),
        displacement=None if found.ring is None else _ring(found.ring, level=level, scale=scale),
        diagnostics=(enough(parts, rules), alike(parts, rules)),
        flags=(*nothing_counted(parts), *_flags(found)),
    )


def _ring(ring: Difference, *, level: float, scale: Scale) -> Estimate | None:
    return None if ring.variance == 0 else ring.estimate(level=level, scale=scale)


def _harm(kinds: Sequence[Kind] | Comparison, number: int) -> float:
    return 1.0 if isinstance(kinds, Comparison) else kinds[number].harm


def _local(each: Comparison) -> float:
    """Return the local difference in incidents of the treated places after the start."""
    return each.difference().local.value * each.treated.weight * each.time_weights[1]


def counts_parts(comparisons: Sequence[Comparison]) -> dict[str, tuple[float, float, float]]:
    """Return counts before and after, as counted, and before as weighted, of each part."""
    names = {"treated": "treated", "control": "control", "ring": "ring"}
    names |= {"ring_control": "ring's control"}
    found: dict[str, tuple[float, float, float]] = {}
    for attribute, name in names.items():
        several = [getattr(each, attribute) for each in comparisons]
        if all(each is not None for each in several):
            found[name] = (
                sum(each.before for each in several),
                sum(each.after for each in several),
                sum(each.before / each.weight for each in several),
            )
    return found


def _flags(found: Displacement) -> tuple[Flag, ...]:
    poisson = Flag(
        code="poisson-only",
        words="The interval allows for Poisson chance alone; incidents come in spells and scatter "
        "more, so it is too narrow. Give counts of several periods to have the scatter measured.",
    )
    if found.ring is not None:
        return (poisson,)
    words = "No ring was given: whether crime moved round the corner cannot be known."
    return poisson, Flag(code="no-ring", words=words)
