"""Looking a password up in a list of those that were breached, without any call."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO

from rightplace.errors import BadInputError, NotHeldError

SHIPPED = Path(__file__).resolve().parent / "common_passwords.txt"
LEAST_DIGITS, MOST_LINE = 12, 128
HEX = frozenset(b"0123456789ABCDEF")


def is_breached(password: str, *, listed: Path = SHIPPED) -> bool:
    """Whether a password, or the same in lower case, is in a list of breached ones.

    Parameters
    ----------
    password
        As it was typed.
    listed
        A file sorted by hash, one SHA-1 a line, in 12 to 40 hexadecimal digits, with or without
        ``:COUNT``: the form of Pwned Passwords. It is searched by halving, never read whole.

    Raises
    ------
    NotHeldError
        If there is no such file.
    """
    if not listed.is_file():
        msg = "The file of breached passwords is missing."
        raise NotHeldError(msg, file=listed, remedy="Put it there, or unset `breach_file`.")
    with listed.open("rb") as file:
        return any(_holds(file, each) for each in {password, password.lower()})


def _holds(file: IO[bytes], password: str) -> bool:
    """Whether a sorted file holds the start of a password's SHA-1."""
    # SHA-1 because published lists are made of it; it protects nothing here.
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    low, high = 0, file.seek(0, os.SEEK_END)
    while low < high:  # the first line that is not before the wanted one begins in (low, high]
        middle = (low + high) // 2
        found = _line_from(file, middle)
        if found is not None and found < wanted[: len(found)]:
            low = middle + 1
        else:
            high = middle
    found = _line_from(file, low)
    return found is not None and wanted.startswith(found)


def _line_from(file: IO[bytes], place: int) -> bytes | None:
    """Return the hash on the first line that begins at or after a place; None after the last.

    Raises
    ------
    BadInputError
        If it is no hash.
    """
    file.seek(max(place - 1, 0))
    if place:
        file.readline(MOST_LINE)
    line = file.readline(MOST_LINE)
    if not line:
        return None
    digits = line.split(b":")[0].strip().upper()
    if len(digits) < LEAST_DIGITS or not HEX.issuperset(digits):
        msg = "The file of breached passwords has a line that is no SHA-1."
        raise BadInputError(msg, file=Path(file.name), remedy="Give one hash a line, sorted.")
    return digits
