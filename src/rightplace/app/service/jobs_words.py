"""Jobs in words: what was asked for, how it stands, how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.changes_asked import ChangedPlanAsked
from rightplace.app.service.detectives_asked import DetectivesAsked
from rightplace.app.service.effects_asked import ApproveEffectAsked
from rightplace.app.service.jobs_asked import (
    BacktestAsked,
    EvaluateAsked,
    ForecastAsked,
    IngestAsked,
    PlanAsked,
    PublishAsked,
)
from rightplace.briefing.stamp import day_in_words
from rightplace.records.jobs.queue import State

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypeAlias

    from rightplace.app.service.jobs_asked import Asked

    _OfOne: TypeAlias = PublishAsked | EvaluateAsked | ApproveEffectAsked | DetectivesAsked

VERBS = {
    "forecast": "Make a forecast",
    "plan": "Make a plan",
    "backtest": "Compare methods on the past",
    "ingest": "Take files in",
    "publish": "Publish a run",
    "evaluate": "Judge an operation",
    "approve-effect": "Put an effect size into force",
    "detectives": "Look ahead at detective units",
}
STATES = {
    State.QUEUED: "waiting",
    State.RUNNING: "being done",
    State.DONE: "done",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}
KINDS_OF_FILES = {
    "crimes": "Recorded crime",
    "searches": "Stops and searches",
    "strength": "Officers in post",
}
BY = {"": "the finest that the data support", "month": "month", "day": "day", "shift": "shift"}


def title_of(asked: Asked) -> str:
    """Return in a few words what was asked for."""
    match asked:
        case ForecastAsked():
            return f"Forecast of {asked.days} days as of {day_in_words(asked.as_of)}"
        case PlanAsked():
            return f"Plan of {asked.days} days as of {day_in_words(asked.as_of)}"
        case ChangedPlanAsked():
            return f"Change of {asked.plan_id}"
        case BacktestAsked():
            span = f"{day_in_words(asked.first)} to {day_in_words(asked.last)}"
            return f"Comparison of {len(asked.methods)} methods, {span}"
        case IngestAsked():
            count = len(asked.names)
            return f"Take in {count} {'file' if count == 1 else 'files'}"
        case PublishAsked() | EvaluateAsked() | ApproveEffectAsked() | DetectivesAsked():
            return _title_of_one(asked)


def _title_of_one(asked: _OfOne) -> str:
    if isinstance(asked, DetectivesAsked):
        return f"Look ahead at the units of {asked.setup}"
    if isinstance(asked, ApproveEffectAsked):
        return f"Put {asked.proposal_id} into force"
    if isinstance(asked, PublishAsked):
        return f"Publish {asked.run_id}"
    return f"Judge {asked.operation_id}"


def facts_of(asked: Asked) -> list[tuple[str, str]]:
    """Return what was asked for, item by item."""
    match asked:
        case ForecastAsked():
            return [
                ("Last day of records used", day_in_words(asked.as_of)),
                ("Days ahead", str(asked.days)),
                ("Time by", BY[asked.by]),
                ("Method", asked.method or "the one of the settings"),
                *_area(asked.area_id),
            ]
        case PlanAsked():
            cover = asked.cover or (
                "arranged apart from this plan" if asked.cover_elsewhere else "what crews leave"
            )
            return [
                ("Last day of records used", day_in_words(asked.as_of)),
                ("Days", str(asked.days)),
                ("Forecast", asked.forecast_id or "a new one"),
                ("Crews", asked.crews),
                ("Response cover", cover),
                *_area(asked.area_id),
            ]
        case ChangedPlanAsked():
            return [
                ("Plan", asked.plan_id),
                ("Changes", f"{len(asked.left_out) + len(asked.wanted)} places"),
                ("Crews changed", str(len(asked.without) + len(asked.minutes))),
            ]
        case BacktestAsked():
            return [
                ("First and last origin", f"{asked.first} to {asked.last}"),
                ("Days between origins", str(asked.step)),
                ("Methods", ", ".join(asked.methods)),
                *_area(asked.area_id),
            ]
        case IngestAsked():
            return [
                ("Kind", KINDS_OF_FILES[asked.kind]),
                ("Files", ", ".join(asked.names)),
                ("Mapping", asked.mapping or "each file is recognised"),
                ("Released on", day_in_words(asked.release) if asked.release else "not known"),
            ]
        case PublishAsked() | EvaluateAsked() | ApproveEffectAsked() | DetectivesAsked():
            return _facts_of_one(asked)


def _facts_of_one(asked: _OfOne) -> list[tuple[str, str]]:
    if isinstance(asked, DetectivesAsked):
        return [
            ("Setup", asked.setup),
            ("Years ahead", str(asked.years)),
            ("Futures", str(asked.futures)),
        ]
    if isinstance(asked, ApproveEffectAsked):
        return [("Effect size", asked.proposal_id), ("Decision", asked.decision_id)]
    if isinstance(asked, PublishAsked):
        return [("Run", asked.run_id)]
    designs = "the plan's alone" if asked.own_only else "the plan's, with others under it"
    return [
        ("Operation", asked.operation_id),
        ("Judged as of", day_in_words(asked.as_of)),
        ("Designs", designs),
    ]


def _area(area_id: str) -> list[tuple[str, str]]:
    return [("Study area", area_id)] if area_id else []


def took_words(begun: datetime | None, ended: datetime | None) -> str:
    """Return how long a job took, "after 2 min 5 s"; empty where it did not run or still does."""
    if begun is None or ended is None:
        return ""
    seconds = round((ended - begun).total_seconds())
    minutes, rest = divmod(max(seconds, 0), 60)
    return f"after {minutes} min {rest} s" if minutes else f"after {rest} s"
