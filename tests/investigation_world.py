"""A kept look ahead made by hand: two units, one what-if and help of a surge; hostile words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.app.investigation.curve_tables import BACKLOG, INTERVIEWS
from rightplace.app.investigation.tables import CHANGES, MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOK = "i-000000000001"
EVIL = "<script>alert(1)</script>\"'\u202e"
GAINS, GIVES = "Homicide", f"Donor {EVIL}"
ASKED, HELPED = "move", "surge"
NO_ONE = {"mean": 0.0, "lo": 0.0, "hi": 0.0}


def figure(mean: float, lo: float, hi: float) -> dict[str, float]:
    """A mean with its interval."""
    return {"mean": mean, "lo": lo, "hi": hi}


def role(name: str, officers: int, share: dict[str, float] | None) -> dict[str, Any]:
    """How busy a role is."""
    is_amber = share is not None and share["mean"] > 0.85
    amber_share = 1.0 if is_amber else 0.0
    return {"role": name, "officers": officers, "share": share} | {
        "amber_share": amber_share,
        "is_amber": is_amber,
    }


def team(name: str, callouts: dict[str, float] | None) -> dict[str, Any]:
    """What a team carries."""
    tiring = None if callouts is None else figure(0.25, 0.2, 0.3)
    return {"team": name, "officers": 11, "live": figure(3, 2, 4), "over_cap": NO_ONE} | {
        "callouts": callouts,
        "tiring": tiring,
    }


def unit(key: str, title: str, *, constables: int, busy: float, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A unit as it is found."""
    return {
        "unit": key,
        "title": title,
        "teams": 2,
        "officers": constables + 2,
        "a_month": 10.0,
        "cap": 4,
        "callouts_tiring": 3,
        "on_call_days": 7,
        "warm_up_days": 0,
        "opened": figure(10, 9, 11),
        "closed": figure(9, 8, 10),
        "roles": [
            role("sio", 0, None),
            role("di", 2, NO_ONE),
            role("dc", constables, figure(busy, busy - 0.01, busy + 0.01)),
        ],
        "support": None,
        "waiting_cases": figure(27, 26, 28),
        "waiting_officer_days": figure(200, 190, 210),
        "backlog_start": figure(3, 2.5, 3.5),
        "backlog_end": figure(2.5, 2, 3),
        "backlog_change": figure(-0.5, -1, 0),
        "work_left_start": figure(4, 3.5, 4.5),
        "work_left_end": figure(3.5, 3, 4),
        "backlog_grows": False,
        "over_cap": NO_ONE,
        "passed": NO_ONE,
        "median": {"share": 0.5, "days": 50.0, "lo": 49.0, "hi": 51.0},
        "ninetieth": {"share": 0.9, "days": None, "lo": None, "hi": None},
        "cases": 1000,
        "interviewed": 700,
        "closed_before": 200,
        "team_loads": [
            team(f"{title[:4]} 1", figure(1.6, 1.5, 1.7)),
            team(f"=1+1 {EVIL}", None),
        ],
        **other,
    }


def change(name: str, base: float, other: float, lo: float, hi: float) -> dict[str, Any]:
    """How a figure changes."""
    return {
        "name": name,
        "base": base,
        "other": other,
        "change": other - base,
        "lo": lo,
        "hi": hi,
        "is_sure": lo > 0 or hi < 0,
        "narrowed_to": 0.3,
    }


