"""Hot spots of a term from the forecast to the return, in the tiny world of June 2018."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator
from pyarrow import parquet

from rightplace.app.brief.facts import chosen_slots, read_facts
from rightplace.app.dosage.use_case import DosageFiles, dosage
from rightplace.app.evidence import Question
from rightplace.app.explain import explain
from rightplace.app.forecast.use_case import ForecastOptions, keep_forecast, make_forecast
from rightplace.app.hot_spots.problems import ProblemOptions, keep_problem, problems
from rightplace.app.hot_spots.returns import ReturnOptions, return_on
from rightplace.app.hot_spots.score import score
from rightplace.app.hot_spots.terms import FixOptions, fix, read_term
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.places import PlaceOptions
from rightplace.app.plan.use_case import plan
from rightplace.cli.envelope import envelope
from rightplace.cli.hot_spots import problems_lines, return_lines, term_lines
from rightplace.cli.plan import lines
from rightplace.cli.schemas import verb_schema
from rightplace.core.time import Month
from rightplace.errors import NotHeldError, RefusedError, UsageError
from tests.unit.test_hot_spots import problem
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, DAYS, PLACES, Published, publish, write_crews

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.hot_spots.term_result import TermResult
    from rightplace.app.plan.result import PlanResult
    from rightplace.app.workspace import Workspace

MAY = date(2018, 5, 31)
JUNE = Month(2018, 6)
BOROUGHS = ("Camden", "Islington", "Haringey")


@dataclass(frozen=True)
class Fixed:
    """A workspace with a forecast of June, two hot spots fixed for June to August, and a plan."""

    workspace: Workspace
    world: Published
    crews: Path
    forecast_id: str
    term: Answer[TermResult]
    plan: Answer[PlanResult]

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(each.cell_id for each in self.term.result.hot_spots)


def planned(
    workspace: Workspace, forecast_id: str, crews: Path, *, term: str | None
) -> Answer[PlanResult]:
    options = PlanOptions(crews_file=crews, places=PlaceOptions(term_id=term))
    return plan(workspace, forecast_id, as_of=MAY, days=DAYS, options=options, made_at=NOON)


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Fixed:
    root = tmp_path_factory.mktemp("terms")
    world = publish(root / "files")
    monthly: Kept = kept(root / "workspace", world, AS_OF)
    workspace = replace(monthly.workspace, flags={"plan.visits_per_place_day": 1})
    made = make_forecast(
        workspace, Question(as_of=MAY), days=DAYS, made_at=NOON, options=ForecastOptions()
    )
    keep_forecast(workspace, made)
    crews = write_crews(root / "crews.csv", BOROUGHS, first=date(2018, 6, 1), minutes=30)
    options = FixOptions(count=2, months=3, starts=JUNE.first)
    term = fix(workspace, made.record.id, options, made_at=NOON)
    return Fixed(
        workspace=workspace,
        world=world,
        crews=crews,
        forecast_id=made.record.id,
        term=term,
        plan=planned(workspace, made.record.id, crews, term=str(term.id)),
    )


# The term


def test_the_first_places_of_the_forecast_are_fixed_with_their_outlines(fixed: Fixed) -> None:
    result = fixed.term.result
    cells = parquet.read_table(
        fixed.workspace.runs / fixed.forecast_id / "cells.parquet"
    ).to_pylist()
    ranked = sorted((row for row in cells if not row["masked"]), key=lambda row: row["rank"])
    assert list(fixed.cells) == [row["cell_id"] for row in ranked[:2]]
    assert (result.first_month, result.last_month) == ("2018-06", "2018-08")
    assert all("12 months" in each.reason for each in result.hot_spots)
    places = parquet.read_table(result.places_path)
    assert places["geometry"].null_count == 0
    assert read_term(fixed.workspace, str(fixed.term.id)).cell_ids == fixed.cells
    text = "\n".join(term_lines(result))
    assert "grounds to stop or search" in text
    assert explain(fixed.workspace, str(fixed.term.id)).result.settings["record"] == "term"


@pytest.mark.parametrize(("starts", "months"), [("2018-08-01", 3), ("2018-06-01", 12)])
def test_terms_do_not_overlap(fixed: Fixed, starts: str, months: int) -> None:
    options = FixOptions(count=3, months=months, starts=date.fromisoformat(starts))
    with pytest.raises(RefusedError, match=f"{fixed.term.id} fixes 2 hot spots"):
        fix(fixed.workspace, fixed.forecast_id, options, made_at=NOON)
    later = replace(options, starts=date(2018, 9, 1), dry_run=True)
    assert fix(fixed.workspace, fixed.forecast_id, later, made_at=NOON).result.months == months


def test_the_same_term_can_be_fixed_again(fixed: Fixed) -> None:
    options = FixOptions(count=2, months=3, starts=JUNE.first)
    assert fix(fixed.workspace, fixed.forecast_id, options, made_at=NOON).id == fixed.term.id


def test_places_are_chosen_before_the_term(fixed: Fixed) -> None:
    options = FixOptions(count=2, months=3, starts=date(2018, 5, 1))
    with pytest.raises(UsageError, match="knows records of the term"):
        fix(fixed.workspace, fixed.forecast_id, options, made_at=NOON)


def test_another_run_is_no_term(fixed: Fixed) -> None:
    found = score(fixed.workspace, str(fixed.plan.id), as_of=AS_OF, made_at=NOON)
    with pytest.raises(NotHeldError, match="is a score, not a term"):
        read_term(fixed.workspace, str(found.id))


# The plan


def test_a_plan_gives_each_hot_spot_its_visits_and_says_at_what_price(fixed: Fixed) -> None:
    table = parquet.read_table(fixed.plan.result.visits_path).to_pylist()
    # Seven a week, seven days of June: one each day.
    for cell in fixed.cells:
        mine = [row for row in table if row["cell_id"] == cell]
        assert sum(row["origin"] == "term" for row in mine) == 7
    without = planned(fixed.workspace, fixed.forecast_id, fixed.crews, term=None).result
    found = fixed.plan.result.term
    assert found is not None
    assert (found.places, found.visits_each) == (2, 7)
    lost = without.objective - fixed.plan.result.objective
    assert found.cost_lo - 1e-9 <= lost <= found.cost_hi + 1e-9
    assert f"2 hot spots of {fixed.term.id}" in "\n".join(lines(fixed.plan.result))


def test_a_plan_of_other_days_takes_no_term(fixed: Fixed) -> None:
    options = FixOptions(count=1, months=3, starts=date(2018, 10, 1))
    later = fix(fixed.workspace, fixed.forecast_id, options, made_at=NOON)
    with pytest.raises(UsageError, match="the plan is of other days"):
        planned(fixed.workspace, fixed.forecast_id, fixed.crews, term=str(later.id))


def test_the_score_tells_places_of_the_term_from_the_models(fixed: Fixed) -> None:
    found = score(fixed.workspace, str(fixed.plan.id), as_of=AS_OF, made_at=NOON).result
    sets = {each.origin: each for each in found.sets}
    assert sets["term"].places == 2
    june = sum(fixed.world.violent[cell, JUNE] for cell in fixed.cells)
    assert sets["term"].incidents == june


# The return


@pytest.fixture(scope="module")
def counted(fixed: Fixed, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Dosage of the plan: each of its crews with two officers, 15 minutes at each visit."""
    rows, turns = ["crew_id,officer_id,time,lon,lat"], dict[str, int]()
    points = {place.code: place.point for place in PLACES}
    for visit in parquet.read_table(fixed.plan.result.visits_path).to_pylist():
        crew = visit["crew_id"]
        turns[crew] = turns.get(crew, -1) + 1
        lon, lat = points[visit["cell_id"]]
        start = visit["slot_start"] + timedelta(minutes=30 * turns[crew])
        for minute in range(16):
            when = (start + timedelta(minutes=minute)).isoformat()
            rows += [f"{crew},{crew}-{officer},{when},{lon},{lat}" for officer in "ab"]
    path = tmp_path_factory.mktemp("pings") / "pings.csv"
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    files = DosageFiles(pings=path)
    found = dosage(fixed.workspace, str(fixed.plan.id), files=files, made_at=NOON)
    return str(found.id)


