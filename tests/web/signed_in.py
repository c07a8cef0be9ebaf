"""People of the tests of the web: sessions that stand for accounts, here alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from rightplace.app.service.person import Person
from rightplace.records.accounts.allowed import Grant, Scope, Standing
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.actor import Actor
from rightplace.web.sessions import COOKIE, Session

MOMENT = datetime(2026, 5, 5, 12, tzinfo=UTC)
"""When the small published world is looked at, unless a test says otherwise."""


def person(
    account_id: str,
    name: str,
    *roles: Role,
    bcu: str = "",
    borough: str = "",
    at: datetime = MOMENT,
) -> Person:
    """Somebody with roles for one BCU, one borough, or the whole study area."""
    scope = Scope.BOROUGH if borough else Scope.BCU if bcu else Scope.EVERYWHERE
    grants = tuple(
        Grant(
            role=role,
            scope=scope,
            area=borough or bcu,
            from_at=datetime(2020, 1, 1, tzinfo=UTC),
            until_at=datetime(2100, 1, 1, tzinfo=UTC),
            approved=True,
        )
        for role in roles
    )
    standing = Standing(account_id=account_id, grants=grants)
    return Person(actor=Actor(id=account_id, name=name), standing=standing, at=at)


ANALYST = person("u-001", "Ann <b>Analyst</b>", Role.ANALYST)
COMMANDER = person("u-002", "Cora Commander", Role.AREA_COMMANDER)
NORTH = person("u-003", "Nora North", Role.AREA_COMMANDER, bcu="Northbank")
NOBODY = person("u-004", "Nick New")


@dataclass(slots=True)
class KnownCookies:
    """Sessions by the value of their cookie."""

    people: dict[str, Person] = field(
        default_factory=lambda: {"ann": ANALYST, "cora": COMMANDER, "nora": NORTH, "nick": NOBODY}
    )

    def find(self, cookie: str, *, at: datetime) -> Session | None:  # noqa: ARG002 - the protocol's signature
        person = self.people.get(cookie)
        return None if person is None else Session(id=f"session of {cookie}", person=person)


def cookie(name: str) -> dict[str, str]:
    """The header by which somebody is known."""
    return {"cookie": f"{COOKIE}={name}"}
