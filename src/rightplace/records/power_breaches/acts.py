"""Acts on a breach of the law of powers: owned, remedied, closed with a decision and a reason."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import RefusedError
from rightplace.records.database.words import written
from rightplace.records.power_breaches.tables import PowersBreachAct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.records.audit.transaction import Reading, Transaction


class Act(StrEnum):
    """What may be done about a breach."""

    OWNED = "owned"
    REMEDY = "remedy"
    CLOSED = "closed"


class Decision(StrEnum):
    """How a breach is closed. None of them says that it did not happen."""

    LEARNING = "learning for the force"
    LEARNING_FOR_OFFICER = "reflective practice or learning for an officer"
    MISCONDUCT = "referred as conduct matter"
    IOPC = "referred to the IOPC"
    RECORDED_WRONGLY = "the record was wrong, and is corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachNamed:
    """A breach, as acts on it name it.

    Parameters
    ----------
    id
        Which.
    about
        Reference of the authorisation or of the search.
    bcu
        Where.
    """

    id: str
    about: str
    bcu: str


def add_act(
    tx: Transaction,
    breach: BreachNamed,
    act: Act,
    *,
    words: str,
    decision: Decision | None = None,
    form_id: str | None = None,
) -> None:
    """Keep what was done about a breach; the same form sent again does nothing.

    Parameters
    ----------
    tx
        The transaction in which it is kept, of whoever does it.
    breach
        Which.
    act
        What.
    words
        Who owns it now, what remedy the person has, or why it is closed.
    decision
        Of a closing alone.
    form_id
        Of the form that was sent.

    Raises
    ------
    RefusedError
        If it is closed, or would be closed before a remedy is noted.
    """
    if form_id is not None and _sent(tx, form_id):
        return
    done = {each.act for each in acts_on(tx, [breach.id])}
    if Act.CLOSED in done:
        msg = "This breach is closed."
        raise RefusedError(msg, value=breach.id, remedy="Read what was decided.")
    if act is Act.CLOSED and Act.REMEDY not in done:
        msg = "Nothing is noted of the remedy of whoever it happened to."
        raise RefusedError(msg, value=breach.id, remedy="Note the remedy, then close it.")
    row = PowersBreachAct(
        id=str(uuid.uuid4()),
        breach=breach.id,
        about=breach.about,
        bcu=breach.bcu,
        act=act.value,
        decision=None if decision is None else decision.value,
        words=written(words, what="What was done, and why"),
        done_at=tx.at,
        done_by=tx.actor.id,
        form_id=form_id,
    )
    tx.add(row)


def acts_on(quiet: Reading, breach_ids: Sequence[str]) -> Sequence[PowersBreachAct]:
    """Return what was done about some breaches, in order, for a check."""
    wanted = select(PowersBreachAct).where(PowersBreachAct.breach.in_(breach_ids))
    return quiet.unshown(wanted.order_by(PowersBreachAct.done_at, PowersBreachAct.id))


def _sent(quiet: Reading, form_id: str) -> bool:
    wanted = select(PowersBreachAct).where(PowersBreachAct.form_id == form_id)
    return bool(quiet.unshown(wanted))
