"""Which duties abstractions take, and when: those of the file and those a plan knew already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.replan.result import TakenAway
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rightplace.app.replan.running import Running
    from rightplace.deploy.replan.abstractions import Abstraction
    from rightplace.deploy.replan.minutes import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Abstractions with the crews that they take.

    Parameters
    ----------
    taken
        Each abstraction, those known before first.
    of_crew
        Times at which each crew is away, in UTC.
    """

    taken: tuple[TakenAway, ...]
    of_crew: Mapping[str, tuple[Span, ...]]


def spans_of(
    running: Running,
    asked: Sequence[Abstraction],
    *,
    worth: Mapping[int, float],
    file: Path | None,
) -> Spans:
    """Return who is away and when.

    A row for a crew that was known to be away at the same time replaces what was known; a row for
    officers of a borough with the kind and the start of one that was known keeps its crews.

    Parameters
    ----------
    running
        The plan; what it knew of abstractions holds on.
    asked
        Rows of the file.
    worth
        What the visits of a duty that are still to come prevent, by duty.
    file
        The file, for messages.

    Raises
    ------
    BadInputError
        If a row asks for more officers than are on duty and not taken yet.
    """
    before = [_read(each) for each in running.record["result"].get("taken", ())]
    faults: list[str] = []
    found: list[TakenAway] = []
    crews_first = sorted(asked, key=lambda each: (each.crew_id is None, each.row))
    for each in before:
        left = _not_replaced(each, asked)
        if left is not None:
            found.append(left)
    for row in crews_first:
        known = next((b for b in before if _is_same(row, b)), None)
        if row.crew_id is not None:
            crews: tuple[str, ...] | None = (row.crew_id,)
        elif known is not None:
            crews = known.crew_ids
        else:
            crews = _chosen(running, row, away=_away(found), worth=worth)
        if crews is None:
            faults.append(f"row {row.row}: {row.officers} officers of {row.borough}")
            continue
        found.append(_taken(running, row, crews))
    if faults:
        msg = f"More officers are asked for than are on duty and free: {'; '.join(faults)}."
        raise BadInputError(msg, file=file, remedy="Correct officers, or the times, in these rows.")
    return Spans(taken=tuple(found), of_crew=_away(found))


def _away(taken: Sequence[TakenAway]) -> dict[str, tuple[Span, ...]]:
    found: dict[str, tuple[Span, ...]] = {}
    for each in taken:
        span = (_utc(each.start), _utc(each.until))
        for crew_id in each.crew_ids:
            found[crew_id] = (*found.get(crew_id, ()), span)
    return found


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _read(content: dict[str, Any]) -> TakenAway:
    return TakenAway(**content | {"crew_ids": tuple(content["crew_ids"])})


def _is_same(row: Abstraction, known: TakenAway) -> bool:
    asked = (row.borough, row.kind, row.officers, row.start)
    return asked == (known.borough, known.kind, known.officers, _utc(known.start))


def _not_replaced(known: TakenAway, asked: Sequence[Abstraction]) -> TakenAway | None:
    """Return what holds on of an abstraction that was known, or None if nothing does."""
    if any(row.crew_id is None and _is_same(row, known) for row in asked):
        return None
    start, until = _utc(known.start), _utc(known.until)
    renewed = {r.crew_id for r in asked if r.start < until and start < r.end}
    left = tuple(crew_id for crew_id in known.crew_ids if crew_id not in renewed)
    return replace(known, crew_ids=left) if left else None


def _chosen(
    running: Running,
    row: Abstraction,
    *,
    away: Mapping[str, tuple[Span, ...]],
    worth: Mapping[int, float],
) -> tuple[str, ...] | None:
    """Return the crews of a borough whose visits to come are worth least, in each slot met."""
    from rightplace.deploy.replan.minutes import cheapest_crews

    chosen: list[str] = []
    for slot in sorted(set(running.duty_slots.tolist()) - {-1}):
        duties = [
            i
            for i in np.flatnonzero(running.duty_slots == slot).tolist()
            if (crew := running.crews[i]).borough == row.borough
            and crew.slot_start < row.end
            and row.start < crew.slot_end
            and not any(s < row.end and row.start < e for s, e in away.get(crew.crew_id, ()))
        ]
        meets = running.outlook.slots[slot]
        if not (meets.start < row.end and row.start < meets.end):
            continue
        duties.sort(key=lambda i: running.crews[i].crew_id)
        wanted = int(row.officers or 1) - sum(
            running.crews[i].officers for i in duties if running.crews[i].crew_id in chosen
        )
        if wanted <= 0:
            continue
        duties = [i for i in duties if running.crews[i].crew_id not in chosen]
        picked = cheapest_crews(
            np.array([running.crews[i].officers for i in duties], dtype=np.int64),
            np.array([worth.get(i, 0.0) for i in duties]),
            wanted=wanted,
        )
        if picked is None:
            return None
        chosen += [running.crews[duties[i]].crew_id for i in picked]
    return tuple(dict.fromkeys(chosen))


def _taken(running: Running, row: Abstraction, crew_ids: tuple[str, ...]) -> TakenAway:
    zone = running.outlook.area.clock.tzinfo
    officers = {crew.crew_id: crew.officers for crew in running.crews}
    return TakenAway(
        kind=row.kind,
        reason=row.reason,
        borough=row.borough,
        crew_ids=crew_ids,
        officers=sum(officers[c] for c in crew_ids) if row.officers is None else row.officers,
        start=row.start.astimezone(zone).isoformat(),
        until=row.end.astimezone(zone).isoformat(),
        is_open=row.is_open,
    )
