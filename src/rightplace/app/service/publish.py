"""Use case: publish a kept run, with all that it rests on, into the operational database."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer
from rightplace.app.holdout.signatures import check_signed
from rightplace.core.canonical import file_digest
from rightplace.core.runs import check_table, read_run
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database
    from rightplace.records.published.publishing import RunCopy

AREA = "area"
"""Kind under which a study area is published: maps are drawn from it."""
KINDS = (
    "picture",
    "forecast",
    "plan",
    "routes",
    "backtest",
    "roster",
    "surge",
    "searches",
    "evaluation",
    "investigation",
    "trial",
    "effect_proposal",
    "effect_approval",
    "workforce",
)
"""Kinds of runs that pages show."""
FLOORS = frozenset({"uniform", "last_28_days", "last_12_months", "counts_2y"})
"""Plain counts that a backtest sets beside models, so that these have something to beat."""


FORECAST_ID = re.compile(r"f-[0-9a-f]{12}")
SURGE_ID = re.compile(r"s-[0-9a-f]{12}")
INVENTED = ("SYN-", "SYNTHETIC")
"""How officers and teams begin that are invented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """What was published.

    Parameters
    ----------
    run_id
        The run asked for.
    published
        Every run and area that the pages of it are made from, itself last. A trial brings every
        look that was made at it, and its end: none can be left out.
    synthetic
        Whether invented data went into it.
    """

    run_id: str
    published: tuple[str, ...]
    synthetic: bool


