"""Points snapped to streets, times between them, and the way in words; reckoned by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rightplace.errors import BadInputError, UsageError
from rightplace.places.streets import (
    DetourTravel,
    Journey,
    SnappedPoints,
    StreetSettings,
    StreetTravel,
    Stretch,
    TravelTimes,
    detour_travel,
    street_words,
)
from tests.street_worlds import Point, Street, network_of, one_way, street

# One metre a second, on foot and by car: seconds are metres.
PLAIN = StreetSettings(
    walk_metres_per_second=1.0,
    main_metres_per_second=2.0,
    local_metres_per_second=1.0,
    snap_metres=50.0,
    move_metres=120.0,
)
#   (0,100)---High Street---(100,100)
#      |                        |
#   West Lane               East Lane        a square of 100 m sides
#      |                        |
#    (0,0)----Low Street----(100,0)
SQUARE = (
    street((0, 0), (100, 0), name="Low Street"),
    street((100, 0), (100, 100), name="East Lane"),
    street((100, 100), (0, 100), name="High Street"),
    street((0, 100), (0, 0), name="West Lane"),
)
ROUND = tuple(replace(side, backward=False) for side in SQUARE)  # anticlockwise for cars


def on_foot(*streets: Street, settings: StreetSettings = PLAIN) -> StreetTravel:
    return StreetTravel(network_of(*streets), mode="foot", settings=settings)


def by_car(*streets: Street) -> StreetTravel:
    return StreetTravel(network_of(*streets), mode="car", settings=PLAIN)


def snapped(travel: TravelTimes, *points: Point) -> SnappedPoints:
    return travel.snap(np.array(points, dtype=np.float64))


def seconds(travel: TravelTimes, start: Point, end: Point) -> float:
    points = snapped(travel, start, end)
    found = travel.travel_seconds(points, points)[0, 1]
    assert travel.path(points, 0, 1).seconds == found
    return float(found)


def way(travel: TravelTimes, start: Point, end: Point) -> Journey:
    return travel.path(snapped(travel, start, end), 0, 1)


def test_a_point_goes_to_the_nearest_place_on_a_street_and_says_how_far_it_was() -> None:
    points = snapped(on_foot(*SQUARE), (30, -4), (97, 60), (-30, -40))
    assert points.xy.tolist() == [[30, 0], [100, 60], [0, 0]]
    assert points.off_metres.tolist() == pytest.approx([4, 3, 50])
    assert points.edge.tolist() == [0, 1, 0]  # the corner is on two streets; the first stands
    assert points.along_metres.tolist() == [30, 60, 0]
    assert not points.moved.any()


def test_a_point_off_every_street_is_refused_naming_its_row_and_distance() -> None:
    points = np.array([[50.0, 0.0], [50.0, -51.0], [900.0, 0.0]])
    with pytest.raises(BadInputError, match="base 7 lies 51 m from the nearest street") as caught:
        on_foot(*SQUARE).snap(points, file="crews.csv", rows=np.array([3, 7, 9]), what="base")
    fault = caught.value.fault
    assert (fault.file, fault.row, fault.value) == ("crews.csv", 7, "51 m")
    assert "2 of 3 are off the street network" in fault.message


def test_a_point_without_a_place_is_refused_naming_its_row() -> None:
    for travel in (on_foot(*SQUARE), detour_travel(PLAIN, "foot")):
        with pytest.raises(BadInputError, match="point 2"):
            travel.snap(np.array([[0.0, 0.0], [np.nan, 0.0]]))
        with pytest.raises(UsageError, match="pairs"):
            travel.snap(np.array([0.0, 0.0]))


ISLAND = street((200, 0), (200, 40), name="Island Row")
FAR_ISLAND = street((300, 0), (300, 40), name="Far Row")


def test_a_point_on_a_piece_cut_off_is_moved_to_the_rest_with_its_distance() -> None:
    points = snapped(on_foot(*SQUARE, ISLAND), (201, 30), (99, 30))
    assert points.xy.tolist() == [[100, 30], [100, 30]]
    assert points.moved.tolist() == [True, False]
    assert points.off_metres.tolist() == [101, 1]


def test_a_point_on_a_piece_too_far_from_the_rest_is_refused() -> None:
    told = "visit 1 lies 1 m from the nearest street, which is cut off, and 201 m from the rest"
    with pytest.raises(BadInputError, match=told):
        on_foot(*SQUARE, FAR_ISLAND).snap(np.array([[301.0, 30.0]]), what="visit")


def test_a_point_too_far_even_from_the_piece_cut_off_is_refused() -> None:
    # 51 m from the island and 111 m from the rest: near enough to be moved, but by no street.
    island = street((262, 0), (262, 40), name="Island Row")
    with pytest.raises(BadInputError, match="lies 51 m from the nearest street, which is cut off"):
        on_foot(*SQUARE, island).snap(np.array([[211.0, 20.0]]))


def test_the_quicker_way_round_is_taken() -> None:
    travel = on_foot(*SQUARE)
    assert seconds(travel, (30, 0), (100, 60)) == pytest.approx(130)  # 70 + 60, not 270
    assert seconds(travel, (30, 0), (10, 100)) == pytest.approx(140)  # west: 30 + 100 + 10
    assert seconds(travel, (70, 0), (90, 100)) == pytest.approx(140)


def test_two_points_on_one_street_are_as_far_apart_as_the_street_between_them() -> None:
    travel = on_foot(*SQUARE)
    assert seconds(travel, (30, 0), (80, 0)) == pytest.approx(50)
    assert seconds(travel, (80, 0), (30, 0)) == pytest.approx(50)
    assert seconds(travel, (30, 0), (30, 0)) == 0


def test_two_points_on_one_street_go_round_where_that_is_quicker() -> None:
    # A bow of 300 m over a chord of 100 m between the same two junctions.
    bow = street((0, 0), (0, 100), (100, 100), (100, 0), name="The Bow")
    travel = on_foot(street((0, 0), (100, 0), name="The Chord"), bow)
    assert seconds(travel, (0, 90), (100, 90)) == pytest.approx(120)  # along the bow
    assert seconds(travel, (0, 10), (100, 10)) == pytest.approx(120)  # 10 + 100 + 10, not 280
    assert street_words(way(travel, (0, 20), (100, 20))) == (
        "The Bow 20 m, then The Chord 100 m, then The Bow 20 m"
    )


def test_points_on_a_loop_take_the_shorter_arc() -> None:
    loop = street((0, 0), (100, 0), (100, 100), (0, 100), (0, 0), name="Circus")
    travel = on_foot(street((-50, 0), (0, 0), name="Approach"), loop)
    assert seconds(travel, (50, 0), (0, 50)) == pytest.approx(100)
    assert seconds(travel, (-20, 0), (0, 60)) == pytest.approx(80)
    assert seconds(travel, (0, 60), (-20, 0)) == pytest.approx(80)
    assert way(travel, (0, 60), (-20, 0)).xy.tolist() == [[0, 60], [0, 0], [-20, 0]]


def test_cars_keep_to_one_way_streets_even_on_the_street_they_stand_in() -> None:
    travel = by_car(*ROUND)
    assert seconds(travel, (30, 0), (80, 0)) == pytest.approx(50)
    assert seconds(travel, (80, 0), (30, 0)) == pytest.approx(350)  # all the way round
    assert seconds(travel, (0, 50), (50, 0)) == pytest.approx(100)
    assert seconds(travel, (50, 0), (0, 50)) == pytest.approx(300)
    assert seconds(on_foot(*ROUND), (80, 0), (30, 0)) == pytest.approx(50)


def test_a_one_way_street_against_its_drawing_is_driven_against_it() -> None:
    against = tuple(replace(side, forward=False, backward=True) for side in SQUARE)
    assert seconds(by_car(*against), (80, 0), (30, 0)) == pytest.approx(50)
    assert seconds(by_car(*against), (30, 0), (80, 0)) == pytest.approx(350)


def test_a_one_way_loop_is_driven_one_way() -> None:
    loop = one_way((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    travel = by_car(street((-50, 0), (0, 0)), loop)
    assert seconds(travel, (0, 60), (-20, 0)) == pytest.approx(80)
    assert seconds(travel, (-20, 0), (0, 60)) == pytest.approx(360)
    assert way(travel, (-20, 0), (100, 50)).xy.tolist() == [
        [-20, 0],
        [0, 0],
        [100, 0],
        [100, 50],
    ]


def test_of_two_streets_between_the_same_junctions_the_quicker_is_taken() -> None:
    quick = Street(points=((0, 0), (50, 60), (100, 0)), name="Main Road", kind=1)  # 2 m/s
    travel = by_car(street((-10, 0), (0, 0)), street((0, 0), (100, 0)), quick, SQUARE[1])
    assert seconds(travel, (0, 0), (100, 0)) == pytest.approx(np.hypot(50, 60))
    journey = way(travel, (-10, 0), (100, 30))
    assert [stretch.name for stretch in journey.stretches] == ["", "Main Road", "East Lane"]
    assert journey.metres == pytest.approx(10 + 2 * np.hypot(50, 60) + 30)


def test_a_way_is_told_by_its_streets_in_order_and_drawn_from_place_to_place() -> None:
    journey = way(on_foot(*SQUARE), (30, 0), (60, 100))
    assert journey.stretches == (
        Stretch(name="Low Street", metres=30),
        Stretch(name="West Lane", metres=100),
        Stretch(name="High Street", metres=60),
    )
    assert (journey.seconds, journey.metres) == (190, 190)
    assert journey.xy.tolist() == [[30, 0], [0, 0], [0, 100], [60, 100]]


def test_neighbouring_pieces_of_one_street_are_told_as_one() -> None:
    travel = on_foot(
        street((0, 0), (100, 0), name="Market Street"),
        street((200, 0), (100, 0), name="Market Street"),
        street((200, 0), (200, 150), name="North Broad Street"),
    )
    journey = way(travel, (0, 0), (200, 150))
    assert street_words(journey) == "Market Street 200 m, then North Broad Street 150 m"
    assert journey.xy.tolist() == [[0, 0], [100, 0], [200, 0], [200, 150]]


def test_a_way_to_where_one_stands_is_a_point_and_takes_no_time() -> None:
    journey = way(on_foot(*SQUARE), (100, 0), (100, 0))
    assert (journey.seconds, journey.metres, journey.xy.tolist()) == (0, 0, [[100, 0], [100, 0]])


def test_short_stretches_go_unsaid_and_streets_without_a_name_are_called_so() -> None:
    def told(*parts: tuple[str, float]) -> str:
        stretches = tuple(Stretch(name=name, metres=metres) for name, metres in parts)
        return street_words(Journey(seconds=1, metres=1, xy=np.zeros((2, 2)), stretches=stretches))

    assert told(("Elm", 104), ("", 9), ("Elm", 103)) == "Elm 210 m"
    assert told(("", 44), ("Oak", 15)) == "unnamed street 40 m, then Oak 20 m"
    assert told(("Oak", 3)) == "Oak 10 m"


def test_many_points_give_each_the_time_it_has_alone() -> None:
    travel = by_car(*ROUND)
    corner = snapped(travel, (0, 0), (100, 0), (100, 100), (0, 100))
    once_round = [[0, 100, 200, 300], [300, 0, 100, 200], [200, 300, 0, 100], [100, 200, 300, 0]]
    assert travel.travel_seconds(corner, corner).tolist() == once_round
    assert travel.travel_seconds(corner.at(2), corner).tolist() == [once_round[2]]


def test_banks_of_a_river_are_as_far_apart_as_the_bridge_makes_them() -> None:
    # 20 m of water; the one bridge is 1,000 m off, far beyond where a search would look at first.
    travel = on_foot(
        street((0, 0), (1000, 0), name="North Bank"),
        street((1000, 0), (1000, -20), name="Bridge"),
        street((1000, -20), (0, -20), name="South Bank"),
    )
    points = snapped(travel, (0, 0), (10, -20), (20, 0))
    assert travel.travel_seconds(points, points).tolist() == [
        [0, 2010, 20],
        [2010, 0, 1990],
        [20, 1990, 0],
    ]
    assert street_words(travel.path(points, 0, 1)) == (
        "North Bank 1000 m, then Bridge 20 m, then South Bank 990 m"
    )


def test_a_way_found_at_once_gives_way_to_a_quicker_one_further_off() -> None:
    # 50 m apart; by the near end of its long street the second point is 1,950 m off, by the far
    # end, which lies beyond where a search looks at first, 300 + 100 m.
    travel = on_foot(
        street((0, 0), (0, -75), (150, -75), (150, 0), name="Back Road"),
        street((150, 0), (50, 0), (50, 950), (0, 950), (0, 0), name="Long Street"),
    )
    assert snapped(travel, (0, 0)).edge.tolist() == [0]
    assert seconds(travel, (0, 0), (50, 0)) == pytest.approx(400)


def test_no_points_have_no_times() -> None:
    travel = on_foot(*SQUARE)
    none = travel.snap(np.empty((0, 2)))
    assert travel.travel_seconds(none, snapped(travel, (0, 0))).shape == (0, 1)
    assert travel.travel_seconds(snapped(travel, (0, 0)), none).shape == (1, 0)


def test_a_description_says_speeds_and_what_is_left_out() -> None:
    assert on_foot(*SQUARE, street((200, 0), (200, 100))).description == (
        "Travel on foot at 1 metres per second, over 5 segments of drawn.gpkg; 1 of them (20.0% of "
        "the length) lie on pieces cut off from the rest and are left out."
    )
    assert "by car at 20, 2, 1, 4.17 metres" in by_car(*SQUARE).description


def test_without_streets_a_way_is_the_straight_line_times_the_detour() -> None:
    travel = DetourTravel(factor=1.5, metres_per_second=2.0)
    assert seconds(travel, (0, 0), (30, 40)) == 50 * 1.5 / 2
    journey = way(travel, (0, 0), (30, 40))
    assert (journey.metres, journey.xy.tolist()) == (75, [[0, 0], [30, 40]])
    assert street_words(journey) == "unnamed street 80 m"
    assert "detour factor of 1.5" in travel.description


def test_without_streets_cars_drive_as_on_local_ones() -> None:
    settings = StreetSettings()
    assert detour_travel(settings, "car").metres_per_second == settings.local_metres_per_second
    assert detour_travel(settings, "foot") == DetourTravel(factor=1.3, metres_per_second=1.39)


@pytest.mark.parametrize(("factor", "speed"), [(0.99, 1.0), (1.3, 0.0), (np.nan, 1), (1, np.inf)])
def test_a_detour_shorter_than_a_straight_line_and_no_speed_are_refused(
    factor: float, speed: float
) -> None:
    with pytest.raises(UsageError):
        DetourTravel(factor=factor, metres_per_second=speed)


def test_columns_of_points_that_differ_in_length_are_refused() -> None:
    with pytest.raises(UsageError, match="differ in length"):
        replace(snapped(on_foot(*SQUARE), (0, 0)), edge=np.array([1, 2]))
