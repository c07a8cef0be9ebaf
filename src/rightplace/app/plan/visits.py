"""The visits of a kept plan: for crews without the lot that was drawn, for analysts with it.

Nothing else in this room reads a plan's visits table. Who is patrolled by chance must not be known
on the street, so whatever a crew may see comes from ``crew_visits``. Nor is anything made from a
plan that leaves places without visits before somebody has signed for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rightplace.app.holdout.signatures import check_signed
from rightplace.app.runs import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from rightplace.app.workspace import Workspace

HELD_OUT: Final = "holdout"
"""Arm of rows that are visits not to be made."""
VISITS: Final = "visits"
"""Name of the table of a plan's visits."""
LOT_COLUMNS: Final = ("arm", "probability")
"""Columns that crews must not see."""
NOTICES_OF_LOT: Final = "holdout"
"""How the codes of notices start that tell of the lot."""
OVER: Final = ("done", "past")
"""States of visits of a plan made anew that nobody has to make any more."""


def crew_visits(workspace: Workspace, plan_id: str) -> pa.Table:
    """Return the visits that crews make: no row that is held out, and no word of the lot.

    A plan whose hold-out nobody has signed is refused, as ``visits_with_arms`` does.

    Parameters
    ----------
    workspace
        Where the plan is kept.
    plan_id
        The plan.
    """
    return without_lot(visits_with_arms(workspace, plan_id))


def visits_to_come(workspace: Workspace, plan_id: str) -> pa.Table:
    """Return the visits that crews still have to make: all, unless the plan was made anew.

    Parameters
    ----------
    workspace
        Where the plan is kept.
    plan_id
        The plan.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    visits = crew_visits(workspace, plan_id)
    if "state" not in visits.column_names:
        return visits
    return visits.filter(pc.invert(pc.is_in(visits["state"], value_set=pa.array(OVER))))


def visits_with_arms(workspace: Workspace, plan_id: str) -> pa.Table:
    """Return the visits with arm and chance, hold-outs among them; for analysts, never crews.

    The gate: a draft, whose hold-out nobody has signed, is refused. No crew has had it, so there
    is nothing to carry out or to compare; ``holdout show`` shows what it would hold out.

    Parameters
    ----------
    workspace
        Where the plan is kept.
    plan_id
        The plan.
    """
    check_signed(workspace, plan_id)
    return read_table(workspace, plan_id, VISITS)


def crew_visits_of(content: bytes) -> pa.Table:
    """Return the visits that crews make from the bytes of a published plan's table.

    Parameters
    ----------
    content
        The Parquet file of its visits.
    """
    from io import BytesIO

    from pyarrow import parquet

    return without_lot(parquet.read_table(BytesIO(content)))


def crew_notices(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the notices of a kept plan that say nothing of the lot, nor of how many it left out.

    A plan that was signed after it was made still carries the notice that it is a draft.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    """
    return [each for each in record["warnings"] if not each["code"].startswith(NOTICES_OF_LOT)]


def without_lot(visits: pa.Table) -> pa.Table:
    """Return a table of visits without rows held out and without the columns of the lot."""
    import pyarrow.compute as pc

    made = visits.filter(pc.not_equal(visits["arm"], HELD_OUT))
    return made.drop_columns(list(LOT_COLUMNS))
