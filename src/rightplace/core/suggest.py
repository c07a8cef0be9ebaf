"""The nearest known word to one that is not known."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like ``word``, or None if none is close."""
    by_fold = {k.casefold(): k for k in known}
    close = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.5)
    return by_fold[close[0]] if close else None


MOST_LISTED = 40


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a remedy: the nearest known word, or the list of all of them, cut where long."""
    words = sorted(known)
    match = nearest(word, words)
    if match:
        return f"Did you mean {match!r}?"
    more = f" and {len(words) - MOST_LISTED} more" if len(words) > MOST_LISTED else ""
    return f"Known: {', '.join(words[:MOST_LISTED])}{more}."
