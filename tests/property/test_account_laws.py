"""Laws of permission and of waiting: never wider than a grant, never longer than the limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rightplace.errors import RefusedError
from rightplace.records.accounts.allowed import (
    Grant,
    Place,
    Scope,
    Standing,
    allowed,
    check_two,
)
from rightplace.records.accounts.roles import (
    GRANTED_BY_TWO,
    MAY,
    NOT_BY_BREAK_GLASS,
    SECOND_PERSON,
    Permission,
    Role,
)
from rightplace.records.accounts.settings import Limit, LogInSettings
from rightplace.records.accounts.throttle import (
    Tries,
    after_failure,
    counts_of,
    free_at,
    waits_until,
)

BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
BOROUGHS = {"Camden": "CN", "Islington": "CN", "Hackney": "CE"}
PLACES = [
    Place(),
    *(Place(bcu=bcu) for bcu in ("CN", "CE")),
    *(Place(bcu=bcu, borough=borough) for borough, bcu in BOROUGHS.items()),
]
moments = st.integers(0, 50).map(lambda hours: BEGIN + timedelta(hours=hours))
scopes = st.sampled_from(
    [
        (Scope.EVERYWHERE, ""),
        *((Scope.BCU, name) for name in ("CN", "CE")),
        *((Scope.BOROUGH, name) for name in BOROUGHS),
    ]
)


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    scope, area = draw(scopes)
    start = draw(moments)
    return Grant(
        role=draw(st.sampled_from(Role)),
        scope=scope,
        area=area,
        from_at=start,
        until_at=start + timedelta(hours=draw(st.integers(1, 30))),
        approved=draw(st.booleans()),
    )


standings = st.builds(
    Standing,
    account_id=st.just("u-1"),
    grants=st.lists(grants(), max_size=5).map(tuple),
    left_at=st.none() | moments,
    by_break_glass=st.booleans(),
)
permissions = st.sampled_from(Permission)
places = st.sampled_from(PLACES)


def boroughs_of(place: Place) -> set[str]:
    return {
        name
        for name, bcu in BOROUGHS.items()
        if place.bcu in {None, bcu} and place.borough in {None, name}
    }


def boroughs_granted(grant: Grant) -> set[str]:
    if grant.scope is Scope.BOROUGH:
        return {grant.area}
    return boroughs_of(Place(bcu=grant.area or None))


@given(standings, permissions, places, moments)
def test_what_is_allowed_is_given_whole_by_one_grant(
    who: Standing, permission: Permission, place: Place, at: datetime
) -> None:
    gives = [
        each
        for each in who.grants
        if permission in MAY[each.role]
        and boroughs_of(place) <= boroughs_granted(each)
        and each.from_at <= at < each.until_at
        and (each.approved or each.role not in GRANTED_BY_TWO)
    ]
    if allowed(who, permission, place, at=at):
        assert gives
        assert who.left_at is None or at < who.left_at
        assert not (who.by_break_glass and permission in NOT_BY_BREAK_GLASS)


@given(standings, grants(), permissions, places, moments)
def test_a_further_grant_takes_nothing_away_and_gives_no_more_than_itself(
    who: Standing, more: Grant, permission: Permission, place: Place, at: datetime
) -> None:
    alone = replace(who, grants=(more,))
    both = replace(who, grants=(*who.grants, more))
    expected = allowed(who, permission, place, at=at) or allowed(alone, permission, place, at=at)
    assert allowed(both, permission, place, at=at) == expected


@given(standings, permissions, places, places, moments)
def test_what_is_allowed_for_a_place_is_allowed_within_it(
    who: Standing, permission: Permission, wide: Place, narrow: Place, at: datetime
) -> None:
    is_within = narrow.bcu is not None and (
        wide == Place() or (wide.borough is None and wide.bcu == narrow.bcu) or wide == narrow
    )
    if is_within and allowed(who, permission, wide, at=at):
        assert allowed(who, permission, narrow, at=at)


@given(standings, permissions, places, moments)
def test_break_glass_never_gives_more(
    who: Standing, permission: Permission, place: Place, at: datetime
) -> None:
    if allowed(replace(who, by_break_glass=True), permission, place, at=at):
        assert allowed(replace(who, by_break_glass=False), permission, place, at=at)


@given(standings, permissions, places, moments, st.sampled_from(["u-1", "u-2"]))
def test_two_people_are_two_and_each_may(
    who: Standing, permission: Permission, place: Place, at: datetime, second: str
) -> None:
    other = replace(who, account_id=second)
    try:
        check_two(who, other, permission, place, at=at)
    except RefusedError:
        expected = False
    else:
        expected = True
    may = allowed(who, permission, place, at=at)
    assert expected == (may and second == "u-2" and permission in SECOND_PERSON)


limits = st.builds(
    Limit,
    free=st.integers(1, 10),
    first_seconds=st.floats(1, 60),
    most_seconds=st.floats(60, 900),
    forget_seconds=st.floats(900, 7200),
)
gaps = st.lists(st.integers(0, 4000), max_size=60)


@given(limits, gaps)
def test_no_wait_is_longer_than_the_limit_and_none_shrinks_by_failing(
    limit: Limit, seconds: list[int]
) -> None:
    tries: Tries | None = None
    at = BEGIN
    for gap in seconds:
        at += timedelta(seconds=gap)
        before = free_at(tries, limit)
        if waits_until([(tries, limit)], at=at) is not None:
            assert before is not None
            assert before > at
            continue  # a try that must wait is not counted
        tries = after_failure(tries, limit, at=at)
        free = free_at(tries, limit)
        assert (free is None) == (tries.failures <= limit.free)
        if free is not None:
            assert at < free <= at + timedelta(seconds=limit.most_seconds)


@given(limits, st.integers(0, 86_400))
def test_however_often_one_tries_few_passwords_are_checked_in_a_day(
    limit: Limit, every: int
) -> None:
    tries: Tries | None = None
    at, checked = BEGIN, 0
    while at < BEGIN + timedelta(days=1):
        waits = waits_until([(tries, limit)], at=at)
        if waits is None:
            tries, checked = after_failure(tries, limit, at=at), checked + 1
            at += timedelta(seconds=every)
        else:
            at = max(waits, at + timedelta(seconds=every))
    if every < limit.forget_seconds - limit.most_seconds:  # so that nothing is ever forgotten
        doublings = 11  # from 1 s, at the least, to 900 s, at the most
        assert checked <= limit.free + doublings + 86_400 / limit.most_seconds + 1


@given(st.text(), st.text(), st.text(min_size=1))
def test_a_known_device_shares_no_count_with_anybody_else(
    name: str, source: str, device: str
) -> None:
    settings = LogInSettings()
    mine = {(each.what, each.of) for each in counts_of(name, source, device, settings)}
    theirs = {(each.what, each.of) for each in counts_of(name, source, None, settings)}
    assert mine == {("device", device)}
    assert theirs == {("account", name), ("source", source)}
    assert not mine & theirs
