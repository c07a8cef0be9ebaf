"""What chance gives: pairs of events when their times are dealt out anew.

Each permutation keeps every place and every time and only breaks who has which. A batch of
permutations has a generator of its own, spawned from the one that was handed over: the same
seed gives the same counts however many threads there are.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.forecast.near_repeat.bands import Bands
    from rightplace.forecast.near_repeat.pairs import NearPairs

_BATCH = 64  # permutations side by side: a pair's rows then fill one or two cache lines each


def permuted_counts(
    pairs: NearPairs,
    units: NDArray[np.int64],
    time: Bands,
    *,
    permutations: int,
    generator: np.random.Generator,
    threads: int = 2,
) -> NDArray[np.int64]:
    """Return pairs by band in each permutation of the times over the events.

    Parameters
    ----------
    pairs
        The pairs by band of distance.
    units
        Shape (n_events,). Time of each event in whole units.
    time
        Bands of elapsed time in the same units.
    permutations
        How many times the times are dealt out.
    generator
        Source of chance; each batch of permutations spawns its own from it.
    threads
        How many batches are counted at a time. The counts do not depend on it.

    Returns
    -------
    NDArray
        Shape (permutations, n_space with an end, n_time).
    """
    last = time.last_units()
    offsets = units[pairs.order] - units.min()
    kind = np.int16 if offsets.max() <= np.iinfo(np.int16).max else np.int32
    narrow = offsets.astype(kind)
    limits = np.clip(last, -1, np.iinfo(kind).max).astype(kind)
    sizes = [min(_BATCH, permutations - done) for done in range(0, permutations, _BATCH)]
    children = generator.spawn(len(sizes))

    def batch(size: int, child: np.random.Generator) -> NDArray[np.int64]:
        return _batch(pairs, narrow, limits, size=size, generator=child)

    with ThreadPoolExecutor(threads) as pool:
        within = np.concatenate(list(pool.map(batch, sizes, children)))
    return np.diff(within, axis=2)


def _batch(
    pairs: NearPairs,
    units: NDArray[Any],
    limits: NDArray[Any],
    *,
    size: int,
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Return pairs up to each limit in some permutations, shape (size, n_bands, n_limits)."""
    from rightplace.forecast.near_repeat.kernels import count  # noqa: PLC0415 - compiles on demand

    dealt = np.empty((units.size, size), dtype=units.dtype)
    for column in range(size):
        dealt[:, column] = generator.permutation(units)
    counts = np.zeros((pairs.n_bands, limits.size, size), dtype=np.int64)
    if pairs.neighbours.size:
        count(pairs.starts, pairs.neighbours, dealt, limits, counts)
    return np.moveaxis(counts, 2, 0)