def publish_run(
    workspace: Workspace, database: Database, run_id: str, *, actor: Actor, at: datetime
) -> Answer[PublishResult]:
    """Publish a kept run: an immutable copy of it, of its forecast and its study area.

    What is published already stays as it is. Invented data outside a demo, whatever rests on
    something suspended, and a model without its six documents are refused.

    Parameters
    ----------
    workspace
        Where the run is kept.
    database
        Where it is published.
    run_id
        A run of one of ``KINDS``.
    actor
        Who publishes.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.published.publishing import publish

    copies = _copies(workspace, run_id)
    with transaction(database, actor, purpose=f"Publish {run_id}.", at=at) as tx:
        kept = [publish(tx, copy) for copy in copies]
        result = PublishResult(
            run_id=run_id,
            published=tuple(run.id for run in kept),
            synthetic=kept[-1].is_synthetic,
        )
    return Answer(verb="publish", result=result, id=run_id)


def to_publish(workspace: Workspace, run_id: str) -> Answer[PublishResult]:
    """Return what publishing a run would publish; nothing is published.

    Parameters
    ----------
    workspace
        Where the run is kept.
    run_id
        A run of one of ``KINDS``.
    """
    copies = _copies(workspace, run_id)
    result = PublishResult(
        run_id=run_id,
        published=tuple(str(copy.record["id"]) for copy in copies),
        synthetic=copies[-1].is_synthetic,
    )
    return Answer(verb="publish", result=result, id=run_id)


RESTING = {"plan": "forecast", "routes": "plan"}
"""Kinds of runs that are made from one other run, and the setting that names it."""


def _copies(workspace: Workspace, run_id: str) -> list[RunCopy]:
    """Return a run after all that it rests on.

    Raises
    ------
    UsageError
        If no page shows runs of its kind.
    """
    from rightplace.app.backtest.report import is_synthetic

    record = read_run(workspace.runs, run_id)
    if record["kind"] not in KINDS:
        msg = f"{run_id} is of kind {record['kind']}, and no page shows that."
        raise UsageError(msg, value=run_id, remedy=f"Publish one of: {', '.join(KINDS)}.")
    if record["kind"] == "plan":
        check_signed(workspace, run_id)  # places are left without visits only by a signed list
    if record["kind"] in RESTING:
        return _on_run(workspace, record, str(record["settings"][RESTING[record["kind"]]]))
    if record["kind"] == "forecast":
        return _on_area(workspace, record, f"model/{record['settings']['method']}")
    if record["kind"] in {"picture", "evaluation"}:
        return _on_area(workspace, record)
    if record["kind"] == "searches":
        invented = bool(record["result"]["synthetic"])
        return [_run_copy(workspace, record, rests_on=(), invented=invented)]
    if record["kind"] in GATHERED:
        return GATHERED[record["kind"]](workspace, record)
    invented = is_synthetic(workspace, record)
    return [_run_copy(workspace, record, rests_on=judged(record), invented=invented)]


def _of_trial(workspace: Workspace, record: dict[str, Any]) -> list[RunCopy]:
    """Return a step of a trial, or what came of one, after all that it rests on."""
    from rightplace.app.service.publish_trials import below, steps

    if record["kind"] == "trial":
        area_id, found = steps(workspace, record)
        told = [
            _run_copy(workspace, each.record, rests_on=each.rests_on, invented=each.invented)
            for each in found
        ]
        return [_area_copy(workspace, area_id), *told]
    named = below(workspace, record)
    held = {str(copy.record["id"]): copy for each in named for copy in _copies(workspace, each)}
    invented = any(held[each].is_synthetic for each in named)
    return [*held.values(), _run_copy(workspace, record, rests_on=named, invented=invented)]


def _on_run(workspace: Workspace, record: dict[str, Any], below: str) -> list[RunCopy]:
    """Return a run after the one that it was made from."""
    before = _copies(workspace, below)
    invented = before[-1].is_synthetic
    return [*before, _run_copy(workspace, record, rests_on=(below,), invented=invented)]


def _on_area(workspace: Workspace, record: dict[str, Any], *models: str) -> list[RunCopy]:
    """Return a run that was made from records, after its study area."""
    area_id, invented = record["settings"]["area"], bool(record["result"]["synthetic"])
    copy = _run_copy(workspace, record, rests_on=(area_id, *models), invented=invented)
    return [_area_copy(workspace, area_id), copy]


def _of_officers(workspace: Workspace, record: dict[str, Any]) -> list[RunCopy]:
    """Return a roster or surge; a surge after the forecast that its demand comes from, if one."""
    below = [each["source"] for each in record["inputs"] if FORECAST_ID.fullmatch(each["source"])]
    before = [copy for each in below for copy in _copies(workspace, each)]
    told = record["result"].get("synthetic")
    invented = _names_invented(workspace, record) if told is None else bool(told)
    invented = invented or any(copy.is_synthetic for copy in before)
    return [*before, _run_copy(workspace, record, rests_on=tuple(below), invented=invented)]


def _of_detectives(workspace: Workspace, record: dict[str, Any]) -> list[RunCopy]:
    """Return a look ahead at detective units, after the surge whose officers help, if one.

    One that an earlier version kept in another form is ``BadInputError``: no page could show it.
    """
    from rightplace.app.investigation.report_reading import kept_look
    from rightplace.app.runs import read_table

    kept_look(record, partial(read_table, workspace, str(record["id"])))
    below = [each["source"] for each in record["inputs"] if SURGE_ID.fullmatch(each["source"])]
    before = [copy for each in below for copy in _copies(workspace, each)]
    invented = bool(record["result"]["synthetic"]) or any(copy.is_synthetic for copy in before)
    return [*before, _run_copy(workspace, record, rests_on=tuple(below), invented=invented)]


def _of_workforce(workspace: Workspace, record: dict[str, Any]) -> list[RunCopy]:
    """Return a look ahead at the workforce after the history and back-test beside it."""
    from rightplace.app.service.publish_workforce import beside_it

    below = beside_it(workspace, record)
    before = [copy for each in below for copy in _copies(workspace, each)]
    invented = bool(record["result"].get("synthetic"))  # a history does not say
    return [*before, _run_copy(workspace, record, rests_on=below, invented=invented)]


def _names_invented(workspace: Workspace, record: dict[str, Any]) -> bool:
    """Whether officers or teams of a roster are marked as invented."""
    from pyarrow import parquet

    path = check_table(workspace.runs, record["id"], "officers.parquet")
    officers = parquet.read_table(path, columns=["officer_id", "team"]).to_pylist()
    return any(str(value).startswith(INVENTED) for row in officers for value in row.values())


def judged(record: dict[str, Any]) -> tuple[str, ...]:
    """Return the models that a backtest judges; where there is none but floors, the floors.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    """
    methods = list(record["result"]["methods"])
    judged = [each for each in methods if each.partition("@")[0] not in FLOORS] or methods
    return tuple(f"model/{each}" for each in judged)


def _run_copy(
    workspace: Workspace, record: dict[str, Any], *, rests_on: tuple[str, ...], invented: bool
) -> RunCopy:
    from rightplace.records.published.publishing import RunCopy

    tables = {
        name: check_table(workspace.runs, record["id"], name).read_bytes()
        for name in record["tables"]
    }
    return RunCopy(record=record, tables=tables, rests_on=rests_on, is_synthetic=invented)


def _area_copy(workspace: Workspace, area_id: str) -> RunCopy:
    """Return a study area in the form of a run; it is real even where incidents are invented."""
    from rightplace.app.areas import find_area
    from rightplace.records.published.publishing import RunCopy

    find_area(workspace, area_id)  # whole, and the one of this id
    folder = workspace.areas / area_id
    cells = folder / "cells.parquet"
    record = json.loads((folder / "area.json").read_text("utf-8")) | {
        "id": area_id,
        "kind": AREA,
        "tables": {cells.name: file_digest(cells)},
    }
    return RunCopy(record=record, tables={cells.name: cells.read_bytes()})


GATHERED = {
    "roster": _of_officers,
    "surge": _of_officers,
    "investigation": _of_detectives,
    "workforce": _of_workforce,
    "trial": _of_trial,
    "effect_proposal": _of_trial,
    "effect_approval": _of_trial,
}
"""What gathers the runs that one of a kind is published with, where they are several."""
