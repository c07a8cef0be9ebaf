"""How units of detectives read on a terminal: queues first, then both ends of each what-if."""

from __future__ import annotations

import textwrap
from statistics import fmean
from typing import TYPE_CHECKING, Final

from rightplace.cli.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.investigation.arrivals_result import ArrivalsResult
    from rightplace.app.investigation.result import (
        Change,
        Days,
        DetectivesResult,
        ExampleSetup,
        Figure,
        UnitEnd,
        UnitResult,
        WhatIfResult,
    )

WIDTH: Final = 96
_NAMES: Final = {
    "utilisation_sio": "SIO busy",
    "utilisation_di": "DI busy",
    "utilisation_ds": "DS busy",
    "utilisation_dc": "DC busy",
    "waiting_cases": "cases with work waiting",
    "backlog_end": "backlog at the end, weeks",
    "live": "live cases",
    "median_days": "half interviewed, days",
    "ninetieth_days": "nine in ten, days",
}
"""The figures whose change is shown, and what they are called."""
_SHARES: Final = "utilisation_"
_STILL: Final = 0.005
"""A role whose use moves by less than half a point is left out of the lines, not of the tables."""


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def lines(result: DetectivesResult) -> list[str]:
    """Return the units as they are, each what-if at both ends, and what all of it rests on."""
    return [
        *_head(result),
        *(line for unit in result.units for line in _unit(unit, amber=result.amber)),
        *(line for each in result.what_ifs for line in _what_if(each, result)),
        *_rests_on(result),
    ]


def _head(result: DetectivesResult) -> Iterator[str]:
    yield f"{result.investigation_id}: {result.title}"
    if result.synthetic:
        yield "SYNTHETIC: part of this setup is invented. Not for operational use."
    ahead = "1 year" if result.years == 1 else f"{result.years} years"
    yield (
        f"{ahead} ahead, {result.replications:,} futures, seed {result.seed}; brackets hold the "
        f"true mean {result.level:.0%} of the time"
    )


def _unit(unit: UnitResult, *, amber: float) -> Iterator[str]:
    yield ""
    yield (
        f"{unit.title}: {unit.teams} teams, {unit.officers} officers, "
        f"{unit.a_month:.3g} cases a month"
    )
    yield f"  {'begins':<12}{_begins(unit)}"
    yield f"  {'busy':<12}{_busy(unit)} (amber above {amber:.0%})"
    if unit.support is not None:
        yield f"  {'helpers':<12}busy {unit.support.mean:.0%} of their hours"
    yield (
        f"  {'queue':<12}{_number(unit.waiting_cases)} cases have work that waits for somebody: "
        f"{unit.waiting_officer_days.mean:,.0f} officer-days"
    )
    change = unit.backlog_change
    verdict = "; it grows" if unit.backlog_grows else ""
    yield (
        f"  {'backlog':<12}{unit.backlog_start.mean:.1f} weeks of all hours are left of the stages "
        f"that cases are in, at the end {unit.backlog_end.mean:.1f}"
    )
    yield (
        f"  {'':<12}({change.mean:+.1f}, {change.lo:+.1f} to {change.hi:+.1f}){verdict}; "
        f"with their later stages {unit.work_left_start.mean:.1f}, "
        f"then {unit.work_left_end.mean:.1f} weeks"
    )
    yield f"  {'interview':<12}{_interview(unit)}"
    yield f"  {'on call':<12}{_on_call(unit)}"
    if unit.passed.mean > 0:
        yield (
            f"  {'passed on':<12}{unit.passed.mean:.1%} of cases, by a team on call that has "
            f"{unit.cap} or more"
        )
    if unit.over_cap.mean > 0:
        yield (
            f"  {'full':<12}{unit.over_cap.mean:.1%} of cases come when every team has "
            f"{unit.cap} or more"
        )


def _begins(unit: UnitResult) -> str:
    if unit.warm_up_days:
        return f"with what is open after {unit.warm_up_days} days as it is: the setup does not say"
    return "with the open cases that the setup gives"


def _busy(unit: UnitResult) -> str:
    found = []
    for use in unit.roles:
        if use.share is not None and use.share.mean > 0:
            flag = " AMBER" if use.is_amber else ""
            found.append(f"{use.role.upper()} {use.share.mean:.0%}{flag}")
    return "  ".join(found)


def _number(figure: Figure) -> str:
    return f"{figure.mean:,.1f} ({figure.lo:,.1f} to {figure.hi:,.1f})"


def _interview(unit: UnitResult) -> str:
    if unit.median is None or unit.ninetieth is None:
        return "no stage is marked as the first interview of a suspect"
    return (
        f"{_days(unit.median)} for half of those that come to one, "
        f"{_days(unit.ninetieth)} for nine in ten"
    )


def _days(days: Days) -> str:
    if days.days is None:
        return "more than was looked at"
    if days.lo is None or days.hi is None:
        return f"{days.days:.0f} days"
    return f"{days.days:.0f} days ({days.lo:.0f}-{days.hi:.0f})"


def _on_call(unit: UnitResult) -> str:
    loads = [each for each in unit.team_loads if each.callouts is not None]
    if not loads:
        return "no whole turn lies within what was looked at"
    mean = fmean(each.callouts.mean for each in loads if each.callouts is not None)
    tiring = fmean(each.tiring.mean for each in loads if each.tiring is not None)
    turn = "1 day" if unit.on_call_days == 1 else f"{unit.on_call_days} days"
    return (
        f"{mean:.1f} cases taken a turn ({turn}, round each {unit.teams * unit.on_call_days}); "
        f"{tiring:.0%} of turns have {unit.callouts_tiring} or more (welfare)"
    )


