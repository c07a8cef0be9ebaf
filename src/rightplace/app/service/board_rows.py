"""The table of a briefing board: at most twelve places, and one sentence on what is expected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.service.figures import count_words
from rightplace.app.service.shift_plan import cell_numbers
from rightplace.briefing.sheet import MOST_LINES
from rightplace.deploy.activities import activity_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.app.service.shelf import PublishedForecast, PublishedPlan
    from rightplace.core.time import Slot

NOMINATED = "nominated"
FACTS_SHOWN = 2
ALL_BUT_ROUNDING = 0.995
"""Share that is said as all of it, rather than 100 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One place to visit.

    Parameters
    ----------
    number
        From 1.
    place
        Street words.
    why
        Computed facts about this place; of one nominated, why.
    """

    number: int
    cell_id: str
    place: str
    borough: str
    visits: int
    minutes_each: int
    why: str
    do: str
    avoid: str


def expected_in(forecast: PublishedForecast, slot: Slot) -> NDArray[np.float64]:
    """Return what is expected in each cell in the forecast's time that a shift is in.

    Returns
    -------
    NDArray
        Shape (n_cells,). NaN without data, and everywhere where the forecast says nothing of it.
    """
    spans = [n for n, (start, end) in enumerate(forecast.times) if start <= slot.start < end]
    none = np.full(forecast.expected.shape[0], np.nan)
    return forecast.expected[:, spans[0]] if spans else none


def board_rows(
    plan: PublishedPlan, visits: Sequence[dict[str, Any]], *, expected: NDArray[np.float64]
) -> tuple[BoardRow, ...]:
    """Return the places visited, those where most is expected first, nominated ones in any case.

    Parameters
    ----------
    plan
        The plan.
    visits
        Visits of the shift.
    expected
        Shape (n_cells,). From ``expected_in``.
    """
    forecast = plan.forecast
    number = cell_numbers(forecast.area)
    times = Counter(number[row["cell_id"]] for row in visits)
    first = {number[row["cell_id"]]: row for row in reversed(visits)}
    known = np.nan_to_num(expected)
    ranked = sorted(times, key=lambda cell: (-known[cell], cell))
    asked = [cell for cell in ranked if first[cell].get("origin") == NOMINATED][:MOST_LINES]
    others = [cell for cell in ranked if cell not in asked][: MOST_LINES - len(asked)]
    listed = sorted([*asked, *others], key=ranked.index)
    return tuple(
        _row(forecast, cell, first[cell], number=n, visits=times[cell])
        for n, cell in enumerate(listed, start=1)
    )


def _row(
    forecast: PublishedForecast, cell: int, row: dict[str, Any], *, number: int, visits: int
) -> BoardRow:
    activity = activity_for(forecast.kinds[cell])
    return BoardRow(
        number=number,
        cell_id=row["cell_id"],
        place=forecast.short_words[cell],
        borough=row["borough"] or "",
        visits=visits,
        minutes_each=row["minutes"],
        why=why_words(forecast, cell, row),
        do=sentence_start(activity.do),
        avoid=activity.avoid,
    )


def sentence_start(words: str) -> str:
    """Return words with a capital letter in front, the rest as it is."""
    return words[:1].upper() + words[1:]


def why_words(forecast: PublishedForecast, cell: int, row: dict[str, Any]) -> str:
    """Return why a place is visited: two computed facts, or why somebody nominated it."""
    facts = forecast.drivers[cell][:FACTS_SHOWN]
    return str(row["reason"]) if row.get("origin") == NOMINATED else "; ".join(facts)


def expected_sentence(
    forecast: PublishedForecast,
    expected: NDArray[np.float64],
    *,
    listed: Sequence[str],
    is_whole: bool,
) -> str:
    """Return one sentence: what is expected, where mostly, how sure.

    Parameters
    ----------
    forecast
        The forecast.
    expected
        Shape (n_cells,). Expected counts where the page is about, NaN elsewhere.
    listed
        Cells that the page lists.
    is_whole
        Whether the forecast tells shifts apart.
    """
    from rightplace.forecast import ForecastDistribution, Noise

    if not np.isfinite(expected).any():
        return "Nothing can be expected or planned here from the data held."
    distribution = ForecastDistribution(mean=expected, noise=Noise(**forecast.result["noise"]))
    total = float(np.nansum(expected))
    period = "this shift" if is_whole else "in the days around this shift"
    words = count_words(total, *distribution.interval_of_sum(level=0.8), period=period)
    said = f"Recorded incidents: {words}"
    if words.endswith(")"):
        said = f"Expect {words} recorded incidents {period}; in brackets the 80 % interval"
    if not listed:
        return f"{said}. No visit is planned."
    number = cell_numbers(forecast.area)
    share = np.nansum(expected[[number[each] for each in listed]]) / total if total > 0 else 0.0
    places = "the place" if len(listed) == 1 else f"the {len(listed)} places"
    part = "All" if share >= ALL_BUT_ROUNDING else f"{share:.0%}"
    return f"{said}. {part} of it is in {places} below."
