"""The reference is chosen before the scored periods, and methods are judged by fixed margins."""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.errors import UndefinedMetricError, UnsupportedByDataError, UsageError
from rightplace.forecast.history import History
from rightplace.forecast.judging.backtest import Backtest, Design, rolling_backtest
from rightplace.forecast.judging.comparison import Pair
from rightplace.forecast.judging.judging import judge, verdict_against
from rightplace.forecast.judging.reference import STANDARD, candidates, choose_reference
from rightplace.forecast.judging.scorecard import Judgement, Reference
from rightplace.forecast.judging.scores import poisson_log_score
from rightplace.forecast.judging.trial import forecast_noise

REFERENCE = Reference(
    method="old",
    how="chosen",
    chosen_from="2019-01-07",
    chosen_to="2019-12-30",
    origins=52,
    log_scores={"old": -0.5},
    left_out={},
)


def world(
    n_weeks: int = 130, *, n_cells: int = 20, observed: object = None, turn: int | None = None
) -> History:
    """Return weeks of Poisson counts; from week ``turn`` on, cells have each other's rates."""
    generator = np.random.default_rng(9)
    rates = np.repeat(generator.gamma(0.4, 2.0, size=(n_cells, 1)), n_weeks, axis=1)
    if turn is not None:
        rates[:, turn:] = rates[::-1, turn:]
    events = generator.poisson(rates)
    return History(
        events=events,
        exposure=np.full(n_weeks, 7.0),
        observed=np.ones(events.shape, dtype=bool) if observed is None else np.array(observed),
        period_ends=np.datetime64("2020-01-13") + 7 * np.arange(n_weeks),
        kind="week",
        area_km2=np.ones(n_cells),
        xy=np.column_stack([np.arange(n_cells) * 250.0, np.zeros(n_cells)]),
    )


def scored(history: History, origins: range, *methods: str, asked: str | None = "auto") -> Backtest:
    return rolling_backtest(
        history,
        origins,
        methods=methods,
        generator=np.random.default_rng(0),
        design=Design(reference=asked),
    )


# Choosing


def test_reference_is_the_baseline_of_best_log_score_in_the_year_before() -> None:
    history = world()
    found = choose_reference(history, 110, methods=["counts_2y", "additive_memory"])
    assert found is not None
    # 52 weeks before the one that starts on the end of week 109.
    assert (found.chosen_from, found.chosen_to, found.origins) == ("2021-02-15", "2022-02-07", 52)
    assert found.method == max(found.log_scores, key=lambda spec: found.log_scores[spec])
    by_hand = [
        poisson_log_score(history.events[:, week], history.events[:, :week].mean(axis=1))
        for week in range(58, 105)
    ]
    early = [
        poisson_log_score(
            history.events[:, week], history.events[:, max(0, week - 104) : week].mean(axis=1)
        )
        for week in range(105, 110)
    ]
    assert found.log_scores["counts_2y"] == pytest.approx(np.mean(by_hand + early))


def test_reference_sees_nothing_of_the_scored_periods() -> None:
    history = world()
    events = history.events.copy()
    events[:, 110:] = 50
    changed = History(
        events=events,
        exposure=history.exposure,
        observed=history.observed,
        period_ends=history.period_ends,
        kind="week",
        area_km2=history.area_km2,
        xy=history.xy,
    )
    assert choose_reference(history, 110, methods=[]) == choose_reference(changed, 110, methods=[])


def test_reference_stays_the_one_of_the_year_before_even_if_another_wins_later() -> None:
    # Rates turn round ten weeks before the first origin: what forgets is best then.
    found = scored(world(turn=100), range(100, 130), "last_28_days", "uniform")
    assert found.reference is not None
    assert found.reference.method not in {"last_28_days", "uniform"}
    gains = {(p.a, p.b): p.diff for p in found.pairs if p.metric == "log_score"}
    assert gains["last_28_days", found.reference.method] > 0


def test_challengers_are_no_candidates_and_the_spelling_of_the_user_stays() -> None:
    found = candidates(["additive_memory", "fading", "kernel@bandwidth_m=300"])
    assert found[:2] == ["fading", "kernel@bandwidth_m=300"]
    assert "fading@half_life_weeks=52" not in found  # the default of fading
    assert set(found[2:]) == set(STANDARD) - {"fading@half_life_weeks=52"}


