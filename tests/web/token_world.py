"""Tokens of people with accounts, over the small published world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.records.accounts.allowed import Place, Scope
from rightplace.records.accounts.granting import GrantWanted, grant_role, standing
from rightplace.records.accounts.people import NewAccount, actor_of, make_account
from rightplace.records.accounts.roles import MAY, Permission, Role
from rightplace.records.accounts.sessions import SignedIn
from rightplace.records.accounts.settings import GrantSettings, TokenSettings
from rightplace.records.accounts.tokens import NOT_BY_TOKEN, NewToken, make_token
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.transaction import transaction
from tests.web.published import NOW

if TYPE_CHECKING:
    from rightplace.records.database.front import Database

ADMIN = Actor(id="u-admin", name="Ada Admin")


@dataclass(frozen=True)
class Owner:
    """Somebody with a token: who, which token, and the token itself."""

    account_id: str
    token_id: str
    secret: str

    @property
    def header(self) -> dict[str, str]:
        """The header that a program sends."""
        return {"authorization": f"Bearer {self.secret}"}


def owner(
    database: Database,
    name: str,
    role: Role | None,
    *,
    bcu: str = "",
    only: frozenset[Permission] | None = None,
    areas: frozenset[Place] = frozenset(),
) -> Owner:
    """Somebody with a role, and a token for all of it unless less is said."""
    with transaction(database, ADMIN, purpose="A new colleague.", at=NOW) as tx:
        new = NewAccount(user_name=name, display_name=name, family_name=name)
        account = make_account(tx, new, password_hash=None)
        if role is not None:
            given = GrantWanted(
                role=role,
                scope=Scope.BCU if bcu else Scope.EVERYWHERE,
                area=bcu,
                from_at=NOW,
                until_at=NOW + timedelta(days=90),
                reason="Posted there.",
            )
            grant_role(tx, account.id, given, settings=GrantSettings())
        who = SignedIn(
            account_id=account.id,
            session_id="s",
            actor=actor_of(account),
            standing=standing(tx, account),
            expires_at=NOW + timedelta(hours=1),
            must_change_password=False,
            must_set_up_codes=False,
            seen_at=NOW,
        )
    may = MAY[role] - NOT_BY_TOKEN if role is not None else frozenset[Permission]()
    if not may:
        return Owner(account_id=account.id, token_id="", secret="")
    token = NewToken(name="Test", permissions=may if only is None else only, areas=areas, days=30)
    with transaction(database, who.actor, purpose="A token.", at=NOW) as tx:
        made = make_token(tx, who, token, settings=TokenSettings())
    return Owner(account_id=account.id, token_id=made.id, secret=made.secret)


@dataclass(frozen=True)
class People:
    """Owners of tokens: for everywhere, for one BCU, for less than their role, of another role."""

    cora: Owner
    nora: Owner
    reader: Owner
    south: Owner
    planner: Owner
    panel: Owner


def people(database: Database) -> People:
    """All of them, in a database that is published to."""
    commander = Role.AREA_COMMANDER
    return People(
        cora=owner(database, "cora", commander),
        nora=owner(database, "nora", commander, bcu="Northbank"),
        reader=owner(database, "reader", commander, only=frozenset({Permission.SEE_PLAN})),
        south=owner(database, "south", commander, areas=frozenset({Place(bcu="Southbank")})),
        planner=owner(database, "planner", Role.RESOURCE_PLANNER),
        panel=owner(database, "panel", Role.SCRUTINY_PANEL),
    )
