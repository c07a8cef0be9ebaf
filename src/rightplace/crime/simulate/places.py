"""An invented gazetteer: streets and addresses inside each real outline, and how risky each is.

Nothing here is known of any real street. What is copied is the shape of recorded crime: a few
small areas carry much of it (Weisburd 2015, Criminology 53, 133-157), within them a few
addresses do, and the pattern is much the same from year to year.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from numpy.typing import NDArray

    from rightplace.crime.simulate.outlines import DemoOutlines

    Draw = Callable[[NDArray[np.intp]], NDArray[np.float64]]

STREETS = 4
"""Streets in each small area: the points round which its incidents cluster."""
ADDRESSES = 8
"""Addresses in each street."""
MARGIN_M = 2.0
"""Addresses keep so far from the edge of their area, so that rounding moves none across it."""

RISK_SPREAD = 0.82
"""Standard deviation of the log of risk between the small areas of one borough."""
NEIGHBOURLY_SHARE = 0.4
"""Share of the variance of log risk that near areas have in common."""
CLASS_SHARE = 0.15
"""Share of the variance of log risk that each class has of its own."""
MONTHLY_DRIFT = 0.05
"""Standard deviation of the change of log risk from one month to the next."""

_STREET_WEIGHTS_SHAPE = 1.2  # of the gamma draws that say how a small area's streets compare
_ADDRESS_WEIGHTS = 1 / np.arange(1, ADDRESSES + 1)
_NEIGHBOURS = 12
_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gazetteer:
    """Invented streets and addresses.

    Parameters
    ----------
    xy
        Shape (areas, STREETS, ADDRESSES, 2). Easting and northing in whole metres.
    street_names
        Shape (areas, STREETS).
    street_shares
        Shape (areas, STREETS). Cumulative share of the area's incidents, up to 1.
    """

    xy: NDArray[np.int64]
    street_names: NDArray[np.str_]
    street_shares: NDArray[np.float64]

    def draw(
        self, areas: NDArray[np.intp], *, generator: Generator
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return a street and an address for each incident, given its area."""
        past = self.street_shares[areas] <= generator.random((areas.size, 1))
        streets = np.minimum(past.sum(axis=1), STREETS - 1)
        addresses = generator.choice(
            ADDRESSES, size=areas.size, p=_ADDRESS_WEIGHTS / _ADDRESS_WEIGHTS.sum()
        )
        return streets, addresses


def invent_gazetteer(outlines: DemoOutlines, *, generator: Generator) -> Gazetteer:
    """Return invented streets and addresses, every one well inside its outline."""
    import shapely  # noqa: PLC0415 - heavy: loaded when used

    cores = shapely.buffer(outlines.polygons, -MARGIN_M)
    cores = np.where(shapely.is_empty(cores), outlines.polygons, cores)
    shapely.prepare(cores)
    anchors = _anchors(cores, generator=generator)
    weights = generator.gamma(_STREET_WEIGHTS_SHAPE, size=anchors.shape[:2])
    shares = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    return Gazetteer(
        xy=_addresses(cores, anchors, generator=generator),
        street_names=_street_names(outlines.boroughs, generator=generator),
        street_shares=shares,
    )


def draw_risk(
    centroids: NDArray[np.float64], *, classes: int, months: int, generator: Generator
) -> NDArray[np.float64]:
    """Return the relative risk of each class, month and area: log-Gaussian, near areas alike.

    Parameters
    ----------
    centroids
        Shape (areas, 2). In metres.
    classes, months
        How many.
    generator
        Source of chance.

    Returns
    -------
    NDArray
        Shape (classes, months, areas). Above zero; only ratios within a borough matter.
    """
    areas = len(centroids)
    smooth = _smoothed(generator.standard_normal(areas), centroids=centroids)
    common = _blend(smooth, generator.standard_normal(areas), share=NEIGHBOURLY_SHARE)
    own = generator.standard_normal((classes, 1, areas))
    lasting = _blend(own, common, share=CLASS_SHARE)
    drift = MONTHLY_DRIFT * generator.standard_normal((1, months, areas)).cumsum(axis=1)
    risk: NDArray[np.float64] = np.exp(RISK_SPREAD * lasting + drift)
    return risk


