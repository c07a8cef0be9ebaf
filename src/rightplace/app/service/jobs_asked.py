"""What can be asked of the service: checked values, and the command line that they make.

Nothing here is free text: days, numbers, choices of closed lists, ids of a fixed form, and names of
the inbox's listing. Each becomes one word of its own; no shell reads them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - arguments are read back by the annotations
from typing import TYPE_CHECKING, ClassVar, Literal

from rightplace.app.service.changes_asked import ChangedPlanAsked
from rightplace.app.service.detectives_asked import DetectivesAsked
from rightplace.app.service.effects_asked import ApproveEffectAsked
from rightplace.app.service.jobs_inbox import inbox_path
from rightplace.core.canonical import plain
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from typing import Any

    from rightplace.app.workspace import Workspace

FIRST_YEAR, LAST_YEAR = 1901, 2100
MOST_ORIGINS = 400
"""Most origins of a backtest asked for here; a choice of ours, about a year of days."""
COVER_ELSEWHERE = "Response cover is arranged apart from this plan, as stated when it was asked for"
AREA_ID = re.compile(r"area-[0-9a-f]{12}")
FORECAST_ID = re.compile(r"f-[0-9a-f]{12}")
RUN_ID = re.compile(r"[bcefhinpruv]-[0-9a-f]{12}")
OPERATION_ID = re.compile(r"op-[0-9a-f]{12}")
OFFERED = (
    "additive_memory", "fading@half_life_weeks=52", "last_12_months", "last_28_days",
    "counts_2y", "uniform", "kernel@bandwidth_m=100", "prospective", "etas", "boosted", "stack",
)  # fmt: skip
"""Methods that may be chosen, the product's own first; the others are there to be compared."""
BASELINES = OFFERED[:6]


def _check(*, right: bool, what: str, value: object, remedy: str) -> None:
    """Check one value.

    Raises
    ------
    BadInputError
        If it is not right.
    """
    if not right:
        raise BadInputError(what, value=str(value), remedy=remedy)


def _check_day(day: date) -> None:
    right = FIRST_YEAR <= day.year <= LAST_YEAR
    years = f"{FIRST_YEAR} to {LAST_YEAR}"
    _check(right=right, what="The day lies in no likely year.", value=day, remedy=f"Give {years}.")


def _check_days(days: int, most: int) -> None:
    what = f"{days} days ahead cannot be asked for."
    _check(right=1 <= days <= most, what=what, value=days, remedy=f"Give 1 to {most}.")


def _check_id(pattern: re.Pattern[str], value: str, what: str) -> None:
    right = not value or pattern.fullmatch(value) is not None
    _check(right=right, what=f"That is no id of {what}.", value=value, remedy="Choose another.")


