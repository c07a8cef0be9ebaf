"""The walk on a force's own extract: shifts are forecast where records carry their hour."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from rightplace.core.time import Clock
from tests.command import rightplace
from tests.outputs import every_text
from tests.walks import Walk, finish, start
from tests.worlds import DAYS, HOT, TIMED_AS_OF, Extract, extract

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@pytest.fixture(scope="module")
def timed_world(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    return extract(tmp_path_factory.mktemp("timed"))


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory, timed_world: Extract) -> Walk:
    walk = start(tmp_path_factory.mktemp("walk"), timed_world, "--mapping", timed_world.mapping)
    finish(walk, timed_world, TIMED_AS_OF)
    return walk


def test_the_forecast_is_by_shift(timed: Walk) -> None:
    forecast = timed.result("forecast")
    assert forecast["period"]["by"] == "shift"
    assert "month-only" not in timed.notices("forecast")
    assert len(timed.rows("forecast", "cells")) == 16 * 3 * DAYS


def test_every_record_is_counted_or_left_out_for_a_reason(
    timed: Walk, timed_world: Extract
) -> None:
    forecast = timed.result("forecast")
    left_out = {each["reason"]: each["records"] for each in forecast["left_out"]}
    assert left_out == {"indoor, domestic or custody": 40, "cancelled": 5}
    assert forecast["records"] == timed_world.street
    assert forecast["unknown_setting_share"] == 0


def test_ground_that_the_force_does_not_cover_is_no_data(timed: Walk) -> None:
    assert timed.result("forecast")["masked_boroughs"] == ["Enfield", "Hackney", "Haringey"]


def test_friday_late_is_expected_to_be_the_busiest(timed: Walk) -> None:
    totals: Counter[datetime] = Counter()
    for row in timed.rows("forecast", "cells"):
        totals[row["slot_start"]] += row["expected_count"] or 0
    slots = {slot.start: slot for slot in Clock().slots(TIMED_AS_OF, DAYS + 1)}
    (first, most), (_, second) = totals.most_common(2)
    busiest = slots[first]
    assert (busiest.policing_day.weekday(), busiest.shift) == (4, "late")
    assert most > 4 * second


def test_visits_of_the_hot_cell_go_to_that_slot_first(timed: Walk) -> None:
    # Three visits a day to a place, two of them in one slot: both of the hot slot are used.
    per_slot = Counter(
        row["slot_start"].isoformat()
        for row in timed.rows("plan", "visits")
        if row["cell_id"] == HOT.code
    )
    assert per_slot["2018-07-06T14:00:00+00:00"] == 2
    per_place = Counter(
        row["cell_id"]
        for row in timed.rows("plan", "visits")
        if row["slot_start"].isoformat() == "2018-07-06T14:00:00+00:00"
    )
    assert per_place[HOT.code] == max(per_place.values())


def test_the_default_sheet_is_of_the_busiest_shift_of_the_first_day(timed: Walk) -> None:
    page = every_text(timed.briefs)["central-north.pdf"]
    assert "Friday 6 July 2018, late shift, 15:00 to 23:00" in page
    assert "not supported by the data" not in page


def test_a_sheet_can_be_had_for_another_shift(timed: Walk, tmp_path: Path) -> None:
    plan_id = timed.answers["plan"].json["id"]
    words = ("brief", plan_id, "--out", tmp_path, "--format", "html")
    told = rightplace(*words, "--date", "2018-07-07", "--shift", "night", workspace=timed.workspace)
    assert told.exit_code == 0, told.stderr
    page = every_text(tmp_path)["central-north.html"]
    assert "Saturday 7 July 2018, night shift, 23:00 to 07:00" in page


def test_a_profile_does_not_overrule_what_was_forecast(
    timed: Walk, timed_world: Extract, tmp_path: Path
) -> None:
    profile = tmp_path / "profile.csv"
    profile.write_text("shift,share\nearly,0.2\nlate,0.5\nnight,0.3\n", encoding="utf-8")
    span = ("--as-of", TIMED_AS_OF, "--crews", timed_world.crews)
    told = rightplace("plan", *span, "--profile", profile, "--json", workspace=timed.workspace)
    assert told.exit_code == 2
    assert "Leave out --profile" in told.json["error"]["remedy"]


def test_possession_cannot_be_asked_for(timed: Walk) -> None:
    words = ("forecast", "--as-of", TIMED_AS_OF, "--classes", "drug_possession", "--json")
    told = rightplace(*words, workspace=timed.workspace)
    assert told.exit_code == 20
    assert told.json["error"]["code"] == "refused"
