"""A small scrutiny pack: one quarter and the year before in three boroughs of London."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.app.searches.pack_counting import cube_of
from rightplace.app.searches.pack_made import hidden_table, pack_counts
from rightplace.app.searches.pack_periods import pack_months
from rightplace.app.searches.pack_rates import BY, measures_table
from rightplace.core.time import Month, months_between
from rightplace.powers.searches.columns import SCHEMA
from rightplace.powers.searches.rates import count_searches
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from tests.web.published import EVIL, NOW, run_copy, run_record
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.service.shelf import Shelf
    from rightplace.records.published.publishing import RunCopy

PACK = "q-000000000001"
CAMDEN, ISLINGTON, LAMBETH = "E09000007", "E09000019", "E09000022"
"""Camden and Islington are Central North, Lambeth is Central South."""
QUARTER = (Month(2018, 10), Month(2018, 12))


def one(month: Month, number: int, **cells: object) -> dict[str, object]:
    """One search, of drugs under the usual power unless a cell says otherwise."""
    row: dict[str, object] = dict.fromkeys(SCHEMA.names)
    row |= {
        "entry": "e-1",
        "row_number": number,
        "force": "metropolitan",
        "month": month.first,
        "started_at": datetime(month.year, month.number, 5, 14, 30, tzinfo=UTC),
        "has_time": True,
        "type": "person",
        "power": "mda-23",
        "object": "drugs",
        "outcome": "no further action",
        "age": "18-24",
        "sex": "male",
        "self_defined": "white",
        "officer_defined": "white",
        "borough": ISLINGTON,
    }
    return row | cells


def rows() -> Iterator[dict[str, object]]:
    """Camden 100 a month with 20 arrests, Islington 60, Lambeth 40; section 60 in Camden: 3."""
    number = 0
    quarter = months_between(*QUARTER)
    for month in [month.plus(-12) for month in quarter] + quarter:
        for borough, n, arrests in ((CAMDEN, 100, 20), (ISLINGTON, 60, 9), (LAMBETH, 40, 10)):
            for place in range(n):
                number += 1
                outcome = "arrest" if place < arrests else "no further action"
                group = "black" if place % 4 == 0 else "white"
                yield one(
                    month, number, borough=borough, outcome=outcome, self_defined=group,
                    age="10-17" if place % 10 == 0 else "18-24",
                )  # fmt: skip
    for _ in range(3):
        number += 1
        yield one(
            QUARTER[1], number, borough=CAMDEN, power="cjpoa-60", age="10-17",
            object="anything to threaten or harm anyone", self_defined="black",
        )  # fmt: skip


def table() -> pa.Table:
    """Every search of the world."""
    return pa.Table.from_pylist(list(rows()), schema=SCHEMA)


def pack_copy(pack_id: str = PACK) -> RunCopy:
    """The run of a pack, made by the functions that make a real one."""
    searches = table()
    held = {Month.of(day) for day in searches["month"].to_pylist()}
    months = pack_months(held, *QUARTER)
    cube = cube_of(searches, zone="Europe/London")
    counts = pack_counts(cube, months, smallest=5)
    result: dict[str, Any] = {
        "force": "metropolitan",
        "first_month": str(months.period[0]),
        "last_month": str(months.period[-1]),
        "before": [str(months.before[0]), str(months.before[-1])],
        "months": [
            [str(month), None if month in months.absent else 0, 0] for month in months.series
        ],
        "completeness": [f"metropolitan, 2018-10: a category vanished {EVIL}"],
        "sections": [
            {
                "key": "drift",
                "heading": f"Words {EVIL}",
                "findings": [f"One word came {EVIL}"],
                "charts": [],
                "tables": [
                    {"caption": f"Words {EVIL}", "header": ["As published", EVIL],
                     "rows": [[EVIL, "=1+1"]], "wordy": [1]}
                ],
                "refusals": [f"not told {EVIL}"],
                "counting": [f"counted {EVIL}"],
            }
        ],
        "synthetic": False,
        "trained_to": "2018-12-31",
    }  # fmt: skip
    record = run_record(
        pack_id,
        "searches",
        settings={"searches": {"least_for_rate": 50, "least_in_cell": 5}},
        result=result,
    )
    tables = {
        "counts": cube,
        "hidden": hidden_table(counts),
        "measures": measures_table(count_searches(searches, BY)),
    }
    return run_copy(record, tables)


def publish_pack(shelf: Shelf, pack_id: str = PACK) -> None:
    """Publish the pack."""
    with transaction(shelf.database, ANALYST.actor, purpose="Publish.", at=NOW) as tx:
        publish(tx, pack_copy(pack_id))
