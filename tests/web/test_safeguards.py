"""What the stop switch stops and what a lot leaves unsaid, on every route that shows a run.

A new route is tried without a word added; one with a new part in its address must be named below.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from rightplace.app.changed.changes import Changes
from rightplace.app.service.changes import ChangeWanted, ask_for_change
from rightplace.app.service.decisions import decide_on_plan
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.records.decided.deciding import DecisionGiven, Verdict
from rightplace.records.published.publishing import publish
from rightplace.records.stop.switch import Target, TargetKind, restart, suspend
from tests.web.attack_world import API, EVERYBODY, World
from tests.web.picture_world import PICTURE, publish_picture
from tests.web.published import (
    CELLS,
    FORECAST,
    NOW,
    PLAN,
    SLOTS,
    plan_copy,
    published_shelf,
    run_copy,
    run_record,
)
from tests.web.second_plan import SECOND, publish_second
from tests.web.signed_in import ANALYST, COMMANDER
from tests.web.token_world import owner
from tests.web.trials_world import PROPOSAL, TRIAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

    from rightplace.app.service.shelf import Shelf
    from tests.web.attack_world import Route

LOT = "p-0000000000b1"
"""A plan that holds out by lot, and released places since; it was signed after it was made."""
SEED = 73165028841937
DRAFT = "it would leave 12 places"
CHANGE = str(uuid.uuid4())
RUN_PARTS = {
    *("plan_id", "other_id", "forecast_id", "picture_id", "item", "layer_id"),
    *("trial_id", "proposal_id"),
}
"""Parts of an address that name a run."""
OTHER_PARTS = {
    "account_id", "act", "breach_id", "cell", "change_id", "draw_id", "feature_id",
    "ground", "ident", "job_id", "kind", "limb", "op_id", "quarter", "question",
    "question_id", "reference", "request_id", "sharing_id", "subject", "verb", "x", "y", "z",
}  # fmt: skip
"""Parts that name none; partner products have a switch of their own, with its test."""
TRIED_ELSEWHERE = {
    "roster_id",
    "surge_id",
    "investigation_id",
    "workforce_id",
    "pack_id",
    "report_id",
}
"""Runs whose stop is tried with their own pages: they rest on no forecast of this world."""
STEADY = {"other": SECOND, "other_id": SECOND, "bcu": "Northbank", "unit": "Northbank"}
OF_PLAN = {"plan_id": LOT, "item": LOT, "layer_id": LOT, "change_id": CHANGE, "cell": "0"}
OF_FORECAST = OF_PLAN | {"forecast_id": FORECAST, "item": FORECAST, "layer_id": FORECAST}
OF_PICTURE = {"picture_id": PICTURE, "item": PICTURE}
OF_TRIAL = {"trial_id": TRIAL, "item": TRIAL, "ident": "looks"}
OF_PROPOSAL = {"proposal_id": PROPOSAL, "item": PROPOSAL, "act": "approve"}
STOPS: list[tuple[Target, dict[str, str]]] = [
    (Target(kind=TargetKind.PLAN, name=LOT), OF_PLAN),
    (Target(kind=TargetKind.PRODUCT, name=FORECAST), OF_FORECAST),
    (Target(kind=TargetKind.PRODUCT, name=FORECAST), OF_PLAN),
    (Target(kind=TargetKind.MODEL, name="additive_memory"), OF_FORECAST),
    (Target(kind=TargetKind.MODEL, name="additive_memory"), OF_PLAN),
    (Target(kind=TargetKind.PRODUCT, name=PICTURE), OF_PICTURE),
    (Target(kind=TargetKind.PRODUCT, name=TRIAL), OF_TRIAL),
    (Target(kind=TargetKind.PRODUCT, name=TRIAL), OF_PROPOSAL),
    (Target(kind=TargetKind.PRODUCT, name=FORECAST), OF_PROPOSAL),
]
"""What is stopped, and the runs whose pages are refused by it."""


def lot_copy() -> Any:  # noqa: ANN401 - a copy of a run
    plan = plan_copy()
    visits = pa.table(
        {
            "visit_id": ["v-000001", "v-000002", "v-000003"],
            "cell_id": [CELLS[0], CELLS[2], CELLS[1]],
            "borough": ["Northbank", "Southbank", "Northbank"],
            "slot_start": [SLOTS[3].start] * 3,
            "slot_end": [SLOTS[3].end] * 3,
            "crew_id": ["crew 1", "crew 2", None],
            "minutes": [15, 15, 0],
            "prevented_mean": [0.1, 0.01, 0.0],
            "reason": ["9 in 12 months", "9 in 12 months", "held out by lot"],
            "arm": ["treat", "none", "holdout"],
            "probability": [0.51827364551, 1.0, 0.51827364551],
        }
    )
    lot = {"share": 0.3, "terms": None, "plan_before": None, "released_before": [CELLS[3]]}
    settings = {"forecast": FORECAST, "days": 2, "holdout": lot, "replan": {"released": [CELLS[1]]}}
    message = f"The plan is a draft: {DRAFT} without visits."
    warnings = [{"code": "holdout-not-signed", "message": message}]
    made = {"settings": settings, "seed": SEED, "warnings": warnings}
    record = run_record(LOT, "plan", result=plan.record["result"]) | made
    return run_copy(record, {"visits": visits}, FORECAST)


@dataclass
class Everything(World):
    """A world with a plan that drew a lot, in force, changed once, and a program that asks."""

    def __post_init__(self) -> None:
        super().__post_init__()
        publish_second(self.shelf)
        publish_picture(self.shelf)
        with transaction(self.shelf.database, ANALYST.actor, purpose="x", at=NOW) as tx:
            publish(tx, lot_copy())
        for bcu in ("Northbank", "Southbank"):
            accept(self.shelf, bcu)
        wanted = ChangeWanted(
            id=CHANGE, plan_id=LOT, bcu="Northbank", changes=Changes(left_out=(CELLS[0],)),
            reason="A fair is there.",
        )  # fmt: skip
        ask_for_change(self.shelf, wanted, person=COMMANDER, at=NOW)
        self.token = owner(self.shelf.database, "program", Role.ANALYST).header

    def told(self, each: Route, known: dict[str, str]) -> Response:
        """What a route answers to somebody with every role, or to a program."""
        asked = [f"{name}={value}" for name, value in STEADY.items() if name in each.query]
        address = replace(each, needed=()).filled(**STEADY | known)
        headers = self.token if each.path.startswith(API.rpartition("/")[0]) else EVERYBODY
        return self.send("GET", f"{address}?{'&'.join(asked)}", headers=headers)


def accept(shelf: Shelf, bcu: str) -> None:
    given = DecisionGiven(
        id=str(uuid.uuid4()),
        plan_id=LOT,
        bcu=bcu,
        verdict=Verdict.ACCEPTED,
        reason="Crews are there.",
        seconds_reading=60,
    )
    decide_on_plan(shelf, given, person=COMMANDER, at=NOW)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    folder = tmp_path_factory.mktemp("records")
    shelf = published_shelf(folder)
    yield Everything(shelf, folder)
    shelf.database.close()


@pytest.fixture
def stopped(request: pytest.FixtureRequest, world: Everything) -> Iterator[dict[str, str]]:
    target, known = request.param
    with transaction(world.shelf.database, ANALYST.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, target, reason="A feed doubled.")
    yield known
    with transaction(world.shelf.database, COMMANDER.actor, purpose="Go on.", at=NOW) as tx:
        restart(tx, target, reason="It is mended.")


def parts_of(each: Route) -> set[str]:
    return {name.partition(":")[0] for name in re.findall(r"\{([^}]+)\}", each.path)}


def reads_of(world: World, known: dict[str, str]) -> list[Route]:
    """The routes that read a run of those named."""
    reads = [each for each in world.routes if each.method == "GET"]
    return [each for each in reads if parts_of(each) & RUN_PARTS & known.keys()]


def test_each_part_of_an_address_is_known_to_name_a_run_or_none(world: Everything) -> None:
    found = set().union(*(parts_of(each) for each in world.routes))
    assert found - RUN_PARTS - TRIED_ELSEWHERE == OTHER_PARTS
    assert found >= RUN_PARTS


@pytest.mark.parametrize(
    "known",
    [OF_PLAN, OF_FORECAST, OF_PICTURE, OF_TRIAL, OF_PROPOSAL],
    ids=["plan", "forecast", "picture", "trial", "proposal"],
)
def test_what_runs_is_shown(world: Everything, known: dict[str, str]) -> None:
    for each in reads_of(world, known):
        status = world.told(each, known).status_code
        is_elsewhere = "{feature_id}" in each.path or "visits" in each.path
        assert status in {200, 204, 303} or is_elsewhere, (each, status)


@pytest.mark.parametrize("stopped", STOPS, indirect=True, ids=lambda case: f"{case[0]}")
def test_what_is_stopped_is_refused_on_every_route(
    world: Everything, stopped: dict[str, str]
) -> None:
    tried = reads_of(world, stopped)
    assert tried
    for each in tried:
        if "/compare" in each.path and "{other_id}" not in each.path:
            continue  # it leads to the comparison, which refuses
        told = world.told(each, stopped)
        is_layer = "{layer_id}" in each.path  # a stopped one is offered no more
        assert told.status_code == 403 or (is_layer and told.status_code == 404), each
        assert "Street" not in told.text, each


@pytest.mark.parametrize("stopped", [STOPS[0]], indirect=True)
def test_a_plan_that_runs_is_not_set_beside_one_that_is_stopped(
    world: Everything, stopped: dict[str, str]
) -> None:
    told = world.get(f"/plans/{SECOND}/compare/{stopped['plan_id']}")
    assert told.status_code == 403
    assert "Street" not in told.text
    page = world.get(f"/plans/{SECOND}?bcu=Northbank").text
    assert f"/compare/{LOT}" not in page


@pytest.mark.parametrize("stopped", [STOPS[0], STOPS[2]], indirect=True)
def test_where_the_plan_in_force_is_stopped_no_place_is_briefed(
    world: Everything, stopped: dict[str, str]
) -> None:
    assert stopped["plan_id"] == LOT
    for address in ("/board?bcu=Northbank", "/shift?bcu=Northbank&crew=crew+1", "/shift/pulse"):
        text = world.get(address).text
        assert "Street" not in text, address
        assert LOT not in text or "suspended" in text, address
    assert world.get(f"/delivery?plan={LOT}&bcu=Northbank").status_code == 403
    assert world.get(f"/delivery.csv?plan={LOT}&bcu=Northbank").status_code == 403


def test_no_route_tells_of_a_lot(world: Everything) -> None:
    """Neither arms nor chances, nor which places or how many it left out, nor what would tell."""
    for each in [each for each in world.routes if each.method == "GET"]:
        if each.path.startswith("/about"):
            continue  # documents say that lots are drawn, of no plan
        for known in (OF_PLAN, OF_FORECAST):
            text = world.told(each, known).text
            for word in ("holdout", "held out", "0.5182736455", str(SEED), DRAFT):
                assert word not in text.casefold(), (each, word)


def test_no_route_of_a_plan_names_a_place_that_a_lot_left_out(world: Everything) -> None:
    """Forms to change a plan, and forecasts, name every place alike."""
    shown = [
        each
        for each in reads_of(world, {"plan_id": LOT, "layer_id": LOT, "item": LOT})
        if not each.path.endswith(("/change", "compare/{other_id}", "/compare"))
    ]
    briefs = [each for each in world.routes if each.path in {"/board", "/shift", "/delivery.csv"}]
    for each in [*shown, *briefs]:
        text = world.told(each, OF_PLAN).text
        for word in ("Street 1 ", CELLS[1], CELLS[3], "v-000003"):
            assert word not in text, (each, word)


def test_a_plan_that_drew_no_lot_tells_its_seed(world: Everything) -> None:
    assert "seed" in world.get(f"/explain/{PLAN}").text