def options(counted: str, folder: Path) -> ReturnOptions:
    return ReturnOptions(dosage_ids=(counted,), first=JUNE, last=JUNE, out=folder / "return.csv")


def test_the_return_adds_up_hours_visits_incidents_and_enforcement(
    fixed: Fixed, counted: str, tmp_path: Path
) -> None:
    file = tmp_path / "enforcement.csv"
    head = "cell_id,month,arrests,stop_searches,weapons_seized"
    file.write_text(f"{head}\n{fixed.cells[0]},2018-06,2,9,\n", encoding="utf-8")
    wanted = replace(options(counted, tmp_path), enforcement_file=file)
    answer = return_on(fixed.workspace, str(fixed.term.id), wanted, made_at=NOON)
    first, second, whole = answer.result.rows
    visits = parquet.read_table(fixed.plan.result.visits_path)["cell_id"].to_pylist()
    for row, cell in zip((first, second), fixed.cells, strict=True):
        made = visits.count(cell)
        assert row.dosage == "counted"
        assert row.visits == made
        # Two officers together: a quarter of an hour of patrol, half an officer-hour a visit.
        assert row.patrol_hours == pytest.approx(made / 4)
        assert row.officer_hours == pytest.approx(made / 2)
        assert (row.days_counted, row.days) == (7, 30)
        assert row.incidents == fixed.world.violent[cell, JUNE]
    assert (first.arrests, first.stop_searches, first.weapons_seized) == (2, 9, None)
    assert (second.arrests, whole.arrests) == (None, None)
    assert whole.visits == (first.visits or 0) + (second.visits or 0)
    assert whole.incidents == (first.incidents or 0) + (second.incidents or 0)
    text = (tmp_path / "return.csv").read_text(encoding="utf-8")
    table = list(csv.DictReader(text.splitlines()))
    assert table[0]["weapons_seized"] == table[1]["arrests"] == "not given"
    assert all("grounds to stop or search" in row["notice"] for row in table)
    assert "part-of-month" in {notice.code for notice in answer.warnings}
    assert "all hot spots counted" in "\n".join(return_lines(answer.result))
    schema = verb_schema("hot-spots-return")
    Draft202012Validator(schema).validate(envelope(answer))


