"""Gaussian averages over neighbouring cells, on a lattice or between scattered centroids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

TRUNCATE = 4.0  # bandwidths at which the kernel is cut off
_GAPS = 25  # raster squares per cell beyond which a "lattice" would waste memory
_CENTIMETRE = 0.01


class Smoother(Protocol):
    """Averages a rate over neighbouring cells."""

    def mean(self, rate: NDArray[np.float64], *, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the smoothed rate, shape (n_cells,), from the cells that are known."""
        ...

    def own_share(self, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return how much of each mean is the cell's own rate, shape (n_cells,), 0 to 1."""
        ...


def typical_spacing_m(xy: NDArray[np.float64]) -> float:
    """Return the median distance from a cell to its nearest neighbour, in metres.

    A study area of one cell has no neighbour: the distance is 0.
    """
    if len(xy) == 1:
        return 0.0
    distance, _ = cKDTree(xy).query(xy, k=2)
    return float(np.median(distance[:, 1]))


def smoother(
    xy: NDArray[np.float64], *, bandwidth_m: float, area_km2: NDArray[np.float64]
) -> Smoother:
    """Return what smooths rates over these cells with a Gaussian kernel.

    Parameters
    ----------
    xy
        Shape (n_cells, 2). Centroids in metres.
    bandwidth_m
        Standard deviation of the kernel, more than 0.
    area_km2
        Shape (n_cells,). Ground area; used where cells form no lattice.
    """
    spacing_m = typical_spacing_m(xy)
    squares = _lattice(xy, spacing_m)
    if squares is not None:
        return Lattice(squares=squares, bandwidth=bandwidth_m / spacing_m)
    return Scattered(weights=_neighbour_weights(xy, bandwidth_m), area_km2=area_km2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lattice:
    """Smooths over a raster of equal squares.

    Parameters
    ----------
    squares
        Shape (n_cells, 2). Row and column of each cell, from 0.
    bandwidth
        Standard deviation of the kernel in squares.
    """

    squares: NDArray[np.intp]
    bandwidth: float

    def mean(self, rate: NDArray[np.float64], *, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the smoothed rate, shape (n_cells,), from the cells that are known.

        The weight of unknown cells is shared among the known; squares that are no cell count
        as 0.
        """
        smooth = self._spread(np.where(known, rate, 0.0))
        if known.all():
            return smooth
        heard = 1.0 - self._spread((~known).astype(np.float64))
        out = np.zeros_like(smooth)
        return np.divide(smooth, heard, out=out, where=known)

    def own_share(self, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return how much of each mean is the cell's own rate, shape (n_cells,); 0 if unknown."""
        reach = int(TRUNCATE * self.bandwidth + 0.5)  # as the filter itself cuts its kernel off
        steps = np.arange(-reach, reach + 1)
        centre = 1.0 / np.exp(-0.5 * (steps / self.bandwidth) ** 2).sum()
        heard = 1.0 if known.all() else 1.0 - self._spread((~known).astype(np.float64))
        share = np.zeros(known.shape)
        np.divide(centre**2, heard, out=share, where=known)
        return share

    def _spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        rows, columns = self.squares.T
        raster = np.zeros(self.squares.max(axis=0) + 1)
        raster[rows, columns] = values
        spread = gaussian_filter(raster, self.bandwidth, mode="constant", truncate=TRUNCATE)
        return np.asarray(spread[rows, columns], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scattered:
    """Smooths the density per square kilometre over the centroids near each cell.

    Parameters
    ----------
    weights
        Shape (n_cells, n_cells), sparse. Kernel weight of each neighbour.
    area_km2
        Shape (n_cells,). Ground area of each cell.
    """

    weights: csr_array
    area_km2: NDArray[np.float64]

    def mean(self, rate: NDArray[np.float64], *, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the smoothed rate, shape (n_cells,), from the cells that are known."""
        events = self.weights @ np.where(known, rate, 0.0)
        ground = self.weights @ np.where(known, self.area_km2, 0.0)
        density = np.zeros_like(self.area_km2)
        np.divide(events, ground, out=density, where=ground > 0)
        return density * self.area_km2

    def own_share(self, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return how much of each mean is the cell's own rate, shape (n_cells,); 0 if unknown."""
        ground = self.weights @ np.where(known, self.area_km2, 0.0)
        own = self.weights.diagonal() * self.area_km2
        share = np.zeros(known.shape)
        np.divide(own, ground, out=share, where=known & (ground > 0))
        return share


def _lattice(xy: NDArray[np.float64], spacing_m: float) -> NDArray[np.intp] | None:
    """Return row and column of each cell if all stand on one square lattice, else None."""
    if spacing_m == 0:
        return None
    steps = (xy - xy.min(axis=0)) / spacing_m
    squares = np.rint(steps).astype(np.intp)
    off = np.abs(steps - squares).max() * spacing_m
    raster = np.prod(squares.max(axis=0) + 1)
    if off > _CENTIMETRE or raster > _GAPS * len(xy) or len(np.unique(squares, axis=0)) < len(xy):
        return None
    return np.asarray(squares[:, ::-1], dtype=np.intp)


def _neighbour_weights(xy: NDArray[np.float64], bandwidth_m: float) -> csr_array:
    """Return exp(-d^2 / 2 h^2) for all pairs within 4 bandwidths, shape (n_cells, n_cells)."""
    tree = cKDTree(xy)
    near = tree.sparse_distance_matrix(tree, TRUNCATE * bandwidth_m, output_type="coo_matrix")
    near.data = np.exp(-0.5 * (near.data / bandwidth_m) ** 2)
    weights: csr_array = near.tocsr()
    return weights
