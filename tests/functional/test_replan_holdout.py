"""A plan with a hold-out made anew: places held out stay so, but for those released."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.holdout.releases import Asked, release
from rightplace.app.plan.visits import crew_visits
from rightplace.app.replan.anew import ReplanOptions, replan
from rightplace.core.time import Clock
from tests.command import rightplace
from tests.holdout_world import AS_OF, Force
from tests.walks import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.replan.result import ReplanResult

HEAD = "crew_id,borough,officers,kind,from,until,reason\n"


class World:
    """A plan that holds places out, and the first crew of its second day taken away."""

    def __init__(self, force: Force, plan_id: str) -> None:
        self.force, self.plan_id = force, plan_id
        rows = self.force.table(plan_id, "holdout").to_pylist()
        self.held = {row["cell_id"] for row in rows if row["arm"] == "holdout"}
        crews = sorted(
            force.table(plan_id, "crews").to_pylist(),
            key=lambda row: (row["slot_start"], row["crew_id"]),
        )
        day = next(Clock().slots(AS_OF + timedelta(days=2), 1))
        self.crew = next(row for row in crews if row["slot_start"] >= day.start)

    @property
    def now(self) -> datetime:
        """When the crew's duty begins."""
        start: datetime = self.crew["slot_start"]
        return start

    def replanned(self) -> ReplanResult:
        away = self.force.workspace.root / "away.csv"
        who, when = self.crew["crew_id"], self.now.isoformat()
        away.write_text(f"{HEAD}{who},,,aid,{when},,football\n", "utf-8")
        options = ReplanOptions(now=self.now, reason="aid", by="x", abstractions_file=away)
        return replan(self.force.workspace, self.plan_id, options, made_at=NOON).result

    def visited(self, plan_id: str) -> set[str]:
        return set(crew_visits(self.force.workspace, plan_id)["cell_id"].to_pylist())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    force = Force(tmp_path_factory.mktemp("replan") / "force")
    week = ("--as-of", AS_OF, "--crews", force.crews(), "--forecast", force.forecast())
    lot = ("--holdout", 0.2, "--seed", 3, "--never-hold-out", force.never)
    signed = ("--holdout-terms", force.terms, "--json")
    told = rightplace("plan", *week, *lot, *signed, workspace=force.workspace.root)
    assert told.exit_code == 0, told.stderr
    return World(force, told.json["id"])


def held_rows(world: World, plan_id: str) -> list[dict[str, Any]]:
    rows = world.force.table(plan_id, "visits").to_pylist()
    return [{n: r[n] for n in r if n != "state"} for r in rows if r["arm"] == "holdout"]


def test_places_held_out_get_no_visit_and_their_rows_stand(world: World) -> None:
    result = world.replanned()
    assert world.held
    assert not world.held & world.visited(result.plan_id)
    assert held_rows(world, result.plan_id) == held_rows(world, world.plan_id)
    before = world.force.table(world.plan_id, "holdout")
    assert world.force.table(result.plan_id, "holdout").equals(before)
    assert result.holdout is not None


def test_a_place_that_was_released_may_be_visited_again(world: World) -> None:
    rows = held_rows(world, world.plan_id)
    later = [row for row in rows if row["slot_start"] >= world.now]
    first = max(later, key=lambda row: row["expected_count"])["cell_id"]
    asked = Asked(cell_id=first, reason="stabbing", released_by="x", at=world.now)
    freed = release(
        world.force.workspace, world.plan_id, asked, made_at=world.now + timedelta(hours=1)
    ).result
    visited = world.visited(world.replanned().plan_id)
    assert first in visited
    assert not (world.held - set(freed.cell_ids)) & visited
