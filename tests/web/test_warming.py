"""What is made ready before anybody asks, and what stays parsed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TYPE_CHECKING

from rightplace.app.service.kept_runs import MOST_KEPT, KeptRuns
from rightplace.app.service.published_lines import RUNS_LOOKED_AT
from rightplace.app.service.tiles import TileSettings
from rightplace.app.service.warming import warm
from rightplace.records.audit.lines import ONLY, AuditHead
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.stop.switch import Target, TargetKind, suspend
from tests.web.published import FORECAST, NOW, PLAN
from tests.web.signed_in import COMMANDER, cookie

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rightplace.app.service.shelf import Shelf


def audit_lines(shelf: Shelf) -> int:
    with reading(shelf.database) as quiet:
        head = quiet.unshown_one(AuditHead, ONLY)
        return 0 if head is None else head.lines


def test_who_comes_first_finds_forecast_and_plan_parsed_and_no_look_is_written_before(
    client: TestClient, shelf: Shelf
) -> None:
    lines = audit_lines(shelf)
    warm(shelf, TileSettings())
    assert audit_lines(shelf) == lines
    ready = set(shelf.kept.runs)
    assert {key.split()[0] for key in ready} >= {FORECAST, PLAN}
    outlines = [run.outlines for run in shelf.kept.runs.values() if "outlines" in vars(run)]
    assert [len(each) for each in outlines] == [4]
    for address in ("/", f"/forecasts/{FORECAST}", f"/plans/{PLAN}"):
        assert client.get(address, headers=cookie("cora")).status_code == 200
    assert set(shelf.kept.runs) == ready
    assert audit_lines(shelf) > lines


def test_a_map_that_is_drawn_by_tiles_has_no_outlines_made_ready(shelf: Shelf) -> None:
    warm(shelf, TileSettings(cells_from=3))
    assert not any("outlines" in vars(run) for run in shelf.kept.runs.values())


def test_what_is_ready_and_stopped_is_refused_all_the_same(
    client: TestClient, shelf: Shelf
) -> None:
    with transaction(shelf.database, COMMANDER.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=FORECAST), reason="Bias found.")
    warm(shelf, TileSettings())
    told = client.get(f"/forecasts/{FORECAST}", headers=cookie("cora"))
    assert told.status_code == 403


def test_a_run_that_many_ask_for_at_once_is_parsed_once() -> None:
    kept, together, parsed = KeptRuns(), Barrier(4), []

    def parse() -> object:
        parsed.append(1)
        Event().wait(0.05)  # the others ask meanwhile
        return object()

    def ask(_: int) -> object:
        together.wait()
        return kept.get("f-1 digest", parse)

    with ThreadPoolExecutor(4) as people:
        found = list(people.map(ask, range(4)))
    assert parsed == [1]
    assert len({id(each) for each in found}) == 1


def test_so_many_runs_stay_parsed_those_asked_for_last() -> None:
    kept = KeptRuns()
    for n in range(MOST_KEPT):
        kept.get(str(n), object)
    first = kept.get("0", object)
    kept.get("another", object)
    assert len(kept.runs) == MOST_KEPT
    assert kept.get("0", object) is first
    assert "1" not in kept.runs


def test_the_plans_that_a_page_looks_at_together_all_stay_parsed() -> None:
    assert MOST_KEPT > 3 * RUNS_LOOKED_AT  # each with its forecast and study area
