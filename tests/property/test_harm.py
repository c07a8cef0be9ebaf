"""Laws that harm weights obey whatever the file holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightplace.crime.harm import HarmIndex
from rightplace.crime.harm_file import Rows, WeightRow
from rightplace.crime.offences import offence_classes, wider_classes

SLUGS = sorted(offence_classes())
weights = st.floats(0.5, 10_000)
cells = st.tuples(st.sampled_from(SLUGS), weights, st.none() | st.integers(0, 100_000))


@st.composite
def row_sets(draw: st.DrawFn) -> Rows:
    drawn = draw(st.lists(cells, min_size=1, max_size=30))
    return tuple(
        WeightRow(code=f"C{i}", slug=slug, weight=weight, recorded=recorded)
        for i, (slug, weight, recorded) in enumerate(drawn)
    )


def index_of(rows: Rows) -> HarmIndex:
    return HarmIndex(name="drawn", label="drawn", unit="days", origin="", rows=rows)


@given(row_sets())
def test_a_class_weighs_between_its_lightest_and_its_heaviest_row(rows: Rows) -> None:
    for each in index_of(rows).by_class.values():
        assert each.smallest * (1 - 1e-12) <= each.weight <= each.largest * (1 + 1e-12)
        assert each.smallest <= each.middle <= each.largest
        assert each.coarse == (each.smallest != each.largest)


@given(row_sets())
def test_every_row_counts_in_its_class_and_in_every_wider_one(rows: Rows) -> None:
    index = index_of(rows)
    for row in rows:
        for slug in wider_classes(row.slug):
            assert index.covers(slug)
    alone = {slug for row in rows for slug in wider_classes(row.slug)}
    assert set(index.by_class) == alone


@given(row_sets(), st.floats(0.01, 100))
def test_the_unit_of_the_weights_cancels(rows: Rows, unit: float) -> None:
    scaled = tuple(
        WeightRow(code=r.code, slug=r.slug, weight=r.weight * unit, recorded=r.recorded)
        for r in rows
    )
    slugs = sorted(index_of(rows).by_class)
    plain = index_of(rows).weigh(slugs)
    assert index_of(scaled).weigh(slugs) == pytest.approx(plain * unit, rel=1e-9)


@given(row_sets())
def test_the_order_of_rows_and_of_records_does_not_matter(rows: Rows) -> None:
    backwards = index_of(rows[::-1])
    slugs = sorted(index_of(rows).by_class)
    forwards = index_of(rows).weigh(slugs)
    assert backwards.weigh(slugs) == pytest.approx(forwards, rel=1e-9)
    assert np.array_equal(index_of(rows).weigh(slugs[::-1]), forwards[::-1])


@given(row_sets(), st.floats(1, 10_000))
def test_a_cap_never_raises_a_weight(rows: Rows, at: float) -> None:
    index = index_of(rows)
    capped = index.capped(rows[0].slug, at=at)
    for slug, each in index.by_class.items():
        assert capped.by_class[slug].weight <= each.weight * (1 + 1e-12)
