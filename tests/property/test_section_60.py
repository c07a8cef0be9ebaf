"""Laws of section 60 that hold for every rank, ground, time and regime."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.errors import RefusedError
from rightplace.powers.law.keys import Key, Value, looser
from rightplace.powers.law.limits import limits_on
from rightplace.powers.law.policy import ForcePolicy
from rightplace.powers.law.provisions import Layer, Provision, forces, provisions
from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.breaches import breaches
from rightplace.powers.section_60.codec import from_json, to_json
from rightplace.powers.section_60.defects import About
from rightplace.powers.section_60.gates import formal_defects, limits_for
from rightplace.powers.section_60.grounds import Form, Ground
from rightplace.powers.section_60.history import (
    Authorised,
    Extended,
    History,
    LimbStated,
    NecessityAnswered,
    Published,
    Refused,
    Reviewed,
    Revoked,
    Submitted,
)
from rightplace.powers.section_60.prompts import prompts
from rightplace.powers.section_60.states import (
    EDGES,
    OVER,
    State,
    check_next,
    state_of,
)
from tests.section_60_world import HOUR, SUPERINTENDENT, authorised, draft, extended, officer

if TYPE_CHECKING:
    from rightplace.powers.section_60.happened import Happened, Officer

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
moments = st.datetimes(
    min_value=datetime(1996, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    timezones=st.sampled_from([UTC, LONDON]),
)
officers = st.builds(
    officer,
    st.one_of(st.none(), st.sampled_from(Rank)),
    st.one_of(st.none(), st.sampled_from(RankKind)),
)
named_forces = st.sampled_from(["metropolitan", "kent", "btp"])
grounds = st.sets(st.sampled_from(Ground), min_size=1).map(sorted)


@given(moments, officers, named_forces)
def test_a_rank_that_is_too_low_on_that_day_is_always_a_defect(
    starts: datetime, by: Officer, force: str
) -> None:
    history = authorised(draft(starts=starts, force=force), by=by)
    limits = limits_for(history, at=starts)
    found = formal_defects(history, limits=limits, at=starts.astimezone(UTC))
    too_low = by.rank is None or by.rank.height < limits.lowest_rank.height
    assert any(each.about is About.RANK for each in found) == too_low


@given(moments, st.integers(1, 60 * 60), named_forces)
def test_a_period_is_too_long_by_the_minutes_that_pass_and_by_no_other(
    starts: datetime, minutes: int, force: str
) -> None:
    history = draft(starts=starts, hours=minutes / 60, force=force)
    limits = limits_for(history, at=starts)
    found = formal_defects(history, limits=limits, at=starts.astimezone(UTC))
    too_long = minutes * MINUTE > limits.longest
    assert any(each.about is About.PERIOD for each in found) == too_long


@given(moments, grounds, st.data())
def test_a_limb_that_is_missing_is_always_a_defect(
    starts: datetime, chosen: list[Ground], data: st.DataObject
) -> None:
    history = draft(*chosen, starts=starts)
    stated = [each for each in history if isinstance(each, LimbStated)]
    gone = data.draw(st.sampled_from(stated))
    less = tuple(each for each in history if each is not gone)
    limits = limits_for(history, at=starts)
    found = formal_defects(less, limits=limits, at=starts.astimezone(UTC))
    left = authorisation_of(less).grounds  # with its only limb gone, a ground is not stated
    wrong = gone.ground in left or not left
    wrong |= any(each not in limits.grounds for each in left)
    assert any(each.about is About.GROUNDS for each in found) == wrong


@given(moments, grounds)
def test_only_ground_aa_alone_may_be_oral(starts: datetime, chosen: list[Ground]) -> None:
    history = authorised(draft(*chosen, starts=starts), form=Form.ORAL)
    limits = limits_for(history, at=starts)
    found = formal_defects(history, limits=limits, at=starts.astimezone(UTC))
    may = chosen == [Ground.AFTER_INCIDENT] and Ground.AFTER_INCIDENT in limits.oral_grounds
    assert any(each.about is About.FORM for each in found) == (not may)


@given(
    moments,
    officers,
    st.integers(-60, 30 * 60),
    st.integers(-60, 60 * 60),
    st.sampled_from([(), ("CR/1",)]),
)
def test_an_extension_without_defect_kept_every_rule(
    starts: datetime, by: Officer, at_minutes: int, more_minutes: int, offences: tuple[str, ...]
) -> None:
    end = starts.astimezone(UTC) + 12 * HOUR
    at = starts.astimezone(UTC) + max(at_minutes, 0) * MINUTE
    history = extended(
        authorised(draft(starts=starts)),
        at=at,
        until=end + more_minutes * MINUTE,
        by=by,
        offences=offences,
    )
    limits = limits_for(history, at=starts)
    found = formal_defects(history, limits=limits, at=at)
    kept = (
        by.rank is not None
        and by.rank.height >= limits.extension_rank.height
        and at < end
        and timedelta(0) < more_minutes * MINUTE <= limits.extension_steps[0]
        and (12 * HOUR + more_minutes * MINUTE) <= limits.longest_in_all
        and bool(offences)
    )
    assert any(each.about is About.EXTENSION for each in found) == (not kept)


def event(kind: str, at: datetime, start: datetime) -> Happened:
    """Return an event of a kind at a moment, by a superintendent."""
    who: dict[str, Any] = {"at": at, "entered_at": at, "by": SUPERINTENDENT}
    made: dict[str, Happened] = {
        "submitted": Submitted(**who),
        "refused": Refused(**who, reason="Too wide"),
        "authorised": Authorised(**who, form=Form.WRITTEN, signed_at=at),
        "paper": Authorised(**who, form=Form.PAPER, signed_at=at),
        "oral": Authorised(**who, form=Form.ORAL, signed_at=None),
        "extended": Extended(
            **who,
            until=start + 30 * HOUR,
            offences=("CR/1",),
            words="A fight",
            form=Form.WRITTEN,
            signed_at=at,
        ),
        "answered": NecessityAnswered(**who, due_at=at, still_needed=False, words="No"),
        "revoked": Revoked(**who, reason="Over"),
        "reviewed": Reviewed(
            **who,
            violence="None",
            weapons="None",
            complaints="None",
            feedback="None",
            learning="None",
            explanation="None",
        ),
        "published": Published(**who),
    }
    return made[kind]


KINDS = (
    "submitted refused authorised paper oral extended answered revoked reviewed published".split()
)


@st.composite
def lives(draw: st.DrawFn) -> History:
    """Return a life in which only what may happen next was entered, each later than the last."""
    drafted = draw(moments).astimezone(UTC)
    start = drafted + draw(st.integers(0, 300)) * MINUTE
    history, at = draft(starts=start, at=drafted), drafted
    for _ in range(draw(st.integers(0, 8))):
        at += draw(st.integers(1, 600)) * MINUTE
        may = [new for kind in KINDS if may_happen(history, new := event(kind, at, start))]
        if not may:
            break
        history = (*history, draw(st.sampled_from(may)))
    return history


def may_happen(history: History, new: Happened) -> bool:
    try:
        check_next(history, new)
    except RefusedError:
        return False
    return True


def moments_of(history: History) -> list[datetime]:
    """Return every moment at which the state may change, with one before and one after."""
    view = authorisation_of(history)
    found = {each.at for each in history}
    found |= {each for each in (view.runs_from, view.end, view.planned_end) if each is not None}
    if view.period is not None:
        found.add(view.period.ends)
    first, last = min(found), max(found)
    return sorted(found | {first - MINUTE, last + MINUTE})


@settings(max_examples=60)
@given(lives())
def test_states_move_along_allowed_edges_only(history: History) -> None:
    states = [state_of(history, at) for at in moments_of(history)]
    moves = {(before, after) for before, after in pairwise(states) if before is not after}
    assert all(after in EDGES[before] for before, after in moves)


@settings(max_examples=60)
@given(lives(), st.data())
def test_a_replayed_log_gives_the_same_states_whatever_its_length(
    history: History, data: st.DataObject
) -> None:
    prefix = history[: data.draw(st.integers(1, len(history)))]
    replayed = tuple(from_json(each.kind, to_json(each)) for each in prefix)
    assert replayed == prefix
    assert authorisation_of(replayed) == authorisation_of(prefix)
    for at in moments_of(history):
        assert state_of(replayed, at) is state_of(prefix, at)
        assert prompts(replayed, at) == prompts(prefix, at)


@settings(max_examples=60)
@given(lives(), st.integers(0, 10_000), st.integers(0, 10_000))
def test_time_alone_never_brings_back_what_is_over(history: History, one: int, more: int) -> None:
    at = history[0].at + one * MINUTE
    later = at + more * MINUTE
    if state_of(history, at) in OVER:
        assert state_of(history, later) in OVER
    if state_of(history, at) is State.REFUSED:
        assert state_of(history, later) is State.REFUSED


@given(moments, st.integers(0, 719), st.integers(0, 3000), st.integers(1, 3000))
def test_nothing_entered_afterwards_revives_what_was_revoked(
    starts: datetime, revoked: int, after: int, more: int
) -> None:
    start = starts.astimezone(UTC)
    at = start + revoked * MINUTE
    history = (*authorised(draft(starts=starts)), event("revoked", at, start))
    assert state_of(history, at) is State.REVOKED
    late = at + after * MINUTE
    revived = (*history, event("extended", late, start + more * MINUTE))
    assert state_of(revived, late) is State.REVOKED
    assert authorisation_of(revived).end == at


@settings(max_examples=60)
@given(lives())
def test_no_prompt_is_given_before_it_is_given_or_twice_the_same(history: History) -> None:
    view = authorisation_of(history)
    for at in moments_of(history):
        found = prompts(history, at)
        assert len(set(found)) == len(found)
        assert not (found and (view.given is None or at < view.given.at))
        assert all(each.overdue == (at > each.due_at) for each in found)


@settings(max_examples=60)
@given(lives())
def test_breaches_of_what_is_over_are_those_that_were_found_before_and_more(
    history: History,
) -> None:
    limits = limits_for(history, at=history[0].at)
    known = [set(breaches(history, limits=limits, at=at)) for at in moments_of(history)]
    assert all(before <= after for before, after in pairwise(known))
    assert known[-1] <= set(breaches(history, limits=limits))


values: st.SearchStrategy[tuple[Key, Value]] = st.one_of(
    st.tuples(st.just(Key.LONGEST_HOURS), st.integers(1, 48)),
    st.tuples(st.just(Key.TOTAL_HOURS), st.integers(1, 72)),
    st.tuples(st.just(Key.LOWEST_RANK), st.sampled_from([each.value for each in Rank])),
    st.tuples(st.just(Key.EXTENSION_RANK), st.sampled_from([each.value for each in Rank])),
    st.tuples(
        st.just(Key.EXTENSION_HOURS),
        st.lists(st.integers(1, 30), max_size=3).map(tuple),
    ),
    st.tuples(st.just(Key.STATEMENT_MONTHS), st.integers(1, 24)),
)


@given(values, moments, moments, st.sampled_from(sorted(forces())))
def test_a_local_policy_is_never_looser_on_any_day(
    rule: tuple[Key, Value], since: datetime, starts: datetime, force: str
) -> None:
    key, value = rule
    own = Provision(
        regime="Ours",
        layer=Layer.POLICY,
        provision="Ours, rule 1",
        limits=key,
        value=value,
        in_force_from=since.date(),
        source="Order 1",
        verified=True,
        dates_verified=True,
    )
    try:
        policy = ForcePolicy(force=force, name="Ours", rules=(own,))
    except RefusedError:
        others = [each for each in provisions() if each.limits is key and each.binds(force)]
        assert any(looser(key, value, than=each.value) for each in others)
        return
    with_policy = limits_on(starts, force=force, policy=policy)
    without = limits_on(starts, force=force)
    assert with_policy.longest <= without.longest
    assert with_policy.longest_in_all <= without.longest_in_all
    assert with_policy.lowest_rank.height >= without.lowest_rank.height
    assert with_policy.extension_rank.height >= without.extension_rank.height
    assert len(with_policy.extension_steps) <= len(without.extension_steps)
    assert with_policy.months(Key.STATEMENT_MONTHS) >= without.months(Key.STATEMENT_MONTHS)


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_and_none_leads_to_itself(state: State) -> None:
    assert state not in EDGES[state]
    reached, new = {State.DRAFT}, {State.DRAFT}
    while new:
        new = {after for before in new for after in EDGES[before]} - reached
        reached |= new
    assert state in reached