def test_a_reference_that_was_not_asked_for_is_scored_too() -> None:
    found = scored(world(), range(110, 120), "additive_memory", "uniform")
    assert found.reference is not None
    assert list(found.methods) == ["additive_memory", "uniform", found.reference.method]
    assert [each.method for each in found.judgements] == ["additive_memory", "uniform"]


def test_pairs_with_the_reference_come_first_and_it_is_b_in_all_metrics() -> None:
    found = scored(
        world(), range(110, 120), "counts_2y", "uniform", "last_28_days", asked="uniform"
    )
    metrics = 3 + 2 * len({0.01, 0.02, 0.05, 0.1})
    first, rest = found.pairs[: 2 * metrics], found.pairs[2 * metrics :]
    assert {(p.a, p.b) for p in first} == {("counts_2y", "uniform"), ("last_28_days", "uniform")}
    assert {(p.a, p.b) for p in rest} == {("counts_2y", "last_28_days")}


def test_with_many_methods_only_pairs_with_the_reference_are_told() -> None:
    methods = [f"fading@half_life_weeks={weeks}" for weeks in range(10, 16)]
    found = scored(world(), range(115, 118), *methods, "uniform", asked="uniform")
    assert {p.b for p in found.pairs} == {"uniform"}
    assert {p.a for p in found.pairs} == set(methods)


def test_too_little_history_before_the_first_origin_gives_no_reference() -> None:
    found = scored(world(), range(8, 20), "counts_2y", "uniform")
    assert found.reference is None
    assert found.judgements == ()
    assert "has the best log score" in found.verdict
    enough = scored(world(), range(9, 20), "counts_2y", "uniform").reference
    assert enough is not None
    assert enough.origins == 8


def test_a_named_reference_says_so_and_takes_the_spelling_among_the_methods() -> None:
    found = scored(world(), range(110, 120), "fading", "uniform", asked="fading@half_life_weeks=52")
    assert found.reference is not None
    assert (found.reference.method, found.reference.how) == ("fading", "named")
    assert found.reference.chosen_from is None
    assert list(found.methods) == ["fading", "uniform"]
    assert "named by the user" in found.verdict


def test_a_gap_before_the_first_origin_is_left_out_of_the_choice() -> None:
    observed = np.ones((20, 130), dtype=bool)
    observed[:, 90:95] = False
    found = choose_reference(world(observed=observed), 110, methods=[])
    assert found is not None
    # Five weeks without publication, and the one after them that last_28_days knows nothing of.
    assert found.origins == 52 - 5 - 1


def test_periods_with_more_cells_weigh_more_in_the_choice() -> None:
    observed = np.ones((20, 130), dtype=bool)
    observed[5:, 60:70] = False  # ten weeks of five cells, the others of twenty
    history = world(observed=observed)
    found = choose_reference(history, 110, methods=[])
    assert found is not None
    total = cells = 0.0
    for week in range(58, 110):
        # In week 70, last_28_days knows nothing yet of the cells that were not observed.
        n = 5 if 60 <= week <= 70 else 20
        year = slice(max(0, week - 52), week)
        rate = history.events[:, year].sum() / observed[:, year].sum()
        total += n * poisson_log_score(history.events[:n, week], np.full(n, rate))
        cells += n
    assert found.log_scores["uniform"] == pytest.approx(total / cells)


def test_a_candidate_that_expects_nothing_where_events_came_is_left_out_with_the_reason() -> None:
    events = np.zeros((4, 60), dtype=int)
    events[:, :40:3] = 1
    events[0, 50] = 1  # after ten weeks of calm
    history = History(
        events=events,
        exposure=np.full(60, 7.0),
        observed=np.ones(events.shape, dtype=bool),
        period_ends=np.datetime64("2020-01-13") + 7 * np.arange(60),
        kind="week",
        area_km2=np.ones(4),
        xy=np.column_stack([np.arange(4) * 250.0, np.zeros(4)]),
    )
    found = choose_reference(history, 60, methods=[])
    assert found is not None
    assert "expected nothing" in found.left_out["last_28_days"]
    assert "last_28_days" not in found.log_scores


