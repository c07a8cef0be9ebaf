"""ETAS against slow sums over all pairs, against simulation, and at its edges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import UnsupportedByDataError, UsageError
from rightplace.forecast.drivers import drivers_of
from rightplace.forecast.methods.etas import THETA_MOST, Aftershocks, Etas, expected_events
from rightplace.forecast.methods.etas_kernels import walk
from rightplace.forecast.registry import forecaster
from tests.unit.test_points import MONDAY, points, weekly

if TYPE_CHECKING:
    from rightplace.forecast.history import History
    from rightplace.forecast.points import Points

THETA, OMEGA = 0.3, 0.5


def offspring(
    times: list[float], *, until: float, since: float, rng: np.random.Generator
) -> list[float]:
    """Return some events and all that they trigger, of every generation, in a stretch of time."""
    found, parents = [t for t in times if since <= t < until], times
    while parents:
        born = [
            parent + float(rng.exponential(1 / OMEGA))
            for parent in parents
            for _ in range(rng.poisson(THETA))
        ]
        parents = [t for t in born if t < until]
        found += [t for t in parents if t >= since]
    return found


def simulated(*, cells: int, weeks: int, mu: float, seed: int) -> Points:
    """Return a self-exciting process of each cell, begun sixty days before it is looked at."""
    rng, days = np.random.default_rng(seed), 7.0 * weeks
    events = []
    for cell in range(cells):
        first = rng.uniform(-60, days, rng.poisson(mu * (days + 60))).tolist()
        events += [(t, cell) for t in offspring(first, until=days, since=0.0, rng=rng)]
    return points(*events)


# Expectation


def test_expected_events_of_all_generations_are_those_of_simulation() -> None:
    # Ten events in the last two days excite the cell; the coming ten days are played 20,000 times.
    past, mu, days, n = [-0.2 * k for k in range(10)], 0.4, 10.0, 20_000
    rng = np.random.default_rng(0)
    came = np.empty(n)
    for trial in range(n):
        # Offspring of known events, as a process that starts anew at time 0 with what is left.
        left = [
            t + float(rng.exponential(1 / OMEGA)) for t in past for _ in range(rng.poisson(THETA))
        ]
        fresh = [t for t in left if 0 <= t < days]
        fresh += rng.uniform(0, days, rng.poisson(mu * days)).tolist()
        came[trial] = len(offspring(fresh, until=days, since=0.0, rng=rng))
    excited = THETA * OMEGA * sum(np.exp(OMEGA * t) for t in past)
    expected = expected_events(
        np.array([mu]), np.array([excited]), days=days, theta=THETA, omega=OMEGA
    )
    error = came.std() / np.sqrt(n)
    assert expected[0] == pytest.approx(came.mean(), abs=4 * error)
    # Without the generations to come it would be far too low.
    first_only = mu * days + excited / OMEGA * (1 - np.exp(-OMEGA * days))
    assert first_only < came.mean() - 40 * error


def test_expected_events_without_triggering_are_rate_times_days_for_each_cell() -> None:
    found = expected_events(
        np.array([0.5, 2.0]), np.zeros(2), days=np.array([2.0, 3.0]), theta=0.0, omega=1.0
    )
    assert found.tolist() == [1.0, 6.0]


def test_expected_events_settle_at_the_background_over_what_is_left_of_one() -> None:
    # A day that begins where the mean rate is already mu / (1 - theta) = 2 expects 2.
    settled = expected_events(np.array([1.4]), np.array([0.6]), days=1.0, theta=0.3, omega=0.5)
    assert settled[0] == pytest.approx(2.0)


# One walk


def slow_walk(
    times: list[list[float]], spans: list[list[tuple[float, float]]], mu: list[float]
) -> tuple[float, ...]:
    """Return what a walk adds up, pair by pair."""
    triggered = lag = heard = slope = log_likelihood = 0.0
    for events, seen, background in zip(times, spans, mu, strict=True):
        for j, t in enumerate(events):
            excited = [THETA * OMEGA * np.exp(-OMEGA * (t - s)) for s in events[:j]]
            rate = background + sum(excited)
            log_likelihood += np.log(rate)
            triggered += sum(excited) / rate
            lag += sum(e * (t - s) for e, s in zip(excited, events, strict=False)) / rate
            for a, b in [(max(a, t), b) for a, b in seen if b > t]:
                share = np.exp(-OMEGA * (a - t)) - np.exp(-OMEGA * (b - t))
                heard += share
                slope += (b - t) * np.exp(-OMEGA * (b - t)) - (a - t) * np.exp(-OMEGA * (a - t))
                log_likelihood -= THETA * share
        log_likelihood -= background * sum(b - a for a, b in seen)
    return triggered, lag, heard, slope, log_likelihood


def test_one_walk_adds_up_what_all_pairs_do_and_skips_time_in_which_nobody_looked() -> None:
    times = [[0.5, 0.5, 2.0, 9.0], [], [4.0, 4.1, 13.0]]
    spans = [[(0.0, 7.0), (8.0, 14.0)], [(0.0, 14.0)], [(3.0, 6.0), (12.0, 14.0)]]
    mu = [0.2, 0.1, 0.3]
    flat = np.array([t for cell in times for t in cell])
    background = np.zeros(flat.size)
    found = walk(
        flat,
        np.array([span for cell in spans for span in cell]),
        (np.array([0, 4, 4, 7]), np.array([0, 2, 3, 5])),
        np.array(mu),
        (THETA, OMEGA),
        background,
    )
    assert found == pytest.approx(slow_walk(times, spans, mu))
    assert background[[0, 4]].tolist() == [1.0, 1.0]  # nothing came before them
    # The second event of cell 0 stands on the first one: 0.2 / (0.2 + 0.3 x 0.5).
    assert background[1] == pytest.approx(0.2 / 0.35)
    assert found[0] == pytest.approx(flat.size - background.sum())


# Learning


def learned(history: History, **settings: float | bool) -> Aftershocks:
    return Etas(**settings).fit(history).aftershocks_  # type: ignore[arg-type]  # names are theirs


def test_parameters_of_a_simulated_process_are_found() -> None:
    history = weekly(simulated(cells=150, weeks=60, mu=0.05, seed=1), cells=150, weeks=60)
    found = learned(history)
    assert found.watched.times.size > 4000
    assert found.theta == pytest.approx(THETA, abs=0.04)
    assert found.omega == pytest.approx(OMEGA, abs=0.12)
    assert found.passes < 2000


def test_more_passes_never_lower_the_likelihood_and_the_last_stand_on_its_top() -> None:
    history = weekly(simulated(cells=40, weeks=30, mu=0.05, seed=2), cells=40, weeks=30)
    climbed = [learned(history, passes=n).log_likelihood for n in (1, 2, 5, 20, 100, 2000)]
    assert (np.diff(climbed) > -1e-9).all()
    top = learned(history)
    watched = top.watched
    mu = np.bincount(watched.cell, weights=top.background, minlength=40) / watched.days
    firsts = watched.first_event, watched.first_span

    def likelihood(theta: float, omega: float) -> float:
        walked = walk(
            watched.times, watched.spans, firsts, mu, (theta, omega), np.zeros(watched.times.size)
        )
        return float(walked[4])

    best = likelihood(top.theta, top.omega)
    for theta, omega in ((0.98, 1.0), (1.02, 1.0), (1.0, 0.97), (1.0, 1.03)):
        assert likelihood(theta * top.theta, omega * top.omega) < best


def test_a_process_without_bursts_shows_hardly_any() -> None:
    rng = np.random.default_rng(4)
    days = rng.uniform(0, 364, 3000)
    known = points(*zip(days.tolist(), rng.integers(0, 50, 3000).tolist(), strict=True))
    history = weekly(known, cells=50, weeks=52)
    assert learned(history).triggered_share < 0.05
    counts = forecaster("counts_2y").fit(history).predict(7.0)
    assert Etas().fit(history).predict(7.0) == pytest.approx(counts, rel=0.15)


def test_bursts_without_end_keep_the_branching_ratio_below_one() -> None:
    # Each event follows the one before by half an hour, all in the last day: as many as wanted.
    known = points(*[(20 + k / 48, k % 2) for k in range(48)])
    found = learned(weekly(known, weeks=3), join_duplicates=False)
    assert found.theta <= THETA_MOST < 1
    assert np.isfinite(Etas().fit(weekly(known, weeks=3)).predict(7.0)).all()


def test_several_rows_of_one_incident_are_not_taken_for_a_burst() -> None:
    rng = np.random.default_rng(6)
    # One a day at most in each cell, so that no two incidents share an hour.
    single = [(d + 0.5, c) for d in range(140) for c in range(5) if rng.random() < 0.2]
    once, twice = points(*single), points(*single, *single)
    plain, joined = (weekly(known, cells=5, weeks=20) for known in (once, twice))
    assert learned(joined).theta == pytest.approx(learned(plain).theta)
    assert learned(joined).records_per_event == 2.0
    assert learned(joined, join_duplicates=False).theta > 0.4
    expected = Etas().fit(plain).predict(7.0)
    assert Etas().fit(joined).predict(7.0) == pytest.approx(2 * expected)


def test_only_the_window_is_learned_from() -> None:
    known = points(*[(d + 0.5, 0) for d in range(0, 70, 3)], *[(d + 0.5, 1) for d in range(56, 70)])
    found = learned(weekly(known, weeks=10), window_weeks=2)
    assert found.watched.times.min() >= 0
    assert found.watched.end == 14
    assert np.bincount(found.watched.cell).tolist() == [5, 14]


def test_weeks_without_data_are_neither_quiet_nor_counted() -> None:
    every = simulated(cells=3, weeks=20, mu=0.2, seed=7)
    observed = np.ones((3, 20), dtype=bool)
    observed[0, 5:15] = False
    gap = replace(weekly(every, cells=3, weeks=20), observed=observed)
    found = learned(gap)
    assert found.watched.days.tolist() == [70, 140, 140]
    assert found.watched.spans[:2].tolist() == [[0, 35], [105, 140]]
    # The same events in the other cells, and a rate in the first that its own weeks carry.
    expected = Etas().fit(gap).predict(7.0)[0]
    seen = gap.events[0].sum() / 10
    assert expected == pytest.approx(seen, rel=0.5)


def test_records_known_to_come_late_lift_the_rate() -> None:
    history = weekly(points(*[(d + 0.5, 0) for d in range(0, 28, 4)]))
    late = replace(history, exposure=np.array([7.0, 7.0, 7.0, 3.5]))
    plain, lifted = (Etas(passes=1).fit(h).predict(7.0)[0] for h in (history, late))
    assert lifted > plain


def test_a_cell_without_data_has_no_forecast_and_a_quiet_one_expects_nothing() -> None:
    observed = np.array([[True] * 4, [True] * 4, [False] * 4])
    history = replace(weekly(points((3.0, 0), (9.0, 0)), cells=3), observed=observed)
    model = Etas().fit(history)
    found = model.predict(7.0)
    assert found[0] > 0
    assert found[1] == 0
    assert np.isnan(found[2])
    assert np.isnan(model.area_part(7.0)).tolist() == [False, False, True]


def test_an_area_without_events_expects_none_and_one_never_observed_is_refused() -> None:
    quiet = weekly(points())
    model = Etas().fit(quiet)
    assert model.predict(7.0).tolist() == [0, 0]
    assert model.aftershocks_.triggered_share == 0
    unseen = replace(quiet, observed=np.zeros((2, 4), dtype=bool))
    with pytest.raises(UnsupportedByDataError, match="in the last 104 weeks"):
        Etas().fit(unseen)


def test_a_single_event_is_background() -> None:
    found = Etas().fit(weekly(points((3.0, 0))))
    assert found.aftershocks_.theta == 0
    assert found.predict(7.0) == pytest.approx([1 / 4, 0])


# As a forecaster


def test_parts_of_periods_add_up_to_the_forecast() -> None:
    history = weekly(simulated(cells=4, weeks=60, mu=0.1, seed=8), cells=4, weeks=60)
    model = Etas().fit(history)
    parts = [
        model.part(history, periods=np.arange(60) == week, exposure_days=7.0) for week in range(60)
    ]
    assert sum(parts) == pytest.approx(model.predict(7.0))
    assert model.area_part(7.0).tolist() == [0, 0, 0, 0]
    drivers = drivers_of(model, history, exposure_days=7.0)
    assert drivers.expected == pytest.approx(model.predict(7.0))
    assert drivers.rank.min() == 1


def test_a_recent_event_lifts_the_coming_days_more_than_an_old_one() -> None:
    bursts = [(d + k / 4, 0) for d in range(0, 200, 25) for k in range(6)]
    known = points(*bursts, (50.5, 1), (209.9, 2))
    history = weekly(known, cells=3, weeks=30)
    found = Etas().fit(history).predict(1.0)
    assert found[2] > 2 * found[1]


def test_cells_with_the_same_past_tie_to_the_last_bit() -> None:
    rng = np.random.default_rng(9)
    days = rng.uniform(0, 140, 37)
    known = points(*[(float(t), cell) for t in days for cell in range(23)])
    found = Etas().fit(weekly(known, cells=23, weeks=20)).predict(7.0)
    assert (found == found[0]).all()


def test_a_second_fit_forgets_the_first() -> None:
    one = weekly(simulated(cells=3, weeks=10, mu=0.2, seed=10), cells=3, weeks=10)
    other = weekly(simulated(cells=3, weeks=10, mu=0.6, seed=11), cells=3, weeks=10)
    model = Etas()
    once = model.fit(one).predict(7.0)
    model.fit(other)
    assert model.fit(one).predict(7.0).tolist() == once.tolist()


def test_days_are_policing_days_as_the_periods_are() -> None:
    # The first moment of a week belongs to it, the last one of the week before does not.
    history = weekly(points((7.0, 0), (6.9999, 1)))
    assert history.points is not None
    assert history.points.period_of(history).tolist() == [0, 1]
    assert history.points.days.min() > MONDAY


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("etas@window_weeks=0", "above 0"),
        ("etas@window_weeks=nan", "above 0"),
        ("etas@passes=0", "1 or more"),
        ("etas@join_duplicates=2", "switch"),
    ],
)
def test_impossible_settings_are_refused(spec: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        forecaster(spec)
