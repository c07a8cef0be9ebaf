"""Sharing a product of the fixed set with a partner: asked for, decided by a second person, ended.

Whoever approves says until when; from that minute on nothing of it can be read. Nothing about a
person is among the products, so that patient information, and what a health or social care body
holds of somebody, cannot pass this way (Police, Crime, Sentencing and Courts Act 2022, s16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, RefusedError, UsageError
from rightplace.records.audit.once import keep_once
from rightplace.records.database.words import client_id, written
from rightplace.records.released.tables import Sharing, SharingDecision, SharingEnd

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.audit.transaction import Reading, Transaction

LONGEST_NAME = 200


class Basis(StrEnum):
    """The closed list of what figures may be shared for."""

    SERIOUS_VIOLENCE_DUTY = "serious-violence-duty"
    """Police, Crime, Sentencing and Courts Act 2022, s8: to prevent and reduce serious violence."""
    CRIME_REDUCTION = "crime-and-disorder-reduction"
    """Crime and Disorder Act 1998, s6: a strategy of the responsible authorities."""
    SAFEGUARDING = "safeguarding-partnership"
    """Children Act 2004, s16E: arrangements of the safeguarding partners."""
    PUBLIC_EDITION = "public-edition"
    """Figures for everybody."""


class State(StrEnum):
    """How a sharing stands at a moment."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingAsked:
    """What somebody asks to be shared.

    Parameters
    ----------
    id
        UUID that the page made, so that a form sent twice is one request.
    item
        Which product of the fixed set.
    organisation
        Who will have it.
    basis
        Which purpose of the closed list.
    purpose
        What for, in their own words.
    borough
        One borough, or empty for the whole study area.
    from_month, to_month
        Indices of the first and last month.

    Raises
    ------
    UsageError
        If organisation or purpose is missing.
    BadInputError
        If the id is no UUID, a text is too long, or the months are the wrong way round.
    """

    id: str
    item: str
    organisation: str
    basis: Basis
    purpose: str
    borough: str
    from_month: int
    to_month: int

    def __post_init__(self) -> None:
        """Check that it can be meant; what is missing or too long raises ``UsageError`` and so on.

        Raises
        ------
        BadInputError
            If the name is too long, or the months are the wrong way round.
        """
        client_id(self.id)
        written(self.purpose, what="The purpose")
        if len(written(self.organisation, what="The organisation")) > LONGEST_NAME:
            msg = f"The organisation's name is longer than {LONGEST_NAME} characters."
            raise BadInputError(msg, remedy="Shorten it.")
        if self.from_month > self.to_month:
            msg = "The last month lies before the first."
            raise BadInputError(msg, remedy="Give the earlier month first.")


def ask(tx: Transaction, asked: SharingAsked, *, by: str | None = None) -> bool:
    """Keep a request; return whether it is new.

    Parameters
    ----------
    tx
        The transaction.
    asked
        What is asked for.
    by
        Who asks; None is the transaction's actor.
    """
    sharing = Sharing(
        id=client_id(asked.id),
        item=asked.item,
        organisation=written(asked.organisation, what="The organisation"),
        basis=asked.basis.value,
        purpose=written(asked.purpose, what="The purpose"),
        borough=asked.borough,
        from_month=asked.from_month,
        to_month=asked.to_month,
        requested_by=by or tx.actor.id,
        requested_at=tx.at,
    )
    return keep_once(tx, sharing, differing=("requested_at",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What is decided on a request.

    Parameters
    ----------
    approved
        Whether it may be shared.
    reason
        In the person's own words.
    until_at
        When it ends; given where it is approved, and only there.

    Raises
    ------
    UsageError
        If no reason is given, or an approval without its end.
    """

    approved: bool
    reason: str
    until_at: datetime | None

    def __post_init__(self) -> None:
        """Check that it is whole.

        Raises
        ------
        UsageError
            If an approval has no end, or a refusal one; a missing reason raises the same.
        """
        written(self.reason, what="The reason")
        if self.approved != (self.until_at is not None):
            msg = "An approval says until when it stands, and a refusal does not."
            raise UsageError(msg, value=self.until_at, remedy="Give the last day.")


def rule(tx: Transaction, sharing: Sharing, ruling: Ruling, *, longest_days: int) -> None:
    """Keep the decision of the transaction's actor on a request.

    Parameters
    ----------
    tx
        The transaction.
    sharing
        The request.
    ruling
        What is decided.
    longest_days
        The longest that an approval may last, so that it is reviewed.

    Raises
    ------
    RefusedError
        If they asked for it themselves, or it was decided before.
    BadInputError
        If it would end before it begins, or last too long.
    """
    if sharing.requested_by == tx.actor.id:
        msg = "Whoever asks for a product does not approve it."
        raise RefusedError(msg, value=sharing.id, remedy="Ask a second person.")
    if tx.unshown_one(SharingDecision, sharing.id) is not None:
        msg = "This request was decided before."
        raise RefusedError(msg, value=sharing.id, remedy="Ask for the product anew.")
    until = ruling.until_at
    if until is not None and not tx.at < until <= tx.at + timedelta(days=longest_days):
        msg = f"A sharing lasts from 1 to {longest_days} days; this would end on {until:%d %B %Y}."
        raise BadInputError(msg, value=until, remedy="Choose another last day.")
    tx.add(
        SharingDecision(
            sharing_id=sharing.id,
            reason=written(ruling.reason, what="The reason"),
            until_at=until,
            decided_by=tx.actor.id,
            decided_at=tx.at,
        )
    )


def end(tx: Transaction, sharing_id: str, *, reason: str) -> None:
    """End a sharing at once.

    Raises
    ------
    RefusedError
        If it is not in force.
    """
    if state_of(tx, sharing_id, at=tx.at) is not State.APPROVED:
        msg = "This sharing is not in force."
        raise RefusedError(msg, value=sharing_id, remedy="Nothing is left to end.")
    reason = written(reason, what="The reason")
    tx.add(SharingEnd(sharing_id=sharing_id, reason=reason, ended_by=tx.actor.id, ended_at=tx.at))


def state_of(tx: Reading, sharing_id: str, *, at: datetime) -> State:
    """Return how a sharing stands at a moment.

    Parameters
    ----------
    tx
        A transaction or reading.
    sharing_id
        Which.
    at
        The moment.
    """
    decided = tx.unshown_one(SharingDecision, sharing_id)
    if decided is None:
        return State.WAITING
    if decided.until_at is None:
        return State.REFUSED
    if tx.unshown_one(SharingEnd, sharing_id) is not None:
        return State.ENDED
    return State.APPROVED if at < decided.until_at else State.EXPIRED


def check_in_force(tx: Reading, sharing_id: str, *, at: datetime) -> None:
    """Check that a sharing is approved and not over.

    Raises
    ------
    RefusedError
        If it is not.
    """
    state = state_of(tx, sharing_id, at=at)
    if state is not State.APPROVED:
        msg = {
            State.WAITING: "This request waits for a decision.",
            State.REFUSED: "This request was refused.",
            State.EXPIRED: "The time of this sharing is over.",
            State.ENDED: "This sharing was ended.",
        }[state]
        raise RefusedError(msg, value=sharing_id, remedy="Ask for the product anew.")
