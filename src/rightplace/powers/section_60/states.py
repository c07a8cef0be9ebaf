"""The state of an authorisation at a moment, and what may happen next: folded, never stored.

A state is what happened by a moment, whenever it was entered: an oral authorisation of 20:00 that
was entered at 23:00 was active at 21:00. Cut the history with ``entered_by`` for what was known.

Source: DOMAIN 1.7.42.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import RefusedError
from rightplace.powers.section_60.authorisation import Authorisation, authorisation_of
from rightplace.powers.section_60.grounds import Form
from rightplace.powers.section_60.history import (
    Authorised,
    BreachDecided,
    BriefingNoted,
    Drafted,
    Extended,
    GroundDropped,
    HandedOver,
    ImpactNoted,
    IncidentNamed,
    LimbStated,
    LocalityChosen,
    NecessityAnswered,
    OtherPowersConsidered,
    PeriodChosen,
    PublicTold,
    Published,
    ReasonGiven,
    Refused,
    Reviewed,
    Revoked,
    Submitted,
    SuperintendentInformed,
    WrittenDown,
)

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.powers.section_60.happened import Happened
    from rightplace.powers.section_60.history import History


class State(StrEnum):
    """Where an authorisation stands in its life."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    AUTHORISED = "authorised"
    """Given, and not begun."""
    ACTIVE = "active"
    EXTENDED = "extended"
    """Active, by a direction to continue."""
    ENDED = "ended"
    REVOKED = "revoked"
    REVIEWED = "reviewed"
    PUBLISHED = "published"


_GIVEN = frozenset({State.AUTHORISED, State.ACTIVE, State.ENDED})
EDGES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED}) | _GIVEN,  # given orally or on paper: late entry
    State.SUBMITTED: frozenset({State.REFUSED}) | _GIVEN,
    State.REFUSED: frozenset(),
    State.AUTHORISED: frozenset({State.ACTIVE, State.EXTENDED, State.REVOKED}),
    State.ACTIVE: frozenset({State.EXTENDED, State.ENDED, State.REVOKED}),
    State.EXTENDED: frozenset({State.ENDED, State.REVOKED}),
    State.ENDED: frozenset({State.REVIEWED}),
    State.REVOKED: frozenset({State.REVIEWED}),
    State.REVIEWED: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset(),
}
"""From which state to which others; the only ways there are."""
RUNNING = frozenset({State.ACTIVE, State.EXTENDED})
"""States in which it gives powers."""
OVER = frozenset({State.ENDED, State.REVOKED, State.REVIEWED, State.PUBLISHED})
"""States in which it gives none any more."""

_WORDS: tuple[type[Happened], ...] = (
    LimbStated,
    GroundDropped,
    IncidentNamed,
    LocalityChosen,
    PeriodChosen,
    OtherPowersConsidered,
)
_BESIDE: tuple[type[Happened], ...] = (
    SuperintendentInformed,
    PublicTold,
    ImpactNoted,
    BriefingNoted,
    ReasonGiven,
    BreachDecided,
)
_IN_FORCE: tuple[type[Happened], ...] = (
    *_BESIDE,
    Extended,
    NecessityAnswered,
    HandedOver,
    Revoked,
)
NEXT: dict[State, tuple[type[Happened], ...]] = {
    State.DRAFT: (*_WORDS, ImpactNoted, BriefingNoted, ReasonGiven, Submitted, Authorised),
    State.SUBMITTED: (ImpactNoted, ReasonGiven, Refused, Authorised),
    State.REFUSED: (),
    State.AUTHORISED: _IN_FORCE,
    State.ACTIVE: _IN_FORCE,
    State.EXTENDED: _IN_FORCE,
    State.ENDED: (*_BESIDE, Reviewed),
    State.REVOKED: (*_BESIDE, Reviewed),
    State.REVIEWED: (ImpactNoted, BreachDecided, Published),
    State.PUBLISHED: (BreachDecided,),
}
"""What may happen in each state; what is oral may besides be written down, from when it is given.

Whether it may happen in that way (by that rank, for that long) is for the gates.
"""


def entered_by(history: History, at: datetime) -> History:
    """Return what was entered by a moment: what anybody here could know then."""
    return tuple(each for each in history if each.entered_at <= at)


def state_of(history: History, at: datetime) -> State:
    """Return the state at a moment, by all that the history says happened until then.

    Parameters
    ----------
    history
        In the order in which it was entered.
    at
        The moment, with its zone.
    """
    view = authorisation_of(history)
    if view.given is not None and view.given.at <= at:
        return _since_given(view, at)
    if view.refused is not None and view.refused.at <= at:
        return State.REFUSED
    if view.submitted is not None and view.submitted.at <= at:
        return State.SUBMITTED
    return State.DRAFT


def _since_given(view: Authorisation, at: datetime) -> State:
    start, end = view.runs_from, view.end
    if start is None or end is None:
        return State.AUTHORISED
    if view.ended_early is not None and at >= end:
        return _since_over(view, at, ended=State.REVOKED)
    if at >= end:
        return _since_over(view, at, ended=State.ENDED)
    if at < start:
        return State.AUTHORISED
    return State.EXTENDED if any(each.at <= at for each in view.in_time) else State.ACTIVE


def _since_over(view: Authorisation, at: datetime, *, ended: State) -> State:
    end, reviewed, published = view.end, view.reviewed, view.published
    if end is None or reviewed is None or not end <= reviewed.at <= at:
        return ended
    if published is None or not reviewed.at <= published.at <= at:
        return State.REVIEWED
    return State.PUBLISHED


def next_kinds(history: History, at: datetime) -> tuple[type[Happened], ...]:
    """Return what may happen at a moment, in about the order in which it does."""
    if not history:
        return (Drafted,)
    state = state_of(history, at)
    writing = (WrittenDown,) if _lacks_writing(history, at) else ()
    words = _WORDS if writing and authorisation_of(history).written_at is None else ()
    return (*words, *writing, *NEXT[state])


def _lacks_writing(history: History, at: datetime) -> bool:
    view = authorisation_of(history)
    oral = [each for each in (view.given, *view.extensions) if each is not None]
    said = [each for each in oral if each.form is Form.ORAL and each.at <= at]
    return bool(said) and len(view.written_down) < len(said)


def check_next(history: History, event: Happened) -> None:
    """Check that a thing may happen next, in the state in which it is said to have happened.

    Parameters
    ----------
    history
        What was entered so far.
    event
        What would be entered.

    Raises
    ------
    RefusedError
        If it may not in that state; or a draft that was not submitted would be signed here.
    """
    state = state_of(history, event.at)
    if type(event) not in next_kinds(history, event.at):
        msg = f"What is {state} cannot be {event.kind.replace('-', ' ')}."
        raise RefusedError(msg, value=event.kind, remedy=_remedy(history, event))
    signed_here = isinstance(event, Authorised) and event.form is Form.WRITTEN
    if signed_here and state is State.DRAFT:
        msg = "A draft that was not submitted cannot be signed here."
        raise RefusedError(
            msg,
            value=event.kind,
            remedy="Submit it first; what was given orally or on paper is a late entry.",
        )


def _remedy(history: History, event: Happened) -> str:
    may = ", ".join(each.kind.replace("-", " ") for each in next_kinds(history, event.at))
    return f"What can happen now: {may}." if may else "Begin a new draft."
