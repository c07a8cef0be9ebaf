"""The four find rates and their reasons, of searches that a person can count."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from rightplace.errors import BadInputError, UsageError
from rightplace.powers.searches.columns import SCHEMA
from rightplace.powers.searches.rates import Rate, count_searches, rates, wilson

Row = dict[str, Any]
PLAIN: Row = {
    "entry": "e",
    "row_number": 1,
    "force": "metropolitan",
    "month": date(2018, 8, 1),
    "started_at": datetime(2018, 8, 10, 13, 35, tzinfo=UTC),
    "has_time": True,
    "type": "person",
    "power": "mda-23",
    "object": "drugs",
    "outcome": "no further action",
    "age": "18-24",
    "sex": "male",
    "self_defined": "white",
    "officer_defined": "white",
}


def table(*rows: Row) -> pa.Table:
    return pa.Table.from_pylist([PLAIN | row for row in rows], SCHEMA)


def measured(*rows: Row, least: int = 1) -> dict[str, Rate]:
    (group,) = count_searches(table(*rows))
    return {rate.measure: rate for rate in rates(group, least=least)}


def test_any_outcome_and_arrest_are_shares_of_all_searches() -> None:
    found = measured({}, {}, {"outcome": "arrest"}, {"outcome": "khat or cannabis warning"})
    assert (found["any_outcome_rate"].found, found["any_outcome_rate"].of) == (2, 4)
    assert found["any_outcome_rate"].value == 0.5
    assert found["arrest_rate"].value == 0.25


def test_an_outcome_that_nobody_gave_is_no_find_and_is_shown_as_unknown() -> None:
    found = measured({"outcome": "arrest"}, {"outcome": "not given"})["any_outcome_rate"]
    assert (found.found, found.of, found.unknown, found.unknown_share) == (1, 2, 1, 0.5)


def test_outcomes_that_a_force_did_not_record_leave_the_denominator() -> None:
    found = measured({"outcome": "arrest"}, {"outcome": None})["arrest_rate"]
    assert (found.found, found.of, found.unknown_share) == (1, 1, 0.5)


def test_linked_finds_are_outcomes_that_are_linked_among_those_known() -> None:
    found = measured(
        {"outcome": "arrest", "linked": True},
        {"outcome": "khat or cannabis warning", "linked": False},  # an unlinked outcome
        {"outcome": "no further action", "linked": True},  # no find, whatever the flag says
        {"outcome": "arrest", "linked": None},
    )["linked_find_rate"]
    assert (found.found, found.of, found.unknown, found.unknown_share) == (1, 3, 1, 0.25)


def test_weapon_yield_speaks_of_searches_for_weapons_alone() -> None:
    found = measured(
        {"object": "offensive weapons", "weapon_found": True},
        {"object": "firearms", "weapon_found": False},
        {"object": "anything to threaten or harm anyone", "weapon_found": False},
        {"object": "offensive weapons", "weapon_found": None},
        {"object": "drugs", "weapon_found": True},  # found by the way: no yield
        {"object": "not given", "weapon_found": True},
    )["weapon_yield"]
    assert (found.found, found.of, found.unknown) == (1, 3, 2)
    assert found.unknown_share == pytest.approx(2 / 5)


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        ("linked_find_rate", "it does not record whether the outcome was linked"),
        ("weapon_yield", "it has no column for weapons found"),
        ("intelligence_led", "it does not record: led by intelligence"),
        ("handcuffs", "it does not record: handcuffs used"),
        ("body_worn_video", "it does not record: body-worn video on"),
    ],
)
def test_what_a_file_lacks_is_not_computable_and_never_zero(measure: str, reason: str) -> None:
    rows = [{"outcome": "arrest", "object": "firearms"}] * 60
    found = measured(*rows)[measure]
    assert found.value is found.lo95 is found.hi95 is found.found is None
    assert found.of == 0
    assert found.unknown_share == 1
    assert found.reason is not None
    assert found.reason.startswith("not computable from this file: ")
    assert reason in found.reason


def test_a_group_without_searches_for_weapons_has_no_yield_and_says_so() -> None:
    found = measured({"weapon_found": False})["weapon_yield"]
    assert found.reason is not None
    assert found.reason.startswith("none of these searches is one of which it speaks")
    assert found.unknown_share is None


def test_ages_recorded_but_not_given_are_no_missing_column() -> None:
    found = measured({"age": "not given"})["children"]
    assert found.reason is not None
    assert "not computable" not in found.reason


def test_of_fewer_searches_than_fifty_no_rate_is_given() -> None:
    found = measured(*[{"outcome": "arrest"}] * 49, least=50)["arrest_rate"]
    assert found.value is None
    assert (found.found, found.of) == (49, 49)
    assert found.reason == "of 49 searches: no rate is given of fewer than 50"
    assert measured(*[{"outcome": "arrest"}] * 50, least=50)["arrest_rate"].value == 1


def test_children_and_those_for_whom_an_adult_came() -> None:
    found = measured(
        {"age": "10-17", "appropriate_adult": True},
        {"age": "under 10", "appropriate_adult": False},
        {"age": "18-24", "appropriate_adult": False},  # an adult needs none
        {"age": "not given"},
    )
    assert (found["children"].found, found["children"].of) == (2, 3)
    assert (found["appropriate_adult"].found, found["appropriate_adult"].of) == (1, 2)


def test_hours_are_of_the_london_clock_and_of_searches_with_a_time() -> None:
    groups = count_searches(table({}, {"has_time": False}), ["hour"])
    assert [(g.key["hour"], g.searches) for g in groups] == [("14", 1), ("not recorded", 1)]


def test_not_stated_not_given_and_not_recorded_stand_apart() -> None:
    words = ["white", "not stated", "not given", None]
    groups = count_searches(table(*({"self_defined": word} for word in words)), ["self_defined"])
    assert [g.key["self_defined"] for g in groups] == [
        "not given",
        "not recorded",
        "not stated",
        "white",
    ]


def test_groups_come_in_order_of_their_keys() -> None:
    rows = table({"power": "pace-1"}, {"month": date(2018, 7, 1)}, {})
    groups = count_searches(rows, ["month", "power"])
    assert [tuple(g.key.values()) for g in groups] == [
        ("2018-07", "mda-23"),
        ("2018-08", "mda-23"),
        ("2018-08", "pace-1"),
    ]


@pytest.mark.parametrize("by", [["officer"], ["power", "power"]])
def test_what_is_no_grouping_is_refused(by: list[str]) -> None:
    with pytest.raises(UsageError, match="grouped"):
        count_searches(table({}), by)


def test_the_score_interval_is_wilsons() -> None:
    # Brown, Cai and DasGupta (2001): of 10 with 0 found, the upper end is z^2 / (n + z^2).
    z_squared = 1.959963984540054**2
    low, high = wilson(0, 10)
    assert low == 0
    assert high == pytest.approx(z_squared / (10 + z_squared))
    # Altman et al. (2000), Statistics with Confidence, 2nd ed.: 81 of 263 is 0.255 to 0.366.
    assert [round(end, 3) for end in wilson(81, 263)] == [0.255, 0.366]


@pytest.mark.parametrize(("found", "of"), [(0, 0), (3, 2), (-1, 2)])
def test_no_interval_of_what_is_no_share(found: int, of: int) -> None:
    with pytest.raises(BadInputError, match="no share"):
        wilson(found, of)