# Judging


def test_a_difference_turned_round_has_its_ends_turned_too() -> None:
    turned = Pair(a="x", b="y", metric="crps", diff=0.1, lo95=-0.2, hi95=0.5).turned()
    assert turned == Pair(a="y", b="x", metric="crps", diff=-0.1, lo95=-0.5, hi95=0.2)
    assert turned.turned().turned() == turned
    bare = Pair(a="x", b="y", metric="crps", diff=0.1, lo95=None, hi95=None)
    assert bare.turned().lo95 is None


def pair(metric: str, diff: float, lo: float | None, hi: float | None) -> Pair:
    return Pair(a="new", b="old", metric=metric, diff=diff, lo95=lo, hi95=hi)


def judged(
    gain: tuple[float, float | None, float | None], *, pai_lows: tuple[float | None, ...]
) -> Judgement:
    """Judge against a log score of -.5 (margin .0005) and a PAI of 10 everywhere (margin .2)."""
    lows = dict(zip(("0.02", "0.05", "0.1"), pai_lows, strict=True))
    pairs = [
        pair("log_score", *gain),
        *(pair(f"pai@{s}", 0.0, low, None if low is None else 0.3) for s, low in lows.items()),
    ]
    scores = {"log_score": -0.5, "pai@0.02": 10.0, "pai@0.05": 10.0, "pai@0.1": 10.0}
    return judge("new", "old", pairs=pairs, scores=scores)


def test_better_needs_the_whole_interval_of_the_log_score_above_0() -> None:
    found = judged((0.01, 0.001, 0.02), pai_lows=(-0.1, -0.1, -0.1))
    assert (found.better, found.worse, found.log_score_no_worse) == (True, False, True)
    assert found.pai_no_worse == {"0.02": True, "0.05": True, "0.1": True}
    assert found.words == (
        "is better (log score +0.01000 a cell and period, 95 % interval +0.00100 to +0.02000), "
        "its PAI at 2, 5 and 10 % no worse within 2 %"
    )


def test_no_worse_needs_the_lower_end_above_minus_the_margin() -> None:
    found = judged((0.0, -0.0004, 0.0004), pai_lows=(-0.19, -0.21, -0.1))
    assert (found.better, found.worse, found.log_score_no_worse) == (False, False, True)
    assert found.log_score_margin == pytest.approx(0.0005)
    assert found.pai_margin == {"0.02": 0.2, "0.05": 0.2, "0.1": 0.2}
    assert found.pai_no_worse == {"0.02": True, "0.05": False, "0.1": True}
    assert "is not better, but no worse than 0.1 % of the score" in found.words
    assert found.words.endswith("its PAI at 2 and 10 % no worse within 2 %, at 5 % not shown to be")


def test_what_is_neither_better_nor_worse_nor_close_cannot_be_told() -> None:
    found = judged((0.0, -0.01, 0.01), pai_lows=(-1.0, -1.0, -1.0))
    assert (found.better, found.worse, found.log_score_no_worse) == (False, False, False)
    assert found.words.startswith("cannot be told from it")
    assert found.words.endswith("its PAI at 2, 5 and 10 % not shown to be no worse within 2 %")


def test_worse_is_said_even_where_the_loss_is_within_the_margin() -> None:
    assert judged((-0.0003, -0.0004, -0.0002), pai_lows=(0, 0, 0)).words.startswith(
        "is worse, by less than 0.1 % of the score"
    )
    found = judged((-0.01, -0.02, -0.001), pai_lows=(0, 0, 0))
    assert (found.worse, found.log_score_no_worse) == (True, False)
    assert found.words.startswith("is worse (")


def test_without_intervals_nothing_is_judged() -> None:
    found = judged((0.01, None, None), pai_lows=(None, None, None))
    assert (found.better, found.worse, found.log_score_no_worse) == (None, None, None)
    assert set(found.pai_no_worse.values()) == {None}
    assert verdict_against(REFERENCE, [found], n_origins=7) == (
        "new cannot be told from old by 7 origins: 8 are needed for an interval."
    )


