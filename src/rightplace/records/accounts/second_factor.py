"""The second factor: codes by time (RFC 6238), each once, and recovery codes, each once."""

from __future__ import annotations

import base64
import hmac
import secrets
import uuid
from typing import TYPE_CHECKING

import pyotp

from rightplace.errors import BadInputError, RefusedError
from rightplace.records.accounts.people import held_account
from rightplace.records.accounts.tables import RecoveryCode, parts_of

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.accounts.settings import LogInSettings
    from rightplace.records.accounts.tables import Account
    from rightplace.records.audit.keys import Keyring
    from rightplace.records.audit.transaction import Transaction

STEP_SECONDS = 30
CODE_BYTES, GROUP = 10, 4
SERVICE = "Rightplace"


def begin_codes(tx: Transaction, account_id: str) -> str:
    """Give an account a secret for codes; return its ``otpauth`` address, for the owner alone.

    It is asked for only after ``confirm_codes``.

    Raises
    ------
    RefusedError
        If codes are asked for already.
    """
    account = held_account(tx, account_id)
    if account.totp_since is not None:
        msg = "The account has a second factor already."
        raise RefusedError(msg, value=account_id, remedy="Ask the administrator to remove it.")
    secret = pyotp.random_base32()
    account.totp_secret = tx.pen.keyring.wrap(secret.encode(), key_id=_name(account_id))
    account.totp_step = None
    tx.session.flush()
    return pyotp.TOTP(secret).provisioning_uri(name=account.user_name, issuer_name=SERVICE)


def confirm_codes(
    tx: Transaction, account_id: str, code: str, *, settings: LogInSettings
) -> tuple[str, ...]:
    """Let codes be asked for from now on, once one was right; return new recovery codes.

    Raises
    ------
    RefusedError
        If codes are asked for already.
    BadInputError
        If the code is not right.
    """
    account = held_account(tx, account_id)
    if account.totp_since is not None:
        msg = "The account has a second factor already."
        raise RefusedError(msg, value=account_id, remedy="Ask the administrator to remove it.")
    if not use_code(tx, account, code, settings=settings):
        msg = "The code is not right."
        raise BadInputError(msg, remedy="Check the device's clock, and give the code it shows now.")
    account.totp_since = tx.at
    return new_recovery_codes(tx, account_id, count=settings.recovery_codes)


def remove_codes(tx: Transaction, account_id: str) -> None:
    """Take an account's second factor away, as when the device is lost; a new one must follow."""
    account = held_account(tx, account_id)
    account.totp_secret = account.totp_since = account.totp_step = None
    for each in parts_of(tx, RecoveryCode, account_id):
        tx.erase(each)
    tx.session.flush()


def use_code(tx: Transaction, account: Account, code: str, *, settings: LogInSettings) -> bool:
    """Whether a code is right now and was not used; if so it is used up."""
    if account.totp_secret is None:
        return False
    secret = tx.pen.keyring.unwrap(account.totp_secret, key_id=_name(account.id)).decode()
    step = matching_step(
        secret, code, at=tx.at, drift=settings.drift_steps, after=account.totp_step
    )
    if step is None:
        return False
    account.totp_step = step
    tx.session.flush()
    return True


def matching_step(
    secret: str, code: str, *, at: datetime, drift: int, after: int | None
) -> int | None:
    """Return the step of 30 s whose code was given, or None.

    Parameters
    ----------
    secret
        Base 32.
    code
        As typed; spaces make no difference.
    at
        Now.
    drift
        How many steps the device's clock may be off.
    after
        The last step whose code was used; only later ones are right (RFC 6238 section 5.2).
    """
    typed = "".join(code.split()).encode()
    now = int(at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    found = None
    for step in range(now - drift, now + drift + 1):
        is_equal = hmac.compare_digest(totp.generate_otp(step).encode(), typed)
        if is_equal and (after is None or step > after):
            found = step
    return found


def new_recovery_codes(tx: Transaction, account_id: str, *, count: int) -> tuple[str, ...]:
    """Replace an account's recovery codes; return the new ones, which are kept nowhere."""
    for each in parts_of(tx, RecoveryCode, account_id):
        tx.erase(each)
    codes = tuple(new_code() for _ in range(count))
    for code in codes:
        tx.add(
            RecoveryCode(
                account_id=account_id,
                id=str(uuid.uuid4()),
                code_hash=hash_code(code, of=account_id, keyring=tx.pen.keyring),
                used_at=None,
            )
        )
    return codes


def use_recovery_code(tx: Transaction, account: Account, code: str) -> bool:
    """Whether a recovery code is right and was not used; if so it is used up."""
    given = hash_code(code, of=account.id, keyring=tx.pen.keyring)
    for each in parts_of(tx, RecoveryCode, account.id):
        if hmac.compare_digest(each.code_hash, given) and each.used_at is None:
            each.used_at = tx.at
            tx.session.flush()
            return True
    return False


def new_code() -> str:
    """Return a random code of 80 bits for people to copy: four groups of four."""
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def hash_code(code: str, *, of: str, keyring: Keyring) -> bytes:
    """Return what is kept of a code: keyed with the master key, so a stolen table is no use."""
    bare = "".join(each for each in code.casefold() if each.isalnum())
    return bytes.fromhex(keyring.sign({"code": bare, "of": of}))


def _name(account_id: str) -> str:
    return f"second factor of {account_id}"
