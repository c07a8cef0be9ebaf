"""Philadelphia's street centre lines make the network that ANCHORS 4 counts."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from rightplace.places.streets import StreetLines, StreetSettings, StreetTravel, read_streets
from tests.paths import SHARED, needs_shared

pytestmark = [needs_shared]
FOLDER = SHARED / "events" / "philadelphia" / "streets"
PENNSYLVANIA_SOUTH_METRES = 32129
METRES_IN_A_MILE = 1609.344


@pytest.fixture(scope="module")
def lines() -> StreetLines:
    return read_streets(FOLDER / "Street_Network_Types.shp", crs=PENNSYLVANIA_SOUTH_METRES)


@pytest.fixture(scope="module")
def travel(lines: StreetLines) -> StreetTravel:
    return StreetTravel(lines, mode="foot", settings=StreetSettings())


def test_segments_nodes_edges_and_pieces_are_those_counted(travel: StreetTravel) -> None:
    network = travel.network
    ends = np.sort(np.column_stack((network.tail, network.head)), axis=1)
    assert (len(network.metres), network.nodes) == (40_342, 24_965)
    assert len(np.unique(ends, axis=0)) == 40_249
    assert network.edges_left_out == 0  # one piece
    assert network.metres.sum() / METRES_IN_A_MILE == pytest.approx(2_798, abs=1)


def test_two_hundred_hot_spots_have_times_that_agree_with_their_ways(
    lines: StreetLines, travel: StreetTravel
) -> None:
    rng = np.random.default_rng(4)
    middles = shapely.get_coordinates(shapely.centroid(lines.lines))
    chosen = rng.choice(len(middles), 200, replace=False)
    points = travel.snap(middles[chosen] + rng.normal(0, 20, (200, 2)))
    seconds = travel.travel_seconds(points, points)
    apart = np.hypot(*(points.xy[:, None] - points.xy[None]).transpose(2, 0, 1))
    walk = StreetSettings().walk_metres_per_second
    assert (seconds * walk >= apart - 0.01).all()  # no way is shorter than the straight line
    np.testing.assert_allclose(seconds, seconds.T, atol=1e-6)  # on foot there and back are equal
    via = (seconds[:, :, None] + seconds[None, :, :]).min(axis=1)
    assert (seconds <= via + 1e-6).all()  # nor longer than by way of a third
    for end in range(1, 20):
        journey = travel.path(points, 0, end)
        assert journey.seconds == seconds[0, end]
        assert journey.metres == pytest.approx(seconds[0, end] * walk)
        drawn = np.hypot(*np.diff(journey.xy, axis=0).T).sum()
        assert drawn == pytest.approx(journey.metres, abs=0.01)


def test_a_point_in_another_town_is_off_the_network(travel: StreetTravel) -> None:
    camden = np.array([[830_000.0, 60_000.0]])
    with pytest.raises(ValueError, match="point 1 lies"):
        travel.snap(camden)
