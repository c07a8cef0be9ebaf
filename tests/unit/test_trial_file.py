"""Rows of a trial from a file, and what its dosage did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.designs.lot.protocol import per_protocol
from rightplace.evaluate.designs.lot.rows import TrialRows
from rightplace.evaluate.designs.lot.settings import LotSettings
from rightplace.evaluate.designs.lot.trial_file import read_trial

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = LotSettings()


def _file(folder: Path, text: str) -> Path:
    path = folder / "trial.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_place_day_has_its_own_lot_each_day(tmp_path: Path) -> None:
    text = (
        "unit,period,arm,count\na,2026-03-02,treat,1\nb,2026-03-02,holdout,2\n"
        "a,2026-03-01,holdout,3\nb,2026-03-01,treat,4\n"
    )
    rows = read_trial(_file(tmp_path, text), design=Design.PLACE_DAY)
    assert rows.period.tolist() == [1, 1, 0, 0]
    assert rows.stratum.tolist() == rows.block.tolist() == [1, 1, 0, 0]
    assert rows.treated.tolist() == [True, False, False, True]
    assert rows.before is None


def test_numbered_periods_sort_as_numbers(tmp_path: Path) -> None:
    text = "unit,period,arm,count\n" + "".join(
        f"{unit},{week},{arm},1\n"
        for week in (2, 10)
        for unit, arm in (("a", "treat"), ("b", "holdout"))
    )
    rows = read_trial(_file(tmp_path, text), design=Design.PLACE_DAY)
    assert rows.period.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit,arm,count\n", "no row"),
        ("unit,arm\na,treat\n", "header"),
        ("unit,arm,count\na,patrolled,1\n", "treat"),
        ("unit,arm,count\na,treat,\n", "empty"),
        ("unit,arm,count\na,treat,-1\n", "-1"),
        (
            "unit,period,arm,count,minutes\na,1,treat,1,5\nb,1,holdout,1,\n",
            "row 2: 1 of 2 rows have no minutes: 2.",
        ),
        (
            "unit,arm,count\n" + "a,treat,1\n" * 10,
            "row 1: 10 of 10 rows have no period: 1, 2, 3, 4, 5, 6, 7, 8 and 2 more.",
        ),
    ],
)
def test_what_is_no_trial_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        read_trial(_file(tmp_path, text), design=Design.PLACE_DAY)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        read_trial(tmp_path / "none.csv", design=Design.PLACE_DAY)


def _dosed(minutes: list[float], counts: list[float]) -> TrialRows:
    size = len(counts)
    zeros = np.zeros(size, dtype=np.int64)
    return TrialRows(
        unit=np.arange(size),
        period=zeros,
        block=zeros,
        stratum=zeros,
        treated=np.arange(size) < size // 2,
        count=np.array(counts),
        minutes=np.array(minutes),
    )


def test_half_the_visits_made_doubles_the_effect_of_a_visit() -> None:
    # Treated: 15, 15, 0, 0 minutes and 4, 4, 8, 8 incidents; left: none, and 8 each but for chance.
    rows = _dosed([15, 15, 0, 0, 0, 0, 0, 0], [4, 4, 8, 8, 8, 8, 9, 7])
    found = per_protocol(
        rows, design=Design.RANDOMISED_UNITS, settings=SETTINGS, rng=np.random.default_rng(0)
    )
    assert found.delivered_share == 0.5
    assert found.background_share == 0
    assert found.delivered is not None
    assert found.per_hour is not None
    assert found.delivered.value == pytest.approx(-8)  # two visited rows, 4 fewer each
    assert found.per_hour.value == pytest.approx(-16)  # 8 fewer for half an hour


def test_effect_of_an_hour_is_nothing_that_the_lot_did_not_move() -> None:
    same = _dosed([15] * 8, [4, 4, 8, 8, 8, 8, 9, 7])
    found = per_protocol(
        same, design=Design.RANDOMISED_UNITS, settings=SETTINGS, rng=np.random.default_rng(0)
    )
    assert found.delivered is None
    assert found.per_hour is None
    with pytest.raises(BadInputError, match="dosage"):
        per_protocol(
            replace(same, minutes=None),
            design=Design.RANDOMISED_UNITS,
            settings=SETTINGS,
            rng=np.random.default_rng(0),
        )


def test_interval_of_an_hour_holds_the_true_effect_where_visits_are_missed() -> None:
    # An hour takes 6 of 9 incidents a row away; 70 % of visits of 20 minutes are made, and
    # chance visits of 2 minutes everywhere. 200 trials: a standard error of 1.5 points.
    rng = np.random.default_rng(12)
    settings = LotSettings(redraws=199, listed=199)
    held = 0
    for _ in range(200):
        treated = np.arange(40) < 20
        minutes = 2.0 + 20 * (treated & (rng.random(40) < 0.7))
        counts = rng.negative_binomial(6, 6 / (6 + 9 - 6 * minutes / 60)).astype(np.float64)
        found = per_protocol(
            _dosed(list(minutes), list(counts)),
            design=Design.RANDOMISED_UNITS,
            settings=settings,
            rng=rng,
        ).per_hour
        assert found is not None
        held += found.lo is not None and found.hi is not None and found.lo <= -6 <= found.hi
    assert abs(held / 200 - 0.95) < 0.051
