"""Incidents by place and month, from monthly records and from records with their hour."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.hot_spots.recorded import recorded_by_month
from rightplace.core.time import Month
from tests.walks import kept
from tests.worlds import AS_OF, LONDON, PLACES, STUB, TIMED_AS_OF, TIMED_PLACES, extract, publish

if TYPE_CHECKING:
    from pathlib import Path


def test_months_as_published_are_counted_each_and_those_not_published_are_not_known(
    tmp_path: Path,
) -> None:
    world = publish(tmp_path / "files")
    monthly = kept(tmp_path / "workspace", world, AS_OF)
    months = [Month(2015, 1), STUB, *(Month(2018, number) for number in (4, 5, 6, 7))]
    found = recorded_by_month(monthly.workspace, monthly.outlook, months)
    codes = monthly.outlook.area.cells["cell_id"].to_pylist()
    for place in PLACES:
        mine = found[codes.index(place.code)]
        if not place.monthly:
            assert np.isnan(mine).all()
            continue
        assert mine[2:5].tolist() == [world.violent[place.code, month] for month in months[2:5]]
        assert np.isnan(mine[[0, 1, 5]]).all()


def test_records_with_their_hour_count_by_policing_day(tmp_path: Path) -> None:
    world = extract(tmp_path / "files")
    timed = kept(tmp_path / "workspace", world, TIMED_AS_OF)
    months = [Month(2018, 5), Month(2018, 6), Month(2018, 7)]
    found = recorded_by_month(timed.workspace, timed.outlook, months)
    corner = {(x + 250, y + 250): p.code for p in TIMED_PLACES for x, y in (p.corner,)}
    counts = np.zeros((len(TIMED_PLACES), 2))
    codes = [place.code for place in TIMED_PLACES]
    with world.crimes.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            # The day starts at 07:00: what happens before is of the day before.
            said = datetime.strptime(row["from"], "%d/%m/%Y %H:%M").replace(tzinfo=LONDON)
            when = said - timedelta(hours=7)
            month = Month(when.year, when.month)
            demand = row["what"] in {"Wounding", "Mugging"} and row["kind_of_place"] == "Street"
            street = row["domestic"] == "N" and row["state"] == "Recorded"
            if demand and street and month in months[:2]:
                code = corner[int(row["easting"]), int(row["northing"])]
                counts[codes.index(code), months.index(month)] += 1
    rows = timed.outlook.area.cells["cell_id"].to_pylist()
    at = [rows.index(code) for code in codes]
    assert counts.sum() > 100
    np.testing.assert_array_equal(found[at][:, :2], counts)
    assert np.isnan(found[:, 2]).all()  # the file ends on 5 July
