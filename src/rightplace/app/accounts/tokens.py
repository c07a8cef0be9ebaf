"""Use cases of one's own tokens: list them, make one for a program, revoke one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.records.accounts.allowed import Place
from rightplace.records.accounts.roles import Permission
from rightplace.records.accounts.tokens import (
    NOT_BY_TOKEN,
    NewToken,
    make_token,
    revoke_token,
    tokens_of,
)
from rightplace.records.audit.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.accounts.sessions import SignedIn
    from rightplace.records.accounts.settings import TokenSettings
    from rightplace.records.accounts.tokens import MadeToken
    from rightplace.records.database.front import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnToken:
    """A token in the list of its owner.

    Parameters
    ----------
    may, areas
        What it may do and where, in words.
    until
        Its last day.
    used
        The day of its last use; empty for never.
    """

    id: str
    name: str
    may: str
    areas: str
    until: str
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTokens:
    """One's own tokens, and what a new one may be made for.

    Parameters
    ----------
    tokens
        Those alive, the newest first.
    may
        What a token may be made for: key and words.
    bcus
        For which of them alone it may be made.
    most_days
        How long one lasts at most.
    """

    tokens: tuple[OwnToken, ...]
    may: tuple[tuple[str, str], ...]
    bcus: tuple[str, ...]
    most_days: int


def own_tokens(shelf: Shelf, person: Person, *, at: datetime, settings: TokenSettings) -> OwnTokens:
    """Return somebody's tokens as they see them; never the tokens themselves.

    Parameters
    ----------
    shelf
        Whose database holds them; it knows the names of BCUs.
    person
        Who asks.
    at
        The time now.
    settings
        How long tokens last.
    """
    with transaction(shelf.database, person.actor, purpose="See my tokens.", at=at) as tx:
        held = [each for each in tokens_of(tx, person.actor.id) if each.is_alive]
    may = [each for each in Permission if each not in NOT_BY_TOKEN and person.may(each)]
    names = [name for kind, name in shelf.area_names() if kind == "bcu"]
    return OwnTokens(
        tokens=tuple(
            OwnToken(
                id=each.id,
                name=each.name,
                may=", ".join(in_words(permission) for permission in each.permissions),
                areas=", ".join(each.areas) or "wherever you may",
                until=each.expires_at.date().isoformat(),
                used="" if each.used_at is None else each.used_at.date().isoformat(),
            )
            for each in held
        ),
        may=tuple((each.value, in_words(each)) for each in may),
        bcus=tuple(name for name in names if any(person.allowed(each, bcu=name) for each in may)),
        most_days=settings.longest_days,
    )


def in_words(permission: Permission) -> str:
    """Return a permission in words."""
    return permission.value.replace("-", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWanted:
    """A token as its owner asked for it on the page.

    Parameters
    ----------
    name
        What they call it.
    may
        Keys of what it may do.
    bcu
        For which BCU alone; empty for wherever they may.
    days
        How long.
    """

    name: str
    may: Collection[str]
    bcu: str
    days: int


def new_token(
    database: Database,
    owner: SignedIn,
    wanted: TokenWanted,
    *,
    at: datetime,
    settings: TokenSettings,
) -> MadeToken:
    """Make a token for one's program; it is shown now and never again.

    Parameters
    ----------
    database
        The records.
    owner
        Who is signed in.
    wanted
        The token; one that may do nothing, or more than its owner, is refused.
    at
        The time now.
    settings
        How long tokens last.
    """
    new = NewToken(
        name=wanted.name,
        permissions=frozenset(each for each in Permission if each.value in wanted.may),
        areas=frozenset({Place(bcu=wanted.bcu)} if wanted.bcu else ()),
        days=wanted.days,
    )
    with transaction(database, owner.actor, purpose="A token for a program.", at=at) as tx:
        return make_token(tx, owner, new, settings=settings)


def end_token(database: Database, person: Person, token_id: str, *, at: datetime) -> None:
    """Revoke one's own token now; another's is not held.

    Parameters
    ----------
    database
        The records.
    person
        Whose token.
    token_id
        Which.
    at
        The time now.
    """
    with transaction(database, person.actor, purpose="Revoke a token.", at=at) as tx:
        revoke_token(tx, person.actor.id, token_id, because="revoked")
