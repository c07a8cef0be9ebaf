"""Localities on four squares of one kilometre in a row, each a check that a person can make."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely

from rightplace.errors import BadInputError
from rightplace.places.projection import to_degrees
from rightplace.powers.section_60.locality import (
    Ground60,
    PastUse,
    candidates,
    cell_at,
    geojson_of,
    hours_at,
    next_to,
    outline_of,
    same_place,
    share_smaller,
    taken_by_cells,
    taken_by_outline,
)

CRS = 27700
WEST, SOUTH = 530_000.0, 180_000.0
NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


def square(nth: float, *, wide: float = 1.0) -> shapely.Polygon:
    west = WEST + 1000 * nth
    return shapely.box(west, SOUTH, west + 1000 * wide, SOUTH + 1000)


def row_of_four(*residents: int | None) -> Ground60:
    """Squares 0 and 1 are the borough of Mill (wards East and West); 2 and 3 are Quay, no ward."""
    return Ground60(
        ids=("c0", "c1", "c2", "c3"),
        shapes=np.array([square(n) for n in range(4)], dtype=object),
        wards=("West", "East", None, None),
        boroughs=("Mill", "Mill", "Quay", "Quay"),
        residents=residents or (100, 200, 400, None),
        crs=CRS,
    )


def test_cells_add_up_and_a_borough_is_whole_once_all_its_cells_are_in() -> None:
    one = taken_by_cells(row_of_four(), [1])
    assert (one.area_km2, one.residents, one.boroughs) == (1.0, 200, ("Mill",))
    assert one.whole_boroughs == ()
    both = taken_by_cells(row_of_four(), [1, 0, 1])
    assert (both.area_km2, both.residents, both.whole_boroughs) == (2.0, 300, ("Mill",))


def test_residents_that_are_not_held_of_one_cell_are_not_held_of_the_whole() -> None:
    assert taken_by_cells(row_of_four(), [2, 3]).residents is None


def test_a_drawn_outline_takes_residents_by_share_of_ground() -> None:
    drawn = taken_by_outline(row_of_four(), square(0.5))  # half of 0, half of 1
    assert drawn.cells == (0, 1)
    assert drawn.residents == 150
    assert drawn.area_km2 == pytest.approx(1.0)
    assert not drawn.is_whole_cells


def test_a_corner_that_hardly_touches_a_cell_does_not_take_it_in() -> None:
    assert taken_by_outline(row_of_four(), square(0.005, wide=0.99)).cells == (0,)


def test_an_outline_smaller_than_a_sliver_of_its_cell_still_lies_in_it() -> None:
    tiny = shapely.box(WEST + 100, SOUTH + 100, WEST + 110, SOUTH + 110)
    drawn = taken_by_outline(row_of_four(), tiny)
    assert drawn.cells == (0,)
    assert drawn.residents == 0  # 100 residents on a ten-thousandth of the ground


def test_an_outline_outside_the_study_area_is_refused_with_the_share() -> None:
    with pytest.raises(BadInputError, match="50% of the outline lies outside"):
        taken_by_outline(row_of_four(), square(-0.5))


def test_candidates_are_offered_smallest_first() -> None:
    found = candidates(row_of_four(), 1)
    assert [(each.kind, each.name, each.cells) for each in found] == [
        ("cell", "c1", (1,)),
        ("ward", "East", (1,)),
        ("borough", "Mill", (0, 1)),
    ]
    assert [each.kind for each in candidates(row_of_four(), 3)] == ["cell", "borough"]


def test_cells_that_share_an_edge_are_next_to_it_and_those_that_share_a_corner_are_not() -> None:
    ground = row_of_four()
    assert next_to(ground, [1]) == (0, 2)
    corner = shapely.box(WEST + 2000, SOUTH + 1000, WEST + 3000, SOUTH + 2000)
    moved = Ground60(
        ids=ground.ids,
        shapes=np.array([*ground.shapes[:3], corner], dtype=object),
        wards=ground.wards,
        boroughs=ground.boroughs,
        residents=ground.residents,
        crs=CRS,
    )
    assert next_to(moved, [1]) == (0, 2)


def test_a_point_lies_in_its_cell() -> None:
    lon, lat = to_degrees(CRS, np.array([WEST + 2500]), np.array([SOUTH + 500]))
    assert cell_at(row_of_four(), lon[0], lat[0]) == 2
    assert cell_at(row_of_four(), 10.0, 10.0) is None


def test_what_is_written_as_geojson_or_corners_is_read_as_the_same_ground() -> None:
    text = geojson_of(square(1), CRS)
    assert outline_of(text, CRS).area == pytest.approx(1e6, rel=1e-4)
    feature = json.dumps({"type": "Feature", "properties": {}, "geometry": json.loads(text)})
    assert outline_of(feature, CRS).area == pytest.approx(1e6, rel=1e-4)
    corners = "\n".join(f"{x}, {y}" for x, y in json.loads(text)["coordinates"][0])
    assert outline_of(corners, CRS).area == pytest.approx(1e6, rel=1e-4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not GeoJSON"),
        ('{"type": "Point", "coordinates": [0, 51]}', "not a Polygon"),
        ('{"type": "Polygon", "coordinates": [["x"]]}', "not GeoJSON|not a Polygon"),
        ("[" * 5000, "Corner 1"),
        ('{"a":' * 5000, "not GeoJSON"),
        ("-0.1, 51.5\n-0.1, 51.6", "needs 3 corners"),
        ("-0.1, 51.5\nsomewhere", "Corner 2"),
        ("-0.1 51.5\n-0.1 51.6\n-0.2 51.5\n-0.2 51.6", "crosses itself"),
        ("530000 180000\n531000 180000\n531000 181000", "not longitude and latitude"),
        ("nan nan\n1 2\n3 4", "Corner 1"),
    ],
)
def test_what_is_no_outline_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        outline_of(text, CRS)


def past(reference: str, nth: float, *, starts: float, hours: float) -> PastUse:
    begun = NOON + timedelta(hours=starts)
    ends = begun + timedelta(hours=hours)
    return PastUse(
        reference=reference,
        outline=geojson_of(square(nth), CRS),
        area_km2=1.0,
        starts=begun,
        ends=ends,
    )


def test_a_drifting_edge_is_still_the_same_place_and_a_neighbour_is_not() -> None:
    own = geojson_of(square(0), CRS)
    earlier = [past("old", 0.5, starts=-100, hours=5), past("new", 0.2, starts=-50, hours=5)]
    met = same_place(own, earlier, share=0.25)
    assert [each.reference for each in met] == ["new", "old"]
    assert [each.reference for each in same_place(own, earlier, share=0.6)] == ["new"]
    assert same_place(own, [past("next", 1, starts=-50, hours=5)], share=0.01) == ()


def test_hours_of_28_days_count_once_where_two_held_at_once() -> None:
    held = [
        past("a", 0, starts=-48, hours=10),
        past("b", 0, starts=-42, hours=10),  # four of them with a
        past("c", 0, starts=-30 * 24, hours=2 * 24 + 3),  # 3 hours of it inside the 28 days
        past("d", 0, starts=-2, hours=24),  # 2 hours of it so far
    ]
    assert hours_at(held, until=NOON) == timedelta(hours=10 + 6 + 3 + 2)
    assert hours_at([], until=NOON) == timedelta(0)


def test_the_share_of_smaller_past_localities_needs_past_localities() -> None:
    assert share_smaller(2.0, [1.0, 2.0, 3.0, 0.5]) == 0.5
    assert share_smaller(2.0, []) is None
