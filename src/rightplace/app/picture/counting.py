"""Records of violence by place and calendar month, and which months are known where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.records_found import FoundRecords, found_records
from rightplace.core.time import Month, months_between
from rightplace.crime.counting import STREET_SETTINGS, Counts
from rightplace.errors import StaleDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.evidence import Question
    from rightplace.app.periods import TimeAxis
    from rightplace.app.workspace import Workspace
    from rightplace.crime.harm import HarmIndex
    from rightplace.places.study_area import StudyArea

OUTSIDE = "no place in the study area"
CANCELLED = "cancelled"
VAGUE = "dated only to within more than four weeks"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """Violence of an area in some months.

    Parameters
    ----------
    months
        In order, without a gap.
    held
        Records of violence in those months and the area, each setting counted.
    known
        Shape (n_cells, n_months). Whether anything was published there and then.
    not_counted
        Records of violence left out, by reason.
    """

    area: StudyArea
    classes: tuple[str, ...]
    months: tuple[Month, ...]
    found: FoundRecords
    held: Counts
    known: NDArray[np.bool_]
    not_counted: dict[str, int]


def counted_by_month(
    workspace: Workspace,
    area: StudyArea,
    question: Question,
    *,
    classes: Sequence[str],
    months: int,
    cells_share: float,
) -> Counted:
    """Return the violence recorded in the newest months that are over.

    Parameters
    ----------
    workspace
        Where records are.
    area
        The study area.
    question
        What may be known.
    classes
        Offence classes, with the narrower ones within them; one that police activity makes is
        refused.
    months
        So many, or as many as the records reach back.
    cells_share
        As in ``observed``.

    Raises
    ------
    StaleDataError
        If no month of the records is over.
    """
    from rightplace.app.periods import observed, time_axis
    from rightplace.crime.offences import demand_classes, offence_classes

    found = found_records(workspace, area, question)
    made = [slug for slug, each in offence_classes().items() if each.is_police_generated]
    used = found.used.where(~np.isin(found.used.offence, made))
    axis = time_axis(used, as_of=question.as_of)
    if axis.ends.size == 0:
        msg = f"No month of the records is over on {question.as_of}."
        raise StaleDataError(msg, remedy="Choose a later --as-of.")
    inside = used.where(used.cell >= 0)
    seen = observed(area, inside, axis, held=found.held, cells_share=cells_share)
    span = _months(axis, question, most=months)
    wanted = demand_classes(tuple(classes))
    violent = used.where(np.isin(used.offence, wanted))
    held, not_counted = _held(violent, span)
    return Counted(
        area=area,
        classes=wanted,
        months=span,
        found=found,
        held=held,
        known=np.column_stack([_known(seen, axis, month) for month in span]),
        not_counted=not_counted,
    )


def _months(axis: TimeAxis, question: Question, *, most: int) -> tuple[Month, ...]:
    """Return the newest months that are over and begin no earlier than the records.

    Raises
    ------
    StaleDataError
        If there is none.
    """
    whole = Month.of(question.as_of + timedelta(days=1)).plus(-1)
    first = Month.of(axis.starts[0].astype(object))
    last = min(whole, Month.of((axis.ends[-1] - np.timedelta64(1, "D")).astype(object)))
    span = months_between(max(first, last.plus(1 - most), key=lambda m: m.index), last)
    if not span:
        msg = f"No month of the records is over on {question.as_of}."
        raise StaleDataError(msg, remedy="Choose a later --as-of.")
    return tuple(span)


def _known(seen: NDArray[np.bool_], axis: TimeAxis, month: Month) -> NDArray[np.bool_]:
    """Return in which cells the periods known cover a whole month."""
    first, end = np.datetime64(month.first, "D"), np.datetime64(month.plus(1).first, "D")
    inside = (axis.starts < end) & (axis.ends > first)
    if not inside.any() or axis.starts[inside].min() > first or axis.ends[inside].max() < end:
        return np.zeros(seen.shape[0], dtype=bool)
    return np.asarray(seen[:, inside].all(axis=1))


def _held(violent: Counts, span: Sequence[Month]) -> tuple[Counts, dict[str, int]]:
    """Return the records of the months, and how many of these are left out by reason."""
    month = violent.day.astype("datetime64[M]")
    within = (month >= np.datetime64(str(span[0]), "M")) & (
        month <= np.datetime64(str(span[-1]), "M")
    )
    left, not_counted = within, {}
    for reason, rows in (
        (OUTSIDE, violent.cell < 0),
        (CANCELLED, ~violent.current),
        (VAGUE, violent.vague),
    ):
        n = int(violent.n[left & rows].sum())
        left &= ~rows
        if n:
            not_counted[reason] = n
    return violent.where(left), not_counted


def counts_table(counted: Counted, harm: HarmIndex) -> pa.Table:
    """Return one row for each place, month, class and setting with a record.

    What was not in the street has its borough and no place: where somebody was hurt at home is
    nobody's to map.
    """
    import pyarrow as pa

    held = counted.held
    boroughs = counted.area.cells["borough"].to_pylist()
    ids = counted.area.cells["cell_id"].to_pylist()
    street = np.isin(held.setting, STREET_SETTINGS)
    rows = pa.table(
        {
            "cell_id": pa.array(
                [ids[c] if s else None for c, s in zip(held.cell, street, strict=True)],
                pa.string(),
            ),
            "borough": pa.array([boroughs[c] for c in held.cell], pa.string()),
            "month": held.day.astype("datetime64[M]").astype("datetime64[D]"),
            "offence": held.offence.tolist(),
            "setting": held.setting.tolist(),
            "n": held.n,
            "harm": held.n * harm.weigh(held.offence.tolist()),
        }
    )
    keys = ["cell_id", "borough", "month", "offence", "setting"]
    summed = rows.group_by(keys).aggregate([("n", "sum"), ("harm", "sum")])
    named = summed.rename_columns([*keys, "n", "harm"])
    return named.sort_by([(key, "ascending") for key in keys])


def published_table(counted: Counted) -> pa.Table:
    """Return for each borough and month whether it is known: all of its places, or it is not."""
    import pyarrow as pa

    names = np.array([name or "" for name in counted.area.cells["borough"].to_pylist()])
    rows = [
        {"borough": name or None, "month": month.first, "known": bool(known)}
        for name in sorted(set(names.tolist()))
        for month, known in zip(
            counted.months, counted.known[names == name].all(axis=0), strict=True
        )
    ]
    schema = pa.schema([("borough", pa.string()), ("month", pa.date32()), ("known", pa.bool_())])
    return pa.Table.from_pylist(rows, schema=schema)
