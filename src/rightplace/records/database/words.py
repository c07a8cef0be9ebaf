"""What people and their devices send, checked before it is kept."""

from __future__ import annotations

import unicodedata
import uuid

from rightplace.errors import BadInputError, UsageError

MOST_CHARACTERS = 4000
"""Longest free text that is kept; a choice of ours: about one A4 page."""
LINE_BREAKS = "\n\t"


def written(text: str, *, what: str) -> str:
    """Return free text without white space round it.

    Parameters
    ----------
    text
        As somebody wrote it.
    what
        What it is, for the message: "A reason", say.

    Raises
    ------
    UsageError
        If nothing is written.
    BadInputError
        If it is too long, or holds characters that no keyboard writes.
    """
    text = text.strip().replace("\r\n", "\n")
    if not text:
        msg = f"{what} is missing."
        raise UsageError(msg, remedy="Write it in your own words.")
    if len(text) > MOST_CHARACTERS:
        msg = f"{what} has {len(text)} characters; at most {MOST_CHARACTERS} are kept."
        raise BadInputError(msg, remedy="Shorten it.")
    if any(unicodedata.category(each) in {"Cc", "Cs"} and each not in LINE_BREAKS for each in text):
        msg = f"{what} holds control characters."
        raise BadInputError(msg, remedy="Write it anew without them.")
    return text


def client_id(text: str) -> str:
    """Return an id that a client made, in one form, so that what is sent twice is kept once.

    Raises
    ------
    BadInputError
        If it is not a UUID.
    """
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        msg = "The id that the client made is not a UUID."
        raise BadInputError(msg, value=text, remedy="Make a random UUID (RFC 9562).") from error
