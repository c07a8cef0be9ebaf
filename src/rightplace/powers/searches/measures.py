"""What is measured of searches: the four find rates, and what was recorded of how they were done.

Each measure says of which searches it speaks, in which of them it is so, and in which nobody
knows. No further action does not mean that nothing was found, and an outcome is not the object
found (DOMAIN 2.4.18): no measure stands in for another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from rightplace.powers.searches.columns import WEAPON_OBJECTS, Age, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

FIND_RATES = ("any_outcome_rate", "linked_find_rate", "arrest_rate", "weapon_yield")
"""The four find rates, all computed and each labelled (DOMAIN 2.4.14-17)."""
CHILDREN = (Age.UNDER_10, Age.AGE_10_17)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """One measure's flags of each search, shape (n,), none of them null.

    Parameters
    ----------
    scope
        Whether the measure speaks of the search.
    of
        Whether the search is in the denominator.
    found
        Whether it is so; within ``of``.
    unknown
        Whether nobody knows; within ``scope``.
    recorded
        Whether the force records that at all there; within ``scope``.
    """

    scope: pa.ChunkedArray
    of: pa.ChunkedArray
    found: pa.ChunkedArray
    unknown: pa.ChunkedArray
    recorded: pa.ChunkedArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A share of searches.

    Parameters
    ----------
    name, title, definition
        As in results; in words; what is divided by what.
    missing
        What a file lacks from which it cannot be computed, to follow "it".
    flags
        From a table of searches to the flags of each.
    """

    name: str
    title: str
    definition: str
    missing: str
    flags: Callable[[pa.Table], Flags]


def _yes(mask: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a mask with null as false."""
    return pc.fill_null(mask, fill_value=False)


def _is(column: pa.ChunkedArray, *words: str) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(list(words), pa.string()))


def _is_known(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return where a column of words holds a word that somebody gave."""
    return pc.and_(pc.is_valid(column), pc.invert(_is(column, "not given")))


def _has_outcome(table: pa.Table) -> pa.ChunkedArray:
    """Return where the outcome is given and is not that no further action followed."""
    outcome = table["outcome"]
    return pc.and_(_is_known(outcome), pc.invert(_is(outcome, Outcome.NO_FURTHER_ACTION)))


def _of_outcomes(table: pa.Table, found: pa.ChunkedArray) -> Flags:
    """Return flags among all searches whose force recorded outcomes that month."""
    recorded = pc.is_valid(table["outcome"])
    return Flags(
        scope=pc.is_valid(table["row_number"]),
        of=recorded,
        found=found,
        unknown=pc.invert(_is_known(table["outcome"])),
        recorded=recorded,
    )


def _any_outcome(table: pa.Table) -> Flags:
    return _of_outcomes(table, _has_outcome(table))


def _arrest(table: pa.Table) -> Flags:
    return _of_outcomes(table, _is(table["outcome"], Outcome.ARREST))


def _linked(table: pa.Table) -> Flags:
    known = pc.and_(pc.is_valid(table["linked"]), _is_known(table["outcome"]))
    return Flags(
        scope=pc.is_valid(table["row_number"]),
        of=known,
        found=pc.and_(pc.and_(known, _yes(table["linked"])), _has_outcome(table)),
        unknown=pc.invert(known),
        recorded=pc.is_valid(table["linked"]),
    )


def _weapon_yield(table: pa.Table) -> Flags:
    """Return flags among searches for weapons; where no object is known, nobody can say."""
    for_weapons = _is(table["object"], *WEAPON_OBJECTS)
    scope = pc.or_(for_weapons, pc.invert(_is_known(table["object"])))
    of = pc.and_(for_weapons, pc.is_valid(table["weapon_found"]))
    return Flags(
        scope=scope,
        of=of,
        found=pc.and_(of, _yes(table["weapon_found"])),
        unknown=pc.and_(scope, pc.invert(of)),
        recorded=pc.and_(scope, pc.is_valid(table["weapon_found"])),
    )


def _children(table: pa.Table) -> Flags:
    known = _is_known(table["age"])
    return Flags(
        scope=pc.is_valid(table["row_number"]),
        of=known,
        found=_is(table["age"], *CHILDREN),
        unknown=pc.invert(known),
        recorded=pc.is_valid(table["age"]),
    )


def _recorded(column: str, *, of_children: bool = False) -> Callable[[pa.Table], Flags]:
    """Return the flags of a column of yes and no, among all searches or those of children."""

    def flags(table: pa.Table) -> Flags:
        everyone = pc.is_valid(table["row_number"])
        scope = _is(table["age"], *CHILDREN) if of_children else everyone
        of = pc.and_(scope, pc.is_valid(table[column]))
        found = pc.and_(of, _yes(table[column]))
        unknown = pc.and_(scope, pc.invert(of))
        return Flags(scope=scope, of=of, found=found, unknown=unknown, recorded=of)

    return flags


def _share(name: str, title: str, column: str, *, of_children: bool = False) -> Measure:
    whose = "searches of under-18s" if of_children else "searches"
    return Measure(
        name=name,
        title=title,
        definition=f"{title} / {whose} of which that is recorded",
        missing=f"does not record: {title.lower()}",
        flags=_recorded(column, of_children=of_children),
    )


MEASURES = (
    Measure(
        name="any_outcome_rate",
        title="Any outcome",
        definition="outcomes other than no further action / all searches",
        missing="does not record outcomes",
        flags=_any_outcome,
    ),
    Measure(
        name="linked_find_rate",
        title="Outcome linked to the object",
        definition=(
            "outcomes other than no further action and linked to the object / searches whose "
            "link is known"
        ),
        missing="does not record whether the outcome was linked to what was looked for",
        flags=_linked,
    ),
    Measure(
        name="arrest_rate",
        title="Arrest",
        definition="arrests / all searches",
        missing="does not record outcomes",
        flags=_arrest,
    ),
    Measure(
        name="weapon_yield",
        title="Weapon found",
        definition="searches that found a weapon / searches for weapons of which that is known",
        missing="has no column for weapons found",
        flags=_weapon_yield,
    ),
    _share("intelligence_led", "Led by intelligence", "intelligence_led"),
    Measure(
        name="children",
        title="Under 18",
        definition="searches of under-18s / searches whose age is given",
        missing="does not record ages",
        flags=_children,
    ),
    _share("strip_search", "More than outer clothing removed", "more_than_outer"),
    _share("intimate_parts", "Intimate parts exposed", "intimate_parts"),
    _share("handcuffs", "Handcuffs used", "handcuffs"),
    _share("body_worn_video", "Body-worn video on", "body_worn_video"),
    _share("appropriate_adult", "Appropriate adult present", "appropriate_adult", of_children=True),
    _share("parent_told", "Parent told", "parent_told", of_children=True),
)
"""Every measure, the four find rates first."""
PARTS = ("scope", "of", "found", "unknown", "recorded")
