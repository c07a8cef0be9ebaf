"""Rules of rosters: the law by date, stricter policies, conflicts, wishes, costs, parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from rightplace.core import Clock, Shift
from rightplace.deploy.roster.calendar import RosterCalendar
from rightplace.deploy.roster.conflicts import conflicts
from rightplace.deploy.roster.costs import cost_of, fair_nights, late_changes
from rightplace.deploy.roster.people import Absence, Wish
from rightplace.deploy.roster.rules import RosterRules, RosterWeights
from rightplace.deploy.roster.solve import Search, solve_roster
from rightplace.deploy.roster.wishes import DEARER, wish_answers
from rightplace.deploy.roster.working_time import (
    check_policy,
    limits_in_force,
    working_time_limits,
)
from rightplace.errors import BadInputError, RefusedError, UnsupportedByDataError, UsageError
from tests.roster_world import MONDAY, RESTED, calendar, duties, need, officer, problem

DAY = date(2026, 3, 2)


def test_every_limit_names_its_provision_and_says_whether_it_was_read() -> None:
    for limit in working_time_limits():
        assert limit.provision
        assert limit.source
        assert limit.bound in {"most", "least"}
    assert not any(limit.verified for limit in working_time_limits())


def test_the_average_of_48_hours_keeps_nights_to_eight_hours_on_average() -> None:
    # Regulation 6: hours over days less weekly rests; 17 weeks of 48 hours are 816 in 102 days.
    limits = limits_in_force(DAY)
    weeks = limits["reference_weeks"].value
    assert limits["weekly_hours"].value * weeks / (7 * weeks - weeks) == 8.0


@pytest.mark.parametrize(
    ("name", "value"),
    [("rest_hours", 10.5), ("weekly_hours", 49), ("weekly_rest_hours", 23), ("notice_days", 60)],
)
def test_a_looser_policy_than_the_law_is_refused(name: str, value: float) -> None:
    values: dict[str, float] = {name: value}
    with pytest.raises(RefusedError, match=f"{name} is {value:g}") as found:
        check_policy(RosterRules(**values), day=DAY)  # type: ignore[arg-type]  # fields by name
    assert found.value.exit_code == 20


def test_a_stricter_policy_is_kept() -> None:
    strict = RosterRules(rest_hours=12, weekly_hours=40, weekly_rest_hours=35, notice_days=100)
    check_policy(strict, day=DAY)


def test_days_before_the_law_have_no_limits() -> None:
    with pytest.raises(UnsupportedByDataError, match="No record says what"):
        limits_in_force(date(1990, 1, 1))


@pytest.mark.parametrize(
    "words",
    [
        {"shifts_in_row": 0},
        {"rest_hours": -1.0},
        {"rest_hours": float("nan")},
        {"fixed_hours": 24.0},
        {"rotation": "sideways"},
    ],
)
def test_rules_that_make_no_sense_are_refused(words: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        RosterRules(**words)  # type: ignore[arg-type]  # fields by name


def test_weights_and_efforts_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match="below 0"):
        RosterWeights(wish=-1)
    with pytest.raises(UsageError, match="finds nothing"):
        Search(effort=0)
    with pytest.raises(BadInputError, match="120 days"):
        calendar(120)


def test_night_shifts_are_those_with_three_hours_of_night() -> None:
    assert calendar().nights == {"night"}
    shifts = (("day", 6, 18), ("evening", 18, 2), ("dawn", 2, 6))
    clock = Clock(shifts=tuple(Shift(name=n, starts=time(a), ends=time(b)) for n, a, b in shifts))
    assert RosterCalendar.of(clock, first=DAY, days=1).nights == {"evening", "dawn"}


def test_a_night_that_too_few_can_work_is_named_with_its_row() -> None:
    away = Absence(officer_id="a", first=MONDAY, last=MONDAY, kind="leave", row=1)
    never = officer("b", never_shifts=frozenset({"night"}))
    crew = (officer("a"), never, officer("c"))
    world = problem(*crew, absences=(away,), needs=(need(0, "night", 2, row=9),))
    assert solve_roster(world, RosterWeights(), Search(effort=1)).status == "infeasible"
    (conflict,) = conflicts(world, effort=1)
    assert str(conflict) == (
        "cannot be met: night of Mon 2 March 2026 needs 2 officers of A, 1 can work "
        "(demand, row 9)."
    )


def test_demands_in_conflict_leave_out_what_is_no_part_of_it() -> None:
    # One officer: late on Tuesday and early on Wednesday lack rest; Monday has no part in it.
    needs = (
        need(0, "early", row=1),
        need(1, "late", row=2),
        need(2, "early", row=3),
        need(5, "early", row=4),
    )
    (conflict,) = conflicts(problem(officer(), needs=needs), effort=1)
    assert [one.need.row for one in conflict.asked if one.need is not None] == [2, 3]
    assert conflict.irreducible


def test_training_is_a_demand_that_can_be_in_conflict() -> None:
    course = Absence(
        officer_id="a", first=date(2026, 3, 3), last=date(2026, 3, 3), kind="training", row=5
    )
    world = problem(officer(), absences=(course,), needs=(need(0, "night", row=1),))
    (conflict,) = conflicts(world, effort=1)
    assert "training of a, 2026-03-03 to 2026-03-03 (absences, row 5)" in str(conflict)
    assert len(conflict.asked) == 2


def test_more_shifts_than_contracts_hold_are_reckoned_up() -> None:
    # 16 hours and 4 of slack are two shifts; three days are asked for.
    short = officer(weekly_hours=16.0)
    world = problem(short, needs=tuple(need(day, "early", row=day + 1) for day in (0, 3, 6)))
    (conflict,) = conflicts(world, effort=1)
    assert "they ask for 3 shifts; contracts leave at most 2" in str(conflict)


def test_teams_are_rostered_apart_unless_they_share_demand() -> None:
    crew = tuple(officer(team.lower(), team=team) for team in "ABC")
    alone = problem(*crew, needs=(need(0, "early"),))
    assert [part.teams() for part in alone.apart()] == [("A",), ("B",), ("C",)]
    shared = replace(alone, needs=(replace(need(0, "early"), teams=("A", "C")),))
    assert [part.teams() for part in shared.apart()] == [("A", "C"), ("B",)]


def test_a_refused_wish_says_what_granting_it_would_break() -> None:
    def wish(day: int, shift: str) -> Wish:
        return Wish(officer_id="a", day=calendar().day(day), shift=shift, weight=1)

    world = problem(
        officer(),
        needs=(need(0, "early", row=1),),
        wishes=(wish(0, "off"), wish(1, "late"), wish(2, "off"), wish(3, "early")),
    )
    found = {a.wish.day.day: a for a in wish_answers(world, duties(world, a="EE....."))}
    assert found[2].why == "early would have 0 of 1 officers"
    assert found[3].why == DEARER
    assert (found[4].granted, found[4].why) == (True, "")
    assert found[5].why == "days off together: 1 off between shifts; 2 asked"


def test_fair_shares_of_nights_follow_contracts_and_round_up() -> None:
    # Five nights among 40, 40 and 20 hours: 2, 2 and 1; who works no nights has no share.
    crew = (
        officer("a"),
        officer("b"),
        officer("c", weekly_hours=20.0),
        officer("d", never_shifts=frozenset({"night"})),
    )
    world = problem(*crew, needs=tuple(need(day, "night") for day in range(5)))
    assert fair_nights(world) == {"a": 2, "b": 2, "c": 1, "d": 0}
    assert cost_of(world, duties(world, a="NNNN...", b="..NN...")).night == 2


def test_idle_shifts_are_whole_shifts_of_the_contract() -> None:
    # 40 hours are five shifts; one is worked, and leave on two weekdays takes up two.
    leave = Absence(officer_id="a", first=date(2026, 3, 5), last=date(2026, 3, 6), kind="leave")
    assert cost_of(problem(), duties(problem(), a="E......")).idle == 4
    assert cost_of(problem(absences=(leave,)), duties(problem(), a="E......")).idle == 2


def test_changes_are_flagged_below_the_notice_and_not_above() -> None:
    published = {("a", calendar().day(n)): "early" if n < 4 else "off" for n in range(7)}
    world = problem(published=published, notice_until=date(2026, 3, 4))
    shifts = {("a", calendar().day(0)): "early", ("a", calendar().day(1)): "late"}
    assert late_changes(world, shifts) == (("a", date(2026, 3, 3)),)


def test_the_solver_changes_a_published_roster_only_where_it_must() -> None:
    published = {
        (who, calendar().day(n)): "early" if n < 4 else "off" for who in "ab" for n in range(7)
    }
    world = problem(
        officer("a"),
        officer("b"),
        needs=(need(3, "late", row=1),),
        published=published,
        notice_until=date(2026, 4, 1),
    )
    found = solve_roster(world, RosterWeights(idle=0), Search(effort=1))
    assert (found.status, cost_of(world, found.duties).change) == ("optimal", 1)


def test_the_last_shift_of_a_new_officer_binds_nothing() -> None:
    new = officer(opening=replace(RESTED, last_end=None, hours=0))
    rested = officer(opening=replace(RESTED, last_end=datetime(2026, 3, 2, 7, tzinfo=UTC)))
    world = problem(new, needs=(need(0, "early"),))
    assert solve_roster(world, RosterWeights(), Search(effort=1)).status == "optimal"
    tired = problem(rested, needs=(need(0, "early"),))
    assert solve_roster(tired, RosterWeights(), Search(effort=1)).status == "infeasible"
