"""Which wishes a roster grants, and what stands against each that it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.roster.people import OFF, Duty, Wish
from rightplace.deploy.roster.problem import duties_of
from rightplace.deploy.roster.verify import crewing, officer_breaches, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rightplace.deploy.roster.problem import RosterProblem

DEARER = (
    "granting it alone breaks nothing, but the fair shares, the contracted hours or the notice "
    "of changes weighed more, or the search ended first"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WishAnswer:
    """What became of a wish.

    Parameters
    ----------
    why
        What granting it would break with all else as rostered; empty where it is granted.
    """

    wish: Wish
    granted: bool
    why: str


def wish_answers(problem: RosterProblem, duties: Sequence[Duty]) -> tuple[WishAnswer, ...]:
    """Return the answer to every wish, the heaviest refused first, then those granted."""
    mine = duties_of(duties)
    shifts = {(duty.officer_id, duty.day): duty.shift for duty in duties}
    found = []
    for wish in problem.wishes:
        granted = shifts.get((wish.officer_id, wish.day), OFF) == wish.shift
        own = mine.get(wish.officer_id, ())
        why = "" if granted else _why(problem, wish, own=own, duties=duties)
        found.append(WishAnswer(wish=wish, granted=granted, why=why))
    return tuple(
        sorted(
            found,
            key=lambda a: (a.granted, -a.wish.weight, a.wish.day, a.wish.officer_id),
        )
    )


def _why(problem: RosterProblem, wish: Wish, *, own: Sequence[Duty], duties: Sequence[Duty]) -> str:
    """Return what granting a wish would break, all other shifts as they are."""
    officer = next(o for o in problem.officers if o.officer_id == wish.officer_id)
    changed = [duty for duty in own if duty.day != wish.day]
    if wish.shift != OFF:
        slot = problem.calendar.slot(wish.day, wish.shift)
        changed.append(
            Duty(
                officer_id=wish.officer_id,
                day=wish.day,
                shift=wish.shift,
                start=slot.start,
                end=slot.end,
            )
        )
    others = [duty for duty in duties if duty.officer_id != wish.officer_id]
    ordered = duties_of(changed).get(wish.officer_id, ())
    stood = set(officer_breaches(problem, officer, own))
    broken = [
        f"{breach.rule}: {breach.finding}"
        for breach in officer_breaches(problem, officer, ordered)
        if breach not in stood
    ]
    broken += _uncovered(problem, wish, [*others, *changed])
    return "; ".join(broken) or DEARER


def _uncovered(problem: RosterProblem, wish: Wish, duties: Sequence[Duty]) -> Iterator[str]:
    for need, what, least, have in crewing(problem, duties):
        if need.day == wish.day and have < least:
            yield f"{need.shift} would have {have} of {least} {words(what)}"
