"""Roles granted, ranks held, leaving, break-glass and the accounts of a demo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.powers.ranks import Rank, RankFact, RankKind, rank_at
from rightplace.records.accounts.access_tables import BreakGlassCode, RoleGrant
from rightplace.records.accounts.allowed import EVERYWHERE, Place, Scope, allowed
from rightplace.records.accounts.break_glass import (
    BreakGlassAsked,
    approve_break_glass,
    break_glass,
    codes,
    review_break_glass,
    seal_code,
    to_review,
    withdraw_code,
)
from rightplace.records.accounts.demo import make_demo_accounts
from rightplace.records.accounts.granting import (
    approve_grant,
    end_grant,
    grant_role,
    grants_to_review,
    standing,
)
from rightplace.records.accounts.log_in import LogInResult, LogInState
from rightplace.records.accounts.people import find_account, held_account, leave
from rightplace.records.accounts.ranks import end_rank, ranks_of, record_rank
from rightplace.records.accounts.roles import GRANTED_BY_TWO, MAY, SECOND_PERSON, Permission, Role
from rightplace.records.accounts.sessions import end_overdue
from rightplace.records.accounts.tables import LogInSession, SessionSeen
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.migrate import check_models, downgrade, upgrade
from rightplace.records.published.creating import create
from rightplace.records.retention.deleting import delete_expired, delete_on_request
from rightplace.records.retention.holds import HoldWanted, place_hold, release_hold
from rightplace.records.retention.periods import RetentionSettings
from tests.records.account_world import (
    ADMIN,
    HERE,
    NO_CODES,
    SECOND,
    SECOND_ADMIN,
    SETTINGS,
    enter,
    join,
    wanted,
    who,
)
from tests.records.acting import ANALYST, COMMANDER, NOON, OFFICER_OF_DATA

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.accounts.access_tables import BreakGlass
    from rightplace.records.accounts.granting import GrantWanted
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database

CAMDEN = Place(bcu="Central North", borough="Camden")
ISLINGTON = Place(bcu="Central North", borough="Islington")


def grant(database: Database, account_id: str, given: GrantWanted, *, by: Actor = ADMIN) -> str:
    with transaction(database, by, purpose="Posting.", at=NOON) as tx:
        return grant_role(tx, account_id, given, settings=SETTINGS.grants)


def may(
    database: Database,
    account_id: str,
    permission: Permission,
    place: Place = CAMDEN,
    *,
    at: datetime = NOON,
) -> bool:
    with reading(database) as quiet:
        return allowed(standing(quiet, held_account(quiet, account_id)), permission, place, at=at)


# Roles


def test_a_role_is_had_for_its_area_and_time(database: Database) -> None:
    pat = join(database).id
    assert not may(database, pat, Permission.LOG_VISITS)
    grant_id = grant(database, pat, wanted())
    assert may(database, pat, Permission.LOG_VISITS)
    assert not may(database, pat, Permission.LOG_VISITS, ISLINGTON)
    assert not may(database, pat, Permission.DECIDE)
    assert not may(database, pat, Permission.LOG_VISITS, at=NOON + timedelta(days=30))
    with transaction(database, ADMIN, purpose="Moved.", at=NOON + SECOND) as tx:
        end_grant(tx, pat, grant_id)
        end_grant(tx, pat, grant_id)
    assert not may(database, pat, Permission.LOG_VISITS, at=NOON + SECOND)
    assert may(database, pat, Permission.LOG_VISITS), "what was so stays told so"


@pytest.mark.parametrize("role", sorted(GRANTED_BY_TWO))
def test_some_roles_need_two_people_and_neither_is_who_has_it(
    database: Database, role: Role
) -> None:
    pat = join(database).id
    grant_id = grant(database, pat, wanted(role, area=""))
    assert not may(database, pat, Permission.APPROVE_GRANTS, EVERYWHERE)
    for by in (ADMIN, replace(SECOND_ADMIN, id=pat)):
        with (
            transaction(database, by, purpose="Approve.", at=NOON) as tx,
            pytest.raises(RefusedError),
        ):
            approve_grant(tx, pat, grant_id)
    with transaction(database, SECOND_ADMIN, purpose="Approve.", at=NOON) as tx:
        assert [each.id for each in grants_to_review(tx, until=NOON)] == [grant_id]
        approve_grant(tx, pat, grant_id)
        with pytest.raises(RefusedError):
            approve_grant(tx, pat, grant_id)
    assert may(database, pat, Permission.APPROVE_GRANTS, EVERYWHERE)


def test_nobody_grants_to_themselves_to_a_leaver_or_for_ever(database: Database) -> None:
    pat = join(database).id
    with pytest.raises(RefusedError):
        grant(database, pat, wanted(), by=replace(ADMIN, id=pat))
    with pytest.raises(RefusedError, match="366"):
        grant(database, pat, wanted(days=367))
    with pytest.raises(NotHeldError):
        grant(database, "u-nobody", wanted())
    with transaction(database, ADMIN, purpose="Left.", at=NOON) as tx:
        leave(tx, pat, reason="Retired.")
    with pytest.raises(RefusedError):
        grant(database, pat, wanted())


def test_a_grant_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(BadInputError):
        wanted(days=0)
    with pytest.raises(BadInputError):
        replace(wanted(), scope=Scope.EVERYWHERE)
    with pytest.raises(BadInputError):
        replace(wanted(), area=" ")
    with pytest.raises(UsageError):
        replace(wanted(), reason=" ")
    with pytest.raises(BadInputError):
        Place(borough="Camden")


def test_the_database_itself_asks_for_a_second_person_and_keeps_the_rows(
    database: Database,
) -> None:
    pat = join(database).id
    grant(database, pat, wanted(Role.ADMINISTRATOR, area=""))
    for statement in (
        "UPDATE role_grant SET approved_by = granted_by, approved_at = granted_at",
        "UPDATE role_grant SET approved_by = account_id, approved_at = granted_at",
        "DELETE FROM role_grant",
        "DELETE FROM account",
    ):
        with pytest.raises(IntegrityError), database.writing.begin() as connection:
            connection.exec_driver_sql(statement)


# Ranks


def test_ranks_are_dated_facts_and_which_kind_counts_is_asked(database: Database) -> None:
    pat = join(database).id
    inspector = RankFact(
        rank=Rank.INSPECTOR,
        kind=RankKind.ACTING,
        from_at=NOON,
        until_at=NOON + timedelta(days=14),
        source="Order 12/2026",
    )
    sergeant = RankFact(
        rank=Rank.SERGEANT,
        kind=RankKind.SUBSTANTIVE,
        from_at=NOON - timedelta(days=900),
        source="Personnel system",
    )
    with transaction(database, ADMIN, purpose="Ranks.", at=NOON) as tx:
        record_rank(tx, pat, sergeant)
        acting = record_rank(tx, pat, inspector)
    with reading(database) as quiet:
        facts = ranks_of(quiet, pat)
    every = set(RankKind)
    assert rank_at(facts, at=NOON, counting=every) is Rank.INSPECTOR
    assert rank_at(facts, at=NOON, counting={RankKind.SUBSTANTIVE}) is Rank.SERGEANT
    assert rank_at(facts, at=NOON + timedelta(days=14), counting=every) is Rank.SERGEANT
    assert rank_at(facts, at=NOON, counting=set()) is None
    with transaction(database, ADMIN, purpose="Ranks.", at=NOON) as tx:
        with pytest.raises(BadInputError):
            end_rank(tx, pat, acting, until=NOON - SECOND)
        end_rank(tx, pat, acting, until=NOON)
    with reading(database) as quiet:
        assert rank_at(ranks_of(quiet, pat), at=NOON, counting=every) is Rank.SERGEANT
    with pytest.raises(BadInputError):
        replace(inspector, until_at=NOON - SECOND)


# Leaving


def test_who_leaves_is_out_at_once(database: Database) -> None:
    person = join(database, with_codes=True)
    pat = person.id
    grant(database, pat, wanted())
    other = join(database, "other.one").id
    grant(database, other, wanted())
    token = enter(database, "other.one").session_token
    fact = RankFact(rank=Rank.SERGEANT, kind=RankKind.ACTING, from_at=NOON, source="Order 1")
    to_come = replace(fact, from_at=NOON + timedelta(days=9))
    with transaction(database, ADMIN, purpose="Left.", at=NOON + SECOND) as tx:
        record_rank(tx, other, fact)
        record_rank(tx, other, to_come)
        leave(tx, other, reason="Dismissed.")
        with pytest.raises(RefusedError):
            leave(tx, other, reason="Again.")
        leave(tx, pat, reason="Retired.")
        with pytest.raises(NotHeldError):
            record_rank(tx, pat, fact)
    assert who(database, token) is None
    with reading(database) as quiet:
        (session,) = quiet.unshown(select(LogInSession))
    assert (session.ended_at, session.ended_because) == (NOON + SECOND, "left")
    for name in ("other.one", "pat.smith"):
        assert enter(database, name).state is LogInState.REFUSED
    for account_id in (pat, other):
        assert not may(database, account_id, Permission.LOG_VISITS, at=NOON + SECOND)
    with reading(database) as quiet:
        facts = ranks_of(quiet, other)
    for days in (1, 9, 99):
        assert rank_at(facts, at=NOON + timedelta(days=days), counting=set(RankKind)) is None


def test_an_account_and_all_that_is_part_of_it_leaves_after_its_period(
    database: Database,
) -> None:
    pat = join(database, with_codes=True).id
    grant(database, pat, wanted())
    enter(database)
    with transaction(database, ADMIN, purpose="Left.", at=NOON + SECOND) as tx:
        leave(tx, pat, reason="Retired.")
    later = NOON + timedelta(days=60)
    settings = RetentionSettings(accounts_days=10)
    hold = HoldWanted(
        reason="A complaint.", owner="Legal", review_on=later.date(), record_type="account",
        record_id=pat,
    )  # fmt: skip
    with transaction(database, OFFICER_OF_DATA, purpose="Hold.", at=NOON) as tx:
        hold_id = place_hold(tx, hold)
    report = delete_expired(database, OFFICER_OF_DATA, at=later, settings=settings)
    assert not report.certificates
    assert report.held_back == {"account": 1, "log_in_session": 1, "role_grant": 1}
    with transaction(database, OFFICER_OF_DATA, purpose="Closed.", at=later) as tx:
        release_hold(tx, hold_id, reason="Closed.")
    report = delete_expired(database, OFFICER_OF_DATA, at=later, settings=settings)
    found = {each.record_type: each.records for each in report.certificates}
    assert found == {"account": 1, "log_in_session": 1, "role_grant": 1}
    assert verify(database).is_intact


def test_an_account_is_deleted_on_request_with_its_parts(database: Database) -> None:
    pat = join(database, with_codes=True).id
    other = join(database, "other.one").id
    for each in (pat, other):
        grant(database, each, wanted())
    token = enter(database, "other.one").session_token
    enter(database)
    delete_on_request(
        database, OFFICER_OF_DATA, record_type="account", record_ids=[pat], grounds="s47", at=NOON
    )
    with reading(database) as quiet:
        assert find_account(quiet, "pat.smith") is None
        left = quiet.unshown(select(RoleGrant))
        assert [each.account_id for each in left] == [other]
    with transaction(database, ADMIN, purpose="Nightly.", at=NOON) as tx:
        end_overdue(tx, settings=SETTINGS.sessions)
        assert [each.account_id for each in tx.unshown(select(SessionSeen))] == [other]
    assert who(database, token) is not None


# Break-glass


def ask(
    database: Database, code: str, *, at: datetime = NOON, name: str = "pat.smith"
) -> LogInResult:
    asked = BreakGlassAsked(user_name=name, code=code, reason="Locked out on nights.")
    return break_glass(database, asked, origin=HERE, at=at, settings=SETTINGS)


def sealed(database: Database, *, by: Actor = ADMIN) -> str:
    with transaction(database, by, purpose="Envelopes.", at=NOON) as tx:
        return seal_code(tx, label="Envelope 7, front office", settings=SETTINGS.sessions)


def waiting(database: Database) -> Sequence[BreakGlass]:
    with transaction(database, OFFICER_OF_DATA, purpose="Review.", at=NOON) as tx:
        return to_review(tx)


def test_a_sealed_code_lets_one_in_for_a_short_time_with_ones_own_roles(
    database: Database,
) -> None:
    pat = join(database, with_codes=True).id
    grant(database, pat, wanted(Role.DUTY_INSPECTOR))
    for _ in range(4):
        enter(database, typed="wrong")
    assert enter(database).state is LogInState.WAIT
    code = sealed(database)
    result = ask(database, code.upper())
    assert result.state is LogInState.IN
    found = who(database, result.session_token)
    assert found is not None
    assert found.is_ready
    assert allowed(found.standing, Permission.BRIEF_CREWS, CAMDEN, at=NOON)
    assert not allowed(found.standing, Permission.APPROVE_BREAK_GLASS, CAMDEN, at=NOON)
    assert found.expires_at == NOON + timedelta(minutes=120)
    assert who(database, result.session_token, at=NOON + timedelta(minutes=120)) is None
    assert ask(database, code).state is LogInState.REFUSED, "it serves once"
    (opening,) = waiting(database)
    assert (opening.account_id, opening.approved_by) == (pat, ADMIN.id)
    assert opening.reason == "Locked out on nights."


def test_a_code_just_approved_lets_in_only_whom_it_is_for_and_only_now(
    database: Database,
) -> None:
    pat = join(database).id
    join(database, "other.one")
    with transaction(database, COMMANDER, purpose="Call at two.", at=NOON) as tx:
        code = approve_break_glass(tx, pat, reason="Rang me.", settings=SETTINGS.sessions)
        late = approve_break_glass(tx, pat, reason="Rang me.", settings=SETTINGS.sessions)
    assert ask(database, code, name="other.one").state is LogInState.REFUSED
    assert ask(database, late, at=NOON + timedelta(minutes=10)).state is LogInState.REFUSED
    assert ask(database, code).state is LogInState.IN


def test_nobody_lets_themselves_in(database: Database) -> None:
    pat = join(database).id
    me = replace(ADMIN, id=pat)
    assert ask(database, sealed(database, by=me)).state is LogInState.REFUSED
    with transaction(database, me, purpose="Me.", at=NOON) as tx, pytest.raises(RefusedError):
        approve_break_glass(tx, pat, reason="Me.", settings=SETTINGS.sessions)


def test_unknown_names_leavers_and_withdrawn_codes_are_refused(database: Database) -> None:
    pat = join(database).id
    code = sealed(database)
    assert ask(database, code, name="nobody.here").state is LogInState.REFUSED
    with transaction(database, ADMIN, purpose="Envelope open.", at=NOON) as tx:
        (held,) = codes(tx)
        assert isinstance(held, BreakGlassCode)
        withdraw_code(tx, held.id)
        assert list(codes(tx)) == []
        with pytest.raises(NotHeldError):
            withdraw_code(tx, "none")
    assert ask(database, code).state is LogInState.REFUSED
    fresh = sealed(database)
    with transaction(database, ADMIN, purpose="Left.", at=NOON) as tx:
        leave(tx, pat, reason="Retired.")
    assert ask(database, fresh).state is LogInState.REFUSED
    with pytest.raises(UsageError):
        BreakGlassAsked(user_name="x", code="y", reason=" ")


def test_it_is_listed_until_somebody_with_no_part_in_it_has_reviewed_it(
    database: Database,
) -> None:
    pat = join(database).id
    ask(database, sealed(database))
    (opening,) = waiting(database)
    for by in (replace(ADMIN, id=pat), ADMIN):
        with transaction(database, by, purpose="R.", at=NOON) as tx, pytest.raises(RefusedError):
            review_break_glass(tx, opening.id, was_proper=True, review="Fine.")
    assert len(waiting(database)) == 1
    with transaction(database, OFFICER_OF_DATA, purpose="Review.", at=NOON) as tx:
        with pytest.raises(UsageError):
            review_break_glass(tx, opening.id, was_proper=True, review=" ")
        review_break_glass(tx, opening.id, was_proper=True, review="Phone was broken; seen.")
        with pytest.raises(NotHeldError):
            review_break_glass(tx, opening.id, was_proper=True, review="Again.")
    assert waiting(database) == []
    with pytest.raises(IntegrityError), database.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE break_glass SET reviewed_by = approved_by")


def test_guessing_codes_waits(database: Database) -> None:
    join(database)
    states = [ask(database, f"code {n}").state for n in range(8)]
    assert states == [LogInState.REFUSED] * 7 + [LogInState.WAIT]


# A demo


def demo(database: Database, *, at: datetime = NOON) -> dict[str, tuple[Role, str]]:
    made = make_demo_accounts(
        database, bcu="Central North", borough="Camden", at=at, settings=SETTINGS
    )
    return {each.user_name: (each.role, each.password) for each in made}


def test_a_demo_has_accounts_for_each_role_and_shows_their_passwords_once(
    database: Database,
) -> None:
    create(database, ANALYST, kind="demo", at=NOON)
    made = demo(database)
    assert {role for role, _ in made.values()} == set(Role)
    assert len({phrase for _, phrase in made.values()}) == len(made)
    for name, (role, phrase) in made.items():
        found = who(database, enter(database, name, phrase).session_token)
        assert found is not None, role
        assert found.is_ready
        second = " 2" if name.endswith(".2") else ""
        assert found.actor.name == f"SYNTHETIC {role.value}{second}"
        places = (EVERYWHERE, Place(bcu="Central North"), CAMDEN)
        for permission in Permission:
            held = any(allowed(found.standing, permission, each, at=NOON) for each in places)
            assert held == (permission in MAY[role]), (role, permission)


def test_in_a_demo_two_people_may_do_what_takes_two(database: Database) -> None:
    create(database, ANALYST, kind="demo", at=NOON)
    roles = [role for role, _ in demo(database).values()]
    for permission in SECOND_PERSON | {Permission.APPROVE_GRANTS, Permission.MANAGE_ACCOUNTS}:
        assert sum(permission in MAY[role] for role in roles) >= 2, permission
    for role in GRANTED_BY_TWO:
        assert roles.count(role) == 2


def test_a_demo_made_again_gives_its_people_new_passwords_alone(database: Database) -> None:
    create(database, ANALYST, kind="demo", at=NOON)
    first = demo(database)
    name = "demo.data.protection.officer.2"
    session = enter(database, name, first[name][1]).session_token
    with transaction(database, ANALYST, purpose="Leaver.", at=NOON) as tx:
        gone = find_account(tx, "demo.officer")
        assert gone is not None
        leave(tx, gone.id, reason="Left.")
    again = demo(database, at=NOON + timedelta(days=400))  # every grant has ended by then
    assert set(first) - set(again) == {"demo.officer"}
    assert who(database, session) is None
    at = NOON + timedelta(days=400)
    assert enter(database, name, first[name][1], at=at).session_token is None
    token = enter(database, name, again[name][1], at=at).session_token
    found = who(database, token, at=at)
    assert found is not None
    assert found.is_ready
    assert allowed(found.standing, Permission.RESTART, EVERYWHERE, at=at)


def test_no_other_database_has_them(database: Database) -> None:
    create(database, ANALYST, kind="service", at=NOON)
    with pytest.raises(RefusedError):
        demo(database)


def test_every_permission_is_somebodys_and_no_role_holds_all() -> None:
    assert set().union(*MAY.values()) == set(Permission)
    assert set(MAY) == set(Role)
    both = {Permission.READ_AUDIT, Permission.MANAGE_ACCOUNTS}
    assert not any(both <= may for may in MAY.values())
    tactical = {Permission.SEE_PLAN, Permission.SEE_BRIEF, Permission.SEE_FORECAST}
    tactical |= {Permission.SEE_ROSTER, Permission.SEE_SURGE}
    for role in (Role.ADMINISTRATOR, Role.PARTNER, Role.SCRUTINY_PANEL):
        assert not MAY[role] & tactical


def test_its_tables_go_down_and_up_with_all_else_in_place(bare: Database) -> None:
    create(bare, ANALYST, kind="service", at=NOON)
    grant(bare, join(bare).id, wanted())
    enter(bare, settings=NO_CODES)
    downgrade(bare, to="0003")
    upgrade(bare)
    check_models(bare)
    assert verify(bare).is_intact
    assert enter(bare).state is LogInState.REFUSED, "what the later tables held is lost"