def _what_if(what_if: WhatIfResult, result: DetectivesResult) -> Iterator[str]:
    yield ""
    yield f"WHAT IF  {what_if.name}: {'; '.join(what_if.asked)}"
    if what_if.origin:
        yield f"  {what_if.origin}"
    for end in what_if.ends:
        yield f"  {_end(end)}"
        rows = [_row(each, amber=result.amber) for each in _shown(end)]
        heads = ("", "as it is", "then", "change", "")
        yield from (f"    {line}" for line in table(heads, rows))
        if end.teams_before != end.teams_after:
            days = end.result.on_call_days
            yield (
                f"    A team's turn on call comes round each {end.teams_after * days} days, "
                f"not {end.teams_before * days}."
            )
        if end.result.backlog_grows:
            yield "    Its backlog is greater at the end than at the start."


def _end(end: UnitEnd) -> str:
    before, after = sum(end.before.values()), sum(end.after.values())
    helped = f"helped by {end.helped_by} officers of a surge" if end.helped_by else ""
    if before == after and end.before == end.after:
        return f"{end.title}: {helped}"
    moved = ", ".join(
        f"{after_role - end.before[role]:+d} {role.upper()}"
        for role, after_role in end.after.items()
        if after_role != end.before[role]
    )
    way = "more" if after > before else "fewer"
    teams = f"; {end.teams_before} to {end.teams_after} teams"
    from_outside = f"; {end.appointed} of them appointed from outside" if end.appointed else ""
    return (
        f"{end.title}: {abs(after - before)} {way}, {before} to {after} officers ({moved})"
        f"{teams if end.teams_before != end.teams_after else ''}{from_outside}"
        f"{f'; {helped}' if helped else ''}"
    )


def _shown(end: UnitEnd) -> Iterator[Change]:
    for each in end.changes:
        is_still = each.name.startswith(_SHARES) and abs(each.change) < _STILL
        if each.name in _NAMES and not is_still and (each.base or each.other):
            yield each


def _row(change: Change, *, amber: float) -> tuple[str, ...]:
    is_share = change.name.startswith(_SHARES)
    scale, digits = (100, "%") if is_share else (1, "")
    now, then = (f"{scale * each:,.1f}{digits}" for each in (change.base, change.other))
    flag = " AMBER" if is_share and change.other > amber else ""
    moves = f"{scale * change.change:+,.1f}"
    ends = f"({scale * change.lo:+,.1f} to {scale * change.hi:+,.1f})"
    sure = "" if change.is_sure else " not sure"
    return _NAMES[change.name], now, then, moves, f"{ends}{sure}{flag}"


def _rests_on(result: DetectivesResult) -> Iterator[str]:
    yield ""
    yield "What it rests on"
    by_origin: dict[tuple[str, str], list[str]] = {}
    for each in result.origins:
        by_origin.setdefault((each.unit, each.origin), []).append(each.numbers)
    for (unit, origin), numbers in by_origin.items():
        where = f"{unit}: " if unit else ""
        yield from _wrapped(f"{where}{', '.join(numbers)}: {origin}")
    yield ""
    yield "What it cannot say"
    for text in result.cannot:
        yield from _wrapped(text)
    yield f"  {result.measures_path} (every figure; changes and weeks beside it)"


def arrivals_lines(result: ArrivalsResult) -> list[str]:
    """Return how cases come, year by year, and the table for a setup."""
    mean, trend = result.a_month, result.trend_a_year
    where = f" of {', '.join(result.boroughs)}" if result.boroughs else ""
    rare = "more than chance alone" if result.is_overdispersed else "no more than chance alone"
    rows = [(str(each.year), each.months, each.cases, each.victims) for each in result.years]
    held = (
        f"{result.path}: {result.rows:,} rows, {result.held_from} to {result.held_to}; "
        f"{result.rows_alike} rows read as one before and are kept"
    )
    counted = (
        f"{result.first} to {result.last}{where}: {result.cases:,} cases of {result.victims:,} "
        f"victims; {result.several} cases of several, {result.most_victims} at most"
    )
    spread = (
        f"  spread    variance {result.variance_over_mean:.2f} times the mean: {rare} "
        f"(p {result.dispersion_p:.2g}); {result.dispersion:.2f} is handed on"
    )
    return [
        held,
        counted,
        f"  a month   {mean.mean:.2f} cases ({mean.lo:.2f} to {mean.hi:.2f})",
        spread,
        f"  trend     {trend.mean:+.1%} a year ({trend.lo:+.1%} to {trend.hi:+.1%})",
        f"  solved    {result.solved_share:.0%} of cases when the file was published",
        *(f"  {line}" for line in table(("year", "months", "cases", "victims"), rows)),
        "",
        *result.toml.rstrip("\n").split("\n"),
    ]


def example_lines(result: ExampleSetup) -> list[str]:
    """Return the example, or where it was written."""
    if result.path is None:
        return result.toml.rstrip("\n").split("\n")
    return [f"{result.path}: look at what it calls ASSUMPTION, then `detectives simulate` it"]
