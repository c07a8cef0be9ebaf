"""Stock and flow of a workforce: reckoned by hand, against binomials, and for every draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom

from rightplace.deploy.workforce.cohorts import Cohort, Deployable, PartTime, shared_out
from rightplace.deploy.workforce.flows import (
    Cause,
    admitted,
    monthly_chances,
)
from rightplace.deploy.workforce.stock import Luck, Projection, check_work, expected, luck, project
from rightplace.deploy.workforce.stock_kernel import binomial_quantile
from rightplace.deploy.workforce.stock_kernel import leave as leave_kernel
from rightplace.deploy.workforce.targets import NEVER, Reached, Target, reached
from rightplace.deploy.workforce.tornado import Steps, tornado
from rightplace.deploy.workforce.what_ifs import Change, changed, difference, moved
from rightplace.errors import BadInputError
from tests.workforce_world import (
    HERE,
    intake,
    leave,
    leaving,
    route,
    strength,
    transferees,
    tutors,
    workforce,
)

if TYPE_CHECKING:
    from rightplace.deploy.workforce.growth import Growth


def drawn(projected: Projection, cohort: Cohort) -> list[float]:
    """Return a cohort by month in the first draw."""
    return list(projected.of(cohort)[0])


def some_luck(draws: int = 200, seed: int = 0) -> Luck:
    """Return chance that is the same each time."""
    return luck(draws, rng=np.random.default_rng(seed))


def uncertain(**other: object) -> Growth:
    """Return a force of 3,475 that grows, with every rate uncertain and tutors to spare."""
    given: dict[str, object] = {
        "start": strength(60, 5, 20, 300, 3000, 90),
        "routes": (route(4, 2, 24), route(5, 3, 36, key="degree", title="Degree"), transferees()),
        "intakes": (
            intake(*[30] * 24, filled=0.9, spread=0.05),
            intake(*[20] * 24, filled=0.8, spread=0.1),
            intake(*[4] * 24),
        ),
        "leaving": (
            leaving(Cause.RESIGN, 0.04, low=0.7, high=1.4),
            leaving(Cause.RETIRE, 0.03, low=0.9, high=1.1),
        ),
        "leaves": (leave(),),
        "tutors": tutors(None, 0.03),
    }
    return workforce(**(given | other))


# --- by hand -------------------------------------------------------------------------------------


def test_three_months_of_expected_values_are_as_reckoned_by_hand() -> None:
    # Of 1,000 established, 1 - 0.5 ^ (1/12) = 5.6126 % leave in a month, since half leave in a
    # year. Eight join a month, of whom three quarters of places are filled: 6.
    growth = workforce(
        start=strength(0, 0, 0, 0, 1000, 0),
        leaving=(leaving(share=0.5),),
        intakes=(intake(8, 8, 8, filled=0.75),),
    )
    stays = 0.5 ** (1 / 12)
    found = expected(growth)
    assert drawn(found, Cohort.ESTABLISHED) == pytest.approx(
        [1000, 1000 * stays, 1000 * stays**2, 1000 * stays**3]
    )
    # Month 1: 6 in training. Month 2: 6 stays + 6. Month 3: those of month 1 have been trained
    # for two months and are tutored; training holds the other two.
    assert drawn(found, Cohort.TRAINING) == pytest.approx([0, 6, 6 * stays + 6, 6 * stays + 6])
    assert drawn(found, Cohort.TUTORED) == pytest.approx([0, 0, 0, 6 * stays**2])
    headcount = found.measured("headcount")[0]
    assert headcount[3] == pytest.approx(1000 * stays**3 + 6 * (stays**2 + stays + 1))
    assert found.left[0, 0, 0] == pytest.approx(1000 * (1 - stays))
    deployable = found.measured("deployable")[0]
    assert deployable[3] == pytest.approx(1000 * stays**3 + 0.5 * 6 * stays**2)


def test_an_officer_goes_through_training_tutor_phase_and_probation_to_established() -> None:
    growth = workforce(start=strength(0, 0, 0, 0, 0, 0), intakes=(intake(7, 0, 0, 0, 0, 0, 0, 0),))
    found = project(growth, some_luck(1))
    assert drawn(found, Cohort.TRAINING) == [0, 7, 7, 0, 0, 0, 0, 0, 0]
    assert drawn(found, Cohort.TUTORED) == [0, 0, 0, 7, 0, 0, 0, 0, 0]
    assert drawn(found, Cohort.PROBATION) == [0, 0, 0, 0, 7, 7, 7, 0, 0]
    assert drawn(found, Cohort.ESTABLISHED) == [0, 0, 0, 0, 0, 0, 0, 7, 7]


@pytest.mark.parametrize(
    ("phases", "where"),
    [
        ((0, 0, 0), Cohort.ESTABLISHED),
        ((0, 0, 3), Cohort.PROBATION),
        ((0, 2, 2), Cohort.TUTORED),
        ((1, 0, 1), Cohort.TRAINING),
    ],
)
def test_whoever_needs_no_training_begins_further_on(
    phases: tuple[int, int, int], where: Cohort
) -> None:
    growth = workforce(
        start=strength(0, 0, 0, 0, 0, 0), routes=(route(*phases),), intakes=(intake(5, 0, 0, 0),)
    )
    found = project(growth, some_luck(1))
    assert drawn(found, where)[1] == 5
    assert drawn(found, Cohort.ESTABLISHED)[-1] == 5
    assert (found.measured("headcount")[0, 1:] == 5).all()


def test_students_wait_for_a_tutor_in_turn_and_cannot_be_deployed_meanwhile() -> None:
    # Ten students are trained at once; four tutors take four a month.
    growth = workforce(
        start=strength(0, 0, 0, 0, 50, 0),
        routes=(route(1, 1, 4),),
        intakes=(intake(10, 0, 0, 0, 0, 0),),
        tutors=tutors(4),
    )
    found = project(growth, some_luck(1))
    assert drawn(found, Cohort.TUTORED) == [0, 0, 4, 4, 2, 0, 0]
    assert drawn(found, Cohort.WAITING) == [0, 0, 6, 2, 0, 0, 0]
    assert list(found.tutors().gap[0]) == [0, 0, 6, 2, 0, 0, 0]
    assert list(found.measured("deployable")[0]) == [50, 50, 52, 56, 59, 60, 60]


def test_expected_values_lack_no_tutor_where_nobody_waits() -> None:
    # 101 established officers, a few less each month, of whom half tutor: 50.5 at the start.
    growth = workforce(
        start=strength(0, 0, 0, 0, 101, 0),
        leaving=(leaving(established=0.05),),
        routes=(route(1, 12, 24),),
        intakes=(intake(*[9] * 8),),
        tutors=tutors(None, 0.5),
    )
    found = expected(growth)
    waits, lacks = found.of(Cohort.WAITING)[0] > 0, found.tutors().gap[0] > 1e-9
    assert waits[-1]
    assert not waits[3]
    assert np.array_equal(waits, lacks)


def test_half_a_tutor_teaches_nobody() -> None:
    # Half of five established officers: two tutors, for two of the four who wait.
    growth = workforce(
        start=strength(0, 4, 0, 0, 5, 0),
        routes=(route(1, 2, 6),),
        intakes=(intake(0, 0),),
        tutors=tutors(None, 0.5),
    )
    found = project(growth, some_luck(1))
    assert drawn(found, Cohort.TUTORED) == [0, 2, 2]
    assert list(found.tutors().available[0]) == [2, 2, 2]


def test_tutors_are_shared_among_routes_in_proportion_to_who_waits() -> None:
    growth = workforce(
        start=strength(0, 0, 0, 0, 100, 0),
        routes=(route(1, 1, 6), route(1, 1, 3, key="short", title="Short")),
        intakes=(intake(9, 0, 0, 0, 0), intake(3, 0, 0, 0, 0)),
        tutors=tutors(8),
    )
    # Of 8 tutors 6 for the nine and 2 for the three; the two are established two months later.
    found = project(growth, some_luck(1))
    assert drawn(found, Cohort.TUTORED)[2] == 8
    assert drawn(found, Cohort.ESTABLISHED) == [100, 100, 100, 100, 102, 103]


def test_officers_on_leave_count_and_cannot_be_deployed() -> None:
    # A tenth of those away return each month; nobody goes.
    growth = workforce(
        start=strength(0, 0, 0, 0, 900, 100), leaves=(leave(0.0, 10),), intakes=(intake(0, 0, 0),)
    )
    found = expected(growth)
    assert list(found.measured("headcount")[0]) == pytest.approx([1000] * 4)
    assert drawn(found, Cohort.AWAY) == pytest.approx([100, 90, 81, 72.9])
    assert list(found.measured("deployable")[0]) == pytest.approx([900, 910, 919, 927.1])


def test_s20_full_time_equivalent_counts_what_part_time_officers_work() -> None:
    # A fifth work half of full time: 0.9 of each established officer, 20 on leave among them;
    # students work full time.
    growth = workforce(
        start=strength(10, 0, 0, 0, 100, 20),
        leaves=(leave(),),
        part_time=PartTime(share=0.2, hours=0.5, origin=HERE),
    )
    assert expected(growth).measured("fte")[0, 0] == pytest.approx(10 + 0.9 * 120)


def test_places_put_off_whom_they_cannot_take_and_they_go_first_in_the_next_month() -> None:
    plan = (intake(10, 2, 0, 0), intake(1, 1, 0, 0), intake(5, 0, 0, 0))
    routes = (route(), route(key="degree", title="Degree"), transferees())
    found = admitted(plan, routes, places_a_month=6)
    assert found.joiners.tolist() == [[6, 6, 0, 0], [0, 0, 2, 0], [5, 0, 0, 0]]
    assert found.put_off.tolist() == [[4, 0, 0, 0], [1, 2, 0, 0], [0, 0, 0, 0]]


def test_places_at_once_are_held_for_the_whole_training() -> None:
    # Three months of training and ten places. Of seven there at the start three are in their
    # first month of it, two in the second, two in the third: they hold 5, 3 and 0 in months 1-3.
    routes, plan = (route(3, 0, 6),), (intake(4, 6, 6, 0, 0, 0),)
    found = admitted(plan, routes, places_a_month=None, places_at_once=10, in_training=[[3, 2, 2]])
    # Month 1: 5 held, 4 begin. Month 2: 3 + 4 held, 3 of 6 begin. Month 3: 4 + 3 held, 3 of 3 + 6.
    # Month 4: 3 + 3 held, 4 of the 6 left. Month 5: 3 + 4 held, the last 2.
    assert found.joiners.tolist() == [[4, 3, 3, 4, 2, 0]]
    assert found.put_off.tolist() == [[0, 3, 6, 2, 0, 0]]
    both = admitted(plan, routes, places_a_month=2, places_at_once=10, in_training=[[3, 2, 2]])
    assert both.joiners.tolist() == [[2, 2, 2, 2, 2, 2]]


def test_s20_no_more_are_in_training_than_there_are_places_and_who_is_there_holds_one() -> None:
    growth = uncertain(places_at_once=150)
    assert growth.training_at_start() == [[8, 8, 8, 8], [6, 6, 6, 5, 5], []]
    bound, free = (project(each, some_luck(50)) for each in (growth, uncertain()))
    assert bound.of(Cohort.TRAINING).max() <= 150 < free.of(Cohort.TRAINING).max()
    assert bound.places.put_off[:, -1].sum() > 0
    more = changed(growth, Change(places_factor=2.0))
    assert (more.places_at_once, more.places_a_month) == (300, None)
    assert changed(growth, Change(places_at_once=170)).places_at_once == 170
    with pytest.raises(BadInputError, match=r"60 officers are in initial training.*50 places"):
        uncertain(places_at_once=50).check_start()


def test_a_share_that_leaves_in_a_year_has_left_after_twelve_months() -> None:
    chances = monthly_chances(np.array([0.06, 0.02]))
    assert 1 - (1 - chances.sum()) ** 12 == pytest.approx(0.08)
    assert chances[0] == pytest.approx(3 * chances[1])
    # Rates drawn above all of a cohort are cut at 99 %.
    assert 1 - (1 - monthly_chances(np.array([0.9, 0.9])).sum()) ** 12 == pytest.approx(0.99)


def test_parts_sum_to_the_whole_by_largest_remainders() -> None:
    assert shared_out(10, [1, 1, 1]) == [4, 3, 3]
    assert shared_out(7, [0, 3, 1]) == [0, 5, 2]
    assert shared_out(0, [0, 0]) == [0, 0]


# --- chance --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "p"), [(3, 0.4), (40, 0.004), (200, 0.9), (30_000, 0.005), (150_000, 0.01), (50, 1.0)]
)
def test_leavers_are_quantiles_of_the_binomial(n: int, p: float) -> None:
    uniforms = np.random.default_rng(1).random(300)
    found = [binomial_quantile(float(n), p, u) for u in uniforms]
    assert found == list(binom.ppf(uniforms, n, p))


def test_draws_have_the_mean_and_the_spread_of_the_binomial() -> None:
    growth = workforce(
        start=strength(0, 0, 0, 0, 1000, 0), leaving=(leaving(share=0.2),), intakes=(intake(0),)
    )
    left = project(growth, some_luck(20_000)).left.sum(axis=(1, 2))
    p = 1 - 0.8 ** (1 / 12)
    # Four standard errors of the mean and of the variance.
    assert left.mean() == pytest.approx(1000 * p, abs=4 * (1000 * p * (1 - p) / 20_000) ** 0.5)
    variance = 1000 * p * (1 - p)
    assert left.var() == pytest.approx(variance, abs=4 * variance * (2 / 20_000) ** 0.5)


def test_the_mean_of_draws_is_what_is_expected_while_no_limit_binds() -> None:
    sure = tuple(
        leaving(cause, share) for cause, share in ((Cause.RESIGN, 0.05), (Cause.RETIRE, 0.2))
    )
    growth = uncertain(
        leaving=sure,
        intakes=(
            intake(*[30] * 24, filled=0.9),
            intake(*[20] * 24, filled=0.8),
            intake(*[4] * 24),
        ),
        tutors=tutors(1000),
        leaves=(leave(0.1, 6), leave(0.02, 12)),
    )
    found, wanted = project(growth, some_luck(4000)), expected(growth)
    # Five standard errors at each month and cohort.
    error = 5 * found.stock.std(axis=0) / 4000**0.5 + 1e-9
    assert (abs(found.stock.mean(axis=0) - wanted.stock[0]) < error).all()
    by_cause = found.left.sum(axis=1)
    error = 5 * by_cause.std(axis=0) / 4000**0.5 + 1e-9
    assert (abs(by_cause.mean(axis=0) - wanted.left.sum(axis=1)[0]) < error).all()


def test_each_month_of_service_and_each_pool_has_its_own_chance() -> None:
    # Two months of service, who waits on one route, the established, and who is away.
    kept, sure = [], False
    for key in some_luck(3000).keys:
        line, pools, left = np.full(2, 100.0), np.full(3, 100.0), np.zeros(4)
        rates, chances = np.array([0, 2]), np.full(4, 0.3)
        leave_kernel(key, 5, sure, line, rates, pools, 1, chances, left)
        kept.append([*line, *pools])
        assert left.sum() == 500 - line.sum() - pools.sum()
    between = np.corrcoef(np.array(kept), rowvar=False) - np.eye(5)
    assert abs(between).max() < 4.5 / 3000**0.5


def test_months_and_cohorts_do_not_share_their_chance() -> None:
    growth = workforce(
        start=strength(0, 0, 0, 0, 50_000, 0),
        leaving=(leaving(share=0.01),),
        intakes=(intake(400, 400, 400, 400, filled=0.5),),
    )
    found = project(growth, some_luck(4000))
    flows = np.concatenate([found.left.sum(axis=2), found.joined[:, :, 0]], axis=1)
    between = np.corrcoef(flows, rowvar=False) - np.eye(flows.shape[1])
    assert abs(between).max() < 4.5 / 4000**0.5


def test_half_of_the_rates_drawn_lie_above_and_the_ends_hold_95_percent() -> None:
    each = leaving(share=0.04, low=0.5, high=3.0)
    factors = each.factors(np.array([-1.959963984540054, 0.0, 1.959963984540054]))
    assert factors == pytest.approx([0.5, 1.0, 3.0])


def test_share_of_places_filled_has_the_mean_and_spread_given() -> None:
    shares = intake(1, filled=0.8, spread=0.1).shares(np.random.default_rng(0).random(40_000))
    assert shares.mean() == pytest.approx(0.8, abs=4 * 0.1 / 200)
    assert shares.std() == pytest.approx(0.1, rel=0.03)


def test_the_same_seed_gives_the_same_strength() -> None:
    one, two = (project(uncertain(), some_luck(50, seed=3)) for _ in range(2))
    assert np.array_equal(one.stock, two.stock)
    assert not np.array_equal(one.stock, project(uncertain(), some_luck(50, seed=4)).stock)


# --- what S20 asks for ---------------------------------------------------------------------------


def test_s20_start_plus_joiners_less_leavers_is_the_next_month_in_every_draw() -> None:
    found = project(uncertain(), some_luck())
    headcount = found.measured("headcount")
    flow = found.joined.sum(axis=2) - found.left.sum(axis=2)
    assert np.array_equal(headcount[:, 1:], headcount[:, :-1] + flow)
    for numbers in (found.stock, found.joined, found.left):
        assert np.array_equal(numbers, np.floor(numbers))
        assert (numbers >= 0).all()


def test_s20_deployable_is_below_headcount_while_a_cohort_is_in_training() -> None:
    found = project(uncertain(), some_luck())
    training = found.of(Cohort.TRAINING) > 0
    assert training.any()
    below = found.measured("deployable") < found.measured("headcount")
    assert below[training].all()


def test_s20_the_target_is_met_later_when_one_point_more_leaves() -> None:
    chance, target = some_luck(), Target(measure="headcount", strength=3700)
    base = uncertain()
    before = reached(project(base, chance), target)
    after = reached(project(changed(base, Change(attrition_points=1)), chance), target)
    assert before.median is not None
    assert after.median is None or after.median > before.median
    assert moved(before, after).sooner == 0
    assert moved(before, after).later > 0.5


def test_s20_tutors_bind_when_the_intake_is_above_them() -> None:
    few, many = (project(uncertain(tutors=tutors(number)), some_luck(20)) for number in (50, 1000))
    assert few.of(Cohort.WAITING)[:, -1].min() > 0
    assert (few.of(Cohort.TUTORED) <= 50).all()
    assert few.tutors().gap[:, -1].min() > 0
    assert many.of(Cohort.WAITING)[:, 1:].max() == 0
    assert many.tutors().gap.max() == 0
    assert (difference(many, few, "deployable").mean[-1]) < 0
    assert np.array_equal(few.joined, many.joined)


# --- targets and what-ifs ------------------------------------------------------------------------


def test_s20_a_target_is_reached_in_the_first_month_at_or_above_it() -> None:
    # 100 officers and three more a month: 103, 106, 109, 112.
    found = reached(project(workforce(), some_luck(10)), Target(measure="headcount", strength=106))
    assert found.today == 100
    assert (found.median, found.interval(80), found.interval(95)) == (2, (2, 2), (2, 2))
    assert found.by_month.tolist() == [0, 0, 1, 1, 1]
    assert found.never_share == 0


def test_s20_a_target_has_the_months_by_which_shares_of_draws_have_reached_it() -> None:
    # Twenty draws reach it in months 1 to 20: a tenth are two draws, nine tenths eighteen; of
    # half a draw (2.5 %) and nineteen and a half it takes the whole one.
    found = Reached(
        target=Target(measure="headcount", strength=106),
        today=100.0,
        first=np.arange(20, 0, -1),
        by_month=np.linspace(0, 1, 21),
        at_month=np.linspace(0, 1, 21),
    )
    assert (found.interval(80), found.median, found.interval(95)) == ((2, 18), 10, (1, 20))


def test_s20_a_target_beyond_the_horizon_has_no_month_and_says_how_often() -> None:
    found = reached(project(workforce(), some_luck(10)), Target(measure="headcount", strength=200))
    assert (found.median, found.interval(95), found.never_share) == (None, (None, None), 1.0)
    assert (found.first == NEVER).all()


def test_a_target_that_is_passed_and_lost_again_counts_as_reached_once() -> None:
    growth = workforce(
        intakes=(intake(3, 0, 0, 0),),
        start=strength(0, 0, 0, 0, 1000, 0),
        leaving=(leaving(established=0.2),),
        routes=(transferees(),),
    )
    growth = changed(growth, Change(intake_factor=10))
    found = reached(project(growth, some_luck(400)), Target(measure="headcount", strength=1010))
    assert found.by_month[1] == found.by_month[4] > 0.5
    assert found.at_month[4] < 0.05


@pytest.mark.parametrize("strength_asked", [90, 100])
def test_a_target_at_or_below_today_is_refused_and_both_are_named(strength_asked: float) -> None:
    target = Target(measure="headcount", strength=strength_asked)
    with pytest.raises(BadInputError, match=rf"{strength_asked:.0f} in headcount.*100"):
        reached(project(workforce(), some_luck(1)), target)


def test_one_point_more_attrition_grows_every_cause_in_proportion() -> None:
    growth = workforce(leaving=(leaving(Cause.RESIGN, 0.03), leaving(Cause.RETIRE, 0.01)))
    more = changed(growth, Change(attrition_points=1)).leaving
    assert [each.established for each in more] == pytest.approx([0.0375, 0.0125])
    none = changed(workforce(), Change(attrition_points=2)).leaving
    assert none[0].probation == pytest.approx(0.02)
    least = changed(growth, Change(attrition_points=-9)).leaving
    assert [each.tutored for each in least] == [0, 0]


def test_longer_training_keeps_the_same_people_in_the_force_and_fewer_deployable() -> None:
    chance, base = some_luck(50), uncertain()
    longer = changed(base, Change(training_months=2))
    phases = [(r.training_months, r.tutored_months, r.rest_months) for r in longer.routes]
    assert phases == [(6, 2, 18), (7, 3, 28), (0, 0, 0)]
    now, then = project(base, chance), project(longer, chance)
    assert difference(now, then, "deployable").mean[-1] < -60
    # No rate differs between the phases, so that the number of officers hardly moves.
    assert abs(difference(now, then, "headcount").mean[-1]) < 3


def test_nothing_changed_makes_no_difference() -> None:
    chance, base = some_luck(50), uncertain()
    now, same = project(base, chance), project(changed(base, Change()), chance)
    assert np.array_equal(now.stock, same.stock)
    assert Change().words == ""
    assert Change(attrition_points=1, places_a_month=40).words == (
        "attrition_points=1, places_a_month=40"
    )


def test_inputs_moved_stand_with_the_strongest_first_and_the_weakest_last() -> None:
    target = Target(measure="headcount", strength=3700)
    chance = some_luck(100)

    def follow(growth: Growth) -> Projection:
        return project(growth, chance)

    moves = tornado(follow(uncertain()), target, follow=follow, steps=Steps())
    swings = [each.swing for each in moves]
    assert swings == sorted(swings, reverse=True)
    by_name = {each.name: each for each in moves}
    assert by_name["attrition_points"].end_up < 0 < by_name["attrition_points"].end_down
    assert by_name["intake_factor"].end_down < 0 < by_name["intake_factor"].end_up
    assert "places_factor" not in by_name
    assert by_name["tutors_factor"].swing < 5


def test_fewer_tutors_than_are_busy_take_nobody_new_until_some_are_free() -> None:
    # Eight are tutored for a month more; two join and are trained for a month.
    base = workforce(
        start=strength(0, 0, 8, 0, 100, 0),
        routes=(route(1, 2, 6),),
        intakes=(intake(2, 0, 0, 0),),
        tutors=tutors(8),
    )
    fewer = project(changed(base, Change(tutors_factor=0.5)), some_luck(1))
    assert drawn(fewer, Cohort.TUTORED) == [8, 4, 2, 2, 0]
    none = project(changed(base, Change(tutors_factor=0)), some_luck(1))
    assert drawn(none, Cohort.TUTORED) == [8, 4, 0, 0, 0]
    assert drawn(none, Cohort.WAITING) == [0, 0, 2, 2, 2]
    with pytest.raises(BadInputError, match=r"8 officers are tutored at the start.*take 4"):
        fewer.growth.check_start()
    base.check_start()


def test_more_draws_of_more_months_than_anybody_waits_for_are_refused() -> None:
    check_work(20_833, 120)
    with pytest.raises(BadInputError, match="100,000 draws of 120 months") as caught:
        check_work(100_000, 120)
    assert "20,833 draws" in str(caught.value.fault.remedy)


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": strength(0, 0, 0, 0, 100, 5)}, "5 officers are on leave"),
        ({"leaving": (leaving(share=0.5), leaving(share=0.1))}, "named twice"),
        ({"leaving": (leaving(share=0.6), leaving(Cause.RETIRE, 0.5))}, "110%"),
        ({"intakes": ()}, "needs its intake"),
        ({"places_a_month": -1}, "-1"),
        ({"places_at_once": -1}, "-1"),
    ],
)
def test_parts_that_do_not_fit_are_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        workforce(**change)


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadInputError, match="no share"):
        leaving(share=1.2)
    with pytest.raises(BadInputError, match="no share"):
        Deployable(tutored=1.5)
    with pytest.raises(BadInputError, match="cannot be"):
        intake(-3)
    with pytest.raises(BadInputError, match="take 8 months"):
        route(6, 2, 7)
    with pytest.raises(BadInputError, match="No share has the mean"):
        intake(1, filled=0.9, spread=0.5)
    with pytest.raises(BadInputError, match="not both"):
        tutors(5, 0.1)
    with pytest.raises(BadInputError, match="Did you mean 'deployable'"):
        Target(measure="deploiable", strength=5)
