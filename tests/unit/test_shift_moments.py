"""An hour that somebody typed is the moment of their shift that it means."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rightplace.app.service.shift_moments import moment_of_shift
from rightplace.app.service.shift_slots import find_shift, shift_at, shift_key, shifts_from
from rightplace.core.time import Clock
from rightplace.errors import NotHeldError

LONDON = ZoneInfo("Europe/London")
CLOCK = Clock()
NIGHT = find_shift(CLOCK, "2026-05-05 night", at=datetime(2026, 5, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("23:30", datetime(2026, 5, 5, 22, 30, tzinfo=UTC)),
        ("0015", datetime(2026, 5, 5, 23, 15, tzinfo=UTC)),
        ("1.05", datetime(2026, 5, 6, 0, 5, tzinfo=UTC)),
        (" 22:50 ", datetime(2026, 5, 5, 21, 50, tzinfo=UTC)),
    ],
)
def test_in_a_night_shift_an_hour_falls_on_the_right_side_of_midnight(
    typed: str, utc: datetime
) -> None:
    now = datetime(2026, 5, 6, 0, 30, tzinfo=UTC)
    assert moment_of_shift(typed, NIGHT, zone=LONDON, not_after=now) == utc


@pytest.mark.parametrize(
    "typed", ["", "24:00", "7", "12:60", "noon", "12:00:00", "\uff11\uff12:00"]
)
def test_what_is_no_time_of_the_day_is_none(typed: str) -> None:
    now = datetime(2026, 5, 6, tzinfo=UTC)
    assert moment_of_shift(typed, NIGHT, zone=LONDON, not_after=now) is None


def test_an_hour_that_comes_twice_is_the_later_that_has_been() -> None:
    # Clocks go back on 25 October 2026 at 02:00 BST: 01:30 is 00:30 UTC and again 01:30 UTC.
    night = next(s for s in CLOCK.slots(date(2026, 10, 24), 1) if s.shift == "night")
    before, after = (datetime(2026, 10, 25, hour, tzinfo=UTC) for hour in (1, 3))
    for now, utc_hour in ((before, 0), (after, 1)):
        found = moment_of_shift("01:30", night, zone=LONDON, not_after=now)
        assert found == datetime(2026, 10, 25, utc_hour, 30, tzinfo=UTC)


def test_every_moment_falls_into_one_shift_and_a_key_leads_back_to_it() -> None:
    for hour in range(24):
        at = datetime(2026, 10, 25, hour, 59, tzinfo=UTC)
        slot = shift_at(CLOCK, at)
        assert slot.start <= at < slot.end
        assert find_shift(CLOCK, shift_key(slot), at=at) == slot
        assert find_shift(CLOCK, "", at=at) == slot
        assert shifts_from(CLOCK, at)[0] == slot


@pytest.mark.parametrize("key", ["never", "2026-05-05", "2026-05-05 noon", "9999-12-31 night", "2"])
def test_a_shift_that_is_none_is_not_held(key: str) -> None:
    with pytest.raises(NotHeldError, match="no shift"):
        find_shift(CLOCK, key, at=datetime(2026, 5, 5, tzinfo=UTC))
