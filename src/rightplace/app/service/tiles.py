"""Use case: the forecast map of many cells, as vector tiles; kept per run and area of permission.

A tile is asked for again with each move of the map. A look at the forecast is written in the audit
chain with the first of them, and again when it is longer ago than is set; permission and the stop
switch are asked for each tile.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rightplace.app.service.own_area import own_cells
from rightplace.app.service.shelf import PLAIN_POINTS
from rightplace.errors import BadInputError, NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from numpy.typing import NDArray

    from rightplace.app.service.forecast_page import Shown, Wanted
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedArea, PublishedForecast, Shelf
    from rightplace.briefing.vector_tile import Square

LAYER: Final = "cells"
SHADE: Final = "shade"
DEEPEST_ZOOM: Final = 14
"""Tiles deeper than this are drawn from those of it: a unit is half a metre there."""
MOST_LOOKS: Final = 10_000
"""Looks that are remembered; whoever is forgotten has the next tile written again."""
MOST_FORECASTS: Final = 4
"""Forecasts that are at hand; with another its look is written again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSettings:
    """When the map is drawn by tiles, and how many of them are kept. All choices of ours.

    Parameters
    ----------
    cells_from
        Cells on a map above which it is drawn by tiles; up to it one file of outlines is quicker
        (LSOAs of London), above it the browser stalls.
    kept_mib
        Memory of tiles that are kept.
    look_minutes
        How long further tiles of one map belong to the look whose line was written.
    """

    cells_from: int = 6000
    kept_mib: int = 64
    look_minutes: int = 10

    @property
    def look(self) -> timedelta:
        """How long a look counts."""
        return timedelta(minutes=self.look_minutes)

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises
        ------
        BadInputError
            If one is below 1.
        """
        least = min(self.cells_from, self.kept_mib, self.look_minutes)
        if least < 1:
            msg = f"{least} is too little for the tiles of a map."
            raise BadInputError(msg, value=least, remedy="Give at least 1 of each.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TileAsked:
    """Which tile of which map.

    Parameters
    ----------
    forecast_id
        The forecast.
    wanted
        Slot, measure and BCU of the map.
    square
        Where on the world map.
    """

    forecast_id: str
    wanted: Wanted
    square: Square


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """A map ready to be cut into tiles.

    Parameters
    ----------
    cells
        Positions of the cells on it.
    shades
        Shape (n_cells,). Of all cells: 1 (lightest) to 5, 0 for zero, -1 for no data.
    """

    cells: NDArray[np.int64]
    shades: NDArray[np.int64]


@dataclass(slots=True)
class TileShelf:
    """Tiles, and what they are cut from, as long as they are asked for.

    Published runs are immutable, so what is kept never goes stale.
    """

    settings: TileSettings = field(default_factory=TileSettings)
    kept: OrderedDict[tuple[Any, ...], Any] = field(default_factory=OrderedDict)
    size: int = 0
    looks: OrderedDict[Any, datetime] = field(default_factory=OrderedDict)
    forecasts: OrderedDict[Any, PublishedForecast] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    making: RLock = field(default_factory=RLock)
    """Held while something is made: many tiles of one map rest on the same outlines."""

    def get(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:  # noqa: ANN401 - tiles, sheets and outlines
        """Return what is kept under a key, made if need be; what was not asked for long goes."""
        found = self._held(key)
        if found is None:
            with self.making:
                found = self._held(key)
                found = self._keep(key, make()) if found is None else found
        return found

    def _held(self, key: tuple[Any, ...]) -> Any:  # noqa: ANN401 - as above
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def _keep(self, key: tuple[Any, ...], made: Any) -> Any:  # noqa: ANN401 - as above
        with self.lock:
            self.kept[key] = made
            self.size += _size(made)
            while self.size > self.settings.kept_mib << 20 and len(self.kept) > 1:
                self.size -= _size(self.kept.popitem(last=False)[1])
        return made

    def looked_at(self, person: Person, forecast_id: str, at: datetime) -> PublishedForecast | None:
        """Return the forecast if a look at it was written just now; None where one is due."""
        key = (person.actor.id, person.actor.by, forecast_id)
        with self.lock:
            last, forecast = self.looks.get(key), self.forecasts.get(forecast_id)
        if last is None or not timedelta(0) <= at - last < self.settings.look:
            return None
        return forecast

    def note_look(self, person: Person, forecast: PublishedForecast, at: datetime) -> None:
        """Keep that a look was written."""
        forecast_id = str(forecast.record["id"])
        key = (person.actor.id, person.actor.by, forecast_id)
        with self.lock:
            _put(self.looks, key, at, most=MOST_LOOKS)
            _put(self.forecasts, forecast_id, forecast, most=MOST_FORECASTS)


def _put(held: OrderedDict[Any, Any], key: object, value: object, *, most: int) -> None:
    held.pop(key, None)
    held[key] = value
    while len(held) > most:
        held.popitem(last=False)


def _size(kept: object) -> int:
    """Return about how many bytes something takes: of outlines about 400 each."""
    if isinstance(kept, Sheet):
        return 16 * len(kept.shades)
    if isinstance(kept, np.ndarray):
        return 400 * len(kept)
    return 200 + len(kept) if isinstance(kept, bytes) else 200


def read_tile(
    shelf: Shelf, tiles: TileShelf, asked: TileAsked, *, person: Person, at: datetime
) -> bytes:
    """Return a tile of the places that a person may see; no bytes where none of them lies in it.

    Parameters
    ----------
    shelf
        Where the forecast is published.
    tiles
        Where tiles are kept.
    asked
        Which tile.
    person
        Who looks.
    at
        The time now.

    Raises
    ------
    NotHeldError
        If tiles are not made so deep.
    """
    from rightplace.briefing.vector_tile import encode_tile, in_tile

    person.check(Permission.SEE_FORECAST)
    square = asked.square
    if square.zoom > DEEPEST_ZOOM:
        msg = f"Tiles are made down to zoom {DEEPEST_ZOOM}, not {square.zoom}."
        raise NotHeldError(msg, value=square.zoom, remedy="Draw it from a tile less deep.")
    forecast = _forecast(shelf, tiles, asked.forecast_id, person=person, at=at)
    wanted, key = asked.wanted, map_key(forecast, person, asked.wanted)

    def cut() -> bytes:
        sheet: Sheet = tiles.get(("sheet", *key), lambda: _sheet(forecast, person, wanted))
        outlines = _outlines(tiles, forecast.area, square.zoom)[sheet.cells]
        found = in_tile(outlines, square)
        ids = sheet.cells[found]
        return encode_tile(
            LAYER, outlines[found], square, ids=ids, values=sheet.shades[ids], key=SHADE
        )

    tile: bytes = tiles.get(("tile", *key, square), cut)
    return tile


def map_key(forecast: PublishedForecast, person: Person, wanted: Wanted) -> tuple[Any, ...]:
    """Return what is kept of a map under: what is shown on it, and what of it a person may see.

    Parameters
    ----------
    forecast
        What the map shows.
    person
        Who looks.
    wanted
        Slot, measure and BCU of the map.
    """
    own = own_cells(forecast.area, person, Permission.SEE_FORECAST)
    area_of_permission = hashlib.sha256(np.packbits(own).tobytes()).hexdigest()
    forecast_id = str(forecast.record["id"])
    return forecast_id, wanted.slot, wanted.measure, wanted.bcu, area_of_permission


def _forecast(
    shelf: Shelf, tiles: TileShelf, forecast_id: str, *, person: Person, at: datetime
) -> PublishedForecast:
    """Return the forecast; a look at it is written unless one was just now."""
    from rightplace.records.audit.transaction import reading, transaction
    from rightplace.records.published.publishing import check_published
    from rightplace.records.stop.switch import check_running

    forecast = tiles.looked_at(person, forecast_id, at)
    if forecast is None:
        purpose = "Draw the forecast map."
        with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
            forecast = shelf.forecast(tx, forecast_id)
        tiles.note_look(person, forecast, at)
        return forecast
    with reading(shelf.database) as quiet:
        check_published(quiet, forecast_id, kind="forecast")
        check_running(quiet, forecast_id)
    return forecast


def _sheet(forecast: PublishedForecast, person: Person, wanted: Wanted) -> Sheet:
    from rightplace.app.service.forecast_page import shown

    cut = shown(forecast, person, wanted)
    return Sheet(cells=np.flatnonzero(cut.mine), shades=_shades(cut, wanted))


def _shades(cut: Shown, wanted: Wanted) -> NDArray[np.int64]:
    """Return the shade of every cell, as ``shade_of`` gives it one by one."""
    values, edges = cut.shaded(wanted.measure), cut.edges(wanted.measure)
    shades = 1 + np.searchsorted(np.array(edges), values, side="right")
    return np.where(np.isnan(values), -1, np.where(values > 0, shades, 0)).astype(np.int64)


def _outlines(tiles: TileShelf, area: PublishedArea, zoom: int) -> NDArray[np.object_]:
    """Return the outlines of an area on the world map, as simple as a zoom can show."""
    import shapely

    from rightplace.briefing.vector_tile import EXTENT, on_world_map

    def project() -> NDArray[np.object_]:
        projected: NDArray[np.object_] = shapely.transform(
            area.shapes, on_world_map, interleaved=False
        )
        return projected

    def simplify() -> NDArray[np.object_]:
        unit = 1.0 / (EXTENT << zoom)
        plain: NDArray[np.object_] = shapely.coverage_simplify(whole, unit)
        return plain

    name = str(area.record["id"])
    whole: NDArray[np.object_] = tiles.get(("outlines", name), project)
    if shapely.get_num_coordinates(whole).mean() <= PLAIN_POINTS:
        return whole
    simple: NDArray[np.object_] = tiles.get(("outlines", name, zoom), simplify)
    return simple


@dataclass(frozen=True, slots=True, kw_only=True)
class CellWords:
    """One place of the map in words, as its row of the table.

    Parameters
    ----------
    name
        In street words.
    words
        Its expected count with the interval.
    """

    name: str
    words: str


def read_cell_words(
    shelf: Shelf,
    forecast_id: str,
    cell: int,
    *,
    person: Person,
    wanted: Wanted,
    at: datetime,
) -> CellWords:
    """Return one place of the map in words; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where the forecast is published.
    forecast_id
        The forecast.
    cell
        Position of the cell, as its tile gives it.
    person
        Who asks.
    wanted
        Slot, measure and BCU of the map.
    at
        The time now.

    Raises
    ------
    NotHeldError
        If there is no such place, or it is not theirs to see: which of the two is not told.
    """
    from rightplace.app.service.forecast_page import shown
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_FORECAST)
    with transaction(shelf.database, person.actor, purpose="Point at the map.", at=at) as tx:
        cut = shown(shelf.forecast(tx, forecast_id), person, wanted)
    if not 0 <= cell < len(cut.mine) or not cut.mine[cell]:
        msg = f"The map has no place {cell}."
        raise NotHeldError(msg, value=cell, remedy="Point at one of its places.")
    return CellWords(name=cut.forecast.words[cell], words=cut.place_words(cell))
