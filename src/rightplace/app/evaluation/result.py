"""What every design answers with: the contract's numbers, what they rest on, the sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Flag
from rightplace.evaluate.designs.verdict import CANNOT_TELL, level_sentence, untold, verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.finding import (
        Diagnostic,
        Estimate,
        Finding,
        Refutation,
        Series,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateShown:
    """A number with its interval.

    Parameters
    ----------
    scale
        ``incidents`` or ``harm`` more than expected without the operation, or ``share``: the
        relative change. Negative is a reduction.
    lo, hi
        Ends of the interval; null where there is none, or none on that side.
    """

    value: float
    lo: float | None
    hi: float | None
    level: float
    p: float | None
    scale: str
    method: str

    @classmethod
    def of(cls, each: Estimate) -> EstimateShown:
        """Return an estimate as it is printed."""
        return cls(
            value=each.value,
            lo=finite(each.lo),
            hi=finite(each.hi),
            level=each.level,
            p=each.p,
            scale=each.scale.value,
            method=each.method,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticShown:
    """A check: ``passed`` is null where these data did not allow it."""

    check: str
    passed: bool | None
    words: str
    value: float | None

    @classmethod
    def of(cls, each: Diagnostic) -> DiagnosticShown:
        """Return a check as it is printed."""
        return cls(
            check=each.check.value, passed=each.passed, words=each.words, value=finite(each.value)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefutationShown:
    """The estimate made again where it should come out as nothing, or nearly the same."""

    name: str
    estimate: EstimateShown
    words: str

    @classmethod
    def of(cls, each: Refutation) -> RefutationShown:
        """Return a refutation as it is printed."""
        return cls(name=each.name, estimate=EstimateShown.of(each.estimate), words=each.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagShown:
    """Something a reader must know beside the number."""

    code: str
    words: str

    @classmethod
    def of(cls, each: Flag) -> FlagShown:
        """Return a flag as it is printed."""
        return cls(code=each.code, words=each.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesShown:
    """Counted and expected, period by period; null where there is no number.

    Parameters
    ----------
    first_treated
        Index, from 0, of the first period of the operation.
    """

    starts: tuple[str, ...]
    observed: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    lo: tuple[float | None, ...]
    hi: tuple[float | None, ...]
    first_treated: int

    @classmethod
    def of(cls, each: Series) -> SeriesShown:
        """Return a series as it is printed."""
        return cls(
            starts=each.starts,
            observed=_numbers(each.observed),
            expected=_numbers(each.expected),
            lo=_numbers(each.lo),
            hi=_numbers(each.hi),
            first_treated=each.first_treated,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """What a design found.

    Parameters
    ----------
    estimate, lo95, hi95, p
        The headline on the scale ``scale``, with the ends of its interval, null where there is
        none. The interval is of 95 % unless another level was asked for; ``level`` says which.
    design
        Which.
    evidence_level
        1 to 5, by the rule table; ``evidence_reasons`` says how it came about.
    flags
        What a reader must know beside the number; ``cannot-tell`` stands among them wherever the
        verdict says so.
    verdict
        The plain sentences.
    observed, expected
        Counted in the treated places while the operation ran, and expected without it.
    relative, displacement
        The effect as a share, and the change in the ring; null where there is none.
    """

    estimate: float
    lo95: float | None
    hi95: float | None
    p: float | None
    design: str
    evidence_level: int
    flags: tuple[FlagShown, ...]
    verdict: str
    scale: str
    level: float
    method: str
    outcome: str
    observed: float | None
    expected: float | None
    relative: EstimateShown | None
    displacement: EstimateShown | None
    evidence_words: str
    evidence_reasons: tuple[str, ...]
    diagnostics: tuple[DiagnosticShown, ...]
    refutations: tuple[RefutationShown, ...]
    series: SeriesShown | None

    @classmethod
    def of(cls, finding: Finding) -> EvaluationResult:
        """Return a finding as it is printed; level and sentence are made here and nowhere else."""
        headline, evidence = EstimateShown.of(finding.estimate), evidence_of(finding)
        return cls(
            estimate=headline.value,
            lo95=headline.lo,
            hi95=headline.hi,
            p=headline.p,
            design=finding.design.value,
            evidence_level=evidence.level,
            flags=tuple(FlagShown.of(each) for each in flags_of(finding)),
            verdict=verdict(finding),
            scale=headline.scale,
            level=headline.level,
            method=headline.method,
            outcome=finding.outcome,
            observed=finite(finding.observed),
            expected=finite(finding.expected),
            relative=_shown(finding.relative),
            displacement=_shown(finding.displacement),
            evidence_words=level_sentence(finding),
            evidence_reasons=evidence.reasons,
            diagnostics=tuple(DiagnosticShown.of(each) for each in finding.diagnostics),
            refutations=tuple(RefutationShown.of(each) for each in finding.refutations),
            series=None if finding.series is None else SeriesShown.of(finding.series),
        )


def flags_of(finding: Finding) -> tuple[Flag, ...]:
    """Return the flags of a finding, with ``cannot-tell`` where a placebo or pre-trend failed."""
    why = untold(finding)
    if why is None or any(each.code == CANNOT_TELL for each in finding.flags):
        return finding.flags
    words = why[:1].upper() + why[1:]
    return (Flag(code=CANNOT_TELL, words=words), *finding.flags)


def finite(value: float | None) -> float | None:
    """Return a number that JSON has, else None."""
    return float(value) if value is not None and math.isfinite(value) else None


def _shown(each: Estimate | None) -> EstimateShown | None:
    return None if each is None else EstimateShown.of(each)


def _numbers(values: NDArray[np.float64]) -> tuple[float | None, ...]:
    return tuple(finite(value) for value in values.tolist())
