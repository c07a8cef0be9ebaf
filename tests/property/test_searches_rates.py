"""Laws of find rates: shares lie within 0 and 1, intervals hold them, groups add up."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.powers.searches.columns import (
    SCHEMA,
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.powers.searches.measures import MEASURES
from rightplace.powers.searches.rates import GROUPINGS, count_searches, rates, together, wilson

WORDS = {
    "type": SearchType,
    "power": Power,
    "object": Object,
    "outcome": Outcome,
    "age": Age,
    "sex": Sex,
    "self_defined": Ethnicity,
    "officer_defined": Ethnicity,
}
FLAGS = [field.name for field in SCHEMA if field.type == pa.bool_()]


def invented(seed: int, rows: int) -> pa.Table:
    """Searches of any words and blanks; a seed makes them faster than cell by cell."""
    lot = random.Random(seed)  # noqa: S311 - a test's rows, no secret

    def row(number: int) -> dict[str, Any]:
        words = {c: lot.choice([None, *(w.value for w in kind)]) for c, kind in WORDS.items()}
        return {
            **words,
            **{flag: lot.choice([None, True, False]) for flag in FLAGS},
            "entry": "e",
            "row_number": number,
            "force": lot.choice(["metropolitan", "city-of-london"]),
            "month": date(2018, lot.randint(1, 12), 1),
            "started_at": datetime(2018, 6, 1, lot.randint(0, 23), tzinfo=UTC),
            "borough": lot.choice([None, "E09000001"]),
        }

    return pa.Table.from_pylist([row(n) for n in range(rows)], SCHEMA)


tables = st.builds(invented, st.integers(0, 10**6), st.integers(1, 80))


@settings(max_examples=25, deadline=None)
@given(tables)
def test_a_rate_is_a_share_within_its_interval_or_has_a_reason(table: pa.Table) -> None:
    (group,) = count_searches(table)
    for rate in rates(group, least=1):
        assert (rate.value is None) == (rate.reason is not None)
        if rate.value is None or rate.lo95 is None or rate.hi95 is None:
            continue
        assert 0 <= rate.lo95 <= rate.value <= rate.hi95 <= 1
        assert rate.unknown_share is None or 0 <= rate.unknown_share <= 1


@settings(max_examples=15, deadline=None)
@given(tables, st.lists(st.sampled_from(GROUPINGS), min_size=1, max_size=3, unique=True))
def test_groups_add_up_to_all_searches(table: pa.Table, by: list[str]) -> None:
    (whole,) = count_searches(table)
    parts = together(count_searches(table, by))
    assert parts.searches == whole.searches == table.num_rows
    assert dict(parts.counted) == dict(whole.counted)


@settings(max_examples=15, deadline=None)
@given(tables)
def test_the_order_of_searches_does_not_matter(table: pa.Table) -> None:
    backwards = table.take(list(range(table.num_rows))[::-1])
    assert count_searches(table, ["power", "age"]) == count_searches(backwards, ["power", "age"])


@settings(max_examples=15, deadline=None)
@given(tables)
def test_nothing_a_file_lacks_is_ever_computed(table: pa.Table) -> None:
    columns = {"linked": "linked_find_rate", "weapon_found": "weapon_yield"}
    for column, measure in columns.items():
        at = table.column_names.index(column)
        nothing = pa.nulls(table.num_rows, pa.bool_())
        (group,) = count_searches(table.set_column(at, column, nothing))
        (found,) = (r for r in rates(group, least=1) if r.measure == measure)
        assert found.value is found.found is None


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_intervals_hold_their_share_and_narrow_with_more_searches(found: int, of: int) -> None:
    found = min(found, of)
    low, high = wilson(found, of)
    assert 0 <= low <= found / of <= high <= 1
    more_low, more_high = wilson(10 * found, 10 * of)
    assert more_high - more_low < high - low


def test_every_measure_is_named_once() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
