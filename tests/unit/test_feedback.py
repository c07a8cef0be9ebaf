"""The simulated loop: towns whose truth is known, and what each way of counting makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rightplace.app.feedback.planner import weekly_plan
from rightplace.app.feedback.towns import invented
from rightplace.app.workspace import Workspace
from rightplace.deploy import VisitRules
from rightplace.errors import BadInputError, UndefinedMetricError, UsageError
from rightplace.forecast.feedback.loop import (
    ARMS,
    BY_LOT,
    DISCOVERED,
    MIXED,
    SHIPPED,
    Arm,
    Incidents,
    Loop,
    Town,
    incidents_of,
    run_loop,
)
from rightplace.forecast.feedback.runaway import LoopRuns, outcome_of, run_arms

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FADING = "fading@half_life_weeks=104,shrunk=1"
PAIR = Town(
    name="pair",
    rate=np.array([10.0, 10.0]),
    reported_share=0.5,
    found_per_visit=0.02,
    leaders=1,
)


@dataclass(frozen=True)
class OneVisit:
    """Sends a week's only visit to the place where most is expected; ties are drawn."""

    visits_a_week: int = 1

    def visits(
        self, expected: NDArray[np.float64], *, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        best = np.flatnonzero(expected == expected.max())
        made = np.zeros(expected.size, dtype=np.int64)
        made[rng.choice(best)] = 1
        return made


@dataclass(frozen=True)
class Urn:
    """Sends a week's only visit by lot, with chances as the forecast has them: Polya's urn."""

    visits_a_week: int = 1

    def visits(
        self, expected: NDArray[np.float64], *, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        return np.asarray(rng.multinomial(1, expected / expected.sum()))


def test_with_the_highest_forecast_visited_alone_two_equal_places_part_for_good() -> None:
    """Ensign et al. (2018): nothing found elsewhere, so the first to lead leads for ever."""
    town = replace(PAIR, found_per_visit=1.0)
    loop = Loop(town=town, method=FADING, planner=OneVisit(), warm_up_weeks=4, weeks=80)
    runs = run_arms(loop, [DISCOVERED], runs=24, rng=np.random.default_rng(0))[0]
    last_year = runs.first_place_share[:, -1]
    assert set(last_year.tolist()) == {0.0, 1.0}
    assert 4 <= last_year.sum() <= 20  # either may be the one; 24 fair coins
    assert (runs.newcomers_per_year == 0).all()


def test_an_urn_that_adds_a_ball_of_the_colour_drawn_ends_anywhere_from_0_to_1() -> None:
    """Polya's urn of one ball each ends uniformly (Eggenberger and Polya 1923): variance 1/12.

    Every visit finds one incident. The forecaster counts all weeks alike (a half-life of ages),
    and after a warm-up of two weeks with one find in each place its shares are those of the urn.
    """
    ages = "fading@half_life_weeks=1000000,shrunk=0"
    town = replace(PAIR, reported_share=0.0, found_per_visit=1.0)
    loop = Loop(town=town, method=ages, planner=Urn(), warm_up_weeks=2, weeks=60)
    ones = np.ones((2, loop.all_weeks), dtype=np.int64)
    incidents = Incidents(reported=np.zeros_like(ones), unreported=ones)
    ends = []
    for seed in range(400):
        run = run_loop(loop, DISCOVERED, incidents, rng=np.random.default_rng(seed))
        first = run.expected[0, 0] / run.expected[:, 0].sum()
        if abs(first - 0.5) < 1e-6:  # one ball each; the other runs warmed up in one place twice
            ends.append((1 + run.discovered[0].sum()) / (2 + run.discovered.sum()))
    assert len(ends) > 150
    # 60 draws: uniform on 1/62 .. 61/62.
    assert np.mean(ends) == pytest.approx(0.5, abs=0.07)
    assert np.var(ends) == pytest.approx(1 / 12, rel=0.25)


def test_what_patrols_find_changes_nothing_where_only_reported_incidents_are_counted() -> None:
    loop = Loop(town=PAIR, method=FADING, planner=OneVisit(), warm_up_weeks=10, weeks=60)
    incidents = incidents_of(loop, rng=np.random.default_rng(1))
    busy = replace(incidents, unreported=incidents.unreported * 50)
    kept, again = (
        run_loop(loop, SHIPPED, each, rng=np.random.default_rng(2)) for each in (incidents, busy)
    )
    assert np.array_equal(kept.expected, again.expected)
    assert np.array_equal(kept.visits, again.visits)
    assert again.discovered.sum() > kept.discovered.sum()


def test_with_the_safeguard_off_the_same_change_does_move_the_forecast() -> None:
    loop = Loop(town=PAIR, method=FADING, planner=OneVisit(), warm_up_weeks=10, weeks=60)
    incidents = incidents_of(loop, rng=np.random.default_rng(1))
    busy = replace(incidents, unreported=incidents.unreported * 50)
    kept, again = (
        run_loop(loop, MIXED, each, rng=np.random.default_rng(2)) for each in (incidents, busy)
    )
    assert not np.array_equal(kept.expected, again.expected)


def test_our_own_forecast_and_plan_run_away_on_discoveries_and_not_as_shipped(
    tmp_path: Path,
) -> None:
    found = invented(Workspace(root=tmp_path), "town")
    loop = Loop(town=found.town, method=FADING, planner=found.planner, weeks=104)
    runs = run_arms(loop, ARMS, runs=3, rng=np.random.default_rng(0))
    outcomes = {each.arm.name: outcome_of(each, unlooped=runs[0]) for each in runs}
    assert outcomes["reported"] == "stays bounded"
    assert outcomes["discovered"] == "runs away"
    by_name = {each.arm.name: np.median(each.exaggeration[:, -1]) for each in runs}
    # Reported incidents weaken the loop, a lot damps it, and neither is the truth.
    assert 1.0 < by_name["mixed"] < by_name["discovered-by-lot"] < by_name["discovered"]


def test_every_visit_the_crews_can_make_is_made_in_every_arm() -> None:
    planner = weekly_plan(2, crew_visits=(1, 2, 1), rules=VisitRules(cap_per_day=None))
    loop = Loop(town=PAIR, method=FADING, planner=planner, warm_up_weeks=8, weeks=52)
    for runs in run_arms(loop, [SHIPPED, BY_LOT], runs=2, rng=np.random.default_rng(0)):
        assert planner.visits_a_week == 28
        assert (runs.visits.sum(axis=1) == 28).all()


def test_the_plan_gives_equal_places_the_same_whatever_their_number() -> None:
    planner = weekly_plan(2, crew_visits=(1, 1, 1), rules=VisitRules(cap_per_day=None))
    rng = np.random.default_rng(0)
    firsts = [int(planner.visits(np.array([1.0, 1.0]), rng=rng)[0]) for _ in range(60)]
    assert 0 in firsts
    assert 21 in firsts
    assert np.mean(firsts) == pytest.approx(10.5, abs=3.5)


class TestMeasures:
    """Shares and outcomes, by hand."""

    @staticmethod
    def runs(share: float, *, arm: Arm = DISCOVERED, weeks: int = 52) -> LoopRuns:
        expected = np.tile(np.array([[share], [1 - share]]), (3, 1, weeks))
        visits = np.tile(np.array([[3], [1]]), (3, 1, weeks))
        return LoopRuns(town=PAIR, arm=arm, expected=expected, visits=visits)

    def test_exaggeration_is_the_forecast_share_by_the_true_share(self) -> None:
        runs = self.runs(0.8)
        assert runs.true_share.tolist() == [0.5] * 3
        assert runs.exaggeration[:, -1] == pytest.approx(1.6)
        assert runs.visit_share[:, -1] == pytest.approx(0.75)
        assert runs.first_place_share[:, 0] == pytest.approx(0.75)

    @pytest.mark.parametrize(
        ("share", "outcome"),
        [(0.5, "stays bounded"), (0.55, "is drawn off"), (0.625, "runs away")],
    )
    def test_outcomes(self, share: float, outcome: str) -> None:
        assert outcome_of(self.runs(share), unlooped=self.runs(0.52, arm=SHIPPED)) == outcome

    def test_newcomers_are_counted_each_time_they_come(self) -> None:
        runs = self.runs(0.8, weeks=104)
        expected = runs.expected.copy()
        expected[0, :, 60] = [0.1, 0.9]  # the other leads for one week: two comings
        changed = replace(runs, expected=expected)
        # Changes are looked at between the 52 weeks of the second half: 51 of them.
        assert changed.newcomers_per_year == pytest.approx([2 * 52 / 51, 0, 0])

    def test_a_forecast_of_nothing_has_no_shares(self) -> None:
        runs = replace(self.runs(0.8), expected=np.zeros((3, 2, 52)))
        with pytest.raises(UndefinedMetricError, match="expects nothing"):
            _ = runs.expected_share

    def test_runs_shorter_than_a_year_are_refused(self) -> None:
        with pytest.raises(BadInputError, match="52 weeks or more"):
            self.runs(0.5, weeks=51)


class TestWhatCannotBe:
    """Towns, arms and loops that hold nonsense."""

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"rate": np.array([1.0, 0.0])}, "above 0"),
            ({"reported_share": 1.2}, "between 0 and 1"),
            ({"leaders": 2}, "not all"),
        ],
    )
    def test_towns(self, change: dict[str, Any], words: str) -> None:
        with pytest.raises(BadInputError, match=words):
            replace(PAIR, **change)

    def test_an_arm_that_counts_nothing(self) -> None:
        with pytest.raises(UsageError, match="counts no record"):
            replace(SHIPPED, counts_reported=False)

    def test_a_loop_without_weeks(self) -> None:
        with pytest.raises(UsageError, match="weeks"):
            Loop(town=PAIR, method=FADING, planner=OneVisit(), weeks=0)
