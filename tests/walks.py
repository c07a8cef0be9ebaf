"""A walk from files to pages: by the command line in processes of their own, or in this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pyarrow import parquet

from rightplace.app.areas import define_area
from rightplace.app.brief.facts import PlanFacts, read_facts
from rightplace.app.evidence import Question
from rightplace.app.forecast.outlook import Outlook, read_outlook
from rightplace.app.forecast.use_case import (
    ForecastOptions,
    MadeForecast,
    keep_forecast,
    make_forecast,
)
from rightplace.app.ingest import ingest
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.workspace import Workspace
from rightplace.places import AreaSettings, Unit
from tests.command import Told, rightplace
from tests.worlds import DAYS, Extract

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.plan.result import PlanResult
    from tests.worlds import Published


@dataclass
class Walk:
    """A workspace, and what each verb answered."""

    workspace: Path
    answers: dict[str, Told] = field(default_factory=dict)

    def run(self, name: str, *words: object) -> Told:
        """Run a verb to its end and keep its answer under a name."""
        told = rightplace(*words, "--json", workspace=self.workspace)
        assert told.exit_code == 0, told.stderr
        self.answers[name] = told
        return told

    def result(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.answers[name].json["result"]
        return found

    def notices(self, name: str) -> dict[str, str]:
        return {each["code"]: each["message"] for each in self.answers[name].json["warnings"]}

    def rows(self, run: str, table: str) -> list[dict[str, Any]]:
        path = self.workspace / "runs" / self.answers[run].json["id"] / f"{table}.parquet"
        return list(parquet.read_table(path).to_pylist())

    @property
    def briefs(self) -> Path:
        return self.workspace / "out"


def start(root: Path, world: Published | Extract, *how: object) -> Walk:
    """Take a world in and define its study area."""
    walk = Walk(workspace=root / "workspace")
    walk.run("ingest", "ingest", "crimes", world.crimes, *how)
    walk.run("areas", "areas", "define", world.outlines, "--unit", "lsoa", "--name", "Tiny London")
    return walk


def finish(walk: Walk, world: Published | Extract, as_of: object) -> None:
    """Forecast, plan and brief."""
    walk.run("forecast", "forecast", "--as-of", as_of)
    forecast_id = walk.answers["forecast"].json["id"]
    span = ("--as-of", as_of, "--crews", world.crews)
    walk.run("plan", "plan", *span, "--forecast", forecast_id)
    plan_id = walk.answers["plan"].json["id"]
    walk.run("brief", "brief", plan_id, "--out", walk.briefs)


@dataclass(frozen=True)
class Kept:
    """A tiny world taken in, forecast and planned in this process."""

    workspace: Workspace
    made: MadeForecast
    plan: Answer[PlanResult]

    @property
    def outlook(self) -> Outlook:
        """The forecast as plans and briefs read it."""
        return read_outlook(self.workspace, self.made.record.id)

    @property
    def facts(self) -> PlanFacts:
        """The plan as briefs read it."""
        return read_facts(self.workspace, self.plan.result.plan_id)


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def kept(
    root: Path, world: Published | Extract, as_of: date, *, profile: Path | None = None
) -> Kept:
    """Take a world in, forecast and plan it."""
    workspace = Workspace(root=root)
    mapping = str(world.mapping) if isinstance(world, Extract) else None
    ingest(workspace, [world.crimes], kind="crimes", mapping=mapping)
    define_area(workspace, world.outlines, AreaSettings(unit=Unit.LSOA, name="Tiny London"))
    made = make_forecast(
        workspace, Question(as_of=as_of), days=DAYS, made_at=NOON, options=ForecastOptions()
    )
    keep_forecast(workspace, made)
    options = PlanOptions(crews_file=world.crews, profile_file=profile)
    planned = plan(workspace, made.record.id, as_of=as_of, days=DAYS, options=options, made_at=NOON)
    return Kept(workspace=workspace, made=made, plan=planned)
