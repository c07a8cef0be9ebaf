"""Numbers that publishers counted: by engine and by plain reference the same."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.crime import normalise, totals
from rightplace.crime.mapping import parse, shipped
from rightplace.crime.offences import category_words
from rightplace.crime.reading import ROW, RawTable
from rightplace.crime.reference import totals as reference_totals
from rightplace.crime.wide import lengthen
from rightplace.engines.engine import Engine

Row = dict[str, Any]
ENGINE = Engine(threads=1)
WORDS = dict(category_words("london_datastore").classes)
NUMBERS = ["0", "4", "16", " 7 ", "-1", "2.5", "", None, "many", "99999999", "1_0"]
TEXTS = ["Arson", "ARSON ", "Piracy", "", None, "Camden", "Unknown", "unknown", "LONDON HEATHROW"]
MONTHS = ["201804", "201813", "2018", "", None, "Apr-18", "Mar-26", "13-May", "18-04"]


def computed(table: ibis.Table, key: str) -> list[Row]:
    return list(ENGINE.run(table.order_by(key)).to_pylist())


@pytest.mark.parametrize("name", ["london_datastore_borough", "london_datastore_2011"])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_engine_and_reference_agree_on_counts_by_area(name: str, data: st.DataObject) -> None:
    mapping = shipped()[name]
    columns = {column: st.sampled_from(TEXTS) for column in mapping.columns.values()}
    if mapping.month_columns:
        columns |= {month: st.sampled_from(NUMBERS) for month in ("201804", "201805")}
    else:
        columns |= {"Month": st.sampled_from(MONTHS), "CrimeCount": st.sampled_from(NUMBERS)}
    rows = data.draw(st.lists(st.fixed_dictionaries(columns), max_size=12))
    table = pa.table({c: pa.array([row[c] for row in rows], pa.string()) for c in columns})
    numbered = table.append_column(ROW, pa.array(range(1, len(rows) + 1), pa.int32()))
    raw = lengthen(RawTable(rows=numbered), mapping, file="test.csv").rows
    how: Any = {"force": "metropolitan"}
    words = normalise.classes(WORDS)
    ours = computed(totals.area_counts(ibis.memtable(raw), mapping, words=words, **how), "cell")
    assert ours == reference_totals.area_counts(raw.to_pylist(), mapping, words=WORDS, **how)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_engine_and_reference_agree_on_strength(data: st.DataObject) -> None:
    mapping = shipped()["london_datastore_strength"]
    cells = {c: st.sampled_from(NUMBERS) for c in mapping.columns.values()}
    cells["Date"] = st.sampled_from(MONTHS)
    rows = data.draw(st.lists(st.fixed_dictionaries(cells), max_size=12))
    table = pa.table({c: pa.array([row[c] for row in rows], pa.string()) for c in cells})
    raw = table.append_column(ROW, pa.array(range(1, len(rows) + 1), pa.int32()))
    ours = computed(totals.strength(ibis.memtable(raw), mapping, force="f"), ROW)
    assert ours == reference_totals.strength(raw.to_pylist(), mapping, force="f")


def test_a_table_without_months_or_a_month_column_is_no_table_of_counts() -> None:
    text = (
        'name = "n"\ntitle = "n"\npublisher = "n"\nkind = "area_counts"\n[columns]\nminor = "m"\n'
    )
    with pytest.raises(ValueError, match="say month_columns"):
        parse(text, file="n.toml")
