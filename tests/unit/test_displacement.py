"""The weighted displacement difference gives every published number (ANCHORS 2.2, DOMAIN 10.3)."""

from __future__ import annotations

import math

import pytest

from rightplace.errors import BadInputError, UndefinedMetricError, UsageError
from rightplace.evaluate.designs.displacement import (
    Comparison,
    Counts,
    Kind,
    counts_finding,
    harm_difference,
)
from rightplace.evaluate.designs.displacement_settings import DisplacementSettings
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Check, Estimate, Finding
from rightplace.evaluate.designs.verdict import verdict

Pair = tuple[float, float]


def comparison(
    control: Pair,
    treated: Pair,
    ring_control: Pair | None = None,
    ring: Pair | None = None,
    *,
    weights: tuple[float, float, float, float] = (1, 1, 1, 1),
    time: Pair = (1, 1),
) -> Comparison:
    """Return a comparison in the order in which ptools takes it."""

    def counts(pair: Pair | None, weight: float) -> Counts | None:
        return None if pair is None else Counts(before=pair[0], after=pair[1], weight=weight)

    here, there = counts(treated, weights[1]), counts(control, weights[0])
    assert here is not None
    assert there is not None
    return Comparison(
        treated=here,
        control=there,
        ring=counts(ring, weights[3]),
        ring_control=counts(ring_control, weights[2]),
        time_weights=time,
    )


PAPER = comparison((308, 318), (207, 110), (150, 140), (178, 157))


def ends(each: Estimate) -> tuple[float, float]:
    """Return both ends of an interval."""
    assert each.lo is not None
    assert each.hi is not None
    return each.lo, each.hi


def passed(finding: Finding) -> dict[Check, bool | None]:
    return {each.check: each.passed for each in finding.diagnostics}


def test_the_papers_example() -> None:
    found = PAPER.difference()

    assert found.ring is not None
    assert (found.local.value, found.ring.value, found.total.value) == (-107, -11, -118)
    assert found.total.variance == 1568
    assert round(found.total.standard_error, 2) == 39.60
    assert round(found.total.z, 2) == -2.98
    assert tuple(round(end) for end in ends(found.total.estimate())) == (-196, -40)


def test_weights_of_areas_divide_counts() -> None:
    found = comparison(
        (308, 318), (207, 110), (150, 140), (178, 157), weights=(0.9, 1.2, 1.6, 1.5)
    ).difference()

    assert round(found.total.value, 4) == -99.6944
    assert found.total.standard_error == pytest.approx(35.4280755, abs=5e-8)
    assert found.total.z == pytest.approx(-2.813995483, abs=5e-10)
    lo, hi = ends(found.total.estimate())
    assert lo == pytest.approx(-169.1321965, abs=5e-8)
    assert hi == pytest.approx(-30.25669241, abs=5e-9)
    assert (round(found.local.value, 1), round(found.local.standard_error, 1)) == (-91.9, 31.5)


def test_weights_of_time_divide_counts() -> None:
    found = comparison((100, 50), (80, 20), time=(2, 1)).difference()

    assert found.total.value == -20
    assert found.total.variance == 115


def test_areas_and_time_are_weighted_together() -> None:
    """By hand: treated (20/1 - 80/2)/2 = -10, control 50 - 50; 20/4 + 80/16 + 50 + 25 = 85."""
    found = comparison((100, 50), (80, 20), weights=(1, 2, 1, 1), time=(2, 1)).difference()

    assert found.total.value == -10
    assert found.total.variance == 85


@pytest.mark.parametrize(
    ("pairs", "time", "value", "error", "lo", "hi"),
    [
        (((20, 20), (20, 10)), (1, 1), -10, 8.3666, -23.761833, 3.761833),
        (((130, 150), (120, 100)), (1, 1), -40, 22.4, -76.8, -3.2),
        (((130, 150), (120, 100), (30, 25), (40, 25)), (1, 1), -50, 24.9, -91.0, -9.0),
        (((200, 100), (100, 20)), (2, 1), -30, 14.0, -53.0, -7.0),
    ],
)
def test_published_intervals_of_90_percent(
    pairs: tuple[Pair, ...], time: Pair, value: float, error: float, lo: float, hi: float
) -> None:
    found = comparison(*pairs, time=time).difference().total
    digits = len(str(error).partition(".")[2])

    assert found.value == value
    assert round(found.standard_error, digits) == error
    low, high = ends(found.estimate(level=0.9))
    assert round(low, len(str(lo).partition(".")[2])) == lo
    assert round(high, len(str(hi).partition(".")[2])) == hi


def test_a_fall_of_ten_of_twenty_has_the_published_z() -> None:
    assert round(comparison((20, 20), (20, 10)).difference().total.z, 6) == -1.195229


HARM = (
    ("mv", 3, (133, 91), (130, 74)),
    ("theft", 2, (388, 305), (327, 202)),
    ("burglary", 5, (148, 97), (398, 190)),
    ("robbery", 7, (86, 64), (144, 92)),
    ("assault", 10, (94, 67), (183, 96)),
)


