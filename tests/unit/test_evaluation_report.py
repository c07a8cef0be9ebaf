"""The report of an operation: its result, its flags, its verdict, its files."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.evaluation.report import ReportOptions, report
from rightplace.app.evaluation.report_result import read_result
from rightplace.app.explain import explain
from rightplace.app.runs import read_table
from rightplace.app.service.publish import to_publish
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.core.runs import read_run
from rightplace.errors import BadInputError, UsageError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.designs.verdict import CANNOT_TELL
from rightplace.evaluate.operations.plan import ChosenBy, Delivery, Judged
from tests.operation_plans import Town, locked, operation, when
from tests.worlds import PLACES, publish

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.evaluation.report_result import ReportResult
    from rightplace.evaluate.operations.plan import LockedPlan, OperationPlan

CODES = tuple(place.code for place in PLACES)
NOW = datetime(2018, 12, 1, 9, tzinfo=UTC)
DIFFERENCE = Judged(design=Design.DIFFERENCE, smallest_change=-0.2)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    root = tmp_path_factory.mktemp("report")
    return Town(root / "workspace", publish(root / "files"))


def plan_in(town: Town, **changed: Any) -> OperationPlan:  # noqa: ANN401 - any part of a plan
    where = town.where(*CODES[:2], control=CODES[4:8], ring=CODES[2:4], ring_control=CODES[8:11])
    return operation(where, **{"judged": DIFFERENCE} | changed)


def made(town: Town, plan: LockedPlan, **options: Any) -> ReportResult:  # noqa: ANN401 - any option
    usual: dict[str, Any] = {"as_of": NOW.date(), "dry_run": True, "own_only": True}
    how = ReportOptions(**usual | options)
    return report(town.workspace, plan, options=how, made_at=NOW).result


def test_the_contracts_numbers_are_those_of_the_plans_own_design(town: Town) -> None:
    result = made(town, locked(plan_in(town)), own_only=False)
    assert result.design == "difference-in-differences"
    assert (result.estimate, result.p) == (result.finding.estimate, result.finding.p)
    assert result.verdict == result.finding.verdict
    assert result.evidence_level == result.finding.evidence_level
    tried = {each.design for each in result.others} | {each.design for each in result.not_run}
    assert tried | {result.design} == {
        "before-after",
        "interrupted-series",
        "displacement-difference",
        "difference-in-differences",
        "synthetic-control",
    }
    assert result.design not in {each.design for each in result.others}
    parts = {part.part: part for part in result.parts}
    assert set(parts) == {"treated", "control", "ring", "ring-control"}
    # 11 months of 2017 (one is a stub) have 365 - 28 days, January to March 2018 have 90.
    treated = parts["treated"]
    assert treated.before_rate == pytest.approx(28 * treated.before / 337)
    assert treated.during_rate == pytest.approx(28 * treated.during / 90)


def test_a_plan_locked_when_results_could_be_seen_is_exploratory_in_the_verdict(
    town: Town,
) -> None:
    late = made(town, locked(plan_in(town), results_held_to=date(2018, 1, 1)))
    assert late.registered.exploratory
    assert late.verdict.startswith("Exploratory")
    assert "registered-after-results" in {flag.code for flag in late.flags}
    early = made(town, locked(plan_in(town), results_held_to=date(2017, 12, 31)))
    assert not early.registered.exploratory
    assert "Exploratory" not in early.verdict


def test_a_plan_locked_after_its_start_says_so_even_where_no_records_were_held(town: Town) -> None:
    plan = plan_in(town)
    assert not locked(plan).locked_after_start
    late = replace(locked(plan), locked_at=datetime(2018, 1, 1, 0, tzinfo=UTC))
    assert late.locked_after_start
    result = made(town, late)
    assert result.verdict.startswith("Locked after it began. ")
    assert "locked-after-start" in {flag.code for flag in result.flags}
    assert not result.registered.exploratory


def test_settings_of_the_workspace_hold_and_those_that_differ_are_flagged(town: Town) -> None:
    plan = locked(plan_in(town))
    usual = made(town, plan)
    file = town.workspace.root / "rightplace.toml"
    text = "[difference]\ndraws = 199\nfew_treated = 2\nlevel = 0.8\n"
    text += "[before_after]\nfewest_places = 30\n[displacement]\nmost_ratio = 3\nlevel = 0.9\n"
    file.write_text(text, "utf-8")
    try:
        other = town.workspace.__class__(root=town.workspace.root)
        options = ReportOptions(as_of=NOW.date(), dry_run=True, own_only=True)
        changed = report(other, plan, options=options, made_at=NOW).result
    finally:
        file.unlink()
    assert usual.finding.level == changed.finding.level == 0.95  # the plan's, not the file's
    assert usual.finding.method != changed.finding.method
    assert usual.report_id != changed.report_id
    assert "settings-changed" not in {flag.code for flag in usual.flags}
    (told,) = (flag.words for flag in changed.flags if flag.code == "settings-changed")
    for each in (
        "before_after.fewest_places 30 (20)",
        "displacement.most_ratio 3 (2.0)",
        "difference.draws 199 (999), difference.few_treated 2 (5)",
    ):
        assert each in told
    assert "level" not in told


def test_what_limits_a_plan_is_flagged(town: Town) -> None:
    plan = operation(
        town.where(CODES[1], control=CODES[4:8]),
        judged=DIFFERENCE,
        chosen_by=ChosenBy.HIGH_COUNTS,
        elsewhere="Operation Bindweed, burglary, from February",
        when=when(starts=date(2018, 4, 1), ends=date(2018, 8, 31)),
    )
    result = made(town, locked(plan))
    codes = {flag.code for flag in result.flags}
    assert codes >= {
        "so-far",
        "one-treated-unit",
        "chosen-for-high-counts",
        "other-operations",
        "periods-left-out",
    }
    assert "So far: the records end on 2018-06-30" in result.verdict


def test_places_without_any_record_cannot_tell(town: Town) -> None:
    plan = plan_in(town)
    only = replace(plan, outcome=replace(plan.outcome, classes=("shooting",)))
    result = made(town, locked(only))
    assert CANNOT_TELL in {flag.code for flag in result.flags}
    assert result.verdict.startswith("These data cannot tell whether it worked")
    assert (result.lo95, result.hi95) == (None, None)


def test_a_design_that_the_data_do_not_allow_is_not_replaced_by_another(town: Town) -> None:
    judged_by = Judged(design=Design.BEFORE_AFTER, smallest_change=-0.2)
    result = made(town, locked(plan_in(town, judged=judged_by)))
    assert result.design == "before-after"
    assert result.verdict.startswith("These data cannot tell whether it worked: the table has 6")
    assert (result.lo95, result.hi95, result.cost.per_incident) == (None, None, None)
    treated = next(part for part in result.parts if part.part == "treated")
    assert result.estimate == pytest.approx(treated.during - treated.before * 90 / 337)


def test_cost_stands_alone_where_chance_could_do_it(town: Town) -> None:
    delivery = Delivery(tactics=("patrol",), cost_pounds=21_000.0, patrol_minutes=600.0)
    result = made(town, locked(plan_in(town, delivery=delivery)))
    assert (result.cost.pounds, result.cost.per_incident) == (21_000.0, None)
    assert "£21,000 planned" in result.cost.words
    assert result.dosage.words.startswith("Given: not recorded")
    assert result.complaints == "none held"
    assert result.confidence.words.startswith("None: no survey")


def test_a_design_of_a_lot_is_sent_to_its_own_verb(town: Town) -> None:
    lot = Judged(design=Design.PLACE_DAY, smallest_change=-0.2)
    with pytest.raises(UsageError, match="judged by its lot"):
        made(town, locked(plan_in(town, judged=lot)))


def test_the_run_is_kept_and_its_files_say_what_they_are_no_ground_for(
    town: Town, tmp_path: Path
) -> None:
    plan = plan_in(town, title='<script>alert("x")</script> #import')
    result = made(town, locked(plan), dry_run=False, out=tmp_path)
    files = {each.kind: each for each in result.outputs}
    assert set(files) == {"html", "pdf", "json", "csv"}
    page = (tmp_path / "operation.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("<svg") == 3
    assert PLACE_NOT_PERSON in page
    assert page.index(result.verdict.split(".")[0]) < page.index("<svg")
    assert (tmp_path / "operation.pdf").read_bytes().startswith(b"%PDF")
    assert files["pdf"].pages is not None
    content = json.loads((tmp_path / "operation.json").read_text(encoding="utf-8"))
    assert content["verdict"] == result.verdict
    with (tmp_path / "operation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 11 * 14  # places and months
    assert {row["place_not_person"] for row in rows} == {PLACE_NOT_PERSON}
    told = explain(town.workspace, result.report_id).result
    assert told.kind == "evaluation"
    assert told.settings["operation"] == plan.id
    published = to_publish(town.workspace, result.report_id).result
    assert published.published == (town.area_id, result.report_id)
    kept = read_table(town.workspace, result.report_id, "panel")
    assert sum(kept["incidents"].to_pylist()) == sum(p.before + p.during for p in result.parts)
    record = read_run(town.workspace.runs, result.report_id)
    assert read_result(record["result"]) == replace(result, outputs=())
    with pytest.raises(BadInputError, match="no report of an operation: estimate"):
        read_result({name: v for name, v in record["result"].items() if name != "estimate"})
    again = made(town, locked(plan), dry_run=True)
    assert again.report_id == result.report_id