def test_months_that_no_record_has_reached_are_not_0(
    fixed: Fixed, counted: str, tmp_path: Path
) -> None:
    wanted = replace(options(counted, tmp_path), last=Month(2018, 7), dry_run=True)
    rows = return_on(fixed.workspace, str(fixed.term.id), wanted, made_at=NOON).result.rows
    june, july = ([row for row in rows if row.month == month] for month in ("2018-06", "2018-07"))
    assert all(row.incidents is not None for row in june)
    assert all(row.incidents is None for row in july)
    assert {row.dosage for row in july} == {"not given"}
    assert not (tmp_path / "return.csv").exists()


def test_a_return_is_of_months_of_the_term(fixed: Fixed, counted: str, tmp_path: Path) -> None:
    wanted = replace(options(counted, tmp_path), first=Month(2018, 5))
    with pytest.raises(UsageError, match="runs from 2018-06 to 2018-08"):
        return_on(fixed.workspace, str(fixed.term.id), wanted, made_at=NOON)


# Problems


def test_a_place_hot_for_three_months_is_asked_for_a_record_until_one_is_kept(
    fixed: Fixed, tmp_path: Path
) -> None:
    def asked(day: date) -> dict[str, str]:
        workspace = replace(fixed.workspace, flags={"hot_spots.top": 1})
        answer = problems(workspace, as_of=day)
        Draft202012Validator(verb_schema("hot-spots-problems")).validate(envelope(answer))
        return {place.cell_id: place.record for place in answer.result.places}

    july, august = date(2018, 7, 31), date(2018, 8, 1)
    assert asked(july) == {}
    assert asked(august) == dict.fromkeys(sorted(fixed.cells), "asked for")
    cell = fixed.cells[0]
    record = ProblemOptions(cell_id=cell, path=problem(tmp_path), as_of=date(2018, 7, 15))
    keep_problem(fixed.workspace, record, made_at=NOON)
    assert asked(august)[cell] == "held"
    assert asked(august)[fixed.cells[1]] == "asked for"
    # Its assessment is due at the end of the year; by then another term and forecast tell of it.
    found = problems(fixed.workspace, as_of=august).result
    assert "asked for" in "\n".join(problems_lines(found))
    with pytest.raises(NotHeldError, match="is no cell of Tiny London"):
        keep_problem(fixed.workspace, replace(record, cell_id="E99"), made_at=NOON)


def test_a_plan_names_its_places_that_lack_a_record(fixed: Fixed, tmp_path: Path) -> None:
    # Forecasts of three months: each month's first place is hot.
    workspace = replace(fixed.workspace, flags={"hot_spots.top": 1})
    for month in (4, 5):
        day = Month(2018, month).first - timedelta(days=1)
        made = make_forecast(
            workspace, Question(as_of=day), days=DAYS, made_at=NOON, options=ForecastOptions()
        )
        keep_forecast(workspace, made)
    answer = planned(workspace, fixed.forecast_id, fixed.crews, term=None)
    (place,) = answer.result.problem_records
    assert (place.cell_id, place.months, place.record) == (fixed.cells[0], 3, "asked for")
    notice = next(n for n in answer.warnings if n.code == "problem-record-asked-for")
    assert place.cell_id in notice.message
    facts = read_facts(workspace, str(answer.id))
    assert chosen_slots(facts)
    assert "problem-record-asked-for" in {each["code"] for each in facts.record["warnings"]}
    record = ProblemOptions(cell_id=place.cell_id, path=problem(tmp_path), as_of=date(2018, 5, 15))
    keep_problem(workspace, record, made_at=NOON)
    again = planned(workspace, fixed.forecast_id, fixed.crews, term=None)
    assert again.result.problem_records == ()
    assert again.id != answer.id  # the records are among what a plan's answer rests on
