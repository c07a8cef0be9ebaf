"""Use cases: take the cover of a roster away, and hand a roster out to its officers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.app.service.roster_page import CoverWanted, cover_rows, open_roster
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf

COLUMNS = ("day", "shift", "teams", "what", "least", "have", "lacks")


def cover_csv(
    shelf: Shelf, roster_id: str, *, person: Person, wanted: CoverWanted, at: datetime, marking: str
) -> str:
    """Return the cover by day and shift as CSV, without any officer.

    Parameters
    ----------
    shelf, roster_id, person, wanted, at
        As in ``read_roster``; every page of it.
    marking
        Protective marking.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_ROSTER)
    purpose = "Take the cover of a roster away."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        roster = open_roster(shelf, tx, roster_id)
    rows = [
        (n.day.isoformat(), n.shift, n.teams, n.what, n.least, n.have, n.lacks)
        for n in cover_rows(roster, wanted)
    ]
    origin = Origin(
        run_id=roster_id,
        marking=marking,
        data_cut_off=roster.record["as_of"],
        is_synthetic=roster.is_synthetic,
        exported_by=person.actor.name,
        exported_at=moment_words(at, roster.zone),
    )
    return listing_csv(COLUMNS, rows, origin=origin)


def hand_out_roster(
    shelf: Shelf,
    roster_id: str,
    *,
    person: Person,
    form: tuple[str, int],
    reason: str,
    at: datetime,
) -> bool:
    """Keep that somebody hands a roster out, with the flags it bears; return whether it is new.

    A missing reason raises ``UsageError``; a roster handed out before, ``RefusedError``.

    Parameters
    ----------
    shelf
        Where it is published.
    roster_id
        Its id.
    person
        Who hands it out: may publish rosters, for the whole study area.
    form
        UUID of the form, and seconds that it was open.
    reason
        In their words: where notice is short, the exigency of duty.
    at
        The time now.

    Raises
    ------
    RefusedError
        If notice was counted from an earlier day than today: flags would be missing.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.decided.handing_out import HandingOut, hand_out

    person.check_everywhere(Permission.PUBLISH_ROSTER)
    with transaction(shelf.database, person.actor, purpose="Hand out a roster.", at=at) as tx:
        roster = open_roster(shelf, tx, roster_id)
        act = HandingOut(
            id=form[0],
            roster_id=roster_id,
            short_notice=len(roster.result["short_notice"]),
            lacking=len(roster.lacking),
            reason=reason,
            seconds_reading=form[1],
        )
        counted, today = date.fromisoformat(roster.record["as_of"]), at.astimezone(roster.zone)
        if today.date() > counted:
            msg = (
                f"Notice was counted from {counted:%d %B %Y}; handed out today, more shifts would "
                "change with short notice than the roster flags."
            )
            remedy = "Make it again as of today (`rightplace roster --as-of`), and publish that."
            raise RefusedError(msg, value=roster_id, remedy=remedy)
        return hand_out(tx, act)
