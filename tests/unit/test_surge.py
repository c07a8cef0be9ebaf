"""A surge: its files, its match, its rules, its capacity and its words, by cases worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.surge.equality import group_shares
from rightplace.app.surge.inputs import match_rule
from rightplace.app.surge.settings import SurgeSettings
from rightplace.app.surge.solving import weights_of
from rightplace.deploy.surge.actions import read_actions
from rightplace.deploy.surge.capacity import DutyPattern, capacity, price
from rightplace.deploy.surge.case import SurgeCase, SurgeLimits, harm_of, surge_problem
from rightplace.deploy.surge.demand import Effect, read_demand
from rightplace.deploy.surge.limits import Donor, Override, read_donors, read_overrides
from rightplace.deploy.surge.match import MatchRule, match_terms
from rightplace.deploy.surge.officers import read_officers
from rightplace.deploy.surge.optimum import optimum
from rightplace.deploy.surge.reasons import posting_reason
from rightplace.deploy.surge.supply import SurgeInfeasibleError
from rightplace.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.deploy.surge.optimum import Optimum

SKILLS = ("public_order", "licensing")
ACTIONS = {"cctv_trawl": 1, "suspect_interview": 2}
OFFICERS = "officer_id,unit,supervisor,past_postings,accreditation,skills,pair_with,available\n"
DEMAND = "borough,role,expected_harm,floor,ceiling,increments,skills,need,supervisors,actions\n"
PATTERN = DutyPattern(
    days_on=6,
    days_off=4,
    abstraction=0.2,
    shift_hours=10,
    briefing_minutes=30,
    break_minutes=60,
    visit_minutes=15,
    travel_minutes=10,
    officers_together=2,
    full_time_hours=40,
)
RULE = MatchRule(half_life_months=24, full_months=36, knowledge=0.6, role=0.2, skills=0.2)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def case_of(folder: Path, officers: str, demand: str, *, count: int = 10) -> SurgeCase:
    listed = read_officers(write(folder / "officers.csv", OFFICERS + officers), skills=SKILLS)
    path = write(folder / "demand.csv", DEMAND + demand)
    wants = read_demand(path, skills=SKILLS, actions=ACTIONS)
    curves = [np.array(want.increments) for want in wants]
    return SurgeCase(
        officers=listed,
        wants=wants,
        terms=match_terms(listed, wants, RULE),
        harm=harm_of(wants, curves, count=count),
        actions=ACTIONS,
        order=np.arange(len(listed)),
    )


def limits_of(
    count: int = 10, *, donors: tuple[Donor, ...] = (), investigation: int = 0
) -> SurgeLimits:
    return SurgeLimits(
        count=count,
        span_least=6,
        span_most=10,
        investigation_least=investigation,
        investigation_most=count,
        donors=donors,
    )


def solve(case: SurgeCase, limits: SurgeLimits, *overrides: Override) -> Optimum:
    return optimum(surge_problem(case, limits, overrides=overrides), match_weight=0.2)


def posts_of(case: SurgeCase, found: Optimum) -> dict[str, str]:
    return {
        case.officers[index].officer_id: case.wants[post].name
        for mover, post in enumerate(found.best.posted.tolist())
        if post >= 0
        for index in case.movers()[mover]
    }


def test_36_months_in_brent_outrank_an_equal_officer_with_none_for_brent(tmp_path: Path) -> None:
    officers = "new,U,0,,1,,,1\nold,U,0,Brent:patrol:36:10,1,,,1\n"
    case = case_of(tmp_path, officers, "Brent,patrol,,,,5;1,,,,\nCamden,patrol,,,,4,,,,\n")
    found = solve(case, limits_of(1))
    assert posts_of(case, found) == {"old": "Brent patrol"}
    both = solve(case, limits_of(2))
    assert posts_of(case, both) == {"old": "Brent patrol", "new": "Camden patrol"}


def test_without_the_past_posting_the_reason_says_that_none_is_stated(tmp_path: Path) -> None:
    case = case_of(
        tmp_path,
        "old,U,0,Brent:patrol:36:10,1,,,1\nbare,U,0,,1,,,1\n",
        "Brent,patrol,,,8,5;1,,,,\n",
    )
    old, bare = (
        posting_reason(each, case.wants[0], rule=RULE, posted=2, last_harm=1.0)
        for each in case.officers
    )
    # 36 * 2^(-10/24) = 26.97 months
    assert old == (
        "36 months of patrol, ended 10 months ago, in Brent (counts 27 of 36 months); "
        "Brent patrol gets 2, ceiling 8, the last preventing 1 of harm a week."
    )
    assert bare.startswith("No past posting in Brent is stated; Brent patrol gets 2")


def test_the_match_is_the_weighed_sum_of_its_terms(tmp_path: Path) -> None:
    officers = "a,U,0,Brent:patrol:36:24; Camden:investigation:9:0,1,licensing,,1\n"
    demand = (
        "Brent,patrol,,,,5,licensing:1;public_order:1,Night economy,,\n"
        "Camden,patrol,,,,5,,,,\nHarrow,patrol,,,,5,,,,\n"
    )
    terms = case_of(tmp_path, officers, demand).terms
    # 36 months that ended one half-life ago count 18 of 36; 9 months that go on, 9 of 36.
    assert terms.knowledge.tolist() == [[0.5, 0.25, 0.0]]
    assert terms.role.tolist() == [[0.5, 0.5, 0.5]]
    assert terms.skills.tolist() == [[0.5, 0.0, 0.0]]
    assert terms.total()[0] == pytest.approx([0.6 * 0.5 + 0.2 * 0.5 + 0.2 * 0.5, 0.25, 0.1])


def test_a_language_counts_only_where_the_post_states_the_need(tmp_path: Path) -> None:
    demand = "Brent,patrol,,,,5,language_pl:1,Victims speak Polish,,\nCamden,patrol,,,,5,,,,\n"
    speaks = case_of(tmp_path, "a,U,0,,1,language_pl,,1\n", demand).terms.total()
    silent = case_of(tmp_path, "a,U,0,,1,,,1\n", demand).terms.total()
    assert (speaks - silent)[0].tolist() == pytest.approx([0.2, 0.0])


def test_a_hundred_officers_are_48_a_day_24_pairs_and_480_visits() -> None:
    # DOMAIN 6.3.16
    found = capacity("patrol", [None] * 100, PATTERN, on_patrol=True)
    assert found.on_duty_a_day == pytest.approx(48, abs=1e-12)
    assert PATTERN.minutes_out == 8.5 * 60
    assert (found.patrols_a_day, found.visits_each, found.visits_a_day) == (24, 20, 480)
    assert found.visits_a_week == 3360


def test_part_time_counts_by_its_share_of_full_time() -> None:
    assert PATTERN.on_duty([20.0, 40.0, None, 60.0]) == pytest.approx(3.5 * 0.6 * 0.8)


def test_no_rate_is_made_up() -> None:
    assert price("overtime", hours=10.0, rate=None).pounds is None
    assert price("overtime", hours=None, rate=30.0).pounds is None
    assert price("overtime", hours=10.0, rate=30.0).pounds == 300


def test_what_officers_prevent_halves_what_is_left() -> None:
    # 100 * 0.12 = 12; two officers take half of it, two more half of the rest.
    increments = Effect(most=0.12, half_officers=2).increments(100.0, 4)
    assert increments[:2].sum() == pytest.approx(6)
    assert increments.sum() == pytest.approx(9)
    assert (np.diff(increments) < 0).all()


def test_a_pair_goes_together_or_not_at_all(tmp_path: Path) -> None:
    officers = "a,U,0,,1,,b,1\nb,V,0,,1,,a,1\nc,U,0,,1,,,1\n"
    case = case_of(tmp_path, officers, "Brent,patrol,,,2,5;5,,,,\nCamden,patrol,,,1,1,,,,\n")
    assert posts_of(case, solve(case, limits_of(3))) == {
        "a": "Brent patrol",
        "b": "Brent patrol",
        "c": "Camden patrol",
    }
    assert posts_of(case, solve(case, limits_of(1))) == {"c": "Brent patrol"}


def test_a_unit_keeps_its_floor(tmp_path: Path) -> None:
    officers = "".join(f"{name},U,0,,1,,,1\n" for name in "abc") + "d,V,0,,1,,,1\n"
    case = case_of(tmp_path, officers, "Brent,patrol,,,,4;3;2;1,,,,\n")
    floor = Donor(unit="U", strength=10, floor=9, set_by="x", row=1)
    found = solve(case, limits_of(4, donors=(floor,)))
    assert found.officers == 2
    assert "d" in posts_of(case, found)


def test_a_supervisor_has_no_more_constables_than_the_span(tmp_path: Path) -> None:
    officers = "".join(f"c{n},U,0,,1,,,1\n" for n in range(14)) + "s1,U,1,,1,,,1\ns2,U,1,,1,,,1\n"
    increments = ";".join(["1"] * 14)
    demand = f"Brent,patrol,,,14,{increments},,,0,\n"
    case = case_of(tmp_path, officers, demand, count=14)
    found = solve(case, limits_of(14))
    posted = posts_of(case, found)
    # 14 officers of whom one supervises 13 is too many for a span of 10: two supervise 12.
    assert sorted(name for name in posted if name.startswith("s")) == ["s1", "s2"]
    assert len(posted) == 14


def test_investigations_take_only_whose_accreditation_allows_every_action(tmp_path: Path) -> None:
    officers = "a,U,0,,1,,,1\nb,U,0,,2,,,1\n"
    demand = "Brent,investigation,,,,9;9,,,,cctv_trawl;suspect_interview\n"
    case = case_of(tmp_path, officers, demand)
    assert posts_of(case, solve(case, limits_of(2))) == {"b": "Brent investigation"}


def test_nobody_is_posted_to_the_borough_of_the_own_unit_or_while_unavailable(
    tmp_path: Path,
) -> None:
    officers = "a,Brent,0,,1,,,1\nb,U,0,,1,,,0\nc,U,0,,1,,,1\n"
    case = case_of(tmp_path, officers, "Brent,patrol,,,,1;1;1,,,,\n")
    assert posts_of(case, solve(case, limits_of(3))) == {"c": "Brent patrol"}


def test_floors_above_supply_are_named(tmp_path: Path) -> None:
    case = case_of(tmp_path, "a,U,0,,1,,,1\n", "Brent,patrol,,2,,1;1,,,,\nCamden,patrol,,,,1,,,,\n")
    with pytest.raises(SurgeInfeasibleError, match="needs at least 2") as raised:
        solve(case, limits_of(5))
    assert raised.value.exit_code == 40
    assert raised.value.conflicts == ("Brent patrol needs at least 2 (row 1)",)


def test_demands_in_conflict_are_named_together_and_no_others(tmp_path: Path) -> None:
    officers = "".join(f"{name},U,0,,1,,,1\n" for name in "abcd")
    demand = "Brent,patrol,,2,,1;1,,,,\nCamden,patrol,,1,,1,,,,\nHarrow,patrol,,,1,9,,,,\n"
    case = case_of(tmp_path, officers, demand)
    with pytest.raises(SurgeInfeasibleError) as raised:
        solve(case, limits_of(2))
    assert set(raised.value.conflicts) == {
        "Brent patrol needs at least 2 (row 1)",
        "Camden patrol needs at least 1 (row 2)",
        "2 officers asked for",
    }


def test_an_override_is_kept_and_the_rest_is_chosen_anew(tmp_path: Path) -> None:
    officers = "a,U,0,Brent:patrol:36:0,1,,,1\nb,U,0,,1,,,1\nc,U,0,,1,,,1\n"
    case = case_of(tmp_path, officers, "Brent,patrol,,,1,5,,,,\nCamden,patrol,,,1,4,,,,\n")
    to_camden = Override(officer_id="a", post=1, reason="r", author="x", row=1)
    assert posts_of(case, solve(case, limits_of(2), to_camden))["a"] == "Camden patrol"
    stays = Override(officer_id="a", post=None, reason="r", author="x", row=1)
    assert set(posts_of(case, solve(case, limits_of(2), stays))) == {"b", "c"}


def test_an_override_beyond_accreditation_is_refused(tmp_path: Path) -> None:
    case = case_of(tmp_path, "a,U,0,,1,,,1\n", "Brent,investigation,,,,9,,,,suspect_interview\n")
    override = Override(officer_id="a", post=0, reason="r", author="x", row=1)
    with pytest.raises(RefusedError, match="accreditation 2"):
        solve(case, limits_of(1), override)


def test_a_skill_that_nobody_has_is_named_with_its_row(tmp_path: Path) -> None:
    demand = "Camden,patrol,,,,1,,,,\nBrent,patrol,,,,1,licensing:1,Bars,,\n"
    case = case_of(tmp_path, "a,U,0,,1,,,1\n", demand)
    with pytest.raises(BadInputError, match="which no officer listed has") as raised:
        solve(case, limits_of(1))
    assert (raised.value.fault.row, raised.value.fault.value) == (2, "licensing")


@pytest.mark.parametrize("column", ["ethnicity", "home_address", "family", "social_ties", "Name"])
def test_a_column_that_is_not_allowed_is_refused_by_name(tmp_path: Path, column: str) -> None:
    header = OFFICERS.strip() + f",{column}\n"
    path = write(tmp_path / "officers.csv", header + "a,U,0,,1,,,1,x\n")
    with pytest.raises(RefusedError, match=column) as raised:
        read_officers(path, skills=SKILLS)
    assert raised.value.exit_code == 20


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,U,0,,1,,,1\na,V,0,,1,,,1\n", "rows 1 and 2"),
        ("a,U,0,Brent:patrol:-3:10,1,,,1\n", "cannot be"),
        ("a,U,0,Brent:patrol:0:10,1,,,1\n", "cannot be"),
        ("a,U,0,Brent:patrol:nan:10,1,,,1\n", "cannot be"),
        ("a,U,0,Brent:patrol:500:200,1,,,1\n", "600 months"),
        ("a,U,0,Brent:desk:5:2,1,,,1\n", "role 'desk'"),
        ("a,U,0,Brent:patrol:5,1,,,1\n", "past_postings"),
        ("a,U,0,Brent:patrol:x:2,1,,,1\n", "no numbers"),
        ("a,U,0,,9,,,1\n", "above 4"),
        ("a,U,0,,,,,1\n", "is empty"),
        ("a,U,2,,1,,,1\n", "none of 0, 1"),
        ("a,U,0,,1,licencing,,1\n", "not known"),
        ("a,U,0,,1,,b,1\n", "is not in the file"),
        ("a,U,0,,1,,a,1\n", "himself or herself"),
        ("a,U,0,,1,,b,1\nb,U,0,,1,,,1\n", "in turn"),
        (",U,0,,1,,,1\n", "officer_id"),
        ("", "no row of data"),
        ("a,U,0,,1,,,1,extra\n", "9 cells"),
        ('"a\x07",U,0,,1,,,1\n', "printed"),
    ],
)
def test_a_fault_of_an_officer_is_named(tmp_path: Path, rows: str, said: str) -> None:
    path = write(tmp_path / "officers.csv", OFFICERS + rows)
    with pytest.raises(BadInputError, match=said):
        read_officers(path, skills=SKILLS)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Brent,patrol,,,,1;2,,,,", "rise"),
        ("Brent,patrol,,3,2,1,,,,", "above the ceiling"),
        ("Brent,patrol,,,,,,,,", "must not both"),
        ("Brent,patrol,5,,,1,,,,", "must not both"),
        ("Brent,patrol,-5,,,,,,,", "no number"),
        ("Brent,patrol,inf,,,,,,,", "no number"),
        ("Brent,traffic,5,,,,,,,", "none of patrol"),
        ("Brent,patrol,5,1.5,,,,,,", "whole number"),
        ("Brent,patrol,5,,,,licensing:1,,,", "Say why"),
        ("Brent,patrol,5,,,,licencing:1,Bars,,", "not known"),
        ("Brent,patrol,5,,,,licensing:0,Bars,,", "skill:officers"),
        ("Brent,investigation,,,,1,,,,", "actions"),
        ("Brent,investigation,5,,,,,,,cctv_trawl", "no study"),
        ("Brent,investigation,forecast,,,,,,,cctv_trawl", "patrol only"),
        ("Brent,patrol,5,,,,,,,cctv_trawl", "of investigations only"),
        ("Brent,patrol,5,,,,,,,\nbrent,patrol,6,,,,,,,", "rows 1 and 2"),
    ],
)
def test_a_fault_of_the_demand_is_named(tmp_path: Path, row: str, said: str) -> None:
    path = write(tmp_path / "demand.csv", f"{DEMAND}{row}\n")
    with pytest.raises(BadInputError, match=said):
        read_demand(path, skills=SKILLS, actions=ACTIONS)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("U,5,6,x\n", "above the strength"),
        ("U,0,0,x\n", "below the 1 officers listed"),
        ("U,5,1,\n", "set_by"),
        ("U,5,,x\n", "floor"),
        ("V,5,1,x\n", "'U' of 1 officers has no row"),
        ("U,5,1,x\nU,5,1,x\n", "row 1 too"),
    ],
)
def test_a_fault_of_a_donor_is_named(tmp_path: Path, rows: str, said: str) -> None:
    case = case_of(tmp_path, "a,U,0,,1,,,1\n", "Brent,patrol,,,,1,,,,\n")
    path = write(tmp_path / "donors.csv", f"unit,strength,floor,set_by\n{rows}")
    with pytest.raises(BadInputError, match=said):
        read_donors(path, officers=case.officers)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,Brent,patrol,,x\n", "reason"),
        ("a,Brent,patrol,r,\n", "author"),
        ("z,Brent,patrol,r,x\n", "not in the officers"),
        ("a,Brend,patrol,r,x\n", "Did you mean 'Brent'"),
        ("a,stays,patrol,r,x\n", "role"),
        ("b,Brent,patrol,r,x\n", "not available"),
        ("a,Brent,patrol,r,x\na,stays,,r,x\n", "row 1 too"),
    ],
)
def test_a_fault_of_an_override_is_named(tmp_path: Path, rows: str, said: str) -> None:
    officers = "a,U,0,,1,,,1\nb,U,0,,1,,,0\n"
    case = case_of(tmp_path, officers, "Brent,patrol,,,,1,,,,\n")
    path = write(tmp_path / "overrides.csv", f"officer_id,borough,role,reason,author\n{rows}")
    with pytest.raises(BadInputError, match=said):
        read_overrides(path, officers=case.officers, wants=case.wants)


def test_actions_ship_and_others_can_be_stated(tmp_path: Path) -> None:
    assert set(read_actions()) >= {"cctv_trawl", "house_to_house", "arrest_enquiries"}
    path = write(tmp_path / "actions.toml", "[actions]\ninterview = 2\n")
    assert read_actions(path) == {"interview": 2}
    with pytest.raises(BadInputError, match="level from 0 to 4"):
        read_actions(write(path, "[actions]\ninterview = 7\n"))
    with pytest.raises(BadInputError, match="no table"):
        read_actions(write(path, "interview = 2\n"))


def test_weights_of_the_match_must_sum_to_one() -> None:
    assert match_rule(SurgeSettings()).knowledge == 0.6
    with pytest.raises(BadInputError, match="sum to 1"):
        MatchRule(half_life_months=24, full_months=36, knowledge=0.6, role=0.3, skills=0.2)
    with pytest.raises(BadInputError, match="above 0"):
        MatchRule(half_life_months=0, full_months=36, knowledge=0.6, role=0.2, skills=0.2)


def test_weights_to_compare_are_numbers_of_zero_or_more() -> None:
    assert weights_of("0, 0.5,1") == (0.0, 0.5, 1.0)
    for text in ("0,-1", "a", "nan"):
        with pytest.raises(BadInputError):
            weights_of(text)


def test_no_group_of_fewer_than_five_is_shown_nor_found_from_the_rest() -> None:
    listed = [f"o{n}" for n in range(30)]
    posted = listed[:14]
    # 3 carers among the 14 posted: withheld, and with them the others, who would give them away.
    few = {name: "yes" if n < 3 or 14 <= n < 22 else "no" for n, name in enumerate(listed)}
    many = {name: "yes" if n % 2 else "no" for n, name in enumerate(listed)}
    found = {
        (share.attribute, share.group): share
        for share in group_shares({"carer": few, "part_time": many}, listed=listed, posted=posted)
    }
    assert found["carer", "yes"].posted is found["carer", "yes"].listed is None
    assert found["carer", "no"].posted is None
    assert (found["part_time", "yes"].posted, found["part_time", "yes"].listed) == (7, 15)
    assert found["part_time", "no"].share_of_posted == pytest.approx(0.5)
