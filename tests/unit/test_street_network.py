"""Which lines meet where, and which pieces hang together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError
from rightplace.places.streets import StreetLines, StreetNetwork, StreetSettings, build_network
from rightplace.places.streets.network import joined
from tests.street_worlds import Street, network_of, one_way, street

SETTINGS = StreetSettings()


def walked(lines: StreetLines, *, join_metres: float = 0.01) -> StreetNetwork:
    return build_network(lines, mode="foot", settings=replace(SETTINGS, join_metres=join_metres))


def driven(lines: StreetLines) -> StreetNetwork:
    return build_network(lines, mode="car", settings=SETTINGS)


def test_ends_within_the_tolerance_are_one_junction_and_beyond_it_two() -> None:
    lines = network_of(street((0, 0), (100, 0)), street((100.4, 0), (200, 0)))
    assert walked(lines, join_metres=0.5).nodes == 3
    assert walked(lines, join_metres=0.3).nodes == 4


def test_ends_are_joined_by_way_of_further_ends_across_any_rounding() -> None:
    # Rounded to whole metres, 0.4 and 0.6 would part; no grid cuts between them.
    chain = np.array([[0.0, 0.0], [0.4, 0.0], [0.6, 0.0], [1.0, 0.0], [5.0, 0.0]])
    assert len(set(joined(chain, 0.4).tolist())) == 2
    assert len(set(joined(chain, 0.0).tolist())) == 5


def test_a_tolerance_of_nothing_joins_the_very_same_point_only() -> None:
    assert joined(np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.000001]]), 0.0).tolist() == [0, 0, 1]


def test_lines_that_cross_without_a_shared_point_are_not_joined() -> None:
    lines = network_of(street((0, 0), (100, 0)), street((50, -50), (50, 50)))
    network = walked(lines)
    assert (network.nodes, network.edges_left_out) == (4, 1)


def test_openstreetmap_ways_are_split_where_another_shares_a_vertex() -> None:
    through = street((0, 0), (50, 0), (100, 0))
    side = street((50, 0), (50, 40))
    network = walked(network_of(through, side, joined_at="vertices"))
    assert network.metres.tolist() == [50, 50, 40]
    assert network.line.tolist() == [0, 0, 1]
    assert (network.nodes, network.edges_left_out) == (4, 0)


def test_two_openstreetmap_ways_that_cross_at_a_shared_vertex_meet_there() -> None:
    lines = network_of(
        street((0, 0), (50, 0), (100, 0)), street((50, -9), (50, 0), (50, 9)), joined_at="vertices"
    )
    network = walked(lines)
    assert (network.nodes, len(network.metres), network.edges_left_out) == (5, 4, 0)


def test_a_vertex_of_one_way_alone_is_no_junction_unless_it_comes_back_to_it() -> None:
    bend = network_of(street((0, 0), (50, 0), (50, 50)), joined_at="vertices")
    assert (walked(bend).nodes, walked(bend).metres.tolist()) == (2, [100])
    lasso = street((0, 0), (10, 0), (20, 10), (20, -10), (10, 0))
    network = walked(network_of(lasso, joined_at="vertices"))
    assert network.nodes == 2
    assert network.tail[1] == network.head[1]


def test_lines_of_other_files_do_not_meet_at_a_vertex_in_the_middle() -> None:
    lines = network_of(street((0, 0), (50, 0), (100, 0)), street((50, 0), (50, 40)))
    assert walked(lines).edges_left_out == 1


def test_the_longest_piece_is_kept_and_the_rest_told() -> None:
    lines = network_of(
        street((0, 0), (100, 0)),
        street((100, 0), (100, 200)),
        street((500, 0), (540, 0)),
        street((540, 0), (540, 60)),
    )
    network = walked(lines)
    assert network.is_kept.tolist() == [True, True, False, False]
    assert (network.edges_left_out, network.share_left_out) == (2, 0.25)  # 100 m of 400 m


def test_a_one_way_street_that_no_car_can_leave_is_left_out_for_cars_alone() -> None:
    square = (
        one_way((0, 0), (100, 0)),
        one_way((100, 0), (100, 100)),
        one_way((100, 100), (0, 100)),
        one_way((0, 100), (0, 0)),
    )
    trap = one_way((100, 100), (200, 100))
    lines = network_of(*square, trap)
    assert driven(lines).is_kept.tolist() == [True, True, True, True, False]
    assert walked(lines).is_kept.all()


def test_one_way_streets_that_go_nowhere_round_are_refused() -> None:
    with pytest.raises(UnsupportedByDataError, match="no place that a car could leave"):
        driven(network_of(one_way((0, 0), (100, 0)), one_way((100, 0), (200, 0))))


def test_streets_closed_to_the_mode_are_no_part_of_its_network() -> None:
    path = Street(points=((0, 0), (0, 70)), kind=4, forward=False, backward=False)
    lines = network_of(street((0, 0), (100, 0)), path)
    assert driven(lines).line.tolist() == [0]
    assert walked(lines).line.tolist() == [0, 1]
    with pytest.raises(UnsupportedByDataError, match="None of 1 streets is open to travel by car"):
        driven(network_of(path))


def test_cars_drive_at_the_speed_of_the_kind_of_street_and_walkers_at_their_own() -> None:
    drawn = [Street(points=((0, 0), (100 * way, 1)), kind=way) for way in range(1, 4)]
    lines = network_of(*drawn)
    network, speeds = driven(lines), SETTINGS.car_metres_per_second()
    assert (network.metres / network.forward_seconds).tolist() == pytest.approx(speeds[1:4])
    on_foot = walked(lines)
    assert (on_foot.metres / on_foot.backward_seconds).tolist() == pytest.approx([1.39] * 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"walk_metres_per_second": 0.0},
        {"snap_metres": -1.0},
        {"detour_factor": 0.9},
        {"join_metres": float("nan")},
        {"local_metres_per_second": float("inf")},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        replace(SETTINGS, **wrong)


def test_lines_without_a_street_or_with_rows_that_do_not_fit_are_refused() -> None:
    drawn = network_of(street((0, 0), (1, 0)))
    with pytest.raises(BadInputError, match="not one street"):
        replace(drawn, lines=drawn.lines[:0])
    with pytest.raises(UsageError, match="1 lines have 2 rows"):
        replace(drawn, rows=np.array([1, 2]))
