"""Which visits of a plan are there because a person asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.deploy.nominated.file import Nomination

MODEL: Final = "model"
NOMINATED: Final = "nominated"
TERM: Final = "term"
_HELD_OUT: Final = "holdout"


def with_origin(
    visits: pa.Table, nominations: Sequence[Nomination], *, term: Mapping[str, int] | None = None
) -> pa.Table:
    """Return visits with the column ``origin``, and the nomination's words where it is one.

    In a nominated place the earliest visits, as many as were asked for, are ``nominated``; in a
    hot spot of a term those promised are the ``term``'s; all further ones are the ``model``'s.
    The author stays in the run: crews read reason and end.

    Parameters
    ----------
    visits
        Rows of a plan; those whose arm is ``holdout`` are no visits and keep the model's origin.
    nominations
        Those that hold.
    term
        Visits promised to hot spots of a term, by cell; a nominated one stays nominated.
    """
    asked = {each.cell_id: each for each in nominations}
    left = dict(term or {}) | {each.cell_id: each.visits for each in nominations}
    columns = (visits[name].to_pylist() for name in ("cell_id", "slot_start", "arm", "reason"))
    cells, starts, arms, reasons = columns
    origins = [MODEL] * len(cells)
    for row in sorted(range(len(cells)), key=lambda row: (starts[row], row)):
        cell_id = cells[row]
        if arms[row] != _HELD_OUT and left.get(cell_id, 0) > 0:
            left[cell_id] -= 1
            origins[row] = NOMINATED if cell_id in asked else TERM
            if cell_id in asked:
                reasons[row] = reason_of(asked[cell_id])
    place = visits.column_names.index("reason")
    told = visits.set_column(place, "reason", pa.array(reasons, pa.string()))
    return told.append_column("origin", pa.array(origins, pa.string()))


def reason_of(nomination: Nomination) -> str:
    """Return what crews read: kind, reason and the last day; never who asked."""
    kind = f"{nomination.kind}: " if nomination.kind else ""
    return f"Nominated until {nomination.expires.isoformat()}. {kind}{nomination.reason}"
