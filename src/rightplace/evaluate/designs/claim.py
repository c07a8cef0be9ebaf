"""A published claim checked: two figures, what they show, and what they cannot.

Two numbers are told from chance under Poisson and from nothing else. A trend that ran before, a
return from a peak, changed recording and displacement all stay open (DOMAIN 10.1 and 10.2), and
recorded incidents scatter more than Poisson's, so that the interval is too narrow if anything
(METHODS D13).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scipy.special import betainc

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.evaluate.designs.claim_period import (
    ClaimPeriod,
    period_checks,
    season_flags,
    unequal,
)
from rightplace.evaluate.designs.claim_settings import ClaimSettings
from rightplace.evaluate.designs.finding import (
    Check,
    Design,
    Diagnostic,
    Estimate,
    Finding,
    Flag,
    Scale,
)
from rightplace.evaluate.designs.verdict import CONTRADICTED, FOLLOWS
from rightplace.evaluate.rate_ratio import RateRatio, rate_ratio

if TYPE_CHECKING:
    from rightplace.evaluate.designs.said import Said

METHOD: Final = "exact, under Poisson chance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A published count.

    Parameters
    ----------
    count
        Incidents, 0 or more.
    period
        Which days it covers, where that was said.
    release
        Day or name of the release it was taken from, where that was said.
    """

    count: int
    period: ClaimPeriod | None = None
    release: str | None = None

    def __post_init__(self) -> None:
        """Check that the count can be one.

        Raises
        ------
        BadInputError
            If it is below 0.
        """
        if self.count < 0:
            msg = f"A count of {self.count} is none."
            raise BadInputError(msg, value=self.count, remedy="Give a count of 0 or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Two figures that somebody set beside each other.

    Parameters
    ----------
    before, after
        The earlier figure and the later.
    said
        The change that was published with them, if any.
    earlier
        Count of the period before the earlier figure's, if known: it shows a trend or a peak.
    outcome
        What was counted, in words.
    """

    before: Figure
    after: Figure
    said: Said | None = None
    earlier: int | None = None
    outcome: str = "Incidents"

    def __post_init__(self) -> None:
        """Check that the periods follow each other.

        Raises
        ------
        BadInputError
            If they overlap or stand the wrong way round, the earlier count is below 0, or the
            outcome has characters that cannot be printed.
        """
        if not self.outcome.isprintable():
            msg = f"The outcome {self.outcome!r} has characters that cannot be printed."
            raise BadInputError(msg, remedy="Say what was counted in plain words.")
        first, second = self.before.period, self.after.period
        if first is not None and second is not None and second.first <= first.last:
            msg = f"The later period ({second}) begins before the earlier one ({first}) is over."
            remedy = "Give two periods one after the other; counts of both must not overlap."
            raise BadInputError(msg, value=str(second), remedy=remedy)
        if self.earlier is not None and self.earlier < 0:
            msg = f"A count of {self.earlier} is none."
            raise BadInputError(msg, value=self.earlier, remedy="Give a count of 0 or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """What a claim's figures show.

    Parameters
    ----------
    finding
        In the form of every design; its estimate is the change of the counts as a share.
    ratio
        Later count relative to the earlier one; per day where both periods are known.
    before_that
        Change from the period before to the earlier figure, where it was given.
    """

    claim: Claim
    finding: Finding
    ratio: RateRatio
    before_that: Estimate | None = None


def check_claim(claim: Claim, *, settings: ClaimSettings | None = None) -> CheckedClaim:
    """Return what the figures of a claim show.

    Parameters
    ----------
    claim
        Two figures and what was said of them.
    settings
        Level of the interval, and what counts as one season; the defaults where None.

    Raises
    ------
    UndefinedMetricError
        If the earlier count is 0: no share can be had of nothing.
    """
    rules = settings or ClaimSettings()
    level = rules.level
    before, after = claim.before.count, claim.after.count
    if before == 0:
        msg = f"The earlier count is 0; a change to {after} is no share of it."
        raise UndefinedMetricError(msg, value=0, remedy="Say the counts; no percentage exists.")
    days = [
        None if each.period is None else each.period.days for each in (claim.before, claim.after)
    ]
    exposure = [float(each) for each in days if each is not None]
    ratio = rate_ratio(
        before,
        after,
        exposure_before=exposure[0] if len(exposure) == len(days) else 1.0,
        exposure_after=exposure[1] if len(exposure) == len(days) else 1.0,
        level=level,
    )
    before_that = None if not claim.earlier else relative_change(claim.earlier, before, level=level)
    estimate = relative_change(before, after, level=level)
    finding = Finding(
        design=Design.CLAIM,
        outcome=claim.outcome,
        estimate=estimate,
        observed=float(after),
        diagnostics=(
            *_history(claim, estimate, before_that),
            *period_checks(claim.before.period, claim.after.period),
            _like_for_like(claim, ratio),
        ),
        flags=(
            *_said_flags(claim),
            *season_flags(claim.before.period, claim.after.period, rules),
        ),
    )
    return CheckedClaim(claim=claim, finding=finding, ratio=ratio, before_that=before_that)


def relative_change(before: int, after: int, *, level: float) -> Estimate:
    """Return the change of a count as a share of the earlier one, above 0, by Poisson chance.

    p is the two-sided one of the binomial test given the sum, twice its smaller tail, which
    agrees with the interval.
    """
    ratio = rate_ratio(before, after, exposure_before=1, exposure_after=1, level=level)
    # Given the sum n, the later count is binomial(n, 1/2) without any change, and the chance of
    # at most k is I_1/2(n - k, k + 1).
    fewer = float(betainc(before, after + 1, 0.5))
    more = float(betainc(after, before + 1, 0.5)) if after else 1.0
    return Estimate(
        value=(after - before) / before,
        lo=ratio.lo - 1,
        hi=ratio.hi - 1,
        scale=Scale.SHARE,
        method=METHOD,
        level=level,
        p=min(1.0, 2 * min(fewer, more)),
    )


def _said_flags(claim: Claim) -> tuple[Flag, ...]:
    if claim.said is None:
        return ()
    words, follows = claim.said.judged(claim.before.count, claim.after.count)
    return (Flag(code=FOLLOWS if follows else CONTRADICTED, words=words),)


def _like_for_like(claim: Claim, ratio: RateRatio) -> Diagnostic:
    """Return whether both figures were counted alike: one release, and as many days."""
    first, second = claim.before.release, claim.after.release
    lengths = unequal(claim.before.period, claim.after.period, ratio)
    unknown = first is None or second is None
    alike = not unknown and _plain(first) == _plain(second)
    if unknown:
        words = "Nobody says from which releases both figures come; a revision may lie between."
    elif alike:
        words = f"Both figures come from one release ({first})."
    else:
        words = (
            f"The figures come from different releases ({first} and {second}): from one to the "
            "next, counts are revised and definitions change."
        )
    failed_release = not (unknown or alike)
    failed = failed_release or bool(lengths)
    return Diagnostic(
        check=Check.SAME_RECORDING,
        passed=False if failed else None if unknown else True,
        words=lengths if lengths and not failed_release else f"{words} {lengths}".rstrip(),
    )


def _plain(release: str | None) -> str:
    return (release or "").strip().casefold()


def _history(
    claim: Claim, estimate: Estimate, before_that: Estimate | None
) -> tuple[Diagnostic, ...]:
    """Return whether a trend ran already, and whether the earlier figure was a peak."""
    if before_that is None:
        words = "Without the period before, a trend or a return from a peak cannot be seen."
        return (
            Diagnostic(check=Check.PRE_TREND, passed=None, words=words),
            Diagnostic(check=Check.REGRESSION_TO_THE_MEAN, passed=None, words=words),
        )
    way = "rise" if before_that.value > 0 else "fall"
    told = f"From {claim.earlier:,} to {claim.before.count:,} the count had changed by"
    told = f"{told} {before_that.value:+.1%} in the period before"
    moved = before_that.excludes_none and estimate.value != 0
    same = moved and (before_that.value > 0) == (estimate.value > 0)
    turned = moved and not same
    trend = f"{told}: the {way} continued a trend." if same else f"{told}; no such {way} went on."
    if turned:
        point = "a peak" if way == "rise" else "a low"
        peak = f"{told}, so that part of the change is a return from {point}, without any cause."
    elif same:
        peak = f"{told}; whether it was returning from an earlier extreme cannot be seen."
    else:
        peak = f"{told}; it did not turn from an extreme."
    return (
        Diagnostic(check=Check.PRE_TREND, passed=not same, value=before_that.value, words=trend),
        Diagnostic(
            check=Check.REGRESSION_TO_THE_MEAN,
            passed=None if same else not turned,
            value=before_that.value,
            words=peak,
        ),
    )
