"""Reading streets: OpenStreetMap, shapefiles, GeoPackages, and every way in which one is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely

from rightplace.errors import BadInputError, NotHeldError, UsageError
from rightplace.places.streets import StreetLines, read_streets
from tests.street_worlds import Way, write_layer, write_osm, write_pbf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np

# 0.001 degrees of latitude are 111 m; the four lie on a meridian, south to north.
NODES = {1: (-0.1, 51.5), 2: (-0.1, 51.501), 3: (-0.1, 51.502), 4: (-0.1, 51.503)}
LINE = shapely.LineString([(530_000, 180_000), (530_100, 180_000)])
POINT = shapely.Point(530_000, 180_000)


def ways(*tags: dict[str, str]) -> list[Way]:
    return [Way((1, 2), each) for each in tags]


def osm(folder: Path, *tags: dict[str, str]) -> StreetLines:
    return read_streets(write_osm(folder / "town.osm", NODES, ways(*tags)), crs=27700)


def marks(values: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    return "".join("x" if value else "." for value in values)


def layer(folder: Path, name: str, *, columns: dict[str, Sequence[object]]) -> StreetLines:
    rows = len(next(iter(columns.values())))
    path = write_layer(folder / name, [LINE] * rows, columns=columns)
    return read_streets(path, crs=27700)


def test_openstreetmap_ways_with_a_highway_tag_are_streets_in_metres(tmp_path: Path) -> None:
    read = osm(tmp_path, {"highway": "residential", "name": "Amhurst Road"}, {"waterway": "river"})
    assert (len(read), read.epsg, read.joined_at) == (1, 27700, "vertices")
    assert read.usage.names.tolist() == ["Amhurst Road"]
    assert shapely.length(read.lines[0]) == pytest.approx(111.2, abs=0.3)


def test_a_packed_extract_reads_as_the_same_in_xml(tmp_path: Path) -> None:
    given = [
        Way((1, 2, 3), {"highway": "primary", "name": "Mare Street", "oneway": "yes"}),
        Way((3, 4), {"highway": "footway"}),
    ]
    packed = read_streets(write_pbf(tmp_path / "town.osm.pbf", NODES, given), crs=27700)
    plain = read_streets(write_osm(tmp_path / "town.osm", NODES, given), crs=27700)
    assert packed.usage.names.tolist() == ["Mare Street", ""]
    assert shapely.equals_exact(packed.lines, plain.lines, 1e-6).all()
    assert marks(packed.usage.car_forward) == marks(plain.usage.car_forward) == "x."


def test_classes_say_who_may_use_a_way(tmp_path: Path) -> None:
    classes = ("motorway", "primary", "residential", "service", "footway", "steps", "construction")
    read = osm(tmp_path, *({"highway": name} for name in classes))
    assert marks(read.usage.on_foot) == ".xxxxx."
    assert marks(read.usage.car_forward) == "xxxx..."
    assert marks(read.usage.car_backward) == ".xxx..."  # a motorway is one-way unless it says not


def test_the_access_tag_nearest_to_the_mode_decides(tmp_path: Path) -> None:
    road = {"highway": "residential"}
    read = osm(
        tmp_path,
        road | {"access": "private"},
        road | {"access": "no", "foot": "yes"},
        road | {"motor_vehicle": "no"},
        road | {"motor_vehicle": "no", "motorcar": "yes"},
        road | {"foot": "no"},
        {"highway": "pedestrian", "motor_vehicle": "designated"},
        {"highway": "motorway", "foot": "yes"},
    )
    assert marks(read.usage.on_foot) == ".xxx.xx"
    assert marks(read.usage.car_forward) == "...xxxx"


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no"}, True, True),
        ({"oneway": "reversible"}, False, False),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "roundabout", "oneway": "no"}, True, True),
        ({"oneway": "perhaps"}, True, True),
    ],
)
def test_one_way_tags_bind_cars_and_not_walkers(
    tmp_path: Path, tags: dict[str, str], *, forward: bool, backward: bool
) -> None:
    read = osm(tmp_path, {"highway": "residential"} | tags)
    assert read.usage.on_foot.tolist() == [True]
    assert (bool(read.usage.car_forward[0]), bool(read.usage.car_backward[0])) == (
        forward,
        backward,
    )
    assert bool(read.notices) == (tags.get("oneway") == "perhaps")


def test_a_name_is_found_under_its_usual_headings_and_freed_of_control_characters(
    tmp_path: Path,
) -> None:
    read = layer(tmp_path, "a.gpkg", columns={"STNAME": ["MARKET ST", "  ", "Broad\n\x1b[31m St"]})
    assert read.usage.names.tolist() == ["MARKET ST", "", "Broad [31m St"]
    coded = layer(tmp_path, "b.gpkg", columns={"ST_CODE": ["100", "200"], "ST_NAME": ["Elm", ""]})
    assert coded.usage.names.tolist() == ["Elm", "200"]
    assert layer(tmp_path, "c.gpkg", columns={"n": [1]}).usage.names.tolist() == [""]


def test_lines_without_classes_are_streets_for_foot_and_car_that_meet_at_ends(
    tmp_path: Path,
) -> None:
    read = layer(tmp_path, "plain.shp", columns={"ONEWAY": ["FT", "TF", "B", "N"]})
    assert read.joined_at == "ends"
    assert marks(read.usage.on_foot) == "xxxx"
    assert (marks(read.usage.car_forward), marks(read.usage.car_backward)) == ("x.xx", ".xxx")
    assert read.rows.tolist() == [1, 2, 3, 4]


def test_ordnance_survey_classes_tell_motorways_from_roads(tmp_path: Path) -> None:
    classes = ["Motorway", "A Road", "Unclassified", "Something new"]
    read = layer(tmp_path, "roads.gpkg", columns={"road_classification": classes})
    assert read.usage.kinds.tolist() == [0, 1, 2, 2]
    assert marks(read.usage.on_foot) == ".xxx"
    assert marks(read.usage.car_backward) == "xxxx"


def test_an_extract_that_keeps_openstreetmap_classes_meets_at_vertices(tmp_path: Path) -> None:
    assert layer(tmp_path, "g.gpkg", columns={"fclass": ["primary"]}).joined_at == "vertices"


def test_lines_in_one_row_are_taken_apart_and_rows_without_a_line_told(tmp_path: Path) -> None:
    several = shapely.MultiLineString([[(0, 1000), (0, 1100)], [(50, 1000), (50, 1200)]])
    dot = shapely.LineString([(7, 1000), (7, 1000)])
    path = write_layer(tmp_path / "m.gpkg", [None, several, dot], kind="Unknown")
    read = read_streets(path, crs=27700)
    assert read.rows.tolist() == [2, 2]
    assert shapely.length(read.lines).tolist() == [100, 200]
    assert [notice.code for notice in read.notices] == ["no-line", "no-length"]


def test_the_one_layer_of_lines_is_found_among_others(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "two.gpkg", [POINT], layer="road_node", kind="Point")
    write_layer(path, [LINE], layer="road_link")
    assert len(read_streets(path, crs=27700)) == 1
    write_layer(path, [LINE, LINE], layer="paths")
    with pytest.raises(BadInputError, match=r"2 layers.*road_link, paths"):
        read_streets(path, crs=27700)
    assert len(read_streets(path, crs=27700, layer="paths")) == 2


def refusal(path: Path) -> str:
    with pytest.raises(BadInputError) as caught:
        read_streets(path, crs=27700)
    assert path.stem in str(caught.value.fault.file)
    assert caught.value.fault.remedy
    return caught.value.fault.message


def test_a_file_without_coordinate_system_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="crs"):
        path = write_layer(tmp_path / "a.shp", [LINE], crs=None)
    assert "does not say which coordinate system" in refusal(path)


def test_a_file_of_points_or_of_a_mixture_is_refused_naming_the_first_such_row(
    tmp_path: Path,
) -> None:
    path = write_layer(tmp_path / "m.gpkg", [LINE, LINE, POINT], kind="Unknown")
    with pytest.raises(BadInputError, match=r"1 of 3 rows are not lines; .* Point") as caught:
        read_streets(path, crs=27700)
    assert caught.value.fault.row == 3


def test_a_file_without_streets_is_refused(tmp_path: Path) -> None:
    assert "not one street" in refusal(write_layer(tmp_path / "none.gpkg", []))
    dot = shapely.LineString([(7, 1000), (7, 1000)])
    assert "not one street" in refusal(write_layer(tmp_path / "dot.gpkg", [dot]))
    rivers = write_osm(tmp_path / "river.osm", NODES, ways({"waterway": "river"}))
    assert "not one street" in refusal(rivers)


@pytest.mark.parametrize("name", ["a.osm", "a.osm.pbf", "a.shp", "a.gpkg"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert "empty" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["a.osm", "a.osm.pbf", "a.shp", "a.gpkg", "a.geojson"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"These are not the streets you are looking for.\n" * 9)
    assert "damaged" in (told := refusal(tmp_path / name)) or "cannot be read" in told


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.999])
@pytest.mark.parametrize("name", ["a.osm", "a.osm.pbf", "a.shp", "a.dbf"])
def test_a_file_cut_short_is_refused_and_never_read_in_part(
    tmp_path: Path, name: str, kept: float
) -> None:
    many = [Way((1, 2), {"highway": "residential", "name": f"Street {n}"}) for n in range(200)]
    write_osm(tmp_path / "a.osm", NODES, many)
    write_pbf(tmp_path / "a.osm.pbf", NODES, many)
    write_layer(tmp_path / "a.shp", [LINE] * 200)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(len(whole) * kept)])
    refusal(tmp_path / ("a.shp" if name == "a.dbf" else name))


def test_a_table_of_another_number_of_rows_is_refused(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "a.shp", [LINE] * 4)
    table = write_layer(tmp_path / "b.shp", [LINE] * 3).with_suffix(".dbf")
    path.with_suffix(".dbf").write_bytes(table.read_bytes())
    assert "table of 3 rows is damaged or cut short; there are 4 shapes" in refusal(path)


def test_xml_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", NODES, ways({"highway": "road"}, {"highway": "road"}))
    path.write_text(path.read_text().replace("</way>", "</wa>", 1))
    assert "damaged or cut short (mismatched tag: line 7" in refusal(path)


def test_a_packed_extract_with_damaged_content_is_refused(tmp_path: Path) -> None:
    path = write_pbf(tmp_path / "a.osm.pbf", NODES, ways({"highway": "road"}))
    content = bytearray(path.read_bytes())
    content[-20:-10] = bytes(10)
    path.write_bytes(bytes(content))
    assert refusal(path)


def test_a_kind_that_is_not_known_a_missing_file_and_a_wrong_system_are_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "streets.kml").write_text("x")
    assert "not read from .kml" in refusal(tmp_path / "streets.kml")
    with pytest.raises(NotHeldError, match="not there"):
        read_streets(tmp_path / "away.gpkg", crs=27700)
    path = write_layer(tmp_path / "a.gpkg", [LINE])
    with pytest.raises(UsageError, match="4326"):
        read_streets(path, crs=4326)


def test_metres_labelled_as_degrees_are_refused(tmp_path: Path) -> None:
    assert "are not degrees" in refusal(write_layer(tmp_path / "a.gpkg", [LINE], crs="EPSG:4326"))
