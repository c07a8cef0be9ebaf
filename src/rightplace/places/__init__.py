"""Places: study areas, grids, who holds a point, and the way from LSOA to BCU.

The names are loaded when first used, because the map libraries beneath take a while.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rightplace.places.assignment import (
        cells_of_points,
        locate,
        rows_of_points,
    )
    from rightplace.places.definition import AreaSettings, build_area, define_area
    from rightplace.places.grids import (
        Grid,
        cell_ids,
        cell_indices,
        lay_cells,
    )
    from rightplace.places.headings import Unit
    from rightplace.places.hierarchy import (
        Bcu,
        Borough,
        Position,
        attributions,
        bcu_of,
        bcus,
        boroughs,
        fill_hierarchy,
        in_london,
        london_borough,
        lsoa_vintage,
        lsoas,
        positions,
    )
    from rightplace.places.outlines import Notice, Outlines, read_outlines
    from rightplace.places.projection import BRITISH_GRID, to_degrees, to_metres
    from rightplace.places.study_area import CELLS_SCHEMA, AreaSource, StudyArea

_HOMES = {
    "assignment": (
        "cells_of_points",
        "locate",
        "rows_of_points",
    ),
    "definition": ("AreaSettings", "build_area", "define_area"),
    "grids": (
        "Grid",
        "cell_ids",
        "cell_indices",
        "lay_cells",
    ),
    "headings": ("Unit",),
    "hierarchy": (
        "Bcu",
        "Borough",
        "Position",
        "attributions",
        "bcu_of",
        "bcus",
        "boroughs",
        "fill_hierarchy",
        "in_london",
        "london_borough",
        "lsoa_vintage",
        "lsoas",
        "positions",
    ),
    "outlines": ("Notice", "Outlines", "read_outlines"),
    "projection": ("BRITISH_GRID", "to_degrees", "to_metres"),
    "study_area": ("CELLS_SCHEMA", "AreaSource", "StudyArea"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BRITISH_GRID",
    "CELLS_SCHEMA",
    "AreaSettings",
    "AreaSource",
    "Bcu",
    "Borough",
    "Grid",
    "Notice",
    "Outlines",
    "Position",
    "StudyArea",
    "Unit",
    "attributions",
    "bcu_of",
    "bcus",
    "boroughs",
    "build_area",
    "cell_ids",
    "cell_indices",
    "cells_of_points",
    "define_area",
    "fill_hierarchy",
    "in_london",
    "lay_cells",
    "locate",
    "london_borough",
    "lsoa_vintage",
    "lsoas",
    "positions",
    "read_outlines",
    "rows_of_points",
    "to_degrees",
    "to_metres",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - names of every kind
    """Return a public name of the room, loading its module.

    Raises
    ------
    AttributeError
        If the room has no such name.
    """
    if name not in _HOME_OF:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
