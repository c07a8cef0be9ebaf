"""The verifier: one roster made by hand for each rule that it breaks, and its lawful neighbour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rightplace.deploy.roster.people import Absence, Opening
from rightplace.deploy.roster.rules import RosterRules
from rightplace.deploy.roster.verify import breaches
from tests.roster_world import (
    AUTUMN,
    FREE,
    MONDAY,
    RESTED,
    SPRING,
    duties,
    need,
    officer,
    problem,
)

if TYPE_CHECKING:
    from rightplace.deploy.roster.problem import RosterProblem


def rules_broken(world: RosterProblem, **written: str) -> list[str]:
    return [breach.rule for breach in breaches(world, duties(world, **written))]


def long(rules: RosterRules | None = None) -> RosterProblem:
    """Return two weeks of an officer whose hours bind nowhere."""
    return problem(officer(weekly_hours=84.0), days=14, rules=rules or RosterRules())


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("EE.....", []),
        ("EELLNN.", []),
        (".LE....", ["forward rotation", "rest between shifts"]),  # 8 hours
        ("N.E....", ["days off together"]),
        ("E.E....", ["days off together"]),
        ("E..E...", []),
        ("EEEEEE.", []),
    ],
)
def test_a_row_of_shifts_breaks_these_rules(row: str, rules: list[str]) -> None:
    assert rules_broken(problem(officer(weekly_hours=60.0)), a=row) == rules


def test_seven_shifts_in_a_row_are_one_too_many() -> None:
    assert rules_broken(long(), a=".EEEEEEE......") == ["shifts in a row"]


def test_shifts_worked_before_the_roster_count_in_the_row() -> None:
    opening = replace(RESTED, last_end=datetime(2026, 3, 1, 15, tzinfo=UTC), shifts=4)
    world = problem(officer(opening=opening))
    assert rules_broken(world, a="EE.....") == []
    assert rules_broken(world, a="EEE....") == ["shifts in a row"]


def test_five_nights_in_a_row_are_one_too_many_with_those_before() -> None:
    assert rules_broken(long(), a="NNNNN.........") == ["nights in a row"]
    opening = replace(RESTED, last_end=datetime(2026, 3, 2, 7, tzinfo=UTC), shifts=3, nights=3)
    world = problem(officer(opening=opening))
    assert rules_broken(world, a="N......") == []
    assert rules_broken(world, a="NN.....") == ["nights in a row"]


def test_the_last_shift_before_the_roster_asks_for_its_rest() -> None:
    opening = replace(RESTED, last_end=datetime(2026, 3, 1, 23, tzinfo=UTC), shifts=1)
    world = problem(officer(opening=opening))
    assert rules_broken(world, a="E......") == ["rest between shifts"]
    assert rules_broken(world, a="L......") == []


def test_one_day_off_before_the_roster_wants_another() -> None:
    opening = replace(RESTED, last_end=datetime(2026, 2, 28, 15, tzinfo=UTC))
    world = problem(officer(opening=opening))
    assert rules_broken(world, a="E......") == ["days off together"]
    assert rules_broken(world, a=".E.....") == []


def test_a_single_day_of_leave_is_no_day_off_too_short() -> None:
    leave = Absence(officer_id="a", first=date(2026, 3, 3), last=date(2026, 3, 3), kind="leave")
    assert rules_broken(problem(absences=(leave,)), a="E.E....") == []


def test_two_shifts_on_a_day_are_told() -> None:
    world = problem(rules=RosterRules(rest_hours=0, rotation="ignored"))
    both = duties(world, a="E") + duties(world, a="L")
    assert [b.rule for b in breaches(world, both)] == ["one shift a day"]


def test_a_shift_on_a_day_of_absence_names_its_row() -> None:
    leave = Absence(officer_id="a", first=MONDAY, last=MONDAY, kind="sickness", row=7)
    world = problem(absences=(leave,))
    (found,) = breaches(world, duties(world, a="E"))
    assert (found.rule, found.row, found.day) == ("absence", 7, MONDAY)
    assert "sick" not in found.finding  # no reason of a person is told


def test_shifts_and_weekdays_that_are_not_worked_are_told() -> None:
    bound = officer(never_shifts=frozenset({"night"}), never_weekdays=frozenset({"tue"}))
    assert rules_broken(problem(bound), a="NN.....") == ["not worked"] * 3


def test_training_is_work_and_wants_its_rest() -> None:
    course = Absence(officer_id="a", first=date(2026, 3, 3), last=date(2026, 3, 3), kind="training")
    world = problem(absences=(course,))
    assert rules_broken(world, a="L......") == ["rest between shifts"]  # 23:00 to 09:00
    assert rules_broken(world, a="E......") == []
    assert rules_broken(world, a="..E....") == []
    assert rules_broken(world, a="...E...") == ["days off together"]


def test_going_back_is_told_only_where_the_rotation_is_hard() -> None:
    loose = RosterRules(rest_hours=0, rotation="weighed")
    backwards = {"a": "LE....."}
    assert rules_broken(problem(rules=loose), **backwards) == []
    hard = replace(loose, rotation="hard")
    assert rules_broken(problem(rules=hard), **backwards) == ["forward rotation"]


def test_the_weekly_average_counts_what_was_worked_before() -> None:
    # 48 hours in 17 weeks are 816; 800 leave two shifts of eight hours.
    world = problem(officer(opening=replace(RESTED, hours=800)))
    assert rules_broken(world, a="EE.....") == []
    assert rules_broken(world, a="EEE....") == ["weekly hours"]


def test_days_of_leave_leave_the_weekly_average() -> None:
    # Seven days excluded before and seven on leave: 15 weeks of 48 hours are 720.
    leave = Absence(
        officer_id="a", first=MONDAY + timedelta(7), last=MONDAY + timedelta(13), kind="leave"
    )
    opening = replace(RESTED, hours=704, excluded_days=7)
    world = problem(officer(opening=opening), days=14, absences=(leave,))
    assert rules_broken(world, a="EE............") == []
    assert rules_broken(world, a="EEE...........") == ["weekly hours"]


def test_without_balances_the_average_is_not_judged() -> None:
    world = problem(officer(opening=None))
    assert rules_broken(world, a="EEE....") == []


def test_part_time_hours_are_kept_within_the_slack() -> None:
    # 20 hours and 4 of slack are three shifts.
    world = problem(officer(weekly_hours=20.0))
    assert rules_broken(world, a="EEE....") == []
    assert rules_broken(world, a="EEEE...") == ["contracted hours"]


def test_leave_takes_up_contracted_hours() -> None:
    # A fifth of 40 hours for each of two weekdays leaves 24 and 4 of slack.
    leave = Absence(officer_id="a", first=date(2026, 3, 5), last=date(2026, 3, 6), kind="leave")
    world = problem(absences=(leave,))
    assert rules_broken(world, a="EEE....") == []
    assert rules_broken(world, a="EEE..EE") == ["contracted hours"]


def test_seven_days_without_a_free_day_lack_the_weekly_rest() -> None:
    world = long(rules=replace(FREE, shifts_in_row=9, weekly_hours=40))
    assert "weekly rest" in rules_broken(world, a="EEEEEEE.......")
    assert rules_broken(world, a="EEEEEE........") == []


def test_a_free_day_on_which_clocks_go_forward_is_an_hour_short() -> None:
    # From Saturday 07:00 to Sunday 07:00 are 23 hours; the seven days start with it.
    opening = replace(RESTED, last_end=datetime(2026, 3, 28, 7, tzinfo=UTC), shifts=1, nights=1)
    world = problem(officer(opening=opening, weekly_hours=60.0), first=SPRING, rules=FREE)
    assert rules_broken(world, a=".EEEEEE") == ["weekly rest"]
    assert rules_broken(world, a=".LLLLLL") == []


def test_elapsed_hours_of_nights_are_seven_in_spring_and_nine_in_autumn() -> None:
    for first, hours in ((SPRING, 7), (AUTUMN, 9), (MONDAY, 8)):
        (night,) = duties(problem(first=first), a="N")
        assert night.minutes == hours * 60


def test_rest_is_elapsed_time_where_clocks_change() -> None:
    # From a late shift's end at 23:00 to an early's start at 07:00: 7, 9 and 8 hours.
    for first, hours in ((SPRING, 7), (AUTUMN, 9), (MONDAY, 8)):
        world = problem(officer(opening=None), first=first, rules=RosterRules(rotation="ignored"))
        (found,) = breaches(world, duties(world, a="LE....."))
        assert found.finding == f"{hours} hours before early; 11 asked"


def test_uncovered_demand_names_shift_numbers_and_row() -> None:
    skilled = officer("b", supervisor=True, skills=frozenset({"driver"}))
    asked = need(0, "early", 2, supervisors=1, skills=(("driver", 2),), row=4)
    world = problem(officer(), skilled, needs=(asked,))
    found = breaches(world, duties(world, a="E......", b="E......"))
    assert [(b.rule, b.finding, b.row) for b in found] == [
        ("demand", "early needs 2 with driver, has 1", 4)
    ]
    assert len(breaches(world, ())) == 3


def test_officers_of_other_teams_do_not_count_unless_they_share_the_demand() -> None:
    other = officer("b", team="B")
    alone = problem(officer(), other, needs=(need(0, "early"),))
    shared = problem(officer(), other, needs=(replace(need(0, "early"), teams=("A", "B")),))
    assert rules_broken(alone, b="E......") == ["demand"]
    assert rules_broken(shared, b="E......") == []


def test_an_opening_is_told_by_the_last_shift_not_by_the_calendar() -> None:
    night = Opening(
        hours=0, excluded_days=0, last_end=datetime(2026, 3, 2, 7, tzinfo=UTC), shifts=1, nights=1
    )
    world = problem(officer(opening=night))
    assert rules_broken(world, a="E......") == ["rest between shifts"]
    assert rules_broken(world, a="N......") == []
