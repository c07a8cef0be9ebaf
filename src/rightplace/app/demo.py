"""Use case: London on synthetic incidents: plan, briefs, an operation judged, a service to see."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.areas import define_area
from rightplace.app.brief.use_case import BriefOptions, brief
from rightplace.app.demo_operation import (
    DemoClaim,
    DemoOperation,
    check_demo_claim,
    judge_demo_operation,
    lock_demo_operation,
)
from rightplace.app.demo_service import (
    DemoService,
    DemoShown,
    check_takes_demo,
    put_into_service,
)
from rightplace.app.evidence import Question
from rightplace.app.forecast.use_case import ForecastOptions, forecast
from rightplace.app.ingest import ingest
from rightplace.app.picture.use_case import PictureOptions, picture
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.searches.demo import demo_pack
from rightplace.app.service.jobs_inbox import inbox_folder
from rightplace.core.time import Clock
from rightplace.crime.simulate.london import write_demo_inputs
from rightplace.places import AreaSettings, Unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from rightplace.app.forecast.use_case import ForecastResult
    from rightplace.app.held import FileReport
    from rightplace.app.plan.result import PlanResult
    from rightplace.app.workspace import Workspace
    from rightplace.crime.simulate.london import DemoInputs
    from rightplace.records.accounts.demo import DemoAccount

RELEASE_LAG_DAYS = 1
AREA = AreaSettings(unit=Unit.LSOA, name="London (demo)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demo made.

    Parameters
    ----------
    synthetic
        Always true: the incidents are invented; outlines and borough totals are real.
    outputs
        Files for a reader, in the order in which to open them.
    operation
        One that was locked before its records were taken in, and what its report found.
    claim
        A published claim, checked.
    service
        How to see all this in the web application; it is not started.
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
    operation: DemoOperation
    claim: DemoClaim
    service: DemoService


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What the steps made."""

    file: FileReport
    forecast: ForecastResult
    plan: PlanResult
    outputs: tuple[str, ...]
    operation: DemoOperation
    service: DemoService


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWanted:
    """What the demo is asked for.

    Parameters
    ----------
    out
        Folder for the briefs.
    seed
        Seed of all chance.
    program
        How this program is called here, for what it tells to type.
    is_current
        Whether all is dated so that the plan's week is the one that we are in.
    """

    out: Path
    seed: int
    is_current: bool = False
    program: str = "rightplace"


def demo(
    workspace: Workspace,
    wanted: DemoWanted,
    *,
    made_at: datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Answer[DemoResult], tuple[DemoAccount, ...]]:
    """Make synthetic incidents and crews, and walk them through the same readers as real data.

    Forecast and plan are published into a database created as a demo. The accounts come with
    their passwords beside the answer, which is printed, kept and passed on as JSON: no password
    is to lie there. Another run gives new ones.

    Parameters
    ----------
    workspace
        Where data and runs go; made if absent.
    wanted
        Where briefs go, and the seed.
    made_at
        The time now, for run records and printed copies.
    progress
        Called with each step in words.
    """
    check_takes_demo(workspace, at=made_at)
    progress("inventing two years of incidents on London's real outlines (SYNTHETIC)")
    today = _policing_day(made_at) if wanted.is_current else None
    inputs = write_demo_inputs(workspace.root / "inputs", seed=wanted.seed, today=today)
    progress(f"reading {inputs.rows:,} rows through the same readers as real data")
    area_id = define_area(workspace, inputs.outlines, AREA).result.area_id
    locked = lock_demo_operation(
        workspace, inputs.outlines.parent, as_of=inputs.as_of, seed=wanted.seed, at=made_at
    )
    file = _take_in(workspace, inputs)
    _offer(workspace, inputs.crews)
    forecasts, plans = _forecast_and_plan(
        workspace, inputs, area_id=area_id, seed=wanted.seed, made_at=made_at, progress=progress
    )
    progress("writing one page for each BCU")
    briefs = brief(
        workspace, plans.result.plan_id, BriefOptions(out=wanted.out), printed_at=made_at
    )
    progress("judging an operation that was locked before its records were read (SYNTHETIC)")
    operation, found = judge_demo_operation(
        workspace, locked, out=wanted.out / "operation", as_of=inputs.as_of, at=made_at
    )
    progress("counting what was recorded, for the violence picture")
    drawn = picture(
        workspace,
        Question(as_of=inputs.as_of),
        options=PictureOptions(area_id=area_id),
        made_at=made_at,
    )
    progress("inventing searches (SYNTHETIC) and making the scrutiny pack of a quarter")
    pack_id = demo_pack(workspace, area_id, as_of=inputs.as_of, seed=wanted.seed, made_at=made_at)
    shown = DemoShown(
        run_ids=(plans.result.plan_id, drawn.result.picture_id, pack_id), operation=found
    )
    service, accounts = put_into_service(
        workspace, shown, program=wanted.program, at=made_at, progress=progress
    )
    made = _Made(
        file=file,
        forecast=forecasts.result,
        plan=plans.result,
        outputs=tuple(each.path for each in briefs.result.outputs),
        operation=operation,
        service=service,
    )
    return _answer(workspace, made, of=plans, releases=forecasts.data_releases), accounts


def _policing_day(at: datetime) -> date:
    """Return the policing day of a moment, by the clock of the demo's study area."""
    clock = Clock()
    day = at.astimezone(clock.tzinfo).date()
    return day if at >= clock.day_start(day) else day - timedelta(days=1)


def _forecast_and_plan(
    workspace: Workspace,
    inputs: DemoInputs,
    *,
    area_id: str,
    seed: int,
    made_at: datetime,
    progress: Callable[[str], None],
) -> tuple[Answer[ForecastResult], Answer[PlanResult]]:
    """Forecast the coming week and plan the crews' visits in it."""
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
    return forecasts, plans


def _take_in(workspace: Workspace, inputs: DemoInputs) -> FileReport:
    """Take the invented incidents in; return the file's account."""
    taken = ingest(
        workspace,
        [inputs.incidents],
        kind="crimes",
        mapping=str(inputs.mapping),
        release=inputs.as_of + timedelta(days=RELEASE_LAG_DAYS),
    )
    return taken.result.files[0]


def _offer(workspace: Workspace, crews: Path) -> None:
    """Put the crews into the inbox, so that a plan can be asked for from a page at once."""
    folder = inbox_folder(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(crews, folder / crews.name)


def _answer(
    workspace: Workspace, made: _Made, *, of: Answer[PlanResult], releases: tuple[str, ...]
) -> Answer[DemoResult]:
    return Answer(
        verb="demo",
        result=_result(workspace, made),
        id=made.plan.plan_id,
        as_of=of.as_of,
        data_releases=releases,
        warnings=of.warnings,
    )


def _result(workspace: Workspace, made: _Made) -> DemoResult:
    low, high = made.forecast.intervals["80"]
    prevented = made.plan.prevented
    return DemoResult(
        workspace=str(workspace.root),
        synthetic=True,
        forecast_id=made.forecast.forecast_id,
        plan_id=made.plan.plan_id,
        rows=made.file.read,
        quarantined=made.file.quarantined,
        expected_count=made.forecast.expected_count,
        expected_interval80=(low, high),
        visits=made.plan.visits,
        prevented_mean=prevented.mean,
        prevented_interval80=(prevented.lo80, prevented.hi80),
        gap=made.plan.gap,
        outputs=tuple(
            sorted(made.outputs, key=lambda path: (not path.endswith("index.html"), path))
        ),
        operation=made.operation,
        claim=check_demo_claim(),
        service=made.service,
    )
