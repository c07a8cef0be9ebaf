"""The plain reference of ``dwell``: slow, short, obviously right, ping by ping.

Tests demand that every engine agrees with it; nothing else uses it.
"""

from __future__ import annotations

from collections import defaultdict
from math import hypot
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.evaluate.rules import DwellRules

Row = dict[str, Any]


def _by(rows: Sequence[Row], *keys: str) -> list[list[Row]]:
    """Return the rows in groups that agree in some columns."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return list(groups.values())


def _in_order(pings: Sequence[Row]) -> list[Row]:
    return sorted(pings, key=lambda ping: (ping["at"], ping["row"]))


def distinct_moments(pings: Sequence[Row]) -> list[Row]:
    """Return the first ping of each officer at each second."""
    return [_in_order(same)[0] for same in _by(pings, "officer", "at")]


def reachable(pings: Sequence[Row], rules: DwellRules) -> list[Row]:
    """Return pings that the officer can have reached from one of the two before."""

    def is_near(ping: Row, other: Row) -> bool:
        metres = hypot(ping["x"] - other["x"], ping["y"] - other["y"])
        seconds = ping["at"] - other["at"]
        return bool(metres <= seconds * rules.speed_limit_ms + rules.speed_slack_m)

    kept = []
    for mine in map(_in_order, _by(pings, "officer")):
        for number, ping in enumerate(mine):
            before = mine[max(number - 2, 0) : number]
            if not before or any(is_near(ping, other) for other in before):
                kept.append(ping)
    return kept


def spans(pings: Sequence[Row], rules: DwellRules) -> list[Row]:
    """Return each officer's unbroken presence in a cell."""
    found: list[Row] = []
    inside = [ping for ping in pings if ping["cell"] >= 0]
    for mine in map(_in_order, _by(inside, "crew", "officer", "cell")):
        span: Row | None = None
        for ping in mine:
            if span is None or ping["at"] - span["closes"] > rules.gap_seconds:
                span = {key: ping[key] for key in ("crew", "officer", "cell")}
                span |= {"opens": ping["at"], "closes": ping["at"], "officers": 1}
                found.append(span)
            span["closes"] = ping["at"]
    return found


def visits_of_spans(presence: Sequence[Row], rules: DwellRules) -> list[Row]:
    """Add the visit of the crew that each span is part of."""
    found = []
    for together in _by(presence, "crew", "cell"):
        visit: list[Row] = []
        parts = [visit]
        for span in sorted(together, key=lambda span: span["opens"]):
            if visit and span["opens"] - max(s["closes"] for s in visit) > rules.gap_seconds:
                visit = []
                parts.append(visit)
            visit.append(span)
        for part in parts:
            opens, closes = min(s["opens"] for s in part), max(s["closes"] for s in part)
            found += [span | {"visit_opens": opens, "visit_closes": closes} for span in part]
    return found


def kinds_of_spans(
    presence: Sequence[Row],
    *,
    slots: Sequence[Row],
    tasks: Sequence[Row],
    crews: int,
    rules: DwellRules,
) -> list[Row]:
    """Add slot, day and kind of presence; spans outside the plan's places are left out."""
    holdout = {(task["cell"], task["day"]): task["holdout"] for task in tasks}
    found = []
    for span in presence:
        middle = (span["visit_opens"] + span["visit_closes"]) / 2
        for slot in slots:
            place = (span["cell"], slot["day"])
            if not slot["slot_opens"] <= middle < slot["slot_closes"] or place not in holdout:
                continue
            seconds = span["visit_closes"] - span["visit_opens"]
            kind = "dosage" if seconds >= rules.visit_seconds else "pass_through"
            if span["crew"] >= crews:
                kind = "untasked"
            if holdout[place] == 1:
                kind = "holdout"
            found.append(span | {"slot": slot["slot"], "day": slot["day"], "kind": kind})
    return found


def visits(presence: Sequence[Row]) -> list[Row]:
    """Return each visit once; patrol-seconds are counted second by second."""
    seen: dict[tuple[int, str], set[int]] = defaultdict(set)
    found: dict[tuple[Any, ...], Row] = {}
    order = "opens closes crew officer".split()
    for span in sorted(presence, key=lambda span: [span[key] for key in order]):
        key = {name: span[name] for name in "crew cell slot day kind".split()}
        key |= {"opens": span["visit_opens"], "closes": span["visit_closes"]}
        visit = found.setdefault(
            tuple(key.values()), key | {"officer_seconds": 0, "patrol_seconds": 0}
        )
        visit["officer_seconds"] += (span["closes"] - span["opens"]) * span["officers"]
        already = seen[span["cell"], span["kind"]]
        fresh = set(range(span["opens"], span["closes"])) - already
        visit["patrol_seconds"] += len(fresh)
        already |= fresh
    return [found[key] for key in sorted(found)]
