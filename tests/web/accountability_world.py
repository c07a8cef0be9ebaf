"""People who give account, and a published world in which something waits for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.records.accounts.access_tables import BreakGlass
from rightplace.records.accounts.roles import Role
from rightplace.records.accounts.tables import Account
from rightplace.records.audit.transaction import transaction
from rightplace.records.breaches.log import BreachFound, record_breach
from rightplace.records.retention.holds import HoldWanted, place_hold
from rightplace.records.rights.requests import RequestReceived, Right, receive_request
from tests.records.account_world import join
from tests.web.published import NOW, PLAN
from tests.web.signed_in import COMMANDER, NOBODY, person

if TYPE_CHECKING:
    from rightplace.records.database.front import Database

DORA = person("u-010", "Dora Data", Role.DATA_PROTECTION_OFFICER)
DIRK = person("u-011", "Dirk Data", Role.DATA_PROTECTION_OFFICER)
SUE = person("u-012", "Sue Superintendent", Role.SUPERINTENDENT, bcu="Northbank")
PEOPLE = {"dora": DORA, "dirk": DIRK, "sue": SUE, "cora": COMMANDER, "nick": NOBODY}


def waiting_world(database: Database) -> tuple[str, str]:
    """One of each that waits; return the ids of the request and the breach."""
    pat, other = join(database, "pat.smith"), join(database, "ann.smith")
    curious = replace(DORA.actor, id=pat.id, name="Pat Smith")
    with transaction(database, curious, purpose="Curious.", at=NOW) as tx:
        tx.view_one(Account, other.id)
    with transaction(database, DORA.actor, purpose="x", at=NOW - timedelta(days=40)) as tx:
        case = HoldWanted(
            reason="IOPC 7.", owner="Legal services", review_on=NOW.date(), about=PLAN
        )
        place_hold(tx, case)
    with transaction(database, DORA.actor, purpose="x", at=NOW, answers=True) as tx:
        tx.add(opening(pat.id))
        breach = BreachFound(
            what="A printed brief of the late shift was left on a bus and handed in.",
            happened="Sunday evening",
            aware_at=NOW - timedelta(hours=30),
            effects="Three names could be read.",
            action="It was fetched and destroyed.",
            people_affected=3,
        )
        asked = RequestReceived(
            right=Right.RECTIFICATION,
            subject_name="Pat Smith",
            contact="pat@example.org",
            asked="My name is spelled wrong.",
            received_at=NOW - timedelta(days=28),
            subject_id=pat.id,
        )
        return receive_request(tx, asked), record_breach(tx, breach)


def opening(account_id: str) -> BreakGlass:
    """A log-in by break-glass that waits for its review."""
    return BreakGlass(
        id="bg-1",
        account_id=account_id,
        session_id="s",
        code_id="c",
        approved_by=SUE.actor.id,
        reason="Locked out <b>at two</b>; the crews waited.",
        opened_at=NOW,
        expires_at=NOW + timedelta(hours=2),
    )
