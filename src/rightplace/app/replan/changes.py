"""What changed for each crew, in plain words."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rightplace.app.replan.result import CrewChange, VisitChange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.app.replan.logged import Standing
    from rightplace.app.replan.rows import Visited
    from rightplace.app.replan.running import Row, Running

LOSES, GAINS = "loses", "gains"


def changes_of(
    running: Running,
    *,
    dropped: Sequence[Standing],
    found: Sequence[Visited],
    taken: Mapping[str, object],
    words: Mapping[str, str],
) -> tuple[CrewChange, ...]:
    """Return every crew that loses or gains a visit, those taken away first.

    Parameters
    ----------
    running
        The plan before.
    dropped
        Visits that their crews no longer make.
    found
        Visits of the new plan.
    taken
        Crews that were taken away.
    words
        Street words of each cell.
    """
    now_with = {each.row["visit_id"]: each.row["crew_id"] for each in found}
    changes: dict[str, list[VisitChange]] = defaultdict(list)
    for lost in dropped:
        if lost.row is not None:
            other = now_with.get(lost.row["visit_id"])
            change = _change(running, LOSES, lost.row, words=words, other=other)
            changes[lost.row["crew_id"]].append(change)
    for each in found:
        if each.row["state"] in {"moved", "new"}:
            before = None if each.before is None else str(each.before["crew_id"])
            change = _change(running, GAINS, each.row, words=words, other=before)
            changes[each.row["crew_id"]].append(change)
    borough = {crew.crew_id: crew.borough for crew in running.crews}
    names = sorted(changes, key=lambda name: (name not in taken, borough[name], name))
    return tuple(
        CrewChange(
            crew_id=name,
            borough=borough[name],
            taken=name in taken,
            words=sentence(changes[name]),
            visits=tuple(changes[name]),
        )
        for name in names
    )


def _change(
    running: Running, change: str, row: Row, *, words: Mapping[str, str], other: str | None
) -> VisitChange:
    when = running.outlook.slots[running.slot[row["slot_start"]]]
    day = when.policing_day
    return VisitChange(
        change=change,
        visit_id=row["visit_id"],
        cell_id=row["cell_id"],
        words=words[row["cell_id"]],
        slot_start=when.start.astimezone(running.outlook.area.clock.tzinfo).isoformat(),
        shift=f"{day:%a} {day.day} {day:%b}, {when.shift}",
        prevented_mean=row["prevented_mean"],
        other_crew_id=other,
    )


def sentence(visits: Sequence[VisitChange]) -> str:
    """Return changes in a sentence: "loses 2 (High Road; Mare Street), gains Well Street".

    Parameters
    ----------
    visits
        Changes of one crew, 1 or more.
    """
    parts = []
    for change in (LOSES, GAINS):
        mine = [each for each in visits if each.change == change]
        if not mine:
            continue
        by_shift: dict[str, list[str]] = defaultdict(list)
        for each in mine:
            by_shift[each.shift].append(each.words)
        where = "; ".join(f"{', '.join(names)} ({shift})" for shift, names in by_shift.items())
        parts.append(f"{change} {len(mine)}: {where}")
    return "; ".join(parts)
