"""Passwords: what they must be, how they are hashed, and checking one in constant effort."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from rightplace.errors import BadInputError
from rightplace.records.accounts.breached import SHIPPED, is_breached

if TYPE_CHECKING:
    from rightplace.records.accounts.settings import PasswordSettings

OF_NOBODY = "the password of nobody"


def normal(password: str) -> str:
    """Return a password in the one form that is hashed (NFKC, NIST SP 800-63B 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, user_name: str, settings: PasswordSettings) -> None:
    """Check that somebody may use a password: its length, no breached one, no name.

    There are no rules of composition (NCSC, Password administration for system owners).

    Parameters
    ----------
    password
        As it was typed.
    user_name
        Of whom.
    settings
        Its least length, words it may not hold, and the list of breached passwords.

    Raises
    ------
    BadInputError
        If it may not be used, with what is wrong; never with the password.
    """
    password = normal(password)
    remedy = "Three random words make a good one."
    if len(password) < settings.least_characters:
        msg = f"The password has fewer than {settings.least_characters} characters."
        raise BadInputError(msg, remedy=remedy)
    if len(password) > settings.most_characters:
        msg = f"The password has more than {settings.most_characters} characters."
        raise BadInputError(msg, remedy=remedy)
    if user_name.casefold() in password.casefold():
        msg = "The password holds the user name."
        raise BadInputError(msg, remedy=remedy)
    held = [each for each in settings.words if each in password.casefold()]
    if held:
        msg = f"The password holds a word that attackers try here: {', '.join(held)}."
        raise BadInputError(msg, remedy=remedy)
    listed = Path(settings.breach_file) if settings.breach_file else SHIPPED
    if is_breached(password, listed=listed):
        msg = "The password is one that attackers try: it was in a breach."
        raise BadInputError(msg, remedy=remedy)


@cache
def _hasher(memory_kib: int, passes: int, lanes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes, type=Type.ID)


def _hasher_of(settings: PasswordSettings) -> PasswordHasher:
    return _hasher(settings.memory_kib, settings.passes, settings.lanes)


def hash_password(password: str, settings: PasswordSettings) -> bytes:
    """Return a password's hash by argon2id, with its salt and parameters."""
    return _hasher_of(settings).hash(normal(password)).encode()


@cache
def _hash_of_nobody(settings: PasswordSettings) -> bytes:
    return hash_password(OF_NOBODY, settings)


def prepare(settings: PasswordSettings) -> None:
    """Make ready what a check against nobody needs, so that the first takes no longer either."""
    _hash_of_nobody(settings)


def is_password(password: str, held: bytes | None, settings: PasswordSettings) -> bool:
    """Whether a password is the one whose hash is held.

    Where none is held (nobody has the name, or logs in by other means) it takes as much work.
    """
    typed = normal(password)[: settings.most_characters + 1]
    against = _hash_of_nobody(settings) if held is None else held
    try:
        is_right = _hasher_of(settings).verify(against.decode(), typed)
    except (VerificationError, InvalidHashError):
        return False
    return is_right and held is not None


def needs_new_hash(held: bytes, settings: PasswordSettings) -> bool:
    """Whether a hash was made with other parameters than are set now."""
    return _hasher_of(settings).check_needs_rehash(held.decode())
