"""Laws over any sequence of ingests: every row is accounted for, and none counts twice."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_files import FEED, Row, World, record, street, write

RELEASES = [None, date(2018, 8, 1), date(2018, 9, 1)]

sound = st.builds(
    lambda number, month, outcome: street(number, Month=month, Last_outcome_category=outcome),
    st.integers(1, 2),
    st.sampled_from(["2018-05", "2018-06"]),
    st.sampled_from(["a", "b"]),
)
# A fault in one row of many is set aside; more than a fifth would refuse the file.
faulty = st.sampled_from([street(1, Month="?"), street(1, Longitude=""), street(1, Latitude="99")])
monthly = st.lists(sound, min_size=1, max_size=3)
filled = st.builds(lambda rows, bad: rows * 5 + bad, monthly, st.lists(faulty, max_size=1))
records = st.lists(
    st.builds(
        lambda reference, month, status: record(
            reference, occurred_from=f"01/{month}/2018 22:00", occurred_to="", status=status
        ),
        st.sampled_from(["R1", "R2"]),
        st.sampled_from(["05", "06"]),
        st.sampled_from(["recorded", "cancelled", "deleted"]),
    ),
    min_size=1,
    max_size=3,
)
upload = st.tuples(st.integers(0, 2), st.sampled_from(RELEASES))


def take_all(
    world: World, files: list[list[Row]], uploads: list[tuple[int, date | None]], columns: list[str]
) -> None:
    paths = [write(world.root / f"{n}.csv", rows, columns) for n, rows in enumerate(files)]
    for number, release in uploads:
        answer = world.ingest(paths[number % len(paths)], release=release)
        assert answer.exit_code in {0, 10}
        (file,) = answer.result.files
        assert file.read == file.stored + file.quarantined + file.superseded
    kept = world.files()  # checks the law for each file
    assert sum(f.stored for f in kept.values()) == len(world.standing())


@settings(max_examples=12, deadline=None)
@given(st.lists(filled, min_size=1, max_size=3), st.lists(upload, min_size=1, max_size=5))
def test_of_each_month_exactly_one_file_stands(
    files: list[list[Row]], uploads: list[tuple[int, date | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        take_all(world, files, uploads, list(files[0][0]))
        holders: dict[str, set[str]] = {}
        for row in world.standing():
            holders.setdefault(f"{row['month']:%Y-%m}", set()).add(row["entry"])
        assert all(len(entries) == 1 for entries in holders.values())


@settings(max_examples=12, deadline=None)
@given(st.lists(records, min_size=1, max_size=3), st.lists(upload, min_size=1, max_size=5))
def test_of_each_reference_exactly_one_file_stands(
    files: list[list[Row]], uploads: list[tuple[int, date | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        take_all(world, files, uploads, FEED)
        holders: dict[str, set[str]] = {}
        for row in world.standing():
            holders.setdefault(row["reference"], set()).add(row["entry"])
        assert all(len(entries) == 1 for entries in holders.values())
