"""Reading polygons: every kind of file, and every way in which one is wrong."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pytest
import shapely

from rightplace.errors import BadInputError, NotHeldError, UsageError
from rightplace.places.outlines import read_outlines
from rightplace.places.projection import in_great_britain, to_degrees, to_metres
from tests.unit.outline_files import Feature, four_lsoas, square, write_geojson

if TYPE_CHECKING:
    from pathlib import Path


def write_shapefile(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    shape = shapely.to_wkb(shapely.box(530_000, 180_000, 531_000, 181_000))
    pyogrio.raw.write(
        folder / "area.shp",
        geometry=np.array([shape], dtype=object),
        field_data=[np.array(["E01000905"], dtype=object)],
        fields=["LSOA11CD"],
        geometry_type="Polygon",
        crs="EPSG:27700",
    )
    return folder / "area.shp"


def zipped(path: Path, parts: list[Path], *, under: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            archive.write(part, f"{under}{part.name}")
    return path


def test_polygons_keep_their_attributes_and_the_digest_of_their_file(tmp_path: Path) -> None:
    read = read_outlines(four_lsoas(tmp_path / "four.geojson"))
    assert (read.file, read.epsg, len(read.shapes), len(read.sha256)) == (
        "four.geojson",
        27700,
        4,
        64,
    )
    assert read.columns["LSOA11NM"][3].as_py() == "Leeds 111B"
    assert shapely.area(read.shapes).tolist() == pytest.approx([1e6] * 4)


def test_a_shapefile_is_found_in_a_folder_of_a_zip(tmp_path: Path) -> None:
    shapefile = write_shapefile(tmp_path / "parts")
    parts = sorted(shapefile.parent.iterdir())
    read = read_outlines(zipped(tmp_path / "area.zip", parts, under="deep/down/"))
    assert read.columns["LSOA11CD"].to_pylist() == ["E01000905"]


def test_a_british_grid_without_epsg_code_is_known_by_its_name(tmp_path: Path) -> None:
    shapefile = write_shapefile(tmp_path / "parts")
    shapefile.with_suffix(".prj").write_text(
        'PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",'
        'DATUM["Ordnance_Survey_of_Great_Britain_1936",'
        'SPHEROID["Airy 1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["latitude_of_origin",49],PARAMETER["central_meridian",-2],'
        'PARAMETER["scale_factor",0.999601272],PARAMETER["false_easting",400000],'
        'PARAMETER["false_northing",-100000],UNIT["metre",1]]'
    )
    read = read_outlines(shapefile)
    assert read.epsg == 27700
    assert shapely.bounds(read.shapes)[0].tolist() == [530_000, 180_000, 531_000, 181_000]


def test_a_file_without_coordinate_system_is_refused(tmp_path: Path) -> None:
    shapefile = write_shapefile(tmp_path / "parts")
    shapefile.with_suffix(".prj").unlink()
    with pytest.raises(BadInputError, match=r"does not say which coordinate system.*\.prj"):
        read_outlines(shapefile)
    told = read_outlines(shapefile, file_crs=27700)
    assert shapely.bounds(told.shapes)[0].tolist() == [530_000, 180_000, 531_000, 181_000]


def test_a_system_told_for_a_file_that_says_its_own_is_refused(tmp_path: Path) -> None:
    shapefile = write_shapefile(tmp_path / "parts")
    with pytest.raises(UsageError, match=r"says itself which.*Leave out --file-crs"):
        read_outlines(shapefile, file_crs=2272)


def test_degrees_in_great_britain_become_british_grid_metres(tmp_path: Path) -> None:
    # Ordnance Survey, trig pillar Caister Water Tower: 52.65797861 N, 1.71605194 E on ETRS89
    # is 651409.804, 313177.450; the Helmert transform is good to about 2 m.
    x, y = to_metres(27700, np.array([1.71605194]), np.array([52.65797861]))
    assert (x[0], y[0]) == pytest.approx((651_409.8, 313_177.5), abs=2.5)
    lon, lat = to_degrees(27700, x, y)
    assert (lon[0], lat[0]) == pytest.approx((1.71605194, 52.65797861), abs=1e-7)
    degrees = write_geojson(tmp_path / "a.geojson", [({}, square(-0.1, 51.5, 0.01))], epsg=None)
    assert read_outlines(degrees).epsg == 27700


@pytest.mark.parametrize(
    ("place", "lon", "lat", "epsg"),
    [
        ("Philadelphia", -75.2, 39.9, 32618),
        ("Toronto", -79.4, 43.7, 32617),
        ("Sydney", 151.2, -33.9, 32756),
        ("Dublin", -6.3, 53.3, 32629),
        ("Belfast", -5.95, 54.6, 32630),
    ],
)
def test_elsewhere_the_utm_zone_is_taken(
    tmp_path: Path, place: str, lon: float, lat: float, epsg: int
) -> None:
    file = write_geojson(tmp_path / f"{place}.geojson", [({}, square(lon, lat, 0.01))], epsg=None)
    assert read_outlines(file).epsg == epsg


@pytest.mark.parametrize(
    ("place", "lon", "lat"),
    [
        ("London", -0.1, 51.5),
        ("Penzance", -5.5, 50.1),
        ("Dover", 1.31, 51.13),
        ("Lowestoft", 1.76, 52.48),
        ("Holyhead", -4.6, 53.3),
        ("Stranraer", -5.0, 54.9),
        ("Skye", -6.3, 57.4),
        ("Barra", -7.5, 57.0),
        ("Lerwick", -1.1, 60.2),
    ],
)
def test_these_places_are_in_great_britain(place: str, lon: float, lat: float) -> None:
    assert in_great_britain(np.array([lon]), np.array([lat])).all(), place


@pytest.mark.parametrize(
    ("place", "lon", "lat"),
    [
        ("Dublin", -6.26, 53.35),
        ("Bangor, County Down", -5.7, 54.66),
        ("Londonderry", -7.3, 55.0),
        ("Calais", 1.85, 50.95),
        ("Cherbourg", -1.6, 49.6),
        ("Jersey", -2.1, 49.2),
    ],
)
def test_these_places_are_not_in_great_britain(place: str, lon: float, lat: float) -> None:
    assert not in_great_britain(np.array([lon]), np.array([lat])).any(), place


def test_a_chosen_system_stands_and_must_measure_in_metres(tmp_path: Path) -> None:
    file = write_geojson(tmp_path / "a.geojson", [({}, square(-79.4, 43.7, 0.01))], epsg=None)
    assert read_outlines(file, crs=2952).epsg == 2952  # NAD83(CSRS) / MTM zone 10
    for crs, named in ((4326, "WGS 84"), (2272, "ftUS"), (999_999, "999999")):
        with pytest.raises(UsageError, match=named):
            read_outlines(file, crs=crs)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match=r"absent.gpkg"):
        read_outlines(tmp_path / "absent.gpkg")


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "area.zip", sorted(write_shapefile(tmp_path / "p").parent.iterdir()))
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:700])
    with pytest.raises(BadInputError, match=r"cut\.zip: The zip is damaged or cut short"):
        read_outlines(tmp_path / "cut.zip")


def test_a_damaged_member_of_a_zip_is_named(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "area.zip", [write_shapefile(tmp_path / "p")])
    data = bytearray(whole.read_bytes())
    data[60] ^= 0xFF
    whole.write_bytes(bytes(data))
    with pytest.raises(BadInputError, match=r"area\.zip!area\.shp: A file inside"):
        read_outlines(whole)


def test_a_zip_of_several_files_asks_which_and_one_of_none_says_what_it_holds(
    tmp_path: Path,
) -> None:
    one = four_lsoas(tmp_path / "one.geojson")
    two = four_lsoas(tmp_path / "two.geojson")
    both = zipped(tmp_path / "both.zip", [one, two])
    with pytest.raises(BadInputError, match=r"2 boundary files.*one\.geojson, two\.geojson"):
        read_outlines(both)
    assert len(read_outlines(both, layer="two").shapes) == 4
    (tmp_path / "note.txt").write_text("no map")
    with pytest.raises(BadInputError, match=r"no such boundary file.*note\.txt"):
        read_outlines(zipped(tmp_path / "none.zip", [tmp_path / "note.txt"]))


def test_a_geopackage_of_several_layers_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    shape = shapely.to_wkb(shapely.box(530_000, 180_000, 531_000, 181_000))
    for layer in ("wards", "boroughs"):
        pyogrio.raw.write(
            path,
            geometry=np.array([shape], dtype=object),
            field_data=[np.array([layer], dtype=object)],
            fields=["NAME"],
            geometry_type="Polygon",
            crs="EPSG:27700",
            layer=layer,
            append=path.exists(),
        )
    with pytest.raises(BadInputError, match=r"2 layers.*wards, boroughs"):
        read_outlines(path)
    with pytest.raises(BadInputError, match="no layer 'parks'"):
        read_outlines(path, layer="parks")
    assert read_outlines(path, layer="boroughs").columns["NAME"].to_pylist() == ["boroughs"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "x,y\n1,2\n", "not read from .csv"),
        ("a.gpkg", "not a database", "cannot be read as polygons"),
        ("a.geojson", '{"type": "FeatureColl', "cannot be read as polygons"),
        ("a.geojson", '{"type": "FeatureCollection", "features": []}', "not one polygon"),
    ],
)
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInputError, match=said):
        read_outlines(tmp_path / name)


def test_the_first_row_that_is_no_polygon_is_named(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [530_500, 180_500]}
    file = write_geojson(tmp_path / "a.geojson", [({}, square(530_000, 180_000)), ({}, point)])
    with pytest.raises(BadInputError, match=r"1 of 2 rows are not polygons.*Point") as caught:
        read_outlines(file)
    assert caught.value.fault.row == 2
    file = write_geojson(tmp_path / "b.geojson", [({}, None), ({}, square(530_000, 180_000))])
    with pytest.raises(BadInputError, match="no outline") as caught:
        read_outlines(file)
    assert caught.value.fault.row == 1


def test_an_open_ring_is_refused(tmp_path: Path) -> None:
    corners = [(530_000, 180_000), (531_000, 180_000), (531_000, 181_000)]
    file = write_geojson(
        tmp_path / "a.geojson", [({}, {"type": "Polygon", "coordinates": [corners]})]
    )
    with pytest.raises(BadInputError, match="cannot be read as polygons"):
        read_outlines(file)


def test_a_self_crossing_outline_is_repaired_and_the_user_told(tmp_path: Path) -> None:
    # A bow tie of two triangles, each of base 1000 m and height 500 m.
    bow = [(530_000, 180_000), (531_000, 181_000), (531_000, 180_000), (530_000, 181_000)]
    ring = [*bow, bow[0]]
    features: list[Feature] = [
        ({}, square(530_000, 182_000)),
        ({}, {"type": "Polygon", "coordinates": [ring]}),
    ]
    read = read_outlines(write_geojson(tmp_path / "a.geojson", features))
    assert shapely.is_valid(read.shapes).all()
    assert shapely.area(read.shapes).tolist() == pytest.approx([1e6, 5e5])
    assert [(n.code, n.message) for n in read.notices] == [
        ("repaired-polygons", "a.geojson: 1 invalid outlines repaired, first rows: 2.")
    ]


@pytest.mark.parametrize(
    ("corner", "side", "epsg", "said"),
    [
        ((530_000, 180_000), 1000, None, "are not degrees.*EPSG:27700"),
        ((-0.1, 51.5), 0.01, 27700, "look like degrees.*EPSG:4326"),
        ((51.5, -0.1), 0.01, None, "seem to be swapped"),
        ((43.7, -79.4), 0.01, None, "seem to be swapped"),
        ((-11_132, 6_710_219), 1000, 27700, "outside the ground of OSGB36"),
        ((180_000, 5_300_000), 1000, 27700, "outside the ground of OSGB36"),
    ],
    ids=[
        "British eastings as degrees",
        "degrees as British eastings",
        "London swapped",
        "Toronto swapped",
        "Web Mercator as British grid",
        "beyond the grid",
    ],
)
def test_coordinates_that_contradict_their_label_are_refused(
    tmp_path: Path, corner: tuple[float, float], side: float, epsg: int | None, said: str
) -> None:
    file = write_geojson(tmp_path / "a.geojson", [({}, square(*corner, side))], epsg=epsg)
    with pytest.raises(BadInputError, match=said) as caught:
        read_outlines(file)
    assert caught.value.fault.file == str(file)
    assert caught.value.fault.value


def test_a_chosen_system_far_from_the_polygons_is_refused(tmp_path: Path) -> None:
    file = write_geojson(tmp_path / "a.geojson", [({}, square(-75.2, 39.9, 0.01))], epsg=None)
    with pytest.raises(BadInputError, match="outside the ground of OSGB36"):
        read_outlines(file, crs=27700)


def test_polygons_too_far_apart_for_one_zone_need_a_chosen_system(tmp_path: Path) -> None:
    file = write_geojson(
        tmp_path / "a.geojson",
        [({}, square(-122.7, 45.5, 0.1)), ({}, square(-75.2, 39.9, 0.1))],
        epsg=None,
    )
    with pytest.raises(BadInputError, match=r"spread over 4[78] degrees.*--crs"):
        read_outlines(file)
