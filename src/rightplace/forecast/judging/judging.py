"""How methods stand against the reference, in yes, no and plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.forecast.judging.comparison import BLOCK, ENOUGH_ORIGINS, LEAST_BLOCKS
from rightplace.forecast.judging.scorecard import Judgement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.forecast.judging.comparison import Pair
    from rightplace.forecast.judging.scorecard import Reference

# Margins, fixed before any score was seen.
LOG_SCORE_MARGIN = 0.001  # of the size of the reference's log score
PAI_MARGIN = 0.02  # of the reference's PAI
JUDGED_SHARES = (0.02, 0.05, 0.1)  # at 1 % the noise is larger than the margin


def judge(
    method: str, reference: str, *, pairs: Sequence[Pair], scores: Mapping[str, float]
) -> Judgement:
    """Return how a method stands against the reference.

    Parameters
    ----------
    method, reference
        Specifications.
    pairs
        Differences, those of the method (``a``) less the reference (``b``) among them.
    scores
        Log score and PAI of the reference by metric (``log_score``, ``pai@0.02`` ...).
    """
    ours = {pair.metric: pair for pair in pairs if (pair.a, pair.b) == (method, reference)}
    gain, margin = ours["log_score"], LOG_SCORE_MARGIN * abs(scores["log_score"])
    better = None if gain.lo95 is None else gain.lo95 > 0
    worse = None if gain.hi95 is None else gain.hi95 < 0
    no_worse = None if gain.lo95 is None else gain.lo95 > -margin
    pai_margin = {f"{s:g}": PAI_MARGIN * scores[f"pai@{s:g}"] for s in JUDGED_SHARES}
    pai_no_worse = {share: _above(ours[f"pai@{share}"], -m) for share, m in pai_margin.items()}
    stands = _stands(gain, better=better, worse=worse, no_worse=no_worse)
    return Judgement(
        method=method,
        better=better,
        worse=worse,
        log_score_no_worse=no_worse,
        log_score_margin=margin,
        pai_no_worse=pai_no_worse,
        pai_margin=pai_margin,
        words=stands + _pai_words(pai_no_worse),
    )


def _above(pair: Pair, limit: float) -> bool | None:
    return None if pair.lo95 is None else pair.lo95 > limit


def _stands(gain: Pair, *, better: bool | None, worse: bool | None, no_worse: bool | None) -> str:
    if better is None:
        return f"is not judged (log score {gain.diff:+.5f} a cell and period, no interval)"
    interval = (
        f"(log score {gain.diff:+.5f} a cell and period, 95 % interval {gain.lo95:+.5f} to "
        f"{gain.hi95:+.5f})"
    )
    if better:
        return f"is better {interval}"
    if worse:
        by = ", by less than 0.1 % of the score" if no_worse else ""
        return f"is worse{by} {interval}"
    if no_worse:
        return f"is not better, but no worse than 0.1 % of the score {interval}"
    return f"cannot be told from it {interval}"


def _pai_words(no_worse: Mapping[str, bool | None]) -> str:
    """Return what is shown of the PAI and what is not, each share of cells in one of the two."""
    shown, open_ = (
        [f"{float(share) * 100:g}" for share, holds in no_worse.items() if holds is asked]
        for asked in (True, False)
    )
    if not shown and not open_:
        return ""
    if not shown:
        return f", its PAI at {_listed(open_)} % not shown to be no worse within 2 %"
    rest = f", at {_listed(open_)} % not shown to be" if open_ else ""
    return f", its PAI at {_listed(shown)} % no worse within 2 %{rest}"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]


def verdict_against(
    reference: Reference, judgements: Sequence[Judgement], *, n_origins: int
) -> str:
    """Return in one sentence how each method stands against the reference, worse ones included.

    The first is told with its numbers, the others by name; theirs stand in the judgements.

    Parameters
    ----------
    reference
        The reference, with how it was come by.
    judgements
        One for each other method.
    n_origins
        How many periods were forecast.
    """
    if not judgements:
        return (
            f"{reference.method} was tried alone over {n_origins} periods: nothing to compare "
            "it with."
        )
    if any(each.better is None for each in judgements):
        names = _listed([each.method for each in judgements])
        return (
            f"{names} cannot be told from {reference.method} by {n_origins} origins: "
            f"{LEAST_BLOCKS * BLOCK} are needed for an interval."
        )
    came_by = (
        f"the best baseline of the {reference.origins} periods before them"
        if reference.how == "chosen"
        else "named by the user"
    )
    first, others = judgements[0], judgements[1:]
    clauses = "; ".join([f"{first.method} {first.words}", *_outcomes(others)])
    text = f"Over {n_origins} periods, against {reference.method} ({came_by}): {clauses}"
    cautions = []
    if len(judgements) > 1:
        cautions.append(f"each interval for itself, not widened for {len(judgements)} comparisons")
    if n_origins < ENOUGH_ORIGINS:
        cautions.append(f"from {n_origins} origins intervals come out too narrow")
    return f"{text} ({'; '.join(cautions)})." if cautions else f"{text}."


def _outcomes(judgements: Sequence[Judgement]) -> list[str]:
    """Return the names of methods by how they stand, the better first."""
    by_outcome: dict[str, list[str]] = {
        "better": [],
        "not better, but no worse than 0.1 %": [],
        "not to be told from it": [],
        "worse": [],
    }
    better, alike, unknown, worse = by_outcome.values()
    for each in judgements:
        if each.better:
            better.append(each.method)
        elif each.worse:
            worse.append(each.method)
        else:
            (alike if each.log_score_no_worse else unknown).append(each.method)
    return [f"{how}: {_listed(names)}" for how, names in by_outcome.items() if names]
