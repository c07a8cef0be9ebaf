"""ETAS and prospective hot spots reproduce their printed rows on Toronto's hours and points."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from benchmarks.etas import METHODS, PRINTED_12, PRINTED_TRIGGERED, Score, load, scores
from benchmarks.quality.toronto import FOLDER
from rightplace.forecast.methods.etas import Etas
from tests.paths import SHARED

pytestmark = pytest.mark.skipif(
    not (FOLDER.is_dir() and (SHARED / "events/toronto_mci_train.csv.gz").is_file()),
    reason="the Toronto benchmark data are absent (bench_toronto, events)",
)


@cache
def measured(*, on_the_hour: bool = False) -> dict[str, Score]:
    history, _, twelve = load(on_the_hour=on_the_hour)
    methods = tuple(PRINTED_12) if on_the_hour else METHODS
    return {score.method: score for score in scores(history, twelve, methods)}


def test_points_are_the_counts_of_the_benchmark_one_by_one() -> None:
    history, _, _ = load()
    assert history.points is not None
    assert history.points.n == 144_155
    table = np.zeros(history.events.shape, dtype=int)
    np.add.at(table, (history.points.cell, history.points.period_of(history)), 1)
    assert (table == history.events).all()


def test_prospective_gives_every_printed_digit_of_its_ranking() -> None:
    printed = PRINTED_12["prospective"]
    found = measured(on_the_hour=True)["prospective"]
    assert tuple(f"{value:.2f}" for value in found.pai) == printed.pai
    assert tuple(f"{value:.3f}"[1:] for value in found.pei[:2]) == printed.pei
    # How the peer's risk was scaled to a rate is not printed.
    assert found.log_score == pytest.approx(float(printed.log_score), abs=3e-4)


def test_etas_after_twenty_passes_is_the_printed_row_to_a_hundredth() -> None:
    printed = PRINTED_12["etas@passes=20"]
    found = measured()["etas@passes=20"]
    # 5.876 is printed as 5.87: the peer's start and its hours are not known to the last digit.
    assert found.pai == pytest.approx([float(value) for value in printed.pai], abs=0.011)
    assert tuple(f"{value:.3f}"[1:] for value in found.pei[:2]) == printed.pei
    assert found.log_score == pytest.approx(float(printed.log_score), abs=5e-5)


def test_triggered_shares_after_twenty_passes_are_as_printed_and_halve_at_the_top() -> None:
    history, _, twelve = load()
    for origin in (twelve[0], twelve[-1]):
        early, top = (
            model.fit(history.before(origin)).aftershocks_ for model in (Etas(passes=20), Etas())
        )
        assert PRINTED_TRIGGERED[0] <= early.triggered_share <= PRINTED_TRIGGERED[1]
        assert early.passes == 20
        assert 0.004 < top.triggered_share < 0.008
        assert top.log_likelihood > early.log_likelihood
        assert 20 < top.passes < 2000


def test_neither_beats_fading_counts_and_the_page_says_so() -> None:
    found = measured()
    reference = found["fading@half_life_weeks=104"].log_score
    assert found["etas"].log_score < reference
    assert found["prospective"].log_score < found["etas"].log_score
    assert found["etas"].log_score > found["counts_2y"].log_score - 1e-4
