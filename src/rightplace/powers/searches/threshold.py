"""The threshold test: whether groups are searched from different chances of success.

The outcome test compares how often searches succeed, and misleads where groups differ in more
than the bar they are held to. The threshold test infers the bar itself, from searches and
successes of each group in many places. In the United States it is fed with stops; here no file
has stops without a search, so residents stand in for those who could have been searched, which
is its weakest part: see ``LIMITS``.

References
----------
Simoiu, Corbett-Davies and Goel (2017), Annals of Applied Statistics 11, 1193-1216; Pierson,
Corbett-Davies and Goel (2018), AISTATS, PMLR 84, 96-105; DOMAIN 2.6.25-29.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.powers.searches.columns import Ethnicity
from rightplace.powers.searches.measures import MEASURES
from rightplace.powers.searches.tested import NoResult
from rightplace.powers.searches.threshold_checks import Diagnostics, diagnostics
from rightplace.powers.searches.threshold_process import sampled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rightplace.powers.searches.threshold_cells import Cells
    from rightplace.powers.searches.threshold_model import Draws
    from rightplace.powers.searches.threshold_settings import ThresholdSettings

TEST = "threshold test"
_RESIDENTS = (
    "Residents stand in for those who could have been searched: no file has people who were "
    "looked at and let go. Who is out and present differs from who lives there, and a wrong "
    "count of them moves a threshold."
)
_ASSUMED = (
    "It assumes that officers see signs which tell carriers from others, alike in kind for every "
    "group, and that one threshold holds for a group in a place for the whole time. Levels of "
    "thresholds, and differences between them too, move with what is assumed beforehand about how "
    "far places and groups differ (settings `threshold`)."
)
_NO_VERDICT = (
    "A lower threshold says that a group was searched on less, if the model holds. It says "
    "nothing of why, of any one search, or of any officer, and ranks no borough."
)
LIMITS = (_RESIDENTS, _ASSUMED, _NO_VERDICT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A posterior mean with its 95 % interval.

    Parameters
    ----------
    value, lo95, hi95
        In the unit of what is estimated.
    """

    value: float
    lo95: float
    hi95: float

    @property
    def holds_zero(self) -> bool:
        """Whether the interval holds 0."""
        return self.lo95 <= 0 <= self.hi95


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupThreshold:
    """From which chance of success people of a group were searched.

    Parameters
    ----------
    group
        Whose searches.
    searches, hits
        Searches in the places taken, and those with the outcome.
    threshold
        Mean over places, weighted by all residents, 0 to 1.
    difference
        From that of white people; None for white people.
    difference_if_present
        The same if so many times the residents of each group but white were present; None where
        that was not sampled, or its sampling was not to be believed.
    """

    group: Ethnicity
    searches: int
    hits: int
    threshold: Estimate
    difference: Estimate | None
    difference_if_present: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdResult:
    """What the threshold test infers, from what, and how far it is to be believed.

    Parameters
    ----------
    described
        ``self_defined`` or ``officer_defined``.
    outcome, outcome_title
        What counts as success, as in measures and in words; never finds, unless they are known.
    places, places_left_out
        Places taken, and those with too few searches or too few residents.
    present_factor
        By what residents of groups but white were multiplied for ``difference_if_present``.
    seed
        Of the sampler.
    diagnostics
        Convergence and fit of the first sampling.
    groups
        White first.
    """

    described: str
    outcome: str
    outcome_title: str
    places: int
    places_left_out: int
    present_factor: float
    seed: int
    diagnostics: Diagnostics
    groups: tuple[GroupThreshold, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it infers and what it cannot tell, most basic first."""
        searches = sum(each.searches for each in self.groups)
        read = (
            f"{searches:,} searches in {self.places} places; success is "
            f"{self.outcome_title.lower()!r}, which is not a find. {self.places_left_out} places "
            "with too few searches or residents are left out, and so are searches without a place "
            "or a stated group."
        )
        return (read, *(self._told(each) for each in self.groups), *LIMITS)

    def _told(self, each: GroupThreshold) -> str:
        """Return one group's sentence."""
        one = each.threshold
        said = (
            f"{each.group.capitalize()}: searched from a chance of {one.value:.1%} "
            f"(95 % interval {one.lo95:.1%} to {one.hi95:.1%})"
        )
        if each.difference is None:
            return f"{said}."
        verdict = _compared(each.difference)
        again = each.difference_if_present
        if again is None:
            return f"{said}, {verdict}."
        other = _compared(again)
        but = "still" if other == verdict else "but then"
        return (
            f"{said}, {verdict}; with {self.present_factor:g} times the residents of every group "
            f"but white, {but} {other}."
        )


def _compared(difference: Estimate) -> str:
    if difference.holds_zero:
        return "no clear difference from white"
    return "lower than white" if difference.value < 0 else "higher than white"


def threshold_test(
    cells: Cells,
    *,
    left_out: int,
    described: str,
    settings: ThresholdSettings,
    rng: np.random.Generator,
    progress: Callable[[str], None],
) -> ThresholdResult | NoResult:
    """Return the thresholds of each group, or why there are none.

    Parameters
    ----------
    cells
        Counts of the places that can be used; white must be a group.
    left_out
        Places that cannot be.
    described
        Who says of which group somebody is.
    settings
        The model, the sampler and when it is believed.
    rng
        Its chance; the sampler's seed is drawn from it and told.
    progress
        Takes a line every few seconds.
    """
    seed = int(rng.integers(2**31))
    tables = [_table(cells, 1.0)]
    if settings.present_factor != 1:
        tables.append(_table(cells, settings.present_factor))
    found = sampled(tables, settings, seed=seed, progress=progress)
    if not found:
        reason = f"it was not done within {settings.limit_seconds:.0f} seconds"
        return NoResult(test=TEST, reason=reason, remedy="Raise threshold.limit_seconds.")
    checked = diagnostics(found[0], cells, rng)
    faults = checked.faults(settings)
    if faults:
        return NoResult(test=TEST, reason="; ".join(faults), remedy="Take more months.")
    again = found[1] if len(found) > 1 and _believed(found[1], settings) else None
    return ThresholdResult(
        described=described,
        outcome=settings.outcome,
        outcome_title=next(m.title for m in MEASURES if m.name == settings.outcome),
        places=len(cells.places),
        places_left_out=left_out,
        present_factor=settings.present_factor,
        seed=seed,
        diagnostics=checked,
        groups=_groups(cells, found[0], again),
    )


def _table(cells: Cells, factor: float) -> tuple[NDArray[np.int64], ...]:
    """Return the counts, with residents of every group but white so many times."""
    white = np.array([group == Ethnicity.WHITE for group in cells.groups])
    present = np.where(white, 1.0, factor) * cells.residents
    people = np.maximum(np.round(present).astype(np.int64), cells.searches + 1)
    return people, cells.searches, cells.known, cells.hits


def _believed(draws: Draws, settings: ThresholdSettings) -> bool:
    return (
        draws.largest_r_hat <= settings.largest_r_hat
        and draws.least_effective >= settings.least_effective
        and draws.divergences == 0
    )


def _groups(cells: Cells, draws: Draws, again: Draws | None) -> tuple[GroupThreshold, ...]:
    """Return each group's threshold, white first."""
    weight = cells.residents.sum(axis=1) / cells.residents.sum()
    mean = np.einsum("dpg,p->dg", draws.threshold, weight)
    other = None if again is None else np.einsum("dpg,p->dg", again.threshold, weight)
    white = cells.groups.index(Ethnicity.WHITE)
    order = [white, *(i for i in range(len(cells.groups)) if i != white)]
    return tuple(
        GroupThreshold(
            group=cells.groups[i],
            searches=int(cells.searches[:, i].sum()),
            hits=int(cells.hits[:, i].sum()),
            threshold=_estimate(mean[:, i]),
            difference=None if i == white else _estimate(mean[:, i] - mean[:, white]),
            difference_if_present=(
                None if i == white or other is None else _estimate(other[:, i] - other[:, white])
            ),
        )
        for i in order
    )


def _estimate(draws: NDArray[np.float64]) -> Estimate:
    low, high = np.quantile(draws, (0.025, 0.975))
    return Estimate(value=float(draws.mean()), lo95=float(low), hi95=float(high))
