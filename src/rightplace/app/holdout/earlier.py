"""What earlier plans did to the places of a plan: visits that may be carried over, releases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rightplace.app.holdout.releases import releases_of
from rightplace.app.holdout.signatures import made_as_draft, sign_off_of
from rightplace.app.plan.visits import visits_with_arms
from rightplace.core.runs import read_run_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.holdout.settings import HoldOutSettings
    from rightplace.app.workspace import Workspace

VISITED = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What came before a plan.

    Parameters
    ----------
    plan_id
        The plan that ended within the wash-out before it, None where there is none.
    arms
        By place: its arm in that plan; ``none`` for a place visited without a lot.
    released
        Places released from a hold-out shortly before the plan's first day; a release during the
        plan draws no lot anew.
    """

    plan_id: str | None = None
    arms: Mapping[str, str] = field(default_factory=dict)
    released: frozenset[str] = frozenset()


def earlier_of(workspace: Workspace, outlook: Outlook, settings: HoldOutSettings) -> Earlier:
    """Return what came before a plan for a forecast.

    Of several plans of the same days the one made or signed last is taken for the one carried
    out; drafts that nobody signed were not.

    Parameters
    ----------
    workspace
        Where plans and releases are kept.
    outlook
        The forecast of the plan.
    settings
        How far back to look.
    """
    first = outlook.first_day
    ended = [
        (last, when, record["id"])
        for record, last, when in _plans_of(workspace, outlook)
        if last < first <= last + timedelta(days=settings.washout_days)
    ]
    zone = outlook.area.clock.tzinfo
    since = first - timedelta(days=settings.released_days)
    freed = {
        cell_id
        for each in releases_of(workspace)
        if since <= each.at.astimezone(zone).date() < first
        for cell_id in each.cell_ids
    }
    if not ended:
        return Earlier(released=frozenset(freed))
    plan_id = max(ended)[2]
    rows = visits_with_arms(workspace, plan_id).select(["cell_id", "arm"]).to_pylist()
    arms = {row["cell_id"]: row["arm"] for row in rows}
    return Earlier(plan_id=plan_id, arms=arms, released=frozenset(freed))


def _plans_of(workspace: Workspace, outlook: Outlook) -> Iterator[tuple[dict[str, Any], date, str]]:
    """Yield the plans of the study area that crews could have, with last day and when made."""
    for path in sorted(workspace.runs.glob("p-*")):
        if not path.is_dir():
            continue
        record = read_run_of(workspace.runs, path.name, kind="plan")
        forecast = read_run_of(workspace.runs, record["settings"]["forecast"], kind="forecast")
        if forecast["settings"]["area"] == outlook.area.area_id:
            signed = sign_off_of(workspace, record)
            if signed is None and made_as_draft(record):
                continue
            days = timedelta(days=record["settings"]["days"])
            when = record["made_at"] if signed is None else max(record["made_at"], signed.made_at)
            yield record, date.fromisoformat(record["as_of"]) + days, when
