"""Times on streets equal those of Floyd and Warshall on a graph with the points written in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from rightplace.errors import UnsupportedByDataError
from rightplace.places.streets import SnappedPoints, StreetSettings, StreetTravel
from tests.street_worlds import Street, network_of

SETTINGS = StreetSettings(
    walk_metres_per_second=1.0, local_metres_per_second=1.0, main_metres_per_second=3.0
)
SPEEDS = {1: 3.0, 2: 1.0}
Spot = tuple[int, float]  # a street and the share of its length


@dataclass(frozen=True)
class World:
    """Streets between numbered junctions, and points on them."""

    ends: tuple[tuple[int, int], ...]
    streets: tuple[Street, ...]
    spots: tuple[Spot, ...]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    places = draw(
        st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=2, max_size=6, unique=True)
    )
    numbers = st.integers(0, len(places) - 1)
    ends = draw(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=9))
    streets = []
    for tail, head in ends:
        (x, y), (u, v) = places[tail], places[head]
        bend = draw(st.integers(1, 3)) + 0.5  # a detour: no vertex in the middle is a junction
        middle = [(x + bend, y + 0.25), (x + 0.25, y + bend)] if tail == head else []
        forward, backward = draw(st.sampled_from([(True, True), (True, False), (False, True)]))
        streets.append(
            Street(
                points=((x, y), *middle, (u, v)),
                kind=draw(st.sampled_from([1, 2])),
                forward=forward,
                backward=backward,
            )
        )
    spot = st.tuples(st.integers(0, len(ends) - 1), st.sampled_from([0, 0.25, 1 / 3, 0.9, 1]))
    spots = draw(st.lists(spot, min_size=2, max_size=5))
    return World(tuple(ends), tuple(streets), tuple(spots))


def metres_of(street: Street) -> float:
    xy = np.array(street.points, dtype=float)
    return float(np.hypot(*np.diff(xy, axis=0).T).sum())


def reference(world: World, *, car: bool) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return seconds between all spots, and after them all junctions."""
    spots = len(world.spots)
    size = spots + 1 + max(number for pair in world.ends for number in pair)
    apart = np.full((size, size), np.inf)
    np.fill_diagonal(apart, 0.0)
    for at, (street, (tail, head)) in enumerate(zip(world.streets, world.ends, strict=True)):
        on = sorted((share, n) for n, (where, share) in enumerate(world.spots) if where == at)
        chain = [(0.0, spots + tail), *on, (1.0, spots + head)]
        seconds = metres_of(street) / (SPEEDS[street.kind] if car else 1.0)
        for (low, a), (high, b) in pairwise(chain):
            if street.forward or not car or low == high:  # the same place needs no leave
                apart[a, b] = min(apart[a, b], (high - low) * seconds)
            if street.backward or not car or low == high:
                apart[b, a] = min(apart[b, a], (high - low) * seconds)
    for k in range(size):
        apart = np.minimum(apart, apart[:, [k]] + apart[[k], :])
    return apart


def placed(travel: StreetTravel, spots: list[Spot]) -> SnappedPoints:
    edge = np.array([where for where, _ in spots])
    along = np.array([share for _, share in spots]) * travel.network.metres[edge]
    xy = [
        travel.network.shapes[where].interpolate(metres).coords[0]
        for (where, _), metres in zip(spots, along, strict=True)
    ]
    return SnappedPoints(
        xy=np.array(xy),
        off_metres=np.zeros(len(spots)),
        moved=np.zeros(len(spots), dtype=bool),
        edge=edge,
        along_metres=along,
    )


@given(worlds(), st.booleans())
def test_times_equal_the_reference_and_ways_their_times(world: World, car: bool) -> None:  # noqa: FBT001 - Hypothesis gives it by position
    lines = network_of(*world.streets)
    try:
        travel = StreetTravel(lines, mode="car" if car else "foot", settings=SETTINGS)
    except UnsupportedByDataError:
        assume(False)  # noqa: FBT003 - Hypothesis's own signature
    expected = reference(world, car=car)
    held = [n for n, (where, _) in enumerate(world.spots) if travel.network.is_kept[where]]
    assume(held)
    points = placed(travel, [world.spots[n] for n in held])
    found = travel.travel_seconds(points, points)
    np.testing.assert_allclose(found, expected[np.ix_(held, held)], atol=1e-9)
    for start in range(len(held)):
        for end in range(len(held)):
            journey = travel.path(points, start, end)
            assert journey.seconds == found[start, end]
            drawn = np.hypot(*np.diff(journey.xy, axis=0).T).sum()
            assert abs(drawn - journey.metres) < 1e-6
            np.testing.assert_allclose(journey.xy[[0, -1]], points.xy[[start, end]], atol=1e-9)
            if not car:
                assert abs(journey.metres - journey.seconds) < 1e-6


@given(worlds())
def test_the_piece_kept_is_the_longest_of_those_reachable_there_and_back(world: World) -> None:
    lines = network_of(*world.streets)
    spots = len(world.spots)
    apart = reference(world, car=True)
    mutual = np.isfinite(apart) & np.isfinite(apart.T)
    lengths: dict[tuple[bool, ...], float] = {}
    for street, (tail, head) in zip(world.streets, world.ends, strict=True):
        if mutual[spots + tail, spots + head]:
            piece = tuple(mutual[spots + tail, spots:].tolist())
            lengths[piece] = lengths.get(piece, 0.0) + metres_of(street)
    try:
        network = StreetTravel(lines, mode="car", settings=SETTINGS).network
    except UnsupportedByDataError:
        assert not lengths
        return
    kept = network.metres[network.is_kept].sum()
    assert abs(kept - max(lengths.values())) < 1e-9
