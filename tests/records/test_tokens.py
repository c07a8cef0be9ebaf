"""Tokens of programs: less than their owner may, for a time, shown once, gone with the owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.accounts.allowed import EVERYWHERE, Place, Scope, allowed, may_anywhere
from rightplace.records.accounts.break_glass import BreakGlassAsked, break_glass, seal_code
from rightplace.records.accounts.granting import end_grant, grant_role
from rightplace.records.accounts.people import leave, reset_password
from rightplace.records.accounts.roles import Permission, Role
from rightplace.records.accounts.settings import TokenSettings
from rightplace.records.accounts.token_tables import ApiToken, ApiTokenUse
from rightplace.records.accounts.tokens import (
    MadeToken,
    NewToken,
    TokenInUse,
    find_token,
    forget_uses,
    is_use_due,
    make_token,
    note_use,
    revoke_token,
    tokens_of,
)
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.look_up import LoggedAct, by_officer
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.retention.deleting import delete_on_request
from tests.records.account_world import (
    ADMIN,
    HERE,
    NO_CODES,
    SETTINGS,
    enter,
    join,
    wanted,
    who,
)
from tests.records.acting import NOON, OFFICER_OF_DATA

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.sessions import SignedIn
    from rightplace.records.database.front import Database

CENTRAL = Place(bcu="Central North")
CAMDEN = Place(bcu="Central North", borough="Camden")
ISLINGTON = Place(bcu="Central North", borough="Islington")
SOUTH = Place(bcu="Central South")
SEE, DECIDE = Permission.SEE_PLAN, Permission.DECIDE
TOKENS = TokenSettings(most_each=2)
READS = NewToken(name="Wall board", permissions=frozenset({SEE}), days=30)


def commander(database: Database, *, area: str = "Central North") -> tuple[SignedIn, str]:
    """A superintendent of a BCU, logged in; and the id of the grant."""
    pat = join(database).id
    given = replace(
        wanted(Role.SUPERINTENDENT), scope=Scope.BCU if area else Scope.EVERYWHERE, area=area
    )
    with transaction(database, ADMIN, purpose="Posting.", at=NOON) as tx:
        grant_id = grant_role(tx, pat, given, settings=SETTINGS.grants)
    found = who(database, enter(database, settings=NO_CODES).session_token, settings=NO_CODES)
    assert found is not None
    return found, grant_id


def made(database: Database, owner: SignedIn, new: NewToken = READS) -> MadeToken:
    with transaction(database, owner.actor, purpose="A token.", at=NOON) as tx:
        return make_token(tx, owner, new, settings=TOKENS)


def found(database: Database, secret: str, *, at: datetime = NOON) -> TokenInUse | None:
    with reading(database) as quiet:
        return find_token(quiet, secret, at=at)


def alive(database: Database, secret: str) -> TokenInUse:
    token = found(database, secret)
    assert token is not None
    return token


def acts_of(database: Database, owner: SignedIn) -> list[LoggedAct]:
    with transaction(database, OFFICER_OF_DATA, purpose="Who did what.", at=NOON) as tx:
        before, after = NOON - timedelta(days=1), NOON + timedelta(days=1)
        return by_officer(tx, owner.account_id, since=before, until=after)


def test_a_token_may_what_its_owner_may_and_it_was_made_for(database: Database) -> None:
    owner, _ = commander(database)
    token = alive(database, made(database, owner).secret)
    assert allowed(owner.standing, DECIDE, CENTRAL, at=NOON)
    assert allowed(token.standing, SEE, CENTRAL, at=NOON)
    assert not allowed(token.standing, DECIDE, CENTRAL, at=NOON)
    assert not allowed(token.standing, SEE, SOUTH, at=NOON)
    assert not allowed(token.standing, SEE, EVERYWHERE, at=NOON)
    assert may_anywhere(token.standing, SEE, at=NOON)
    assert not may_anywhere(token.standing, DECIDE, at=NOON)


def test_a_token_for_a_borough_is_for_it_alone(database: Database) -> None:
    owner, _ = commander(database)
    new = replace(READS, areas=frozenset({CAMDEN}), permissions=frozenset({SEE, DECIDE}))
    token = alive(database, made(database, owner, new).secret)
    assert allowed(token.standing, DECIDE, CAMDEN, at=NOON)
    assert not allowed(token.standing, DECIDE, ISLINGTON, at=NOON)
    assert not allowed(token.standing, DECIDE, CENTRAL, at=NOON)
    assert may_anywhere(token.standing, DECIDE, at=NOON)


def test_what_the_owner_loses_the_token_loses_at_once(database: Database) -> None:
    owner, grant_id = commander(database)
    secret = made(database, owner).secret
    with transaction(database, ADMIN, purpose="Moved.", at=NOON) as tx:
        end_grant(tx, owner.account_id, grant_id)
    assert not may_anywhere(alive(database, secret).standing, SEE, at=NOON)


def test_only_the_hash_is_kept_and_neither_list_nor_chain_tells_the_token(
    database: Database,
) -> None:
    owner, _ = commander(database)
    secret = made(database, owner).secret
    with transaction(database, owner.actor, purpose="My tokens.", at=NOON) as tx:
        (line,) = tokens_of(tx, owner.account_id)
    assert (line.name, line.permissions, line.areas) == ("Wall board", (SEE,), ())
    assert line.is_alive
    assert secret not in repr(line)
    with reading(database) as quiet:
        (row,) = quiet.unshown(select(ApiToken))
        assert secret not in f"{row.token_hash!r} {row.permissions} {row.name}"
    told = acts_of(database, owner)
    assert len(told) > 2
    assert secret not in repr(told)


@pytest.mark.parametrize("wrong", ["", "x", "rightplace_", "\u00e9\x00", "rightplace_" + "A" * 43])
def test_a_wrong_token_stands_for_nobody(database: Database, wrong: str) -> None:
    made(database, commander(database)[0])
    assert found(database, wrong) is None


def test_a_token_ends_at_its_time_when_revoked_and_with_its_owner(database: Database) -> None:
    owner, _ = commander(database)
    first, second = (made(database, owner) for _ in range(2))
    month = NOON + timedelta(days=30)
    assert found(database, first.secret, at=month - timedelta(seconds=1)) is not None
    assert found(database, first.secret, at=month) is None
    with transaction(database, owner.actor, purpose="Not needed.", at=NOON) as tx:
        revoke_token(tx, owner.account_id, first.id, because="revoked")
        with pytest.raises(NotHeldError):
            revoke_token(tx, owner.account_id, "none", because="revoked")
    assert found(database, first.secret) is None
    assert found(database, second.secret) is not None
    with transaction(database, ADMIN, purpose="Left.", at=NOON) as tx:
        leave(tx, owner.account_id, reason="Dismissed.")
    assert found(database, second.secret) is None
    with reading(database) as quiet:
        told = {each.id: each.ended_because for each in quiet.unshown(select(ApiToken))}
    assert told == {first.id: "revoked", second.id: "left"}


def test_a_leaver_has_no_token_even_where_none_was_ended(database: Database) -> None:
    owner, _ = commander(database)
    secret = made(database, owner).secret
    with database.writing.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE account SET left_at = '2026-05-04 12:00:00', left_reason = 'gone'"
        )
    assert found(database, secret, at=NOON + timedelta(days=1)) is None


def test_a_password_given_by_somebody_else_stops_the_tokens_until_ones_own_is_chosen(
    database: Database,
) -> None:
    owner, _ = commander(database)
    secret = made(database, owner).secret
    with transaction(database, ADMIN, purpose="Reset.", at=NOON) as tx:
        reset_password(tx, owner.account_id, password_hash=b"$argon2id$")
    assert found(database, secret) is None


def test_nobody_makes_a_token_of_what_they_may_not_or_for_another(database: Database) -> None:
    owner, _ = commander(database)
    for wrong in (
        replace(READS, permissions=frozenset({SEE, Permission.PUBLISH})),
        replace(READS, areas=frozenset({CENTRAL, SOUTH})),
        replace(READS, permissions=frozenset({Permission.REVIEW_BREAK_GLASS})),
        replace(READS, days=93),
    ):
        with pytest.raises(RefusedError):
            made(database, owner, wrong)
    for other in (
        replace(owner, must_change_password=True),
        replace(owner, must_set_up_codes=True),
    ):
        with pytest.raises(RefusedError):
            made(database, other)
    with (
        transaction(database, ADMIN, purpose="For Pat.", at=NOON) as tx,
        pytest.raises(RefusedError),
    ):
        make_token(tx, owner, READS, settings=TOKENS)
    made(database, owner)
    made(database, owner)
    with pytest.raises(RefusedError, match="2 tokens"):
        made(database, owner)


def test_break_glass_makes_no_token(database: Database) -> None:
    commander(database)
    with transaction(database, ADMIN, purpose="Envelope.", at=NOON) as tx:
        code = seal_code(tx, label="7", settings=SETTINGS.sessions)
    asked = BreakGlassAsked(user_name="pat.smith", code=code, reason="Locked out.")
    result = break_glass(database, asked, origin=HERE, at=NOON, settings=SETTINGS)
    inside = who(database, result.session_token)
    assert inside is not None
    assert allowed(inside.standing, SEE, CENTRAL, at=NOON)
    with pytest.raises(RefusedError, match="break-glass"):
        made(database, inside)


def test_a_token_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(UsageError):
        replace(READS, name=" ")
    with pytest.raises(BadInputError):
        replace(READS, days=0)
    with pytest.raises(BadInputError):
        replace(READS, permissions=frozenset())
    with pytest.raises(BadInputError):
        replace(READS, areas=frozenset({EVERYWHERE}))


def test_the_last_use_is_noted_now_and_then_without_a_line(database: Database) -> None:
    owner, _ = commander(database)
    secret = made(database, owner).secret
    token = alive(database, secret)
    assert is_use_due(token, at=NOON, settings=TOKENS)
    lines = verify(database).lines
    with transaction(database, token.actor, purpose="Use.", at=NOON) as tx:
        note_use(tx, token)
    token = alive(database, secret)
    assert token.used_at == NOON
    assert not is_use_due(token, at=NOON + timedelta(seconds=59), settings=TOKENS)
    later = NOON + timedelta(seconds=60)
    assert is_use_due(token, at=later, settings=TOKENS)
    with transaction(database, token.actor, purpose="Use.", at=later) as tx:
        note_use(tx, token)
    assert alive(database, secret).used_at == later
    assert verify(database).lines == lines


def test_each_act_by_a_token_names_owner_and_token_in_the_chain(database: Database) -> None:
    owner, _ = commander(database)
    token = alive(database, made(database, owner).secret)
    with transaction(database, token.actor, purpose="Read the plan.", at=NOON) as tx:
        tx.view(select(ApiToken))
    (look,) = [e for e in acts_of(database, owner) if e.operation is Operation.CONSULTATION]
    assert look.content is not None
    assert look.content["purpose"] == f"Read the plan. By token {token.token_id}."


def test_the_database_keeps_tokens_and_they_leave_with_the_account(database: Database) -> None:
    owner, _ = commander(database)
    token = alive(database, made(database, owner).secret)
    with transaction(database, token.actor, purpose="Use.", at=NOON) as tx:
        note_use(tx, token)
    with pytest.raises(IntegrityError), database.writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM api_token")
    delete_on_request(
        database, OFFICER_OF_DATA, record_type="account", record_ids=[owner.account_id],
        grounds="s47", at=NOON,
    )  # fmt: skip
    with transaction(database, ADMIN, purpose="Nightly.", at=NOON) as tx:
        assert list(tx.unshown(select(ApiToken))) == []
        assert forget_uses(tx) == 1
        assert list(tx.unshown(select(ApiTokenUse))) == []
    assert verify(database).is_intact
