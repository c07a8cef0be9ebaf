"""A period's expectation is split over slots only as a file declares, or evenly."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.core import Clock
from rightplace.deploy import ShiftProfile, profile_label, read_profile, shift_column, split
from rightplace.deploy.shift_profile import WEEKDAYS
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

SHIFTS = ("early", "late", "night")
WEEK = tuple(Clock().slots(date(2018, 7, 2), 7))  # Monday to Sunday
BY_SHIFT = "shift,share\nearly,0.2\nlate,0.5\nnight,0.3\n"


def read(folder: Path, text: str, name: str = "profile.csv") -> ShiftProfile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_profile(path, shifts=SHIFTS)


def test_without_a_profile_minutes_are_spread_evenly_and_said_so() -> None:
    # Spring change: the night of 28 March 2026 lasts 7 hours, so 23 in all.
    slots = tuple(Clock().slots(date(2026, 3, 28), 1))

    by_slot = split(np.array([23.0, np.nan]), slots, profile=None)

    assert by_slot[0].tolist() == pytest.approx([8, 8, 7])
    assert np.isnan(by_slot[1]).all()
    assert profile_label(None) == "no shift evidence: minutes spread evenly"
    assert shift_column(None) == "not supported by the data"


def test_a_profile_by_shift_treats_days_alike_and_is_named(tmp_path: Path) -> None:
    profile = read(tmp_path, BY_SHIFT)

    by_slot = split(np.array([70.0]), WEEK, profile=profile)[0]

    assert by_slot.tolist() == pytest.approx([2, 5, 3] * 7)
    assert profile_label(profile) == "profile from profile.csv, not forecast"
    assert shift_column(profile) == "profile from profile.csv, not forecast"


def test_a_profile_by_weekday_follows_the_policing_day(tmp_path: Path) -> None:
    rows = [
        f'[[share]]\nshift = "{shift}"\nweekday = "{day.capitalize()}"\nshare = {share}\n'
        for day in WEEKDAYS
        for shift, share in {
            "early": 0.05,
            "late": 0.05,
            "night": 0.2 if day == "friday" else 0.1 / 6,
        }.items()
    ]
    profile = read(tmp_path, "\n".join(rows), "profile.toml")

    whole_week = split(np.array([100.0]), WEEK, profile=profile)[0].reshape(7, 3)
    friday_only = split(np.array([100.0]), WEEK[12:15], profile=profile)[0]

    assert whole_week[4].tolist() == pytest.approx([5, 5, 20])
    assert whole_week[0].tolist() == pytest.approx([5, 5, 10 / 6])
    assert friday_only.tolist() == pytest.approx([100 / 6, 100 / 6, 400 / 6])


@pytest.mark.parametrize("days", [1, 5, 28])
def test_a_split_neither_adds_nor_loses(tmp_path: Path, days: int) -> None:
    slots = tuple(Clock().slots(date(2018, 10, 20), days))
    expected = np.array([0.0, 0.3, 57.0])

    for profile in (None, read(tmp_path, BY_SHIFT)):
        assert split(expected, slots, profile=profile).sum(axis=1) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BY_SHIFT.replace("0.5", "0.6"), "sum to 1.1, not to 1"),
        (BY_SHIFT.replace("0.5", "0.51"), "sum to 1.01, not to 1"),
        (BY_SHIFT.replace("0.2", "-0.2"), "does not lie between 0 and 1"),
        (BY_SHIFT.replace("0.2", "nan"), "does not lie between 0 and 1"),
        (BY_SHIFT.replace("0.2", "a fifth"), "no number"),
        (BY_SHIFT.replace("night", "nights"), "Did you mean 'night'"),
        (BY_SHIFT.replace("night", "late"), "late has two shares"),
        (BY_SHIFT.replace("early,0.2\n", "").replace("0.3", "0.5"), "no share for early"),
        (BY_SHIFT.replace("shift,share", "shift,shares"), "Did you mean 'share'"),
        ("shift,share,share\n", "stands 2 times"),
        ("", "stands 0 times"),
        ("shift,weekday,share\nlate,Friady,1\n", "Did you mean 'friday'"),
        ("shift,weekday,share\nlate,friday,0.5\nearly,,0.5\n", "Some shares name a weekday"),
        ("shift,weekday,share\nlate,friday,1\n", "no share for early on Monday"),
    ],
)
def test_a_faulty_profile_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        read(tmp_path, text)


@pytest.mark.parametrize("text", ["share = ", '[[share]]\nshfit = "late"\n'])
def test_a_faulty_toml_profile_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        read(tmp_path, text, "profile.toml")


def test_byte_order_mark_and_rounded_shares_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "profile.csv"
    path.write_bytes(b"\xef\xbb\xbfshift, share\r\nearly,0.333\r\nlate,0.333\r\nnight,0.333\r\n")

    profile = read_profile(path, shifts=SHIFTS)

    assert split(np.array([3.0]), WEEK[:3], profile=profile)[0].tolist() == pytest.approx([1, 1, 1])


def test_a_period_to_which_the_profile_gives_nothing_is_refused() -> None:
    profile = ShiftProfile(
        file="p.csv", shares={("early", None): 1, ("late", None): 0, ("night", None): 0}
    )

    with pytest.raises(BadInputError, match="no share to any slot"):
        split(np.array([1.0]), WEEK[1:3], profile=profile)
