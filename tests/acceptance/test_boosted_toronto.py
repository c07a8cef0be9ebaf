"""Boosted trees and the stack on the Toronto benchmark's test year, bad rows included."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.quality import toronto
from rightplace.forecast import rolling_backtest

if TYPE_CHECKING:
    from rightplace.forecast import Backtest

pytestmark = pytest.mark.skipif(
    not toronto.FOLDER.is_dir(), reason="the Toronto benchmark data are absent (bench_toronto)"
)
# Without additive memory, which has tests of its own and takes most of a stack's time.
STACK = "stack@additive_memory=0,boosted=1"


@cache
def found() -> Backtest:
    history, origins, _ = toronto.load()
    return rolling_backtest(
        history,
        origins,
        methods=["boosted", STACK, toronto.REFERENCE],
        generator=np.random.default_rng(0),
    )


def lower_limit(method: str, metric: str) -> float:
    """Return the lower 95 % limit of what a method has over the reference."""
    pairs = [
        p for p in found().pairs if (p.a, p.b, p.metric) == (method, toronto.REFERENCE, metric)
    ]
    assert len(pairs) == 1
    low = pairs[0].lo95
    assert low is not None
    return low


def test_log_score_is_pinned_and_short_of_the_trial_with_another_library() -> None:
    # The printed trial of boosted trees had -.14396, without the rule that more never lowers.
    assert found().methods["boosted"]["log_score"] == pytest.approx(-0.14408, abs=0.0001)
    assert round(found().methods[toronto.REFERENCE]["log_score"], 5) == -0.14487


@pytest.mark.parametrize("method", ["boosted", STACK])
def test_log_score_beats_the_reference_beyond_chance(method: str) -> None:
    assert lower_limit(method, "log_score") > 0


@pytest.mark.parametrize("method", ["boosted", STACK])
@pytest.mark.parametrize("share", ["0.02", "0.05", "0.1"])
def test_ranking_is_within_two_percent_of_the_reference(method: str, share: str) -> None:
    least = -0.02 * found().methods[toronto.REFERENCE]["pai"][share]
    assert lower_limit(method, f"pai@{share}") > least


def test_a_stack_of_trees_and_fading_counts_is_no_worse_than_trees() -> None:
    scores = found().methods
    assert scores[STACK]["log_score"] > scores["boosted"]["log_score"] - 0.0001
