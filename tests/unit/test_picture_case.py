"""The violence picture as a run: counted by hand from what was written into the files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.evidence import Question
from rightplace.app.picture.settings import PictureSettings
from rightplace.app.picture.use_case import PictureOptions, picture
from rightplace.app.runs import read_table
from rightplace.core.time import Month
from rightplace.errors import RefusedError, UsageError
from tests.walks import kept
from tests.worlds import AS_OF, HOT, PLACES, STUB, TIMED_AS_OF, extract, publish

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.picture.result import PictureResult
    from rightplace.app.workspace import Workspace

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


def draw(workspace: Workspace, question: Question, **how: Any) -> Answer[PictureResult]:  # noqa: ANN401 - options of any type
    return picture(workspace, question, options=PictureOptions(**how), made_at=NOW)


def test_monthly_records_are_counted_each_and_what_was_not_published_is_not_known(
    tmp_path: Path,
) -> None:
    world = publish(tmp_path / "files")
    workspace = kept(tmp_path / "workspace", world, AS_OF).workspace
    told = draw(workspace, Question(as_of=AS_OF))
    counts = read_table(workspace, told.id or "", "counts").to_pylist()
    for place in PLACES:
        if place.monthly:
            mine = [row for row in counts if row["cell_id"] == place.code]
            in_may = sum(row["n"] for row in mine if str(row["month"]) == "2018-05-01")
            assert in_may == world.violent[place.code, Month(2018, 5)]
    rows = read_table(workspace, told.id or "", "published").to_pylist()
    unknown = {(row["borough"], str(row["month"])) for row in rows if not row["known"]}
    assert {month for borough, month in unknown if borough == "Camden"} == {f"{STUB}-01"}
    assert {name for name, month in unknown if month == "2018-06-01"} == {"Enfield", "Hackney"}
    assert told.result.masked_boroughs == ("Enfield", "Hackney")
    assert told.result.trained_to == "2018-06-30"
    again = draw(workspace, Question(as_of=AS_OF), dry_run=True)
    assert again.id == told.id


def test_what_was_not_in_the_street_has_its_borough_and_no_place(tmp_path: Path) -> None:
    world = extract(tmp_path / "files")
    workspace = kept(tmp_path / "workspace", world, TIMED_AS_OF).workspace
    told = draw(workspace, Question(as_of=date(2018, 7, 31)))
    counts = read_table(workspace, told.id or "", "counts").to_pylist()
    apart = [row for row in counts if row["setting"] in {"indoor", "domestic"}]
    assert {(row["cell_id"], row["borough"]) for row in apart} == {(None, HOT.borough)}
    assert sum(row["n"] for row in apart) == world.indoor == 40
    assert told.result.domestic_records == 20
    assert all(row["cell_id"] for row in counts if row not in apart)
    left = {each.reason: each.records for each in told.result.not_counted}
    assert left == {"cancelled": world.cancelled}
    july = [
        row["known"]
        for row in read_table(workspace, told.id or "", "published").to_pylist()
        if str(row["month"]) == "2018-07-01"
    ]
    assert not any(july)  # the file ends on 5 July
    assert told.result.trained_to == "2018-06-30"


def test_police_activity_is_no_violence_and_settings_are_checked(tmp_path: Path) -> None:
    world = publish(tmp_path / "files")
    workspace = kept(tmp_path / "workspace", world, AS_OF).workspace
    with pytest.raises(RefusedError, match="Police activity itself generates"):
        draw(workspace, Question(as_of=AS_OF, classes=("possession_of_weapons",)))
    with pytest.raises(UsageError):
        PictureSettings(months=0)
    with pytest.raises(UsageError):
        PictureSettings(classes=" , ")
