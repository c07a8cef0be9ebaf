"""A published look ahead at a small force, its history beside it; hostile words throughout."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from tests.web.published import EVIL, NOW, run_copy, run_record
from tests.web.signed_in import ANALYST
from tests.workforce_worlds import (
    FORCE,
    HISTORY,
    a_force,
    a_target,
    a_what_if,
    forecast_record,
    history_record,
    spread,
)

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.published.publishing import RunCopy

MONTHS = pa.table({"month": ["2030-01"], "headcount": [100.0]})


def force_copy() -> RunCopy:
    """The look ahead, by its history."""
    result = a_force(
        title=f"A force of 100 {EVIL}",
        targets=(a_target(name=f"past 105 {EVIL}"),),
        what_ifs=(a_what_if(f"more tutors {EVIL}", deployable=spread(2.0, apart=3.0)),),
        tutors_words=f"Tutors bind {EVIL}.",
    )
    first = result.origins[0]
    named = replace(first, numbers=f"headcount = 100 {EVIL}", origin=f"counted {EVIL}")
    postings = replace(result.first_postings[0], area=f"Northbank {EVIL}")
    result = replace(
        result,
        origins=(named, *result.origins[1:]),
        first_postings=(postings, result.first_postings[1]),
    )
    return run_copy(_record(forecast_record(result)), {"months": MONTHS}, HISTORY)


def history_copy() -> RunCopy:
    """What the force was before."""
    record = history_record()
    record["result"] = record["result"] | {"what_is_counted": f"It does not say {EVIL}."}
    return run_copy(_record(record), {"strength": MONTHS})


def _record(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record as the small world's runs are, with its own content."""
    own = {name: record[name] for name in ("settings", "result", "as_of")}
    return run_record(record["id"], "workforce", **own)


def publish_workforce(shelf: Shelf) -> None:
    """Publish both."""
    with transaction(shelf.database, ANALYST.actor, purpose="Workforce.", at=NOW) as tx:
        publish(tx, history_copy())
        publish(tx, force_copy())


__all__ = ["FORCE", "HISTORY", "force_copy", "history_copy", "publish_workforce"]
