"""Where nothing was done, synthetic comparisons say so as often as they promise.

Of 200 worlds a test of 5 % rejects between 2 and 18 with a chance over 99.5 %; the benchmark runs
500. Placebo tests promise no more than 5 %, so only too many rejections are an error: season,
shared trends and memory of places do not raise them.
"""

from __future__ import annotations

import numpy as np
import pytest

from rightplace.evaluate.designs.synthetic.judged import judge
from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings
from tests.synthetic_worlds import areas_world, rejects_blocks

RUNS = 200
MOST = 18
FEW = SyntheticSettings(permutations=39)


@pytest.mark.parametrize(
    ("treated", "donors", "shared"), [(1, 39, 0.1), (1, 19, 0.0), (3, 20, 0.1)]
)
def test_one_or_few_areas(treated: int, donors: int, shared: float) -> None:
    wrong = 0
    for run in range(RUNS):
        rng = np.random.default_rng([run, treated])
        panel = areas_world(rng, treated=treated, donors=donors, shared=shared)
        areas, pool = panel.counts[:treated], panel.counts[treated:]
        estimate = judge(areas, pool, first=36, rng=rng, settings=FEW).estimate()
        wrong += estimate.p is not None and estimate.p <= 0.05 + 1e-12
    assert wrong <= MOST


@pytest.mark.parametrize("memory", [0.2])
def test_many_places_whatever_their_memory(memory: float) -> None:
    wrong = sum(
        rejects_blocks(np.random.default_rng([run, 5]), memory=memory, draws=39)
        for run in range(RUNS)
    )
    assert wrong <= MOST
