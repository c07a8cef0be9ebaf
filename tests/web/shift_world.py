"""A plan in force with six crews in Northbank and one in Southbank, and the people who use it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from rightplace.app.service.person import Person
from rightplace.app.service.shelf import Shelf
from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.allowed import Scope
from rightplace.records.accounts.granting import GrantWanted, grant_role, standing
from rightplace.records.accounts.people import NewAccount, actor_of, make_account
from rightplace.records.accounts.roles import Role
from rightplace.records.accounts.settings import GrantSettings
from rightplace.records.accounts.tables import Account
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.database.front import open_database, sqlite_url
from rightplace.records.decided.deciding import DecisionGiven, Verdict, decide
from rightplace.records.decided.in_force import SlotOf, put_in_force
from rightplace.records.published.publishing import publish
from rightplace.web.desk import Desk
from rightplace.web.sessions import Session
from tests.web.published import (
    CELLS,
    FORECAST,
    SLOTS,
    plan_copy,
    published_shelf,
    run_copy,
    run_record,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.core.time import Slot

SHIFT_PLAN = "p-000000000009"
EARLY = SLOTS[3]
"""Tuesday 5 May 2026, 07:00 to 15:00 on the clock of London, which is an hour before UTC."""
KEY = "2026-05-05 early"
NOON = datetime(2026, 5, 5, 11, tzinfo=UTC)
"""12:00 on the clock of London."""
CREWS = tuple(f"North {n}" for n in range(1, 7))
ADMIN = Actor(id="u-admin", name="Ada Admin")
PEOPLE = {
    "sam": ("Sam Sergeant", Role.SERGEANT, "Northbank"),
    "olga": ("Olga Officer", Role.OFFICER, "Northbank"),
    "omar": ("Omar Officer", Role.OFFICER, "Northbank"),
    "oz": ("Oz Officer", Role.OFFICER, "Southbank"),
    "ann": ("Ann Analyst", Role.ANALYST, ""),
}


def visit_id(slot: int, crew: int, turn: int) -> str:
    """Of a crew's turn in a slot of the plan, each counted from 0."""
    return f"v-{slot}{crew}{turn}"


def visits_table() -> pa.Table:
    """Each of six crews visits cells 0 and 1 of Northbank in each of the first four slots."""
    rows = [
        (visit_id(n, crew, turn), CELLS[turn], "Northbank", slot, CREWS[crew], "treat")
        for n, slot in enumerate(SLOTS[:4])
        for crew in range(6)
        for turn in range(2)
    ]
    rows.append(("v-south", CELLS[2], "Southbank", EARLY, "South 1", "treat"))
    rows.append(("v-held", CELLS[2], "Southbank", EARLY, "South 1", "holdout"))
    return pa.table(
        {
            "visit_id": [row[0] for row in rows],
            "cell_id": [row[1] for row in rows],
            "borough": [row[2] for row in rows],
            "slot_start": [row[3].start for row in rows],
            "slot_end": [row[3].end for row in rows],
            "crew_id": [row[4] for row in rows],
            "minutes": [15] * len(rows),
            "prevented_mean": [0.1] * len(rows),
            "reason": ["9 in 12 months"] * len(rows),
            "origin": ["model"] * len(rows),
            "arm": [row[5] for row in rows],
            "probability": [0.5] * len(rows),
        }
    )


def put(
    shelf: Shelf, *bcus: str, slots: tuple[Slot, ...] = SLOTS, plan_id: str = SHIFT_PLAN
) -> None:
    """Let a plan be in force for BCUs."""
    with transaction(shelf.database, ADMIN, purpose="Decide.", at=SLOTS[0].start) as tx:
        for bcu in bcus:
            given = DecisionGiven(
                id=str(uuid.uuid4()),
                plan_id=plan_id,
                bcu=bcu,
                verdict=Verdict.ACCEPTED,
                reason="Crews are there.",
                seconds_reading=60,
            )
            decide(tx, given)
            wanted = [SlotOf(bcu=bcu, start=slot.start, end=slot.end) for slot in slots]
            put_in_force(tx, wanted, decision_id=given.id)


def shift_shelf(folder: Path) -> Shelf:
    """The small published world with this plan too, in force in Northbank and Southbank."""
    shelf = published_shelf(folder)
    publish_plan(shelf, SHIFT_PLAN, visits_table())
    put(shelf, "Northbank", "Southbank")
    return shelf


def publish_plan(shelf: Shelf, plan_id: str, visits: pa.Table) -> None:
    """Publish a plan with some visits."""
    result = dict(plan_copy().record["result"])
    settings = {"forecast": FORECAST, "days": 2}
    copy = run_copy(
        run_record(plan_id, "plan", result=result, settings=settings), {"visits": visits}, FORECAST
    )
    with transaction(shelf.database, ADMIN, purpose="Publish.", at=SLOTS[0].start) as tx:
        publish(tx, copy)


def joined(shelf: Shelf) -> dict[str, str]:
    """The ids of people who have accounts by now, by the value of their cookie."""
    ids = {}
    with transaction(shelf.database, ADMIN, purpose="Join.", at=SLOTS[0].start) as tx:
        for name, (display, role, bcu) in PEOPLE.items():
            new = NewAccount(user_name=f"{name}.x", display_name=display, family_name=display)
            account = make_account(tx, new, password_hash=None)
            wanted = GrantWanted(
                role=role,
                scope=Scope.BCU if bcu else Scope.EVERYWHERE,
                area=bcu,
                from_at=SLOTS[0].start,
                until_at=datetime(2026, 6, 1, tzinfo=UTC),
                reason="Posted here.",
            )
            grant_role(tx, account.id, wanted, settings=GrantSettings())
            ids[name] = account.id
    return ids


@dataclass(frozen=True, slots=True)
class Accounts:
    """Sessions of people who have accounts; a cookie's value is their first name."""

    shelf: Shelf
    ids: dict[str, str]

    def person(self, name: str, *, at: datetime = NOON) -> Person:
        """Somebody as they are at a moment."""
        with reading(self.shelf.database) as quiet:
            account = quiet.unshown_one(Account, self.ids[name])
            assert account is not None
            return Person(actor=actor_of(account), standing=standing(quiet, account), at=at)

    def find(self, cookie: str, *, at: datetime) -> Session | None:
        if cookie not in self.ids:
            return None
        return Session(id=f"session of {cookie}", person=self.person(cookie, at=at))


@dataclass(slots=True)
class Hands:
    """A clock that a test sets."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class World:
    """The shelf, its people, the clock, and what routes work with."""

    shelf: Shelf
    accounts: Accounts
    clock: Hands
    desk: Desk


@cache
def template() -> tuple[Path, dict[str, str]]:
    """A folder with the world, made once, and the ids of its people."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    shelf = shift_shelf(folder)
    ids = joined(shelf)
    shelf.database.close()
    return folder, ids


def shift_world(folder: Path) -> Iterator[World]:
    made, ids = template()
    shutil.copytree(made, folder, dirs_exist_ok=True)
    database = open_database(sqlite_url(folder), apart=folder / "apart", wait_seconds=5)
    shelf, clock = Shelf(database), Hands()
    accounts = Accounts(shelf=shelf, ids=ids)
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=accounts, now=clock)
    yield World(shelf=shelf, accounts=accounts, clock=clock, desk=desk)
    database.close()
