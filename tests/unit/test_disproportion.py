"""What a panel is told of disproportionality: small tables whose answer is worked out by hand."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rightplace.app.searches.disproportion import Against, check_area, disproportion
from rightplace.app.searches.disproportion_files import (
    against_files,
    read_benchmarks,
    read_explanations,
)
from rightplace.app.searches.disproportion_words import times
from rightplace.app.workspace import Workspace
from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError, UsageError
from rightplace.places.hierarchy import boroughs
from rightplace.powers.searches.columns import STATED, Age, Ethnicity, Outcome, Power, SearchType
from rightplace.powers.searches.denominators import Residents
from rightplace.powers.searches.ratios_counted import Described, Spell, count_people
from tests.disproportion_worlds import CAMDEN, CITY, LAMBETH, YEAR, of_group, residents, searches

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.searches.disproportion_result import (
        Disproportion,
        OutcomeLine,
        RatioLine,
    )

BLACK, WHITE, MIXED, ASIAN = Ethnicity.BLACK, Ethnicity.WHITE, Ethnicity.MIXED, Ethnicity.ASIAN
LONDON = [borough.code for borough in boroughs() if borough.code != CITY]
# 32,000 people of each group in the 32 boroughs, 1,000 in each.
PEOPLE = residents({code: {} for code in LONDON})


def said(*runs: tuple[int, dict[str, object]], people: Residents = PEOPLE) -> Disproportion:
    return disproportion(searches(*runs), Against(residents=people))


def ratio(
    found: Disproportion,
    group: Ethnicity = BLACK,
    *,
    area: str | None = None,
    power: Power | None = None,
    described: str = "self_defined",
) -> RatioLine:
    (line,) = (
        each
        for each in found.ratios
        if (each.area_code, each.power, each.described, each.group)
        == (area, power, described, group)
    )
    return line


def outcome(found: Disproportion, measure: str, group: Ethnicity) -> OutcomeLine:
    (line,) = (
        each
        for each in found.outcomes
        if (each.measure, each.power, each.described, each.group)
        == (measure, None, "self_defined", group)
    )
    return line


SIMPLE = (
    (120, of_group(BLACK)),
    (60, of_group(BLACK, borough=LAMBETH, power=Power.SECTION_60)),
    (60, of_group(WHITE)),
    (30, of_group(Ethnicity.NOT_STATED)),
    (6, of_group(Ethnicity.NOT_GIVEN)),
    (4, of_group(BLACK, borough=None)),
    (5, of_group(Ethnicity.NOT_GIVEN, type=SearchType.VEHICLE)),
)


def test_a_ratio_stands_with_all_that_it_rests_on() -> None:
    found = said(*SIMPLE)
    whole, camden = ratio(found), ratio(found, area=CAMDEN)
    assert (found.searches, found.vehicles_only, found.without_borough) == (280, 5, 4)
    assert (whole.searches, whole.reference_searches, whole.all_searches) == (184, 60, 280)
    assert (whole.base, whole.reference_base) == (32_000, 32_000)
    assert whole.rate_per_1000 == pytest.approx(5.75)
    assert whole.ratio == pytest.approx(184 / 60)
    assert whole.not_stated_share == pytest.approx(30 / 280)
    assert whole.missing_share == pytest.approx(6 / 280)
    assert (whole.bound_low, whole.bound_high) == pytest.approx((184 / 96, 220 / 60))
    assert (whole.census_year, whole.denominator) == (2021, "residents: a count")
    assert whole.interval == "chance"
    assert (camden.area, camden.searches, camden.base) == ("Camden", 120, 1_000)
    assert whole.reading is not None
    assert whole.reading.startswith("Black people were searched 3.1 times as often as White people")


def test_powers_stand_apart_and_each_refusal_says_why() -> None:
    found = said(*SIMPLE)
    section_60 = ratio(found, power=Power.SECTION_60)
    assert (section_60.searches, section_60.reference_searches) == (60, 0)
    assert section_60.ratio is None
    assert section_60.refused is not None
    assert "fewer than 5" in section_60.refused
    mixed = ratio(found, MIXED)
    assert mixed.refused is not None
    assert "no rate of 0" in mixed.refused


def test_a_refusal_tells_no_count() -> None:
    found = said((30, of_group(WHITE)), (3, of_group(BLACK)))
    refused = ratio(found).refused
    assert refused is not None
    assert "50" in refused
    assert not {"30", "33", "3"} & set(refused.replace(",", "").replace(".", "").split())


def test_a_description_that_is_not_recorded_is_not_computable() -> None:
    found = said(
        (80, {"officer_defined": BLACK, "self_defined": None}), (80, {"self_defined": None})
    )
    refused = ratio(found).refused
    assert refused is not None
    assert "do not record" in refused
    by_officer = ratio(found, described="officer_defined")
    assert by_officer.ratio == pytest.approx(1.0)


def test_words_tell_no_small_count() -> None:
    found = said(
        (60, of_group(BLACK)),
        (57, of_group(WHITE)),
        (3, of_group(Ethnicity.NOT_STATED, borough=None)),
        (2, {"type": SearchType.VEHICLE}),
    )
    codes = {"no-borough", "vehicles-only"}
    told = [each.message for each in found.notices if each.code in codes]
    told += ratio(found).cautions
    assert len([words for words in told if "ewer than 5" in words]) == 3
    assert not any(word in {"2", "3", "(2%)", "(3%)"} for words in told for word in words.split())


def test_bounds_that_include_1_are_said_in_a_sentence() -> None:
    unknown = (60, of_group(Ethnicity.NOT_STATED))
    wide = ratio(said((100, of_group(BLACK)), (60, of_group(WHITE)), unknown))
    assert any("cannot tell which of the two" in each for each in wide.cautions)
    narrow = ratio(said((200, of_group(BLACK)), (60, of_group(WHITE)), unknown))
    assert not any("cannot tell which of the two" in each for each in narrow.cautions)
    assert any("60 of 320" in each for each in narrow.cautions)


def test_a_ratio_that_turns_round_by_borough_is_marked_and_shown_split() -> None:
    # In Camden 45 of 1,000 against 500 of 10,000, in Lambeth 900 of 10,000 against 100 of 1,000:
    # 0.9 times in both; together 945 of 11,000 against 600 of 11,000.
    people = residents(
        {code: dict.fromkeys(STATED, 0) for code in LONDON}
        | {CAMDEN: {BLACK: 1_000, WHITE: 10_000}, LAMBETH: {BLACK: 10_000, WHITE: 1_000}}
    )
    found = said(
        (45, of_group(BLACK)),
        (500, of_group(WHITE)),
        (900, of_group(BLACK, borough=LAMBETH)),
        (100, of_group(WHITE, borough=LAMBETH)),
        people=people,
    )
    pooled = ratio(found)
    assert pooled.ratio == pytest.approx(945 / 600)
    assert pooled.do_not_rely
    assert pooled.cautions[0].startswith("Black people: Do not rely")
    assert not ratio(found, area=CAMDEN).do_not_rely
    split = next(each for each in found.reversals if each.described == "self_defined")
    assert (split.measure, split.by, split.group) == ("searches", "borough", BLACK)
    assert [each.part for each in split.parts] == ["Camden", "Lambeth"]
    assert [each.ratio for each in split.parts] == pytest.approx([0.9, 0.9])
    assert split.common == pytest.approx(0.9)
    assert split.reading.startswith("Searches: all together the rate of Black people is 1.57 times")
    assert "Do not rely on it" in split.reading


def test_a_ratio_that_does_not_turn_round_is_not_marked() -> None:
    found = said(*SIMPLE)
    assert not found.reversals
    assert not any(each.do_not_rely for each in found.ratios)


def stones(old: Age) -> Disproportion:
    """Return the kidney stones of Charig and others as arrests: small ones young."""
    young = Age.AGE_18_24
    return said(
        *(
            (n, of_group(group, outcome=result, age=age))
            for group, age, arrests, others in (
                (BLACK, young, 81, 6),
                (BLACK, old, 192, 71),
                (WHITE, young, 234, 36),
                (WHITE, old, 55, 25),
            )
            for n, result in ((arrests, Outcome.ARREST), (others, Outcome.NO_FURTHER_ACTION))
        )
    )


def test_a_find_rate_that_turns_round_by_age_is_marked_and_shown_split() -> None:
    found = stones(Age.OVER_34)
    arrests = outcome(found, "arrest_rate", BLACK)
    assert (arrests.found, arrests.of) == (273, 350)
    assert arrests.rate == pytest.approx(0.78)
    assert arrests.do_not_rely
    by = {(each.measure, each.by) for each in found.reversals}
    assert by == {("arrest_rate", "age"), ("any_outcome_rate", "age")}
    assert not outcome(found, "arrest_rate", WHITE).do_not_rely


def test_an_age_that_nobody_gave_is_no_part_of_a_split() -> None:
    assert stones(Age.NOT_GIVEN).reversals == ()


def test_what_files_do_not_record_is_not_computable_and_arrests_are_called_arrests() -> None:
    found = said((60, of_group(BLACK, outcome=Outcome.ARREST)), (60, {}))
    for measure in ("linked_find_rate", "weapon_yield"):
        line = outcome(found, measure, BLACK)
        assert (line.rate, line.found) == (None, None)
        assert line.refused is not None
        assert "not computable" in line.refused
    arrests = outcome(found, "arrest_rate", BLACK)
    assert arrests.title == "Arrest"
    assert arrests.reading is not None
    assert arrests.reading.startswith("Arrest: 100.0 in 100 searches of Black people, 0.0 of White")


def test_under_fifty_searches_of_a_group_no_rate_is_given() -> None:
    found = said((49, of_group(BLACK, outcome=Outcome.ARREST)), (60, {}))
    line = outcome(found, "arrest_rate", BLACK)
    assert (line.rate, line.difference) == (None, None)
    assert line.refused == "Too few searches for a rate: fewer than 50."


def test_months_without_searches_are_not_known_and_never_0() -> None:
    found = said((60, of_group(BLACK)), (60, of_group(WHITE, month=YEAR[3])))
    assert (found.first_month, found.last_month, found.months_held) == (YEAR[0], YEAR[3], 2)
    assert found.months_missing == (YEAR[1], YEAR[2])
    notice = next(each for each in found.notices if each.code == "months-missing")
    assert "May 2018, June 2018" in notice.message
    assert "not 0" in notice.message


def test_in_a_short_period_weeks_are_judged_in_place_of_months() -> None:
    # One month of four weeks from Monday 2 April 2018: 10 and 30, 30 and 10 of 40 by turns, so
    # (10 - 20)^2 / (20 x 1/2) = 10 in each week, 40 by 3 degrees of freedom; six weeks: 60 by 5.
    def weeks(n: int) -> RatioLine:
        runs = []
        for week in range(n):
            at = datetime(2018, 4, 1, 23, 30, tzinfo=UTC) + timedelta(weeks=week)  # Monday 00:30
            black = 30 if week % 2 else 10
            runs += [
                (black, of_group(BLACK, started_at=at)),
                (40 - black, of_group(WHITE, started_at=at)),
            ]
        return ratio(said(*runs))

    assert weeks(6).interval == "weeks"
    assert weeks(6).dispersion == pytest.approx(60 / 5)
    assert any(each.startswith("Black people: Weeks differ 12 times") for each in weeks(6).cautions)
    few = weeks(4)
    assert (few.interval, few.dispersion) == ("chance", None)
    assert any("too few weeks" in each for each in few.cautions)


def test_a_week_begins_on_monday_of_the_london_clock() -> None:
    sunday = datetime(2018, 4, 1, 22, 59, tzinfo=UTC)  # 23:59 by the clock
    table = searches((1, {"started_at": sunday}), (2, {"started_at": sunday + timedelta(hours=1)}))
    counted = count_people(table, described=Described.BY_PERSON, spell=Spell.WEEK)
    assert counted.of().by_group[WHITE].tolist() == [1, 2]


def test_the_census_nearest_to_the_searches_is_used_and_the_other_stands_beside() -> None:
    older = residents({code: {BLACK: 500} for code in LONDON}, year=2011, source="another count")
    both = Residents(counts=(*older.counts, *PEOPLE.counts))
    runs = ((60, of_group(BLACK)), (60, of_group(WHITE)))
    line = ratio(said(*runs, people=both))
    assert line.census_year == 2021
    assert line.ratio == pytest.approx(1.0)
    assert [each.year for each in line.other_years] == [2011]
    assert line.other_years[0].ratio == pytest.approx(2.0)
    assert "Black people: On residents of 2011 the ratio would be 2.0." in line.cautions
    asked = disproportion(searches(*runs), Against(residents=both, census_year=2011))
    assert ratio(asked).ratio == pytest.approx(2.0)
    assert asked.residents_source == "another count"
    with pytest.raises(NotHeldError, match="1991"):
        disproportion(searches(*runs), Against(residents=both, census_year=1991))


def test_the_city_is_no_part_of_the_metropolitan_polices_residents() -> None:
    people = Residents(counts=(*PEOPLE.counts, *residents({CITY: {BLACK: 9_000}}).counts))
    runs = ((60, of_group(BLACK)), (60, of_group(WHITE)))
    assert ratio(said(*runs, people=people)).base == 32_000
    city = [(n, kind | {"force": "city-of-london"}) for n, kind in runs]
    assert ratio(said(*city, people=people)).base == 9_000
    assert ratio(said(*runs, *city, people=people)).base == 41_000
    assert said(*runs, *city, people=people).ratios[0].area == "London"


def test_a_force_whose_residents_are_not_all_held_has_no_ratio() -> None:
    runs = ((60, of_group(BLACK)), (60, of_group(WHITE)))
    found = said(*runs, people=residents({CAMDEN: {}}))
    assert ratio(found).ratio is None
    assert ratio(found, area=CAMDEN).ratio == pytest.approx(1.0)
    assert "residents-lacking" in {each.code for each in found.notices}


def test_another_force_has_the_authorities_of_its_own_table() -> None:
    runs = [(60, of_group(group, force="kent", borough=None)) for group in (BLACK, WHITE)]
    found = said(*runs, people=residents({"E07000105": {}, "E07000106": {}}))
    assert ratio(found).base == 2_000
    assert "no-boroughs" in {each.code for each in found.notices}


@pytest.mark.parametrize("unit", ["ward", "lsoa", "locality", "hexagon"])
def test_below_a_borough_a_ratio_is_refused_with_the_reason(unit: str) -> None:
    with pytest.raises(UnsupportedByDataError, match="smaller than a borough"):
        check_area(unit)


def test_a_borough_and_a_force_are_areas_of_ratios() -> None:
    check_area("borough")
    check_area("force")
    assert {len(str(each.area_code)) for each in said(*SIMPLE).ratios} == {4, 9}  # None and E09...


def test_what_a_reader_must_know_stands_beside_every_answer() -> None:
    codes = {each.code for each in said(*SIMPLE).notices}
    assert codes >= {
        "residents-are-weak",
        "below-borough",
        "no-league-table",
        "two-descriptions",
        "infra-marginality",
        "bounds",
        "arrest-is-no-find",
        "residents-of-a-year",
        "vehicles-only",
        "no-borough",
    }


def test_boroughs_stand_by_name_and_nothing_is_told_of_an_officer_or_a_rank() -> None:
    found = said(
        (60, of_group(BLACK, borough=LAMBETH)),
        (60, of_group(WHITE)),
        (60, of_group(BLACK, borough=CITY)),
    )
    names = list(dict.fromkeys(each.area for each in found.ratios if each.area_code))
    assert names == ["Camden", "City of London", "Lambeth"]
    told = {field.name for each in found.ratios[:1] for field in fields(each)}
    assert not told & {"officer", "rank", "position", "league"}


def test_an_annual_ratio_asks_for_its_explanation() -> None:
    runs = [
        (n, of_group(group, month=month, power=Power.SECTION_60))
        for month in YEAR
        for n, group in ((6, BLACK), (3, WHITE))
    ]
    line = said(*runs).annual_section_60[0]
    assert (line.force, line.searches, line.refused) == ("metropolitan", 108, None)
    by_group = {each.group: each for each in line.ratios}
    assert by_group[BLACK].ratio == pytest.approx(2.0)
    assert line.explanation is None
    assert line.explanation_asked.startswith("Explain or reform")
    part = said(*runs[:8]).annual_section_60[0]
    assert part.ratios == ()
    assert part.refused is not None
    assert "4 are held" in part.refused


def test_no_other_denominator_is_computed_without_a_file() -> None:
    found = said(*SIMPLE)
    assert len(found.benchmarks) == 3
    for each in found.benchmarks:
        assert each.ratios == ()
        assert each.refused == f"Not computed: no file of {each.kind} by ethnic group was given."
        assert each.bias


def test_nothing_searched_is_not_held() -> None:
    with pytest.raises(NotHeldError):
        said((4, of_group(WHITE, type=SearchType.VEHICLE)))


def test_what_is_told_cannot_be_changed() -> None:
    line = ratio(said(*SIMPLE))
    with pytest.raises(FrozenInstanceError):
        line.ratio = 1.0  # type: ignore[misc]  # that is the fault


BENCHMARKS = "kind,area,period,group,count,source\n" + "".join(
    f"{kind},{area},April 2020 to March 2021,{group},{n},A table\n"
    for kind, area, n in (
        ("violent-crime suspects", "metropolitan", 600),
        ("victims of violence", CAMDEN, 300),
        ("available population", "E09000099", 300),
    )
    for group in STATED
)


def test_other_denominators_are_read_named_and_never_merged(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.csv"
    path.write_text(BENCHMARKS.replace("black,600", "black,1200"), encoding="utf-8")
    against = replace(Against(residents=PEOPLE), benchmarks=read_benchmarks(path))
    found = disproportion(searches((120, of_group(BLACK)), (60, of_group(WHITE))), against)
    suspects, victims, nowhere = found.benchmarks
    lines = {(each.described, each.group): each for each in suspects.ratios}
    assert lines["self_defined", BLACK].ratio == pytest.approx((120 / 1200) / (60 / 600))
    assert lines["self_defined", BLACK].census_year is None
    assert "suspect of violent crime" in str(lines["self_defined", BLACK].reading)
    assert {each.area_code for each in victims.ratios} == {CAMDEN}
    assert victims.ratios[1].ratio == pytest.approx(2.0)
    assert nowhere.ratios == ()
    assert "E09000099" in str(nowhere.refused)
    assert ratio(found).denominator == "residents: a count"


@pytest.mark.parametrize(
    "fault",
    [
        ("violent-crime suspects", "people"),
        ("metropolitan", ""),
        ("black,600", "black,many"),
        ("black", "not stated"),
        ("white,600,A table\n", "white,600,Another table\n"),
    ],
)
def test_a_denominator_at_fault_is_refused(tmp_path: Path, fault: tuple[str, str]) -> None:
    path = tmp_path / "benchmarks.csv"
    path.write_text(BENCHMARKS.replace(*fault, 1), encoding="utf-8")
    with pytest.raises(BadInputError):
        read_benchmarks(path)


EXPLAINED = (
    "force,by,given_at,text\n"
    "metropolitan,A. Commander,2019-04-30T09:00+01:00,Two murders in one borough led to most.\n"
)


def test_files_and_rules_are_those_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "explained.csv").write_text(EXPLAINED, encoding="utf-8")
    (tmp_path / "benchmarks.csv").write_text(BENCHMARKS, encoding="utf-8")
    flags = {
        "disproportion.explanations": "explained.csv",
        "disproportion.benchmarks": "benchmarks.csv",
        "disproportion.census_year": 2011,
        "disproportion.fewest_searches": 60,
    }
    against = against_files(Workspace(root=tmp_path, flags=flags))
    assert against.explanations["metropolitan"].by == "A. Commander"
    assert len(against.benchmarks) == 3
    assert (against.census_year, against.rules.fewest_searches) == (2011, 60)
    assert against.residents.years == (2011, 2021)
    assert "Open Government Licence" in against.attribution


def test_a_table_of_ones_own_carries_no_licence_of_ours(tmp_path: Path) -> None:
    own = "area_code,year,group,residents,source\n" + "".join(
        f"{CAMDEN},2024,{group},10,An estimate\n" for group in STATED
    )
    (tmp_path / "own.csv").write_text(own, encoding="utf-8")
    against = against_files(Workspace(root=tmp_path), residents=tmp_path / "own.csv")
    assert against.residents.years == (2024,)
    assert against.attribution == ""


def test_settings_looser_than_the_least_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        against_files(Workspace(root=tmp_path, flags={"disproportion.fewest_searches": 49}))


@pytest.mark.parametrize(
    "text",
    [
        EXPLAINED + EXPLAINED.partition("\n")[2],
        EXPLAINED.replace("+01:00", ""),
        EXPLAINED.replace("2019-04-30T09:00", "in April"),
        EXPLAINED.replace("Two murders in one borough led to most.", "-"),
    ],
)
def test_an_explanation_at_fault_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "explained.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError):
        read_explanations(path)


def test_a_file_that_is_not_there_is_not_held(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        read_benchmarks(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("value", "words"), [(0.674, "0.67"), (1.047, "1.05"), (3.26, "3.3"), (10.63, "11")]
)
def test_a_ratio_is_said_with_no_more_digits_than_help(value: float, words: str) -> None:
    assert times(value) == words


def test_the_first_month_is_the_first_that_holds_searches() -> None:
    assert said((60, of_group(BLACK, month=date(2018, 6, 1)))).first_month == date(2018, 6, 1)
