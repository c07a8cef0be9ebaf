"""What has to be asked or told, by a history and a moment alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rightplace.errors import BadInputError
from rightplace.powers.law.limits import limits_on
from rightplace.powers.ranks import Rank
from rightplace.powers.section_60.applications import (
    Paper,
    answer_application,
    last_day,
    months_after,
)
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.breaches import breaches
from rightplace.powers.section_60.codec import from_json, to_json
from rightplace.powers.section_60.grounds import Form, Ground
from rightplace.powers.section_60.history import (
    HandedOver,
    History,
    NecessityAnswered,
    PeriodChosen,
    PublicTold,
    Revoked,
    SuperintendentInformed,
    WrittenDown,
)
from rightplace.powers.section_60.prompts import What, Whom, prompts, review_points
from rightplace.powers.section_60.settings import Section60Settings
from tests.section_60_world import (
    HOUR,
    INSPECTOR,
    NOON,
    SUPERINTENDENT,
    authorised,
    draft,
    extended,
    officer,
    submitted,
)

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
LIMITS = limits_on(NOON, force="metropolitan")
RUNNING = authorised(submitted(draft(hours=12)))


def asked(history: History, at: datetime, what: What) -> list[tuple[Whom, datetime, bool]]:
    return [(p.whom, p.due_at, p.overdue) for p in prompts(history, at) if p.what is what]


def answered(at: datetime, *, point: datetime, needed: bool = True) -> NecessityAnswered:
    return NecessityAnswered(
        at=at, entered_at=at, by=INSPECTOR, due_at=point, still_needed=needed, words="As before"
    )


def test_a_draft_prompts_nobody() -> None:
    assert prompts(submitted(draft()), NOON) == ()


def test_a_superintendent_is_to_be_informed_within_the_hour_unless_one_gave_it() -> None:
    assert asked(RUNNING, NOON, What.INFORM) == [(Whom.AUTHORISER, NOON + HOUR, False)]
    assert asked(RUNNING, NOON + 61 * MINUTE, What.INFORM)[0][2]
    told = SuperintendentInformed(at=NOON, entered_at=NOON, by=INSPECTOR, whom=SUPERINTENDENT)
    assert asked((*RUNNING, told), NOON, What.INFORM) == []
    not_high = replace(told, whom=officer(Rank.CHIEF_INSPECTOR))
    assert asked((*RUNNING, not_high), NOON, What.INFORM) != []
    by_superintendent = authorised(submitted(draft()), by=SUPERINTENDENT)
    assert asked(by_superintendent, NOON, What.INFORM) == []
    by_chief_inspector = authorised(submitted(draft()), by=officer(Rank.CHIEF_INSPECTOR))
    assert asked(by_chief_inspector, NOON, What.INFORM) != []


def test_every_four_hours_it_is_asked_whether_it_is_still_needed() -> None:
    points = review_points(authorisation_of(RUNNING), settings=Section60Settings())
    assert points == (NOON + 4 * HOUR, NOON + 8 * HOUR)
    both = {Whom.AUTHORISER, Whom.DUTY_OFFICER}
    first = asked(RUNNING, NOON + HOUR, What.NECESSITY)
    assert {(whom, due) for whom, due, _ in first} == {(whom, points[0]) for whom in both}
    reply = answered(NOON + 4 * HOUR, point=points[0])
    later = asked((*RUNNING, reply), NOON + 5 * HOUR, What.NECESSITY)
    assert {due for _, due, _ in later} == {points[1]}


def test_what_stays_unanswered_for_half_an_hour_goes_to_a_superintendent() -> None:
    point = NOON + 4 * HOUR
    assert asked(RUNNING, point + 29 * MINUTE, What.ESCALATED) == []
    late = asked(RUNNING, point + 30 * MINUTE, What.ESCALATED)
    assert late == [(Whom.SUPERINTENDENT, point + 30 * MINUTE, False)]
    reply = answered(point + 40 * MINUTE, point=point)
    assert asked((*RUNNING, reply), point + 41 * MINUTE, What.ESCALATED) == []


def test_a_question_that_nobody_answers_stays_with_the_superintendent_beyond_the_next_one() -> None:
    point = NOON + 4 * HOUR
    late = (Whom.SUPERINTENDENT, point + 30 * MINUTE, True)
    assert asked(RUNNING, point + 4 * HOUR, What.ESCALATED) == [late]
    assert asked(RUNNING, point + 5 * HOUR, What.ESCALATED) == [late]
    reply = answered(point + 5 * HOUR, point=point + 4 * HOUR)
    assert asked((*RUNNING, reply), point + 5 * HOUR, What.ESCALATED) == []


def test_an_answer_long_before_its_point_is_none() -> None:
    # Whoever answers as soon as it is signed is asked at the point all the same.
    point = NOON + 4 * HOUR
    early = (*RUNNING, answered(point - 61 * MINUTE, point=point))
    assert asked(early, point + 30 * MINUTE, What.ESCALATED) != []
    findings = [each.finding for each in breaches(early, limits=LIMITS, at=point + 2 * HOUR)]
    assert any(each.startswith("nobody said at 01 Jun 2026 17:00") for each in findings)
    soon = (*RUNNING, answered(point - 60 * MINUTE, point=point))
    assert asked(soon, point + 30 * MINUTE, What.ESCALATED) == []
    assert asked(RUNNING, point - 61 * MINUTE, What.NECESSITY) != []  # it is announced long before


def test_two_hours_before_a_change_of_shift_are_those_that_pass() -> None:
    # On 25 October 2026 clocks go back at 02:00, so that 00:30 UTC is 90 minutes before 02:00.
    chosen = Section60Settings(shift_changes="02:00")
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)
    history = authorised(submitted(draft(starts=start)))

    def is_asked(at: datetime) -> bool:
        found = prompts(history, at, settings=chosen)
        return any(each.what is What.HAND_OVER for each in found)

    assert not is_asked(datetime(2026, 10, 24, 23, 59, tzinfo=UTC))
    assert is_asked(datetime(2026, 10, 25, 0, 0, tzinfo=UTC))


def test_who_says_no_longer_needed_is_asked_to_revoke_and_nothing_ends_by_itself() -> None:
    point = NOON + 4 * HOUR
    history = (*RUNNING, answered(point, point=point, needed=False))
    assert [whom for whom, _, _ in asked(history, point, What.REVOKE)] == sorted(Whom)
    assert authorisation_of(history).end == NOON + 12 * HOUR
    over = Revoked(at=point, entered_at=point, by=INSPECTOR, reason="Not needed")
    assert asked((*history, over), point, What.REVOKE) == []


def test_a_change_of_shift_asks_for_a_hand_over_once() -> None:
    # 1 June 2026, 13:00 to 01:00 in London: shifts change at 15:00 and 23:00.
    change = datetime(2026, 6, 1, 15, tzinfo=LONDON)
    assert asked(RUNNING, NOON, What.HAND_OVER)[0][1:] == (change, False)
    assert asked(RUNNING, change.astimezone(UTC) + MINUTE, What.HAND_OVER)[0][2]
    when = NOON + HOUR
    over = HandedOver(at=when, entered_at=when, by=INSPECTOR, to=SUPERINTENDENT, words="All told")
    history = (*RUNNING, over)
    assert asked(history, change.astimezone(UTC), What.HAND_OVER) == []
    assert authorisation_of(history).looked_after_by(when) == SUPERINTENDENT
    night = datetime(2026, 6, 1, 23, tzinfo=LONDON)
    assert asked(history, night.astimezone(UTC), What.HAND_OVER)[0][1] == night


def test_settings_by_which_no_clock_can_run_are_refused() -> None:
    with pytest.raises(BadInputError, match="shift_changes is 'noon'"):
        Section60Settings(shift_changes="noon")
    with pytest.raises(BadInputError, match="necessity_hours is 0; it must be 1 or more"):
        Section60Settings(necessity_hours=0)
    with pytest.raises(BadInputError, match=r"likeness is 1\.5; it must be above 0 and at most 1"):
        Section60Settings(likeness=1.5)


def test_an_oral_one_is_to_be_written_down_and_its_extension_too() -> None:
    oral = authorised(draft(Ground.AFTER_INCIDENT), form=Form.ORAL)
    assert asked(oral, NOON, What.WRITE) == [(Whom.AUTHORISER, NOON + HOUR, False)]
    down = WrittenDown(at=NOON, entered_at=NOON, by=INSPECTOR)
    assert asked((*oral, down), NOON, What.WRITE) == []
    spoken = extended((*oral, down), at=NOON + HOUR, until=NOON + 13 * HOUR, form=Form.ORAL)
    assert [due for _, due, _ in asked(spoken, NOON + HOUR, What.WRITE)] == [NOON + 2 * HOUR]


def test_the_public_is_told_or_it_is_said_why_not() -> None:
    assert asked(RUNNING, NOON, What.TELL) == [(Whom.AUTHORISER, NOON + HOUR, False)]
    assert asked(RUNNING, NOON + 61 * MINUTE, What.TELL)[0][2]
    told = PublicTold(
        at=NOON, entered_at=NOON, by=INSPECTOR, told=False, words="It would warn them"
    )
    assert asked((*RUNNING, told), NOON, What.TELL) == []


def test_the_end_is_announced_an_hour_before_and_the_review_is_due_after_a_week() -> None:
    end = NOON + 12 * HOUR
    assert asked(RUNNING, end - 61 * MINUTE, What.ENDING) == []
    assert len(asked(RUNNING, end - HOUR, What.ENDING)) == 2
    assert asked(RUNNING, end, What.REVIEW) == [(Whom.AUTHORISER, end + timedelta(days=7), False)]
    assert asked(RUNNING, end + timedelta(days=8), What.REVIEW)[0][2]
    assert asked(RUNNING, end, What.NECESSITY) == []


@pytest.mark.parametrize(
    ("night", "hours"),
    [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25)],
    ids=["spring", "autumn"],
)
def test_hours_are_those_that_pass_where_clocks_change(night: date, hours: int) -> None:
    start = datetime(night.year, night.month, night.day, 20, tzinfo=LONDON)
    same_clock = start + timedelta(days=1)
    event = PeriodChosen(at=start, entered_at=start, by=INSPECTOR, starts=start, ends=same_clock)
    assert event.ends - event.starts == hours * HOUR
    assert from_json(event.kind, to_json(event)) == event
    history = authorised(submitted(draft(starts=start, hours=24)))
    points = review_points(authorisation_of(history), settings=Section60Settings())
    assert [(point - start.astimezone(UTC)) / HOUR for point in points] == [4, 8, 12, 16, 20]


def test_what_is_entered_in_the_hour_that_comes_twice_keeps_its_order() -> None:
    first = datetime(2026, 10, 25, 1, 50, tzinfo=LONDON)
    second = datetime(2026, 10, 25, 1, 10, tzinfo=LONDON, fold=1)
    told = PublicTold(at=first, entered_at=second, by=INSPECTOR, told=True, words="By post")
    assert told.entered_late_by == 20 * MINUTE


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 15), 3, date(2027, 2, 15)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_a_statement_is_given_for_a_year_and_a_copy_of_the_record_for_three_months() -> None:
    searched = datetime(2026, 1, 10, 23, 30, tzinfo=UTC)
    limits = limits_on(searched, force="metropolitan")
    assert last_day(Paper.STATEMENT, searched, limits=limits) == date(2027, 1, 10)
    assert last_day(Paper.RECORD_COPY, searched, limits=limits) == date(2026, 4, 9)
    # DOMAIN 11.15: a copy asked for at 4 months is refused, a statement at 11 months is given.
    at_4, at_11 = date(2026, 5, 10), date(2026, 12, 10)

    def given(paper: Paper, day: date) -> bool:
        return answer_application(paper, searched_at=searched, asked_on=day, limits=limits).given

    assert not given(Paper.RECORD_COPY, at_4)
    assert not given(Paper.RECORD_COPY, at_11)
    assert given(Paper.STATEMENT, at_4)
    assert given(Paper.STATEMENT, at_11)
    assert not given(Paper.STATEMENT, date(2027, 1, 11))
    with pytest.raises(BadInputError, match="before the search"):
        given(Paper.STATEMENT, date(2026, 1, 9))


@pytest.mark.parametrize(
    ("searched", "copy_until", "statement_until"),
    [
        (date(2026, 11, 30), date(2027, 2, 28), date(2027, 11, 30)),  # there is no 30 February
        (date(2026, 8, 31), date(2026, 11, 30), date(2027, 8, 31)),  # there is no 31 November
        (date(2026, 12, 1), date(2027, 2, 28), date(2027, 12, 1)),
        (date(2026, 3, 1), date(2026, 5, 31), date(2027, 3, 1)),
        (date(2023, 11, 30), date(2024, 2, 29), date(2024, 11, 30)),  # a leap year
        (date(2024, 2, 29), date(2024, 5, 28), date(2025, 2, 28)),
    ],
)
def test_a_month_without_such_a_day_shortens_no_clock(
    searched: date, copy_until: date, statement_until: date
) -> None:
    # Three months that begin with 30 November end with February, not on the 27th.
    at = datetime(searched.year, searched.month, searched.day, 12, tzinfo=UTC)
    limits = limits_on(at, force="metropolitan")
    assert last_day(Paper.RECORD_COPY, at, limits=limits) == copy_until
    assert last_day(Paper.STATEMENT, at, limits=limits) == statement_until


def test_a_search_after_midnight_in_summer_belongs_to_the_day_of_london() -> None:
    searched = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)  # 00:30 on 2 June in London
    limits = limits_on(searched, force="metropolitan")
    assert last_day(Paper.RECORD_COPY, searched, limits=limits) == date(2026, 9, 1)
