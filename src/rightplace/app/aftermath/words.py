"""What is said of aftermath, in sentences for a duty inspector."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rightplace.forecast.aftermath.counts import DISTANCES_M, ELAPSED_HOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.aftermath.result import BandTotal, LearnedFrom

ALWAYS: Final = (
    "An expectation of places, never of persons. It is not a ground for stop and search, nor by "
    "itself for section 60, and must not be attached to an authorisation as one."
)
_NEEDED: Final = "Aftermath needs records with their hour and exact point"
MONTHLY: Final = f"{_NEEDED}; those held give a month, and a point snapped to a street."
DAILY: Final = f"{_NEEDED}; those held give a day and no hour."
POINTLESS: Final = f"{_NEEDED}; too few of those held give a point."
NOTHING: Final = f"{_NEEDED}; none of those held lies in published time."
TIMED_NEEDED: Final = "Take in records with date, hour and coordinates (a force's own extract)."
NO_EVIDENCE: Final = "no evidence of raised risk"
HOURS: Final = int(ELAPSED_HOURS[-1])
_MOST_SUCH = 10_000


def band_words(band: int) -> str:
    """Return a band of distance in words; the number of bands stands for all of them."""
    if band == len(DISTANCES_M):
        return f"within {DISTANCES_M[-1]:g} m"
    lower = 0.0 if band == 0 else DISTANCES_M[band - 1]
    return f"{lower:g} to {DISTANCES_M[band]:g} m"


def elapsed_words(band: int, join_hours: float) -> str:
    """Return a band of elapsed time in words; the number of bands stands for all of them."""
    if band == len(ELAPSED_HOURS):
        return f"{join_hours:g} to {HOURS} hours"
    lower = join_hours if band == 0 else ELAPSED_HOURS[band - 1]
    return f"{lower:g} to {ELAPSED_HOURS[band]:g} hours"


def finding(lo95: float, hi95: float) -> str:
    """Return what an interval of a ratio says.

    Parameters
    ----------
    lo95, hi95
        Its ends.
    """
    if lo95 > 1:
        return "raised risk"
    return "less than ordinary" if hi95 < 1 else NO_EVIDENCE


def chance_words(mean: float) -> str:
    """Return an expected count in words, rare ones as "1 in 25 over 72 hours".

    Parameters
    ----------
    mean
        Expected count, 0 or more.
    """
    from rightplace.forecast.wording import in_words

    period = f"over {HOURS} hours"
    if -math.expm1(-mean) > 0.5:  # noqa: PLR2004 - an even chance
        return f"about {mean:.1f} {period}"
    return in_words(mean, mean, mean, period=period)


def verdict(totals: Sequence[BandTotal]) -> str:
    """Return the result in a sentence or two, the nearest band first.

    Parameters
    ----------
    totals
        One for each band, the nearest first, then all of them together.
    """
    raised = [t for t in totals[:-1] if t.finding == "raised risk"]
    if not raised:
        whole = totals[-1]
        if whole.finding == "raised risk":
            return (
                f"No evidence of raised risk at any one distance; {whole.distance} together "
                f"{_times(whole)} as much as ordinarily in {HOURS} hours."
            )
        return (
            f"No evidence of raised risk in {HOURS} hours {whole.distance}: {_times(whole)} as "
            f"much as ordinarily."
        )
    told = "; ".join(f"at {t.distance} {_times(t)} as much" for t in raised)
    more = sum(t.expected - t.ordinary_expected for t in raised)
    rest = [t.distance for t in totals[:-1] if t.finding == NO_EVIDENCE]
    listed = " and ".join([", ".join(rest[:-1]), rest[-1]] if rest[1:] else rest)
    tail = f" At {listed}: {NO_EVIDENCE}." if rest else ""
    return (
        f"Raised risk of further serious violence in {HOURS} hours: {told} as ordinarily. "
        f"{_more_words(more)}{tail}"
    )


def _more_words(more: float) -> str:
    """Return how many incidents more that is: a high ratio of next to nothing is little."""
    if more >= 1:
        return f"That is {more:.1f} incidents more than ordinary."
    if more < 1 / _MOST_SUCH:
        return f"That is less than one incident more for every {_MOST_SUCH:,} such incidents."
    return f"That is one incident more for every {1 / more:,.0f} such incidents."


def _times(total: BandTotal) -> str:
    ratio, ends = ratio_words(total.ratio, total.lo95, total.hi95)
    return f"{ratio} times (95 % {ends})"


def ratio_words(ratio: float, lo95: float, hi95: float) -> tuple[str, str]:
    """Return a ratio and its interval with two digits, three where an end would seem to be 1.

    Parameters
    ----------
    ratio, lo95, hi95
        The ratio and the ends of its interval.
    """
    digits = 3 if "1.00" in {f"{lo95:.2f}", f"{hi95:.2f}"} else 2
    return f"{ratio:.{digits}f}", f"{lo95:.{digits}f} to {hi95:.{digits}f}"


def slipped_words(hours: Sequence[int], join_hours: float) -> str:
    """Return what is said of rows of one incident that bear different times."""
    named = ", ".join(str(hour) for hour in hours)
    return (
        f"Far more rows at one point stand {named} hours apart than further incidents could: "
        f"rows of one incident seem to be dated by different clocks (its time in UTC, or 12 hours "
        f"off). Rows at one point within {join_hours:g} hours are taken for one incident, and "
        f"nothing is learned of those hours."
    )


def notes_of(
    *, learned_as: str, class_id: str, learned: LearnedFrom, outside: float, masked: int
) -> tuple[str, ...]:
    """Return what must be known beside the numbers.

    Parameters
    ----------
    learned_as
        The class whose ratios were used.
    class_id
        The class typed in.
    learned
        What the parameters rest on.
    outside
        Share of the ground within reach that lies outside of the study area.
    masked
        Parts of cells without data.
    """
    sources = (
        f"What is ordinary comes from the default forecast of {learned.run}, in an ordinary week "
        f"at the end of the period learned, not from a newer forecast."
    )
    early = (
        f"The ratio was learned from {learned.join_hours:g} hours after an incident on; before, a "
        f"further incident cannot be told from rows of the same one."
    )
    several = (
        f"{len(DISTANCES_M)} distances are looked at: where nothing follows anything, about one "
        f"answer in ten still finds one of them raised."
    )
    why = (
        "The ratio tells what followed incidents, not why: what keeps a place busy for some days "
        "counts too."
    )
    found = [sources, early, several, why]
    if learned_as == "other":
        found.append(
            f"No incident of {class_id} is among those learned from: the ratio of all is used, "
            f"with the width of a class that may differ."
        )
    elif learned_as != class_id:
        found.append(f"Learned as {learned_as}, the wider class.")
    if outside > 0.005:  # noqa: PLR2004 - rounds to 1 %
        found.append(
            f"{outside:.0%} of the ground within {DISTANCES_M[-1]:g} m lies outside the study "
            f"area; nothing is said of it."
        )
    if masked:
        found.append(f"{masked} parts of cells have no data and no expected count.")
    return tuple(found)