def _blend(
    first: NDArray[np.float64], second: NDArray[np.float64], *, share: float
) -> NDArray[np.float64]:
    """Return a sum of two fields of variance 1 that has variance 1, ``share`` of it the first's."""
    blend: NDArray[np.float64] = np.sqrt(share) * first + np.sqrt(1 - share) * second
    return blend


def _smoothed(noise: NDArray[np.float64], *, centroids: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each area and its nearest neighbours, brought back to variance 1."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - heavy: loaded when used

    near = min(_NEIGHBOURS, len(centroids))
    _, neighbours = cKDTree(centroids).query(centroids, k=near)
    mean = noise[np.reshape(neighbours, (-1, near))].mean(axis=1)
    smoothed: NDArray[np.float64] = mean * np.sqrt(near)
    return smoothed


def _anchors(cores: NDArray[np.object_], *, generator: Generator) -> NDArray[np.float64]:
    """Return one point for each street, anywhere in its area; shape (areas, STREETS, 2)."""
    import shapely  # noqa: PLC0415 - heavy: loaded when used

    owner = np.repeat(np.arange(cores.size), STREETS)
    bounds = shapely.bounds(cores)[owner]

    def anywhere(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        low, high = bounds[rows, :2], bounds[rows, 2:]
        drawn: NDArray[np.float64] = low + generator.random((rows.size, 2)) * (high - low)
        return drawn

    fallback = shapely.get_coordinates(shapely.point_on_surface(cores))[owner]
    return _inside(cores[owner], anywhere, fallback=fallback).reshape(cores.size, STREETS, 2)


def _addresses(
    cores: NDArray[np.object_], anchors: NDArray[np.float64], *, generator: Generator
) -> NDArray[np.int64]:
    """Return addresses scattered round each anchor, in whole metres, inside the same area."""
    import shapely  # noqa: PLC0415 - heavy: loaded when used

    each = STREETS * ADDRESSES
    owner = np.repeat(np.arange(cores.size), each)
    centres = np.repeat(anchors.reshape(-1, 2), ADDRESSES, axis=0)
    spread_m = np.minimum(45.0, 0.2 * np.sqrt(shapely.area(cores)))[owner]

    def nearby(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        step = generator.standard_normal((rows.size, 2)) * spread_m[rows, None]
        drawn: NDArray[np.float64] = np.rint(centres[rows] + step)
        return drawn

    inside = _inside(cores[owner], nearby, fallback=np.rint(centres)).astype(np.int64)
    return inside.reshape(cores.size, STREETS, ADDRESSES, 2)


def _inside(
    polygons: NDArray[np.object_], draw: Draw, *, fallback: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a draw for each polygon that lies in it, or its fallback after many vain draws."""
    import shapely  # noqa: PLC0415 - heavy: loaded when used

    points = fallback.copy()
    waiting = np.arange(polygons.size)
    for _ in range(_ROUNDS):
        drawn = draw(waiting)
        good = shapely.contains_xy(polygons[waiting], drawn[:, 0], drawn[:, 1])
        points[waiting[good]] = drawn[good]
        waiting = waiting[~good]
        if waiting.size == 0:
            break
    return points


def _street_names(boroughs: NDArray[np.str_], *, generator: Generator) -> NDArray[np.str_]:
    """Return a name for each street; none comes twice in a borough until all have come once."""
    words = _words()
    every = np.array([f"{name} {kind}" for name in words["name"] for kind in words["kind"]])
    names = np.empty((boroughs.size, STREETS), dtype=every.dtype)
    for borough in np.unique(boroughs):
        rows = np.flatnonzero(boroughs == borough)
        order = np.resize(generator.permutation(every.size), rows.size * STREETS)
        names[rows] = every[order].reshape(rows.size, STREETS)
    return names


def _words() -> dict[str, list[str]]:
    text = (resources.files("rightplace.crime") / "data/demo_streets.csv").read_text("utf-8")
    words: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        words.setdefault(row["part"], []).append(row["word"])
    return words
