"""Simpson's paradox, the outcome test, the annual ratio and other denominators, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.powers.searches.benchmarks import (
    BIAS,
    Benchmark,
    BenchmarkCount,
    BenchmarkKind,
    benchmarks_of,
)
from rightplace.powers.searches.columns import STATED, Ethnicity, Outcome, Power
from rightplace.powers.searches.measures import MEASURES
from rightplace.powers.searches.outcome_test import counted_by_group, outcome_test
from rightplace.powers.searches.pooled import (
    AnnualPooledRatio,
    Explanation,
    annual_pooled_ratio,
    counts_of_authorisation,
    months_ending,
)
from rightplace.powers.searches.rates import count_searches
from rightplace.powers.searches.ratios import Tally
from rightplace.powers.searches.ratios_compared import RatioRules, Refusal
from rightplace.powers.searches.ratios_counted import Described
from rightplace.powers.searches.reversal import Part, common_ratio, split_ratio
from tests.disproportion_worlds import YEAR, of_group, searches

BLACK, WHITE, ASIAN = Ethnicity.BLACK, Ethnicity.WHITE, Ethnicity.ASIAN
RULES = RatioRules()
PEOPLE = dict.fromkeys(STATED, 100_000)
MEASURE = {each.name: each for each in MEASURES}


def part(name: str, group: tuple[int, int], reference: tuple[int, int]) -> Part:
    return Part(
        name=name,
        group=Tally(events=group[0], base=group[1]),
        reference=Tally(events=reference[0], base=reference[1]),
    )


# Kidney stones (Charig and others 1986, British Medical Journal 292, 879-882): of small stones
# 81 of 87 and 234 of 270 were removed, of large ones 192 of 263 and 55 of 80.
STONES = (part("small", (81, 87), (234, 270)), part("large", (192, 263), (55, 80)))


def test_the_textbook_reversal_is_found() -> None:
    found = split_ratio(STONES, shares=True, rules=RULES)
    assert found.pooled.value == pytest.approx((273 / 350) / (289 / 350))  # 78 against 83 in 100
    assert found.pooled.value < 1 < found.common.value
    assert found.opposite == found.enough == ("small", "large")
    assert found.reverses


def test_a_ratio_on_residents_that_turns_round_by_borough_is_found() -> None:
    # Where few of the group live nobody is searched much. Quiet: 90 and 1,000 in 10,000 and
    # 100,000; busy: 4,500 and 500 in 50,000 and 5,000. In both the group is searched 0.9 times as
    # often; together 4,590 of 60,000 against 1,500 of 105,000 are 5.355 times as often.
    parts = (
        part("quiet", (90, 10_000), (1_000, 100_000)),
        part("busy", (4_500, 50_000), (500, 5_000)),
    )
    found = split_ratio(parts, shares=False, rules=RULES)
    assert [each.ratio for each in parts] == pytest.approx([0.9, 0.9])
    assert found.pooled.value == pytest.approx(4_590 / 60_000 / (1_500 / 105_000))
    assert found.common.value == pytest.approx(0.9)
    assert found.reverses


def test_parts_that_agree_with_the_whole_are_no_reversal() -> None:
    parts = (part("one", (90, 1_000), (30, 1_000)), part("two", (40, 2_000), (30, 4_000)))
    found = split_ratio(parts, shares=False, rules=RULES)
    assert not found.opposite
    assert not found.reverses


def test_one_part_that_disagrees_is_no_reversal() -> None:
    parts = (part("one", (900, 1_000), (300, 1_000)), part("two", (90, 1_000), (100, 1_000)))
    found = split_ratio(parts, shares=False, rules=RULES)
    assert found.opposite == ("two",)
    assert not found.reverses


def test_a_pooled_ratio_beyond_chance_reverses_where_no_part_is_large_enough_to_show() -> None:
    # The rates of the reversal by borough with far fewer searches: 49 of 900 against 44 of 3,640
    # are 4.5 times as often, and 0.9 times in either part.
    parts = (part("quiet", (4, 400), (40, 3_600)), part("busy", (45, 500), (4, 40)))
    found = split_ratio(parts, shares=False, rules=RULES)
    assert found.enough == ()
    assert found.common.value == pytest.approx(0.9)
    assert found.common.holds_one
    assert not found.pooled.holds_one
    assert found.reverses


def test_large_parts_that_disagree_are_no_reversal_where_all_parts_together_agree() -> None:
    # 0.9 and 0.95 times in the two parts that are shown; small ones take the common ratio past 1.
    small = [part(f"small {i}", (4, 40), (4, 400)) for i in range(6)]
    large = [part("one", (90, 1_000), (100, 1_000)), part("two", (95, 1_000), (100, 1_000))]
    found = split_ratio([*large, *small], shares=False, rules=RULES)
    assert found.opposite == found.enough == ("one", "two")
    assert min(found.pooled.value, found.common.value) > 1
    assert not found.reverses


def test_what_chance_could_do_is_no_reversal() -> None:
    # 1.02 together and just under 1 in common, both well within chance; one part agrees.
    parts = (part("one", (51, 1_000), (100, 2_100)), part("two", (100, 2_000), (53, 990)))
    found = split_ratio(parts, shares=False, rules=RULES)
    assert (found.pooled.value - 1) * (found.common.value - 1) < 0
    assert found.pooled.holds_one
    assert found.common.holds_one
    assert len(found.opposite) < len(found.enough)
    assert not found.reverses


def test_the_common_ratio_of_one_part_is_its_own() -> None:
    one = part("one", (900, 150_000), (1_200, 600_000))
    found = common_ratio([one], shares=False)
    assert found.value == pytest.approx(3.0)
    # 2,100 x 150,000 x 600,000 / 750,000^2 by (720 x 240) is 7/3,600, as 1/900 + 1/1,200 is.
    assert (round(found.lo, 2), round(found.hi, 2)) == (2.75, 3.27)


def test_nothing_counted_is_no_ratio_to_split() -> None:
    with pytest.raises(UndefinedMetricError):
        split_ratio((part("one", (0, 10), (9, 10)),), shares=True, rules=RULES)
    with pytest.raises(UndefinedMetricError):
        common_ratio((part("one", (3, 10), (0, 10)),), shares=True)


def test_rates_of_groups_and_their_difference_with_its_interval() -> None:
    # Newcombe (1998), table II, case (a): 56 of 70 against 48 of 80 differ by 0.2; by his method
    # 10 from 0.0524 to 0.3339.
    found = outcome_test(
        counted_by_group(
            count_searches(
                searches(
                    (56, of_group(BLACK, outcome=Outcome.ARREST)),
                    (14, of_group(BLACK)),
                    (48, of_group(WHITE, outcome=Outcome.ARREST)),
                    (32, of_group(WHITE)),
                    (30, of_group(Ethnicity.NOT_STATED, outcome=Outcome.ARREST)),
                ),
                ("self_defined",),
            ),
            MEASURE["arrest_rate"],
            described=Described.BY_PERSON,
            within=lambda _: True,
        ),
        measure=MEASURE["arrest_rate"],
        rules=RULES,
    )
    by_group = {each.group: each for each in found}
    assert found[0].group == WHITE
    assert found[0].difference is None
    assert set(by_group) == set(STATED)
    apart = by_group[BLACK].difference
    assert apart is not None
    assert apart.value == pytest.approx(0.2)
    assert (round(apart.lo, 4), round(apart.hi, 4)) == (0.0524, 0.3339)
    assert not apart.chance_could


def test_no_rate_is_given_of_fewer_than_fifty_searches() -> None:
    def of_black(n: int) -> object:
        groups = count_searches(searches((n, of_group(BLACK)), (90, {})), ("self_defined",))
        measure = MEASURE["any_outcome_rate"]
        counted = counted_by_group(
            groups, measure, described=Described.BY_PERSON, within=lambda _: True
        )
        rated = {e.group: e for e in outcome_test(counted, measure=measure, rules=RULES)}
        return rated[BLACK].rate.value, rated[BLACK].difference is None

    assert of_black(50) == (0.0, False)
    assert of_black(49) == (None, True)


def test_what_the_files_do_not_record_has_no_rate_and_is_never_0() -> None:
    groups = count_searches(searches((90, of_group(BLACK)), (90, {})), ("self_defined",))
    for name in ("linked_find_rate", "weapon_yield"):
        counted = counted_by_group(
            groups, MEASURE[name], described=Described.BY_PERSON, within=lambda _: True
        )
        for each in outcome_test(counted, measure=MEASURE[name], rules=RULES):
            assert each.rate.value is None
            assert each.rate.reason


SAID = Explanation(
    text="Most were made after two murders in Lambeth; the locality is now drawn smaller.",
    by="Assistant Commissioner, Frontline Policing",
    given_at=datetime(2019, 4, 30, 9, tzinfo=UTC),
)


def annual(
    *runs: tuple[int, dict[str, object]], explanation: Explanation | None = None
) -> AnnualPooledRatio:
    found = annual_pooled_ratio(
        searches(*runs),
        PEOPLE,
        force="metropolitan",
        described=Described.BY_PERSON,
        rules=RULES,
        explanation=explanation,
    )
    assert found is not None
    return found


def of_section_60(months: tuple[date, ...]) -> list[tuple[int, dict[str, object]]]:
    runs: list[tuple[int, dict[str, object]]] = []
    for month in months:
        more = {"month": month, "power": Power.SECTION_60}
        runs += [(6, of_group(BLACK, **more)), (2, of_group(WHITE, **more))]
        runs.append((5, of_group(ASIAN, month=month)))  # under another power
    return runs


def test_section_60_of_twelve_months_is_pooled_to_one_ratio() -> None:
    earlier = (40, of_group(WHITE, month=date(2018, 3, 1), power=Power.SECTION_60))
    found = annual(earlier, *of_section_60(YEAR))
    assert (found.first_month, found.last_month) == (date(2018, 4, 1), date(2019, 3, 1))
    assert found.is_whole_year
    assert found.part.total == 96
    by_group = {each.group: each for each in found.compared}
    assert (by_group[BLACK].searches, by_group[BLACK].reference_searches) == (72, 24)
    estimate = by_group[BLACK].estimate
    assert estimate is not None
    assert estimate.value == pytest.approx(3.0)
    assert by_group[ASIAN].refusal == Refusal.TOO_FEW


def test_a_month_without_section_60_is_held_and_a_month_without_searches_is_not() -> None:
    quiet = [*of_section_60(YEAR[1:]), (5, of_group(ASIAN, month=YEAR[0]))]
    assert annual(*quiet).months_held == 12
    holed = annual(*of_section_60(YEAR[:3] + YEAR[4:]))
    assert holed.months_held == 11
    assert not holed.is_whole_year
    assert holed.compared == ()


def test_a_force_that_is_not_held_has_no_annual_ratio() -> None:
    found = annual_pooled_ratio(
        searches(*of_section_60(YEAR)),
        PEOPLE,
        force="kent",
        described=Described.BY_PERSON,
        rules=RULES,
    )
    assert found is None


def test_a_force_must_explain_its_ratio_in_words_of_its_own() -> None:
    assert not annual(*of_section_60(YEAR)).is_explained
    assert annual(*of_section_60(YEAR), explanation=SAID).explanation == SAID
    for wrong in (
        {"text": "  "},
        {"text": "n/a - -"},
        {"by": " "},
        {"given_at": datetime(2019, 4, 30, 9)},  # noqa: DTZ001 - that is the fault
    ):
        with pytest.raises(BadInputError):
            replace(SAID, **wrong)


def test_twelve_months_run_over_the_turn_of_the_year() -> None:
    assert months_ending(date(2019, 3, 1)) == YEAR


def test_one_authorisation_gives_counts_of_groups_and_never_a_ratio() -> None:
    table = searches(
        (60, of_group(BLACK, authorisation="S60/1")),
        (70, of_group(WHITE, authorisation="S60/1")),
        (3, of_group(Ethnicity.NOT_STATED, authorisation="S60/1")),
        (9, of_group(BLACK, authorisation="S60/2")),
        (9, of_group(BLACK)),
    )
    by_person, by_officer = counts_of_authorisation(table, "S60/1")
    assert (by_person.described, by_officer.described) == tuple(Described)
    assert dict(by_person.by_group) == {
        **dict.fromkeys(Ethnicity, 0),
        BLACK: 60,
        WHITE: 70,
        Ethnicity.NOT_STATED: 3,
    }
    assert not any(name.startswith("ratio") for name in type(by_person).__slots__)


def counts(kind: BenchmarkKind = BenchmarkKind.SUSPECTS) -> tuple[BenchmarkCount, ...]:
    each = BenchmarkCount(
        kind=kind,
        area="metropolitan",
        period="April 2020 to March 2021",
        group=WHITE,
        count=1_000,
        source="a table",
    )
    return tuple(replace(each, group=group) for group in STATED)


def test_denominators_stay_apart_and_each_says_its_bias() -> None:
    victims = counts(BenchmarkKind.VICTIMS)
    found = benchmarks_of((*counts(), *victims))
    assert [each.kind for each in found] == [BenchmarkKind.SUSPECTS, BenchmarkKind.VICTIMS]
    assert [each.bias for each in found] == [BIAS[each.kind] for each in found]
    assert "recorded" in found[0].bias
    assert "assumes" in found[1].bias
    assert found[0].by_group == dict.fromkeys(STATED, 1_000)


def test_a_denominator_that_is_mixed_or_lacks_a_group_is_refused() -> None:
    whole = counts()
    for wrong in (
        whole[1:],
        (*whole, whole[0]),
        (*whole[1:], replace(whole[0], period="another year")),
        (*whole[1:], replace(whole[0], source="another table")),
    ):
        with pytest.raises(BadInputError):
            Benchmark(counts=wrong)
    for fault in ({"count": -1}, {"source": ""}, {"group": Ethnicity.NOT_STATED}):
        with pytest.raises(BadInputError):
            replace(whole[0], **fault)
