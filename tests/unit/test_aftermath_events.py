"""Which time counts as published where aftermath is learned."""

from __future__ import annotations

import numpy as np

from rightplace.app.aftermath.events import published_spells
from rightplace.forecast.history import History


def weeks(observed: list[list[int]]) -> History:
    """Weeks that end on 8, 15, ... January 1970, which are days 7, 14, ..."""
    seen = np.array(observed, dtype=np.bool_)
    n_cells, n_weeks = seen.shape
    return History(
        events=np.ones(seen.shape, dtype=np.int64),
        exposure=np.full(n_weeks, 7.0),
        observed=seen,
        period_ends=np.datetime64("1970-01-08") + 7 * np.arange(n_weeks),
        kind="week",
        area_km2=np.ones(n_cells),
        xy=np.zeros((n_cells, 2)),
    )


def test_a_spell_is_as_long_as_every_cell_that_has_data_has_data() -> None:
    # The third cell never has data and hinders nobody; the second lacks the third week.
    history = weeks([[1, 1, 1, 1, 0], [1, 1, 0, 1, 0], [0, 0, 0, 0, 0]])
    assert published_spells(history) == [(0.0, 14.0), (21.0, 28.0)]


def test_without_gaps_there_is_one_spell() -> None:
    assert published_spells(weeks([[1, 1, 1]])) == [(0.0, 21.0)]
