"""The demo's simulator: totals kept, faults on purpose, nothing invented left unmarked."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from rightplace.core.time import Clock, Month
from rightplace.crime.mapping import load
from rightplace.crime.simulate import outlines as simulate_outlines
from rightplace.crime.simulate.crews import SURGE_PAIRS, simulate_crews
from rightplace.crime.simulate.events import CUSTODY, draw_events
from rightplace.crime.simulate.extract import COLUMNS, dirty_rows
from rightplace.crime.simulate.london import weeks_to
from rightplace.crime.simulate.offences import DOMESTIC, draw_premises, read_offences
from rightplace.crime.simulate.outlines import find_outlines, read_outlines, write_outlines
from rightplace.crime.simulate.places import invent_gazetteer
from rightplace.crime.simulate.times import (
    Calendar,
    draw_followers,
    draw_starts,
    read_hours,
)
from rightplace.crime.simulate.totals import BoroughTotals, apportion, read_borough_totals
from rightplace.errors import BadInputError, NotHeldError
from tests import small_london

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from rightplace.crime.simulate.events import Events

CLOCK = Clock()
WEEK = list(CLOCK.slots(date(2024, 2, 1), 7))  # a Thursday


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def events(totals: BoroughTotals) -> Events:
    world = small_london.outlines()
    gazetteer = invent_gazetteer(world, generator=chance())
    return draw_events(world, totals, gazetteer=gazetteer, generator=chance(1))


def crews() -> list[dict[str, object]]:
    table = simulate_crews(
        small_london.outlines(), small_london.totals(), slots=WEEK, clock=CLOCK, generator=chance()
    )
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


# Totals


def test_the_shipped_totals_hold_five_classes_of_32_boroughs_over_24_months() -> None:
    totals = read_borough_totals()
    assert totals.counts.shape == (5, 32, 24)
    assert (totals.months[0], totals.months[-1]) == (Month(2022, 2), Month(2024, 1))
    assert "City of London" not in totals.boroughs


def test_a_published_figure_stands_in_its_place() -> None:
    # As published: violence with injury, Barking and Dagenham, 202202.
    totals = read_borough_totals()
    kind = totals.classes.index("violence_with_injury")
    borough = totals.boroughs.index("Barking and Dagenham")
    assert totals.counts[kind, borough, 0] == 142


def test_some_classes_and_the_last_months_can_be_chosen() -> None:
    chosen = small_london.totals().only(["possession_of_weapons"]).last(1)
    assert chosen.counts.tolist() == [[[0], [60]]]
    assert chosen.months == (Month(2023, 4),)


def test_scaled_totals_are_rounded_half_up() -> None:
    halved = small_london.totals(1, 2, 3, 4, 5, 6, 7, 0).scaled(0.5)
    assert halved.counts.ravel().tolist() == [1, 1, 2, 2, 3, 3, 4, 0]


@pytest.mark.parametrize("share", [0.0, 1.5, -1.0])
def test_a_share_of_the_totals_lies_above_0_and_at_most_1(share: float) -> None:
    with pytest.raises(BadInputError, match="share"):
        small_london.totals().scaled(share)


def test_a_class_without_totals_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInputError, match=r"'arson'.*violence_with_injury"):
        small_london.totals().only(["arson"])


@pytest.mark.parametrize("months", [0, 3])
def test_more_months_than_there_are_totals_for_are_refused(months: int) -> None:
    with pytest.raises(BadInputError, match=f"{months} months"):
        small_london.totals().last(months)


def test_totals_that_cannot_be_are_refused() -> None:
    good = small_london.totals()
    with pytest.raises(BadInputError, match="negative: -1"):
        replace(good, counts=good.counts - 1)
    with pytest.raises(BadInputError, match="all zero"):
        replace(good, counts=good.counts * 0)
    with pytest.raises(BadInputError, match="gap"):
        replace(good, months=(Month(2023, 3), Month(2023, 5)))
    with pytest.raises(BadInputError, match="shape"):
        replace(good, boroughs=("Northbank",))


def test_ten_are_shared_out_by_largest_remainders() -> None:
    # 10 x 6/12 = 5, 10 x 4/12 = 3.33, 10 x 2/12 = 1.67: the last one is the neediest.
    assert apportion(10, np.array([6.0, 4.0, 2.0])).tolist() == [5, 3, 2]


def test_a_tie_goes_to_the_earlier_place() -> None:
    assert apportion(10, np.ones(3)).tolist() == [4, 3, 3]


@pytest.mark.parametrize(("total", "weights"), [(-1, [1.0]), (1, [0.0]), (1, [2.0, -1.0])])
def test_what_cannot_be_shared_out_is_refused(total: int, weights: list[float]) -> None:
    with pytest.raises(BadInputError, match="share out"):
        apportion(total, np.array(weights))


# Tables that ship


def test_every_offence_belongs_to_a_class_with_totals_and_the_shares_of_a_class_add_up() -> None:
    kinds = read_offences()
    assert set(kinds.published_classes) == set(read_borough_totals().classes)
    for name in set(kinds.published_classes):
        assert kinds.shares[kinds.published_classes == name].sum() == pytest.approx(1.0)


def test_every_profile_has_hours_and_premises() -> None:
    profiles = {*read_offences().profiles, DOMESTIC}
    assert profiles == set(read_hours())
    for profile in profiles:
        draw_premises(np.array([profile]), generator=chance())


def test_no_hour_of_a_profile_is_impossible() -> None:
    for table in read_hours().values():
        assert table.shape == (7, 24)
        assert table.min() > 0


def test_public_violence_peaks_on_friday_and_saturday_nights_and_after_school() -> None:
    table = read_hours()["public_violence"]
    friday, saturday, sunday, tuesday = 4, 5, 6, 1
    nights = (table[friday, 23], table[saturday, 0], table[saturday, 23], table[sunday, 0])
    assert min(nights) > 2 * table[tuesday, 23]
    assert table[tuesday].argmax() == 16
    assert table[tuesday, 16] > 1.5 * table[sunday, 16]


def test_the_mapping_knows_each_word_the_force_writes_and_its_published_class() -> None:
    path = resources.files("rightplace.crime") / "data/demo_mapping.toml"
    mapping = load(str(path))
    kinds = read_offences()
    assert dict(zip(kinds.words, kinds.published_classes, strict=True)) == mapping.category_words
    assert set(mapping.columns.values()) == set(COLUMNS) - {"synthetic"}
    written = {row["premises"] for row in csv.DictReader(_data("demo_premises.csv"))} - {""}
    assert written | {CUSTODY} == set(mapping.setting.words)


def _data(name: str) -> list[str]:
    return (resources.files("rightplace.crime") / "data" / name).read_text("utf-8").splitlines()


def test_the_tables_that_ship_are_small() -> None:
    folder = resources.files("rightplace.crime") / "data"
    sizes = [len(f.read_bytes()) for f in folder.iterdir() if f.name.startswith("demo_")]
    assert len(sizes) == 7
    assert sum(sizes) < 60_000


# Outlines


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate_outlines, "PACKAGE", "no-such-package-at-all")
    with pytest.raises(NotHeldError, match=r"no-such-package-at-all.*rightplace\[demo\]"):
        find_outlines()


def test_a_package_without_its_data_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate_outlines, "PACKAGE", "numpy")
    monkeypatch.setattr(simulate_outlines, "DATA_FILE", "numpy/outlines.geojson")
    with pytest.raises(NotHeldError, match="numpy is installed without numpy/outlines"):
        find_outlines()


def test_outlines_are_written_with_code_name_and_borough(tmp_path: Path) -> None:
    world = small_london.outlines()
    write_outlines(world, tmp_path / "lsoa.geojson")
    features = json.loads((tmp_path / "lsoa.geojson").read_text("utf-8"))["features"]
    assert [feature["properties"]["code"] for feature in features] == world.codes.tolist()
    assert features[3]["properties"] == {
        "code": "E01000003",
        "name": "Southbank 003A",
        "borough": "Southbank",
    }
    assert shapely.geometry.shape(features[3]["geometry"]).equals(world.polygons_lonlat[3])


def test_outlines_are_read_by_the_first_words_of_their_names(tmp_path: Path) -> None:
    write_outlines(small_london.outlines(), tmp_path / "lsoa.geojson")
    text = (tmp_path / "lsoa.geojson").read_text("utf-8")
    renamed = text.replace('"code"', '"LSOA11CD"').replace('"name": ', '"LSOA11NM": ')
    (tmp_path / "lsoa.geojson").write_text(renamed, encoding="utf-8")
    read = read_outlines(tmp_path / "lsoa.geojson", boroughs=["Southbank"])
    assert read.codes.tolist() == ["E01000003", "E01000004", "E01000005"]
    assert set(read.boroughs) == {"Southbank"}
    with pytest.raises(BadInputError, match="No outline for Westbank"):
        read_outlines(tmp_path / "lsoa.geojson", boroughs=["Southbank", "Westbank"])


def test_outlines_that_cannot_be_are_refused() -> None:
    world = small_london.outlines()
    with pytest.raises(BadInputError, match="only 1 codes"):
        replace(world, codes=np.full(7, "E01000001"))
    with pytest.raises(BadInputError, match="columns of"):
        replace(world, boroughs=world.boroughs[:3])


# Streets and incidents


def test_every_address_lies_inside_its_own_area() -> None:
    world = small_london.outlines()
    xy = invent_gazetteer(world, generator=chance()).xy
    for area, polygon in enumerate(world.polygons):
        points = xy[area].reshape(-1, 2)
        assert shapely.contains_xy(polygon, points[:, 0], points[:, 1]).all()


def test_no_street_name_comes_twice_in_a_borough() -> None:
    world = small_london.outlines()
    names = invent_gazetteer(world, generator=chance()).street_names
    for borough in set(world.boroughs):
        of_borough = names[world.boroughs == borough].ravel()
        assert len(set(of_borough)) == of_borough.size


def test_incidents_begin_before_they_end_and_end_before_they_are_reported() -> None:
    drawn = events(small_london.totals(400, 300, 200, 100, 50, 0, 30, 600))
    assert (drawn.starts <= drawn.ends).all()
    assert (drawn.ends <= drawn.reports).all()
    assert drawn.reports.max() < np.datetime64("2023-05-01")
    assert (drawn.starts < drawn.ends).any()
    assert (drawn.starts == drawn.ends).any()


def test_the_hour_that_the_clocks_skip_stays_empty() -> None:
    # The clocks went forward at 01:00 on Sunday 26 March 2023. All incidents are set at 01:00.
    calendar = Calendar(months=(Month(2023, 3),))
    table = np.zeros((1, 7, 24))
    table[0, 6, 1] = 1.0
    nobody = np.zeros(400, dtype=np.intp)
    starts = draw_starts(nobody, nobody, calendar=calendar, tables=table, generator=chance())
    days = Counter(starts.astype("datetime64[D]").astype(str).tolist())
    assert set(days) == {"2023-03-05", "2023-03-12", "2023-03-19"}
    moved = calendar.out_of_lost(np.array(["2023-03-26T01:30"], dtype="datetime64[m]"))
    assert moved.astype(str).tolist() == ["2023-03-26T02:30"]


def test_each_borough_has_one_custody_suite_and_its_incidents_are_flagged_so() -> None:
    drawn = events(small_london.totals(9000, 9000, 9000, 9000, 1, 1, 1, 1))
    held = drawn.take(np.flatnonzero(drawn.premises == CUSTODY))
    suites = {
        *zip(held.areas.tolist(), held.streets.tolist(), held.addresses.tolist(), strict=True)
    }
    assert [area < 3 for area, _, _ in sorted(suites)] == [True, False]
    assert not held.domestic.any()
    kinds = read_offences()
    assert set(held.offences) <= {*kinds.words[kinds.published_classes == "violence_with_injury"]}
    assert 100 < held.starts.size < 260  # 0.5 % of 36,000, less near repeats


def test_one_incident_in_twenty_follows_another_that_itself_follows_none() -> None:
    leaders = draw_followers(np.zeros(20_000, dtype=np.intp), generator=chance())
    follows = leaders != np.arange(20_000)
    assert not follows[leaders].any()
    # 0.05 x 0.95 = 0.0475 of 20,000: 950, with a standard deviation of about 30.
    assert follows.sum() == pytest.approx(950, abs=120)


def test_a_borough_without_an_outline_is_refused() -> None:
    elsewhere = replace(small_london.totals(), boroughs=("Northbank", "Westbank"))
    with pytest.raises(BadInputError, match="Westbank has totals but no outline"):
        events(elsewhere)


# Rows wrong on purpose


def test_the_dirty_rows_are_few_marked_and_told_apart_by_reference() -> None:
    rows = dirty_rows().to_pylist()
    assert len(rows) <= 20
    assert {row["synthetic"] for row in rows} == {"SYNTHETIC"}
    references = [row["crime_reference"] for row in rows]
    assert references.count(None) == 1
    assert len(set(references)) == len(references)
    assert dirty_rows().column_names == list(COLUMNS)


# Crews


def test_twenty_four_surge_pairs_are_on_duty_each_policing_day() -> None:
    pairs = Counter(
        slot.policing_day
        for row in crews()
        for slot in WEEK
        if row["specialist"] and row["slot_start"] == _local(slot.start)
    )
    assert pairs == dict.fromkeys([date(2024, 2, day) for day in range(1, 8)], SURGE_PAIRS)


def _local(instant: object) -> str:
    return str(instant.astimezone(CLOCK.tzinfo).isoformat())  # type: ignore[attr-defined]  # a datetime


def test_a_surge_pair_makes_sixteen_visits_in_an_eight_hour_shift() -> None:
    # 480 minutes less 30 of briefing and 45 of refreshment are 405: 16 visits of 15 + 10 minutes.
    assert {row["minutes"] for row in crews() if row["specialist"]} == {400}


def test_a_longer_night_when_the_clocks_go_back_gives_two_more_visits() -> None:
    night = [slot for slot in CLOCK.slots(date(2023, 10, 28), 1) if slot.shift == "night"]
    table: pa.Table = simulate_crews(
        small_london.outlines(), small_london.totals(), slots=night, clock=CLOCK, generator=chance()
    )
    surge = [row for row in table.to_pylist() if row["specialist"]]
    # 540 - 75 = 465 minutes: 18 visits of 25.
    assert {row["minutes"] for row in surge} == {450}
    assert {row["slot_start"] for row in surge} == {"2023-10-28T23:00:00+01:00"}
    assert {row["slot_end"] for row in surge} == {"2023-10-29T07:00:00+00:00"}


def test_the_busier_borough_and_the_busier_night_have_more_crews() -> None:
    own = [row for row in crews() if not row["specialist"]]
    # Two boroughs share 2 x 16 crews a day: 8 each, and 16 by recorded violence, 70 to 30,
    # which is 11 and 5; seven days of 19 and 13.
    assert Counter(row["borough"] for row in own) == {"Northbank": 133, "Southbank": 91}
    at = Counter(row["slot_start"] for row in own)
    assert at["2024-02-03T23:00:00+00:00"] > 2 * at["2024-02-06T23:00:00+00:00"]


def test_bases_lie_in_the_crews_own_borough() -> None:
    world = small_london.outlines()
    for row in crews():
        inside = shapely.contains_xy(world.polygons_lonlat, row["base_lon"], row["base_lat"])
        assert row["borough"] in world.boroughs[inside]


def test_no_crew_is_on_duty_twice_at_a_time() -> None:
    duties = [(row["crew_id"], row["slot_start"]) for row in crews()]
    assert len(set(duties)) == len(duties)


def test_crews_without_a_slot_or_a_base_are_refused() -> None:
    world, totals = small_london.outlines(), small_london.totals()
    with pytest.raises(BadInputError, match="at least one slot"):
        simulate_crews(world, totals, slots=[], clock=CLOCK, generator=chance())
    crowded = replace(totals, boroughs=("Northbank", "City of London"))
    with pytest.raises(BadInputError, match="too few for 2 bases"):
        simulate_crews(world, crowded, slots=WEEK, clock=CLOCK, generator=chance())


@pytest.mark.parametrize("today", [date(2024, 2, 1), date(2026, 3, 29), date(2026, 11, 23)])
def test_the_week_of_a_demo_can_hold_any_day(today: date) -> None:
    for last in (date(2024, 1, 25) + timedelta(days=n) for n in range(7)):
        as_of = last + timedelta(weeks=weeks_to(today, last))
        assert as_of < today <= as_of + timedelta(days=7)