def _check_method(method: str) -> None:
    right = method in OFFERED
    _check(right=right, what="No such method is offered.", value=method, remedy="Choose another.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastAsked:
    """A forecast; empty words leave a choice to the settings."""

    verb: ClassVar[Literal["forecast"]] = "forecast"
    permission: ClassVar[Permission] = Permission.RUN_JOBS
    as_of: date
    days: int = 7
    by: Literal["", "month", "day", "shift"] = ""
    method: str = ""
    area_id: str = ""

    def __post_init__(self) -> None:
        """Check each value; a wrong one raises ``BadInputError``."""
        _check_day(self.as_of)
        _check_days(self.days, 92)
        _check_id(AREA_ID, self.area_id, "a study area")
        if self.method:
            _check_method(self.method)

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with its options, one word each."""
        del workspace
        return [
            *("forecast", "--as-of", self.as_of.isoformat(), "--days", str(self.days)),
            *(["--by", self.by] if self.by else []),
            *(["--method", self.method] if self.method else []),
            *(["--area", self.area_id] if self.area_id else []),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsked:
    """A plan of visits, for a kept forecast or a new one; files are names of the inbox."""

    verb: ClassVar[Literal["plan"]] = "plan"
    permission: ClassVar[Permission] = Permission.RUN_JOBS
    as_of: date
    days: int = 7
    crews: str
    cover: str = ""
    cover_elsewhere: bool = False
    forecast_id: str = ""
    area_id: str = ""

    def __post_init__(self) -> None:
        """Check each value; a wrong one raises ``BadInputError``."""
        _check_day(self.as_of)
        _check_days(self.days, 28)
        what = "No file of crews is chosen."
        _check(right=bool(self.crews), what=what, value="", remedy="Choose one of the inbox.")
        _check_id(FORECAST_ID, self.forecast_id, "a forecast")
        _check_id(AREA_ID, self.area_id, "a study area")

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with its options; a file that has left the inbox is not held."""
        cover = ["--cover", str(inbox_path(workspace, self.cover))] if self.cover else []
        if self.cover_elsewhere:
            cover += ["--without-cover", COVER_ELSEWHERE]
        new = ["--area", self.area_id] if self.area_id and not self.forecast_id else []
        return [
            *("plan", "--as-of", self.as_of.isoformat(), "--days", str(self.days)),
            *("--crews", str(inbox_path(workspace, self.crews))),
            *cover,
            *(["--forecast", self.forecast_id] if self.forecast_id else []),
            *new,
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestAsked:
    """A comparison of methods over past origins."""

    verb: ClassVar[Literal["backtest"]] = "backtest"
    permission: ClassVar[Permission] = Permission.RUN_JOBS
    first: date
    last: date
    step: int = 28
    methods: tuple[str, ...] = BASELINES
    area_id: str = ""

    def __post_init__(self) -> None:
        """Check each value; a wrong one raises ``BadInputError``."""
        _check_day(self.first)
        _check_day(self.last)
        _check_id(AREA_ID, self.area_id, "a study area")
        for each in self.methods:
            _check_method(each)
        chosen = len(set(self.methods)) == len(self.methods) > 0
        what = "No method is chosen, or one twice."
        _check(right=chosen, what=what, value=len(self.methods), remedy="Choose one or more.")
        right = self.step >= 1 and 0 <= (self.last - self.first).days < self.step * MOST_ORIGINS
        what = f"Between {self.first} and {self.last} lie no origins, or too many."
        remedy = f"Let the last day follow the first, with at most {MOST_ORIGINS} steps between."
        _check(right=right, what=what, value=self.step, remedy=remedy)

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with its options, one word each."""
        del workspace
        return [
            *("backtest", "--from", self.first.isoformat(), "--to", self.last.isoformat()),
            *("--step", str(self.step), "--methods", ",".join(self.methods)),
            *(["--area", self.area_id] if self.area_id else []),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestAsked:
    """Files of the inbox to take in; the mapping is a file of it too, or each is recognised."""

    verb: ClassVar[Literal["ingest"]] = "ingest"
    permission: ClassVar[Permission] = Permission.INGEST
    kind: Literal["crimes", "searches", "strength"]
    names: tuple[str, ...]
    mapping: str = ""
    release: date | None = None

    def __post_init__(self) -> None:
        """Check each value; a wrong one raises ``BadInputError``."""
        chosen = len(set(self.names)) == len(self.names) > 0
        what = "No file is chosen, or one twice."
        _check(right=chosen, what=what, value=len(self.names), remedy="Choose one or more.")
        if self.release is not None:
            _check_day(self.release)

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with its files; one that has left the inbox is not held."""
        return [
            *("ingest", self.kind),
            *(["--mapping", str(inbox_path(workspace, self.mapping))] if self.mapping else []),
            *(["--release", self.release.isoformat()] if self.release else []),
            "--",
            *(str(inbox_path(workspace, name)) for name in self.names),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishAsked:
    """A kept run to publish."""

    verb: ClassVar[Literal["publish"]] = "publish"
    permission: ClassVar[Permission] = Permission.PUBLISH
    run_id: str

    def __post_init__(self) -> None:
        """Check its form; a wrong one raises ``BadInputError``."""
        right = RUN_ID.fullmatch(self.run_id) is not None
        what = "That is no id of a run that pages show."
        _check(right=right, what=what, value=self.run_id, remedy="Take it from the list of runs.")

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with the run."""
        del workspace
        return ["publish", self.run_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateAsked:
    """A locked operation to judge and publish, by the design that its plan names."""

    verb: ClassVar[Literal["evaluate"]] = "evaluate"
    permission: ClassVar[Permission] = Permission.REGISTER_OPERATIONS
    operation_id: str
    as_of: date
    own_only: bool = False

    def __post_init__(self) -> None:
        """Check each value; a wrong one raises ``BadInputError``."""
        _check_day(self.as_of)
        right = OPERATION_ID.fullmatch(self.operation_id) is not None
        what = "That is no id of an operation."
        remedy = "Take it from the register of operations."
        _check(right=right, what=what, value=self.operation_id, remedy=remedy)

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with the operation; files are made when somebody takes them away."""
        del workspace
        return [
            *("evaluate report", self.operation_id, "--as-of", self.as_of.isoformat()),
            *("--format", "json", "--publish"),
            *(["--own-only"] if self.own_only else []),
        ]


Asked = (
    ForecastAsked
    | PlanAsked
    | ChangedPlanAsked
    | BacktestAsked
    | IngestAsked
    | PublishAsked
    | EvaluateAsked
    | ApproveEffectAsked
    | DetectivesAsked
)
KINDS: dict[str, type[Asked]] = {
    each.verb: each
    for each in (
        ForecastAsked,
        PlanAsked,
        BacktestAsked,
        IngestAsked,
        PublishAsked,
        EvaluateAsked,
        ApproveEffectAsked,
        DetectivesAsked,
    )
}
ASKED_ELSEWHERE = frozenset({ApproveEffectAsked.verb})
"""Verbs whose jobs are asked for by a page of their own and by no form of jobs."""


def as_arguments(asked: Asked) -> dict[str, Any]:
    """Return what is asked as JSON to keep."""
    kept: dict[str, Any] = plain(asked)
    return kept


def asked_again(verb: str, arguments: str) -> Asked:
    """Return what was asked from the JSON that was kept.

    Raises
    ------
    BadInputError
        If this version cannot ask so any more.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        is_change = verb == PlanAsked.verb and "change_id" in json.loads(arguments)
        kind: type[Asked] = ChangedPlanAsked if is_change else KINDS[verb]
        read: Asked = TypeAdapter(kind).validate_json(arguments)
    except (ValidationError, KeyError) as error:
        msg = "This version of the service cannot do what was asked."
        raise BadInputError(msg, value=verb, remedy="Ask for it anew.") from error
    return read


def products_of(asked: Asked, *, method_in_force: str) -> tuple[str, ...]:
    """Return what must not be suspended for the job to run: jobs themselves, models, runs."""
    models: tuple[str, ...] = ()
    if isinstance(asked, ForecastAsked) or (isinstance(asked, PlanAsked) and not asked.forecast_id):
        method = getattr(asked, "method", "") or method_in_force
        models = tuple(dict.fromkeys((f"model/{method}", f"model/{method.partition('@')[0]}")))
    runs = [
        getattr(asked, name, "") for name in ("forecast_id", "plan_id", "run_id", "proposal_id")
    ]
    return ("jobs", *models, *filter(None, runs))
