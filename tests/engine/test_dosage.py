"""From pings to visits: DuckDB, Spark and the plain reference say the same."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.engines.engine import Engine
from rightplace.evaluate import dwell, reference
from rightplace.evaluate.rules import DwellRules

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = dict[str, Any]
ENGINE = Engine(threads=1)
RULES = DwellRules()
SLOTS = [
    {"slot": number, "day": number // 2, "slot_opens": number * 3600, "slot_closes": end * 3600}
    for number, end in enumerate((1, 2, 3, 4))
]
TASKS = [
    {"cell": cell, "day": day, "holdout": int((cell, day) == (1, 1))}
    for cell in (0, 1)
    for day in (0, 1)
]
PLANNED_CREWS = 2
SCHEMA = pa.schema(
    [(name, pa.int64()) for name in "row crew officer at".split()]
    + [("x", pa.float64()), ("y", pa.float64()), ("cell", pa.int64())]
)
whole = st.integers
# Times of one minute or so meet often; a few far places make officers jump.
PINGS = st.lists(
    st.fixed_dictionaries(
        {
            "crew": whole(0, 3),
            "officer": whole(0, 4),
            "at": whole(0, 239).map(lambda minute: minute * 60) | whole(0, 14_399),
            "x": st.sampled_from([0.0, 90.0, 2_500.0, 60_000.0]),
            "y": st.sampled_from([0.0, 700.5]),
            "cell": whole(-1, 2),
        }
    ),
    max_size=40,
)


def numbered(rows: list[Row]) -> list[Row]:
    return [{"row": number, **row} for number, row in enumerate(rows, start=1)]


def table(rows: list[Row], schema: pa.Schema | None = None) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema))


def steps(pings: list[Row]) -> ibis.Table:
    """Every step of the product, in its order."""
    kept = dwell.reachable(dwell.distinct_moments(table(pings, SCHEMA)), RULES)
    presence = dwell.visits_of_spans(dwell.spans(kept, RULES), RULES)
    kinds = dwell.kinds_of_spans(
        presence, slots=table(SLOTS), tasks=table(TASKS), crews=PLANNED_CREWS, rules=RULES
    )
    return dwell.visits(kinds)


def plainly(pings: list[Row]) -> list[Row]:
    kept = reference.reachable(reference.distinct_moments(pings), RULES)
    presence = reference.visits_of_spans(reference.spans(kept, RULES), RULES)
    kinds = reference.kinds_of_spans(
        presence, slots=SLOTS, tasks=TASKS, crews=PLANNED_CREWS, rules=RULES
    )
    return reference.visits(kinds)


def in_duckdb(pings: list[Row]) -> list[Row]:
    return list(ENGINE.run(steps(pings)).to_pylist())


@settings(max_examples=25, deadline=None)
@given(rows=PINGS)
def test_duckdb_and_the_reference_agree_on_every_visit(rows: list[Row]) -> None:
    pings = numbered(rows)
    assert in_duckdb(pings) == plainly(pings)


@settings(max_examples=15, deadline=None)
@given(rows=PINGS)
def test_duckdb_and_the_reference_leave_out_the_same_pings(rows: list[Row]) -> None:
    pings = numbered(rows)
    alone = dwell.distinct_moments(table(pings, SCHEMA))
    kept = ENGINE.run(dwell.reachable(alone, RULES).order_by("row")).to_pylist()
    plain = reference.reachable(reference.distinct_moments(pings), RULES)
    assert kept == sorted(plain, key=lambda ping: int(ping["row"]))


def walk(crew: int, officer: int, cell: int, *minutes: float) -> list[Row]:
    place = {"x": 0.0, "y": 0.0, "cell": cell}
    return [{"crew": crew, "officer": officer, "at": int(m * 60), **place} for m in minutes]


# One of everything: two together, a pass-through, a bridged and an unbridged gap, a hold-out
# day, a crew that the plan does not know, a jump, an officer twice at one second.
NIGHT = numbered(
    [
        *walk(0, 0, 0, *range(16)),
        *walk(0, 1, 0, *range(16)),
        *walk(1, 2, 0, 5, 7, 8),
        *walk(1, 2, 1, 20, 25, 29, 35, 47),
        *walk(1, 3, 1, 130, 142),
        *walk(3, 4, 0, 10, 14, 18),
        {"crew": 0, "officer": 0, "at": 450, "x": 60_000.0, "y": 0.0, "cell": 0},
        *walk(0, 1, 1, 3),
    ]
)


@pytest.fixture(scope="module")
def spark() -> Iterator[ibis.BaseBackend]:
    pyspark = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not installed")
    session = (
        pyspark.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.filterwarnings("ignore")  # of Spark's own making
def test_spark_duckdb_and_the_reference_agree(spark: ibis.BaseBackend) -> None:
    found = spark.to_pyarrow(steps(NIGHT)).to_pylist()
    assert found == in_duckdb(NIGHT) == plainly(NIGHT)
    assert {visit["kind"] for visit in found} == {"dosage", "pass_through", "holdout", "untasked"}


def test_the_night_comes_out_as_reckoned_by_hand() -> None:
    kinds = {
        (v["crew"], v["kind"], v["cell"]): (
            (v["closes"] - v["opens"]) / 60,
            v["officer_seconds"] / 60,
            v["patrol_seconds"] / 60,
        )
        for v in in_duckdb(NIGHT)
        if v["opens"] < 47 * 60 or v["day"] == 1
    }
    assert kinds[0, "dosage", 0] == (15, 30, 15)
    assert kinds[1, "pass_through", 0] == (3, 3, 3)
    assert kinds[1, "holdout", 1] == (0, 0, 0)
    assert kinds[3, "untasked", 0] == (8, 8, 8)
