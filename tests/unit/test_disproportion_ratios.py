"""Rate ratios, their intervals and bounds, and where there is none: worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from rightplace.errors import (
    BadInputError,
    NotHeldError,
    UndefinedMetricError,
    UnsupportedByDataError,
    UsageError,
)
from rightplace.places.hierarchy import boroughs
from rightplace.powers.searches.bounds import bounds
from rightplace.powers.searches.columns import STATED, Ethnicity, Power, SearchType
from rightplace.powers.searches.denominators import ResidentCount, Residents, authorities_of
from rightplace.powers.searches.ratios import Scatter, Tally, rate_ratio, scatter_over_time
from rightplace.powers.searches.ratios_compared import (
    COMPARED,
    Compared,
    RatioRules,
    Refusal,
    compare,
)
from rightplace.powers.searches.ratios_counted import Described, count_people
from tests.disproportion_worlds import CAMDEN, CITY, LAMBETH, YEAR, of_group, residents, searches

BLACK, WHITE, MIXED = Ethnicity.BLACK, Ethnicity.WHITE, Ethnicity.MIXED
RULES = RatioRules()
PEOPLE = dict.fromkeys(STATED, 100000)


def compared(
    *runs: tuple[int, dict[str, object]],
    people: dict[Ethnicity, int] | None = PEOPLE,
    rules: RatioRules = RULES,
) -> Compared:
    counted = count_people(searches(*runs), described=Described.BY_PERSON)
    return compare(counted.of(), people, group=BLACK, words=counted.words, rules=rules)


def test_the_check_value_of_the_domain_page_is_three_with_its_interval() -> None:
    ratio = rate_ratio(Tally(events=900, base=150_000), Tally(events=1_200, base=600_000))
    assert ratio.value == pytest.approx(3.0)
    assert (round(ratio.lo, 2), round(ratio.hi, 2)) == (2.75, 3.27)
    assert not ratio.holds_one


def test_the_same_check_value_comes_out_of_a_table_of_searches() -> None:
    found = compared(
        (900, of_group(BLACK)),
        (1_200, of_group(WHITE)),
        people=PEOPLE | {BLACK: 150_000, WHITE: 600_000},
    )
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(3.0)
    assert (found.rate_per_1000, found.reference_rate_per_1000) == (6.0, 2.0)
    assert not found.estimate.allows_for_scatter  # one month tells of no scatter
    assert round(found.estimate.printed.hi, 2) == 3.27


def test_months_that_scatter_widen_the_interval_and_leave_the_ratio() -> None:
    # 10 and 30 of 40 a month by turns: expected 20 and 20, (10 - 20)^2 / (20 x 1/2) = 10 in each
    # of 12 months, 120 by 11 degrees of freedom.
    group = np.array([10, 30] * 6)
    scatter = scatter_over_time(group, 40 - group, fewest=6)
    assert scatter is not None
    assert scatter.freedom == 11
    assert scatter.dispersion == pytest.approx(120 / 11)
    one = other = Tally(events=240, base=1_000)
    by_chance, by_months = rate_ratio(one, other), rate_ratio(one, other, scatter=scatter)
    assert by_months.value == by_chance.value == 1.0
    # Student's quantile of 0.975 with 11 degrees of freedom is 2.201 (any printed table).
    reach = math.exp(2.201 * math.sqrt(120 / 11 * (1 / 240 + 1 / 240)))
    assert by_months.hi == pytest.approx(reach, rel=1e-3)
    assert by_months.width > by_chance.width


def test_months_that_agree_leave_the_interval_of_chance_alone() -> None:
    scatter = scatter_over_time(np.full(12, 20), np.full(12, 20), fewest=6)
    assert scatter == Scatter(dispersion=1.0, freedom=11)
    one = Tally(events=240, base=1_000)
    assert rate_ratio(one, one, scatter=scatter) == rate_ratio(one, one)


def test_five_months_are_too_few_to_judge_scatter_by() -> None:
    assert scatter_over_time(np.full(5, 9), np.full(5, 9), fewest=6) is None


def test_the_wider_interval_is_the_one_that_is_printed() -> None:
    runs = [
        run
        for number, month in enumerate(YEAR)
        for run in (
            (30 if number % 2 else 10, of_group(BLACK, month=month)),
            (10 if number % 2 else 30, of_group(WHITE, month=month)),
        )
    ]
    found = compared(*runs).estimate
    assert found is not None
    assert found.spells is not None
    assert found.printed is found.spells
    assert found.allows_for_scatter
    assert found.printed.lo < found.chance.lo < found.value < found.chance.hi < found.printed.hi


def test_no_stated_group_is_put_to_either_side_in_turn() -> None:
    found = bounds(Tally(events=60, base=1_000), Tally(events=40, base=1_000), unknown=20)
    assert found.lower.value == pytest.approx(60 / 60)
    assert found.upper.value == pytest.approx(80 / 40)
    assert found.hold_one
    narrow = bounds(Tally(events=60, base=1_000), Tally(events=40, base=1_000), unknown=19)
    assert not narrow.hold_one


def test_searches_without_a_group_are_in_no_count_and_in_both_bounds() -> None:
    known = ((60, of_group(BLACK)), (40, of_group(WHITE)))
    unknown = (
        (10, of_group(Ethnicity.NOT_STATED)),
        (6, of_group(Ethnicity.NOT_GIVEN)),
        (4, of_group(None)),
    )
    without, found = compared(*known), compared(*known, *unknown)
    assert found.estimate is not None
    assert without.estimate is not None
    assert (found.searches, found.reference_searches) == (60, 40)
    assert found.estimate.chance == without.estimate.chance
    assert found.estimate.bounds.unknown == 20
    assert found.estimate.bounds.lower.value == pytest.approx(1.0)
    assert found.estimate.bounds.upper.value == pytest.approx(2.0)


def test_not_stated_and_left_blank_are_told_apart() -> None:
    table = searches(
        (70, of_group(WHITE)),
        (20, of_group(Ethnicity.NOT_STATED)),
        (6, of_group(Ethnicity.NOT_GIVEN)),
        (4, of_group(None)),
    )
    part = count_people(table, described=Described.BY_PERSON).of()
    assert (part.total, part.unknown) == (100, 30)
    assert part.not_stated_share == pytest.approx(0.20)
    assert part.missing_share == pytest.approx(0.10)


def test_what_people_say_and_what_officers_saw_are_two_counts() -> None:
    table = searches((60, {"self_defined": MIXED, "officer_defined": BLACK}))
    by_person, by_officer = (count_people(table, described=each).of() for each in Described)
    assert (by_person.searches(MIXED), by_person.searches(BLACK)) == (60, 0)
    assert (by_officer.searches(MIXED), by_officer.searches(BLACK)) == (0, 60)


def test_a_vehicle_searched_alone_is_nobody_searched() -> None:
    table = searches(
        (3, of_group(Ethnicity.NOT_GIVEN, type=SearchType.VEHICLE)),
        (2, of_group(BLACK, type=SearchType.PERSON_AND_VEHICLE)),
        (1, of_group(BLACK, type=None)),
    )
    counted = count_people(table, described=Described.BY_PERSON)
    assert counted.vehicles_only == 3
    assert counted.of().total == counted.of().searches(BLACK) == 3


def test_a_slice_holds_its_power_and_its_boroughs_alone() -> None:
    table = searches(
        (5, of_group(BLACK, power=Power.SECTION_60)),
        (3, of_group(BLACK, borough=LAMBETH)),
        (2, of_group(BLACK, borough=None)),
    )
    counted = count_people(table, described=Described.BY_PERSON)
    assert counted.powers == (Power.PACE_1, Power.SECTION_60)
    assert counted.boroughs == (CAMDEN, LAMBETH)
    assert counted.of().total == 10
    assert counted.of(power=Power.SECTION_60).total == 5
    assert counted.of([LAMBETH]).total == 3
    assert counted.of([CAMDEN, LAMBETH]).total == 8


@pytest.mark.parametrize(
    ("black", "white", "refusal"),
    [
        (25, 25, None),
        (25, 24, Refusal.TOO_FEW),
        (5, 45, None),
        (4, 46, Refusal.SMALL_COUNT),
        (46, 4, Refusal.SMALL_COUNT),
    ],
)
def test_there_is_no_ratio_under_fifty_searches_or_five_of_a_group(
    black: int, white: int, refusal: Refusal | None
) -> None:
    found = compared((black, of_group(BLACK)), (white, of_group(WHITE)), (90, of_group(MIXED)))
    assert found.refusal == refusal
    assert (found.estimate is None) == (refusal is not None)
    assert (found.searches, found.reference_searches) == (black, white)


def test_there_is_no_ratio_without_residents_or_a_word_for_the_group() -> None:
    runs = ((60, of_group(BLACK)), (60, of_group(WHITE)))
    assert compared(*runs, people=None).refusal == Refusal.NO_RESIDENTS
    assert compared(*runs, people=PEOPLE | {BLACK: 0}).refusal == Refusal.NO_RESIDENTS
    assert compared((60, of_group(WHITE))).refusal == Refusal.NO_WORD
    assert compared((60, of_group(None))).refusal == Refusal.NOT_RECORDED


@pytest.mark.parametrize("pair", [(BLACK, BLACK), (Ethnicity.NOT_STATED, WHITE)])
def test_a_group_is_compared_with_another_that_residents_are_counted_by(
    pair: tuple[Ethnicity, Ethnicity],
) -> None:
    counted = count_people(searches((1, {})), described=Described.BY_PERSON)
    with pytest.raises(UsageError, match="two groups"):
        compare(counted.of(), PEOPLE, group=pair[0], reference=pair[1], words=STATED, rules=RULES)


@pytest.mark.parametrize(
    "looser",
    [{"fewest_searches": 49}, {"fewest_of_group": 4}, {"fewest_months": 1}],
)
def test_no_policy_is_looser_than_the_least(looser: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        RatioRules(**looser)


def test_a_stricter_policy_is_kept() -> None:
    found = compared(
        (60, of_group(BLACK)), (60, of_group(WHITE)), rules=RatioRules(fewest_searches=121)
    )
    assert found.refusal == Refusal.TOO_FEW


def test_a_ratio_of_nothing_is_undefined_and_never_0() -> None:
    with pytest.raises(UndefinedMetricError, match="0 and 9"):
        rate_ratio(Tally(events=0, base=5), Tally(events=9, base=5))
    with pytest.raises(UndefinedMetricError, match="3/0"):
        Tally(events=3, base=0)
    with pytest.raises(BadInputError):
        Tally(events=-1, base=5)
    with pytest.raises(BadInputError, match="level"):
        rate_ratio(Tally(events=1, base=5), Tally(events=9, base=5), level=1)
    with pytest.raises(BadInputError):
        bounds(Tally(events=1, base=5), Tally(events=9, base=5), unknown=-1)


def test_white_is_what_the_others_are_set_beside() -> None:
    assert set(COMPARED) == {"asian", "black", "mixed", "other"}


def test_areas_are_added_up_by_group_and_year() -> None:
    held = residents({CAMDEN: {BLACK: 18_000}, LAMBETH: {BLACK: 74_000}})
    assert held.of([CAMDEN, LAMBETH, LAMBETH], year=2021)[BLACK] == 92_000
    assert held.area_codes == (CAMDEN, LAMBETH)
    assert held.source(2021) == "a count"
    assert held.holds(CAMDEN, year=2021)
    assert not held.holds(CAMDEN, year=2011)
    for codes, year in (([CAMDEN], 2011), ([], 2021), (["E09000033"], 2021)):
        with pytest.raises(NotHeldError):
            held.of(codes, year=year)
    with pytest.raises(NotHeldError, match="2011"):
        held.source(2011)


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2016, 3, 23), 2011), (date(2016, 3, 25), 2021), (date(2019, 1, 1), 2021)],
)
def test_the_census_nearest_to_the_searches_is_taken(day: date, year: int) -> None:
    # 27 March 2011 and 21 March 2021 lie 3,647 days apart; half of that is 23 or 24 March 2016.
    both = residents({CAMDEN: {}}, year=2011).counts + residents({CAMDEN: {}}).counts
    assert Residents(counts=both).nearest_year(day) == year


def test_a_force_has_its_authorities_or_none_where_one_is_not_held() -> None:
    london = [borough.code for borough in boroughs()]
    metropolitan = authorities_of(["metropolitan"], london)
    assert metropolitan is not None
    assert len(metropolitan) == 32
    assert authorities_of(["city-of-london"], london) == (CITY,)
    assert authorities_of(["metropolitan", "city-of-london"], london) == tuple(london)
    assert authorities_of(["metropolitan"], [CAMDEN, LAMBETH]) is None
    assert authorities_of(["kent"], london) is None
    assert authorities_of(["kent"], [*london, "E07000105"]) == ("E07000105",)


@pytest.mark.parametrize("code", ["E05000138", "E01000907", "E02000001", "E00004321"])
def test_residents_below_a_borough_are_refused_with_the_reason(code: str) -> None:
    with pytest.raises(UnsupportedByDataError, match="smaller than a borough"):
        ResidentCount(area_code=code, year=2021, group=BLACK, residents=9, source="a count")


def test_residents_that_cannot_be_are_refused() -> None:
    sound = ResidentCount(area_code=CAMDEN, year=2021, group=BLACK, residents=9, source="a count")
    for wrong in (
        {"area_code": "E12000007"},
        {"area_code": "Camden"},
        {"group": Ethnicity.NOT_STATED},
        {"residents": -1},
        {"source": " "},
    ):
        with pytest.raises(BadInputError):
            replace(sound, **wrong)
    whole = residents({CAMDEN: {}}).counts
    for counts in ((), whole[1:], (*whole, whole[0]), (*whole[1:], replace(whole[0], source="b"))):
        with pytest.raises(BadInputError):
            Residents(counts=counts)


def test_a_search_without_a_month_is_named() -> None:
    table = searches((1, {}))
    field = table.schema.field("month")
    at = table.column_names.index("month")
    blank = table.set_column(at, field, pa.nulls(1, field.type))
    with pytest.raises(BadInputError, match="month"):
        count_people(blank, described=Described.BY_PERSON)