def end(key: str, title: str, moved: int, result: dict[str, Any], **other: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """One end of a what-if."""
    before = {"sio": 0, "di": 2, "ds": 0, "dc": 20}
    return {
        "unit": key,
        "title": title,
        "before": before,
        "after": before | {"dc": 20 + moved},
        "teams_before": 2,
        "teams_after": 2,
        "appointed": 0,
        "helped_by": 0,
        "result": result,
        **other,
    }


def gains() -> dict[str, Any]:
    """The unit that gets ten constables."""
    changes = [
        change("utilisation_dc", 0.64, 0.58, -0.07, -0.05),
        change("waiting_cases", 27, 25, -3, -1),
        change("backlog_end", 2.5, 2.4, -0.3, 0.1),
        change("median_days", 50, 49.1, -1.3, -0.5),
        change("ninetieth_days", 70, 69, -2.1, 0.1),
    ]
    then = unit("homicide", GAINS, constables=30, busy=0.58)
    more = {"teams_after": 3, "changes": changes}
    return end("homicide", GAINS, 10, then, **more)


def gives() -> dict[str, Any]:
    """The unit that loses them."""
    changes = [
        change("utilisation_dc", 0.9, 0.995, 0.09, 0.1),
        change("backlog_end", 0.4, 10.2, 9.7, 10.0),
        change("median_days", 26, 26.3, -0.1, 0.7),
    ]
    grows = {"backlog_grows": True, "backlog_change": figure(8.1, 8, 8.2)}
    then = unit("donor", GIVES, constables=10, busy=0.995, **grows)
    return end("donor", GIVES, -10, then, changes=changes)


def helped() -> dict[str, Any]:
    """The first unit helped by a surge."""
    changes = [change("utilisation_dc", 0.64, 0.6, -0.05, -0.03)]
    then = unit("homicide", GAINS, constables=20, busy=0.6)
    return end("homicide", GAINS, 0, then, changes=changes, helped_by=20)


def look_result() -> dict[str, Any]:
    """What was found."""
    names = ("measures", "changes", "weeks", "backlog", "interviews")
    return {
        "investigation_id": LOOK,
        "title": f"Two units {EVIL}",
        "synthetic": True,
        "years": 1,
        "replications": 200,
        "seed": 7,
        "amber": 0.85,
        "level": 0.95,
        "units": [
            unit("homicide", GAINS, constables=20, busy=0.64),
            unit("donor", GIVES, constables=20, busy=0.9),
        ],
        "what_ifs": [
            {"name": ASKED, "asked": ["10 dc from donor to homicide"], "origin": f"Idea {EVIL}"}
            | {"ends": [gives(), gains()]},
            {"name": HELPED, "asked": ["surge officers help homicide: 20 of level 1"]}
            | {"origin": "", "ends": [helped()]},
        ],
        "origins": [
            {"unit": "homicide", "numbers": "template", "origin": "Verified", "verified": True},
            {"unit": "donor", "numbers": "duty", "origin": f"ASSUMPTION {EVIL}"}
            | {"verified": False},
        ],
        "cannot": ["It does not say that a case will be solved."],
        **{f"{name}_path": f"{name}.parquet" for name in names},
    }


def look_record() -> dict[str, Any]:
    """Content of its ``run.json``."""
    return {
        "id": LOOK,
        "kind": "investigation",
        "as_of": "2026-05-03",
        "known_at": None,
        "code_version": "1.0",
        "settings": {"years": 1},
        "settings_hash": "0" * 64,
        "seed": 7,
        "made_at": "2026-05-05T12:00:00+00:00",
        "inputs": [{"source": f"setup{EVIL}.toml", "release": None, "sha256": "1" * 64}],
        "warnings": [{"code": "assumed", "message": f"1 of 2 is assumed {EVIL}"}],
        "result": look_result(),
    }


def look_tables() -> Mapping[str, pa.Table]:
    """Its tables: five weeks of backlog, twenty days of interviews."""
    ways = [("as-it-is", "homicide"), ("as-it-is", "donor"), (ASKED, "homicide")]
    ways += [(ASKED, "donor"), (HELPED, "homicide")]
    backlog = [
        {"what_if": how, "unit": key, "week": week, "weeks": 1.0 + week, "lo80": 0.5, "hi80": 9.5}
        for how, key in ways
        for week in range(5)
    ]
    interviews = [
        {"what_if": how, "unit": key, "day": day, "share": 0.05 * day, "lo": 0.0, "hi": 1.0}
        for how, key in ways
        for day in range(20)
    ]
    at = {"what_if": ASKED, "unit": "donor"}
    changed = [at | {"figure": "=cmd", "base": 1.0, "other": 2.0, "change": 1.0, "lo": 0, "hi": 2}]
    measured = [at | {"figure": "live", "role": "", "team": EVIL, "mean": 1.0, "lo": 0, "hi": 2}]
    return {
        "backlog": pa.Table.from_pylist(backlog, BACKLOG),
        "interviews": pa.Table.from_pylist(interviews, INTERVIEWS),
        "changes": pa.Table.from_pylist(changed, CHANGES),
        "measures": pa.Table.from_pylist(measured, MEASURES),
    }
