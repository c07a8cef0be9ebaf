"""Features of each kind of layer: which are asked for, and each in GeoJSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import shapely

from rightplace.app.service.api_plans import cell_positions, own_visits
from rightplace.app.service.forecast_page import Wanted, shown
from rightplace.app.service.own_area import own_cells
from rightplace.app.service.shelf import METRES_OF_OUTLINE
from rightplace.places.projection import to_degrees
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from rightplace.app.service.features_asked import ItemsAsked
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedArea, PublishedForecast, PublishedPlan

STRAY_DEGREES: Final = 2 * METRES_OF_OUTLINE / 50_000
"""How far an outline of a screen may be from the true one, at up to 60 degrees north."""
DECIMALS: Final = 1e-7
"""Coordinates are rounded to a centimetre."""
AT: Final = "@"
"""Stands between cell and slot in the id of a feature."""


class Rows(Protocol):
    """The features of a layer that somebody may see."""

    def found(self, asked: ItemsAsked) -> Sequence[int]:
        """Return the positions of those that are asked for, in a lasting order."""

    def position(self, feature_id: str) -> int | None:
        """Return the position of a feature, or None where there is none."""

    def features(self, positions: Sequence[int]) -> list[str]:
        """Return features in GeoJSON."""


def _feature(feature_id: str, geometry: str, properties: dict[str, Any]) -> str:
    head = f'{{"type":"Feature","id":{json.dumps(feature_id)},"geometry":{geometry}'
    return f'{head},"properties":{json.dumps(properties)}}}'


def _true_outlines(area: PublishedArea, cells: Sequence[int]) -> NDArray[np.object_]:
    """Return outlines of some cells in degrees, exteriors against the clock (RFC 7946 3.1.6)."""
    metres = shapely.from_wkb(area.cells["geometry"].take(np.asarray(cells, dtype=np.int64)))
    crs = int(area.record["crs"])
    degrees = shapely.transform(metres, lambda x, y: to_degrees(crs, x, y), interleaved=False)
    return np.asarray(shapely.orient_polygons(degrees), dtype=object)


def _as_json(shapes: NDArray[np.object_]) -> list[str]:
    rounded = shapely.set_precision(shapes, DECIMALS, mode="pointwise")
    texts: list[str] = shapely.to_geojson(rounded).tolist()
    return texts


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellRows:
    """Cells of a forecast, once for each span of time.

    Parameters
    ----------
    cells
        Positions of the cells that the asker may see.
    spans
        From when until when each is; a feature's position is span times cells plus cell.
    slots
        Position of each span's slot; None for the whole period.
    values
        Count, its interval and harm, each of shape (n_cells, n_spans); NaN without data.
    """

    forecast: PublishedForecast
    cells: NDArray[np.int64]
    spans: tuple[tuple[datetime, datetime], ...]
    slots: tuple[int | None, ...]
    values: dict[str, NDArray[np.float64]]

    def found(self, asked: ItemsAsked) -> Sequence[int]:
        """Return the positions of those that are asked for, span by span."""
        area, here = self.forecast.area, self.cells
        inside = np.flatnonzero(asked.near(area.shapes[here], degrees=STRAY_DEGREES))
        if asked.boxes and inside.size:
            inside = inside[asked.touched(_true_outlines(area, here[inside].tolist()))]
        held = [n for n, span in enumerate(self.spans) if asked.holds(*span)]
        positions: list[int] = (
            np.add.outer(np.array(held, dtype=np.int64) * here.size, inside).ravel().tolist()
        )
        return positions

    def position(self, feature_id: str) -> int | None:
        """Return the position of a feature by the id of its cell, and slot where there is one."""
        cell_id, _, slot = (
            feature_id.rpartition(AT) if None not in self.slots else (feature_id,) * 3
        )
        named = [str(each) for each in self.slots]
        ids = self.forecast.area.cells["cell_id"].to_pylist()
        mine = {ids[cell]: nth for nth, cell in enumerate(self.cells.tolist())}
        if cell_id not in mine or (None not in self.slots and slot not in named):
            return None
        span = 0 if None in self.slots else named.index(slot)
        return span * self.cells.size + mine[cell_id]

    def features(self, positions: Sequence[int]) -> list[str]:
        """Return features in GeoJSON."""
        pairs = [divmod(each, self.cells.size) for each in positions]
        cells = [int(self.cells[nth]) for _, nth in pairs]
        distinct, back = np.unique(np.array(cells, dtype=np.int64), return_inverse=True)
        outlines = _as_json(_true_outlines(self.forecast.area, distinct.tolist()))
        return [
            self._feature(cell, span, outlines[at])
            for (span, _), cell, at in zip(pairs, cells, back.tolist(), strict=True)
        ]

    def _feature(self, cell: int, span: int, outline: str) -> str:
        area, slot, (start, end) = self.forecast.area, self.slots[span], self.spans[span]
        cell_id = area.cells["cell_id"][cell].as_py()
        properties = {
            "cell_id": cell_id,
            "place": self.forecast.words[cell],
            "borough": area.borough_names[cell],
            "bcu": area.commands[cell],
            "start": start.isoformat(),
            "end": end.isoformat(),
            **{name: _known(each[cell, span]) for name, each in self.values.items()},
            "drivers": "; ".join(self.forecast.drivers[cell]),
            "synthetic": self.forecast.is_synthetic,
        }
        return _feature(cell_id if slot is None else f"{cell_id}{AT}{slot}", outline, properties)


def forecast_rows(forecast: PublishedForecast, person: Person) -> CellRows:
    """Return the cells of a forecast that somebody may see, over the whole period."""
    cut = shown(forecast, person, Wanted())
    given = {
        "expected_count": cut.count, "count_lo80": cut.lo80, "count_hi80": cut.hi80,
        "expected_harm": cut.harm,
    }  # fmt: skip
    return CellRows(
        forecast=forecast,
        cells=np.flatnonzero(cut.mine),
        spans=((forecast.times[0][0], forecast.times[-1][1]),),
        slots=(None,),
        values={name: each[:, np.newaxis] for name, each in given.items()},
    )


def shift_rows(forecast: PublishedForecast, person: Person) -> CellRows:
    """Return the cells of a forecast that somebody may see, in each slot."""
    return CellRows(
        forecast=forecast,
        cells=np.flatnonzero(own_cells(forecast.area, person, Permission.SEE_FORECAST)),
        spans=forecast.times,
        slots=tuple(range(len(forecast.times))),
        values={
            "expected_count": forecast.expected,
            "count_lo80": forecast.lo80,
            "count_hi80": forecast.hi80,
            "expected_harm": forecast.harm,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NamedRows:
    """Features that are held ready: boroughs, or places of visits.

    Parameters
    ----------
    ids
        Of each, in order.
    shapes
        In degrees.
    properties
        Of each.
    spans
        From when until when each holds; None for always.
    """

    ids: tuple[str, ...]
    shapes: NDArray[np.object_]
    properties: tuple[dict[str, Any], ...]
    spans: tuple[tuple[datetime, datetime], ...] | None = None

    def found(self, asked: ItemsAsked) -> Sequence[int]:
        """Return the positions of those that are asked for."""
        inside = np.flatnonzero(asked.touched(self.shapes)).tolist()
        if self.spans is None:
            return inside
        return [each for each in inside if asked.holds(*self.spans[each])]

    def position(self, feature_id: str) -> int | None:
        """Return the position of a feature by its id."""
        return self.ids.index(feature_id) if feature_id in self.ids else None

    def features(self, positions: Sequence[int]) -> list[str]:
        """Return features in GeoJSON."""
        shapes = _as_json(self.shapes[np.array(positions, dtype=np.int64)])
        return [
            _feature(self.ids[each], shape, self.properties[each])
            for each, shape in zip(positions, shapes, strict=True)
        ]


def borough_rows(area: PublishedArea | None) -> NamedRows:
    """Return the boroughs of a study area, by name."""
    held = {} if area is None else area.boroughs
    shapes = np.empty(len(held), dtype=object)
    shapes[:] = [shapely.from_geojson(outline) for outline, _ in held.values()]
    return NamedRows(
        ids=_ids(held),
        shapes=np.asarray(shapely.orient_polygons(shapes), dtype=object),
        properties=tuple({"name": name} for name in held),
    )


def _ids(names: Iterable[str]) -> tuple[str, ...]:
    """Return an id for each name that stands in an address without being quoted, none twice."""
    found: list[str] = []
    for name in names:
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "borough"
        same = sum(each == slug or each.startswith(f"{slug}~") for each in found)
        found.append(f"{slug}~{same + 1}" if same else slug)
    return tuple(found)


def visit_rows(plan: PublishedPlan, person: Person) -> NamedRows:
    """Return the visits of a plan that somebody may see, as points; never a place held out."""
    rows, cells = own_visits(plan, person), plan.forecast.area.cells
    at_cell = cell_positions(plan)
    here = [at_cell[row["cell_id"]] for row in rows]
    points = shapely.points(
        [cells["lon"][each].as_py() for each in here], [cells["lat"][each].as_py() for each in here]
    )
    return NamedRows(
        ids=tuple(row["visit_id"] for row in rows),
        shapes=np.asarray(points, dtype=object),
        properties=tuple(_visit(plan, row) for row in rows),
        spans=tuple((row["slot_start"], row["slot_end"]) for row in rows),
    )


def _visit(plan: PublishedPlan, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "visit_id": row["visit_id"],
        "cell_id": row["cell_id"],
        "place": plan.forecast.words_of.get(row["cell_id"], row["cell_id"]),
        "borough": row["borough"],
        "bcu": row["bcu"],
        "start": row["slot_start"].isoformat(),
        "end": row["slot_end"].isoformat(),
        "crew": row["crew_id"],
        "minutes": row["minutes"],
        "reason": row["reason"],
        "synthetic": plan.is_synthetic,
    }
