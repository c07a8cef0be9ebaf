"""Laws of the simulator that hold whatever the totals and the seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.core.time import Month
from rightplace.crime.simulate.extract import SYNTHETIC, dirty_rows
from rightplace.crime.simulate.london import simulate_incidents
from rightplace.crime.simulate.offences import read_offences
from rightplace.crime.simulate.times import Calendar, draw_followers, follow
from rightplace.crime.simulate.totals import apportion
from tests import small_london

WORLD = small_london.outlines()
CLASS_OF = dict(zip(read_offences().words, read_offences().published_classes, strict=True))
DIRTY = dirty_rows().num_rows
FORM, TIMES = "%d/%m/%Y %H:%M", ("occurred_from", "occurred_to", "reported_at")
LONDON = ZoneInfo("Europe/London")


def on_the_clock(text: str) -> datetime:
    return datetime.strptime(text, FORM)  # noqa: DTZ007 - a local time, as forces write it


counts = st.lists(st.integers(0, 25), min_size=8, max_size=8).filter(any)
seeds = st.integers(0, 2**32)


@settings(max_examples=25, deadline=None)
@given(counts, seeds)
def test_incidents_add_up_to_every_total(given_counts: list[int], seed: int) -> None:
    totals = small_london.totals(*given_counts)
    table = simulate_incidents(WORLD, totals, generator=np.random.default_rng(seed))
    rows = [row for row in table.to_pylist()[:-DIRTY] if row["status"] == "Recorded"]
    found = Counter(
        (
            CLASS_OF[row["offence"]],
            row["location"].rpartition(", ")[2],
            f"{row['occurred_from'][6:10]}-{row['occurred_from'][3:5]}",
        )
        for row in rows
    )
    cells = {
        (name, borough, str(month)): int(totals.counts[c, b, m])
        for c, name in enumerate(totals.classes)
        for b, borough in enumerate(totals.boroughs)
        for m, month in enumerate(totals.months)
    }
    assert found == {cell: count for cell, count in cells.items() if count}


@settings(max_examples=15, deadline=None)
@given(counts, seeds)
def test_points_lie_in_the_borough_they_name_and_every_row_is_marked(
    given_counts: list[int], seed: int
) -> None:
    totals = small_london.totals(*given_counts)
    table = simulate_incidents(WORLD, totals, generator=np.random.default_rng(seed))
    assert set(table["synthetic"].to_pylist()) == {SYNTHETIC}
    for row in table.to_pylist()[:-DIRTY]:
        assert "(synthetic)" in row["location"]
        assert (row["easting"] is None) == (row["northing"] is None)
        if row["easting"] is not None:
            x, y = float(row["easting"]), float(row["northing"])
            (borough,) = WORLD.boroughs[shapely.contains_xy(WORLD.polygons, x, y)]
            assert row["location"].endswith(f"(synthetic), {borough}")


@settings(max_examples=15, deadline=None)
@given(counts, seeds)
def test_the_same_seed_gives_the_same_table_and_references_are_distinct(
    given_counts: list[int], seed: int
) -> None:
    totals = small_london.totals(*given_counts)
    first, second = (
        simulate_incidents(WORLD, totals, generator=np.random.default_rng(seed)) for _ in range(2)
    )
    assert first.equals(second)
    references = first["crime_reference"].drop_null().to_pylist()
    assert len(set(references)) == len(references) == first.num_rows - 1


@settings(max_examples=15, deadline=None)
@given(counts, seeds, st.integers(1, 300))
def test_dated_later_incidents_keep_their_weekday_hour_and_order(
    given_counts: list[int], seed: int, weeks: int
) -> None:
    totals = small_london.totals(*given_counts)
    now, later = (
        simulate_incidents(
            WORLD, totals, generator=np.random.default_rng(seed), weeks_later=weeks_later
        ).to_pylist()[:-DIRTY]
        for weeks_later in (0, weeks)
    )
    assert len(now) == len(later)
    for before, after in zip(now, later, strict=True):
        assert before["offence"] == after["offence"]
        times = [on_the_clock(after[name]) for name in TIMES]
        assert times == sorted(times)
        for name, moment in zip(TIMES, times, strict=True):
            moved = moment - on_the_clock(before[name])
            assert moved in {timedelta(weeks=weeks), timedelta(weeks=weeks, hours=1)}
            there = moment.replace(tzinfo=LONDON)
            assert there.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == moment


@given(st.integers(0, 1000), st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(any))
def test_what_is_shared_out_adds_up_and_stays_within_one_of_its_exact_share(
    total: int, weights: list[float]
) -> None:
    shares = np.array(weights)
    parts = apportion(total, shares)
    assert parts.sum() == total
    assert np.abs(parts - total * shares / shares.sum()).max() < 1 + 1e-6


@given(st.lists(st.integers(0, 5), max_size=200).map(sorted), seeds)
def test_nobody_follows_a_follower_or_someone_of_another_group(
    groups: list[int], seed: int
) -> None:
    group = np.array(groups, dtype=np.intp)
    leaders = draw_followers(group, generator=np.random.default_rng(seed))
    assert (group[leaders] == group).all()
    assert (leaders[leaders] == leaders).all()


@given(st.lists(st.integers(0, 28 * 24 * 60 - 1), min_size=2, max_size=50), seeds)
def test_a_follower_comes_after_its_leader_and_within_the_month(
    minutes: list[int], seed: int
) -> None:
    calendar = Calendar(months=(Month(2023, 2),))
    starts = np.datetime64("2023-02-01T00:00") + np.array(minutes).astype("timedelta64[m]")
    leaders = np.zeros(len(minutes), dtype=np.intp)
    followed = follow(starts, leaders, calendar=calendar, generator=np.random.default_rng(seed))
    assert followed[0] == starts[0]
    assert (followed[1:] >= starts[0]).all()
    assert (followed < np.datetime64("2023-03-01")).all()
