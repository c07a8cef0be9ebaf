"""The clock of a request, against the text of section 54, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rightplace.errors import BadInputError, RefusedError
from rightplace.records.rights.clock import RequestDays, check_extendable, clock_of

SEPTEMBER = date(2026, 9, 3)


def access(received: date = SEPTEMBER, **days: date | bool) -> RequestDays:
    return RequestDays(received=received, is_access=True, **days)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 9, 3), date(2026, 10, 2)),
        (date(2026, 12, 15), date(2027, 1, 14)),
        (date(2026, 10, 1), date(2026, 10, 31)),
        (date(2027, 1, 31), date(2027, 2, 27)),
        (date(2028, 1, 31), date(2028, 2, 28)),
    ],
)
def test_a_month_beginning_with_the_day_of_receipt_ends_the_day_before_the_same_date(
    received: date, due: date
) -> None:
    assert clock_of(access(received)).due_on == due


def test_the_clock_begins_when_the_subject_has_shown_who_they_are() -> None:
    asked = access(identity_asked=date(2026, 9, 5))
    assert clock_of(asked).due_on is None
    shown = access(identity_asked=date(2026, 9, 5), identity_shown=date(2026, 9, 20))
    assert clock_of(shown).due_on == date(2026, 10, 19)


def test_an_extension_gives_two_further_months_from_the_same_day() -> None:
    clock = clock_of(access(is_extended=True))
    assert clock.due_on == date(2026, 12, 2)
    assert clock.extendable_until is None, "it is extended once"


def test_before_february_2026_the_law_knew_no_extension_and_no_standing_still() -> None:
    before = date(2026, 2, 4)
    clock = clock_of(access(before, more_asked=before, more_told=date(2026, 2, 20)))
    assert clock.due_on == date(2026, 3, 3)
    assert clock.extendable_until is None
    with pytest.raises(RefusedError, match="cannot be extended"):
        check_extendable(clock, today=before)
    assert clock_of(access(date(2026, 2, 5))).extendable_until == date(2026, 3, 4)


def test_days_from_a_question_to_its_answer_do_not_count_for_access() -> None:
    """Asked on the 10th, told on the 19th: ten days, both counted, fall out."""
    days = {"more_asked": date(2026, 9, 10), "more_told": date(2026, 9, 19)}
    other = replace(access(**days), is_access=False)
    assert clock_of(access(**days)).due_on == date(2026, 10, 12)
    assert clock_of(access(**days)).extendable_until == date(2026, 10, 12)
    assert clock_of(access(more_asked=date(2026, 9, 10))).due_on is None
    assert clock_of(other).due_on == date(2026, 10, 2)


def test_a_question_before_identity_was_shown_takes_out_only_days_of_the_clock() -> None:
    days = access(
        identity_asked=SEPTEMBER,
        identity_shown=date(2026, 9, 15),
        more_asked=date(2026, 9, 10),
        more_told=date(2026, 9, 16),
    )
    assert clock_of(days).due_on == date(2026, 10, 14) + timedelta(days=2)


def test_notice_of_an_extension_comes_within_the_first_month() -> None:
    clock = clock_of(access())
    check_extendable(clock, today=date(2026, 10, 2))
    with pytest.raises(RefusedError, match="ended on 2026-10-02"):
        check_extendable(clock, today=date(2026, 10, 3))


def test_days_that_are_left_are_negative_when_it_is_late() -> None:
    clock = clock_of(access())
    assert clock.days_left(date(2026, 9, 30)) == 2
    assert clock.days_left(date(2026, 10, 5)) == -3


def test_days_follow_each_other_and_the_act() -> None:
    with pytest.raises(BadInputError, match="does not follow"):
        access(identity_shown=date(2026, 9, 20))
    with pytest.raises(BadInputError, match="does not follow"):
        access(more_asked=date(2026, 9, 2))
    with pytest.raises(BadInputError, match="not in force"):
        clock_of(access(date(2018, 5, 24)))
