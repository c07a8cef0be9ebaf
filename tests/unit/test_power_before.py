"""What a plan could show: its own design, tried on the time that is held before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from scipy.stats import norm

from rightplace.app.evaluation.judging import judged
from rightplace.app.evaluation.power_before import power_before
from rightplace.errors import UnsupportedByDataError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.operations.plan import Judged
from tests.operation_plans import Town, locked, operation, when
from tests.worlds import PLACES, publish

if TYPE_CHECKING:
    from rightplace.evaluate.operations.plan import OperationPlan

NOW = datetime(2018, 9, 1, tzinfo=UTC)
HELD_TO = date(2018, 6, 30)
CODES = tuple(place.code for place in PLACES)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    root = tmp_path_factory.mktemp("town")
    return Town(root / "workspace", publish(root / "files"))


def plan_of(town: Town, design: Design = Design.DISPLACEMENT_DIFFERENCE) -> OperationPlan:
    """Three months, with the ten before them."""
    return operation(
        town.where(*CODES[:2], control=CODES[4:8]),
        when=when(date(2017, 3, 1), date(2018, 1, 1), date(2018, 3, 31)),
        judged=Judged(design=design, smallest_change=-0.2),
    )


def test_it_is_the_width_of_the_design_own_interval_in_the_last_months_before(town: Town) -> None:
    plan = plan_of(town)
    told = power_before(town.workspace, plan, held_to=HELD_TO, at=NOW)
    assert (told.first, told.last) == (date(2017, 10, 1), date(2017, 12, 31))
    assert told.places == 2
    assert told.weeks == pytest.approx(92 / 7)  # October to December
    never = replace(plan, when=when(date(2017, 3, 1), told.first, told.last))
    found = judged(town.counted(never), locked(never), own_only=True).finding
    each, expected = found.estimate, found.expected
    assert expected is not None
    assert told.expected == expected
    assert each.hi is not None
    assert each.lo is not None
    error = (each.hi - each.lo) / (2 * 1.959964) / expected
    assert told.chance == pytest.approx(norm.cdf(0.2 / error - 1.959964), abs=1e-4)
    smallest = (1.959964 + 0.841621) * error
    assert told.smallest_change == pytest.approx(smallest, rel=1e-4)
    assert told.smallest_incidents == pytest.approx(smallest * expected, rel=1e-4)


def test_nothing_of_the_operation_is_read_and_what_is_not_held_is_not_counted(town: Town) -> None:
    plan = plan_of(town)
    all_held = power_before(town.workspace, plan, held_to=HELD_TO, at=NOW)
    to_its_eve = power_before(town.workspace, plan, held_to=date(2017, 12, 31), at=NOW)
    assert all_held == to_its_eve
    earlier = power_before(town.workspace, plan, held_to=date(2017, 11, 29), at=NOW)
    assert (earlier.first, earlier.last) == (date(2017, 8, 1), date(2017, 10, 31))


def test_a_time_before_that_is_no_longer_than_the_operation_tells_nothing(town: Town) -> None:
    plan = plan_of(town)
    for held_to, words in ((date(2017, 5, 31), "3 months"), (date(2017, 3, 31), "1 month of")):
        with pytest.raises(UnsupportedByDataError, match=words):
            power_before(town.workspace, plan, held_to=held_to, at=NOW)
    with pytest.raises(UnsupportedByDataError, match="0 months"):
        power_before(town.workspace, plan, held_to=None, at=NOW)


def test_a_lot_is_no_table_of_counts(town: Town) -> None:
    plan = plan_of(town, Design.WEEK_BLOCK)
    with pytest.raises(UnsupportedByDataError, match="judged by its lot"):
        power_before(town.workspace, plan, held_to=HELD_TO, at=NOW)
