"""The set-wise expressions and the plain reference say the same of any table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.crime import normalise, search_rows
from rightplace.crime.mapping import Mapping, parse, shipped
from rightplace.crime.offences import category_words
from rightplace.crime.points import with_degrees
from rightplace.crime.reference import normalise as reference
from rightplace.engines.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]
ENGINE = Engine(threads=1)
# Capital I with a dot is lower-cased to one character by some engines and two by others; no
# publisher's word holds it.
HOSTILE = st.text(st.characters(exclude_characters="\u0130", exclude_categories=["Cs"]), max_size=8)
BLANK = ["", " ", "\t \n", None]
MONTHS = ["2018-06", "2018-13", "2018-06-30", "2018-06-31", "June 2018", "18-06", "epoch", "2018-3"]
DAYS = [
    "2018-03-25",
    "2018-10-28",
    "2018-11-04",
    "2018-03-11",
    "2018-02-30",
    "25/03/2018",
    "infinity",
]
MOMENTS = [
    "25/03/2018 01:30",  # skipped in London
    "25/03/2018 02:10",
    "28/10/2018 01:30",  # comes twice in London
    "28/10/2018 00:59",
    "31/12/2018 23:59",
    "01/01/1900 00:00",
    "12/31/2018 10:00",
    "01/06/2018 24:00",
    "1/6/2018 7:05",
]
INSTANTS = [
    "2018-08-01T12:00:00+00:00",
    "2018-07-31T23:30:00+00:00",  # in August by the London clock
    "2018-08-01T12:00:00+01:00",
    "2018-08-01T12:00:00",  # no offset
    "2018-08-01T24:00:00+00:00",
    "2018-08-01",
    "2018-10-28T01:30:00+00:00",
    "28/10/2018 01:30",  # as a force writes it; comes twice in London
    "31/07/2018 23:30",
]
NUMBERS = ["51.5", "-0.1", "0", "91", "nan", "inf", "1e999", "1_000", "530000", "abc", "-.5", "1,5"]
HOURS = ["0", "7", "14.0", "23", "24", "2", "1", "-1", "7.5", "midnight"]
WORDS_OF_YES_AND_NO = ["Yes", "no", "TRUE", "False", "y", "N", "1", "0", "not recorded", "maybe"]
EXTRA: dict[str, list[str]] = {
    "month": MONTHS,
    "occurred_from": MOMENTS,
    "occurred_to": MOMENTS,
    "reported_at": MOMENTS,
    "occurred_from_date": DAYS,
    "occurred_to_date": DAYS,
    "occurred_from_hour": HOURS,
    "started_at": INSTANTS,
    "lon": NUMBERS,
    "lat": NUMBERS,
    "victims": ["1", "2", "0", "2.5", "-1", "10000", "two"],
    "category": ["Robbery", "ROBBERY ", "Drugs", "Vio lence and sexual offences", "Piracy"],
    "reference": ["R1", "R1", "R2"],
    "place_name": [
        "On or near High Street",
        "On or near ",
        "No Location",
        "Prison",
        "on or near X",
    ],
    "premises": ["Street", "dwelling", "PRISON", "Moon"],
    "domestic": ["Y", "no", "TRUE"],
    "weapons": ["0", "1", "2.0", "100", "-1", "some"],
    **dict.fromkeys((*search_rows.FLAGS, *search_rows.FLAG_TEXTS), WORDS_OF_YES_AND_NO),
    "status": ["Cancelled", "deleted", "MERGED", "current", "canceled"],
}
FORCES = ["City of London Police", "Metropolitan Police Service", "Essex Constabulary", "?", "BTP"]

BY_DAYS = """
name = "by_days"
title = "Days with an end"
publisher = "test"
kind = "crimes"
date_format = "%Y-%m-%d"
zone = "America/Toronto"
incident = ["Case", "Day"]
category_rules = [["Kind", "Drugs", "Robbery"]]
[columns]
reference = "Case"
occurred_from_date = "Day"
occurred_to_date = "Last day"
occurred_from_hour = "Hour"
category = "Kind"
victims = "Victims"
lon = "X"
lat = "Y"
[population]
force = "test"
"""


def mapping_named(name: str) -> Mapping:
    return parse(BY_DAYS, file="by_days.toml") if name == "by_days" else shipped()[name]


@dataclass(frozen=True)
class World:
    mapping: Mapping

    def columns(self) -> dict[str, list[str]]:
        """Each published column and words that may stand in it."""
        rule = self.mapping.population
        found = {
            column: EXTRA.get(ours, ["a", "A"]) for ours, column in self.mapping.columns.items()
        }
        if rule.force_column:
            found[rule.force_column] = FORCES
        if rule.apart_column:
            found[rule.apart_column] = [*rule.apart, "Force"]
        if self.mapping.record_id:
            found[self.mapping.record_id] = ["1", "1", "2"]
        return found

    def rows(self) -> st.SearchStrategy[list[Row]]:
        cells = {
            name: st.sampled_from([*words, *words, *BLANK]) | HOSTILE
            for name, words in self.columns().items()
        }
        return st.lists(st.fixed_dictionaries(cells), max_size=30)


def as_table(world: World, rows: Sequence[Row]) -> pa.Table:
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in world.columns()}
    columns["row_number"] = pa.array(range(1, len(rows) + 1), pa.int32())
    return with_degrees(pa.table(columns), world.mapping, file="test.csv")


def in_utc(row: Row) -> Row:
    return {
        name: value.astimezone(UTC) if getattr(value, "tzinfo", None) else value
        for name, value in row.items()
    }


def computed(table: ibis.Table) -> list[Row]:
    return [in_utc(row) for row in ENGINE.run(table.order_by("row_number")).to_pylist()]


CRIMES = ["police_uk_street", "police_uk_api_street", "force_extract", "toronto_mci", "by_days"]


@pytest.mark.parametrize("name", CRIMES)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_engine_and_reference_agree_on_crimes(name: str, data: st.DataObject) -> None:
    world = World(mapping_named(name))
    raw = as_table(world, data.draw(world.rows()))
    words = dict(category_words("police_uk").classes)
    how: Any = {
        "words": words,
        "force": "metropolitan",
        "part": data.draw(st.sampled_from([None, "train"])),
    }
    ours = computed(normalise.crimes(ibis.memtable(raw), world.mapping, **how))
    assert ours == reference.crimes(raw.to_pylist(), world.mapping, **how)


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_engine_and_reference_agree_on_outcomes(data: st.DataObject) -> None:
    world = World(mapping_named("police_uk_outcomes"))
    raw = as_table(world, data.draw(world.rows()))
    how: Any = {"force": None, "part": None}
    ours = computed(normalise.outcomes(ibis.memtable(raw), world.mapping, **how))
    assert ours == reference.outcomes(raw.to_pylist(), world.mapping, **how)


SEARCHES = ["police_uk_searches", "police_uk_api_searches", "force_searches"]


@pytest.mark.parametrize("name", SEARCHES)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_engine_and_reference_agree_on_searches(name: str, data: st.DataObject) -> None:
    world = World(mapping_named(name))
    raw = as_table(world, data.draw(world.rows()))
    how: Any = {"force": "metropolitan", "part": None}
    ours = computed(search_rows.searches(ibis.memtable(raw), world.mapping, **how))
    assert ours == reference.searches(raw.to_pylist(), world.mapping, **how)
