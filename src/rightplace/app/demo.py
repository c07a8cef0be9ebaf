"""Use case: London on synthetic incidents, from nothing to a plan and briefs, in one command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.areas import define_area
from rightplace.app.brief.use_case import BriefOptions, brief
from rightplace.app.evidence import Question
from rightplace.app.forecast.use_case import ForecastOptions, forecast
from rightplace.app.ingest import ingest
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.crime.simulate.london import write_demo_inputs
from rightplace.places import AreaSettings, Unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.brief.use_case import BriefResult
    from rightplace.app.forecast.use_case import ForecastResult
    from rightplace.app.held import FileReport
    from rightplace.app.plan.result import PlanResult
    from rightplace.app.workspace import Workspace
    from rightplace.crime.simulate.london import DemoInputs

RELEASE_LAG_DAYS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demo made.

    Parameters
    ----------
    synthetic
        Always true: the incidents are invented; outlines and borough totals are real.
    outputs
        Files for a reader, in the order in which to open them.
    """

    workspace: str
    synthetic: bool
    forecast_id: str
    plan_id: str
    rows: int
    quarantined: int
    expected_count: float
    expected_interval80: tuple[float, float]
    visits: int
    prevented_mean: float
    prevented_interval80: tuple[float, float]
    gap: float
    outputs: tuple[str, ...]


def demo(
    workspace: Workspace,
    *,
    out: Path,
    seed: int,
    made_at: datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> Answer[DemoResult]:
    """Make synthetic incidents and crews, and walk them through the same readers as real data.

    Parameters
    ----------
    workspace
        Where data and runs go; made if absent.
    out
        Folder for the briefs.
    seed
        Seed of all chance.
    made_at
        The time now, for run records and printed copies.
    progress
        Called with each step in words.
    """
    progress("inventing two years of incidents on London's real outlines (SYNTHETIC)")
    inputs = write_demo_inputs(workspace.root / "inputs", seed=seed)
    progress(f"reading {inputs.rows:,} rows through the same readers as real data")
    file, area_id = _take_in(workspace, inputs)
    progress("forecasting violence by place and shift")
    forecasts = forecast(
        workspace,
        Question(as_of=inputs.as_of),
        days=inputs.days,
        made_at=made_at,
        options=ForecastOptions(area_id=area_id, seed=seed),
    )
    progress("planning the week's visits to a proven optimum")
    plans = plan(
        workspace,
        forecasts.result.forecast_id,
        as_of=inputs.as_of,
        days=inputs.days,
        options=PlanOptions(crews_file=inputs.crews, seed=seed),
        made_at=made_at,
    )
    progress("writing one page for each BCU")
    briefs = brief(workspace, plans.result.plan_id, BriefOptions(out=out), printed_at=made_at)
    return Answer(
        verb="demo",
        result=_result(workspace, file, forecasts.result, plans.result, briefs=briefs.result),
        id=plans.result.plan_id,
        as_of=inputs.as_of,
        data_releases=forecasts.data_releases,
        warnings=plans.warnings,
    )


def _take_in(workspace: Workspace, inputs: DemoInputs) -> tuple[FileReport, str]:
    """Take the invented incidents in and define the study area; return the file's account."""
    taken = ingest(
        workspace,
        [inputs.incidents],
        kind="crimes",
        mapping=str(inputs.mapping),
        release=inputs.as_of + timedelta(days=RELEASE_LAG_DAYS),
    )
    settings = AreaSettings(unit=Unit.LSOA, name="London (demo)")
    area = define_area(workspace, inputs.outlines, settings)
    return taken.result.files[0], area.result.area_id


def _result(
    workspace: Workspace,
    file: FileReport,
    made: ForecastResult,
    planned: PlanResult,
    *,
    briefs: BriefResult,
) -> DemoResult:
    low, high = made.intervals["80"]
    paths = [each.path for each in briefs.outputs]
    return DemoResult(
        workspace=str(workspace.root),
        synthetic=True,
        forecast_id=made.forecast_id,
        plan_id=planned.plan_id,
        rows=file.read,
        quarantined=file.quarantined,
        expected_count=made.expected_count,
        expected_interval80=(low, high),
        visits=planned.visits,
        prevented_mean=planned.prevented.mean,
        prevented_interval80=(planned.prevented.lo80, planned.prevented.hi80),
        gap=planned.gap,
        outputs=tuple(sorted(paths, key=lambda path: (not path.endswith("index.html"), path))),
    )
