"""The map of a brief: cells by expected count, boroughs, visited places and stations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.briefing import MapBorough, MapCell, MapLabel, MapLayer, MapVisit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.brief.facts import PlanFacts, Scope

MOST_STATIONS = 14


def borough_outlines(facts: PlanFacts) -> dict[str, bytes]:
    """Return the outline of each borough as WKB in metres, from its cells."""
    import shapely

    shapes = facts.outlook.area.shapes
    names = np.array([b or "" for b in facts.outlook.area.cells["borough"].to_pylist()])
    return {
        str(name): shapely.to_wkb(shapely.union_all(shapes[names == name]))
        for name in np.unique(names)
        if name
    }


def layer_of(scope: Scope, outlines: dict[str, bytes], *, quantity: str) -> MapLayer:
    """Return the map of a sheet: its cells, boroughs, visited places and stations."""
    facts = scope.facts
    cells = facts.outlook.area.cells
    here = np.flatnonzero(scope.cells)
    geometry = cells["geometry"].to_pylist()
    boroughs = cells["borough"].to_pylist()
    masked = set(scope.no_data)
    excluded = cells["excluded"].to_numpy()
    return MapLayer(
        quantity=quantity,
        cells=tuple(
            MapCell(
                outline=geometry[i],
                value=float(scope.expected[i]) if np.isfinite(scope.expected[i]) else None,
                excluded=bool(excluded[i]),
            )
            for i in here
        ),
        boroughs=tuple(
            MapBorough(name=name, outline=outlines[name], no_data=name in masked)
            for name in sorted({boroughs[i] for i in here if boroughs[i]})
        ),
        visits=tuple(
            MapVisit(number=number, outline=geometry[cell])
            for number, cell in enumerate(scope.shown, start=1)
        ),
        labels=_labels(facts, cells, here),
    )


def _labels(facts: PlanFacts, cells: Any, here: NDArray[np.int64]) -> tuple[MapLabel, ...]:  # noqa: ANN401 - an Arrow table
    """Return the busiest stations within the frame of some cells."""
    from rightplace.places import to_metres

    lon, lat = (facts.stations[n].to_numpy() for n in ("lon", "lat"))
    x, y = to_metres(facts.outlook.area.crs, lon, lat)
    across, up = cells["x"].to_numpy()[here], cells["y"].to_numpy()[here]
    inside = (x >= across.min()) & (x <= across.max()) & (y >= up.min()) & (y <= up.max())
    names = facts.stations["name"].to_pylist()
    return tuple(
        MapLabel(text=names[i], x=float(x[i]), y=float(y[i]), kind="station")
        for i in np.flatnonzero(inside)[:MOST_STATIONS]
    )
