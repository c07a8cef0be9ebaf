"""People of the tests of the web: sessions that stand for accounts, here alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rightplace.app.service.person import Permission, Person
from rightplace.records.audit.actor import Actor
from rightplace.web.sessions import COOKIE, Session

if TYPE_CHECKING:
    from datetime import datetime

ANALYST = Person(
    actor=Actor(id="u-001", name="Ann <b>Analyst</b>"),
    role="analyst",
    may=frozenset({Permission.READ}),
    bcus=None,
)
COMMANDER = Person(
    actor=Actor(id="u-002", name="Cora Commander"),
    role="commander",
    may=frozenset(Permission),
    bcus=None,
)
NORTH = Person(
    actor=Actor(id="u-003", name="Nora North"),
    role="commander",
    may=frozenset(Permission),
    bcus=frozenset({"Northbank"}),
)
NOBODY = Person(
    actor=Actor(id="u-004", name="Nick New"), role="new", may=frozenset(), bcus=frozenset()
)


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
