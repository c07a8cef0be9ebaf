"""From pings to visits, as expressions that every engine runs alike.

All times are whole seconds since 1970 (UTC), crews, officers and cells whole numbers, so that no
engine rounds otherwise than another. ``reference`` says the same in plain Python.

Columns of pings: ``row``, ``crew``, ``officer``, ``at``, ``x``, ``y`` (metres), ``cell`` (-1
outside the study area). Columns of spans: ``crew``, ``officer``, ``cell``, ``opens``, ``closes``
and ``officers`` (1 for a person's pings, more for a crew's own log).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from rightplace.evaluate.rules import DwellRules

VISIT_KEYS = "crew cell slot day kind opens closes".split()


def distinct_moments(pings: ibis.Table) -> ibis.Table:
    """Return pings without those of an officer at a second at which an earlier row has one."""
    window = ibis.window(group_by="officer", order_by=["at", "row"])
    numbered = pings.mutate(before=pings.at.lag(1).over(window))
    alone = numbered.before.isnull() | (numbered.before != numbered.at)
    return numbered.filter(alone).drop("before")


def reachable(pings: ibis.Table, rules: DwellRules) -> ibis.Table:
    """Return pings that the officer can have reached from one of the two pings before.

    Two are asked, so that one ping gone astray does not take the next, true one with it. An
    officer's first ping stands.
    """
    window = ibis.window(group_by="officer", order_by=["at", "row"])
    steps = pings.mutate(
        **{
            f"{name}{n}": pings[name].lag(n).over(window)
            for name in ("at", "x", "y")
            for n in (1, 2)
        }
    )

    def is_near(n: int) -> ibis.ir.BooleanValue:
        east, north = steps.x - steps[f"x{n}"], steps.y - steps[f"y{n}"]
        seconds = (steps.at - steps[f"at{n}"]).cast("float64")  # else DuckDB takes decimals
        reach = seconds * rules.speed_limit_ms + rules.speed_slack_m
        return (east * east + north * north <= reach * reach).fill_null(False)  # noqa: FBT003 - ibis's signature

    return steps.filter(steps.at1.isnull() | is_near(1) | is_near(2)).select(pings.columns)


def spans(pings: ibis.Table, rules: DwellRules) -> ibis.Table:
    """Return each officer's unbroken presence in a cell: first to last ping, short gaps bridged.

    A ping elsewhere within the gap does not break it: receivers waver along the edge of a cell.
    """
    inside = pings.filter(pings.cell >= 0)
    keys = ["crew", "officer", "cell"]
    window = ibis.window(group_by=keys, order_by=["at", "row"])
    stepped = inside.mutate(before=inside.at.lag(1).over(window))
    parted = stepped.mutate(
        starts=ibis.ifelse(stepped.at - stepped.before <= rules.gap_seconds, 0, 1)
    )
    running = ibis.window(group_by=keys, order_by=["at", "row"], preceding=None, following=0)
    numbered = parted.mutate(stay=parted.starts.sum().over(running))
    grouped = numbered.group_by([*keys, "stay"]).agg(
        opens=numbered.at.min(), closes=numbered.at.max()
    )
    return grouped.mutate(officers=ibis.literal(1, "int64")).drop("stay")


def _latest_before(table: ibis.Table, keys: list[str]) -> ibis.ir.IntegerValue:
    """Return the latest end among the spans before each, null at the first."""
    order = [table.opens, table.closes, table.crew, table.officer]
    window = ibis.window(group_by=keys, order_by=order, preceding=(None, 1))
    latest: ibis.ir.IntegerValue = table.closes.max().over(window)
    return latest


def visits_of_spans(presence: ibis.Table, rules: DwellRules) -> ibis.Table:
    """Add to each span the visit of its crew that it is part of: ``visit_opens``, ``_closes``."""
    keys = ["crew", "cell"]
    stepped = presence.mutate(before=_latest_before(presence, keys))
    parted = stepped.mutate(
        starts=ibis.ifelse(stepped.opens - stepped.before <= rules.gap_seconds, 0, 1)
    )
    order = [parted.opens, parted.closes, parted.officer]
    running = ibis.window(group_by=keys, order_by=order, preceding=None, following=0)
    numbered = parted.mutate(visit=parted.starts.sum().over(running))
    whole = ibis.window(group_by=[*keys, "visit"])
    return numbered.mutate(
        visit_opens=numbered.opens.min().over(whole), visit_closes=numbered.closes.max().over(whole)
    ).drop("before", "starts", "visit")


def kinds_of_spans(
    presence: ibis.Table, *, slots: ibis.Table, tasks: ibis.Table, crews: int, rules: DwellRules
) -> ibis.Table:
    """Add the slot and day in which a visit's middle lies, and what kind of presence it is.

    ``dosage``: a visit of the plan's crews to one of its places. ``pass_through``: the same, too
    short to be a visit. ``holdout``: anybody in a place on a day on which it was to be left alone.
    ``untasked``: crews that the plan does not know, in its places. Spans elsewhere are left out.

    Parameters
    ----------
    presence
        From ``visits_of_spans``.
    slots
        Columns ``slot``, ``day``, ``slot_opens``, ``slot_closes``.
    tasks
        Columns ``cell``, ``day``, ``holdout`` (0 or 1): the plan's places by day.
    crews
        Crews below this number are the plan's.
    rules
        What is a visit.
    """
    twice_middle = presence.visit_opens + presence.visit_closes
    at = [twice_middle >= slots.slot_opens * 2, twice_middle < slots.slot_closes * 2]
    dated = presence.inner_join(slots, at).drop("slot_opens", "slot_closes")
    placed = dated.inner_join(tasks, ["cell", "day"])
    long_enough = placed.visit_closes - placed.visit_opens >= rules.visit_seconds
    tasked = ibis.ifelse(long_enough, "dosage", "pass_through")
    treated = ibis.ifelse(placed.crew < crews, tasked, "untasked")
    kind = ibis.ifelse(placed.holdout == 1, "holdout", treated)
    return placed.mutate(kind=kind).drop("holdout")


def visits(presence: ibis.Table) -> ibis.Table:
    """Return each visit once with its officer-seconds and patrol-seconds.

    ``patrol_seconds`` are the seconds by which a visit lengthens the time with one officer or
    more in the place: over all visits of a kind to a place they sum to that time exactly.

    Parameters
    ----------
    presence
        From ``kinds_of_spans``.
    """
    stepped = presence.mutate(before=_latest_before(presence, ["cell", "kind"]))
    known = stepped.before.fill_null(stepped.opens)
    fresh_from = ibis.greatest(stepped.opens, known)
    timed = stepped.mutate(
        fresh=ibis.greatest(stepped.closes - fresh_from, 0),
        spent=(stepped.closes - stepped.opens) * stepped.officers,
    )
    renamed = timed.drop("opens", "closes").rename(opens="visit_opens", closes="visit_closes")
    return (
        renamed.group_by(VISIT_KEYS)
        .agg(officer_seconds=renamed.spent.sum(), patrol_seconds=renamed.fresh.sum())
        .order_by(VISIT_KEYS)
    )
