"""An effect size is a dated record; what it says about visits can be worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.deploy import EffectSize, effect_size_on, read_effect_sizes
from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError

if TYPE_CHECKING:
    from pathlib import Path

# Worked by hand: half as many events at 2 visits in 8 hours, each visit half of the one before.
# log 2 = b (1 + 1/2), so one visit multiplies by 2^(-2/3), and no number by less than 2^(-4/3).
HALVED = EffectSize(
    name="hot-spot-visit",
    version="test",
    change_mean=-0.5,
    change_lo=-0.75,
    change_hi=0.0,
    level=0.8,
    anchor_visits=2,
    anchor_hours=8,
    further_visit_ratio=0.5,
    source="invented",
    assumptions=(),
    approver="nobody",
    in_force_from=date(2018, 1, 1),
)


def test_the_anchor_dose_gives_the_mean_effect_and_others_follow_by_hand() -> None:
    shares = HALVED.prevented_share(np.array([0, 1, 2, 1000]), slot_hours=8.0)

    by_hand = [0, 1 - 2 ** (-2 / 3), 0.5, 1 - 2 ** (-4 / 3)]
    assert shares == pytest.approx(by_hand)


def test_the_same_visits_in_twice_the_hours_are_half_the_dose() -> None:
    assert HALVED.prevented_share(4, slot_hours=16.0) == pytest.approx(0.5)
    assert HALVED.dose(1, slot_hours=4.0) == pytest.approx(1.0)


def test_each_further_visit_adds_less_and_they_sum_to_the_share() -> None:
    added = HALVED.marginal_shares(np.array([7.0, 8.0, 24.0]), visits=5)

    assert added.shape == (3, 5)
    assert (np.diff(added, axis=1) < 0).all()
    assert (added > 0).all()
    whole = HALVED.prevented_share(5, slot_hours=np.array([7.0, 8.0, 24.0]))
    assert added.sum(axis=1) == pytest.approx(whole)


def test_the_interval_is_read_on_the_log_ratio_scale() -> None:
    # Log ratios from log 1/4 to log 1 are 2 log 2 wide; an 80 % interval is 2 x 1.2816 sd wide.
    assert HALVED.log_reduction == pytest.approx(math.log(2))
    assert HALVED.log_reduction_sd == pytest.approx(math.log(2) / 1.2815516)

    draws = HALVED.draw_log_reductions(40_000, rng=np.random.default_rng(1))

    assert np.quantile(draws, [0.1, 0.5, 0.9]) == pytest.approx(
        [0, math.log(2), 2 * math.log(2)], abs=0.02
    )


def test_the_shipped_record_is_the_small_average_and_says_what_it_assumes() -> None:
    (shipped,) = read_effect_sizes()

    assert (shipped.change_lo, shipped.change_mean, shipped.change_hi) == (-0.16, -0.12, -0.08)
    assert effect_size_on([shipped], date(2018, 6, 30)) == shipped
    assert "Braga" in shipped.source
    assert "not approved" in shipped.approver
    assert any("scale per visit is an assumption" in text for text in shipped.assumptions)
    # One visit in 8 hours: 1 - 0.88^(1 / 1.75) = 7.0 %, far below the single trials' 44 to 88 %.
    assert shipped.prevented_share(1, slot_hours=8.0) == pytest.approx(0.0704, abs=5e-5)
    assert shipped.prevented_share(3, slot_hours=8.0) == pytest.approx(0.12)
    assert shipped.prevented_share(10_000, slot_hours=8.0) < 0.16


def test_the_later_record_in_force_is_found_by_date() -> None:
    old = replace(HALVED, version="old", in_force_to=date(2019, 12, 31))
    new = replace(HALVED, version="new", in_force_from=date(2019, 6, 1))

    found = {
        day: effect_size_on([old, new], date.fromisoformat(day)).version
        for day in ("2018-01-01", "2019-05-31", "2019-06-01", "2024-01-01")
    }

    assert list(found.values()) == ["old", "old", "new", "new"]
    with pytest.raises(NotHeldError, match="2017-12-31"):
        effect_size_on([old, new], date(2017, 12, 31))
    with pytest.raises(NotHeldError, match="Records held: hot-spot-visit"):
        effect_size_on([old, new], date(2018, 5, 1), name="surge")


def test_an_effect_that_prevents_nothing_cannot_be_planned_by() -> None:
    harmless = replace(HALVED, change_mean=0.0)

    with pytest.raises(UnsupportedByDataError):
        harmless.marginal_shares(np.array([8.0]), visits=2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("change_lo", -1.0),
        ("change_mean", 0.1),
        ("level", 1.0),
        ("anchor_visits", 0),
        ("anchor_hours", 0.0),
        ("further_visit_ratio", 1.0),
        ("source", ""),
        ("in_force_to", date(2017, 1, 1)),
    ],
)
def test_nonsense_is_refused(field: str, value: object) -> None:
    with pytest.raises(BadInputError):
        replace(HALVED, **{field: value})  # type: ignore[arg-type]  # one field of several types


RECORD = """\
[[effect_size]]
name = "hot-spot-visit"
version = "2"
in_force_from = 2024-01-01
change_mean = -0.1
change_lo = -0.2
change_hi = 0.05
level = 0.95
anchor_visits = 1
anchor_hours = 24
further_visit_ratio = 0.4
source = "own evaluation"
approver = "head of analysis"
assumptions = ["none"]
"""


def test_a_force_brings_its_own_record(tmp_path: Path) -> None:
    path = tmp_path / "effects.toml"
    path.write_text(RECORD)

    (own,) = read_effect_sizes(path)

    assert (own.version, own.change_hi, own.anchor_hours) == ("2", 0.05, 24)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("anchor_visits", "anchor_visit", "Did you mean 'anchor_visits'"),
        ('version = "2"', "version = 2", "version is 2, not str"),
        ("2024-01-01", '"2024"', "in_force_from is '2024', not date"),
        ('["none"]', "[1]", "assumptions"),
        ("level = 0.95", "level = true", "level is True"),
        ("[[effect_size]]", "", r"no \[\[effect_size\]\]"),
        ("level", "level level", "Not a TOML file"),
    ],
)
def test_a_faulty_file_is_refused_by_key(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    path = tmp_path / "effects.toml"
    path.write_text(RECORD.replace(before, after))

    with pytest.raises(BadInputError, match=said) as caught:
        read_effect_sizes(path)
    assert caught.value.fault.file == str(path)
