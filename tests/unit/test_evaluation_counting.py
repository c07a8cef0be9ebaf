"""The table of an operation, counted by hand from what was written into the files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.areas import define_area
from rightplace.app.evaluation.counted import panel_from
from rightplace.app.evaluation.counting import CANCELLED, NO_PLACE, NOT_STREET
from rightplace.app.evaluation.windows import periods_of
from rightplace.app.ingest import ingest
from rightplace.app.workspace import Workspace
from rightplace.core.time import Month, months_between
from rightplace.errors import BadInputError, RefusedError, UnsupportedByDataError
from rightplace.evaluate.designs.finding import Check, Design
from rightplace.evaluate.designs.panel import Part
from rightplace.evaluate.operations.plan import Judged, Outcome, Step
from rightplace.places import AreaSettings, Unit
from tests.operation_plans import Town, operation, when
from tests.worlds import HOT, PLACES, STUB, Extract, Published, extract, publish

if TYPE_CHECKING:
    from pathlib import Path


CAMDEN = tuple(place.code for place in PLACES[:4])
ISLINGTON = tuple(place.code for place in PLACES[4:8])
HARINGEY = tuple(place.code for place in PLACES[8:11])


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Published]:
    root = tmp_path_factory.mktemp("monthly")
    world = publish(root / "files", drugs=100)
    return Town(root / "workspace", world), world


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Extract]:
    root = tmp_path_factory.mktemp("dated")
    world = extract(root / "files")
    return Town(root / "workspace", world), world


def test_each_place_has_its_own_count_in_each_month_and_a_stub_is_no_data(
    monthly: tuple[Town, Published],
) -> None:
    town, world = monthly
    plan = operation(town.where(*CAMDEN, control=ISLINGTON, ring=HARINGEY))
    table = town.counted(plan)
    assert table.panel.units == CAMDEN + ISLINGTON + HARINGEY
    assert table.unknown == (STUB.first,)  # of 15 months, one is a stub
    months = [m for m in months_between(Month(2017, 1), Month(2018, 3)) if m != STUB]
    assert [Month.of(day) for day in table.panel.starts.tolist()] == months
    assert table.first_treated == 11
    for row, unit in enumerate(table.panel.units):
        assert table.panel.counts[row].tolist() == [world.violent[unit, m] for m in months]
    # Each of 15 months has two records at the hospital and one without a place.
    assert table.tally.left_out == {NO_PLACE: 15, NOT_STREET: 30}
    before, during = table.sums(Part.TREATED)
    assert before == sum(world.violent[c, m] for c in CAMDEN for m in months[:11])
    assert during == sum(world.violent[c, m] for c in CAMDEN for m in months[11:])
    assert not table.so_far
    assert table.tally.recording.passed
    assert (table.harm > table.panel.counts).any()


def test_a_place_without_data_is_named_and_never_counted_as_zero(
    monthly: tuple[Town, Published],
) -> None:
    town, _ = monthly
    enfield = PLACES[11].code
    plan = operation(town.where(HOT.code, control=(enfield, *ISLINGTON)))
    with pytest.raises(UnsupportedByDataError, match=rf"No data \(not zero\) for {enfield} in"):
        town.counted(plan)


def test_a_period_in_which_one_place_has_no_data_is_left_out_for_all(
    monthly: tuple[Town, Published],
) -> None:
    town, _ = monthly
    plan = operation(town.where(*CAMDEN, control=ISLINGTON))
    table = town.counted(plan)
    periods = periods_of(plan.when)
    known = table.tally.known.copy()
    known[5, 3] = False  # one place of Islington in April 2017
    holed = panel_from(
        plan, table.area, table.classes, periods=periods, tally=replace(table.tally, known=known)
    )
    assert holed.unknown == (date(2017, 2, 1), date(2017, 4, 1))
    assert holed.panel.shape == (8, 13)
    assert holed.first_treated == 10
    assert holed.sums(Part.TREATED)[0] < table.sums(Part.TREATED)[0]


def test_cells_of_another_area_are_named(monthly: tuple[Town, Published]) -> None:
    town, _ = monthly
    with pytest.raises(BadInputError, match="E01099999 lie outside"):
        town.counted(operation(town.where("E01099999", control=ISLINGTON)))


def test_a_finer_step_than_the_records_is_refused(monthly: tuple[Town, Published]) -> None:
    town, _ = monthly
    for step in (Step.WEEK, Step.DAY):
        plan = operation(town.where(HOT.code, control=ISLINGTON), when=when(step=step))
        with pytest.raises(UnsupportedByDataError, match="records give their month") as told:
            town.counted(plan)
        assert told.value.exit_code == 21


def test_what_police_find_is_no_outcome_and_knives_are_not_guessed(
    monthly: tuple[Town, Published],
) -> None:
    town, _ = monthly
    where = town.where(HOT.code, control=ISLINGTON)
    drugs = Outcome(classes=("drugs",), words="drugs")
    with pytest.raises(RefusedError, match="Police activity itself generates drugs"):
        town.counted(operation(where, outcome=drugs))
    knives = Outcome(classes=("knife_crime",), words="knife crime")
    with pytest.raises(UnsupportedByDataError, match="whether a blade was used") as told:
        town.counted(operation(where, outcome=knives))
    assert "robbery" in str(told.value)


def test_months_after_the_records_end_make_it_so_far_and_none_at_all_is_refused(
    monthly: tuple[Town, Published],
) -> None:
    town, _ = monthly
    where = town.where(*CAMDEN, control=ISLINGTON)
    plan = operation(where, when=when(starts=date(2018, 4, 1), ends=date(2018, 8, 31)))
    table = town.counted(plan)
    assert table.so_far
    assert table.tally.data_to == date(2018, 6, 30)
    assert str(table.panel.ends[-1]) == "2018-07-01"
    early = town.counted(plan, as_of=date(2018, 5, 31))
    assert str(early.panel.ends[-1]) == "2018-06-01"
    later = operation(where, when=when(starts=date(2018, 7, 1), ends=date(2018, 8, 31)))
    with pytest.raises(UnsupportedByDataError, match="No period of the operation has data"):
        town.counted(later)


def test_a_month_in_which_the_operation_begins_is_in_neither_window(
    monthly: tuple[Town, Published],
) -> None:
    town, _ = monthly
    plan = operation(
        town.where(*CAMDEN, control=ISLINGTON),
        when=when(starts=date(2018, 1, 15), ends=date(2018, 4, 10)),
    )
    table = town.counted(plan)
    starts = [str(day) for day in table.panel.starts[table.first_treated - 1 :]]
    assert starts == ["2017-12-01", "2018-02-01", "2018-03-01"]
    assert table.part_days == 31 + 10


def test_a_later_release_of_the_operation_alone_fails_same_recording(tmp_path: Path) -> None:
    world = publish(tmp_path / "files")
    workspace = Workspace(root=tmp_path / "workspace")
    old, new = sorted(world.crimes.iterdir())[1:]
    ingest(workspace, [old], kind="crimes", release=date(2018, 2, 1))
    ingest(workspace, [new], kind="crimes", release=date(2018, 9, 1))
    area = define_area(workspace, world.outlines, AreaSettings(unit=Unit.LSOA, name="T"))
    town = Town.__new__(Town)
    town.workspace, town.area_id = workspace, area.result.area_id
    found = town.counted(operation(town.where(*CAMDEN, control=ISLINGTON))).tally.recording
    assert (found.check, found.passed) == (Check.SAME_RECORDING, False)
    assert "2018-02-01" in found.words
    assert "2018-09-01" in found.words


def test_weeks_run_from_the_first_day_and_only_street_records_that_stand_count(
    dated: tuple[Town, Extract],
) -> None:
    town, world = dated
    treated = tuple(place.code for place in PLACES[:8])
    plan = operation(
        town.where(*treated),
        when=when(date(2017, 6, 1), date(2018, 6, 22), date(2018, 7, 5), step=Step.WEEK),
        judged=Judged(design=Design.BEFORE_AFTER, smallest_change=-0.2),
    )
    table = town.counted(plan)
    assert str(table.panel.starts[table.first_treated]) == "2018-06-22"
    assert np.unique(table.panel.ends - table.panel.starts).astype(int).tolist() == [7]
    assert table.tally.left_out == {NOT_STREET: world.indoor, CANCELLED: world.cancelled}
    assert 0 < table.panel.counts.sum() <= world.street
