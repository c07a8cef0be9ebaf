"""Handing out a published roster to its officers: by a named person, once, with its flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, RefusedError
from rightplace.records.audit.once import keep_once
from rightplace.records.database.words import client_id, written
from rightplace.records.decided.roster_table import RosterHandedOut
from rightplace.records.published.publishing import check_published
from rightplace.records.stop.switch import check_running

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Reading, Transaction

REASON = "The reason for handing the roster out"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandingOut:
    """The act as a person gave it.

    Parameters
    ----------
    id
        UUID that the page made, so that a form sent twice is one act.
    roster_id
        The published roster.
    short_notice
        Shifts changed with less notice than asked, that it flags; 0 or more.
    lacking
        Demands that it does not meet; 0 or more.
    reason
        In the person's own words: where notice is short, the exigency of duty.
    seconds_reading
        How long the roster was open before; 0 or more.

    Raises
    ------
    UsageError
        If no reason is given.
    BadInputError
        If the id is no UUID, or a number is below 0.
    """

    id: str
    roster_id: str
    short_notice: int
    lacking: int
    reason: str
    seconds_reading: int

    def __post_init__(self) -> None:
        """Check that it can be meant.

        Raises
        ------
        BadInputError
            If a number is below 0; id and reason are checked as stated above.
        """
        client_id(self.id)
        written(self.reason, what=REASON)
        if min(self.short_notice, self.lacking, self.seconds_reading) < 0:
            msg = f"Flags ({self.short_notice}, {self.lacking}) and seconds are 0 or more."
            raise BadInputError(msg, value=self.seconds_reading, remedy="Send the page's form.")


def hand_out(tx: Transaction, given: HandingOut) -> bool:
    """Keep that the transaction's actor hands out a roster; return whether it is new.

    A roster that is not published is not held; another act under the same id is refused.

    Raises
    ------
    RefusedError
        If it was handed out before, or is suspended.
    """
    check_published(tx, given.roster_id, kind="roster")
    check_running(tx, given.roster_id)
    held = handed_out(tx, given.roster_id)
    if held is not None and held.id != client_id(given.id):
        msg = f"{given.roster_id} was handed out on {held.handed_out_at:%d %B %Y} already."
        remedy = "What changes since is a roster of its own, which flags short notice."
        raise RefusedError(msg, value=given.roster_id, remedy=remedy)
    act = RosterHandedOut(
        id=client_id(given.id),
        roster_id=given.roster_id,
        short_notice=given.short_notice,
        lacking=given.lacking,
        reason=written(given.reason, what=REASON),
        seconds_reading=given.seconds_reading,
        handed_out_by=tx.actor.id,
        handed_out_at=tx.at,
    )
    return keep_once(tx, act, differing=("handed_out_at",))


def handed_out(tx: Reading, roster_id: str) -> RosterHandedOut | None:
    """Return who handed out a roster and why, as a fact of its page; None if nobody did."""
    wanted = select(RosterHandedOut).where(RosterHandedOut.roster_id == roster_id)
    found = tx.unshown(wanted)
    return found[0] if found else None
