"""Use case: published claims checked, one from its figures or many from a file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.app.evaluation.design_settings import settings_asked, with_settings
from rightplace.app.evaluation.result import EstimateShown, EvaluationResult
from rightplace.evaluate.designs.claim import Claim, check_claim
from rightplace.evaluate.designs.claim_file import read_claims
from rightplace.evaluate.designs.claim_settings import ClaimSettings
from rightplace.evaluate.designs.verdict import CONTRADICTED
from rightplace.evaluate.two_counts import e_test

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.workspace import Workspace

DEFAULTS = ClaimSettings()
SECTION = "claim"
"""Of ``rightplace.toml``."""


def settings_of(workspace: Workspace, *, level: float | None = None) -> ClaimSettings:
    """Return a workspace's settings, with the level asked for instead if one was."""
    return settings_asked(workspace, SECTION, ClaimSettings, {"level": level})


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatioShown:
    """How often it happened later, relative to before, with its interval under Poisson chance.

    Parameters
    ----------
    value, lo95, hi95
        0.62 is 38 % fewer; per day where both periods are known. The interval is of 95 % unless
        another level was asked for; ``level`` says which.
    chance
        What the interval allows for: ``Poisson`` alone.
    """

    value: float
    lo95: float
    hi95: float
    level: float
    chance: str = "Poisson"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidShown:
    """A published percentage, recomputed.

    Parameters
    ----------
    percent
        As published; negative is a fall. A size alone goes the way of the figures.
    recomputed
        What the figures give, in per cent.
    follows
        Whether the published one is the recomputed one, rounded.
    words
        The same in a sentence.
    """

    percent: float
    recomputed: float
    follows: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult(EvaluationResult):
    """What a published claim's figures show.

    Parameters
    ----------
    estimate
        Relative change of the counts as a share: -0.382 is 38.2 % fewer.
    rate_ratio
        The same as a ratio.
    before, after
        The two counts.
    fewer
        Their difference; negative where there were more.
    e_test_p
        Two-sided p of the E-test, which finds more where counts are tiny; null where they are
        not.
    said
        The published percentage; null where none was given.
    before_that
        Change in the period before; null where it was not given.
    """

    rate_ratio: RateRatioShown
    before: int
    after: int
    fewer: int
    e_test_p: float | None
    said: SaidShown | None
    before_that: EstimateShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsResult:
    """Many claims checked at once.

    Parameters
    ----------
    claims
        In the order of the file.
    contradicted
        How many published percentages their own figures contradict.
    """

    claims: tuple[ClaimResult, ...]
    contradicted: int


def claim(claimed: Claim, *, settings: ClaimSettings = DEFAULTS) -> Answer[ClaimResult]:
    """Return what a claim's two figures show, and what they cannot.

    Parameters
    ----------
    claimed
        The figures and what was said of them.
    settings
        Level of intervals, and what else is a choice.
    """
    result = _result(claimed, settings)
    releases = (claimed.before.release, claimed.after.release)
    return Answer(
        verb="evaluate-claim",
        result=result,
        data_releases=tuple(dict.fromkeys(each for each in releases if each is not None)),
        warnings=_warnings(result),
    )


def claims(path: Path, *, settings: ClaimSettings = DEFAULTS) -> Answer[ClaimsResult]:
    """Return the claims of a CSV file checked, each by itself."""
    checked = tuple(_result(each, settings) for each in read_claims(path))
    return Answer(
        verb="evaluate-claims",
        result=ClaimsResult(
            claims=checked,
            contradicted=sum(each.said is not None and not each.said.follows for each in checked),
        ),
    )


def _warnings(result: ClaimResult) -> tuple[Notice, ...]:
    """Return what makes the figures no like for like, and a percentage that does not follow."""
    failed = [
        Notice(code=each.check, message=each.words)
        for each in result.diagnostics
        if each.passed is False
    ]
    if result.said is not None and not result.said.follows:
        failed.insert(0, Notice(code=CONTRADICTED, message=result.said.words))
    return tuple(failed)


def _result(claimed: Claim, settings: ClaimSettings) -> ClaimResult:
    checked = check_claim(claimed, settings=settings)
    found = EvaluationResult.of(with_settings(checked.finding, SECTION, settings))
    before, after = checked.claim.before.count, checked.claim.after.count
    ratio, earlier = checked.ratio, checked.before_that
    return ClaimResult(
        **{each.name: getattr(found, each.name) for each in fields(EvaluationResult)},
        rate_ratio=RateRatioShown(
            value=ratio.value, lo95=ratio.lo, hi95=ratio.hi, level=ratio.level
        ),
        before=before,
        after=after,
        fewer=before - after,
        e_test_p=_e_test(checked.claim) if before + after <= settings.e_test_up_to else None,
        said=_said(checked.claim),
        before_that=None if earlier is None else EstimateShown.of(earlier),
    )


def _e_test(claimed: Claim) -> float:
    periods = claimed.before.period, claimed.after.period
    before, after = (1.0 if each is None else float(each.days) for each in periods)
    exposures = (1.0, 1.0) if None in periods else (before, after)
    return e_test(claimed.before.count, claimed.after.count, exposures=exposures)


def _said(claimed: Claim) -> SaidShown | None:
    if claimed.said is None:
        return None
    before, after = claimed.before.count, claimed.after.count
    words, follows = claimed.said.judged(before, after)
    return SaidShown(
        percent=claimed.said.of(before, after).percent,
        recomputed=(after - before) / before * 100,
        follows=follows,
        words=words,
    )
