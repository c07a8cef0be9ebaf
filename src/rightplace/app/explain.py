"""Use case: how a printed number came about, back to data, code, settings and seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace

KINDS = {
    "f": "forecast",
    "p": "plan",
    "b": "backtest",
    "c": "picture",
    "a": "association",
    "m": "aftermath",
    "d": "dosage",
    "r": "routes",
    "o": "roster",
    "w": "monitor",
    "t": "hot_spots",
    "x": "release",
    "g": "sign_off",
    "s": "surge",
    "e": "evaluation",
    "n": "trial",
    "u": "effect_proposal",
    "v": "effect_approval",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedInput:
    """One file, run or area that a result was made from."""

    source: str
    release: str | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainResult:
    """How a forecast, plan, backtest, visit or page came about.

    Parameters
    ----------
    kind
        ``forecast``, ``plan``, ``backtest``, ``visit`` or ``page``.
    settings_hash
        Digest of the settings, which stand beside it.
    facts
        For a visit: its row of the plan, and the forecast row of its place. For a page: the
        plan and BCU it shows.
    """

    id: str
    kind: str
    code_version: str
    settings_hash: str
    settings: dict[str, Any]
    inputs: tuple[ExplainedInput, ...]
    as_of: str
    known_at: str | None
    seed: int
    made_at: str
    facts: dict[str, Any]


def explain(workspace: Workspace, item: str) -> Answer[ExplainResult]:
    """Return how something came about.

    Parameters
    ----------
    workspace
        Where the runs are.
    item
        A run (``f-...``, ``p-...``, ``b-...``), or a visit or page of a plan
        (``p-...:v-000123``, ``p-...:Central North``), or an officer of a surge
        (``s-...:O-12``).
    """
    from rightplace.core.runs import read_run

    run_id, _, part = item.partition(":")
    record = read_run(workspace.runs, run_id)
    kind = KINDS.get(run_id.split("-")[0], "run")
    facts: dict[str, Any] = {}
    if part.startswith("v-"):
        kind, facts = "visit", _visit_facts(workspace, run_id, part, record)
    elif part and kind == "surge":
        kind, facts = "posting", _posting_facts(workspace, run_id, part)
    elif part:
        kind, facts = "page", _page_facts(workspace, run_id, part)
    result = ExplainResult(
        id=item,
        kind=kind,
        code_version=record["code_version"],
        settings_hash=record["settings_hash"],
        settings=record["settings"],
        inputs=tuple(ExplainedInput(**each) for each in record["inputs"]),
        as_of=record["as_of"],
        known_at=record["known_at"],
        seed=record["seed"],
        made_at=record["made_at"],
        facts=facts,
    )
    return Answer(verb="explain", result=result, id=item)


def _rows(workspace: Workspace, run_id: str, table: str, **equal: str) -> list[dict[str, Any]]:
    from pyarrow import parquet

    from rightplace.core.runs import check_table, read_run

    if f"{table}.parquet" not in read_run(workspace.runs, run_id)["tables"]:
        return []
    path = check_table(workspace.runs, run_id, f"{table}.parquet")
    filters = [(column, "==", value) for column, value in equal.items()]
    rows: list[dict[str, Any]] = parquet.read_table(path, filters=filters).to_pylist()
    return rows


def _text(row: dict[str, Any]) -> dict[str, Any]:
    """Return a table's row with its times as text."""
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}


def _visit_facts(
    workspace: Workspace, plan_id: str, visit_id: str, record: dict[str, Any]
) -> dict[str, Any]:
    """Return a visit's row and what the forecast said of its place.

    Raises
    ------
    NotHeldError
        If the plan has no such visit.
    """
    from rightplace.app.plan.visits import crew_visits

    rows = crew_visits(workspace, plan_id).to_pylist() if record["kind"] == "plan" else []
    found = [row for row in rows if row["visit_id"] == visit_id]
    if not found:
        msg = f"Plan {plan_id} has no visit {visit_id!r}."
        raise NotHeldError(msg, value=visit_id, remedy="Visits are in the plan's visits table.")
    forecast_id = record["settings"]["forecast"]
    place = _rows(workspace, forecast_id, "cells", cell_id=found[0]["cell_id"])
    return {
        "visit": _text(found[0]),
        "forecast_id": forecast_id,
        "forecast": [_text(row) for row in place],
    }


def _posting_facts(workspace: Workspace, surge_id: str, officer_id: str) -> dict[str, Any]:
    """Return an officer's posting and score in a surge, and who may see and contest it.

    Raises
    ------
    NotHeldError
        If the surge neither posts the officer nor has a score.
    """
    from rightplace.app.surge.result import WHO_MAY_SEE

    posting = _rows(workspace, surge_id, "postings", officer_id=officer_id)
    scores = _rows(workspace, surge_id, "scores", officer_id=officer_id)
    if not posting and not scores:
        msg = f"Surge {surge_id} neither posts nor scores an officer {officer_id!r}."
        remedy = "Name an officer as in the officers file; without past postings there is no score."
        raise NotHeldError(msg, value=officer_id, remedy=remedy)
    return {
        "posting": posting[0] if posting else None,
        "scores": scores,
        "who_may_see": WHO_MAY_SEE,
    }


def _page_facts(workspace: Workspace, plan_id: str, bcu: str) -> dict[str, Any]:
    """Return what a BCU's page stands for over the whole plan; it may have no visit.

    Raises
    ------
    NotHeldError
        If the plan has no page of that name.
    """
    from rightplace.app.brief.facts import Scope, read_facts

    facts = read_facts(workspace, plan_id)
    if bcu not in facts.bcus:
        msg = f"Plan {plan_id} has no page for {bcu!r}."
        raise NotHeldError(msg, value=bcu, remedy=f"It has {', '.join(facts.bcus)}.")
    scope = Scope(facts=facts, bcu=bcu, slots=tuple(range(len(facts.outlook.slots))))
    here = {cell for cell, mine in zip(facts.cell_ids, scope.cells, strict=True) if mine}
    rows = [row for row in facts.visits.to_pylist() if row["cell_id"] in here]
    return {
        "bcu": bcu,
        "forecast_id": facts.outlook.id,
        "visits": len(rows),
        "places": len({row["cell_id"] for row in rows}),
        "expected_prevented": sum(row["prevented_mean"] for row in rows),
        "no_data": list(scope.no_data),
    }