def test_verdict_is_one_sentence_that_names_reference_and_its_origins() -> None:
    better = judged((0.01, 0.001, 0.02), pai_lows=(-0.1, -0.1, -0.1))
    said = verdict_against(REFERENCE, [better], n_origins=52)
    assert said == (
        "Over 52 periods, against old (the best baseline of the 52 periods before them): new is "
        "better (log score +0.01000 a cell and period, 95 % interval +0.00100 to +0.02000), its "
        "PAI at 2, 5 and 10 % no worse within 2 %."
    )


def test_verdict_warns_of_many_comparisons_and_few_origins() -> None:
    better = judged((0.01, 0.001, 0.02), pai_lows=(-0.1, -0.1, -0.1))
    said = verdict_against(REFERENCE, [better, better], n_origins=12)
    assert said.endswith(
        "(each interval for itself, not widened for 2 comparisons; from 12 origins intervals come "
        "out too narrow)."
    )


def test_verdict_tells_the_first_method_with_numbers_and_the_others_by_how_they_stand() -> None:
    lows = (-0.1, -0.1, -0.1)
    better = judged((0.01, 0.001, 0.02), pai_lows=lows)
    alike = judged((0.0, -0.0004, 0.0004), pai_lows=lows)
    unknown = judged((0.0, -0.01, 0.01), pai_lows=lows)
    worse = judged((-0.01, -0.02, -0.001), pai_lows=lows)
    said = verdict_against(REFERENCE, [better, worse, unknown, alike, worse], n_origins=52)
    assert said.count("log score") == 1
    assert (
        "; not better, but no worse than 0.1 %: new; not to be told from it: new; worse: new and "
        "new ("
    ) in said
    assert "; better:" not in said


def test_a_reference_alone_has_nothing_to_be_compared_with() -> None:
    assert "tried alone" in verdict_against(REFERENCE, [], n_origins=52)


def test_methods_that_are_the_same_forecast_are_neither_better_nor_worse() -> None:
    found = scored(
        world(), range(100, 130), "fading", "fading@half_life_weeks=52.0", asked="fading"
    )
    (judgement,) = found.judgements
    assert (judgement.better, judgement.worse, judgement.log_score_no_worse) == (False, False, True)


# Refusals


def test_all_unknown_methods_are_named_before_any_work() -> None:
    with pytest.raises(UsageError, match=r"'unform'.*'kernal'.*'conts_2y'"):
        scored(world(), range(110, 112), "unform", "uniform", "kernal", asked="conts_2y")


def test_a_method_with_too_little_history_is_named_with_the_day_and_the_need() -> None:
    message = "additive_memory cannot forecast the week from 2020-12-07: .* needs 52 weeks"
    with pytest.raises(UnsupportedByDataError, match=message):
        scored(world(), range(48, 60), "additive_memory")


def test_a_week_that_was_not_published_is_named_by_its_day() -> None:
    observed = np.ones((20, 130), dtype=bool)
    observed[:, 110] = False
    with pytest.raises(UnsupportedByDataError, match="week from 2022-02-14"):
        scored(world(observed=observed), range(109, 112), "counts_2y")


def test_a_gap_before_an_origin_that_a_method_can_bridge_does_no_harm() -> None:
    observed = np.ones((20, 130), dtype=bool)
    observed[:, 100:105] = False
    history = world(observed=observed)
    found = scored(history, range(112, 118), "last_28_days", "counts_2y", asked=None)
    assert set(found.origins["n_cells"].to_pylist()) == {20}
    assert forecast_noise(history.before(112), "last_28_days").area >= 0


def test_a_method_that_expects_nothing_is_named_with_the_week() -> None:
    events = np.ones((3, 40), dtype=int)
    events[:, 20:39] = 0
    history = History(
        events=events,
        exposure=np.full(40, 7.0),
        observed=np.ones(events.shape, dtype=bool),
        period_ends=np.datetime64("2020-01-13") + 7 * np.arange(40),
        kind="week",
        area_km2=np.ones(3),
        xy=np.column_stack([np.arange(3) * 250.0, np.zeros(3)]),
    )
    with pytest.raises(UndefinedMetricError, match="last_28_days, week from 2020-10-05"):
        scored(history, range(39, 40), "last_28_days", asked=None)
