"""What a backtest report says of a run: signs, percents, intervals, and plain words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rightplace.app.backtest.findings import findings, headline, plainly
from rightplace.app.backtest.numbers import KeptBacktest, letters, report_numbers
from rightplace.app.backtest.rests import reference_words, rough
from rightplace.app.backtest.words import difference_words, interval_words, standing_words
from rightplace.briefing import Estimate

REFERENCE, OTHER = "fading@half_life_weeks=104", "uniform"


def scores(log_score: float, crps: float, pai: float) -> dict[str, Any]:
    return {
        "hit_rate": {"0.02": 0.02 * pai},
        "pai": {"0.02": pai},
        "log_score": log_score,
        "log_score_same_noise": log_score,
        "crps": crps,
        "pit_coverage80": 0.8,
        "pit_histogram": [0.1] * 10,
        "stability": {"0.02": None},
        "ceiling": {"log_score": log_score, "hit_rate": {}, "pai": {"0.02": pai}},
        "plain_intervals": [],
    }


def pair(metric: str, diff: float, half: float | None) -> dict[str, Any]:
    ends = {
        "lo95": None if half is None else diff - half,
        "hi95": None if half is None else diff + half,
    }
    return {"a": OTHER, "b": REFERENCE, "metric": metric, "diff": diff} | ends


def kept(
    *, better: bool | None = False, worse: bool | None = True, half: float | None = 0.01, n: int = 8
) -> KeptBacktest:
    """Return a run of two methods: the reference scores -0.2, CRPS 0.5 and PAI 10 at 2 %."""
    judgement = {
        "method": OTHER,
        "better": better,
        "worse": worse,
        "log_score_no_worse": False,
        "log_score_margin": 0.0002,
        "pai_no_worse": {"0.02": False},
        "pai_margin": {"0.02": 0.2},
        "words": "is worse",
    }
    days = [date(2018, month, 1) for month in range(1, n + 1)]
    origins = [
        {
            "method": method,
            "origin": day,
            "period_end": day.replace(month=day.month + 1),
            "n_cells": 4,
            "events": 10,
            "log_score": level,
        }
        for method, level in ((OTHER, -0.3), (REFERENCE, -0.2))
        for day in days
    ]
    tenth = {"method": OTHER, "decile": 1, "n": 5, "coverage": 0.8}
    return KeptBacktest(
        record={
            "id": "b-0123456789ab",
            "settings": {"methods": [OTHER], "shares": [0.02]},
            "result": {
                "methods": {
                    REFERENCE: scores(-0.2, 0.5, 10.0),
                    OTHER: scores(-0.3, 0.6, 1.0),
                },
                "reference": {
                    "method": REFERENCE,
                    "how": "chosen",
                    "chosen_from": "2017-01-01",
                    "chosen_to": "2017-12-01",
                    "origins": 12,
                    "log_scores": {OTHER: -0.3, REFERENCE: -0.2},
                    "left_out": {"counts_2y": "needs two years."},
                },
                "pairs": [
                    pair("log_score", -0.1, half),
                    pair("crps", 0.1, half),
                    pair("pai@0.02", -9.0, half),
                    pair("hit_rate@0.02", -0.18, half),
                ],
                "judgements": [judgement],
                "verdict": "uniform is worse.",
                "origins": [str(day) for day in days],
            },
        },
        tables={
            "origins": origins,
            "deciles": [
                tenth | {"expected": 100.0, "observed": 0},
                tenth | {"expected": 250.0, "observed": 10, "decile": 2},
                tenth | {"expected": 0.0, "observed": 0, "decile": 3},
            ],
            "curves": [
                {
                    "method": method,
                    "by": "cells",
                    "share": 0.02,
                    "hit_rate": 0.02 * pai,
                    "pai": pai,
                    "best_hit_rate": 0.5,
                }
                for method, pai in ((OTHER, 1.0), (REFERENCE, 10.0))
            ],
            "pit": [
                {"method": OTHER, "decile": 0, "from": n / 10, "n": 900, "share": 0.1}
                for n in range(10)
            ],
        },
    )


def test_methods_stand_in_the_order_asked_for_with_the_reference_last_if_it_was_added() -> None:
    assert list(kept().keys.items()) == [(OTHER, "A"), (REFERENCE, "B")]
    assert letters(28)[24:] == ["Y", "Z", "AA", "AB"]


def test_differences_are_percents_of_the_reference_and_above_nought_is_better() -> None:
    rows = {row.measure: row for row in report_numbers(kept()).differences}
    assert len(rows) == 3  # PAI says what hit rate says
    # -0.1 of 0.2; CRPS 0.1 more of 0.5, and more is worse; PAI -9 of 10
    found = {name: row.percent.value for name, row in rows.items()}
    assert found["log score"] == pytest.approx(-50)
    assert found["CRPS"] == pytest.approx(-20)
    assert found["PAI at 2\u00a0% of cells"] == pytest.approx(-90)
    crps = rows["CRPS"].percent
    assert crps.lo == pytest.approx(-22)
    assert crps.hi == pytest.approx(-18)
    margins = [row.margin_percent for row in rows.values()]
    assert margins == [pytest.approx(-0.1), None, pytest.approx(-2.0)]


def test_intervals_of_observed_over_expected_are_the_exact_ones_of_poisson_counts() -> None:
    # Garwood's limits: 0 observed gives 0 to 3.689, 10 observed gives 4.795 to 18.390.
    none, ten, nothing = report_numbers(kept()).tenths
    assert none.ratio is not None
    assert none.ratio.lo == 0
    assert none.ratio.hi == pytest.approx(0.03689, abs=1e-5)
    assert ten.ratio is not None
    assert ten.ratio.lo == pytest.approx(4.795 / 250, abs=1e-5)
    assert ten.ratio.hi == pytest.approx(18.390 / 250, abs=1e-5)
    assert nothing.ratio is None
    assert [none.judged, ten.judged] == [False, True]


def test_hindsight_has_the_pai_of_the_share_that_was_flagged() -> None:
    (best,) = report_numbers(kept()).best
    assert best.hit_rate == 0.5
    assert best.pai == pytest.approx(25.0)


def test_band_of_the_histogram_is_that_of_900_independent_forecasts() -> None:
    # 0.1 +- 1.96 x sqrt(0.1 x 0.9 / 900) = 0.1 +- 0.0196
    low, high = report_numbers(kept()).pits[0].band
    assert low == pytest.approx(0.0804)
    assert high == pytest.approx(0.1196)


def test_score_over_time_is_the_method_less_the_reference() -> None:
    rows = report_numbers(kept()).origins
    assert {row.key for row in rows} == {"A"}
    assert {round(row.difference, 9) for row in rows} == {-0.1}


def test_headline_names_who_is_better_and_counts_those_who_are_not() -> None:
    assert "no method forecast better than the reference" in headline(kept())
    told = headline(kept(better=True, worse=False))
    assert told.startswith("Over 8 periods uniform forecast better than the reference")
    assert "0 of 1 methods did not" in told


def test_too_few_periods_are_said_to_be_and_nobody_is_judged() -> None:
    few = kept(better=None, worse=None, half=None, n=6)
    numbers = report_numbers(few)
    assert "at least 8 are needed" in headline(few)
    assert "cannot be told from 6 periods" in findings(few, numbers).differences.title
    assert {row.words for row in numbers.differences} == {"cannot be told from 6 periods"}
    assert numbers.methods[0].standing == "cannot be told from 6 periods"
    assert not any("etter" in words for words in plainly(few, numbers))


def test_few_blocks_make_rough_intervals_and_the_page_says_so() -> None:
    assert "8 periods" in next(iter(rough(kept())))
    assert "2 blocks" in next(iter(rough(kept())))


def test_worse_methods_are_named_among_what_to_take_away() -> None:
    said = plainly(kept(), report_numbers(kept()))
    assert "Worse than the reference (B) on log score: uniform (A)." in said
    assert "That cannot be said of uniform (A)." in said


def test_reference_is_told_with_where_it_was_chosen_and_who_was_left_out() -> None:
    said = " ".join(reference_words(kept()))
    assert "12 periods, the first from 1 January 2017, the last from 1 December 2017" in said
    assert "counts_2y, needs two years." in said
    assert "not among the methods asked for" in said


@pytest.mark.parametrize(
    ("metric", "lo", "hi", "margin", "words"),
    [
        ("log_score", 0.1, 0.3, -0.1, "better"),
        ("log_score", -0.05, 0.3, -0.1, "not better, within the margin"),
        ("log_score", -0.2, 0.3, -0.1, "not better, maybe beyond the margin"),
        ("log_score", -0.08, -0.01, -0.1, "worse, within the margin"),
        ("log_score", -0.3, -0.2, -0.1, "worse, beyond the margin"),
        ("pai@0.01", -0.3, -0.2, None, "lower"),
        ("crps", -0.3, 0.2, None, "not favourable"),
    ],
)
def test_words_of_a_difference_claim_no_more_than_its_interval(
    metric: str, lo: float, hi: float, margin: float | None, words: str
) -> None:
    found = Estimate(value=(lo + hi) / 2, lo=lo, hi=hi)
    said = difference_words(metric, found, margin_percent=margin, n_origins=52)
    assert said == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"covered": None, "lo95": None, "hi95": None, "holds": None}, "none to judge"),
        ({"covered": 0.5, "lo95": None, "hi95": None, "holds": None}, "cannot be told"),
        ({"covered": 0.5, "lo95": None, "hi95": None, "holds": True}, "holds"),
        ({"covered": 0.5, "lo95": 0.4, "hi95": 0.6, "holds": None}, "holds"),
        ({"covered": 0.7, "lo95": 0.6, "hi95": 0.8, "holds": None}, "too wide"),
        ({"covered": 0.3, "lo95": 0.2, "hi95": 0.4, "holds": False}, "too narrow"),
    ],
)
def test_plain_intervals_are_judged_in_words(row: dict[str, Any], words: str) -> None:
    assert interval_words(row | {"level": 0.5}) == words


def test_without_a_reference_nothing_is_compared_and_nobody_is_called_better() -> None:
    alone = kept()
    alone.result["reference"] = None
    alone.result["pairs"] = []
    alone.result["judgements"] = []
    numbers = report_numbers(alone)
    assert not numbers.differences
    assert not numbers.origins
    assert headline(alone) == "uniform is worse."  # what the run itself says
    assert "none is called better" in reference_words(alone)[0]
    assert not any("etter than" in words for words in plainly(alone, numbers))
    assert {line.standing for line in numbers.methods} == {"no judgement"}


def test_standing_without_a_judgement_claims_nothing() -> None:
    assert standing_words(None, n_origins=8) == "no judgement"
