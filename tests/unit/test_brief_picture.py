from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
import shapely

from rightplace.briefing import PLACE_NOT_PERSON, MapBorough, MapLabel, map_svg
from rightplace.briefing.frame import Frame, outline
from rightplace.briefing.lettering import Box, first_free
from rightplace.briefing.shades import (
    SHADES,
    class_of,
    legend_words,
    round_edges,
    scale_bar_metres,
)
from rightplace.errors import BadInputError
from tests.brief_worlds import STAMP, cell_outline, layer


def luminance(shade: str) -> float:
    """Return relative luminance (WCAG 2.2, definition), which is what greyscale keeps."""
    channels = [int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_shades_darken_step_by_step_without_colour() -> None:
    # A ratio of 1.2 between neighbours is told apart in print; white stands before the first.
    levels = [luminance("#ffffff"), *map(luminance, SHADES)]
    ratios = [(a + 0.05) / (b + 0.05) for a, b in pairwise(levels)]
    assert all(ratio > 1.1 for ratio in ratios)
    assert all(ratio > 1.2 for ratio in ratios[1:])


def test_no_shade_is_red() -> None:
    for shade in SHADES:
        red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
        assert red < green < blue


def test_bounds_are_round_and_rise() -> None:
    # 100 values 0.1 to 10.0: half lie below 5.1, three quarters below 7.6, nine tenths below
    # 9.1, 97 % below 9.8; the nearest round numbers are 5, 8 and 8 or 10, which must rise.
    edges = round_edges([n / 10 for n in range(1, 101)])
    assert edges == (5.0, 8.0, 10.0, 15.0)


def test_bounds_exist_where_nothing_is_expected() -> None:
    assert all(a < b for a, b in pairwise(round_edges([0.0, 0.0])))


def test_a_bound_opens_the_class_above_it() -> None:
    edges = (1.0, 2.0, 3.0, 5.0)
    assert [class_of(v, edges) for v in (0.5, 1.0, 2.9, 3.0, 5.0)] == [0, 1, 2, 3, 4]
    assert legend_words(edges) == ("under 1", "1 to 2", "2 to 3", "3 to 5", "5 or more")


def test_small_and_large_bounds_are_written_without_an_exponent() -> None:
    edges = (0.00006, 0.001, 2000.0, 1500000.0)
    assert legend_words(edges) == (
        "under 0.00006",
        "0.00006 to 0.001",
        "0.001 to 2,000",
        "2,000 to 1,500,000",
        "1,500,000 or more",
    )


def test_scale_bar_has_a_round_length_that_fits() -> None:
    assert [scale_bar_metres(m) for m in (1900.0, 2000.0, 5100.0)] == [1000.0, 2000.0, 5000.0]


def test_frame_puts_north_up_and_west_left() -> None:
    ground = shapely.box(0, 0, 1000, 1000)
    frame = Frame.around([ground], width_mm=110, height_mm=120, margin_mm=5)
    # 1000 m across 100 mm: 10 m a millimetre, centred, so 10 mm are left above.
    assert frame.metres_per_mm == pytest.approx(10.0)
    assert frame.point(0, 1000) == pytest.approx((5.0, 10.0))
    assert frame.point(1000, 0) == pytest.approx((105.0, 110.0))


def test_cracks_between_neighbours_are_not_drawn() -> None:
    frame = Frame(width_mm=100, height_mm=100, west=0, north=1000, metres_per_mm=10)
    halves = [shapely.box(0, 0, 499, 1000), shapely.box(501, 0, 1000, 1000)]  # 2 m: 0.2 mm
    assert len(shapely.get_parts(frame.merged(halves))) == 1


def test_bytes_that_are_no_outline_are_refused_by_name() -> None:
    with pytest.raises(BadInputError, match="outline of Camden is not WKB"):
        outline(b"nonsense", of="Camden")


def test_taken_ground_is_not_lettered_twice() -> None:
    page, here = Box(0, 0, 10, 10), Box(1, 1, 3, 3)
    beside = Box(3, 1, 5, 3)
    assert first_free([here, beside], [here], inside=page) == beside
    assert first_free([here], [here], inside=page) is None
    assert first_free([Box(8, 8, 11, 9)], [], inside=page) is None


def test_picture_shades_hatches_and_leaves_blank() -> None:
    svg = map_svg(layer(), STAMP, title="Map")
    ground = svg[: svg.index("<text")]
    fills = re.findall(r'<path d="[^"]+" fill="([^"]+)"', ground)
    # Of cells 1 to 8: none expected is not drawn, 1 to 6 are shaded, no data is hatched.
    assert "url(#map-hatch)" in fills
    assert fills.count(SHADES[0]) == 1
    assert ">none expected<" in svg
    assert ">no data (not zero)<" in svg


def test_picture_says_which_borough_has_no_data() -> None:
    west, east = layer().boroughs
    svg = map_svg(
        replace(layer(), boroughs=(west, replace(east, no_data=True))), STAMP, title="Map"
    )
    assert ">East: no data<" in svg
    assert "No data, which is not zero: East." in svg


def test_cells_of_one_class_are_one_shape() -> None:
    few, all_alike = layer(), layer()
    cells = tuple(replace(c, value=1.0) for c in all_alike.cells)
    svg = map_svg(replace(few, cells=cells), STAMP, title="Map")
    assert svg[: svg.index("<text")].count("<path d=") == 1 + 4  # shade, hatch, borders, 2 visits


def test_visits_are_numbered_and_described_with_the_place_sentence() -> None:
    svg = map_svg(layer(3), STAMP, title="Map of Two Rivers")
    assert re.findall(r'text-anchor="middle">(\d+)</text>', svg) == ["1", "2", "3"]
    described = re.search(r'<desc id="map-desc">(.*?)</desc>', svg)
    assert described is not None
    assert PLACE_NOT_PERSON in described[1]
    assert "SYNTHETIC" in described[1]
    assert "OFFICIAL-SENSITIVE" in described[1]


def test_names_without_room_are_left_out() -> None:
    crowd = tuple(
        MapLabel(text=f"Station {n}", x=530_500 + n, y=181_500, kind="station") for n in range(9)
    )
    svg = map_svg(replace(layer(), labels=crowd), STAMP, title="Map")
    assert 1 <= len(re.findall(r">Station \d<", svg)) < len(crowd)


def test_lettering_is_nowhere_under_nine_points() -> None:
    svg = map_svg(layer(), STAMP, title="Map")
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)]
    assert min(sizes) >= 9 * 25.4 / 72  # millimetres


def test_same_layer_gives_the_same_picture() -> None:
    assert map_svg(layer(), STAMP, title="Map") == map_svg(layer(), STAMP, title="Map")


def test_a_map_needs_ground() -> None:
    point = bytes(shapely.to_wkb(shapely.Point(0, 0)))
    nowhere = replace(layer(), boroughs=(MapBorough(name="West", outline=point),))
    with pytest.raises(BadInputError, match="outline of West covers no ground"):
        map_svg(nowhere, STAMP, title="Map")
    assert cell_outline(1)
