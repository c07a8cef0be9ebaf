"""What one map shows, as plain values; outlines are WKB in metres of the study area's CRS."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

MARKED_CLASSES = 5
"""Shades of the map's scale; zero stays blank and no data is hatched besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCell:
    """A cell of the study area and its expected count.

    Parameters
    ----------
    outline
        WKB polygon or multipolygon, metres.
    value
        Expected count over the map's period, zero or more; None is no data, which is not zero.
    excluded
        Whether the plan leaves the cell out; then the value is not shown.
    """

    outline: bytes = field(repr=False)
    value: float | None
    excluded: bool = False

    def __post_init__(self) -> None:
        """Check that the value can be an expected count.

        Raises
        ------
        BadInputError
            If it is negative, infinite or not a number.
        """
        if self.value is not None and not (math.isfinite(self.value) and self.value >= 0):
            msg = f"A map cell's expected count is {self.value}; it must be finite and not below 0."
            raise BadInputError(msg, value=self.value, remedy="Give None for no data.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBorough:
    """A borough's name and outline (WKB, metres), and whether it has no data at all."""

    name: str
    outline: bytes = field(repr=False)
    no_data: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MapVisit:
    """A visited cell: its outline (WKB, metres) and its number in the table beside the map."""

    number: int
    outline: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLabel:
    """A name at a point (metres); earlier labels win where two would overlap."""

    text: str
    x: float
    y: float
    kind: Literal["station", "street"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
    """Everything one map draws.

    Parameters
    ----------
    quantity
        What the shades count, in words, with the period.
    cells
        Cells to shade; those of one class are drawn as one shape.
    boroughs
        At least one; their outlines set the frame.
    visits
        Visited cells, in order of the table.
    labels
        Stations and streets in order of importance.
    edges
        Four rising bounds between the five shades; None lets the picture choose round ones.
    """

    quantity: str
    cells: tuple[MapCell, ...]
    boroughs: tuple[MapBorough, ...]
    visits: tuple[MapVisit, ...]
    labels: tuple[MapLabel, ...] = ()
    edges: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        """Check that the map can be drawn and read.

        Raises
        ------
        BadInputError
            If it has no quantity in words, no borough, or bounds that do not rise from above 0.
        """
        require_words("A map", quantity=self.quantity)
        if not self.boroughs:
            msg = "A map has no borough to frame it."
            raise BadInputError(msg, remedy="Give the outlines of the BCU's boroughs.")
        if self.edges is not None and not all(a < b for a, b in pairwise((0.0, *self.edges))):
            msg = f"The bounds between shades are {self.edges}; each must lie above the one before."
            raise BadInputError(msg, value=self.edges, remedy="Let them rise, from above 0.")
