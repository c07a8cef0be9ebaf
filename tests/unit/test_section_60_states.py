"""The state of an authorisation follows from its history, at any moment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rightplace.errors import RefusedError
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.grounds import LIMBS, Form, Ground
from rightplace.powers.section_60.history import (
    Authorised,
    Drafted,
    GroundDropped,
    PeriodChosen,
    Published,
    Refused,
    Reviewed,
    Revoked,
    Submitted,
    WrittenDown,
)
from rightplace.powers.section_60.states import State, check_next, entered_by, next_kinds, state_of
from tests.section_60_world import (
    HOUR,
    INSPECTOR,
    NOON,
    SUPERINTENDENT,
    authorised,
    draft,
    extended,
    limb_stated,
    submitted,
)

MINUTE = timedelta(minutes=1)


def revoked(at: datetime) -> Revoked:
    return Revoked(at=at, entered_at=at, by=INSPECTOR, reason="The belief no longer holds")


def reviewed(at: datetime) -> Reviewed:
    return Reviewed(
        at=at,
        entered_at=at,
        by=INSPECTOR,
        violence="None",
        weapons="Two knives",
        complaints="None",
        feedback="Told to the ward panel",
        learning="Smaller next time",
        explanation="Not enough searches to say",
    )


def test_a_whole_life_passes_through_its_states_in_order() -> None:
    history = draft(starts=NOON + 2 * HOUR, at=NOON)
    assert state_of(history, NOON) is State.DRAFT
    history = submitted(history)
    assert state_of(history, NOON) is State.SUBMITTED
    history = authorised(history, at=NOON + HOUR)
    history = extended(history, at=NOON + 10 * HOUR, until=NOON + 20 * HOUR)
    history = (*history, reviewed(NOON + 30 * HOUR))
    published = NOON + 31 * HOUR
    history = (*history, Published(at=published, entered_at=published, by=INSPECTOR))
    expected = {
        0: State.SUBMITTED,
        1: State.AUTHORISED,
        2: State.ACTIVE,
        10: State.EXTENDED,
        19: State.EXTENDED,
        20: State.ENDED,
        30: State.REVIEWED,
        31: State.PUBLISHED,
    }
    assert {hour: state_of(history, NOON + hour * HOUR) for hour in expected} == expected


def test_the_end_is_outside_and_the_start_inside() -> None:
    history = authorised(submitted(draft(hours=12)))
    assert state_of(history, NOON) is State.ACTIVE
    assert state_of(history, NOON + 12 * HOUR - MINUTE) is State.ACTIVE
    assert state_of(history, NOON + 12 * HOUR) is State.ENDED


def test_powers_run_from_the_signature_where_it_came_after_the_start() -> None:
    view = authorisation_of(authorised(submitted(draft()), at=NOON + 5 * MINUTE))
    assert view.runs_from == NOON + 5 * MINUTE
    assert not view.covers(NOON + 4 * MINUTE)


def test_what_was_revoked_stays_so_and_is_never_extended() -> None:
    history = (*authorised(submitted(draft())), revoked(NOON + 3 * HOUR))
    assert state_of(history, NOON + 2 * HOUR) is State.ACTIVE
    assert state_of(history, NOON + 3 * HOUR) is State.REVOKED
    late = extended(history, at=NOON + 4 * HOUR, until=NOON + 20 * HOUR)
    assert state_of(late, NOON + 13 * HOUR) is State.REVOKED
    assert authorisation_of(late).end == NOON + 3 * HOUR
    assert authorisation_of(late).in_time == ()


def test_an_extension_after_the_end_brings_nothing_back() -> None:
    history = extended(authorised(submitted(draft())), at=NOON + 12 * HOUR, until=NOON + 20 * HOUR)
    assert state_of(history, NOON + 13 * HOUR) is State.ENDED


def test_an_oral_authorisation_entered_later_was_active_when_it_was_given() -> None:
    entered = NOON + 3 * HOUR
    words = draft(Ground.AFTER_INCIDENT, starts=NOON, at=entered)
    given = Authorised(at=NOON, entered_at=entered, by=INSPECTOR, form=Form.ORAL, signed_at=None)
    history = (*words, given)
    assert state_of(history, NOON - MINUTE) is State.DRAFT
    assert state_of(history, NOON + HOUR) is State.ACTIVE
    assert entered_by(history, NOON + HOUR) == ()
    assert state_of(entered_by(history, entered), entered) is State.ACTIVE


def test_words_change_nothing_once_it_is_given_but_for_an_oral_one() -> None:
    later = NOON + HOUR
    longer = PeriodChosen(
        at=later, entered_at=later, by=INSPECTOR, starts=NOON, ends=NOON + 40 * HOUR
    )
    written = (*authorised(submitted(draft())), longer)
    assert authorisation_of(written).end == NOON + 12 * HOUR
    oral = (*authorised(draft(Ground.AFTER_INCIDENT), form=Form.ORAL), longer)
    assert authorisation_of(oral).end == NOON + 40 * HOUR
    down = WrittenDown(at=later, entered_at=later, by=INSPECTOR)
    closed = (*authorised(draft(Ground.AFTER_INCIDENT), form=Form.ORAL), down, longer)
    assert authorisation_of(closed).end == NOON + 12 * HOUR
    assert authorisation_of(closed).written_at == later


def test_a_ground_that_was_dropped_leaves_with_its_limbs_and_comes_back_anew() -> None:
    dropped = GroundDropped(at=NOON, entered_at=NOON, by=INSPECTOR, ground=Ground.CARRYING)
    history = (*draft(Ground.ANTICIPATION, Ground.CARRYING), dropped)
    assert authorisation_of(history).grounds == (Ground.ANTICIPATION,)

    again = limb_stated(Ground.CARRYING, LIMBS[Ground.CARRYING][0])
    assert authorisation_of((*history, again)).grounds == (Ground.ANTICIPATION, Ground.CARRYING)


def test_only_what_may_happen_next_may_be_entered() -> None:
    history = draft()
    assert next_kinds((), NOON) == (Drafted,)
    signed = authorised(history)[-1]
    with pytest.raises(RefusedError, match="not submitted cannot be signed here"):
        check_next(history, signed)
    check_next(submitted(history), signed)
    check_next(history, authorised(history, form=Form.PAPER)[-1])
    with pytest.raises(RefusedError, match="draft cannot be revoked"):
        check_next(history, revoked(NOON))
    refusal = Refused(at=NOON, entered_at=NOON, by=SUPERINTENDENT, reason="Too wide")
    refused = (*submitted(history), refusal)
    assert state_of(refused, NOON) is State.REFUSED
    with pytest.raises(RefusedError, match="Begin a new draft"):
        check_next(refused, signed)
    over = authorised(submitted(history))
    with pytest.raises(RefusedError, match="ended cannot be extended"):
        check_next(over, extended(over, at=NOON + 13 * HOUR, until=NOON + 20 * HOUR)[-1])
    with pytest.raises(RefusedError, match="active cannot be submitted"):
        check_next(over, Submitted(at=NOON, entered_at=NOON, by=INSPECTOR))


def test_what_is_oral_may_be_written_down_once() -> None:
    written, oral = authorised(submitted(draft())), authorised(draft(), form=Form.ORAL)
    assert WrittenDown not in next_kinds(written, NOON)
    assert WrittenDown in next_kinds(oral, NOON)
    down = WrittenDown(at=NOON, entered_at=NOON, by=INSPECTOR)
    assert WrittenDown not in next_kinds((*oral, down), NOON)


def test_time_left_and_who_looks_after_it() -> None:
    view = authorisation_of(authorised(submitted(draft(hours=12))))
    assert view.time_left(NOON + 10 * HOUR) == 2 * HOUR
    assert view.time_left(NOON + 13 * HOUR) == -HOUR
    assert authorisation_of(draft()).time_left(NOON) is None
    assert view.looked_after_by(NOON) == INSPECTOR
    assert authorisation_of(draft()).looked_after_by(NOON) is None
