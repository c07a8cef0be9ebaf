"""What a provision can limit, of which kind its value is, and which of two values is stricter."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.grounds import Ground

if TYPE_CHECKING:
    from collections.abc import Callable

Value = str | int | bool | tuple[str, ...] | tuple[int, ...]
"""A limit: a word, hours or months, yes, several words, or the hours of each extension."""


class Key(StrEnum):
    """What is limited."""

    LOWEST_RANK = "lowest_rank"
    LOWEST_RANK_IF_IMMINENT = "lowest_rank_if_imminent"
    GROUNDS = "grounds"
    ORAL_GROUNDS = "oral_grounds"
    BELIEF = "belief"
    LONGEST_HOURS = "longest_hours"
    EXTENSION_RANK = "extension_rank"
    EXTENSION_HOURS = "extension_hours"
    TOTAL_HOURS = "total_hours"
    EXTENSION_OFFENCES = "extension_offences"
    INFORM_RANK = "inform_rank"
    IN_WRITING = "in_writing"
    UNIFORM = "uniform"
    WEAPONS_ONLY = "weapons_only"
    STATEMENT_MONTHS = "statement_months"
    RECORD_COPY_MONTHS = "record_copy_months"
    COMMUNICATE = "communicate"
    RANK_KINDS = "rank_kinds"


MEANINGS = {
    Key.LOWEST_RANK: "lowest rank that may authorise",
    Key.LOWEST_RANK_IF_IMMINENT: "lowest rank where violence is imminent and no higher one there",
    Key.GROUNDS: "grounds there are",
    Key.ORAL_GROUNDS: "grounds on which it may be given orally",
    Key.BELIEF: "whether violence is believed to come as a possibility (may) or surely (will)",
    Key.LONGEST_HOURS: "hours of a first period, at most",
    Key.EXTENSION_RANK: "lowest rank that may direct it to continue",
    Key.EXTENSION_HOURS: "hours of each extension, at most, in their order",
    Key.TOTAL_HOURS: "hours from start to last end, at most",
    Key.EXTENSION_OFFENCES: "an extension names offences",
    Key.INFORM_RANK: "lowest rank that is informed",
    Key.IN_WRITING: "in writing, signed, with grounds, locality and period",
    Key.UNIFORM: "used in uniform only",
    Key.WEAPONS_ONLY: "searches for weapons only",
    Key.STATEMENT_MONTHS: "months in which a statement of having been stopped may be asked for",
    Key.RECORD_COPY_MONTHS: "months in which a copy of the search record may be asked for",
    Key.COMMUNICATE: "telling the public",
    Key.RANK_KINDS: "kinds of rank that count (substantive, temporary, acting)",
}
BELIEFS = ("may", "will")
TELLINGS = ("not asked", "where operationally beneficial", "before where practicable, and after")
_RANKS = {Key.LOWEST_RANK, Key.LOWEST_RANK_IF_IMMINENT, Key.EXTENSION_RANK, Key.INFORM_RANK}
_NUMBERS = {
    Key.LONGEST_HOURS,
    Key.TOTAL_HOURS,
    Key.STATEMENT_MONTHS,
    Key.RECORD_COPY_MONTHS,
}
_YES = {Key.EXTENSION_OFFENCES, Key.IN_WRITING, Key.UNIFORM, Key.WEAPONS_ONLY}
_WORDS: dict[Key, tuple[str, ...]] = {
    Key.BELIEF: BELIEFS,
    Key.COMMUNICATE: TELLINGS,
    **{key: tuple(Rank) for key in _RANKS},
}
_LISTS: dict[Key, tuple[str, ...]] = {
    Key.GROUNDS: tuple(Ground),
    Key.ORAL_GROUNDS: tuple(Ground),
    Key.RANK_KINDS: tuple(RankKind),
}


def unfit(key: Key, value: object) -> str | None:
    """Return what a value of a file should be and is not; None where it fits."""
    if key in _WORDS:
        fits = value in _WORDS[key]
        return None if fits else f"one of {', '.join(_WORDS[key])}"
    if key in _NUMBERS:
        return None if _whole(value) else "a whole number above 0"
    if key in _YES:
        return None if value is True else "true"
    if key in _LISTS:
        fits = isinstance(value, list) and set(value) <= set(_LISTS[key])
        return None if fits else f"a list of {', '.join(_LISTS[key])}"
    fits = isinstance(value, list) and all(_whole(each) for each in value)
    return None if fits else "a list of whole hours above 0"


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def looser(key: Key, value: Value, *, than: Value) -> bool:
    """Return whether a value allows what another does not.

    Parameters
    ----------
    key
        What both limit.
    value, than
        Both fit for the key.
    """
    return _LOOSER[key](value, than)


def _as_rank(value: Value, than: Value) -> bool:
    return Rank(str(value)).height < Rank(str(than)).height


def _as_most(value: Value, than: Value) -> bool:
    return _int(value) > _int(than)


def _as_least(value: Value, than: Value) -> bool:
    return _int(value) < _int(than)


def _as_list(value: Value, than: Value) -> bool:
    return not set(_many(value)) <= set(_many(than))


def _as_steps(value: Value, than: Value) -> bool:
    steps, allowed = hours_of(value), hours_of(than)
    return len(steps) > len(allowed) or any(
        step > most for step, most in zip(steps, allowed, strict=False)
    )


def _as_order(words: tuple[str, ...]) -> Callable[[Value, Value], bool]:
    return lambda value, than: words.index(str(value)) < words.index(str(than))


def _never(value: Value, than: Value) -> bool:  # noqa: ARG001 - one shape for every key
    return False


def _int(value: Value) -> int:
    return int(value) if isinstance(value, int) else 0


def hours_of(value: Value) -> tuple[int, ...]:
    """Return the hours of each extension; none where a value is of another kind."""
    return tuple(int(str(each)) for each in value) if isinstance(value, tuple) else ()


def _many(value: Value) -> tuple[str, ...] | tuple[int, ...]:
    return value if isinstance(value, tuple) else ()


_LOOSER: dict[Key, Callable[[Value, Value], bool]] = {
    **dict.fromkeys(_RANKS, _as_rank),
    **dict.fromkeys((Key.LONGEST_HOURS, Key.TOTAL_HOURS), _as_most),
    **dict.fromkeys((Key.STATEMENT_MONTHS, Key.RECORD_COPY_MONTHS), _as_least),
    **dict.fromkeys((Key.GROUNDS, Key.ORAL_GROUNDS), _as_list),
    Key.EXTENSION_HOURS: _as_steps,
    Key.BELIEF: _as_order(BELIEFS),
    Key.COMMUNICATE: _as_order(TELLINGS),
    **dict.fromkeys((*_YES, Key.RANK_KINDS), _never),
}
