"""A walk from files to pages by the command line, each verb in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyarrow import parquet

from tests.command import Told, rightplace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds import Extract, Published


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
