"""How alike visit times are from day to day: what someone watching a place could learn."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable


class Begun(NamedTuple):
    """A visit that begins some minutes into its slot on some day."""

    place: Hashable
    shift: str
    day: Hashable
    minute: float


def repeat_time_index(visits: Iterable[Begun], *, within_minutes: float) -> float | None:
    """Return the share of pairs of visits that begin at nearly the same time on two days.

    Pairs are of one place and one shift, on different days of the plan; a pair counts as alike
    where both begin within so many minutes of each other, measured from the start of the slot.
    0 says that nobody could set a clock by the visits, 1 that everybody could. None where no
    place is visited in the same shift of two days.

    Parameters
    ----------
    visits
        Visits of the plan.
    within_minutes
        How near two times must lie to be alike, above 0.

    Raises
    ------
    UsageError
        If ``within_minutes`` is not above 0.
    """
    if within_minutes <= 0:
        msg = f"Times within {within_minutes} minutes are never alike."
        raise UsageError(msg, value=within_minutes, remedy="Give minutes above 0.")
    groups: defaultdict[tuple[Hashable, str], list[Begun]] = defaultdict(list)
    for visit in visits:
        groups[visit.place, visit.shift].append(visit)
    pairs = [
        abs(a.minute - b.minute) < within_minutes
        for group in groups.values()
        for a, b in combinations(group, 2)
        if a.day != b.day
    ]
    return sum(pairs) / len(pairs) if pairs else None
