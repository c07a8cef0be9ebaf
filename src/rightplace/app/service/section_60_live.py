"""How an authorisation stands now: its state in a word, the time left, who looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_words import clock_words, length_words, officer_words
from rightplace.core.time import Clock
from rightplace.powers.section_60.states import OVER, RUNNING, State

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.powers.section_60.authorisation import Authorisation

ZONE = Clock().tzinfo
WORDS: dict[State, str] = {
    State.DRAFT: "Draft",
    State.SUBMITTED: "To be signed",
    State.REFUSED: "Refused",
    State.AUTHORISED: "Not begun",
    State.ACTIVE: "In force",
    State.EXTENDED: "Extended",
    State.ENDED: "Ended",
    State.REVOKED: "Revoked",
    State.REVIEWED: "Reviewed",
    State.PUBLISHED: "Published",
}
COLOURS: dict[State, str] = {
    State.DRAFT: "grey",
    State.SUBMITTED: "yellow",
    State.REFUSED: "grey",
    State.AUTHORISED: "blue",
    State.ACTIVE: "orange",
    State.EXTENDED: "orange",
    State.ENDED: "yellow",
    State.REVOKED: "yellow",
    State.REVIEWED: "turquoise",
    State.PUBLISHED: "green",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """How an authorisation stands at a moment.

    Parameters
    ----------
    words, colour
        Its state, and the colour of its tag.
    sentence
        One sentence: how long it still runs, or since when it does not.
    until
        Its end as things stand, short; empty where there is none.
    as_at
        The moment it is told for.
    owner
        Who looks after it now; empty where nobody does.
    is_running
        Whether it gives powers now.
    """

    words: str
    colour: str
    sentence: str
    until: str
    as_at: str
    owner: str
    is_running: bool


def live_of(view: Authorisation, state: State, *, at: datetime) -> Live:
    """Return how an authorisation stands.

    Parameters
    ----------
    view, state
        What its history says.
    at
        The time now.
    """
    owner = view.looked_after_by(at) if state not in OVER else None
    return Live(
        words=WORDS[state],
        colour=COLOURS[state],
        sentence=_sentence(view, state, at),
        until="" if view.end is None else clock_words(view.end, ZONE),
        as_at=clock_words(at, ZONE),
        owner="" if owner is None else officer_words(owner),
        is_running=state in RUNNING,
    )


def _sentence(view: Authorisation, state: State, at: datetime) -> str:
    start, end = view.runs_from, view.end
    now = at.astimezone(UTC)
    if state in RUNNING and end is not None:
        return f"{length_words(end - now)} left: it ends on {clock_words(end, ZONE)}."
    if state is State.AUTHORISED and start is not None:
        return f"It begins in {length_words(start - now)}, on {clock_words(start, ZONE)}."
    if state in OVER and end is not None:
        waits = " It awaits its review." if state in {State.ENDED, State.REVOKED} else ""
        return f"It ended on {clock_words(end, ZONE)}: it gives no powers.{waits}"
    if state is State.REFUSED:
        return "It was refused: it gives no powers."
    return "It is not signed: it gives no powers."
