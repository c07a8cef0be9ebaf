"""Tokens: a person's program works in their name, with less than they may, for a time.

A token adds nothing: at each use its owner's standing of that moment is narrowed by it. It is
shown once, and only its hash is kept.
"""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.allowed import Narrowing, Place, Standing, allowed, may_anywhere
from rightplace.records.accounts.granting import standing
from rightplace.records.accounts.roles import NOT_BY_BREAK_GLASS, SECOND_PERSON, Permission
from rightplace.records.accounts.sessions import hash_token
from rightplace.records.accounts.tables import Account, parts_of
from rightplace.records.accounts.token_tables import ApiToken, ApiTokenUse
from rightplace.records.audit.actor import Actor
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.accounts.sessions import SignedIn
    from rightplace.records.accounts.settings import TokenSettings
    from rightplace.records.audit.transaction import Reading, Transaction

PREFIX = "rightplace_"
"""By it programs that look for leaked secrets know a token."""
NOT_BY_TOKEN = NOT_BY_BREAK_GLASS | SECOND_PERSON
"""What a person does in person: managing accounts, and what two people do together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token that somebody wants for a program of theirs.

    Parameters
    ----------
    name
        What they call it.
    permissions
        What it may do: of what they may.
    areas
        BCUs or boroughs of theirs; empty for wherever they may.
    days
        How long it lasts, from 1.

    Raises
    ------
    BadInputError
        If it may do nothing or never, or an area is not named.
    """

    name: str
    permissions: frozenset[Permission]
    areas: frozenset[Place] = frozenset()
    days: int

    def __post_init__(self) -> None:
        """Check that it can be made; a missing name raises ``UsageError``.

        Raises
        ------
        BadInputError
            If it may do nothing or never, or an area is not named.
        """
        written(self.name, what="The name of the token")
        if not self.permissions or self.days < 1:
            msg = f"A token of {len(self.permissions)} permissions for {self.days} days is no use."
            raise BadInputError(msg, value=self.days, remedy="Choose at least one of each.")
        if any(each.bcu is None for each in self.areas):
            msg = "An area of the token is not named."
            raise BadInputError(msg, remedy="Name a BCU, or none at all: wherever you may.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeToken:
    """A token just made: the only moment at which it is known.

    Parameters
    ----------
    id
        By which it is listed and revoked.
    secret
        What the program sends.
    expires_at
        When it ends at the latest.
    """

    id: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenInUse:
    """Whom a token stands for, at this moment.

    Parameters
    ----------
    account_id, token_id
        Whose, and which.
    actor
        The owner as the audit chain names them; each purpose names the token.
    standing
        The owner's, narrowed by the token.
    expires_at
        When the token ends at the latest.
    used_at
        When its use was last noted; None for never.
    """

    account_id: str
    token_id: str
    actor: Actor
    standing: Standing
    expires_at: datetime
    used_at: datetime | None


def make_token(
    tx: Transaction, owner: SignedIn, new: NewToken, *, settings: TokenSettings
) -> MadeToken:
    """Make a token for whoever is logged in, of what they may themselves.

    Raises
    ------
    RefusedError
        If they are in by break-glass or not ready, act for another, have too many, or the token
        would last too long or may what they may not, or what no token may.
    """
    if owner.standing.by_break_glass or not owner.is_ready or owner.account_id != tx.actor.id:
        msg = "A token is made only by its owner, in a full session that is not by break-glass."
        raise RefusedError(msg, remedy="Log in with password and second factor.")
    if new.days > settings.longest_days:
        msg = f"A token lasts at most {settings.longest_days} days, not {new.days}."
        raise RefusedError(msg, value=new.days, remedy="Make a new one when it ends.")
    held = [each for each in parts_of(tx, ApiToken, owner.account_id) if is_alive(each, tx.at)]
    if len(held) >= settings.most_each:
        msg = f"You have {len(held)} tokens, the most that one account may have."
        raise RefusedError(msg, value=len(held), remedy="Revoke one that is not needed.")
    _check_own(owner.standing, new, at=tx.at)
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    areas = sorted((each.bcu or "", each.borough or "") for each in new.areas)
    token = tx.add(
        ApiToken(
            account_id=owner.account_id,
            id=str(uuid.uuid4()),
            name=written(new.name, what="The name of the token"),
            token_hash=hash_token(secret),
            permissions=" ".join(sorted(new.permissions)),
            areas=json.dumps([[bcu, borough or None] for bcu, borough in areas]),
            made_at=tx.at,
            expires_at=tx.at + timedelta(days=new.days),
            ended_at=None,
            ended_because=None,
        )
    )
    return MadeToken(id=token.id, secret=secret, expires_at=token.expires_at)


def _check_own(who: Standing, new: NewToken, *, at: datetime) -> None:
    """Check that a token is of what its owner may.

    Raises
    ------
    RefusedError
        If it is not.
    """
    for permission in sorted(new.permissions):
        if permission in NOT_BY_TOKEN:
            msg = f"No token may {permission.value!r}: it is done in person."
            raise RefusedError(msg, value=permission.value, remedy="Leave it out.")
        owns = [allowed(who, permission, each, at=at) for each in new.areas]
        if not (all(owns) if owns else may_anywhere(who, permission, at=at)):
            msg = f"You may not {permission.value!r} in all that the token is for."
            raise RefusedError(msg, value=permission.value, remedy="Leave it out.")


def is_alive(token: ApiToken, at: datetime) -> bool:
    """Whether a token was neither ended nor has run out."""
    return token.ended_at is None and at < token.expires_at


def narrowing_of(token: ApiToken) -> Narrowing:
    """Return what a token leaves of its owner's permissions."""
    known = {each.value: each for each in Permission}
    named = token.permissions.split()
    return Narrowing(
        permissions=frozenset(known[name] for name in named if name in known),
        areas=frozenset(Place(bcu=b, borough=o) for b, o in json.loads(token.areas)),
    )


def find_token(quiet: Reading, secret: str, *, at: datetime) -> TokenInUse | None:
    """Return whom a token stands for now; None where for nobody, or no longer.

    An owner who left, or who must choose a new password first, has no token that works.
    """
    found = quiet.unshown(select(ApiToken).where(ApiToken.token_hash == hash_token(secret)))
    token = found[0] if found else None
    account = None if token is None else quiet.unshown_one(Account, token.account_id)
    if token is None or account is None or not is_alive(token, at):
        return None
    if (account.left_at is not None and at >= account.left_at) or account.must_change:
        return None
    used = quiet.unshown_one(ApiTokenUse, token.account_id, token.id)
    return TokenInUse(
        account_id=account.id,
        token_id=token.id,
        actor=Actor(id=account.id, name=account.display_name, by=f"token {token.id}"),
        standing=replace(standing(quiet, account), narrowed=narrowing_of(token)),
        expires_at=token.expires_at,
        used_at=None if used is None else used.used_at,
    )


def is_use_due(token: TokenInUse, *, at: datetime, settings: TokenSettings) -> bool:
    """Whether it should be noted that a token is used: not at each request."""
    return token.used_at is None or at - token.used_at >= timedelta(seconds=settings.noted_seconds)


def note_use(tx: Transaction, token: TokenInUse) -> None:
    """Note that a token is used now; no line is written."""
    held = tx.unshown_one(ApiTokenUse, token.account_id, token.token_id)
    if held is None:
        tx.add(ApiTokenUse(account_id=token.account_id, id=token.token_id, used_at=tx.at))
    elif held.used_at < tx.at:
        held.used_at = tx.at
        tx.session.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A token as its owner sees it in the list.

    Parameters
    ----------
    permissions
        In order.
    areas
        In words; empty for wherever the owner may.
    used_at
        When it was last used, as noted now and then; None for never.
    """

    id: str
    name: str
    permissions: tuple[Permission, ...]
    areas: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    is_alive: bool


def tokens_of(tx: Transaction, account_id: str) -> list[TokenLine]:
    """Return the tokens of an account to be shown, the newest first; never the tokens."""
    wanted = select(ApiToken).where(ApiToken.account_id == account_id)
    uses = {each.id: each.used_at for each in parts_of(tx, ApiTokenUse, account_id)}
    return [
        TokenLine(
            id=each.id,
            name=each.name,
            permissions=tuple(sorted(narrowing_of(each).permissions)),
            areas=tuple(sorted(str(place) for place in narrowing_of(each).areas)),
            made_at=each.made_at,
            expires_at=each.expires_at,
            used_at=uses.get(each.id),
            is_alive=is_alive(each, tx.at),
        )
        for each in tx.view(wanted.order_by(ApiToken.made_at.desc(), ApiToken.id))
    ]


def revoke_token(tx: Transaction, account_id: str, token_id: str, *, because: str) -> None:
    """End a token now; one that ended stays as it is.

    Raises
    ------
    NotHeldError
        If the account has no such token.
    """
    token = tx.unshown_one(ApiToken, account_id, token_id)
    if token is None:
        msg = f"The account has no token {token_id!r}."
        raise NotHeldError(msg, value=token_id, remedy="See the list of tokens.")
    if token.ended_at is None:
        token.ended_at, token.ended_because = tx.at, because
        tx.session.flush()


def end_tokens(tx: Transaction, account_id: str, *, because: str) -> int:
    """End all tokens of an account that are alive; return how many."""
    alive: Sequence[ApiToken] = [
        each for each in parts_of(tx, ApiToken, account_id) if is_alive(each, tx.at)
    ]
    for each in alive:
        revoke_token(tx, account_id, each.id, because=because)
    return len(alive)


def forget_uses(tx: Transaction) -> int:
    """Remove notes of use of tokens that are no more; return how many."""
    held = tx.unshown(select(ApiTokenUse))
    orphans = [each for each in held if tx.unshown_one(ApiToken, each.account_id, each.id) is None]
    for each in orphans:
        tx.session.delete(each)
    tx.session.flush()
    return len(orphans)
