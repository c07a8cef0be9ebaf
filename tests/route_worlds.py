"""Small routing problems that a person can check, and their best answers by trying everything."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.routes import Duty, Refreshment, RouteProblem, Stop
from rightplace.deploy.routes.schedule import leaving_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def on_a_line(*places: int, stops: Sequence[Stop], duties: Sequence[Duty]) -> RouteProblem:
    """Return a problem of points on a line, a unit of time for each unit of length."""
    at = np.array(places, dtype=np.int64)
    return RouteProblem(
        travel=np.abs(at[:, None] - at[None, :]), stops=tuple(stops), duties=tuple(duties)
    )


def drawn(rng: np.random.Generator, *, stops: int, crews: int, rest: bool) -> RouteProblem:
    """Return a problem drawn at random: points in a square, windows, prizes, perhaps a break."""
    xy = rng.integers(0, 60, (stops + crews, 2))
    apart = xy[:, None, :] - xy[None, :, :]
    travel = np.ceil(np.hypot(apart[..., 0], apart[..., 1])).astype(np.int64)
    opens = rng.integers(0, 150, stops)
    made = tuple(
        Stop(
            point=i,
            opens=int(opens[i]),
            closes=int(opens[i] + rng.integers(10, 120)),
            service=15,
            prize=int(rng.integers(1, 20)),
        )
        for i in range(stops)
    )
    duties = tuple(
        Duty(
            base=stops + k,
            opens=0,
            closes=300,
            limit=int(rng.integers(120, 240)),
            refreshment=Refreshment(point=stops + k, opens=80, closes=180, length=20)
            if rest and k == 0
            else None,
        )
        for k in range(crews)
    )
    return RouteProblem(travel=travel, stops=made, duties=duties)


def orders(problem: RouteProblem, duty: int, mine: Sequence[int]) -> Iterator[list[int | None]]:
    """Yield every order of some stops, with the break at every turn where there is one."""
    for order in permutations(mine):
        if problem.duties[duty].refreshment is None:
            yield list(order)
        else:
            for turn in range(len(order) + 1):
                yield [*order[:turn], None, *order[turn:]]


def best_prize(problem: RouteProblem) -> int:
    """Return the largest prize there is, by trying every split of the stops and every order."""
    crews = range(len(problem.duties))
    can: dict[tuple[int, frozenset[int]], bool] = {}
    best = 0
    for owner in product([*crews, None], repeat=len(problem.stops)):
        prize = sum(s.prize for s, who in zip(problem.stops, owner, strict=True) if who is not None)
        if prize <= best:
            continue
        sets = [frozenset(i for i, who in enumerate(owner) if who == k) for k in crews]
        for duty, mine in zip(crews, sets, strict=True):
            if (duty, mine) not in can:
                found = orders(problem, duty, sorted(mine))
                can[duty, mine] = any(leaving_window(problem, duty, o) for o in found)
        if all(can[duty, mine] for duty, mine in zip(crews, sets, strict=True)):
            best = prize
    return best