def test_harm_of_several_kinds_gives_the_published_sum() -> None:
    kinds = [Kind(name=n, harm=w, comparison=comparison(c, t)) for n, w, c, t in HARM]

    found = harm_difference(kinds).total

    assert found.value == -1721
    assert found.standard_error == pytest.approx(304.10360077, abs=5e-9)
    assert found.z == pytest.approx(-5.65925558, abs=5e-9)
    lo, hi = ends(found.estimate())
    assert lo == pytest.approx(-2317.03210507, abs=5e-9)
    assert hi == pytest.approx(-1124.96789493, abs=5e-9)
    finding = counts_finding(kinds, outcome="Crime harm")
    assert finding.observed == 74 * 3 + 202 * 2 + 190 * 5 + 92 * 7 + 96 * 10
    assert finding.expected == finding.observed + 1721
    assert "harm weights less" in verdict(finding)


def test_domain_10_3_12_is_not_significant() -> None:
    found = comparison((118, 115), (120, 84), (62, 63), (60, 57)).difference()

    assert found.ring is not None
    assert [each.value for each in (found.local, found.ring, found.total)] == [-33, -4, -37]
    errors = [round(each.standard_error, 2) for each in (found.local, found.ring, found.total)]
    assert errors == [20.90, 15.56, 26.06]
    assert round(found.total.z, 2) == -1.42
    assert tuple(round(end, 1) for end in ends(found.total.estimate())) == (-88.1, 14.1)


def test_the_finding_is_level_three_says_poisson_and_names_what_it_expected() -> None:
    finding = counts_finding(PAPER, outcome="Shootings")

    assert evidence_of(finding).level == 3
    assert (finding.observed, finding.expected) == (110, 217)
    assert finding.displacement is not None
    assert finding.displacement.value == -11
    assert [each.code for each in finding.flags] == ["poisson-only"]
    assert verdict(finding).startswith(
        "Shootings: 118 incidents fewer (-196 to -40.4, 95% interval)"
    )


def test_without_a_ring_the_answer_is_local_and_says_so() -> None:
    finding = counts_finding(comparison((118, 115), (120, 84)))

    assert finding.displacement is None
    assert finding.estimate.value == -33
    assert "no-ring" in [each.code for each in finding.flags]


def test_tiny_counts_and_areas_unlike_each_other_cost_a_level_each() -> None:
    tiny = counts_finding(comparison((12, 9), (14, 5)))
    unlike = counts_finding(comparison((400, 390), (120, 84)))
    both = counts_finding(comparison((0, 1), (14, 5)))

    assert passed(tiny) == {Check.ENOUGH_COUNTS: False, Check.COMPARABLE: True}
    assert passed(unlike) == {Check.ENOUGH_COUNTS: True, Check.COMPARABLE: False}
    assert [evidence_of(each).level for each in (tiny, unlike, both)] == [2, 2, 1]


def test_a_treated_place_may_come_to_nothing() -> None:
    assert passed(counts_finding(comparison((30, 30), (30, 0))))[Check.ENOUGH_COUNTS] is True


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(UndefinedMetricError, match="Nothing was counted"):
        counts_finding(comparison((0, 0), (0, 0)))
    with pytest.raises(BadInputError, match="ring needs a control"):
        Comparison(
            treated=Counts(before=1, after=1),
            control=Counts(before=1, after=1),
            ring=Counts(before=1, after=1),
        )
    for odd in ({"before": -1, "after": 1}, {"before": 1, "after": math.nan}):
        with pytest.raises(BadInputError):
            Counts(**odd)
    with pytest.raises(BadInputError):
        Counts(before=1, after=1, weight=0)
    with pytest.raises(BadInputError, match="Weights of time"):
        comparison((1, 1), (1, 1), time=(0, 1))
    with pytest.raises(BadInputError, match="all kinds or none"):
        harm_difference([])
    with pytest.raises(BadInputError, match="all kinds or none"):
        harm_difference(
            [
                Kind(name="a", harm=1, comparison=PAPER),
                Kind(name="b", harm=1, comparison=comparison((1, 1), (1, 1))),
            ]
        )
    with pytest.raises(BadInputError, match="Harm of 0"):
        Kind(name="a", harm=0, comparison=PAPER)
    with pytest.raises(UsageError, match="most_ratio, false_alarm"):
        DisplacementSettings(most_ratio=0.5, false_alarm=1)
    with pytest.raises(UsageError, match="level of the displacement"):
        DisplacementSettings(level=float("nan"))


@pytest.mark.parametrize(
    ("control", "treated", "named"),
    [
        ((100, 90), (0, 60), "treated before"),
        ((0, 90), (100, 60), "control before"),
        ((90, 0), (100, 60), "control after"),
    ],
)
def test_a_change_with_nothing_to_measure_it_by_cannot_be_told(
    control: Pair, treated: Pair, named: str
) -> None:
    told = verdict(counts_finding(comparison(control, treated)))
    assert told.startswith(
        f"These data cannot tell whether it worked: nothing was counted in {named}"
    )
    ended = counts_finding(comparison((90, 90), (60, 0)))
    assert verdict(ended).startswith("Incidents: 60 incidents fewer")
