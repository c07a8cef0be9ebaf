"""A plan's file: what a person writes is read, and all that is wrong with it said at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.operations.chosen import Chosen, How
from rightplace.evaluate.operations.plan import ChosenBy, Step
from rightplace.evaluate.operations.plan_file import example, read_plan_file
from rightplace.evaluate.operations.unit_file import example_units, read_unit_file
from rightplace.evaluate.operations.unit_history import UnitHistory

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    text = example()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "operation.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_that_ships_is_a_plan(tmp_path: Path) -> None:
    plan = read_plan_file(written(tmp_path))
    assert plan.texts.unit == "violence-taskforce"
    assert plan.texts.chosen_by is ChosenBy.HIGH_COUNTS
    assert plan.places.treated.how is How.WARDS
    assert plan.places.ring == Chosen(how=How.WITHIN_METRES, metres=500.0)
    rest = Chosen(how=How.REST_OF_BOROUGHS, names=("Lambeth", "Southwark"))
    assert plan.places.control == rest
    assert plan.places.ring_control is None
    assert (plan.when.starts, plan.when.step) == (date(2024, 2, 1), Step.MONTH)
    assert plan.outcome.classes == ("robbery",)
    assert plan.judged.design is Design.DIFFERENCE
    assert plan.delivery.patrol_minutes == 21600


def test_the_units_that_ship_make_a_history(tmp_path: Path) -> None:
    path = tmp_path / "units.toml"
    path.write_text(example_units(), encoding="utf-8")
    history = UnitHistory(events=read_unit_file(path))
    assert history.made_of("violence-taskforce", date(2020, 2, 6)) == ("operation-venice",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('control = ["a", "b"]', Chosen(how=How.CELLS, names=("a", "b"))),
        ('control = "all others"', Chosen(how=How.ALL_OTHERS)),
        ('control = { cells_file = "c.csv" }', Chosen(how=How.CELLS_FILE, file="c.csv")),
        ('control = { polygons = "c.geojson" }', Chosen(how=How.POLYGONS, file="c.geojson")),
        ('control = { boroughs = ["Lambeth"] }', Chosen(how=How.BOROUGHS, names=("Lambeth",))),
    ],
)
def test_places_are_named_in_several_ways(tmp_path: Path, line: str, expected: Chosen) -> None:
    own = 'control = { rest_of_boroughs = ["Lambeth", "Southwark"] }'
    assert read_plan_file(written(tmp_path, (own, line))).places.control == expected


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ('title = "Operation Lantern"', 'titel = "Operation Lantern"'),
        ("\nwards = [", "\nward = ["),
        ("ring_metres = 500", "ring_metres = -3"),
        ("starts = 2024-02-01", "starts = 2024-02-01T00:00:00"),
        ("[outcome]", "[outcom]"),
        ("level = 0.95", "level = 2"),
        ("patrol_minutes = 21600", "patrol_minutes = 07:00:00"),
    )
    with pytest.raises(BadInputError) as caught:
        read_plan_file(path)
    said = str(caught.value)
    for part in (
        "unknown key 'titel' (Did you mean 'title'?)",
        "title is missing",
        "unknown key 'where.ward' (Did you mean 'wards'?)",
        "where names the cells of the operation by one of cells, cells_file",
        "where.ring.within_metres is '-3': metres above 0",
        "when.starts is '2024-02-01T00:00:00'",
        "unknown key 'outcom' (Did you mean 'outcome'?)",
        "the table [outcome] is missing",
        "needs level between 0 and 1",
        "a value is of a kind that no plan holds",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("ring_metres = 500", "ring_metres = true", "metres above 0"),
        ("ring_metres = 500", 'ring = "all others"', "where.ring must be a list"),
        ("ring_metres = 500", 'ring_metres = 5\nring = ["a"]', "one of them is enough"),
        ("ring_metres = 500", 'ring = ["a", "a"]', "each once"),
        ("ring_metres = 500", "ring = []", "one or more"),
        ("ring_metres = 500", 'ring = ["a\\u202eb"]', "cannot be printed"),
        ('title = "Op', 'title = "\\u0007Op', "title has characters that cannot be printed"),
        ("starts = 2024-02-01", "starts = 2022-02-01", "The windows run"),
        ("[where]", "[where]\narea = 3", "not the id of a study area"),
        ("smallest_change = -0.15", "smallest_change = 0.15", "smallest_change above -1 and below"),
        ("cost_pounds = 18000", "cost_pounds = nan", "cost_pounds is"),
        ('title = "Operation', "title = ", "Not a TOML file"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        read_plan_file(written(tmp_path, (old, new)))


def test_a_file_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match="operations example"):
        read_plan_file(tmp_path / "no.toml")
    with pytest.raises(NotHeldError, match="operations example --units"):
        read_unit_file(tmp_path / "no.toml")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "must hold tables"),
        ("[event]\nkind = 'formed'", "must hold tables"),
        ("[[event]]\nkind = 'grown'", "has the kind 'grown'"),
        ("[[event]]\nkind = 'ended'\non = 2018-01-01T00:00:00\nunit_id = 'a'", "on is"),
        ("[[event]]\nkind = 'ended'\non = 10:00:00\nunit_id = 'a'", "no event holds"),
        ("[[event]]\nkind = 'ended'\non = 2018-01-01\nunit_id = 'a'\nwho = 'x'", "'who'"),
        ("[[event]", "Not a TOML file"),
    ],
)
def test_a_file_of_units_that_cannot_be_read_is_refused(
    tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "units.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=why):
        read_unit_file(path)
