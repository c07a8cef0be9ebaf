"""Which acts somebody may turn to now: by the state of an authorisation, and by their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.section_60_act_fields import PAGES, Act
from rightplace.app.service.section_60_held import may
from rightplace.powers.section_60.history import (
    Authorised,
    Extended,
    HandedOver,
    ImpactNoted,
    NecessityAnswered,
    PublicTold,
    Published,
    ReasonGiven,
    Refused,
    Reviewed,
    Revoked,
    SuperintendentInformed,
    WrittenDown,
)
from rightplace.powers.section_60.states import State, next_kinds, state_of

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_held import Held
    from rightplace.powers.section_60.happened import Happened

MAKES: dict[Act, type[Happened]] = {
    Act.SIGN: Authorised,
    Act.REVIEW: Reviewed,
    Act.PUBLISH: Published,
    Act.WRITE_DOWN: WrittenDown,
    Act.NECESSITY: NecessityAnswered,
    Act.REFUSE: Refused,
    Act.REASON: ReasonGiven,
    Act.LATE_ENTRY: Authorised,
    Act.REVOKE: Revoked,
    Act.EXTEND: Extended,
    Act.LATE_EXTENSION: Extended,
    Act.HAND_OVER: HandedOver,
    Act.INFORM: SuperintendentInformed,
    Act.TELL: PublicTold,
    Act.NOTE: ImpactNoted,
}
"""What each act makes happen; the main one of a state stands first."""
DRAFTING = frozenset({State.DRAFT, State.SUBMITTED})
OVER_UNREVIEWED = frozenset({State.ENDED, State.REVOKED})
"""States in which an extension given elsewhere may still be entered: what happened is kept."""
IN_USE = frozenset({Act.WRITE_DOWN, Act.INFORM, Act.TELL, Act.NOTE})
"""What drafting has pages of its own for, or what says something only once it is given."""


def offered(held: Held, *, person: Person, at: datetime) -> tuple[Act, ...]:
    """Return the acts somebody may turn to now, the main one first.

    Whether an act then succeeds is asked of rank and law when it is done.

    Parameters
    ----------
    held
        The authorisation.
    person
        Who.
    at
        The time now.
    """
    state, kinds = state_of(held.history, at), next_kinds(held.history, at)
    return tuple(
        act
        for act, kind in MAKES.items()
        if (kind in kinds or (act is Act.LATE_EXTENSION and state in OVER_UNREVIEWED))
        and _fits(act, state)
        and may(person, PAGES[act].permission, held)
    )


def _fits(act: Act, state: State) -> bool:
    """Whether an act is for a state at all, where what it makes may happen in it."""
    if act is Act.SIGN:
        return state is State.SUBMITTED
    if act in IN_USE:
        return state not in DRAFTING
    return True
