"""The lot drawn again: every other way it could have fallen, or many of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rightplace.evaluate.designs.lot.rows import Drawn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Redraws:
    """Ways in which the lot could have fallen.

    Parameters
    ----------
    treated
        Shape (n_redraws, n_draws).
    exact
        Whether these are all of them, the real one included, each equally likely.
    """

    treated: NDArray[np.bool_]
    exact: bool

    @property
    def words(self) -> str:
        """How many, in words."""
        number = self.treated.shape[0]
        return f"all {number:,} draws of the lot" if self.exact else f"{number:,} redraws"


def number_of_draws(drawn: Drawn) -> int:
    """Return in how many ways the lot could have fallen, 2 or more."""
    pairs = zip(drawn.sizes.tolist(), drawn.numbers_treated.tolist(), strict=True)
    return math.prod(math.comb(size, treated) for size, treated in pairs)


def smallest_chance(drawn: Drawn, redraws: Redraws) -> float:
    """Return the smallest chance that can come out, whatever happened.

    Where every stratum treated half, each draw has a mirror image in which the arms are exchanged,
    with the same difference the other way round; the two count together.
    """
    number = int(redraws.treated.shape[0])
    mirrored = redraws.exact and bool((2 * drawn.numbers_treated == drawn.sizes).all())
    ways = number if redraws.exact else number + 1
    return (2 if mirrored else 1) / ways


def redraws_of(drawn: Drawn, *, redraws: int, listed: int, rng: np.random.Generator) -> Redraws:
    """Return all ways in which the lot could have fallen if they are few, else some at random.

    In each stratum as many are treated as were, every choice equally likely: complete
    randomisation, as the lot of a hold-out draws. Where each was drawn by a coin of its own, it
    is what is left of chance once the numbers are known.

    Parameters
    ----------
    drawn
        What was drawn.
    redraws
        How many where they are too many to list.
    listed
        Most that are listed.
    rng
        Source of chance.
    """
    if number_of_draws(drawn) <= listed:
        return Redraws(treated=np.array(list(_every(drawn)), dtype=np.bool_), exact=True)
    made = np.zeros((redraws, drawn.stratum.size), dtype=np.bool_)
    spans = zip(drawn.starts, drawn.sizes.tolist(), drawn.numbers_treated.tolist(), strict=True)
    for start, size, treated in spans:
        ranks = rng.random((redraws, size)).argsort(axis=1)
        made[:, start : start + size] = ranks < treated
    return Redraws(treated=made, exact=False)


def _every(drawn: Drawn) -> Iterator[NDArray[np.bool_]]:
    spans = zip(drawn.starts, drawn.sizes.tolist(), drawn.numbers_treated.tolist(), strict=True)
    choices = [
        list(combinations(range(int(start), int(start) + size), treated))
        for start, size, treated in spans
    ]
    for chosen in product(*choices):
        one = np.zeros(drawn.stratum.size, dtype=np.bool_)
        one[[place for part in chosen for place in part]] = True
        yield one
