"""The table of an operation from what a publisher counted by ward: four wards, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.app.areas import define_area, find_area
from rightplace.app.evaluation.counted import PUBLISHED
from rightplace.app.evaluation.counting import Asked, panel_of
from rightplace.app.evaluation.limits import data_checks, limited, told_verdict
from rightplace.app.evaluation.published_counts import APART
from rightplace.app.evaluation.register.held_to import results_held_to
from rightplace.app.evaluation.settings import EvaluationSettings
from rightplace.app.ingest import ingest
from rightplace.app.workspace import Workspace
from rightplace.core.time import Month, months_between
from rightplace.crime.harm import ons_severity
from rightplace.errors import UnsupportedByDataError, UsageError
from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import (
    Check,
    Design,
    Diagnostic,
    Estimate,
    Finding,
    Scale,
)
from rightplace.evaluate.designs.verdict import CANNOT_TELL, verdict
from rightplace.evaluate.operations.plan import Outcome, Step, Where
from rightplace.places import AreaSettings, Unit
from tests.operation_plans import locked, operation, when
from tests.unit.outline_files import square, write_geojson

if TYPE_CHECKING:
    from rightplace.app.evaluation.counted import CountedPanel
    from rightplace.evaluate.operations.plan import OperationPlan

WARDS = ("E05013001", "E05013002", "E05013003", "E05013004")
MONTHS = months_between(Month(2023, 12), Month(2024, 8))
HEAD = ["MajorText", "MinorText", "WardName", "WardCode", "LookUp_BoroughName"]
ROBBERY = ("ROBBERY", "ROBBERY OF PERSONAL PROPERTY")


@pytest.fixture(scope="module")
def wards(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str]:
    """Ward 1 has n robberies in the n-th month, ward 2 none but two in May, ward 4 no row."""
    root = tmp_path_factory.mktemp("wards")
    lines = [",".join([*HEAD, *(f"{m.year}{m.number:02d}" for m in MONTHS)])]
    rows = {
        (*ROBBERY, "One", WARDS[0], "Camden"): range(1, 10),
        (*ROBBERY, "Two", WARDS[1], "Camden"): [2 if m == Month(2024, 5) else 0 for m in MONTHS],
        (*ROBBERY, "Three", WARDS[2], "Camden"): [1] * 9,
        (*ROBBERY, "Airport", WARDS[3], "Aviation Security (SO18)"): [3] * 9,
        ("DRUG OFFENCES", "POSSESSION OF DRUGS", "One", WARDS[0], "Camden"): [50] * 9,
    }
    lines += [",".join([*names, *map(str, counts)]) for names, counts in rows.items()]
    path = root / "wards.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    workspace = Workspace(root=root / "workspace")
    answer = ingest(workspace, [path], kind="crimes")
    assert answer.ok, answer.error
    outlines = write_geojson(
        root / "wards.geojson",
        [
            ({"WD24CD": code, "WD24NM": code}, square(530_000 + 1_000 * n, 180_000, side=1_000))
            for n, code in enumerate(WARDS)
        ],
    )
    area = define_area(workspace, outlines, AreaSettings(unit=Unit.WARD, name="Wards"))
    return workspace, area.result.area_id


def plan_of(area_id: str, *control: str, step: Step = Step.MONTH) -> OperationPlan:
    return operation(
        Where(area_id=area_id, treated=WARDS[:1], control=control),
        when=when(date(2023, 12, 1), date(2024, 6, 1), date(2024, 8, 31), step=step),
        outcome=Outcome(classes=("robbery",), words="robbery, recorded"),
    )


def count(workspace: Workspace, plan: OperationPlan, as_of: date, **how: str) -> CountedPanel:
    return panel_of(
        workspace,
        plan,
        Asked(as_of=as_of, **how),
        settings=EvaluationSettings(),
        harm=ons_severity(),
    )


def test_a_ward_without_a_row_for_a_month_had_none_and_one_without_any_has_no_data(
    wards: tuple[Workspace, str],
) -> None:
    workspace, area_id = wards
    found = count(workspace, plan_of(area_id, WARDS[1], WARDS[2]), date(2024, 9, 30))
    assert found.tally.kind == PUBLISHED
    assert found.panel.counts.tolist() == [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [0, 0, 0, 0, 0, 2, 0, 0, 0],
        [1] * 9,
    ]
    assert found.first_treated == 6
    assert found.tally.left_out == {APART: 27}
    with pytest.raises(UnsupportedByDataError, match=f"for {WARDS[3]} in the windows"):
        count(workspace, plan_of(area_id, WARDS[3]), date(2024, 9, 30))


def test_months_that_are_not_over_are_not_used(wards: tuple[Workspace, str]) -> None:
    workspace, area_id = wards
    found = count(workspace, plan_of(area_id, WARDS[1]), date(2024, 7, 30))
    assert found.so_far
    assert found.tally.data_to == date(2024, 6, 30)
    assert found.panel.counts[0].tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_the_change_of_system_in_march_2024_fails_the_check(wards: tuple[Workspace, str]) -> None:
    workspace, area_id = wards
    found = count(workspace, plan_of(area_id, WARDS[1]), date(2024, 9, 30))
    checks = {each.check: each for each in data_checks(found)}
    assert checks[Check.SAME_RECORDING].passed is False
    assert "CONNECT" in checks[Check.SAME_RECORDING].words
    assert checks[Check.NO_LOCKDOWN].passed


def test_weeks_and_unknown_sources_are_refused(wards: tuple[Workspace, str]) -> None:
    workspace, area_id = wards
    weekly = plan_of(area_id, WARDS[1], step=Step.WEEK)
    with pytest.raises(UnsupportedByDataError, match="counts are monthly"):
        count(workspace, weekly, date(2024, 9, 30))
    with pytest.raises(UsageError, match="0 publications count"):
        count(
            workspace,
            operation(
                Where(
                    area_id=define_other(workspace), treated=("E05099901",), control=("E05099902",)
                ),
                when=when(date(2023, 12, 1), date(2024, 6, 1), date(2024, 8, 31)),
                outcome=Outcome(classes=("robbery",), words="robbery"),
            ),
            date(2024, 9, 30),
        )


def define_other(workspace: Workspace) -> str:
    """Return a study area of two other wards."""
    outlines = write_geojson(
        workspace.root / "other.geojson",
        [
            (
                {"WD24CD": f"E0509990{n}", "WD24NM": f"Ward {n}"},
                square(540_000 + 1_000 * n, 180_000, side=1_000),
            )
            for n in (1, 2)
        ],
    )
    return define_area(workspace, outlines, AreaSettings(unit=Unit.WARD, name="O")).result.area_id


def by_hand(design: Design, *checks: Diagnostic) -> Finding:
    """Return a fall of half, far from chance."""
    return Finding(
        design=design,
        outcome="Robbery",
        estimate=Estimate(value=-0.5, lo=-0.6, hi=-0.4, scale=Scale.SHARE, method="by hand"),
        diagnostics=checks,
    )


def test_a_series_alone_cannot_tell_across_a_change_of_recording_and_one_beside_others_says_so(
    wards: tuple[Workspace, str],
) -> None:
    workspace, area_id = wards
    plan = plan_of(area_id, WARDS[1])
    found = count(workspace, plan, date(2024, 9, 30))
    for design in (Design.BEFORE_AFTER, Design.INTERRUPTED_SERIES):
        alone = limited(by_hand(design), found, locked(plan))
        assert CANNOT_TELL in {flag.code for flag in alone.flags}
        assert verdict(alone).startswith("These data cannot tell")
    beside = limited(by_hand(Design.DIFFERENCE), found, locked(plan))
    assert CANNOT_TELL not in {flag.code for flag in beside.flags}
    assert "CONNECT" in told_verdict(beside, verdict(beside))
    assert "One less: same-recording failed." in evidence_of(beside).reasons


def test_an_exploratory_result_counts_only_where_placebo_and_power_speak_for_it(
    wards: tuple[Workspace, str],
) -> None:
    workspace, area_id = wards
    plan = plan_of(area_id, WARDS[1])
    found = count(workspace, plan, date(2024, 9, 30))
    late = locked(plan, results_held_to=date(2024, 7, 1))
    placebo, power = (
        {passed: Diagnostic(check=check, passed=passed, words="") for passed in (True, False, None)}
        for check in (Check.PLACEBO_TIME, Check.POWER)
    )
    for one in (True, False, None):
        for other in (True, False, None):
            made = by_hand(Design.DIFFERENCE, placebo[one], power[other])
            barred = CANNOT_TELL in {flag.code for flag in limited(made, found, late).flags}
            assert barred is not (one is True and other is True)
    made = by_hand(Design.DIFFERENCE, placebo[False], power[None])
    told = verdict(limited(made, found, late))
    assert "placebo-in-time failed (a false start shows an effect too)" in told
    assert "power could not be looked at" in told
    bare = limited(by_hand(Design.DIFFERENCE), found, late)
    assert "its design has no placebo" in verdict(bare)
    assert "its power is not known" in verdict(bare)
    early = limited(by_hand(Design.DIFFERENCE), found, locked(plan))
    assert CANNOT_TELL not in {flag.code for flag in early.flags}


def test_published_counts_could_be_seen_too_when_a_plan_is_locked(
    wards: tuple[Workspace, str],
) -> None:
    workspace, area_id = wards
    area = find_area(workspace, area_id)
    plan = plan_of(area_id, WARDS[1])
    assert results_held_to(workspace, area, plan) == date(2024, 8, 31)
    none = replace(plan, outcome=Outcome(classes=("bicycle_theft",), words="bicycles"))
    assert results_held_to(workspace, area, none) is None
