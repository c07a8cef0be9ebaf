"""How a person names places: by cell, file, drawing, borough or ward, or as all the rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

ALL_OTHERS: Final = "all others"


class How(StrEnum):
    """By what places are named."""

    CELLS = "cells"
    CELLS_FILE = "cells_file"
    """A CSV file with a column cell_id."""
    POLYGONS = "polygons"
    """A file of polygons; cells with half of their ground or more in them."""
    BOROUGHS = "boroughs"
    WARDS = "wards"
    REST_OF_BOROUGHS = "rest_of_boroughs"
    """Cells of the boroughs that the plan does not use otherwise."""
    ALL_OTHERS = "all_others"
    """Cells of the study area that the plan does not use otherwise."""
    WITHIN_METRES = "within_metres"
    """Cells whose outline lies so near to one of the treated cells'."""


LISTS: Final = frozenset({How.CELLS, How.BOROUGHS, How.WARDS, How.REST_OF_BOROUGHS})
FILES: Final = frozenset({How.CELLS_FILE, How.POLYGONS})
RESTS: Final = frozenset({How.REST_OF_BOROUGHS, How.ALL_OTHERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Places as a person named them.

    Parameters
    ----------
    how
        By what.
    names
        Cells, boroughs or wards.
    file
        The file, as it was named.
    metres
        Above 0, for ``within_metres``.
    """

    how: How
    names: tuple[str, ...] = ()
    file: str | None = None
    metres: float | None = None


def chosen(value: object, *, allowed: Sequence[How], within: str) -> tuple[Chosen | None, str]:
    """Return places as TOML names them, or None and what is wrong.

    Parameters
    ----------
    value
        A list of cells, the words "all others", or a table with one key.
    allowed
        By what they may be named here.
    within
        The key, for messages.
    """
    if isinstance(value, list):
        value = {How.CELLS.value: value}
    elif value == ALL_OTHERS:
        value = {How.ALL_OTHERS.value: True}
    known = ", ".join(how.value for how in allowed)
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in allowed:
        words = f' or the words "{ALL_OTHERS}"' if How.ALL_OTHERS in allowed else ""
        return None, f"{within} must be a list of cells{words}, or a table with one of {known}"
    name, given = next(iter(value.items()))
    made = _made(How(name), given)
    return made, "" if made else f"{within}.{name} is {str(given)[:80]!a}: {_NEEDS[How(name)]}"


_LIST: Final = "a list of texts, one or more, each once"
_NEEDS: Final = {
    **dict.fromkeys(LISTS, _LIST),
    **dict.fromkeys(FILES, "the name of a file"),
    How.ALL_OTHERS: "true",
    How.WITHIN_METRES: "metres above 0",
}


def _made(how: How, given: Any) -> Chosen | None:  # noqa: ANN401 - whatever TOML holds
    """Return places of one kind, or None where the value is not of it."""
    if how in LISTS:
        texts = isinstance(given, list) and all(isinstance(x, str) and x.strip() for x in given)
        sound = texts and given and len(set(given)) == len(given)
        return Chosen(how=how, names=tuple(given)) if sound else None
    if how in FILES:
        sound = isinstance(given, str) and given.strip()
        return Chosen(how=how, file=given) if sound else None
    if how is How.ALL_OTHERS:
        return Chosen(how=how) if given is True else None
    number = isinstance(given, int | float) and not isinstance(given, bool) and given > 0
    return Chosen(how=how, metres=float(given)) if number else None
