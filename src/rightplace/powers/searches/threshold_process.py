"""The sampler kept within its time, its threads and memory ending with it."""

from __future__ import annotations

import importlib.util
import multiprocessing
from typing import TYPE_CHECKING

from rightplace.errors import NotHeldError
from rightplace.powers.searches import threshold_sampler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    import numpy as np
    from numpy.typing import NDArray

    from rightplace.powers.searches.threshold_model import Draws
    from rightplace.powers.searches.threshold_settings import ThresholdSettings

_STEP = 5.0  # seconds between lines of progress


def check_extra() -> None:
    """Check that the sampler can be loaded.

    Raises
    ------
    NotHeldError
        If the extra is not installed.
    """
    if importlib.util.find_spec("numpyro") is None:
        msg = "The threshold test needs NumPyro, which is not installed."
        remedy = "Install it with `pip install rightplace[threshold]`."
        raise NotHeldError(msg, value="threshold", remedy=remedy)


def sampled(
    tables: Sequence[tuple[NDArray[np.int64], ...]],
    settings: ThresholdSettings,
    *,
    seed: int,
    progress: Callable[[str], None],
) -> tuple[Draws, ...]:
    """Return the draws for as many of the tables as fit in the time, in order.

    Parameters
    ----------
    tables
        Residents, searches, known and hits, each of shape (n_places, n_groups).
    settings
        The model, the sampler and its limit.
    seed
        Of the first table's chance; the next has the next.
    progress
        Takes a line every few seconds.
    """
    check_extra()
    spawn = multiprocessing.get_context("spawn")
    mine, theirs = spawn.Pipe(duplex=False)
    child = spawn.Process(
        target=threshold_sampler.run, args=(theirs, tuple(tables), settings, seed), daemon=True
    )
    child.start()
    theirs.close()
    try:
        return _received(mine, len(tables), settings.limit_seconds, progress)
    finally:
        child.terminate()
        child.join()
        mine.close()


def _received(
    connection: Connection, most: int, limit: float, progress: Callable[[str], None]
) -> tuple[Draws, ...]:
    """Return what arrives within the limit; less if the process ends before."""
    found: list[Draws] = []
    waited = 0.0
    while len(found) < most and waited < limit:
        step = min(_STEP, limit - waited)
        if connection.poll(step):
            try:
                found.append(connection.recv())
            except EOFError:
                break
            progress(f"Threshold test: {len(found)} of {most} samplings done.")
        else:
            waited += step
            progress(f"Threshold test: sampling for {waited:.0f} s of at most {limit:.0f} s.")
    return tuple(found)
