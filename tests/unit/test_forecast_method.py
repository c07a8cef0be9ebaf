"""The default method gives way where there is too little history, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.forecast.method import method_for
from rightplace.app.forecast.settings import ForecastSettings
from rightplace.errors import UsageError
from rightplace.forecast import PRODUCT_DEFAULT, History
from rightplace.forecast.registry import SHORT_HISTORY_DEFAULT

if TYPE_CHECKING:
    from rightplace.forecast.history import Kind


def weeks(n: int, kind: Kind = "week") -> History:
    days = 7 if kind == "week" else 30
    return History(
        events=np.ones((2, n), dtype=int),
        exposure=np.full(n, float(days)),
        observed=np.ones((2, n), dtype=bool),
        period_ends=np.datetime64("2018-01-08") + days * np.arange(n),
        kind=kind,
        area_km2=np.ones(2),
        xy=np.array([[0.0, 0.0], [250.0, 0.0]]),
    )


def test_a_year_of_weeks_or_months_is_enough_for_the_default() -> None:
    for history in (weeks(52), weeks(12, "month")):
        assert method_for(history, asked=None, in_force=PRODUCT_DEFAULT) == (PRODUCT_DEFAULT, ())


def test_less_than_a_year_takes_fading_counts_and_says_so() -> None:
    method, notices = method_for(weeks(51), asked=None, in_force=PRODUCT_DEFAULT)
    assert method == SHORT_HISTORY_DEFAULT
    (notice,) = notices
    assert notice.code == "short-history"
    assert "52 weeks or more and there are 51" in notice.message


def test_what_the_user_named_is_never_exchanged() -> None:
    history = weeks(3)
    asked = method_for(history, asked=PRODUCT_DEFAULT, in_force="uniform")
    assert asked == (PRODUCT_DEFAULT, ())
    assert method_for(history, asked=None, in_force="kernel") == ("kernel", ())


@pytest.mark.parametrize("share", [0.0, -1.0, 1.5, float("nan"), float("inf")])
def test_a_share_by_which_anything_or_nothing_is_published_is_refused(share: float) -> None:
    with pytest.raises(UsageError, match="published_cells_share must be above 0"):
        ForecastSettings(published_cells_share=share)
