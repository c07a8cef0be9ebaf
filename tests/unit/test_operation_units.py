"""Units merge, split and change names; past work stays with the unit that did it."""

from __future__ import annotations

from datetime import date

import pytest

from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.operations.unit_history import UnitHistory
from rightplace.evaluate.operations.units import (
    Ended,
    Formed,
    Merged,
    Part,
    Renamed,
    Split,
    UnitEvent,
)


def day(month: int, of_month: int = 1, year: int = 2019) -> date:
    return date(year, month, of_month)


TASKFORCE = Formed(on=date(2018, 4, 1), unit_id="taskforce", name="Violent Crime Taskforce")
VENICE = Formed(on=date(2018, 1, 1), unit_id="venice", name="Operation Venice team")
JOINED = Merged(on=date(2020, 2, 1), units=("venice",), into="taskforce")
S4 = UnitHistory(events=(TASKFORCE, VENICE, JOINED))


def test_what_the_venice_officers_did_stays_theirs_and_is_found_under_the_taskforce() -> None:
    worked = date(2019, 6, 1)
    assert S4.came_of("venice", worked_on=worked) == ("taskforce",)
    assert S4.made_of("taskforce", date(2020, 2, 1)) == ("venice",)
    assert S4.made_of("taskforce", date(2020, 1, 31)) == ()
    said = S4.credit("venice", worked_on=worked, as_of=date(2020, 3, 1))
    assert said == "done by Operation Venice team, now part of Violent Crime Taskforce"


def test_what_the_taskforce_did_before_is_not_found_under_the_venice_team() -> None:
    assert S4.came_of("taskforce", worked_on=date(2019, 6, 1)) == ()
    said = S4.credit("taskforce", worked_on=date(2019, 6, 1), as_of=date(2020, 3, 1))
    assert said == "done by Violent Crime Taskforce"


def test_what_left_a_unit_before_others_joined_it_took_nothing_of_theirs() -> None:
    history = UnitHistory(
        events=(
            TASKFORCE,
            VENICE,
            Split(
                on=day(6),
                unit_id="taskforce",
                parts=(Part(unit_id="robbery", name="Robbery team"),),
                goes_on=True,
            ),
            JOINED,
        )
    )
    assert history.came_of("venice", worked_on=day(1)) == ("taskforce",)
    assert history.made_of("robbery", date(2021, 1, 1)) == ("taskforce",)
    # By hand: work of May went along into the robbery team, work of the day of the split did not.
    assert history.came_of("taskforce", worked_on=day(5)) == ("robbery",)
    assert history.came_of("taskforce", worked_on=day(6)) == ()


def test_a_merger_can_make_a_new_unit_and_a_split_can_end_the_old_one() -> None:
    history = UnitHistory(
        events=(
            TASKFORCE,
            VENICE,
            Merged(on=day(3), units=("taskforce", "venice"), into="svc", name="Specialist team"),
            Split(
                on=day(9),
                unit_id="svc",
                parts=(
                    Part(unit_id="north", name="Team north"),
                    Part(unit_id="south", name="Team south"),
                ),
            ),
        )
    )
    assert history.standing(day(3)) == ("svc",)
    assert history.standing(day(9)) == ("north", "south")
    assert history.made_of("north", day(12)) == ("venice", "taskforce", "svc")
    said = history.credit("venice", worked_on=day(1), as_of=day(12))
    assert said == "done by Operation Venice team, now part of Team north, Team south"
    assert history.credit("svc", worked_on=day(4), as_of=day(4)) == "done by Specialist team"


def test_a_name_means_the_unit_that_had_it_on_the_day() -> None:
    history = UnitHistory(
        events=(
            VENICE,
            TASKFORCE,
            Renamed(on=day(5), unit_id="venice", name="Team of old"),
            Formed(on=day(7), unit_id="second", name="operation  VENICE team"),
        )
    )
    assert history.unit_named("Operation Venice team", day(4, 30)) == "venice"
    assert history.unit_named("Operation Venice team", day(8)) == "second"
    with pytest.raises(NotHeldError, match="venice from 2018-01-01 to before 2019-05-01"):
        history.unit_named("Operation Venice team", day(6))
    said = history.credit("venice", worked_on=day(1), as_of=day(8))
    assert said == "done by Operation Venice team, now called Team of old"


def test_two_units_may_swap_their_names_in_one_day() -> None:
    swapped = UnitHistory(
        events=(
            VENICE,
            TASKFORCE,
            Renamed(on=day(5), unit_id="venice", name=TASKFORCE.name),
            Renamed(on=day(5), unit_id="taskforce", name=VENICE.name),
        )
    )
    assert swapped.unit_named(VENICE.name, day(5)) == "taskforce"


def test_events_told_late_are_put_in_their_place() -> None:
    assert UnitHistory(events=(JOINED, VENICE, TASKFORCE)) == UnitHistory(
        events=(VENICE, TASKFORCE, JOINED)
    )


@pytest.mark.parametrize(
    ("events", "why"),
    [
        (
            [Ended(on=day(1), unit_id="taskforce")],
            "taskforce cannot be joined on 2020",
        ),
        ([Renamed(on=date(2017, 1, 1), unit_id="venice", name="X")], "not formed by then"),
        ([Merged(on=date(2021, 1, 1), units=("venice",), into="taskforce")], "it ended on 2020"),
        ([Merged(on=date(2021, 1, 1), units=("taskforce",), into="venice")], "venice cannot be"),
        ([Merged(on=date(2020, 2, 1), units=("taskforce",), into="venice")], "it ended on 2020"),
        ([Formed(on=day(1), unit_id="other", name="violent  crime TASKFORCE")], "both be called"),
        ([Formed(on=day(1), unit_id="venice", name="Other")], "of that id was formed"),
        ([Ended(on=date(2018, 4, 1), unit_id="taskforce")], "the day on which it was formed"),
        ([Ended(on=day(1), unit_id="nobody")], "not formed by then"),
    ],
)
def test_a_history_that_cannot_have_been_is_refused(events: list[UnitEvent], why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        S4.plus(events)


def test_an_event_alone_that_says_nothing_is_refused() -> None:
    with pytest.raises(BadInputError, match="into itself"):
        Merged(on=day(1), units=("a", "b"), into="b")
    with pytest.raises(BadInputError, match="fewer than two"):
        Split(on=day(1), unit_id="a", parts=(Part(unit_id="b", name="B"),))
    with pytest.raises(BadInputError, match="no id of a unit"):
        Formed(on=day(1), unit_id="A B", name="x")
    with pytest.raises(BadInputError, match="words on one line"):
        Formed(on=day(1), unit_id="a", name="left\u202eright")
