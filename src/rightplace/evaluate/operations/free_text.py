"""Words that people write into plans and units: one line that can be printed, or refused."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 2000
_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def is_plain(text: str) -> bool:
    """Return whether a text can be printed on one line as it stands.

    Control characters, line breaks, characters that turn the direction of writing, and unpaired
    or private ones cannot; nor can a text of more than 2,000 characters.
    """
    if len(text) > LONGEST:
        return False
    return text.isprintable() or not any(unicodedata.category(c) in _HIDDEN for c in text)


def unprintable(value: Any, *, within: str = "") -> Iterator[str]:  # noqa: ANN401 - a JSON tree
    """Yield where in a tree of dictionaries, lists and texts one stands that is not plain."""
    if isinstance(value, str):
        if not is_plain(value):
            yield within or "the text"
        return
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    for key, item in items:
        if isinstance(key, str) and not is_plain(key):
            yield f"a key of {within or 'the whole'}"
        else:
            yield from unprintable(item, within=f"{within}.{key}" if within else str(key))


def named(text: str, what: str) -> str:
    """Return a name or reason without spare white space.

    Parameters
    ----------
    text
        What somebody wrote.
    what
        What it is, for the message.

    Raises
    ------
    BadInputError
        If nothing is left, or it cannot be printed on one line.
    """
    tidy = " ".join(word for word in text.split(" ") if word)
    if not tidy or not is_plain(tidy):
        msg = f"{what} must be words on one line, up to {LONGEST} characters that can be printed."
        raise BadInputError(msg, value=ascii(text), remedy="Write it in words.")
    return tidy
