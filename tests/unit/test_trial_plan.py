"""The file of a trial, and what a trial's estimate weighs beside the evidence before it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.core.canonical import plain
from rightplace.deploy.effect_file import kept_effect, read_effect_sizes
from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.trial.looks import Spending
from rightplace.evaluate.trial.shrinkage import LogReduction, at_anchor, next_record, shrunk
from rightplace.evaluate.trial.trial_plan import kept_trial_plan, read_trial_plan

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
title = "Autumn"
question = "Do visits help?"
starts = 2018-07-06
ends = 2018-08-02
plans = 4
looks = [2, 4]
smallest_change = -0.1
stop_rule = "none"
spending = "pocock"
"""
(SHIPPED,) = read_effect_sizes()


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_trial_is_read_kept_and_known_by_its_digest(tmp_path: Path) -> None:
    plan = read_trial_plan(written(tmp_path / "trial.toml", GOOD))
    assert (plan.looks, plan.spending, plan.alpha) == ((2, 4), Spending.POCOCK, 0.05)
    assert kept_trial_plan(plain(plan)) == plan
    assert replace(plan, plans=5, looks=(2, 5)).sha256 != plan.sha256


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("looks = [2, 4]", "looks = [2, 3]", "the last be after all plans"),
        ("looks = [2, 4]", "looks = [4, 2, 4]", "looks must increase"),
        ("looks = [2, 4]", 'looks = ["2"]', "looks is"),
        ("-0.1", "0.1", "smallest_change must lie above -1 and below 0"),
        ("2018-08-02", "2018-07-01", "starts must precede ends"),
        ('"none"', '""', "stop_rule must be a text of one line"),
        ('"pocock"', '"pocok"', "Did you mean 'pocock'"),
        ("plans = 4", "plan = 4", "unknown key 'plan'"),
        ("plans = 4", "", "plans is missing"),
        ('title = "Autumn"', "title = ", "Not a TOML file"),
    ],
)
def test_a_trial_that_cannot_be_carried_out_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(BadInputError, match=said) as refusal:
        read_trial_plan(written(tmp_path / "trial.toml", GOOD.replace(old, new)))
    assert str(refusal.value).startswith(str(tmp_path / "trial.toml"))


def test_a_trial_as_sure_as_the_record_has_half_the_weight() -> None:
    trial = LogReduction(mean=0.3, sd=SHIPPED.log_reduction_sd)
    found = shrunk(SHIPPED, trial, between_forces_sd=0.0)
    assert found.weight == pytest.approx(0.5)
    assert found.after.mean == pytest.approx((0.3 - math.log(0.88)) / 2)
    assert found.after.sd == pytest.approx(SHIPPED.log_reduction_sd / math.sqrt(2))


def test_a_trial_that_says_nothing_changes_nothing_but_how_sure_one_is() -> None:
    found = shrunk(SHIPPED, LogReduction(mean=5.0, sd=1e6), between_forces_sd=0.06)
    assert found.after.mean == pytest.approx(SHIPPED.log_reduction)
    assert found.after.sd == pytest.approx(math.hypot(SHIPPED.log_reduction_sd, 0.06))


def test_a_tenth_fewer_at_half_the_dose_is_a_fifth_of_the_log_at_the_whole() -> None:
    """Interval of 95 %: from -19 % to 0 the log spans -ln 0.81; half of it is 1.96 deviations."""
    found = at_anchor((-0.1, -0.19, 0.0), level=0.95, dose=0.5)
    assert found.mean == pytest.approx(-2 * math.log(0.9))
    assert found.sd == pytest.approx(-2 * math.log(0.81) / (2 * 1.959964), rel=1e-6)
    assert found.change == pytest.approx(0.81 - 1)


@pytest.mark.parametrize("ends", [(None, None), (-1.0, 0.2), (-0.3, math.inf)])
def test_an_estimate_without_both_ends_teaches_nothing(
    ends: tuple[float | None, float | None],
) -> None:
    with pytest.raises(UnsupportedByDataError, match="one side only"):
        at_anchor((-0.1, *ends), level=0.95, dose=0.5)


def test_arms_that_got_the_same_teach_nothing() -> None:
    with pytest.raises(UnsupportedByDataError, match="differed by a dose of 0"):
        at_anchor((-0.1, -0.3, 0.1), level=0.95, dose=0.0)


def test_the_next_record_keeps_anchor_and_level_and_says_what_it_assumes() -> None:
    found = shrunk(SHIPPED, LogReduction(mean=0.2, sd=0.05), between_forces_sd=0.06)
    made = next_record(
        SHIPPED, found, version="u", source="a trial", in_force_from=date(2026, 1, 1)
    )
    assert made.log_reduction == pytest.approx(found.after.mean)
    assert made.log_reduction_sd == pytest.approx(found.after.sd)
    assert (made.anchor_visits, made.anchor_hours, made.level) == (3, 8.0, 0.8)
    assert made.approver == "nobody: a proposal"
    assert set(SHIPPED.assumptions) < set(made.assumptions)
    assert kept_effect(plain(made)) == made
