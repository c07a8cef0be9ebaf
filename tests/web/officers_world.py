"""A small roster and surge as they are published, hostile words throughout."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.app.roster.tables import (
    CREWING_SCHEMA,
    OFFICERS_SCHEMA,
    ROSTER_SCHEMA,
    WISHES_SCHEMA,
)
from rightplace.app.surge.result import WHO_MAY_SEE
from rightplace.app.surge.tables import POSTINGS
from rightplace.briefing.stamp import PLANNED_NOT_ACHIEVED
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from tests.web.published import EVIL, FORECAST, NOW, run_copy, run_record
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.published.publishing import RunCopy

ROSTER, SURGE = "o-000000000001", "s-000000000001"
WHO = f"PC-4711 {EVIL}"
OTHER = "PC-4712"
TEAM = f"A {EVIL}"
FIRST, SECOND = date(2026, 6, 1), date(2026, 6, 2)
WHY = f"rest between shifts: 8 hours before early; 11 asked; late would have 0 of 1 {EVIL}"


def _shift(who: str, day: date, hour: int) -> dict[str, Any]:
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return {
        "officer_id": who,
        "team": TEAM,
        "day": day,
        "shift": "late" if hour > 12 else "early",
        "slot_start": start,
        "slot_end": start.replace(hour=hour + 8),
        "minutes": 480,
        "break_minutes": 45,
    }


def _totals(who: str, nights: int) -> dict[str, Any]:
    return {
        "officer_id": who,
        "team": TEAM,
        "hours": 16.0,
        "contract_hours": 11.43,
        "weekly_average_hours": None if who == OTHER else 41.25,
        "nights": nights,
        "fair_nights": 1,
        "weekend_shifts": 0,
        "fair_weekend_shifts": 1,
        "idle_shifts": 0,
    }


def _need(day: date, shift: str, what: str, least: int, have: int) -> dict[str, Any]:
    return {
        "day": day,
        "shift": shift,
        "teams": TEAM,
        "what": what,
        "least": least,
        "have": have,
        "row": 2,
    }


NEEDS = [
    _need(FIRST, "late", "officers", 2, 1),
    _need(FIRST, "early", "officers", 1, 1),
    _need(FIRST, "late", f"=cmd {EVIL}", 1, 0),
    _need(SECOND, "early", "supervisors", 1, 1),
]


def _roster_result() -> dict[str, Any]:
    wish = {"officer_id": WHO, "day": "2026-06-01", "shift": "off", "weight": 3, "row": 2}
    limit = {"name": "rest_hours", "value": 11.0, "legal": 11.0, "provision": f"reg. 10 {EVIL}"}
    team = {
        "teams": TEAM,
        "officers": 2,
        "shifts": 3,
        "status": "feasible",
        "objective": 40,
        "bound": 30,
        "gap": 0.25,
        "nights_least": 0,
        "nights_most": 37,
        "nights_fair": 1,
        "weekends_least": 0,
        "weekends_most": 38,
        "weekends_fair": 1,
    }
    late = {"officer_id": OTHER, "day": "2026-06-02", "before": "late", "after": "early"}
    return {
        "first_day": FIRST.isoformat(),
        "days": 2,
        "officers": 2,
        "shifts": 3,
        "status": "feasible",
        "objective": 40,
        "bound": 30,
        "gap": 0.25,
        "uncovered": [],
        "wishes": 3,
        "wishes_granted": 2,
        "wishes_refused": [wish | {"why": WHY}],
        "short_notice": [late | {"notice_days": 28}],
        "teams": [team],
        "limits": [
            limit | {"verified": True},
            limit | {"name": "weekly_hours", "verified": False},
        ],
        "without_balances": 1,
    }


def roster_copy(*, as_of: str = "2026-05-05", run_id: str = ROSTER) -> RunCopy:
    """The roster; notice counts from ``as_of``."""
    settings = {
        "notice_days": 90,
        "zone": "Europe/London",
        "shifts": [["early", "07:00", "15:00"], ["late", "15:00", "23:00"]],
        "area": None,
    }
    record = run_record(run_id, "roster", result=_roster_result(), settings=settings)
    shifts = [_shift(WHO, FIRST, 15), _shift(OTHER, FIRST, 6), _shift(OTHER, SECOND, 6)]
    wishes = [
        {"officer_id": WHO, "day": FIRST, "shift": "off", "weight": 3, "granted": False}
        | {"why": WHY, "row": 2}
    ]
    tables = {
        "roster": pa.Table.from_pylist(shifts, ROSTER_SCHEMA),
        "officers": pa.Table.from_pylist([_totals(WHO, 1), _totals(OTHER, 0)], OFFICERS_SCHEMA),
        "wishes": pa.Table.from_pylist(wishes, WISHES_SCHEMA),
        "crewing": pa.Table.from_pylist(NEEDS, CREWING_SCHEMA),
    }
    return run_copy(record | {"as_of": as_of}, tables)


def _surge_result() -> dict[str, Any]:
    post = {"role": "patrol", "supervisors": 0, "ceiling": None}
    weight = {"match": 1.5, "harm_given_up_lo": 0.0, "harm_given_up_hi": 0.0, "gap": 0.0}
    return {
        "status": "gap",
        "objective": 950.0,
        "bound": 1000.0,
        "gap": 0.05,
        "asked": 3,
        "posted": 2,
        "fewer_because": [f"{EVIL} keeps at least 4"],
        "harm_prevented": 900.0,
        "harm_imputed": 12.0,
        "label": PLANNED_NOT_ACHIEVED,
        "match": 1.5,
        "match_weight": 0.25,
        "price_of_match_lo": 10.0,
        "price_of_match_hi": 30.0,
        "weights": [
            weight | {"match_weight": 0.0, "harm_prevented": 920.0},
            weight | {"match_weight": 0.25, "harm_prevented": 900.0, "harm_given_up_hi": 20.0},
        ],
        "posts": [
            post
            | {"borough": "Northbank", "officers": 2, "floor": 1, "harm_prevented": 900.0}
            | {"source": "forecast", "treatment": None},
            post
            | {"borough": EVIL, "officers": 0, "floor": None, "harm_prevented": None}
            | {"source": "no data", "treatment": "left out"},
        ],
        "donors": [
            {"unit": f"Unit {EVIL}", "loses": 2, "strength": 6, "left": 4}
            | {"keeps_at_least": 4, "weekly_hours_lost": 72.5},
        ],
        "capacity": [
            {"role": "patrol", "officers": 2, "on_duty_a_day": 1.0, "hours_a_week": 59.5}
            | {"visits_a_week": 140},
        ],
        "prices": [{"name": "overtime", "hours": None, "rate": None, "pounds": None}],
        "price_total": None,
        "price_note": "no price: rates not given (overtime)",
        "groups": [
            {"attribute": "part_time", "group": "yes", "listed": None, "posted": None}
            | {"share_of_listed": None, "share_of_posted": None},
        ],
        "deployable": {"workforce_id": "h-000000000001", "month": "2026-06", "headcount": 31000.0}
        | {"fte": 30500.0, "deployable": 400.0, "lo80": 380.0, "hi80": 420.0}
        | {"taken": 2, "share": 0.005, "share_hi80": 0.00526},
        "overrides": [{"officer_id": WHO, "post": "x", "reason": EVIL, "author": "z"}],
        "overrides_price_lo": 0.0,
        "overrides_price_hi": 5.0,
        "notice_days": 10,
        "who_may_see": WHO_MAY_SEE,
        "synthetic": False,
    }


def surge_copy() -> RunCopy:
    """The surge, by the forecast."""
    posting = {
        "unit": f"Unit {EVIL}",
        "borough": "Northbank",
        "role": "patrol",
        "reason": f"52 months of patrol in Northbank {EVIL}",
        "match": 0.9,
        "actions": "",
        "gaps": "",
    }
    rows = [
        posting
        | {"officer_id": WHO, "next_best_borough": EVIL, "next_best_role": "patrol"}
        | {"next_best_worse_lo": 1.0, "next_best_worse_hi": 2.0, "stays_share": 0.75}
        | {"override": f"knows it {EVIL}"},
        posting | {"officer_id": OTHER},
    ]
    settings = {"overrides": [{"officer_id": WHO, "reason": EVIL}], "count": 3}
    record = run_record(SURGE, "surge", result=_surge_result(), settings=settings)
    return run_copy(record, {"postings": pa.Table.from_pylist(rows, POSTINGS)}, FORECAST)


def publish_officers(shelf: Shelf) -> None:
    """Publish both."""
    with transaction(shelf.database, ANALYST.actor, purpose="Rosters.", at=NOW) as tx:
        publish(tx, roster_copy())
        publish(tx, surge_copy())
