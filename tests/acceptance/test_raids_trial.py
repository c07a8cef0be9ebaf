"""The crack-house raids of Kansas City: a trial's null result from its own rows (ANCHORS 2.5).

Sherman and Rogan (1995), Justice Quarterly 12, 755-781; the file holds each block's calls in the
five weeks after, in calls a week, and nothing by week.
"""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.evaluate.designs.finding import Check
from rightplace.evaluate.designs.lot.designs import randomised_units
from rightplace.evaluate.designs.lot.rows import TrialRows
from rightplace.evaluate.designs.lot.settings import LotSettings
from rightplace.evaluate.designs.verdict import verdict
from rightplace.evaluate.power.check import power_check
from tests.paths import SHARED, needs_shared
from tests.rda_files import read_rda

pytestmark = needs_shared


@pytest.fixture(scope="module")
def raids() -> TrialRows:
    frame = read_rda(SHARED / "evaluation" / "sherman_raids_rct.rda")["sherman"]
    treated = np.asarray(frame["treatment"]) == 1
    zeros = np.zeros(treated.size, dtype=np.int64)
    return TrialRows(
        unit=np.arange(treated.size),
        period=zeros,
        block=zeros,
        stratum=zeros,
        treated=treated,
        count=np.asarray(frame["CFS_after_5weeks"], dtype=np.float64),
    )


def test_the_arms_are_those_of_the_anchors(raids: TrialRows) -> None:
    arms = [raids.count[raids.treated == arm] for arm in (True, False)]
    assert [arm.size for arm in arms] == [104, 103]
    assert [round(float(arm.mean()), 3) for arm in arms] == [3.098, 2.831]
    assert [round(float(arm.std(ddof=1)), 3) for arm in arms] == [3.679, 3.377]


def test_the_raids_did_nothing_that_chance_does_not_do(raids: TrialRows) -> None:
    finding = randomised_units(
        raids, outcome="Calls a week", settings=LotSettings(), rng=np.random.default_rng(0)
    )
    estimate = finding.estimate
    each = estimate.value / 104
    # By hand from the anchors: 3.098 - 2.831, s.e. sqrt(3.679**2 / 104 + 3.377**2 / 103) = .491.
    assert each == pytest.approx(0.267, abs=0.001)
    assert estimate.lo is not None
    assert estimate.hi is not None
    assert estimate.lo / 104 == pytest.approx(0.267 - 1.972 * 0.491, abs=0.05)
    assert estimate.hi / 104 == pytest.approx(0.267 + 1.972 * 0.491, abs=0.05)
    assert estimate.p == pytest.approx(0.587, abs=0.04)  # t = .544 on 205
    assert verdict(finding).startswith("No effect could be told from chance.")


def test_a_fall_of_a_tenth_could_not_have_been_seen(raids: TrialRows) -> None:
    finding = randomised_units(
        raids, outcome="Calls a week", settings=LotSettings(), rng=np.random.default_rng(0)
    )
    check = power_check(finding, 0.1)
    assert check.check is Check.POWER
    assert check.passed is False
    # s.e. .491 / 2.831 = 17.3 % of what was expected; 2.8016 of them: 48.6 %.
    assert "48." in check.words
