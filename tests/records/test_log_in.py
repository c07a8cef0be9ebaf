"""Logging in and out: passwords, codes, waiting, and what the audit chain says of it."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
import sqlalchemy as sa

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.attempts import forget_old
from rightplace.records.accounts.breached import SHIPPED, is_breached
from rightplace.records.accounts.log_in import LogInResult, LogInState, Origin, give_code
from rightplace.records.accounts.own_password import change_password
from rightplace.records.accounts.passwords import (
    check_password,
    hash_password,
    is_password,
    needs_new_hash,
    prepare,
)
from rightplace.records.accounts.people import NewAccount, make_account, reset_password
from rightplace.records.accounts.second_factor import (
    begin_codes,
    confirm_codes,
    matching_step,
    remove_codes,
)
from rightplace.records.accounts.sessions import end_overdue, is_noting_due, log_out, note_seen
from rightplace.records.accounts.settings import Limit, PasswordSettings
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import transaction
from rightplace.records.audit.verifying import verify
from tests.records.account_world import (
    ADMIN,
    HERE,
    LOG_IN,
    NO_CODES,
    PHRASE,
    QUICK,
    SECOND,
    SETTINGS,
    code,
    enter,
    join,
    signed_in,
    who,
)
from tests.records.acting import NOON, OFFICER_OF_DATA

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.records.audit.look_up import LoggedAct
    from rightplace.records.database.front import Database

IN, CODE_NEEDED = LogInState.IN, LogInState.CODE_NEEDED
REFUSED, WAIT = LogInState.REFUSED, LogInState.WAIT


def acts(database: Database, record_type: str, record_id: str) -> list[LoggedAct]:
    with transaction(database, OFFICER_OF_DATA, purpose="Check.", at=NOON) as tx:
        return by_record(tx, record_type=record_type, record_id=record_id)


def everything(database: Database) -> str:
    """Every value that the database holds in the open, and what its chain seals."""
    shown = []
    with database.engine.connect() as connection:
        for table in sa.inspect(database.engine).get_table_names():
            every: sa.Select[Any] = sa.select(sa.text("*")).select_from(sa.table(table))
            shown += [str(tuple(row)) for row in connection.execute(every)]
    return "\n".join(shown)


# Passwords


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("short words", "fewer than 12"),
        ("x" * 257, "more than 256"),
        ("my PAT.SMITH dog", "user name"),
        ("my RightPlace lantern", "rightplace"),
        ("Password1234", "breach"),
        ("qwertyuiop123", "breach"),
    ],
)
def test_a_password_that_may_not_be_used_says_why_and_not_what_it_is(
    password: str, wrong: str
) -> None:
    with pytest.raises(BadInputError, match=wrong) as raised:
        check_password(password, user_name="pat.smith", settings=QUICK)
    assert password not in str(raised.value)


def test_words_that_no_password_may_hold_are_a_setting() -> None:
    own = replace(QUICK, refused_words="Camden Town, met, ")
    check_password("four metal rightplace cups", user_name="pat.smith", settings=own)
    with pytest.raises(BadInputError, match="camden town"):
        check_password("my Camden town canoe", user_name="pat.smith", settings=own)


@pytest.mark.parametrize("password", [PHRASE, "aaaa bbbb cccc", "ключ от квартиры"])
def test_there_are_no_rules_of_composition(password: str) -> None:
    check_password(password, user_name="pat.smith", settings=QUICK)


@pytest.mark.parametrize("counted", ["", ":17"])
def test_a_long_sorted_list_is_searched_by_halving(tmp_path: Path, counted: str) -> None:
    words = [f"word number {n}" for n in range(0, 400, 2)]
    hashes = sorted(
        hashlib.sha1(w.encode(), usedforsecurity=False).hexdigest().upper() for w in words
    )
    listed = tmp_path / "pwned.txt"
    listed.write_text("".join(f"{each}{counted}\n" for each in hashes))
    assert all(is_breached(each, listed=listed) for each in words)
    others = [f"word number {n}" for n in range(1, 400, 2)]
    assert not any(is_breached(each, listed=listed) for each in others)


def test_the_list_shipped_is_sorted_and_every_line_is_found() -> None:
    lines = SHIPPED.read_text().split()
    assert lines == sorted(set(lines))
    assert {len(line) for line in lines} == {12}
    assert is_breached("password1")
    assert not is_breached("password1 of nobody at all")


def test_a_list_that_is_missing_or_no_list_is_an_error_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        is_breached(PHRASE, listed=tmp_path / "none.txt")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("these are words\n")
    with pytest.raises(BadInputError):
        is_breached(PHRASE, listed=wrong)


def test_a_hash_is_argon2id_with_a_salt_of_its_own_and_is_renewed_with_its_parameters() -> None:
    one, other = hash_password(PHRASE, QUICK), hash_password(PHRASE, QUICK)
    assert one.startswith(b"$argon2id$v=19$m=64,t=1,p=1$")
    assert one != other
    assert is_password(PHRASE, one, QUICK)
    assert not is_password(f"{PHRASE} ", one, QUICK)
    assert is_password("ﬁve large goats", hash_password("five large goats", QUICK), QUICK)
    assert needs_new_hash(one, replace(QUICK, passes=2))
    assert not needs_new_hash(one, QUICK)


def test_settings_weaker_than_can_be_are_refused() -> None:
    with pytest.raises(BadInputError):
        PasswordSettings(least_characters=7)
    with pytest.raises(BadInputError):
        Limit(free=0)


def test_a_name_that_nobody_has_costs_as_much_work_as_one_that_somebody_has() -> None:
    settings = replace(QUICK, memory_kib=8192, passes=3)
    held = hash_password(PHRASE, settings)
    prepare(settings)

    def work(against: bytes | None) -> float:
        spent = []
        for _ in range(5):
            start = time.process_time()
            is_password("wrong words here", against, settings)
            spent.append(time.process_time() - start)
        return min(spent)

    assert 0.5 < work(None) / work(held) < 2


# Logging in


def test_the_right_password_logs_in_and_the_audit_chain_tells_of_it_without_secrets(
    database: Database,
) -> None:
    person = join(database)
    result = enter(database, "PAT.Smith ")
    assert result.state is IN
    found = who(database, result.session_token)
    assert found is not None
    assert found.actor.id == person.id
    line = acts(database, "account", person.id)[-1]
    assert (line.operation, line.actor_id) == ("log-in", person.id)
    assert line.content is not None
    assert line.content["source"] == "10.0.0.1"
    assert line.content["session"] == found.session_id
    assert result.session_token is not None
    assert result.device_token is not None
    lines = [
        *acts(database, "account", person.id),
        *acts(database, "log_in_session", f"{person.id}/{found.session_id}"),
    ]
    for secret in (result.session_token, result.device_token, PHRASE):
        assert secret not in everything(database)
    for secret in (result.session_token, result.device_token, PHRASE, "$argon2id$"):
        assert secret not in str(lines)
    assert verify(database).is_intact


def test_unknown_names_wrong_passwords_and_leavers_are_answered_alike(database: Database) -> None:
    person = join(database)
    assert (
        enter(database, "nobody.here")
        == enter(database, typed="wrong")
        == LogInResult(state=REFUSED)
    )
    line = acts(database, "account", person.id)[-1]
    assert (line.operation, line.actor_id) == ("log-in-refused", "nobody")
    (unknown,) = acts(database, "log_in", "unknown")
    assert "nobody.here" not in str(unknown)
    assert "nobody.here" not in everything(database), "it may have been a password"


def test_a_log_in_ends_the_session_it_was_made_in(database: Database) -> None:
    join(database)
    first = enter(database)
    planted = replace(HERE, session_token=first.session_token)
    second = enter(database, origin=planted)
    assert second.session_token != first.session_token
    assert who(database, first.session_token) is None
    assert who(database, second.session_token) is not None


def test_a_password_given_by_another_must_be_changed_first(database: Database) -> None:
    new = NewAccount(user_name="new.one", display_name="New One", family_name="One")
    with transaction(database, ADMIN, purpose="New.", at=NOON) as tx:
        account = make_account(tx, new, password_hash=hash_password(PHRASE, QUICK))
        with pytest.raises(RefusedError, match="taken"):
            make_account(tx, replace(new, user_name="New.One"), password_hash=None)
    found = who(database, enter(database, "new.one").session_token, settings=NO_CODES)
    assert found is not None
    assert found.must_change_password
    assert not found.is_ready
    token = change_password(
        database, found, old=PHRASE, new="green kettle orbit", at=NOON, settings=SETTINGS
    )
    after = who(database, token, settings=NO_CODES)
    assert after is not None
    assert after.is_ready
    with transaction(database, ADMIN, purpose="Forgot.", at=NOON) as tx:
        reset_password(tx, account.id, password_hash=hash_password(PHRASE, QUICK))
    assert who(database, token) is None


@pytest.mark.parametrize("name", ["ab", "white space", "<b>", "a" * 65, "-dash"])
def test_user_names_have_one_form(name: str) -> None:
    with pytest.raises(BadInputError):
        NewAccount(user_name=name, display_name="X", family_name="X")


def test_a_change_of_password_ends_all_other_sessions_and_renews_ones_own(
    database: Database,
) -> None:
    join(database)
    other, own = enter(database), enter(database)
    me = who(database, own.session_token)
    assert me is not None
    for old, new, error in (
        ("wrong", "green kettle orbit", RefusedError),
        (PHRASE, PHRASE, BadInputError),
        (PHRASE, "password1234", BadInputError),
    ):
        with pytest.raises(error):
            change_password(database, me, old=old, new=new, at=NOON, settings=SETTINGS)
    token = change_password(
        database, me, old=PHRASE, new="green kettle orbit", at=NOON, settings=SETTINGS
    )
    assert who(database, other.session_token) is who(database, own.session_token) is None
    kept = who(database, token)
    assert kept is not None
    assert kept.expires_at == me.expires_at
    assert enter(database).state is REFUSED
    assert enter(database, typed="green kettle orbit").state is IN


def test_the_old_password_is_not_guessed_from_a_session_left_open(database: Database) -> None:
    join(database)
    me = signed_in(database)
    for _ in range(4):
        with pytest.raises(RefusedError, match="not right"):
            change_password(database, me, old="x", new="green kettle", at=NOON, settings=SETTINGS)
    with pytest.raises(RefusedError, match="too often"):
        change_password(database, me, old=PHRASE, new="green kettle", at=NOON, settings=SETTINGS)


# Waiting


def test_failures_wait_longer_each_time_and_tries_meanwhile_change_nothing(
    database: Database,
) -> None:
    person = join(database)
    for _ in range(4):
        assert enter(database, typed="wrong").state is REFUSED
    blocked = enter(database)
    assert blocked == LogInResult(state=WAIT, until=NOON + timedelta(seconds=30))
    content = acts(database, "account", person.id)[-1].content
    assert content is not None
    assert content["waits_until"] == (NOON + timedelta(seconds=30)).isoformat()
    for seconds in range(1, 29):
        assert enter(database, at=NOON + seconds * SECOND).until == blocked.until
    later = NOON + timedelta(seconds=30)
    assert enter(database, typed="wrong", at=later).state is REFUSED
    assert enter(database, at=later).until == later + timedelta(seconds=60)
    assert enter(database, at=later + timedelta(seconds=60)).state is IN


def test_a_known_device_is_not_locked_out_by_others(database: Database) -> None:
    join(database)
    first = enter(database)
    mine = replace(HERE, device_token=first.device_token)
    for n in range(30):
        enter(database, typed="wrong", origin=Origin(source=f"10.9.9.{n}"))
        enter(database, typed="wrong")
    assert enter(database).state is WAIT
    again = enter(database, origin=mine)
    assert again.state is IN
    assert again.device_token == first.device_token
    for _ in range(4):
        enter(database, typed="wrong", origin=mine)
    assert enter(database, origin=mine).state is WAIT, "it is slowed by its own failures"


def test_a_device_of_one_account_is_unknown_to_another(database: Database) -> None:
    join(database)
    join(database, "other.one")
    theirs = replace(HERE, device_token=enter(database, "other.one").device_token)
    for _ in range(4):
        enter(database, typed="wrong")
    assert enter(database, origin=theirs).state is WAIT
    assert enter(database, "other.one", origin=theirs).state is IN


def test_a_password_that_is_reset_while_it_is_checked_lets_nobody_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = join(database)

    def check_slowly(typed: str, held: bytes | None, settings: PasswordSettings) -> bool:
        with transaction(database, ADMIN, purpose="Stolen.", at=NOON) as tx:
            reset_password(tx, person.id, password_hash=hash_password("another one", QUICK))
        return is_password(typed, held, settings)

    monkeypatch.setattr("rightplace.records.accounts.log_in.is_password", check_slowly)
    assert enter(database).state is REFUSED


def test_a_device_is_forgotten_after_its_time(database: Database) -> None:
    join(database)
    token = enter(database).device_token
    later = NOON + timedelta(days=90)
    for _ in range(4):
        enter(database, typed="wrong", at=later)
    assert enter(database, origin=replace(HERE, device_token=token), at=later).state is WAIT


def test_one_source_that_tries_many_names_waits(database: Database) -> None:
    join(database)
    for n in range(7):
        assert enter(database, f"name{n}").state is REFUSED
    assert enter(database).state is WAIT
    assert enter(database, origin=Origin(source="10.0.0.2")).state is IN


def test_many_guesses_at_once_are_all_counted(database: Database) -> None:
    join(database)
    found: list[LogInState] = []
    threads = [
        Thread(target=lambda: found.append(enter(database, typed="wrong").state)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(REFUSED) == 4
    assert found.count(WAIT) == 4


def test_old_failures_are_forgotten(database: Database) -> None:
    join(database)
    for _ in range(4):
        enter(database, typed="wrong")
    later = NOON + timedelta(hours=1)
    with transaction(database, ADMIN, purpose="Nightly.", at=later - SECOND) as tx:
        assert forget_old(tx, LOG_IN) == 0
    with transaction(database, ADMIN, purpose="Nightly.", at=later) as tx:
        assert forget_old(tx, LOG_IN) == 2
    assert enter(database).state is IN


# The second factor


def test_a_code_is_asked_for_and_the_half_session_lets_nobody_in(database: Database) -> None:
    person = join(database, with_codes=True)
    half = enter(database)
    assert half.state is CODE_NEEDED
    assert who(database, half.session_token) is None
    result = code(database, person, half)
    assert result.state is IN
    assert result.session_token != half.session_token
    assert who(database, result.session_token) is not None
    assert code(database, person, half).state is REFUSED, "a half session serves once"
    assert person.secret not in everything(database)


def test_a_code_serves_once_also_the_one_before_it(database: Database) -> None:
    person = join(database, with_codes=True)
    assert code(database, person, enter(database)).state is IN
    assert code(database, person, enter(database)).state is REFUSED
    earlier = pyotp.TOTP(person.secret).at(NOON - timedelta(seconds=30))
    assert code(database, person, enter(database), given=earlier).state is REFUSED
    later = NOON + timedelta(seconds=30)
    assert code(database, person, enter(database, at=later), at=later).state is IN


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(steps: int, *, right: bool) -> None:
    secret = pyotp.random_base32()
    given = pyotp.TOTP(secret).at(NOON + steps * timedelta(seconds=30))
    found = matching_step(secret, given, at=NOON, drift=1, after=None)
    assert (found is not None) == right


def test_the_codes_are_those_of_the_standard() -> None:
    # RFC 6238, Appendix B (SHA-1), the last six of eight digits at 1111111109 s.
    secret = base64.b32encode(b"12345678901234567890").decode()
    at = NOON.fromtimestamp(1111111109, tz=NOON.tzinfo)
    assert matching_step(secret, "081 804", at=at, drift=0, after=None) == 1111111109 // 30
    assert matching_step(secret, "081805", at=at, drift=0, after=None) is None
    assert matching_step(secret, "٠٨١٨٠٤", at=at, drift=0, after=None) is None


def test_five_wrong_codes_end_the_half_session(database: Database) -> None:
    person = join(database, with_codes=True)
    patient = replace(SETTINGS, log_in=replace(LOG_IN, account_free=20))
    half = enter(database)
    origin = replace(HERE, session_token=half.session_token, source="10.0.0.7")
    for _ in range(5):
        given = give_code(database, "000000", origin=origin, at=NOON, settings=patient)
        assert given.state is REFUSED
    assert code(database, person, half).state is REFUSED, "the right one comes too late"


def test_wrong_codes_count_as_wrong_passwords_do(database: Database) -> None:
    person = join(database, with_codes=True)
    for _ in range(4):
        assert code(database, person, enter(database), given="000000").state is REFUSED
    assert enter(database).state is WAIT


def test_the_second_factor_has_a_time(database: Database) -> None:
    person = join(database, with_codes=True)
    late = NOON + timedelta(seconds=300)
    assert code(database, person, enter(database), at=late).state is REFUSED
    assert code(database, person, enter(database), at=late - SECOND).state is IN


def test_a_recovery_code_serves_once_in_whatever_case(database: Database) -> None:
    person = join(database, with_codes=True)
    assert len(set(person.recovery)) == 10
    given = person.recovery[3].upper().replace("-", " ")
    assert code(database, person, enter(database), given=given).state is IN
    assert code(database, person, enter(database), given=given).state is REFUSED
    assert code(database, person, enter(database), given=person.recovery[0]).state is IN
    assert not any(each in everything(database) for each in person.recovery)


def test_who_has_no_second_factor_must_set_it_up_first(database: Database) -> None:
    person = join(database)
    found = signed_in(database)
    assert found.must_set_up_codes
    assert not found.is_ready
    with transaction(database, found.actor, purpose="Second factor.", at=NOON) as tx:
        begin_codes(tx, person.id)
        with pytest.raises(BadInputError):
            confirm_codes(tx, person.id, "000000", settings=LOG_IN)
    assert enter(database).state is IN, "a secret that was not confirmed is not asked for"


def test_a_lost_device_is_removed_and_set_up_anew(database: Database) -> None:
    person = join(database, with_codes=True)
    with transaction(database, ADMIN, purpose="Lost phone.", at=NOON) as tx:
        with pytest.raises(RefusedError):
            begin_codes(tx, person.id)
        with pytest.raises(RefusedError):
            confirm_codes(tx, person.id, "0", settings=LOG_IN)
        remove_codes(tx, person.id)
        assert begin_codes(tx, person.id).startswith("otpauth://totp/Rightplace:pat.smith?secret=")


# Sessions


def test_a_session_ends_when_it_is_idle_and_at_last(database: Database) -> None:
    join(database)
    token = enter(database).session_token
    idle = timedelta(minutes=30)
    assert who(database, token, at=NOON + idle) is None
    at = NOON
    while at < NOON + timedelta(hours=12) - timedelta(minutes=29):
        at += timedelta(minutes=29)
        found = who(database, token, at=at)
        assert found is not None
        assert is_noting_due(found, at=at, settings=SETTINGS.sessions)
        assert not is_noting_due(found, at=found.seen_at + 59 * SECOND, settings=SETTINGS.sessions)
        with transaction(database, found.actor, purpose="Use.", at=at) as tx:
            note_seen(tx, found)
    assert who(database, token, at=NOON + timedelta(hours=12) - SECOND) is not None
    assert who(database, token, at=NOON + timedelta(hours=12)) is None


def test_logging_out_ends_the_session_for_good(database: Database) -> None:
    person = join(database)
    token = enter(database).session_token
    found = who(database, token)
    assert found is not None
    with transaction(database, found.actor, purpose="Log-out.", at=NOON) as tx:
        log_out(tx, found)
        note_seen(tx, found)
    assert who(database, token) is None
    assert acts(database, "account", person.id)[-1].operation == "log-out"


def test_overdue_sessions_are_ended_by_night(database: Database) -> None:
    join(database)
    enter(database)
    with transaction(database, ADMIN, purpose="Nightly.", at=NOON) as tx:
        assert end_overdue(tx, settings=SETTINGS.sessions) == 0
    enter(database, at=NOON + timedelta(minutes=20))
    with transaction(database, ADMIN, purpose="N.", at=NOON + timedelta(minutes=31)) as tx:
        assert end_overdue(tx, settings=SETTINGS.sessions) == 1


def test_a_made_up_token_lets_nobody_in(database: Database) -> None:
    join(database)
    enter(database)
    assert who(database, "") is None
    assert who(database, "x' OR '1'='1") is None
