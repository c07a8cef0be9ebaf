"""For what wishes were refused, told by rule: the words of real refusals, and no person in them."""

from __future__ import annotations

import pytest

from rightplace.app.service.roster import LACKING, RULES, WEIGHED, reasons_of
from rightplace.deploy.roster.people import OFF, Wish
from rightplace.deploy.roster.verify import officer_breaches
from rightplace.deploy.roster.wishes import DEARER, wish_answers
from tests.roster_world import duties, need, problem


def test_each_refusal_is_told_by_the_rules_that_it_would_break() -> None:
    world = problem(
        wishes=(Wish(officer_id="a", day=problem().calendar.day(1), shift="early", weight=1),)
    )
    (answer,) = wish_answers(world, duties(world, a="L.L...."))
    # Off Tuesday between two lates; an early one would come 8 hours after the first.
    assert reasons_of(answer.why) >= {"rest between shifts"}
    assert WEIGHED not in reasons_of(answer.why)
    assert reasons_of(answer.why) <= RULES


def test_a_shift_that_would_lack_is_told_apart_from_rules() -> None:
    day = problem().calendar.day(0)
    world = problem(
        needs=(need(0, "early"),), wishes=(Wish(officer_id="a", day=day, shift=OFF, weight=1),)
    )
    (answer,) = wish_answers(world, duties(world, a="E......"))
    assert LACKING in reasons_of(answer.why)


def test_a_wish_that_breaks_nothing_weighed_less() -> None:
    assert reasons_of(DEARER) == {WEIGHED}
    assert reasons_of("") == {WEIGHED}


@pytest.mark.parametrize("letters", ["LE.....", "EEEEEEE", "NNNNN..", "E.E....", "NE....."])
def test_every_rule_that_the_check_names_is_known(letters: str) -> None:
    world = problem()
    worked = duties(world, a=letters)
    found = {each.rule for each in officer_breaches(world, world.officers[0], worked)}
    assert found
    assert found <= RULES
