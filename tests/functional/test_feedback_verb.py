"""Feedback on the product's whole pipeline: what patrols find must not reach the next forecast."""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from pyarrow import parquet

from rightplace.app.areas import define_area
from rightplace.app.evidence import Question
from rightplace.app.feedback.monitor import MonitorOptions, monitor_feedback
from rightplace.app.forecast.use_case import ForecastOptions, keep_forecast, make_forecast
from rightplace.app.ingest import ingest
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.runs import keep
from rightplace.app.workspace import Workspace
from rightplace.cli.schemas import verb_schema
from rightplace.core.canonical import plain
from rightplace.core.runs import RunInput, RunRecipe, read_run
from rightplace.crime.offences import offence_classes
from rightplace.errors import BadInputError
from rightplace.places import AreaSettings, Unit
from tests.command import rightplace
from tests.walks import NOON
from tests.worlds import (
    DAYS,
    EXTRACT_COLUMNS,
    SIDE,
    TIMED_AS_OF,
    TIMED_PLACES,
    Extract,
    extract,
    write_crews,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.feedback.result import MonitorResult


LONDON = ZoneInfo("Europe/London")
CLOSED_WEEKS = 3
BY_CODE = {place.code: place for place in TIMED_PLACES}
REPORTED, FOUND = "Wounding", "Possession of cannabis"
Row = tuple[object, ...]


def record(ref: str, what: str, code: str, at: datetime) -> Row:
    """Return a row of the tiny force's extract."""
    said = f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}"
    place = BY_CODE[code]
    x, y = (corner + SIDE // 2 for corner in place.corner)
    return (ref, what, said, said, x, y, place.street, "Street", "N", "Recorded")


def write(path: Path, rows: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([EXTRACT_COLUMNS, *rows])
    return path


class Force:
    """A workspace in which each week is forecast, planned, visited and recorded."""

    def __init__(self, root: Path, world: Extract, *, found_per_visit: int) -> None:
        self.root, self.world, self.found_per_visit = root, world, found_per_visit
        self.workspace = Workspace(root=root / "workspace")
        root.mkdir()
        self.take_in(world.crimes)
        define_area(
            self.workspace, world.outlines, AreaSettings(unit=Unit.LSOA, name="Tiny London")
        )
        self.as_of = TIMED_AS_OF
        self.forecasts: list[pa.Table] = []
        self.plans: list[str] = []
        self.found = 0

    def take_in(self, path: Path) -> None:
        ingest(self.workspace, [path], kind="crimes", mapping=str(self.world.mapping))

    def visits(self, number: int) -> pa.Table:
        path = self.workspace.runs / self.plans[number] / "visits.parquet"
        return parquet.read_table(path)

    def week(self) -> None:
        """Forecast and plan the coming week, then let it happen."""
        made = make_forecast(
            self.workspace,
            Question(as_of=self.as_of),
            days=DAYS,
            made_at=NOON,
            options=ForecastOptions(),
        )
        keep_forecast(self.workspace, made)
        self.forecasts.append(made.tables["cells"])
        first = self.as_of + timedelta(days=1)
        crews = write_crews(self.root / f"crews-{first}.csv", ("Camden", "Islington"), first=first)
        planned = plan(
            self.workspace,
            made.record.id,
            as_of=self.as_of,
            days=DAYS,
            options=PlanOptions(crews_file=crews),
            made_at=NOON,
        )
        self.plans.append(planned.result.plan_id)
        self.as_of += timedelta(days=DAYS)
        self.take_in(write(self.root / f"week-{first}.csv", self._recorded(first)))

    def _recorded(self, first: date) -> list[Row]:
        rng = np.random.default_rng(first.toordinal())
        rows: list[Row] = []
        slots = self.visits(-1).select(["cell_id", "slot_start"]).to_pylist()
        midweek = slots[0]["slot_start"] + timedelta(days=2)
        for code in BY_CODE:
            for n in range(rng.poisson(2)):
                ref = f"R{first:%m%d}{code}{n}"
                rows.append(record(ref, REPORTED, code, midweek + timedelta(hours=n)))
        found = [
            record(
                f"F{first:%m%d}{n}",
                FOUND,
                visit["cell_id"],
                visit["slot_start"] + timedelta(minutes=30),
            )
            for n, visit in enumerate(slots * self.found_per_visit)
        ]
        self.found += len(found)
        return rows + found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    return extract(tmp_path_factory.mktemp("timed"))


def lived(root: Path, world: Extract, *, found_per_visit: int) -> Force:
    force = Force(root, world, found_per_visit=found_per_visit)
    for _ in range(CLOSED_WEEKS):
        force.week()
    return force


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory, world: Extract) -> Force:
    return lived(tmp_path_factory.mktemp("a") / "x", world, found_per_visit=0)


@pytest.fixture(scope="module")
def finding(tmp_path_factory: pytest.TempPathFactory, world: Extract) -> Force:
    return lived(tmp_path_factory.mktemp("b") / "x", world, found_per_visit=1)


def test_what_patrols_find_changes_no_digit_of_any_later_forecast_or_plan(
    without: Force, finding: Force
) -> None:
    assert finding.found == CLOSED_WEEKS * 7 * 24  # every visit of every day finds one
    for number in range(CLOSED_WEEKS):
        assert finding.forecasts[number].equals(without.forecasts[number])
        assert finding.visits(number).equals(without.visits(number))


def test_a_flood_of_what_patrols_find_changes_no_digit_either(
    tmp_path: Path, world: Extract, without: Force
) -> None:
    flooded = lived(tmp_path / "x", world, found_per_visit=5)
    assert flooded.forecasts[-1].equals(without.forecasts[-1])


def test_with_the_safeguard_taken_out_the_same_records_move_the_forecast_to_the_patrols(
    tmp_path: Path, world: Extract, without: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = tuple(offence_classes())
    # Both locks: that such records are dropped first, and that they are of no demand class.
    monkeypatch.setattr("rightplace.app.evidence.offence_classes", dict)
    monkeypatch.setattr("rightplace.app.evidence.demand_classes", lambda _: every)
    loose = lived(tmp_path / "x", world, found_per_visit=1)
    assert not loose.forecasts[-1].equals(without.forecasts[-1])


def write_visits(force: Force, path: Path, *, numbers: Iterable[int], half: bool = False) -> Path:
    """Write the visits of plans as if they were made, all or those of every other place."""
    rows = [
        (r["cell_id"], r["slot_start"].isoformat(), r["slot_end"].isoformat(), r["minutes"])
        for number in numbers
        for r in force.visits(number).to_pylist()
        if r["arm"] != "holdout" and not (half and BY_CODE[r["cell_id"]].number % 2)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("cell_id", "slot_start", "slot_end", "minutes"), *rows])
    return path


class TestMonitor:
    """The monitor on what the force held."""

    @staticmethod
    def monitored(force: Force, visits: Path) -> tuple[MonitorResult, dict[str, str]]:
        answer = monitor_feedback(
            force.workspace,
            visits,
            Question(as_of=force.as_of),
            options=MonitorOptions(),
            made_at=NOON,
        )
        assert answer.exit_code == 0
        assert answer.result.monitoring is not None
        notices = {notice.code: notice.message for notice in answer.warnings}
        return answer.result.monitoring, notices

    def test_without_a_hold_out_it_says_that_it_cannot_tell(
        self, finding: Force, tmp_path: Path
    ) -> None:
        weeks = range(CLOSED_WEEKS)
        visits = write_visits(finding, tmp_path / "visits.csv", numbers=weeks, half=True)
        result, notices = self.monitored(finding, visits)
        assert result.rests_on == "association"
        assert "only places held out by chance can tell" in result.verdict
        assert "No kept plan held places out by chance" in notices["feedback-no-hold-out"]
        assert result.police_generated >= finding.found
        assert "drug_possession" in result.police_classes
        assert not set(result.police_classes) & set(result.demand_classes)

    def test_police_generated_records_are_watched_and_never_demand(
        self, without: Force, finding: Force, tmp_path: Path
    ) -> None:
        counted = [
            self.monitored(
                force, write_visits(force, tmp_path / "v.csv", numbers=range(CLOSED_WEEKS))
            )[0]
            for force in (without, finding)
        ]
        assert counted[0].victim_reported == counted[1].victim_reported
        assert counted[1].police_generated == counted[0].police_generated + finding.found

    def test_with_a_hold_out_it_compares_places_and_alerts_on_what_patrols_find(
        self, tmp_path: Path, world: Extract
    ) -> None:
        force = Force(tmp_path / "x", world, found_per_visit=0)
        (force.workspace.root / "rightplace.toml").write_text("[feedback]\nleast_places = 2\n")
        rng = np.random.default_rng(5)
        for number in range(CLOSED_WEEKS):
            force.week()
            force.plans[-1] = held_out(force, number, rng)
            found = [
                record(f"H{number}-{n}", FOUND, row["cell_id"], row["slot_start"])
                for n, row in enumerate(force.visits(-1).to_pylist() * 3)
                if row["arm"] == "treat"
            ]
            force.take_in(write(force.root / f"found-{number}.csv", found))
        visits = write_visits(force, tmp_path / "visits.csv", numbers=range(CLOSED_WEEKS))
        result, notices = self.monitored(force, visits)
        assert result.rests_on == "hold-out"
        assert len(result.plans) == CLOSED_WEEKS
        police, victim = result.contrasts
        assert police.alert
        assert police.lo > 0
        assert not victim.alert
        assert result.minutes_held_out == 0
        assert "police-generated records follow patrol" in notices["feedback-alert"]
        assert read_run(force.workspace.runs, result.monitor_id)["kind"] == "monitor"

    def test_a_wrong_row_of_the_visits_is_named(self, without: Force, tmp_path: Path) -> None:
        path = tmp_path / "visits.csv"
        path.write_text(
            "cell_id,slot_start,slot_end,minutes\n"
            "E01000842,2018-07-06T07:00:00+01:00,2018-07-06T15:00:00+01:00,15\n"
            "E01000842,2018-07-06T07:00:00,2018-07-06T15:00:00,15\n"
            "nowhere,2018-07-06T07:00:00+01:00,2018-07-06T15:00:00+01:00,15\n"
        )
        with pytest.raises(BadInputError, match="has no offset") as caught:
            self.monitored(without, path)
        assert caught.value.fault.row == 2
        assert "1 more rows are wrong" in caught.value.fault.message


def held_out(force: Force, number: int, rng: np.random.Generator) -> str:
    """Keep the last plan again with a lot over its places, in place of the one without."""
    content = read_run(force.workspace.runs, force.plans[-1])
    visits = force.visits(-1)
    cells = sorted(set(visits["cell_id"].to_pylist()))
    arms = dict(zip(cells, rng.permutation(len(cells)) % 2, strict=True))
    drawn = ["treat" if arms[cell] else "holdout" for cell in visits["cell_id"].to_pylist()]
    for name, values in (("arm", drawn), ("probability", [0.5] * len(drawn))):
        place = visits.schema.get_field_index(name)
        visits = visits.set_column(place, visits.schema.field(name), [values])
    recipe = RunRecipe(
        kind="plan",
        settings=content["settings"] | {"lot": number},
        inputs=tuple(RunInput(**each) for each in content["inputs"]),
        as_of=date.fromisoformat(content["as_of"]),
        known_at=None,
        seed=0,
    )
    shutil.rmtree(force.workspace.runs / force.plans[-1])
    keep(force.workspace, recipe.record(NOON, result=plain(content["result"])), {"visits": visits})
    return recipe.id


def test_the_command_writes_page_and_tables_and_prints_one_verdict(tmp_path: Path) -> None:
    words = ("feedback", "simulate", "--runs", 1, "--weeks", 52, "--out", tmp_path / "out")
    told = rightplace(*words, workspace=tmp_path / "w")
    assert told.exit_code == 0, told.stderr
    assert "stays bounded" in told.stdout
    assert told.stdout.count("Counting only what the public reports, as shipped") == 1
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"feedback.html", "feedback.json", "weeks.csv", "runs.csv"}
    page = (tmp_path / "out" / "feedback.html").read_text(encoding="utf-8")
    assert "What this cannot tell" in page
    assert "<script" not in page
    again = rightplace(*words[:-1], tmp_path / "again", "--json", workspace=tmp_path / "w")
    assert again.json["schema"] == "rightplace/feedback/1"
    assert again.json["result"]["monitoring"] is None
    Draft202012Validator(verb_schema("feedback")).validate(again.json)
    same = (tmp_path / "again" / "feedback.html").read_text(encoding="utf-8")
    assert same == page
