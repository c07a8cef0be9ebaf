"""Log-in by a provider: links with accounts, sign-ins used once, leavers, and both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.log_in import LogInResult, LogInState
from rightplace.records.accounts.oidc import Identity, log_in_by_provider, use_sign_in
from rightplace.records.accounts.oidc_links import link, link_in_force, unlink
from rightplace.records.accounts.oidc_tables import UsedSignIn, identity_hash
from rightplace.records.accounts.passwords import hash_password
from rightplace.records.accounts.people import leave, reset_password
from rightplace.records.accounts.second_factor import begin_codes
from rightplace.records.audit.actor import Actor
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import reading, transaction
from tests.records.account_world import (
    ADMIN,
    HERE,
    LOG_IN,
    QUICK,
    SECOND,
    SETTINGS,
    code,
    enter,
    join,
    who,
)
from tests.records.acting import NOON, OFFICER_OF_DATA

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.database.front import Database

ISSUER = "https://people.example"
PAT = Identity(issuer=ISSUER, subject="0192-abc")
IN, CODE_NEEDED = LogInState.IN, LogInState.CODE_NEEDED
REFUSED = LogInState.REFUSED


def arrive(
    database: Database,
    identity: Identity = PAT,
    *,
    at: datetime = NOON,
    keeps_password: bool = False,
) -> LogInResult:
    return log_in_by_provider(
        database, identity, origin=HERE, at=at, settings=SETTINGS, keeps_password=keeps_password
    )


def linked(database: Database, account_id: str, *, keeps_password: bool = False) -> None:
    with transaction(database, ADMIN, purpose="Links with the provider.", at=NOON) as tx:
        link(tx, account_id, issuer=ISSUER, subject=PAT.subject, keeps_password=keeps_password)


def refusals(database: Database, record_type: str, record_id: str) -> list[str]:
    with transaction(database, OFFICER_OF_DATA, purpose="Check.", at=NOON) as tx:
        acts = by_record(tx, record_type=record_type, record_id=record_id)
    said = [each.content or {} for each in acts if each.operation.value == "log-in-refused"]
    return [str(each["wrong"]) for each in said]


def test_somebody_linked_by_an_administrator_is_in_and_their_password_is_gone(
    database: Database,
) -> None:
    pat = join(database)
    before = enter(database)
    linked(database, pat.id)
    assert who(database, before.session_token) is None
    assert enter(database, at=NOON + SECOND).state is REFUSED
    result = arrive(database)
    assert result.state is IN
    found = who(database, result.session_token)
    assert found is not None
    assert (found.account_id, found.must_change_password) == (pat.id, False)
    assert found.must_set_up_codes  # the provider did not say that it asked for a second factor


def test_a_password_stays_where_it_is_allowed(database: Database) -> None:
    pat = join(database)
    linked(database, pat.id, keeps_password=True)
    assert enter(database).state is IN
    assert arrive(database, at=NOON + SECOND).state is IN


def test_nobody_gives_a_password_to_an_account_that_logs_in_by_a_provider_alone(
    database: Database,
) -> None:
    pat = join(database)
    linked(database, pat.id)
    hashed = hash_password("wooden spoon harbour", QUICK)
    with (
        pytest.raises(RefusedError, match="provider alone"),
        transaction(database, ADMIN, purpose="Reset.", at=NOON) as tx,
    ):
        reset_password(tx, pat.id, password_hash=hashed)
    with transaction(database, ADMIN, purpose="Back to a password.", at=NOON) as tx:
        unlink(tx, pat.id)
        reset_password(tx, pat.id, password_hash=hashed)
    assert enter(database, typed="wooden spoon harbour").state is IN
    assert arrive(database).state is REFUSED


def test_our_code_is_asked_for_unless_the_provider_asked_for_a_second_factor(
    database: Database,
) -> None:
    pat = join(database, with_codes=True)
    linked(database, pat.id)
    waiting = arrive(database)
    assert waiting.state is CODE_NEEDED
    assert who(database, waiting.session_token) is None
    full = code(database, pat, waiting)
    assert full.state is IN
    twice = arrive(database, replace(PAT, has_second_factor=True), at=NOON + SECOND)
    assert twice.state is IN


def test_after_a_second_factor_of_the_provider_none_of_ours_need_be_set_up(
    database: Database,
) -> None:
    pat = join(database)
    linked(database, pat.id)
    result = arrive(database, replace(PAT, has_second_factor=True))
    found = who(database, result.session_token)
    assert found is not None
    assert not found.must_set_up_codes
    with transaction(
        database, Actor(id=pat.id, name="Pat"), purpose="Second factor.", at=NOON
    ) as tx:
        assert begin_codes(tx, pat.id).startswith("otpauth://")


def test_nobody_is_let_in_and_no_account_made_where_nobody_is_linked(database: Database) -> None:
    join(database)
    assert arrive(database).state is REFUSED
    assert arrive(database, replace(PAT, user_name="nobody.here")).state is REFUSED
    assert refusals(database, "log_in", "unknown") == ["nobody linked with the provider"] * 2


def test_a_user_name_that_settings_trust_links_once_and_only_the_first(database: Database) -> None:
    pat = join(database)
    assert arrive(database, replace(PAT, user_name="Pat.Smith")).state is IN
    assert arrive(database, replace(PAT, user_name=None)).state is IN
    other = Identity(issuer=ISSUER, subject="other", user_name="pat.smith")
    assert arrive(database, other).state is REFUSED
    with reading(database) as quiet:
        held = link_in_force(quiet, pat.id)
    assert held is not None
    assert (held.subject, held.linked_by) == (PAT.subject, pat.id)


def test_a_link_that_an_administrator_ended_does_not_come_back_by_itself(
    database: Database,
) -> None:
    pat = join(database)
    by_name = replace(PAT, user_name="pat.smith")
    token = arrive(database, by_name).session_token
    with transaction(database, ADMIN, purpose="A wrong link.", at=NOON) as tx:
        unlink(tx, pat.id)
    assert who(database, token) is None
    assert arrive(database, by_name).state is REFUSED
    with (
        pytest.raises(NotHeldError),
        transaction(database, ADMIN, purpose="Twice.", at=NOON) as tx,
    ):
        unlink(tx, pat.id)


def test_who_left_is_out_at_once_whatever_the_provider_says(database: Database) -> None:
    pat = join(database)
    by_name = replace(PAT, user_name="pat.smith", has_second_factor=True)
    token = arrive(database, by_name).session_token
    with transaction(database, ADMIN, purpose="Leaves.", at=NOON) as tx:
        leave(tx, pat.id, reason="Retired.")
    assert who(database, token) is None
    assert arrive(database, PAT).state is REFUSED
    assert arrive(database, by_name).state is REFUSED
    assert refusals(database, "account", pat.id) == ["left"]


def test_one_person_of_the_provider_is_one_person_here(database: Database) -> None:
    pat, sam = join(database), join(database, "sam.jones")
    linked(database, pat.id)
    for account_id in (pat.id, sam.id):
        with (
            pytest.raises(RefusedError),
            transaction(database, ADMIN, purpose="Again.", at=NOON) as tx,
        ):
            link(tx, account_id, issuer=ISSUER, subject=PAT.subject, keeps_password=False)
    assert arrive(database, replace(PAT, issuer="https://others.example")).state is REFUSED
    assert arrive(database, replace(PAT, subject=PAT.subject.upper())).state is REFUSED


def test_issuer_and_subject_are_not_run_together() -> None:
    assert identity_hash("ab", "c") != identity_hash("a", "bc")


def test_an_answer_of_the_provider_is_used_once(database: Database) -> None:
    def use(number: str, *, after: float = 0) -> None:
        at = NOON + timedelta(minutes=after)
        use_sign_in(database, number, source="10.0.0.1", at=at, settings=LOG_IN, keep=10)

    use("one")
    with pytest.raises(RefusedError, match="before"):
        use("one", after=9)
    assert refusals(database, "log_in", "unknown") == ["sign-in used twice"]
    use("two", after=11)  # the row of the first goes: no answer to it would be taken any more
    with reading(database) as quiet:
        assert len(quiet.unshown(select(UsedSignIn))) == 1


def test_failures_from_one_address_wait(database: Database) -> None:
    join(database)
    for n in range(LOG_IN.per_source.free + 1):
        use_sign_in(database, str(n), source="10.0.0.1", at=NOON, settings=LOG_IN, keep=10)
    with pytest.raises(RefusedError, match="12:00:30"):
        use_sign_in(database, "more", source="10.0.0.1", at=NOON, settings=LOG_IN, keep=10)
    use_sign_in(database, "more", source="10.0.0.2", at=NOON, settings=LOG_IN, keep=10)
