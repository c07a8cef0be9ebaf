"""Places that a person names come to the cells one would mark on the map by hand.

The world is four by four squares of half a kilometre (tests.worlds): Camden A to D in the first
row, Islington A to D above, Haringey A to C and Enfield D, then Enfield A, B and Hackney C, D.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rightplace.app.evaluation.register.places import drawn_up
from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.operations.chosen import Chosen, How
from rightplace.evaluate.operations.plan_file import PlacesNamed
from rightplace.places import AreaSettings, StudyArea, Unit, define_area
from tests.unit.outline_files import square, write_geojson
from tests.worlds import PLACES, SIDE, SOUTH, WEST, write_outlines

CAMDEN = tuple(place.code for place in PLACES[:4])
ISLINGTON = tuple(place.code for place in PLACES[4:8])
ONE = Chosen(how=How.CELLS, names=(CAMDEN[0],))


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> StudyArea:
    path = write_outlines(tmp_path_factory.mktemp("area") / "lsoa.geojson")
    return define_area(path, AreaSettings(unit=Unit.LSOA))


def places(
    treated: Chosen = ONE, *, ring: Chosen | None = None, control: Chosen | None = None
) -> PlacesNamed:
    return PlacesNamed(area=None, treated=treated, ring=ring, control=control, ring_control=None)


def treated(area: StudyArea, chosen: Chosen, folder: Path | None = None) -> set[str]:
    where = drawn_up(places(chosen), area, folder=folder or Path())
    assert where.area_id == area.area_id
    return set(where.treated)


def test_boroughs_and_wards_are_all_their_cells(area: StudyArea) -> None:
    assert treated(area, Chosen(how=How.BOROUGHS, names=("Camden",))) == set(CAMDEN)
    belsize = Chosen(how=How.WARDS, names=("Belsize",))
    assert treated(area, belsize) == set(CAMDEN[:3])
    whole = Chosen(how=How.WARDS, names=("Camden/Belsize", "Primrose Hill"))
    assert treated(area, whole) == set(CAMDEN)


def test_a_drawing_takes_cells_with_half_of_their_ground_in_it(
    area: StudyArea, tmp_path: Path
) -> None:
    # From the corner 800 m to the east and 500 m to the north: all of A, 60 % of B.
    shape = square(WEST, SOUTH, side=500)
    wider = {"type": "Polygon", "coordinates": [[(x * 1.0, y) for x, y in _box(800, 500)]]}
    write_geojson(tmp_path / "a.geojson", [({"n": 1}, shape)])
    write_geojson(tmp_path / "b.geojson", [({"n": 1}, wider), ({"n": 2}, shape)])
    write_geojson(tmp_path / "c.geojson", [({"n": 1}, square(WEST, SOUTH, side=200))])
    drawn = [Chosen(how=How.POLYGONS, file=f"{name}.geojson") for name in "abc"]
    assert treated(area, drawn[0], tmp_path) == {CAMDEN[0]}
    assert treated(area, drawn[1], tmp_path) == set(CAMDEN[:2])
    with pytest.raises(BadInputError, match=r"where\.polygons comes to no cell"):
        treated(area, drawn[2], tmp_path)


def _box(width: float, height: float) -> list[tuple[float, float]]:
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height), (0.0, 0.0)]
    return [(WEST + x, SOUTH + y) for x, y in corners]


def test_a_file_names_cells(area: StudyArea, tmp_path: Path) -> None:
    file = Chosen(how=How.CELLS_FILE, file="cells.csv")
    with pytest.raises(NotHeldError, match="no such file"):
        treated(area, file, tmp_path)
    path = tmp_path / "cells.csv"
    path.write_text(f"cell_id\n{CAMDEN[0]}\n{CAMDEN[1]}\n")
    assert treated(area, file, tmp_path) == set(CAMDEN[:2])
    path.write_text(f"cell_id\n{CAMDEN[0]}\n{CAMDEN[0]}\n")
    with pytest.raises(BadInputError, match="or one twice"):
        treated(area, file, tmp_path)


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        (1.0, {CAMDEN[1], *ISLINGTON[:2]}),  # the three that touch it, one by a corner
        # Those 500 m off too: three columns and rows, but the far corner is 707 m away.
        (
            600.0,
            {*CAMDEN[1:3], *ISLINGTON[:3], PLACES[8].code, PLACES[9].code},
        ),
    ],
)
def test_a_ring_is_the_cells_so_near_by_their_outline(
    area: StudyArea, metres: float, expected: set[str]
) -> None:
    assert SIDE == 500
    ring = Chosen(how=How.WITHIN_METRES, metres=metres)
    assert set(drawn_up(places(ring=ring), area, folder=Path()).ring) == expected


def test_the_rest_leaves_out_what_the_plan_uses_otherwise(area: StudyArea) -> None:
    ring = Chosen(how=How.WITHIN_METRES, metres=1.0)
    rest = Chosen(how=How.REST_OF_BOROUGHS, names=("Camden", "Islington"))
    where = drawn_up(places(ring=ring, control=rest), area, folder=Path())
    assert set(where.control) == {*CAMDEN[2:], *ISLINGTON[2:]}
    others = drawn_up(places(control=Chosen(how=How.ALL_OTHERS)), area, folder=Path())
    assert set(others.control) == {place.code for place in PLACES} - {CAMDEN[0]}


def test_excluded_cells_are_nobodys_comparison(tmp_path: Path) -> None:
    made = define_area(
        write_outlines(tmp_path / "lsoa.geojson"),
        AreaSettings(unit=Unit.LSOA, excluded={CAMDEN[3]: "park"}),
    )
    where = drawn_up(places(control=Chosen(how=How.ALL_OTHERS)), made, folder=Path())
    assert len(where.control) == 14
    assert CAMDEN[3] not in where.control


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (Chosen(how=How.CELLS, names=("E01000842", "nowhere")), "where: 'nowhere' is no cell"),
        (Chosen(how=How.BOROUGHS, names=("Camdem",)), "Did you mean 'Camden'"),
        (Chosen(how=How.WARDS, names=("Belsiz",)), "Did you mean 'Belsize'"),
        (Chosen(how=How.WARDS, names=("Camden/Belsiz",)), "Did you mean 'Camden/Belsize'"),
    ],
)
def test_a_place_that_is_not_there_is_named(area: StudyArea, chosen: Chosen, why: str) -> None:
    with pytest.raises(NotHeldError, match=why):
        treated(area, chosen)


def test_a_cell_in_two_parts_is_refused(area: StudyArea) -> None:
    with pytest.raises(BadInputError, match="stands in treated and in control"):
        drawn_up(places(control=Chosen(how=How.BOROUGHS, names=("Camden",))), area, folder=Path())
