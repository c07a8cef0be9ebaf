"""Vector tiles against bytes worked out by hand, and against what GDAL reads in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.briefing.vector_tile import EXTENT, Square, encode_tile, in_tile, on_world_map

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WORLD = Square(zoom=0, x=0, y=0)


def tile(shapes: list[shapely.Geometry], square: Square = WORLD, *, value: int = 3) -> bytes:
    given_shapes = np.array(shapes, dtype=object)
    ids = np.arange(len(shapes))
    values = np.full(len(shapes), value)
    return encode_tile("cells", given_shapes, square, ids=ids, values=values, key="shade")


def box(west: float, north: float, east: float, south: float) -> shapely.Polygon:
    """A box in units of the world's tile."""
    return shapely.box(*(each / EXTENT for each in (west, north, east, south)))


def test_a_square_is_written_as_the_specification_says() -> None:
    # Points (2, 1), (4, 1), (4, 3), (2, 3): MoveTo(2, 1), LineTo 3 steps, ClosePath; the y axis
    # points down, so this order has a positive area (section 4.3.3.3). Zigzag doubles a positive
    # number, and -2 is 3.
    start = {
        (4, 1): [9, 8, 2, 26, 0, 4, 3, 0, 0, 3, 15],
        (2, 1): [9, 4, 2, 26, 4, 0, 0, 4, 3, 0, 15],
    }
    told = tile([box(2, 1, 4, 3)], value=-1)
    geometries = [bytes([0x22, 11, *each]) for each in start.values()]
    assert sum(each in told for each in geometries) == 1
    feature = next(each for each in geometries if each in told)
    body = bytes([0x08, 0, 0x12, 2, 0, 0, 0x18, 3]) + feature
    layer = (
        bytes([0x0A, 5]) + b"cells" + bytes([0x12, len(body)]) + body + bytes([0x1A, 5])
        + b"shade" + bytes([0x22, 2, 0x30, 1]) + bytes([0x28, 0x80, 0x20, 0x78, 2])
    )  # fmt: skip
    assert told == bytes([0x1A, len(layer)]) + layer


def read(folder: Path, content: bytes, square: Square) -> tuple[NDArray[np.object_], list[int]]:
    path = folder / f"{square.zoom}-{square.x}-{square.y}.mvt"
    path.write_bytes(content)
    options = {"X": square.x, "Y": square.y, "Z": square.zoom, "CLIP": "NO"}
    meta, fids, shapes, fields = pyogrio.raw.read(
        path, layer="cells", return_fids=True, **{k: str(v) for k, v in options.items()}
    )
    del fids
    assert "shade" in list(meta["fields"])
    return shapely.from_wkb(shapes), fields[list(meta["fields"]).index("shade")].tolist()


def metres(shape: shapely.Geometry) -> shapely.Geometry:
    """The world map's shares as GDAL gives them back: metres of EPSG:3857."""
    half = 20_037_508.342789244
    return shapely.transform(
        shape,
        lambda xy: np.column_stack((2 * half * (xy[:, 0] - 0.5), 2 * half * (0.5 - xy[:, 1]))),
    )


def test_gdal_reads_holes_parts_and_values_back_where_they_were(tmp_path: Path) -> None:
    ring = shapely.Polygon(
        box(400, 400, 900, 900).exterior, [box(500, 500, 700, 700).exterior.coords]
    )
    two = shapely.MultiPolygon([box(0, 0, 100, 100), box(200, 200, 300, 300)])
    shapes, values = read(tmp_path, tile([ring, two], value=-1), WORLD)
    assert values == [-1, -1]
    for found, given_shape in zip(shapes, (ring, two), strict=True):
        wanted = metres(given_shape)
        assert shapely.is_valid(found)
        assert shapely.symmetric_difference(found, wanted).area < 1e-6 * wanted.area


def test_what_reaches_beyond_a_tile_is_cut_at_its_margin(tmp_path: Path) -> None:
    whole = shapely.box(0.05, 0.05, 0.95, 0.95)
    square = Square(zoom=4, x=7, y=7)
    (found,), _ = read(tmp_path, tile([whole], square), square)
    side, margin = 1 / 16, 64 / 4096 / 16
    wanted = metres(
        shapely.box(7 * side - margin, 7 * side - margin, 8 * side + margin, 8 * side + margin)
    )
    assert shapely.symmetric_difference(found, wanted).area < 1e-6 * wanted.area


def test_what_is_smaller_than_a_unit_or_outside_is_left_out() -> None:
    assert tile([box(1.1, 1.1, 1.2, 1.2)]) == b""
    assert tile([box(10, 10, 20, 20)], Square(zoom=3, x=7, y=7)) == b""
    assert tile([]) == b""


def test_shapes_near_a_tile_are_found_by_their_boxes() -> None:
    shapes = np.array([box(0, 0, 10, 10), box(3000, 3000, 3010, 3010)], dtype=object)
    assert in_tile(shapes, Square(zoom=1, x=0, y=0)).tolist() == [0]
    assert in_tile(shapes, Square(zoom=1, x=1, y=1)).tolist() == [1]
    assert in_tile(shapes, WORLD).tolist() == [0, 1]


def test_places_lie_on_the_world_map_where_the_tiling_scheme_says() -> None:
    # Greenwich on the equator is the middle; 85.0511287798 degrees north is the upper edge.
    x, y = on_world_map(np.array([0.0, -180.0, 0.0]), np.array([0.0, 0.0, 85.0511287798066]))
    assert x.tolist() == [0.5, 0.0, 0.5]
    assert y == pytest.approx([0.5, 0.5, 0.0], abs=1e-12)


@pytest.mark.parametrize("wrong", [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, -1), (3, 0, 8)])
def test_there_is_no_square_off_the_map(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="map"):
        Square(zoom=wrong[0], x=wrong[1], y=wrong[2])


corner = st.integers(0, 4000)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(corner, corner, st.integers(1, 90)), min_size=1, max_size=12))
def test_each_cell_is_written_once_with_its_area(cells: list[tuple[int, int, int]]) -> None:
    shapes = [box(x, y, x + side, y + side) for x, y, side in cells]
    told = tile(list(shapes))
    # Each square is 11 numbers from MoveTo to ClosePath, wherever it lies.
    assert told.count(b"\x18\x03\x22") == len(cells)
