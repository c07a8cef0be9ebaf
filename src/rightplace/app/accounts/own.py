"""Use cases of one's own account: what one may do, the password, the second factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from rightplace.records.accounts.people import held_account
from rightplace.records.accounts.ranks import ranks_of
from rightplace.records.accounts.roles import MAY
from rightplace.records.accounts.second_factor import begin_codes, confirm_codes
from rightplace.records.accounts.sessions import end_session
from rightplace.records.accounts.tables import LogInSession, parts_of
from rightplace.records.audit.transaction import reading, transaction

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.records.accounts.settings import LogInSettings
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.database.front import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """One's own account as one sees it.

    Parameters
    ----------
    user_name
        By which one signs in.
    has_codes
        Whether a second factor is set up.
    roles
        Each role in force with its area and its last day.
    ranks
        Each rank with how and since when it is held.
    may
        What the roles let one do, in words.
    elsewhere
        Other sessions that are open: since when, from which address, by what.
    """

    user_name: str
    has_codes: bool
    roles: tuple[tuple[str, str, str], ...]
    ranks: tuple[tuple[str, str, str], ...]
    may: tuple[str, ...]
    elsewhere: tuple[tuple[str, str, str], ...]


def own_account(database: Database, person: Person, *, session_id: str) -> OwnAccount:
    """Return somebody's own account, as they may see it; it is no look at another person.

    Parameters
    ----------
    database
        The records.
    person
        Who asks for it.
    session_id
        The session in which they ask.
    """
    with reading(database) as quiet:
        account = held_account(quiet, person.actor.id)
        ranks = ranks_of(quiet, account.id)
        elsewhere = _elsewhere(quiet, person, session_id)
    permissions = {p for grant in person.grants for p in MAY[grant.role] if person.may(p)}
    return OwnAccount(
        user_name=account.user_name,
        has_codes=account.totp_since is not None,
        roles=tuple(
            (grant.role.value, grant.area or "whole study area", grant.until_at.date().isoformat())
            for grant in person.grants
        ),
        ranks=tuple(
            (fact.rank.value, fact.kind.value, fact.from_at.date().isoformat())
            for fact in ranks
            if fact.from_at <= person.at and (fact.until_at is None or person.at < fact.until_at)
        ),
        may=tuple(sorted(p.value.replace("-", " ") for p in permissions)),
        elsewhere=tuple(
            (f"{each.started_at:%Y-%m-%d %H:%M} UTC", each.source, each.method)
            for each in elsewhere
        ),
    )


def _elsewhere(quiet: Reading, person: Person, session_id: str) -> list[LogInSession]:
    """Return one's other sessions that are open, the newest first."""
    held = parts_of(quiet, LogInSession, person.actor.id)
    is_open = [s for s in held if s.ended_at is None and s.expires_at > person.at]
    others = [each for each in is_open if each.id != session_id]
    return sorted(others, key=lambda each: each.started_at, reverse=True)


def end_elsewhere(database: Database, person: Person, *, session_id: str, at: datetime) -> int:
    """End one's sessions everywhere else; return how many.

    Parameters
    ----------
    database
        The records.
    person
        Whose sessions.
    session_id
        The session that stays.
    at
        The time now.
    """
    with transaction(database, person.actor, purpose="Sign out elsewhere.", at=at) as tx:
        others = _elsewhere(tx, person, session_id)
        for each in others:
            end_session(tx, each, because="ended by its owner elsewhere")
    return len(others)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SecretForCodes:
    """What one's device needs to show codes; for the owner's eyes, once.

    Parameters
    ----------
    address
        The ``otpauth`` address, which a picture carries.
    typed
        The same secret in groups of four, to be typed.
    """

    address: str
    typed: str


def secret_for_codes(database: Database, person: Person, *, at: datetime) -> SecretForCodes:
    """Return a new secret for one's second factor; it counts once a code of it was given.

    Parameters
    ----------
    database
        The records.
    person
        Whose second factor.
    at
        The time now.
    """
    with transaction(database, person.actor, purpose="Set up a second factor.", at=at) as tx:
        address = begin_codes(tx, person.actor.id)
    secret = parse_qs(urlsplit(address).query)["secret"][0]
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return SecretForCodes(address=address, typed=groups)


def give_first_code(
    database: Database, person: Person, code: str, *, at: datetime, settings: LogInSettings
) -> tuple[str, ...]:
    """Let codes be asked for from now on; return recovery codes, which are kept nowhere.

    Parameters
    ----------
    database
        The records.
    person
        Whose second factor.
    code
        What the device shows; a wrong one raises ``BadInputError``.
    at
        The time now.
    settings
        How many recovery codes there are.
    """
    with transaction(database, person.actor, purpose="Set up a second factor.", at=at) as tx:
        return confirm_codes(tx, person.actor.id, code, settings=settings)
