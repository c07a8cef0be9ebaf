"""A plan changed from the service: a real job makes and publishes it, and it is decided on."""

from __future__ import annotations

import threading
import uuid
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.app.changed.changes import Changes
from rightplace.app.changed.publishing import change_and_publish
from rightplace.app.changed.use_case import ChangeOptions
from rightplace.app.evidence import Question
from rightplace.app.forecast.use_case import ForecastOptions, forecast
from rightplace.app.plan.limits import LimitOptions
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.service.changes import ChangeWanted, ask_for_change, read_change
from rightplace.app.service.compare import read_comparison
from rightplace.app.service.decisions import decide_on_plan
from rightplace.app.service.jobs_worker import Worker
from rightplace.app.service.plan_page import read_plan
from rightplace.app.service.plan_shown import VisitsWanted
from rightplace.app.service.publish import publish_run
from rightplace.app.service.shelf import Shelf
from rightplace.core.runs import code_version, read_run
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import transaction
from rightplace.records.decided.deciding import DecisionGiven, Verdict
from rightplace.records.decided.in_force import in_force
from rightplace.records.documents.gate import subject_of
from tests.document_world import file_six
from tests.functional.four_cells import LSOAS
from tests.functional.job_world import ANN, Bench, job_workspace, now
from tests.web.signed_in import person

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2018, 6, 30)
CORA = person("u-002", "Cora Commander", Role.AREA_COMMANDER, at=now())


@pytest.fixture
def published(tmp_path: Path) -> tuple[Bench, str]:
    """A plan of four places that is published."""
    workspace = job_workspace(tmp_path / "workspace")
    made = forecast(
        workspace, Question(as_of=AS_OF), days=7, made_at=now(), options=ForecastOptions()
    )
    options = PlanOptions(
        crews_file=workspace.root / "inbox" / "crews.csv",
        limits=LimitOptions(without_cover="Response is elsewhere."),
    )
    planned = plan(workspace, str(made.id), as_of=AS_OF, days=7, options=options, made_at=now())
    bench = Bench(workspace)
    method = read_run(workspace.runs, str(made.id))["settings"]["method"]
    with transaction(bench.database, ANN, purpose="Release.", at=now()) as tx:
        file_six(tx, subject=subject_of(method), code=code_version())
    publish_run(workspace, bench.database, str(planned.id), actor=ANN, at=now())
    return bench, str(planned.id)


def test_a_changed_plan_is_made_published_compared_and_accepted(
    published: tuple[Bench, str],
) -> None:
    bench, parent = published
    shelf = Shelf(bench.database)
    with transaction(bench.database, ANN, purpose="Look.", at=now()) as tx:
        rows = shelf.plan(tx, parent).rows
        bcu = str(shelf.plan(tx, parent).forecast.area.commands[0])
    left_out = rows[0]["cell_id"]
    wanted = ChangeWanted(
        id=str(uuid.uuid4()),
        plan_id=parent,
        bcu=bcu,
        changes=Changes(left_out=(left_out,)),
        reason="The market is closed; -- '; DROP TABLE job",
    )
    assert ask_for_change(shelf, wanted, person=CORA, at=now())
    assert not ask_for_change(shelf, wanted, person=CORA, at=now())
    Worker(workspace=bench.workspace, database=bench.database, now=now).work(
        threading.Event(), until_idle=True
    )
    job = bench.job(wanted.id)
    assert (job.state, job.attempts) == ("done", 1), job.outcome
    child = str(job.run_id)
    record = read_run(bench.workspace.runs, child)
    assert record["settings"]["parent"] == parent
    assert record["result"]["reason"] == f"Change {wanted.id} of the service"
    assert "market" not in str(record)  # why stays in the record of the change
    with transaction(bench.database, ANN, purpose="Look.", at=now()) as tx:
        assert left_out not in {row["cell_id"] for row in shelf.plan(tx, child).rows}
        acts = by_record(tx, record_type="published_run", record_id=child)
    assert acts[0].actor_id == "u-002"
    page = read_change(shelf, parent, wanted.id, person=CORA, at=now())
    assert (page.line.new_plan, page.line.reason) == (child, wanted.reason)
    compared = read_comparison(shelf, parent, child, person=CORA, at=now())
    assert compared.kin == f"{child} was made from {parent} by changing it."
    dropped = [place for each in compared.bcus for place in each.places]
    assert any(place.first > 0 and place.second == 0 for place in dropped)
    shown = read_plan(shelf, child, person=CORA, wanted=VisitsWanted(bcu=bcu), at=now())
    assert len(shown.slots) == 21  # shifts of a plan whose forecast is by month
    assert {visit.slot for visit in shown.visits} <= set(shown.slots)
    given = DecisionGiven(
        id=str(uuid.uuid4()),
        plan_id=child,
        bcu=bcu,
        verdict=Verdict.ACCEPTED,
        reason="Crews go where people are.",
        seconds_reading=90,
    )
    assert decide_on_plan(shelf, given, person=CORA, at=now()).is_new
    with transaction(bench.database, ANN, purpose="Look.", at=now()) as tx:
        assert in_force(tx, bcu, at=rows[0]["slot_start"]).plan_id == child
    bench.database.close()


def test_nobody_publishes_a_changed_plan_in_the_name_of_a_job_that_does_not_run(
    published: tuple[Bench, str],
) -> None:
    bench, parent = published
    before = bench.runs()
    with pytest.raises(RefusedError, match="No job runs"):
        change_and_publish(
            bench.workspace,
            parent,
            Changes(left_out=(LSOAS[0],)),
            ChangeOptions(reason="x", by="u-002"),
            job_id=str(uuid.uuid4()),
            made_at=now(),
        )
    assert bench.runs() == before
    bench.database.close()
